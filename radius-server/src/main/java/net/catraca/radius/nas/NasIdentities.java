package net.catraca.radius.nas;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.util.Arrays;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * How NASes call themselves in their own accounting: a NAS answers only to CoA that calls it the same (Error-Cause 403
 * otherwise), and its NAS-IP-Address need not be the address that it sends from. In memory only: after a start the
 * address of the NAS stands in until its next record. Thread-safe.
 */
public final class NasIdentities {

    /** Routers of a large ISP, several times over; what falls out is learnt again from the next record. */
    private static final int MOST = 10_000;

    private final Cache<InetAddress, NasIdentity> bySource =
            Caffeine.newBuilder().maximumSize(MOST).executor(Runnable::run).build();

    /**
     * @param ipv4 NAS-IP-Address, four octets
     * @param ipv6 NAS-IPv6-Address, sixteen octets
     * @param identifier NAS-Identifier
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by sameAs
    public record NasIdentity(byte @Nullable [] ipv4, byte @Nullable [] ipv6, byte @Nullable [] identifier) {

        private boolean sameAs(@Nullable NasIdentity other) {
            return other != null
                    && Arrays.equals(ipv4, other.ipv4)
                    && Arrays.equals(ipv6, other.ipv6)
                    && Arrays.equals(identifier, other.identifier);
        }
    }

    /** Takes note of a verified request. */
    public void seen(InetAddress source, RadiusPacket request) {
        var ipv4 = request.bytes(AttributeType.NAS_IP_ADDRESS);
        var ipv6 = request.bytes(AttributeType.NAS_IPV6_ADDRESS);
        var now = new NasIdentity(
                ipv4 != null && ipv4.length == 4 ? ipv4 : null,
                ipv6 != null && ipv6.length == 16 ? ipv6 : null,
                request.bytes(AttributeType.NAS_IDENTIFIER));
        if (!now.sameAs(bySource.getIfPresent(source))) {
            bySource.put(source, now);
        }
    }

    /** Null when it has sent nothing since the start. */
    public @Nullable NasIdentity of(InetAddress source) {
        return bySource.getIfPresent(source);
    }
}
