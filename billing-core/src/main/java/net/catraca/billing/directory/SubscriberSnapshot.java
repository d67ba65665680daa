package net.catraca.billing.directory;

import java.util.List;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.SubscriberLocks;
import org.jspecify.annotations.Nullable;

/**
 * A login as the packet path reads it.
 *
 * @param version rises with every write; of two copies the higher is true
 * @param login as written by the operator; looked up without regard to case
 * @param mac twelve lower-case hex digits; the identity of a line that has no circuit, else information
 * @param framedIpv4 a fixed address, dotted
 * @param framedIpv6Prefix such as 2001:db8:1::/64
 * @param framedRoutes in the text form of RFC 2865 §5.22
 */
public record SubscriberSnapshot(
        long subscriberId,
        long version,
        String login,
        ContractSnapshot contract,
        Credential credential,
        @Nullable String mac,
        @Nullable String circuitId,
        @Nullable String remoteId,
        @Nullable String framedIpv4,
        @Nullable String framedIpv6Prefix,
        @Nullable String delegatedIpv6Prefix,
        List<String> framedRoutes,
        SubscriberLocks locks,
        SessionLimit sessionLimit) {

    public SubscriberSnapshot {
        framedRoutes = List.copyOf(framedRoutes);
    }

    /** One without locks, with as many sessions as its plan says. */
    public SubscriberSnapshot(
            long subscriberId,
            long version,
            String login,
            ContractSnapshot contract,
            Credential credential,
            @Nullable String mac,
            @Nullable String circuitId,
            @Nullable String remoteId,
            @Nullable String framedIpv4,
            @Nullable String framedIpv6Prefix,
            @Nullable String delegatedIpv6Prefix,
            List<String> framedRoutes) {
        this(
                subscriberId,
                version,
                login,
                contract,
                credential,
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

    /** How many sessions it may have at a time. */
    public int simultaneousSessions() {
        return sessionLimit.sessions() == null ? contract.plan().simultaneousSessions() : sessionLimit.sessions();
    }

    /** What becomes of one more. */
    public SimultaneousPolicy simultaneousPolicy() {
        return sessionLimit.whenInUse() == null ? contract.plan().simultaneousPolicy() : sessionLimit.whenInUse();
    }

    public SubscriberSnapshot with(ContractSnapshot newContract) {
        return new SubscriberSnapshot(
                subscriberId,
                version,
                login,
                newContract,
                credential,
                mac,
                circuitId,
                remoteId,
                framedIpv4,
                framedIpv6Prefix,
                delegatedIpv6Prefix,
                framedRoutes,
                locks,
                sessionLimit);
    }
}
