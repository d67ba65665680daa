package net.catraca.billing.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.billing.directory.Credential;
import org.bouncycastle.crypto.digests.MD4Digest;

/**
 * Turns subscribers' passwords into what the database keeps, and back into what a login is checked against. All of it
 * rests sealed; a hashed password moreover cannot be read by whoever has the keys.
 */
public final class PasswordKeeper {

    private static final byte PEPPERED = 'P';
    private static final byte IMPORTED = 'I';
    private static final int SALT_OCTETS = 16;
    private static final int HMAC_OCTETS = 32;
    private static final int NT_HASH_OCTETS = 16;

    private final SecretVault vault;
    private final SecretKeySpec pepper;
    private final SecureRandom random = new SecureRandom();

    public PasswordKeeper(SecretVault vault, byte[] pepper) {
        this.vault = vault;
        this.pepper = new SecretKeySpec(pepper, "HmacSHA256");
    }

    /** For CHAP, MS-CHAPv2 and PAP: the password itself, sealed. */
    public byte[] recoverable(String password) {
        return vault.seal(Purpose.SUBSCRIBER_SECRET, password.getBytes(StandardCharsets.UTF_8));
    }

    /** For PAP only: salt and HMAC-SHA256(pepper, salt ‖ password), sealed. */
    public byte[] hashed(String password) {
        return hashed(pepper(password.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same, of a hash that {@link #pepper} made. */
    public byte[] hashed(Credential.Peppered peppered) {
        byte[] kept = new byte[1 + SALT_OCTETS + HMAC_OCTETS];
        kept[0] = PEPPERED;
        System.arraycopy(peppered.salt(), 0, kept, 1, SALT_OCTETS);
        System.arraycopy(peppered.hmac(), 0, kept, 1 + SALT_OCTETS, HMAC_OCTETS);
        return vault.seal(Purpose.SUBSCRIBER_SECRET, kept);
    }

    /** For PAP only: a bcrypt or crypt hash from another system, sealed. */
    public byte[] imported(String hash) {
        byte[] text = hash.getBytes(StandardCharsets.UTF_8);
        byte[] kept = new byte[1 + text.length];
        kept[0] = IMPORTED;
        System.arraycopy(text, 0, kept, 1, text.length);
        return vault.seal(Purpose.SUBSCRIBER_SECRET, kept);
    }

    /** For PAP and MS-CHAPv2: an NT hash from another system, as 32 hexadecimal digits, sealed. */
    public byte[] ntHashed(String digits) {
        return vault.seal(Purpose.SUBSCRIBER_SECRET, HexFormat.of().parseHex(digits));
    }

    /** Whether a sealed secret is this NT hash. */
    public boolean isNtHash(byte[] sealed, String digits) {
        return openNtHash(sealed) instanceof Credential.NtHash(var known)
                && MessageDigest.isEqual(known, HexFormat.of().parseHex(digits));
    }

    /** Whether a sealed secret is that of this password; {@code recoverable} says which of the two kinds it is. */
    public boolean isOf(byte[] sealed, boolean recoverable, String password) {
        byte[] text = password.getBytes(StandardCharsets.UTF_8);
        var credential = recoverable ? openRecoverable(sealed) : openHashed(sealed);
        return switch (credential) {
            case Credential.Recoverable(var known, var _) -> MessageDigest.isEqual(known, text);
            case Credential.Peppered(var salt, var hmac) -> MessageDigest.isEqual(hmac, hmac(salt, text));
            default -> false;
        };
    }

    /** Whether a sealed secret is an imported hash, and another one than this. */
    public boolean isOtherImported(byte[] sealed, String hash) {
        return openHashed(sealed) instanceof Credential.Imported(var known) && !known.equals(hash);
    }

    /** A fresh salt and the HMAC of a password with it. */
    public Credential.Peppered pepper(byte[] password) {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return new Credential.Peppered(salt, hmac(salt, password));
    }

    private byte[] hmac(byte[] salt, byte[] password) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(pepper);
            mac.update(salt);
            return mac.doFinal(password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256: expected from every JDK", e);
        }
    }

    /** What a recoverable secret is checked with, or {@link Credential.Unreadable}. */
    public Credential openRecoverable(byte[] sealed) {
        return switch (vault.open(Purpose.SUBSCRIBER_SECRET, sealed)) {
            case Opening.Opened(var password) -> new Credential.Recoverable(password, ntHash(password));
            case Opening.KeyMissing(var keyId) -> new Credential.Unreadable();
            case Opening.Damaged() -> new Credential.Unreadable();
        };
    }

    /** What a hashed or imported secret is checked with, or {@link Credential.Unreadable}. */
    public Credential openHashed(byte[] sealed) {
        return switch (vault.open(Purpose.SUBSCRIBER_SECRET, sealed)) {
            case Opening.Opened(var kept) -> hashed(kept);
            case Opening.KeyMissing(var keyId) -> new Credential.Unreadable();
            case Opening.Damaged() -> new Credential.Unreadable();
        };
    }

    /** What a sealed NT hash is checked with, or {@link Credential.Unreadable}. */
    public Credential openNtHash(byte[] sealed) {
        return switch (vault.open(Purpose.SUBSCRIBER_SECRET, sealed)) {
            case Opening.Opened(var hash) ->
                hash.length == NT_HASH_OCTETS ? new Credential.NtHash(hash) : new Credential.Unreadable();
            case Opening.KeyMissing(var keyId) -> new Credential.Unreadable();
            case Opening.Damaged() -> new Credential.Unreadable();
        };
    }

    private static Credential hashed(byte[] kept) {
        if (kept.length == 1 + SALT_OCTETS + HMAC_OCTETS && kept[0] == PEPPERED) {
            return new Credential.Peppered(
                    Arrays.copyOfRange(kept, 1, 1 + SALT_OCTETS),
                    Arrays.copyOfRange(kept, 1 + SALT_OCTETS, kept.length));
        }
        if (kept.length > 1 && kept[0] == IMPORTED) {
            return new Credential.Imported(new String(kept, 1, kept.length - 1, StandardCharsets.UTF_8));
        }
        return new Credential.Unreadable();
    }

    /** RFC 2759 §8.3: MD4 of the password in UTF-16LE. No copy of the password is left behind. */
    public static byte[] ntHash(byte[] password) {
        var text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(password));
        byte[] unicode = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            unicode[2 * i] = (byte) text.get(i);
            unicode[2 * i + 1] = (byte) (text.get(i) >>> 8);
        }
        var md4 = new MD4Digest();
        md4.update(unicode, 0, unicode.length);
        byte[] hash = new byte[NT_HASH_OCTETS];
        md4.doFinal(hash, 0);
        Arrays.fill(unicode, (byte) 0);
        Arrays.fill(text.array(), '\0');
        return hash;
    }

    @Override
    public String toString() {
        return "PasswordKeeper[hidden]";
    }
}
