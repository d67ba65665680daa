package net.catraca.radius.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.accounting.Accounted;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.accounting.Journal;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.auth.CredentialResult;
import net.catraca.radius.auth.LineIdentity;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.Decoding.Decoded;
import net.catraca.radius.packet.Decoding.Malformed;
import net.catraca.radius.session.SessionRules;
import org.jspecify.annotations.Nullable;

/** Does with arbitrary octets all that the packet path does, and holds it to what must be true of any input. */
final class PacketProbe {

    private static final int VENDORS_TRIED = 3;

    private final Digests digests = new Digests();
    private final ReplyBuilder replies = new ReplyBuilder(digests);
    private final CredentialCheck credentialCheck = new CredentialCheck(AuthFixtures.PEPPER, new Random(1));
    private final Nas nas = NasFixtures.allowingMsChapV1(AuthFixtures.nas("xyzzy5461"));
    private final List<SubscriberSnapshot> subscribers = List.of(
            AuthFixtures.withPassword("arctangent"),
            AuthFixtures.subscriber(new Credential.Peppered(new byte[16], new byte[32])),
            AuthFixtures.subscriber(new Credential.Imported("$1$salt$qJH7.N4xYta3aEG/dfqo/0")),
            AuthFixtures.subscriber(new Credential.Unreadable()),
            AuthFixtures.subscriber(new Credential.Line(), "001b220abb0c", null, null));

    /** Whether the octets were a packet. */
    boolean feed(byte[] datagram) {
        var decoding = PacketCodec.decode(datagram);
        agreesWithTheBufferDecoder(decoding, datagram);
        return switch (decoding) {
            case Malformed _ -> false;
            case Decoded(var packet) -> {
                holdsOnlyWhatArrived(packet, datagram);
                readsEveryAttribute(packet);
                checksEveryCredential(packet);
                answers(packet);
                accounts(packet);
                yield true;
            }
        };
    }

    private static void agreesWithTheBufferDecoder(Decoding decoding, byte[] datagram) {
        var buffer = Unpooled.wrappedBuffer(new byte[] {1, 2, 3}, datagram).skipBytes(3);
        switch (PacketCodec.decode(buffer)) {
            case Malformed malformed -> assertThat(decoding).isEqualTo(malformed);
            case Decoded(var packet) ->
                assertThat(((Decoded) decoding).packet().octets()).isEqualTo(packet.octets());
        }
        assertThat(buffer.readerIndex()).isEqualTo(3);
    }

    private static void holdsOnlyWhatArrived(RadiusPacket packet, byte[] datagram) {
        assertThat(packet.length()).isBetween(20, 4096).isLessThanOrEqualTo(datagram.length);
        assertThat(packet.octets()).isEqualTo(Arrays.copyOf(datagram, packet.length()));
    }

    /** Whatever it is, as if it were accounting: read on arrival, kept, read again at delivery. */
    private static void accounts(RadiusPacket packet) {
        var kept = KeptRecord.of(1, "nas-1", InetAddress.getLoopbackAddress(), Instant.EPOCH, Accounted.NOBODY, packet);
        var reading = AccountingReader.read(kept);
        assertThat(kept.encoded().length).isLessThanOrEqualTo(Journal.MAX_RECORD_OCTETS);
        assertThat(AccountingReader.read(KeptRecord.decode(kept.encoded()))).isEqualTo(reading);
        if (reading instanceof AccountingReader.Reading.Understood(var event)
                && event.what() instanceof AccountingEvent.OfSession session) {
            assertThat(session.key().acctSessionId()
                            + session.key().userName()
                            + session.key().port())
                    .doesNotContain("\0");
            SessionRules.fold(event, session, List.of(), List.of());
        }
    }

    private static void readsEveryAttribute(RadiusPacket packet) {
        int octets = RadiusPacket.HEADER_OCTETS;
        for (int type = 0; type <= 255; type++) {
            for (int at = packet.find(type); at != RadiusPacket.NONE; at = packet.next(at)) {
                octets += 2 + packet.bytesAt(at).length;
            }
            assertThat(packet.text(type) == null).isEqualTo(packet.bytes(type) == null);
            assertThat(packet.integer(type).orElse(0)).isBetween(0L, 0xffff_ffffL);
            for (int extendedType = 0; extendedType < 4; extendedType++) {
                readsTlvs(ExtendedAttributes.find(packet, type, extendedType));
            }
        }
        assertThat(octets).isEqualTo(packet.length());
        readsVendors(packet);
        assertThat(LineIdentity.of(packet).mac())
                .satisfiesAnyOf(
                        mac -> assertThat(mac).isNull(), mac -> assertThat(mac).matches("[0-9a-f]{12}"));
    }

    private static void readsTlvs(byte @Nullable [] value) {
        if (value != null) {
            assertThat(value).isNotEmpty();
            var inner = ExtendedAttributes.findTlv(value, 1, 2);
            assertThat(inner == null || inner.length < value.length).isTrue();
        }
    }

    private static void readsVendors(RadiusPacket packet) {
        int vsa = packet.find(AttributeType.VENDOR_SPECIFIC);
        for (int tried = 0; tried < VENDORS_TRIED && vsa != RadiusPacket.NONE; tried++) {
            if (packet.valueLength(vsa) >= 4) {
                int vendor = ByteBuffer.wrap(packet.octets()).getInt(packet.valueStart(vsa));
                for (int type = 0; type <= 255; type++) {
                    int last = RadiusPacket.NONE;
                    int at = packet.findVendor(vendor, type);
                    while (at != RadiusPacket.NONE) {
                        assertThat(at).isGreaterThan(last);
                        assertThat(packet.valueStart(at) + packet.valueLength(at))
                                .isLessThanOrEqualTo(packet.length());
                        last = at;
                        at = packet.nextVendor(vendor, type, at);
                    }
                }
            }
            vsa = packet.next(vsa);
        }
    }

    private void checksEveryCredential(RadiusPacket packet) {
        digests.messageAuthenticator(packet, nas.secret());
        digests.requestAuthenticatorIsValid(packet, nas.secret());
        assertThat(credentialCheck.check(packet, nas, null)).isNotInstanceOf(CredentialResult.Authenticated.class);
        for (var subscriber : subscribers) {
            assertThat(credentialCheck.check(packet, nas, subscriber)).isNotNull();
        }
    }

    private void answers(RadiusPacket packet) {
        var octets = replies.begin(PacketCode.ACCESS_REJECT, packet, true).finish(nas.secret());
        if (octets == null) {
            assertThat(packet.proxyStateOctets()).isGreaterThan(4096 - 20 - 18);
            return;
        }
        var answer = RequestBuilder.decoded(octets);
        assertThat(digests.responseIsValid(answer, packet, nas.secret())).isTrue();
        assertThat(answer.octets()[20]).isEqualTo((byte) AttributeType.MESSAGE_AUTHENTICATOR);
        assertThat(answer.proxyStateOctets()).isEqualTo(packet.proxyStateOctets());
    }
}
