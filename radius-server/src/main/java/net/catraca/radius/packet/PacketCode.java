package net.catraca.radius.packet;

import org.jspecify.annotations.Nullable;

/** The first octet of a packet, as far as we know it (IANA "RADIUS Packet Type Codes"). */
public enum PacketCode {
    ACCESS_REQUEST(1, "Access-Request"),
    ACCESS_ACCEPT(2, "Access-Accept"),
    ACCESS_REJECT(3, "Access-Reject"),
    ACCOUNTING_REQUEST(4, "Accounting-Request"),
    ACCOUNTING_RESPONSE(5, "Accounting-Response"),
    ACCESS_CHALLENGE(11, "Access-Challenge"),
    STATUS_SERVER(12, "Status-Server"),
    DISCONNECT_REQUEST(40, "Disconnect-Request"),
    DISCONNECT_ACK(41, "Disconnect-ACK"),
    DISCONNECT_NAK(42, "Disconnect-NAK"),
    COA_REQUEST(43, "CoA-Request"),
    COA_ACK(44, "CoA-ACK"),
    COA_NAK(45, "CoA-NAK"),
    PROTOCOL_ERROR(52, "Protocol-Error");

    private static final @Nullable PacketCode[] BY_OCTET = new @Nullable PacketCode[256];

    static {
        for (var code : values()) {
            BY_OCTET[code.octet] = code;
        }
    }

    private final int octet;
    private final String rfcName;

    PacketCode(int octet, String rfcName) {
        this.octet = octet;
        this.rfcName = rfcName;
    }

    /** @param octet 0..255; others are unknown too */
    public static @Nullable PacketCode of(int octet) {
        return octet < 0 || octet > 255 ? null : BY_OCTET[octet];
    }

    public int octet() {
        return octet;
    }

    /**
     * Whether the Request Authenticator of this request is a digest of the packet (RFC 2866 §3, RFC 5176 §2.3) rather
     * than a random value (RFC 2865 §3, RFC 5997 §3).
     */
    public boolean hasDigestAsRequestAuthenticator() {
        return switch (this) {
            case ACCOUNTING_REQUEST, DISCONNECT_REQUEST, COA_REQUEST -> true;
            default -> false;
        };
    }

    /** As in the RFCs, such as Access-Request. */
    @Override
    public String toString() {
        return rfcName;
    }
}
