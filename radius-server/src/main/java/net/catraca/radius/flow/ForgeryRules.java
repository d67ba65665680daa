package net.catraca.radius.flow;

import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.nas.MessageAuthenticatorSightings;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * What an Access-Request must prove of itself beyond its source address, which anybody can forge; CVE-2024-3596 and
 * draft-ietf-radext-deprecating-radius §5. Position of an attribute proves nothing and is never looked at.
 */
public final class ForgeryRules {

    private static final int ARAP_PASSWORD = 70;
    private static final int MICROSOFT = 311;
    private static final int MS_CHAP_RESPONSE = 1;
    private static final int MS_CHAP2_RESPONSE = 25;

    private final MessageAuthenticatorSightings sightings;

    public ForgeryRules(MessageAuthenticatorSightings sightings) {
        this.sightings = sightings;
    }

    /** Why it is to be dropped in silence, or null. */
    @Nullable
    Drop objection(Admitted request) {
        var packet = request.packet();
        boolean eap = packet.has(AttributeType.EAP_MESSAGE);
        if (request.hasMessageAuthenticator()) {
            // EAP always has one (RFC 3579 §3.1), so it says nothing of the NAS's other requests.
            if (!eap) {
                sightings.sighted(request.nas());
            }
            return null;
        }
        if (eap) {
            return Drop.EAP_WITHOUT_MESSAGE_AUTHENTICATOR;
        }
        if (sightings.required(request.nas())) {
            return Drop.MISSING_MESSAGE_AUTHENTICATOR;
        }
        return request.nas().messageAuthenticator() == MessageAuthenticatorPolicy.ACCEPT ? null : limit(packet);
    }

    /** A NAS that has not shown a Message-Authenticator yet is served, but not where that invites a forger. */
    private static @Nullable Drop limit(RadiusPacket packet) {
        if (packet.has(AttributeType.PROXY_STATE)) {
            return Drop.PROXY_STATE_WITHOUT_MESSAGE_AUTHENTICATOR;
        }
        return hasCredential(packet) ? null : Drop.AUTHORIZATION_WITHOUT_MESSAGE_AUTHENTICATOR;
    }

    static boolean hasCredential(RadiusPacket packet) {
        return packet.has(AttributeType.USER_PASSWORD)
                || packet.has(AttributeType.CHAP_PASSWORD)
                || packet.has(ARAP_PASSWORD)
                || packet.findVendor(MICROSOFT, MS_CHAP_RESPONSE) != RadiusPacket.NONE
                || packet.findVendor(MICROSOFT, MS_CHAP2_RESPONSE) != RadiusPacket.NONE;
    }
}
