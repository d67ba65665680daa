package net.catraca.radius.dynauth;

/** What became of an operator's order. */
public sealed interface OrderResult {

    /** A request was sent, and this is what became of it. */
    record Sent(Attempt attempt) implements OrderResult {}

    /** There is no such live session. */
    record NoSuchSession() implements OrderResult {}

    /** It was handed on, and no node that sends to that NAS took it in time; or the database between the nodes is away. */
    record NobodySends() implements OrderResult {}

    /** Too many orders wait. */
    record TooMany() implements OrderResult {}

    /** The session's profile cannot be told: its subscriber or its NAS is not known any more. */
    record NothingToSend() implements OrderResult {}
}
