package net.catraca.radius.auth;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.radius.auth.CredentialResult.Authenticated;
import net.catraca.radius.auth.CredentialResult.NeedsWorker;
import net.catraca.radius.auth.CredentialResult.Rejected;
import net.catraca.radius.auth.CredentialResult.Unjudged;
import net.catraca.radius.auth.CredentialResult.Unusable;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Digests;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/**
 * Checks the credentials of an Access-Request. Whatever the method, an unknown user costs the work of a wrong password,
 * so that time tells nobody which logins exist. Not thread-safe: each event loop has its own.
 */
public final class CredentialCheck {

    private static final int CHAP_PASSWORD_OCTETS = 17;

    static final byte[] NO_ATTRIBUTES = {};

    private final Obfuscation obfuscation = new Obfuscation();
    private final MessageDigest md5 = Digests.digest("MD5");
    private final MsChapCheck msChap;
    private final Mac peppered;
    private final RandomGenerator random;
    private final Credential.Recoverable decoy;
    private final Credential.Peppered pepperedDecoy;

    /**
     * @param pepper the key of every {@link Credential.Peppered}; not empty
     * @param random unpredictable, for salts and challenges: a SecureRandom
     */
    public CredentialCheck(byte[] pepper, RandomGenerator random) {
        this.peppered = hmacSha256(pepper);
        this.random = random;
        this.decoy = new Credential.Recoverable(octets(16), octets(16));
        this.msChap = new MsChapCheck(obfuscation, random, decoy);
        this.pepperedDecoy = new Credential.Peppered(octets(16), octets(32));
    }

    /**
     * @param request whose Message-Authenticator, if any, has been verified
     * @param nas that sent it: its secret hides the password, and it may be allowed MS-CHAPv1
     * @param subscriber whose login or line the request names, or null for none
     */
    public CredentialResult check(RadiusPacket request, Nas nas, @Nullable SubscriberSnapshot subscriber) {
        var credential = subscriber == null ? null : subscriber.credential();
        if (subscriber != null && credential instanceof Credential.Line) {
            return line(request, subscriber);
        }
        if (credential instanceof Credential.Unreadable) {
            return new Unjudged(Drop.CREDENTIAL_UNREADABLE);
        }
        int pap = request.find(AttributeType.USER_PASSWORD);
        int chap = request.find(AttributeType.CHAP_PASSWORD);
        int msChapV1 = MsChapCheck.findV1(request);
        int msChapV2 = MsChapCheck.findV2(request);
        boolean eap = request.has(AttributeType.EAP_MESSAGE);
        if (present(pap) + present(chap) + present(msChapV1) + present(msChapV2) + (eap ? 1 : 0) > 1) {
            return unusable(Unusable.Obstacle.SEVERAL_CREDENTIALS);
        }
        if (pap != RadiusPacket.NONE) {
            return pap(request, pap, nas.secret(), credential);
        }
        if (chap != RadiusPacket.NONE) {
            return chap(request, chap, credential);
        }
        if (msChapV1 != RadiusPacket.NONE) {
            return msChap.v1(request, msChapV1, nas, credential);
        }
        if (msChapV2 != RadiusPacket.NONE) {
            return msChap.v2(request, msChapV2, nas.secret(), credential);
        }
        return unusable(eap ? Unusable.Obstacle.EAP_NOT_SUPPORTED : Unusable.Obstacle.NO_CREDENTIAL);
    }

    /** A line's password is its MAC once more, or a constant of the NAS: it proves nothing (RFC 5080 §2.1.1). */
    private static CredentialResult line(RadiusPacket request, SubscriberSnapshot subscriber) {
        return LineIdentity.of(request).isOf(subscriber)
                ? new Authenticated(AuthMethod.LINE, NO_ATTRIBUTES)
                : new Rejected(Rejected.Mismatch.WRONG_LINE, NO_ATTRIBUTES);
    }

    private static int present(int at) {
        return at == RadiusPacket.NONE ? 0 : 1;
    }

    private static Unusable unusable(Unusable.Obstacle why) {
        return new Unusable(why, NO_ATTRIBUTES);
    }

    private CredentialResult pap(RadiusPacket request, int at, SharedSecret secret, @Nullable Credential credential) {
        var password = obfuscation.reveal(request, at, secret);
        if (password == null) {
            return unusable(Unusable.Obstacle.MALFORMED_CREDENTIAL);
        }
        if (credential instanceof Credential.Imported imported) {
            return imported(imported, new ReceivedPassword(password));
        }
        try {
            return pap(password, credential);
        } finally {
            Arrays.fill(password, (byte) 0);
        }
    }

    private static CredentialResult imported(Credential.Imported imported, ReceivedPassword password) {
        if (ImportedHash.isSupported(imported.hash())) {
            return new NeedsWorker(imported, password);
        }
        password.close();
        return unusable(Unusable.Obstacle.HASH_NOT_SUPPORTED);
    }

    private CredentialResult pap(byte[] password, @Nullable Credential credential) {
        if (MessageDigest.isEqual(recoverable(credential).password(), password)
                && credential instanceof Credential.Recoverable) {
            return new Authenticated(AuthMethod.PAP, NO_ATTRIBUTES);
        }
        // Every failure costs both hashes too, whether there is one, a password in clear, or no such login.
        var ntHash = credential instanceof Credential.NtHash(var found) ? found : decoy.ntHash();
        boolean isOfNtHash = MessageDigest.isEqual(ntHash, PasswordKeeper.ntHash(password));
        if (isOfNtHash && credential instanceof Credential.NtHash) {
            return new Authenticated(AuthMethod.PAP, NO_ATTRIBUTES);
        }
        var hashed = credential instanceof Credential.Peppered found ? found : pepperedDecoy;
        return MessageDigest.isEqual(hashed.hmac(), hmac(hashed.salt(), password))
                        && credential instanceof Credential.Peppered
                ? new Authenticated(AuthMethod.PAP, NO_ATTRIBUTES)
                : new Rejected(failure(credential), NO_ATTRIBUTES);
    }

    private byte[] hmac(byte[] salt, byte[] password) {
        peppered.update(salt);
        return peppered.doFinal(password);
    }

    private static Rejected.Mismatch failure(@Nullable Credential credential) {
        return credential == null ? Rejected.Mismatch.UNKNOWN_USER : Rejected.Mismatch.WRONG_PASSWORD;
    }

    private CredentialResult chap(RadiusPacket request, int at, @Nullable Credential credential) {
        if (request.valueLength(at) != CHAP_PASSWORD_OCTETS) {
            return unusable(Unusable.Obstacle.MALFORMED_CREDENTIAL);
        }
        int value = request.valueStart(at);
        md5.update(request.octets(), value, 1);
        md5.update(recoverable(credential).password());
        var challenge = request.bytes(AttributeType.CHAP_CHALLENGE);
        // RFC 2865 §2.2, §5.3: without CHAP-Challenge the Request Authenticator is the challenge.
        var expected = md5.digest(challenge == null ? request.authenticator() : challenge);
        var received = Arrays.copyOfRange(request.octets(), value + 1, value + CHAP_PASSWORD_OCTETS);
        return MessageDigest.isEqual(expected, received) && credential instanceof Credential.Recoverable
                ? new Authenticated(AuthMethod.CHAP, NO_ATTRIBUTES)
                : refused(credential, NO_ATTRIBUTES);
    }

    private Credential.Recoverable recoverable(@Nullable Credential credential) {
        return credential instanceof Credential.Recoverable recoverable ? recoverable : decoy;
    }

    /** RFC 2865 §2.2: where the password is not available in clear, Access-Reject. */
    static CredentialResult refused(@Nullable Credential credential, byte[] attributes) {
        return credential == null || credential instanceof Credential.Recoverable
                ? new Rejected(failure(credential), attributes)
                : new Unusable(Unusable.Obstacle.PASSWORD_NOT_RECOVERABLE, attributes);
    }

    private byte[] octets(int count) {
        var octets = new byte[count];
        random.nextBytes(octets);
        return octets;
    }

    private static Mac hmacSha256(byte[] key) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }
}
