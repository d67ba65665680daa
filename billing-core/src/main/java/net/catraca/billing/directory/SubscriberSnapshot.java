package net.catraca.billing.directory;

import java.util.List;
import net.catraca.billing.access.ContractSnapshot;
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
        List<String> framedRoutes) {

    public SubscriberSnapshot {
        framedRoutes = List.copyOf(framedRoutes);
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
                framedRoutes);
    }
}
