package net.catraca.admin.simulator;

import java.util.List;
import java.util.Optional;

/**
 * An attribute that tells a router what a session may do, numbered as its vendor's manual does: not by the dictionaries
 * that the server is configured with, so that a wrong number there shows.
 *
 * @param vendor 0 for the standard space
 */
record PolicyAttribute(String name, int vendor, int type, Kind kind) {

    enum Kind {
        TEXT,
        /** Text that one octet of a tag may stand before. */
        TAGGED_TEXT,
        INTEGER
    }

    private static final int MIKROTIK = 14988;
    private static final int CISCO = 9;
    private static final int ERX = 4874;
    private static final int HUAWEI = 2011;
    private static final int NOKIA = 6527;
    private static final int ZTE = 3902;
    private static final int WISPR = 14122;

    static final List<PolicyAttribute> STANDARD = List.of(
            text("Filter-Id", 0, 11),
            text("Framed-Pool", 0, 88),
            text("Framed-IPv6-Pool", 0, 100),
            text("Delegated-IPv6-Prefix-Pool", 0, 171),
            text("Stateful-IPv6-Address-Pool", 0, 172));

    static final List<PolicyAttribute> VENDORS = List.of(
            text("Mikrotik-Group", MIKROTIK, 3),
            text("Mikrotik-Rate-Limit", MIKROTIK, 8),
            text("Mikrotik-Address-List", MIKROTIK, 19),
            text("Mikrotik-Delegated-IPv6-Pool", MIKROTIK, 22),
            text("Cisco-AVPair", CISCO, 1),
            text("Cisco-In-ACL", CISCO, 57),
            text("Cisco-IPv6-In-ACL", CISCO, 61),
            text("ERX-Ingress-Policy-Name", ERX, 10),
            new PolicyAttribute("ERX-Service-Activate", ERX, 65, Kind.TAGGED_TEXT),
            text("ERX-Service-Deactivate", ERX, 66),
            text("ERX-IPv6-Ingress-Policy-Name", ERX, 106),
            text("ERX-CoS-Shaping-Pmt-Type", ERX, 108),
            text("ERX-IPv6-NdRa-Pool-Name", ERX, 157),
            text("ERX-IPv6-Delegated-Pool-Name", ERX, 161),
            number("Huawei-Input-Average-Rate", HUAWEI, 2),
            number("Huawei-Input-Peak-Rate", HUAWEI, 3),
            number("Huawei-Output-Average-Rate", HUAWEI, 5),
            number("Huawei-Output-Peak-Rate", HUAWEI, 6),
            text("Huawei-Delegated-IPv6-Prefix-Pool", HUAWEI, 191),
            text("Huawei-User-Group-Name", HUAWEI, 251),
            text("Alc-Subsc-Prof-Str", NOKIA, 12),
            text("Alc-SLA-Prof-Str", NOKIA, 13),
            text("Alc-Subscriber-QoS-Override", NOKIA, 126),
            text("Alc-Delegated-IPv6-Pool", NOKIA, 131),
            text("Alc-Subscriber-Filter", NOKIA, 134),
            text("Alc-SLAAC-IPv6-Pool", NOKIA, 181),
            text("ZTE-QoS-Profile-Down", ZTE, 82),
            number("ZTE-Rate-Ctrl-SCR-Down", ZTE, 83),
            number("ZTE-Rate-Ctrl-SCR-Up", ZTE, 89),
            text("ZTE-QOS-Profile-Up", ZTE, 94),
            number("ZTE-Rate-Ctrl-SCR-Up-v6", ZTE, 228),
            text("ZTE-QoS-Profile-Up-v6", ZTE, 232),
            number("ZTE-Rate-Ctrl-SCR-Down-v6", ZTE, 233),
            text("ZTE-QoS-Profile-Down-v6", ZTE, 237),
            number("WISPr-Bandwidth-Max-Up", WISPR, 7),
            number("WISPr-Bandwidth-Max-Down", WISPR, 8));

    private static PolicyAttribute text(String name, int vendor, int type) {
        return new PolicyAttribute(name, vendor, type, Kind.TEXT);
    }

    private static PolicyAttribute number(String name, int vendor, int type) {
        return new PolicyAttribute(name, vendor, type, Kind.INTEGER);
    }

    static Optional<PolicyAttribute> numbered(int vendor, int type) {
        return (vendor == 0 ? STANDARD : VENDORS)
                .stream()
                        .filter(attribute -> attribute.vendor == vendor && attribute.type == type)
                        .findFirst();
    }

    static boolean isPolicy(String name) {
        return STANDARD.stream().anyMatch(attribute -> attribute.name.equals(name))
                || VENDORS.stream().anyMatch(attribute -> attribute.name.equals(name));
    }
}
