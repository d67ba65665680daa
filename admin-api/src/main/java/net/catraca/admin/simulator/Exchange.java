package net.catraca.admin.simulator;

import java.util.SplittableRandom;
import java.util.function.IntFunction;
import net.catraca.admin.simulator.RequestWriter.Written;
import org.jspecify.annotations.Nullable;

/** A request until it is answered or given up. Used by one thread. */
final class Exchange {

    final IntFunction<Written> writer;
    final boolean newFormEachTime;
    final int retries;
    final SplittableRandom luck;
    final Outcome outcome;

    int sent;
    long firstSentNanos;
    /** Answered or given up. */
    boolean over;

    boolean answered;
    RequestPorts.@Nullable Slot slot;

    /** What the line wants to know. */
    interface Outcome {

        /** The first genuine answer. It may come after {@link #unanswered()}, then it is late but counts. */
        void answered(byte[] octets, Written request);

        void unanswered();
    }

    /**
     * @param writer given an identifier
     * @param newFormEachTime whether each transmission is written anew, with another identifier
     * @param luck decides what is lost
     */
    Exchange(
            IntFunction<Written> writer, boolean newFormEachTime, int retries, SplittableRandom luck, Outcome outcome) {
        this.writer = writer;
        this.newFormEachTime = newFormEachTime;
        this.retries = retries;
        this.luck = luck;
        this.outcome = outcome;
    }
}
