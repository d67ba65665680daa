package net.catraca.admin.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Proves to a receiver that a request is ours, and of which moment, so that nobody can send it again much later. */
final class Signature {

    static final String HEADER = "Catraca-Signature";

    private Signature() {}

    /** {@code t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body" in hexadecimal>}. */
    static String of(byte[] secret, Instant at, byte[] body) {
        long seconds = at.getEpochSecond();
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
