package net.catraca.billing.contract;

import java.util.List;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import org.jspecify.annotations.Nullable;

/**
 * A login as somebody wants it written; see {@link Subscriber} for the meaning.
 *
 * @param password null for a line, and to keep the password that there is; of NT_HASH the hash as 32 hexadecimal digits
 */
public record SubscriberDraft(
        long contractId,
        String login,
        CredentialKind credentialKind,
        @Nullable Password password,
        @Nullable String mac,
        @Nullable String circuitId,
        @Nullable String remoteId,
        @Nullable String framedIpv4,
        @Nullable String framedIpv6Prefix,
        @Nullable String delegatedIpv6Prefix,
        List<String> framedRoutes,
        SubscriberLocks locks,
        SessionLimit sessionLimit) {

    public SubscriberDraft {
        framedRoutes = List.copyOf(framedRoutes);
    }

    /** One without locks, with as many sessions as its plan says. */
    public SubscriberDraft(
            long contractId,
            String login,
            CredentialKind credentialKind,
            @Nullable Password password,
            @Nullable String mac,
            @Nullable String circuitId,
            @Nullable String remoteId,
            @Nullable String framedIpv4,
            @Nullable String framedIpv6Prefix,
            @Nullable String delegatedIpv6Prefix,
            List<String> framedRoutes) {
        this(
                contractId,
                login,
                credentialKind,
                password,
                mac,
                circuitId,
                remoteId,
                framedIpv4,
                framedIpv6Prefix,
                delegatedIpv6Prefix,
                framedRoutes,
                SubscriberLocks.NONE,
                SessionLimit.OF_PLAN);
    }

    /** The same with other locks. */
    public SubscriberDraft lockedBy(SubscriberLocks newLocks) {
        return new SubscriberDraft(
                contractId,
                login,
                credentialKind,
                password,
                mac,
                circuitId,
                remoteId,
                framedIpv4,
                framedIpv6Prefix,
                delegatedIpv6Prefix,
                framedRoutes,
                newLocks,
                sessionLimit);
    }

    /** A login with a password that every method can be checked with, and nothing else. */
    public static SubscriberDraft login(long contractId, String login, String password) {
        return new SubscriberDraft(
                contractId,
                login,
                CredentialKind.RECOVERABLE,
                new Password(password),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }
}
