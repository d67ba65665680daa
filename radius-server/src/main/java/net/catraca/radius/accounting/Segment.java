package net.catraca.radius.accounting;

import java.util.concurrent.atomic.AtomicInteger;

/** One file of the journal, as its readers may see it. The writer moves its end; any thread reads. */
final class Segment {

    private static final String SUFFIX = ".segment";

    private final long ordinal;
    private final long firstNumber;
    private final long previousNumber;
    private volatile int fileOctets;
    private volatile long lastNumber;
    private volatile int end;
    private volatile int forced;
    private volatile boolean sealed;
    private volatile boolean damaged;
    private final AtomicInteger failedReads = new AtomicInteger();

    /** An empty one that is about to be written. */
    Segment(long ordinal, Frames.Header header, int fileOctets) {
        this.ordinal = ordinal;
        this.firstNumber = header.firstNumber();
        this.previousNumber = header.previousNumber();
        this.fileOctets = fileOctets;
        this.lastNumber = firstNumber - 1;
        this.end = Frames.HEADER;
        this.forced = Frames.HEADER;
    }

    /**
     * One found at the start.
     *
     * @param end up to which frames may be found
     * @param forced up to which it is known to have been forced; frames may tell of more
     */
    static Segment found(long ordinal, Frames.Header header, int fileOctets, long lastNumber, int end, int forced) {
        var segment = new Segment(ordinal, header, fileOctets);
        segment.lastNumber = lastNumber;
        segment.end = end;
        segment.forced = forced;
        segment.sealed = true;
        return segment;
    }

    static String name(long ordinal) {
        return "%016x%s".formatted(ordinal, SUFFIX);
    }

    static boolean isName(String name) {
        return name.matches("[0-9a-f]{16}\\" + SUFFIX);
    }

    static long ordinal(String name) {
        return Long.parseLong(name.substring(0, 16), 16);
    }

    /** Of the file once its records are delivered as far as they could be read. */
    String keptName() {
        return name() + ".damaged";
    }

    String name() {
        return name(ordinal);
    }

    long ordinal() {
        return ordinal;
    }

    long firstNumber() {
        return firstNumber;
    }

    /** The last record in the journal before this segment, 0 when there has been none. */
    long previousNumber() {
        return previousNumber;
    }

    int fileOctets() {
        return fileOctets;
    }

    /** The last record that may be read, or the one before {@link #firstNumber} when there is none. */
    long lastNumber() {
        return lastNumber;
    }

    int end() {
        return end;
    }

    int forced() {
        return forced;
    }

    boolean isEmpty() {
        return lastNumber < firstNumber;
    }

    /** Whether {@link #end} will not move any more. */
    boolean isSealed() {
        return sealed;
    }

    void forcedUpTo(int octets, long number) {
        lastNumber = number;
        forced = octets;
        end = octets;
    }

    /** Something of it cannot be read: the file is kept for whoever can. */
    void damaged() {
        damaged = true;
    }

    boolean isDamaged() {
        return damaged;
    }

    /** How often reading it has failed. */
    int failedReads() {
        return failedReads.get();
    }

    void readFailed() {
        failedReads.incrementAndGet();
    }

    void seal() {
        sealed = true;
    }
}
