package net.catraca.radius.reply;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Attributes that can name a session, or the NAS itself, in a CoA- or Disconnect-Request (RFC 5176 §3). Whatever stands
 * in such a request is mandatory to the NAS, so a profile lists only what its NASes know.
 */
public enum SessionAttribute {
    USER_NAME("User-Name"),
    ACCT_SESSION_ID("Acct-Session-Id"),
    FRAMED_IP_ADDRESS("Framed-IP-Address"),
    CALLING_STATION_ID("Calling-Station-Id"),
    NAS_PORT_ID("NAS-Port-Id"),
    /** As the NAS itself sends it; NAS-IPv6-Address where it has only that. */
    NAS_IP_ADDRESS("NAS-IP-Address"),
    /** As the NAS itself sends it; left out where it sends none. */
    NAS_IDENTIFIER("NAS-Identifier");

    /** What RFC 5176 §3 recommends, for a profile that lists nothing. */
    public static final List<SessionAttribute> USUAL = List.of(USER_NAME, ACCT_SESSION_ID, NAS_IP_ADDRESS);

    private final String attributeName;

    SessionAttribute(String attributeName) {
        this.attributeName = attributeName;
    }

    public String attributeName() {
        return attributeName;
    }

    static Optional<SessionAttribute> named(String name) {
        return Arrays.stream(values())
                .filter(attribute -> attribute.attributeName.equals(name))
                .findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(SessionAttribute::attributeName).toList();
    }
}
