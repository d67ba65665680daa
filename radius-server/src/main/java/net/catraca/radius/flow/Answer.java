package net.catraca.radius.flow;

import net.catraca.radius.duplicate.DuplicateCache;
import net.catraca.radius.packet.Drop;

/** What becomes of a datagram. */
@SuppressWarnings("ArrayRecordComponent") // encoded packets on their way out, never compared
public sealed interface Answer {

    /** @param packet to be sent now; shared with the duplicate cache, so do not write to it */
    record Reply(byte[] packet) implements Answer {}

    /**
     * A reject that waits, so that a modem that retries for ever costs little. When it is due, or when too many wait
     * already, ask {@link AccessFlow#due}.
     */
    record DelayedReply(byte[] packet, int delayMillis, DuplicateCache.Entry entry) implements Answer {}

    /** RADIUS discards in silence; the reason is counted already. */
    record Silence(Drop why) implements Answer {}

    /**
     * Work that would hold the loop up. A worker runs {@link AccessFlow.Waiting#check} and then, on the same loop,
     * {@link AccessFlow#resume}; where there is no worker free, {@link AccessFlow#abandon}.
     */
    record Pending(AccessFlow.Waiting waiting) implements Answer {}

    /**
     * Accounting that is not safe yet: {@link AccountingFlow.Waiting#keep} hands it to the journal, and when that knows,
     * {@link AccountingFlow.Waiting#answer} answers, on the same loop.
     */
    record Journaled(AccountingFlow.Waiting waiting) implements Answer {}
}
