package net.catraca.billing.contract;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A RADIUS identity of a contract. Its password is written but never read back.
 *
 * @param version rises with every write
 * @param login unique without regard to case
 * @param mac twelve lower-case hex digits; the identity of a line without circuit, else information
 * @param circuitId ADSL-Forum Agent-Circuit-Id, with {@code remoteId} where one is needed to tell lines apart
 * @param framedIpv4 a fixed address, dotted
 * @param framedIpv6Prefix such as 2001:db8:1::/64
 * @param framedRoutes in the text form of RFC 2865 §5.22
 * @param locks from where it may be used
 */
public record Subscriber(
        long id,
        long version,
        long contractId,
        String login,
        CredentialKind credentialKind,
        @Nullable String mac,
        @Nullable String circuitId,
        @Nullable String remoteId,
        @Nullable String framedIpv4,
        @Nullable String framedIpv6Prefix,
        @Nullable String delegatedIpv6Prefix,
        List<String> framedRoutes,
        SubscriberLocks locks,
        SessionLimit sessionLimit,
        Instant createdAt) {

    public Subscriber {
        framedRoutes = List.copyOf(framedRoutes);
    }

    public enum CredentialKind {
        /** A password that CHAP and MS-CHAPv2 can be checked with. */
        RECOVERABLE,
        /** A password that only PAP can be checked with. */
        HASHED,
        /** The NT hash of a password, which comes from elsewhere: PAP and MS-CHAPv2 can be checked with it, CHAP not. */
        NT_HASH,
        /** No password: the line is the identity. */
        LINE
    }
}
