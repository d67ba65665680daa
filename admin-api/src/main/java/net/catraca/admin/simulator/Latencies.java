package net.catraca.admin.simulator;

/**
 * Counts durations in buckets of at most 3 % width, so that percentiles cost a fixed 32 KB whatever is measured. Not
 * thread-safe.
 */
final class Latencies {

    private static final int SUB_BITS = 6;
    private static final int SUBS = 1 << SUB_BITS;

    private final long[] counts = new long[SUBS * (64 - SUB_BITS)];
    private long count;
    private long max;

    void add(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        counts[bucket(micros)]++;
        count++;
        max = Math.max(max, micros);
    }

    private static int bucket(long micros) {
        if (micros < SUBS) {
            return (int) micros;
        }
        int shift = 64 - Long.numberOfLeadingZeros(micros) - SUB_BITS;
        return (shift << (SUB_BITS - 1)) + (int) (micros >>> shift);
    }

    /** The largest value that falls into a bucket. */
    private static long upTo(int bucket) {
        if (bucket < SUBS) {
            return bucket;
        }
        int shift = (bucket >>> (SUB_BITS - 1)) - 1;
        long sub = bucket - ((long) shift << (SUB_BITS - 1));
        return ((sub + 1) << shift) - 1;
    }

    long count() {
        return count;
    }

    /** In milliseconds; 0 when nothing was measured. */
    double percentile(double share) {
        long rank = (long) Math.ceil(share * count);
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= rank && seen > 0) {
                return Math.min(upTo(bucket), max) / 1000.0;
            }
        }
        return 0;
    }

    double maxMillis() {
        return max / 1000.0;
    }
}
