package net.catraca.radius.reply;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is known of particular attributes beyond their numbers, so that the lint can tell a garden with a hole from one
 * without. An attribute that is not named here (an operator's own vendor) is believed to do what its section says.
 */
final class AttributeFacts {

    /** The traffic that an attribute acts upon. */
    enum Reach {
        V4,
        V6,
        BOTH
    }

    private static final String BY_SUBSCRIBER = "it is added per subscriber or session";
    private static final String IN_REQUESTS = "it stands in requests, not in an Access-Accept";
    private static final String BY_PROTOCOL = "the protocol itself writes it";

    /** Attributes that no profile may set, and why. */
    private static final Map<String, String> FORBIDDEN = Map.ofEntries(
            Map.entry("Framed-IP-Address", BY_SUBSCRIBER),
            Map.entry("Framed-IPv6-Prefix", BY_SUBSCRIBER),
            Map.entry("Framed-IPv6-Address", BY_SUBSCRIBER),
            Map.entry("Delegated-IPv6-Prefix", BY_SUBSCRIBER),
            Map.entry("Framed-Route", BY_SUBSCRIBER),
            Map.entry("Framed-IPv6-Route", BY_SUBSCRIBER),
            Map.entry("Class", BY_SUBSCRIBER),
            Map.entry("Reply-Message", BY_SUBSCRIBER),
            Map.entry("Acct-Interim-Interval", BY_SUBSCRIBER + ", from the plan and with jitter"),
            Map.entry("Session-Timeout", BY_SUBSCRIBER + ", only for a certain tightening ahead"),
            Map.entry("Termination-Action", BY_SUBSCRIBER + ", with Session-Timeout"),
            Map.entry("WISPr-Session-Terminate-Time", "Session-Timeout says it, where a tightening is certain"),
            Map.entry("State", BY_PROTOCOL),
            Map.entry("Proxy-State", BY_PROTOCOL),
            Map.entry("Message-Authenticator", BY_PROTOCOL),
            Map.entry("EAP-Message", BY_PROTOCOL),
            Map.entry("Vendor-Specific", BY_PROTOCOL),
            Map.entry("Error-Cause", BY_PROTOCOL),
            Map.entry("Event-Timestamp", BY_PROTOCOL),
            Map.entry("User-Name", IN_REQUESTS),
            Map.entry("User-Password", IN_REQUESTS),
            Map.entry("CHAP-Password", IN_REQUESTS),
            Map.entry("CHAP-Challenge", IN_REQUESTS),
            Map.entry("NAS-IP-Address", IN_REQUESTS),
            Map.entry("NAS-IPv6-Address", IN_REQUESTS),
            Map.entry("NAS-Identifier", IN_REQUESTS),
            Map.entry("NAS-Port", IN_REQUESTS),
            Map.entry("NAS-Port-Id", IN_REQUESTS),
            Map.entry("NAS-Port-Type", IN_REQUESTS),
            Map.entry("Called-Station-Id", IN_REQUESTS),
            Map.entry("Calling-Station-Id", IN_REQUESTS),
            Map.entry("Connect-Info", IN_REQUESTS));

    /** Each attribute that acts on IPv4 alone, with the one that does the same for IPv6. */
    private static final Map<String, String> TWINS = Map.ofEntries(
            Map.entry("ZTE-Rate-Ctrl-SCR-Down", "ZTE-Rate-Ctrl-SCR-Down-v6"),
            Map.entry("ZTE-Rate-Ctrl-SCR-Up", "ZTE-Rate-Ctrl-SCR-Up-v6"),
            Map.entry("ZTE-Rate-Ctrl-Burst-Down", "ZTE-Rate-Ctrl-Burst-Down-v6"),
            Map.entry("ZTE-Rate-Ctrl-Burst-Up", "ZTE-Rate-Ctrl-Burst-Up-v6"),
            Map.entry("ZTE-QoS-Profile-Down", "ZTE-QoS-Profile-Down-v6"),
            Map.entry("ZTE-QOS-Profile-Up", "ZTE-QoS-Profile-Up-v6"),
            Map.entry("ERX-Ingress-Policy-Name", "ERX-IPv6-Ingress-Policy-Name"),
            Map.entry("ERX-Egress-Policy-Name", "ERX-IPv6-Egress-Policy-Name"),
            Map.entry("Cisco-In-ACL", "Cisco-IPv6-In-ACL"),
            Map.entry("Cisco-Out-ACL", "Cisco-IPv6-Out-ACL"),
            Map.entry("Alc-Portal-Url", "Alc-Ipv6-Portal-Url"));

    /** Each rate that is only committed, with the one that says the most that is let through. */
    private static final Map<String, String> PEAKS = Map.of(
            "Huawei-Input-Average-Rate", "Huawei-Input-Peak-Rate",
            "Huawei-Output-Average-Rate", "Huawei-Output-Peak-Rate",
            "H3C-Input-Average-Rate", "H3C-Input-Peak-Rate",
            "H3C-Output-Average-Rate", "H3C-Output-Peak-Rate");

    private static final Set<String> V4_POOLS = Set.of("Framed-Pool", "ERX-Address-Pool-Name");

    private static final Set<String> V6_POOLS = Set.of(
            "Framed-IPv6-Pool",
            "Delegated-IPv6-Prefix-Pool",
            "Stateful-IPv6-Address-Pool",
            "Mikrotik-Delegated-IPv6-Pool",
            "ERX-IPv6-NdRa-Pool-Name",
            "ERX-IPv6-Delegated-Pool-Name",
            "Huawei-Delegated-IPv6-Prefix-Pool",
            "Alc-Delegated-IPv6-Pool",
            "Alc-SLAAC-IPv6-Pool");

    private static final Set<String> V4_ONLY = Set.of("Mikrotik-Address-List", "Framed-IP-Netmask", "NAS-Filter-Rule");

    /** Beside pools, what a NAS reads only when a session starts. */
    private static final Set<String> AT_START_ONLY = Set.of(
            "Service-Type",
            "Framed-Protocol",
            "Framed-MTU",
            "Framed-Routing",
            "Framed-Compression",
            "Framed-IP-Netmask",
            "Framed-Interface-Id",
            "DNS-Server-IPv6-Address",
            "ERX-Virtual-Router-Name",
            "Accel-VRF-Name",
            "Huawei-Domain-Name",
            "ZTE-Access-Domain");

    /** What slows down, informs or redirects, but keeps nobody out of anything. */
    private static final Set<String> RESTRICT_NOTHING = Set.of(
            "Mikrotik-Rate-Limit",
            "Mikrotik-Advertise-URL",
            "Mikrotik-Advertise-Interval",
            "Huawei-Input-Average-Rate",
            "Huawei-Input-Peak-Rate",
            "Huawei-Output-Average-Rate",
            "Huawei-Output-Peak-Rate",
            "H3C-Input-Average-Rate",
            "H3C-Input-Peak-Rate",
            "H3C-Output-Average-Rate",
            "H3C-Output-Peak-Rate",
            "Huawei-PortalURL",
            "Huawei-HTTP-Redirect-URL",
            "H3C-Portal-URL",
            "Alc-Portal-Url",
            "Alc-Ipv6-Portal-Url",
            "Alc-Subscriber-QoS-Override",
            "ERX-CoS-Shaping-Pmt-Type",
            "ERX-Cos-Shaping-Rate",
            "ZTE-Rate-Ctrl-SCR-Down",
            "ZTE-Rate-Ctrl-SCR-Up",
            "ZTE-Rate-Ctrl-SCR-Down-v6",
            "ZTE-Rate-Ctrl-SCR-Up-v6",
            "ZTE-Rate-Ctrl-PCR",
            "WISPr-Bandwidth-Max-Up",
            "WISPr-Bandwidth-Max-Down",
            "WISPr-Bandwidth-Min-Up",
            "WISPr-Bandwidth-Min-Down",
            "WISPr-Redirection-URL",
            "Ascend-Data-Rate",
            "Ascend-Xmit-Rate",
            "Idle-Timeout",
            "Port-Limit",
            "Service-Type",
            "Framed-Protocol",
            "Framed-MTU",
            "Framed-Routing",
            "Framed-Compression",
            "Framed-IP-Netmask");

    /** Attributes that start a named thing on the NAS, each with the one that ends it. */
    private static final Map<String, String> ENDED_BY = Map.of(
            "ERX-Service-Activate", "ERX-Service-Deactivate",
            "Cisco-Sub-Activate-Service", "Cisco-Sub-Deactivate-Service");

    private AttributeFacts() {}

    /** Every name that stands here: one that no dictionary has would be a rule that never holds. */
    static Stream<String> names() {
        return Stream.of(
                        FORBIDDEN.keySet(),
                        TWINS.keySet(),
                        TWINS.values(),
                        PEAKS.keySet(),
                        PEAKS.values(),
                        V4_POOLS,
                        V6_POOLS,
                        V4_ONLY,
                        AT_START_ONLY,
                        RESTRICT_NOTHING,
                        ENDED_BY.keySet(),
                        ENDED_BY.values())
                .flatMap(Collection::stream);
    }

    /** Why a profile may not set this attribute. */
    static Optional<String> forbidden(String name) {
        return Optional.ofNullable(FORBIDDEN.get(name));
    }

    static Reach reach(ProfileLine line) {
        var name = line.attribute().name();
        var value = line.value().text();
        if (name.equals("Alc-Subscriber-Filter")) {
            return reach(value.contains("v4:"), value.contains("v6:"));
        }
        if (name.equals("Cisco-AVPair")) {
            return reachOfPair(before(value, '='));
        }
        var v4 = V4_POOLS.contains(name) || V4_ONLY.contains(name) || TWINS.containsKey(name);
        var v6 = V6_POOLS.contains(name) || TWINS.containsValue(name);
        return reach(v4 || !v6, v6 || !v4);
    }

    /** @param what protocol and attribute, as in {@code subscriber:ipv6_inacl} */
    private static Reach reachOfPair(String what) {
        if (what.contains("sub-qos-policy")) {
            return Reach.BOTH;
        }
        if (what.startsWith("ipv6:") || what.contains(":ipv6_")) {
            return Reach.V6;
        }
        var list = what.endsWith(":inacl") || what.endsWith(":outacl");
        return list || what.startsWith("ip:") || what.startsWith("ipv4:") ? Reach.V4 : Reach.BOTH;
    }

    private static Reach reach(boolean v4, boolean v6) {
        return v4 == v6 ? Reach.BOTH : v4 ? Reach.V4 : Reach.V6;
    }

    static boolean isPool(ProfileLine line) {
        var name = line.attribute().name();
        return V4_POOLS.contains(name)
                || V6_POOLS.contains(name)
                || (name.equals("Cisco-AVPair") && line.identity().endsWith("pool"));
    }

    /** Whether a live session keeps what it started with, whatever a CoA says. */
    static boolean atStartOnly(ProfileLine line) {
        return isPool(line) || AT_START_ONLY.contains(line.attribute().name());
    }

    static boolean restrictsNothing(ProfileLine line) {
        return RESTRICT_NOTHING.contains(line.attribute().name());
    }

    /** The attribute that does for the other protocol what this one does for its own. */
    static Optional<String> twin(String name) {
        var forV6 = TWINS.get(name);
        return forV6 != null
                ? Optional.of(forV6)
                : TWINS.entrySet().stream()
                        .filter(pair -> pair.getValue().equals(name))
                        .map(Map.Entry::getKey)
                        .findFirst();
    }

    /** The attribute that says the most that is let through, where this one says what is committed. */
    static Optional<String> peak(String name) {
        return Optional.ofNullable(PEAKS.get(name));
    }

    /** The attribute that ends what this one starts. */
    static Optional<String> endedBy(String name) {
        return Optional.ofNullable(ENDED_BY.get(name));
    }

    /**
     * What a line sets on the NAS. Most attributes have one value there; some name a key within their value, and lines
     * with different keys stand beside each other.
     */
    static String identity(String name, String value) {
        var attribute = name.split(":", 2)[0];
        return switch (attribute) {
            case "Cisco-AVPair" -> attribute + ' ' + before(value, '=');
            // "T02 50000000": T02 is the shaping rate, T01 a scheduler map, and so on.
            case "ERX-CoS-Shaping-Pmt-Type" -> attribute + ' ' + before(value, ' ');
            case "ERX-Service-Activate", "ERX-Service-Deactivate" -> attribute + ' ' + before(value, '(');
            case "Cisco-Sub-Activate-Service", "Cisco-Sub-Deactivate-Service", "NAS-Filter-Rule" ->
                attribute + ' ' + value;
            case "Alc-Subscriber-QoS-Override" -> attribute + ' ' + value.substring(0, value.lastIndexOf(':') + 1);
            default -> name;
        };
    }

    private static String before(String value, char end) {
        var at = value.indexOf(end);
        return at < 0 ? value : value.substring(0, at);
    }
}
