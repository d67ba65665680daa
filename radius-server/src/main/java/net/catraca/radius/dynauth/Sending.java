package net.catraca.radius.dynauth;

/** A request on its way. Thread-safe. */
final class Sending {

    private volatile boolean overtaken;

    /**
     * A newer request for the same session goes past it: it is not sent again, for a retransmission would undo the newer
     * one. Its identifier stays taken for as long as an answer may come, and what becomes of it is told as ever.
     */
    void overtake() {
        overtaken = true;
    }

    boolean isOvertaken() {
        return overtaken;
    }
}
