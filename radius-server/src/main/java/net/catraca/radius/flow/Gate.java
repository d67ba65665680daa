package net.catraca.radius.flow;

import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.flow.Admission.Dropped;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasGroup;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Decoding.Decoded;
import net.catraca.radius.packet.Decoding.Malformed;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.Digests.MessageAuthenticator;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.PacketCodec;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/** The first steps of every packet, whatever its code: who asks, is it well-framed, is it signed right. */
public final class Gate {

    private final NasRegistry nases;
    private final NasIdentities identities;
    private final Digests digests;

    /**
     * @param identities is told how NASes call themselves
     * @param digests of this loop
     */
    public Gate(NasRegistry nases, NasIdentities identities, Digests digests) {
        this.nases = nases;
        this.identities = identities;
        this.digests = digests;
    }

    Admission open(Datagram in) {
        // RFC 2865 §3: who is not known by source address is not read at all.
        var group = nases.bySource(in.origin().source().getAddress());
        if (group == null) {
            return new Dropped(Drop.UNKNOWN_CLIENT, null);
        }
        return switch (PacketCodec.decode(in.octets())) {
            case Malformed(var why) -> new Dropped(why, onlyOneOf(group));
            case Decoded(var packet) -> verify(in, packet, group);
        };
    }

    private Admission verify(Datagram in, RadiusPacket packet, NasGroup group) {
        var nas = nasOf(packet, group);
        // The secret is the group's, so a forged NAS-Identifier cannot choose another one.
        var messageAuthenticator = digests.messageAuthenticator(packet, group.secret());
        if (messageAuthenticator == MessageAuthenticator.INVALID) {
            return new Dropped(Drop.BAD_MESSAGE_AUTHENTICATOR, nas);
        }
        if (packet.code().hasDigestAsRequestAuthenticator()
                && !digests.requestAuthenticatorIsValid(packet, group.secret())) {
            return new Dropped(Drop.BAD_AUTHENTICATOR, nas);
        }
        if (nas == null) {
            return new Dropped(Drop.UNKNOWN_NAS_IDENTIFIER, null);
        }
        if (packet.code() == PacketCode.ACCOUNTING_REQUEST) {
            identities.seen(in.origin().source().getAddress(), packet);
        }
        return new Admitted(in.origin(), packet, nas, messageAuthenticator);
    }

    private static @Nullable Nas nasOf(RadiusPacket packet, NasGroup group) {
        return group.nas(group.toldApartByIdentifier() ? packet.text(AttributeType.NAS_IDENTIFIER) : null);
    }

    private static @Nullable Nas onlyOneOf(NasGroup group) {
        return group.all().size() == 1 ? group.all().getFirst() : null;
    }
}
