package net.catraca.radius.flow;

import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Digests.MessageAuthenticator;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/** Whether a datagram is a packet of a NAS that we know. */
sealed interface Admission {

    /** @param messageAuthenticator never INVALID */
    record Admitted(Datagram.Origin origin, RadiusPacket packet, Nas nas, MessageAuthenticator messageAuthenticator)
            implements Admission {

        boolean hasMessageAuthenticator() {
            return messageAuthenticator == MessageAuthenticator.VALID;
        }

        /** As it was sent, for the log. */
        @Nullable
        String login() {
            return packet.text(AttributeType.USER_NAME);
        }
    }

    /** @param nas null while nobody knows whose it is */
    record Dropped(Drop why, @Nullable Nas nas) implements Admission {}
}
