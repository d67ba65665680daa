package net.catraca.billing.run;

import java.time.Instant;
import net.catraca.billing.access.ContractSnapshot;

/**
 * Watches a commit so that nothing tightens blindly. Guards are asked in their order: each first about the whole run,
 * before anything is written, then about each contract, decided again and locked. The first with an objection is
 * heard.
 */
public interface RunGuard {

    /** Kebab-case and stable: it is kept beside what it stopped. */
    String name();

    /** May stop the run. */
    default Verdict judge(AccessRun run, Instant now) {
        return new Pass();
    }

    /** May skip the contract, or stop what is left of the run. */
    default Verdict judge(RunRow row, ContractSnapshot contract, Instant now) {
        return new Pass();
    }

    sealed interface Verdict {}

    record Pass() implements Verdict {}

    /** @param why the fact, for the row's list */
    record SkipContract(String why) implements Verdict {}

    /** @param why the fact, for the person who must approve */
    record StopRun(String why) implements Verdict {}
}
