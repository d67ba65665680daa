package net.catraca.radius.session;

/**
 * What a session has used since it began, cumulative; each 0 to 2<sup>63</sup>-1. Input is what the NAS received from
 * the subscriber (upload), output what it sent (download): RFC 2866 §5.3, §5.4. IPv6 counters that a NAS reports beside
 * (Huawei) are added in.
 */
public record Counters(long inputOctets, long outputOctets, long inputPackets, long outputPackets) {

    public static final Counters NONE = new Counters(0, 0, 0, 0);

    /** What has been added since an earlier reading of the same session; never negative. */
    public Counters since(Counters earlier) {
        return new Counters(
                Math.max(0, inputOctets - earlier.inputOctets),
                Math.max(0, outputOctets - earlier.outputOctets),
                Math.max(0, inputPackets - earlier.inputPackets),
                Math.max(0, outputPackets - earlier.outputPackets));
    }

    /** Of each counter the larger. */
    public Counters atLeast(Counters other) {
        return new Counters(
                Math.max(inputOctets, other.inputOctets),
                Math.max(outputOctets, other.outputOctets),
                Math.max(inputPackets, other.inputPackets),
                Math.max(outputPackets, other.outputPackets));
    }
}
