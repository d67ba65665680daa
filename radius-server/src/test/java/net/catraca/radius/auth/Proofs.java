package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.RequestBuilder;

/** Adds to requests what a NAS adds to prove a subscriber. */
public final class Proofs {

    static final int MICROSOFT = 311;
    static final byte[] CHALLENGE_V1 = HexFormat.of().parseHex("102db5df085d3041");
    static final byte[] CHALLENGE_V2 = HexFormat.of().parseHex("5b5d7c7d7b3f2f3e3c2c602132262628");
    static final byte[] PEER_CHALLENGE = HexFormat.of().parseHex("21402324255e262a28295f2b3a337c7e");
    static final byte IDENT = 5;

    private Proofs() {}

    public static RequestBuilder pap(RequestBuilder request, String password, SharedSecret secret) {
        return pap(request, password.getBytes(UTF_8), secret);
    }

    static RequestBuilder pap(RequestBuilder request, byte[] password, SharedSecret secret) {
        var padded = Arrays.copyOf(password, Math.max(16, (password.length + 15) / 16 * 16));
        return request.add(
                AttributeType.USER_PASSWORD, new Obfuscation().hide(padded, request.authenticator(), secret));
    }

    public static RequestBuilder chap(RequestBuilder request, String password) {
        return request.add(AttributeType.CHAP_PASSWORD, chapPassword(password, request.authenticator()));
    }

    static RequestBuilder chap(RequestBuilder request, String password, byte[] challenge) {
        return request.add(AttributeType.CHAP_CHALLENGE, challenge)
                .add(AttributeType.CHAP_PASSWORD, chapPassword(password, challenge));
    }

    private static byte[] chapPassword(String password, byte[] challenge) {
        MessageDigest md5 = Digests.digest("MD5");
        md5.update(IDENT);
        md5.update(password.getBytes(UTF_8));
        var value = new byte[17];
        value[0] = IDENT;
        System.arraycopy(md5.digest(challenge), 0, value, 1, 16);
        return value;
    }

    /** @param hashedName what the peer hashes: its name without a domain */
    public static RequestBuilder msChapV2(RequestBuilder request, String hashedName, String password) {
        var msChap = new MsChap();
        var challenge = msChap.challenge(PEER_CHALLENGE, CHALLENGE_V2, hashedName.getBytes(UTF_8));
        var response = new byte[50];
        response[0] = IDENT;
        System.arraycopy(PEER_CHALLENGE, 0, response, 2, 16);
        System.arraycopy(msChap.response(challenge, AuthFixtures.ntHash(password)), 0, response, 26, 24);
        return request.addVendor(MICROSOFT, 11, CHALLENGE_V2).addVendor(MICROSOFT, 25, response);
    }

    static RequestBuilder msChapV1(RequestBuilder request, String password, int flags) {
        var response = new byte[50];
        response[0] = IDENT;
        response[1] = (byte) flags;
        System.arraycopy(new MsChap().response(CHALLENGE_V1, AuthFixtures.ntHash(password)), 0, response, 26, 24);
        return request.addVendor(MICROSOFT, 11, CHALLENGE_V1).addVendor(MICROSOFT, 1, response);
    }
}
