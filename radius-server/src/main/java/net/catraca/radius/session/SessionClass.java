package net.catraca.radius.session;

import java.nio.ByteBuffer;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/**
 * The Class attribute of our Access-Accepts (RFC 2865 §5.25): says which answer a session was opened with, so that its
 * first record tells what the NAS was given. It correlates and never keys.
 *
 * @param nonce told of one answer; random
 * @param level what the session was opened with
 * @param planVersion of the plan that the profile was rendered from
 */
public record SessionClass(long subscriberId, long nonce, AccessLevel level, long planId, long planVersion) {

    private static final byte MARK = 'C';
    private static final byte FORM = 2;
    /** Octets of the attribute's value. */
    public static final int OCTETS = 2 + 2 * Long.BYTES + 1 + 2 * Long.BYTES;

    /** Where in them the level's octet is. */
    public static final int LEVEL_AT = 2 + 2 * Long.BYTES;

    public byte[] encoded() {
        return ByteBuffer.allocate(OCTETS)
                .put(MARK)
                .put(FORM)
                .putLong(subscriberId)
                .putLong(nonce)
                .put(octet(level))
                .putLong(planId)
                .putLong(planVersion)
                .array();
    }

    /** Null when the octets are none of ours. */
    public static @Nullable SessionClass decode(byte[] octets) {
        if (octets.length != OCTETS || octets[0] != MARK || octets[1] != FORM) {
            return null;
        }
        var in = ByteBuffer.wrap(octets, 2, OCTETS - 2);
        long subscriberId = in.getLong();
        long nonce = in.getLong();
        var level = level(in.get());
        return level == null ? null : new SessionClass(subscriberId, nonce, level, in.getLong(), in.getLong());
    }

    /** Numbers of our own: a Class outlives the program that wrote it. */
    private static byte octet(AccessLevel level) {
        return switch (level) {
            case ACTIVE -> 1;
            case REDUCED -> 2;
            case BLOCKED -> 3;
            case REFUSED -> throw new IllegalArgumentException("level: a refused session has no Class");
        };
    }

    private static @Nullable AccessLevel level(byte octet) {
        return switch (octet) {
            case 1 -> AccessLevel.ACTIVE;
            case 2 -> AccessLevel.REDUCED;
            case 3 -> AccessLevel.BLOCKED;
            default -> null;
        };
    }
}
