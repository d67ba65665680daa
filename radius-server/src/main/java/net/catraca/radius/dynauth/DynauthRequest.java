package net.catraca.radius.dynauth;

import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.SignedRequest;

/**
 * A request to be sent.
 *
 * @param attributes encoded: what names the NAS and the session, and for CoA what is to change. Event-Timestamp,
 *     Message-Authenticator and header are the client's; there is no Proxy-State
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
public record DynauthRequest(Method method, byte[] attributes) {

    /** Octets that are left beside Event-Timestamp. */
    public static final int MAX_ATTRIBUTE_OCTETS =
            SignedRequest.MAX_ATTRIBUTE_OCTETS - DynauthClient.EVENT_TIMESTAMP_OCTETS;

    public DynauthRequest {
        if (attributes.length > MAX_ATTRIBUTE_OCTETS) {
            throw new IllegalArgumentException(
                    "attributes: expected at most " + MAX_ATTRIBUTE_OCTETS + " octets, was " + attributes.length);
        }
    }

    /** What is asked of the NAS. */
    public enum Method {
        COA(PacketCode.COA_REQUEST, PacketCode.COA_ACK, PacketCode.COA_NAK),
        DISCONNECT(PacketCode.DISCONNECT_REQUEST, PacketCode.DISCONNECT_ACK, PacketCode.DISCONNECT_NAK);

        final PacketCode request;
        final PacketCode acknowledgement;
        final PacketCode refusal;

        Method(PacketCode request, PacketCode acknowledgement, PacketCode refusal) {
            this.request = request;
            this.acknowledgement = acknowledgement;
            this.refusal = refusal;
        }
    }
}
