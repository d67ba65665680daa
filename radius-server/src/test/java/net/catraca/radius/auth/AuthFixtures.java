package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasFixtures;
import org.bouncycastle.crypto.digests.MD4Digest;
import org.jspecify.annotations.Nullable;

/** Subscribers and what they are checked against. */
public final class AuthFixtures {

    public static final byte[] PEPPER = "the pepper of the tests, 32 oct.".getBytes(UTF_8);

    private AuthFixtures() {}

    public static Nas nas(String secret) {
        return NasFixtures.nas(1, "192.0.2.1/32", null, secret);
    }

    public static SubscriberSnapshot subscriber(Credential credential) {
        return subscriber(credential, null, null, null);
    }

    public static SubscriberSnapshot subscriber(
            Credential credential, @Nullable String mac, @Nullable String circuitId, @Nullable String remoteId) {
        return new SubscriberSnapshot(
                1,
                1,
                "ana",
                Fixtures.contract().build(),
                credential,
                mac,
                circuitId,
                remoteId,
                null,
                null,
                null,
                List.of());
    }

    public static SubscriberSnapshot withPassword(String password) {
        return subscriber(recoverable(password));
    }

    public static Credential.Recoverable recoverable(String password) {
        return new Credential.Recoverable(password.getBytes(UTF_8), ntHash(password));
    }

    /** NtPasswordHash, RFC 2759 §8.3. */
    public static byte[] ntHash(String password) {
        var unicode = password.getBytes(UTF_16LE);
        var hash = new byte[16];
        var md4 = new MD4Digest();
        md4.update(unicode, 0, unicode.length);
        md4.doFinal(hash, 0);
        return hash;
    }
}
