package net.catraca.billing.access;

/** What an access run would do to a contract. */
public sealed interface RunDecision {

    /** The answer that the run goes by: the computed one, but for manual releases that are older than the run. */
    AccessDecision decision();

    /**
     * The run may commit the level of {@code decision}.
     *
     * @param committed the committed level that it would raise
     */
    record Tighten(AccessLevel committed, AccessDecision decision) implements RunDecision {}

    /** Nothing to commit: another rule than money decides, or money asks for no more than is committed. */
    record Leave(AccessLevel committed, AccessDecision decision) implements RunDecision {}
}
