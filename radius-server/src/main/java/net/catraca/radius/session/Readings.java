package net.catraca.radius.session;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.catraca.radius.accounting.AccountingEvent.Reported;
import org.jspecify.annotations.Nullable;

/**
 * The last readings of a NAS that sends no Gigawords, each modulo 2<sup>32</sup>, in the order of the session's time. A
 * reading below the one before it means that the counter has begun anew; since records overtake each other, that can be
 * told only from readings in order, and so they are kept. A zero says nothing (a Stop with zeros does not erase).
 * Immutable.
 */
public final class Readings {

    public static final Readings NONE = new Readings(new long[0], Counters.NONE, false);

    /** A record is overtaken by one or two others; what is older than so many readings is not looked at again. */
    static final int MOST = 16;

    private static final long LOWER = 0xFFFF_FFFFL;
    private static final long WRAP = 1L << 32;
    /** Longs of one reading: its second, input and output octets, input and output packets. */
    private static final int WIDTH = 3;

    private final long[] kept;
    /** The totals at the first reading that is kept. */
    private final Counters base;
    /** Whether older ones were dropped. */
    private final boolean hasForgotten;

    private Readings(long[] kept, Counters base, boolean hasForgotten) {
        this.kept = kept;
        this.base = base;
        this.hasForgotten = hasForgotten;
    }

    boolean isEmpty() {
        return kept.length == 0;
    }

    /**
     * These and one more.
     *
     * @param second of the session at which it was taken
     */
    Readings with(long second, Reported reported) {
        long octets = packed(reported.inputOctets(), reported.outputOctets());
        long packets = packed(reported.inputPackets(), reported.outputPackets());
        int at = placeOf(second);
        if (at < kept.length && kept[at] == second) {
            return merged(at, octets, packets);
        }
        if (at == 0 && hasForgotten) {
            return this;
        }
        var more = new long[kept.length + WIDTH];
        System.arraycopy(kept, 0, more, 0, at);
        more[at] = second;
        more[at + 1] = octets;
        more[at + 2] = packets;
        System.arraycopy(kept, at, more, at + WIDTH, kept.length - at);
        return new Readings(more, at == 0 ? first(octets, packets) : base, hasForgotten).bounded();
    }

    private int placeOf(long second) {
        int at = 0;
        while (at < kept.length && kept[at] < second) {
            at += WIDTH;
        }
        return at;
    }

    /** Two readings of one second have no order; the larger is the later. */
    private Readings merged(int at, long octets, long packets) {
        var same = kept.clone();
        same[at + 1] = larger(same[at + 1], octets);
        same[at + 2] = larger(same[at + 2], packets);
        return new Readings(same, at == 0 && !hasForgotten ? first(same[1], same[2]) : base, hasForgotten);
    }

    private Readings bounded() {
        if (kept.length <= MOST * WIDTH) {
            return this;
        }
        var fewer = Arrays.copyOfRange(kept, WIDTH, kept.length);
        return new Readings(fewer, total(2), true);
    }

    /** What the session has used, with every time that a counter began anew. */
    Counters total() {
        return total(kept.length / WIDTH);
    }

    private Counters total(int readings) {
        return new Counters(
                counted(base.inputOctets(), 1, 32, readings),
                counted(base.outputOctets(), 1, 0, readings),
                counted(base.inputPackets(), 2, 32, readings),
                counted(base.outputPackets(), 2, 0, readings));
    }

    private long counted(long from, int column, int shift, int readings) {
        long total = from;
        long before = from & LOWER;
        for (int i = 1; i < readings; i++) {
            long now = (kept[i * WIDTH + column] >>> shift) & LOWER;
            if (now != 0) {
                total += now - before + (now < before ? WRAP : 0);
                before = now;
            }
        }
        return total;
    }

    private static long packed(long high, long low) {
        return (high & LOWER) << 32 | (low & LOWER);
    }

    private static long larger(long one, long other) {
        return packed(Math.max(one >>> 32, other >>> 32), Math.max(one & LOWER, other & LOWER));
    }

    private static Counters first(long octets, long packets) {
        return new Counters(octets >>> 32, octets & LOWER, packets >>> 32, packets & LOWER);
    }

    /** For PostgreSQL; null when there are none. */
    public byte @Nullable [] encoded() {
        if (isEmpty()) {
            return null;
        }
        var out = ByteBuffer.allocate(1 + Long.BYTES * (4 + kept.length))
                .put((byte) (hasForgotten ? 1 : 0))
                .putLong(base.inputOctets())
                .putLong(base.outputOctets())
                .putLong(base.inputPackets())
                .putLong(base.outputPackets());
        out.asLongBuffer().put(kept);
        return out.array();
    }

    /** @throws java.nio.BufferUnderflowException when these are none that were {@link #encoded} */
    public static Readings decode(byte @Nullable [] octets) {
        if (octets == null) {
            return NONE;
        }
        var in = ByteBuffer.wrap(octets);
        boolean hasForgotten = in.get() != 0;
        var base = new Counters(in.getLong(), in.getLong(), in.getLong(), in.getLong());
        var kept = new long[in.remaining() / Long.BYTES];
        in.asLongBuffer().get(kept);
        return new Readings(kept, base, hasForgotten);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Readings same
                && Arrays.equals(kept, same.kept)
                && base.equals(same.base)
                && hasForgotten == same.hasForgotten;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(kept);
    }

    @Override
    public String toString() {
        return kept.length / WIDTH + " readings, " + total();
    }
}
