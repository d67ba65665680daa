package net.catraca.billing.secret;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals secrets for the database and the disk: AES-256-GCM with a random nonce, the purpose as associated data. Safe for
 * use by several threads.
 *
 * <p>A sealed secret is: format (1 octet), key id (4), nonce (12), cipher text with its tag (16 more than the secret).
 */
public final class SecretVault {

    private static final byte FORMAT = 1;
    private static final int HEADER_OCTETS = 1 + Integer.BYTES;
    private static final int NONCE_OCTETS = 12;
    private static final int TAG_OCTETS = 16;

    private final SecretKeys keys;
    private final SecureRandom random = new SecureRandom();

    public SecretVault(SecretKeys keys) {
        this.keys = keys;
    }

    /** Sealed with the newest key. */
    public byte[] seal(Purpose purpose, byte[] clear) {
        byte[] nonce = new byte[NONCE_OCTETS];
        random.nextBytes(nonce);
        int id = keys.newestId();
        byte[] header = header(id);
        try {
            byte[] cipherText =
                    cipher(Cipher.ENCRYPT_MODE, key(id), nonce, header, purpose).doFinal(clear);
            return ByteBuffer.allocate(HEADER_OCTETS + NONCE_OCTETS + cipherText.length)
                    .put(header)
                    .put(nonce)
                    .put(cipherText)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM: expected from every JDK", e);
        }
    }

    public Opening open(Purpose purpose, byte[] sealed) {
        if (sealed.length < HEADER_OCTETS + NONCE_OCTETS + TAG_OCTETS || sealed[0] != FORMAT) {
            return new Opening.Damaged();
        }
        int id = keyId(sealed);
        var key = keys.key(id);
        if (key == null) {
            return new Opening.KeyMissing(id);
        }
        byte[] nonce = new byte[NONCE_OCTETS];
        System.arraycopy(sealed, HEADER_OCTETS, nonce, 0, NONCE_OCTETS);
        int start = HEADER_OCTETS + NONCE_OCTETS;
        try {
            return new Opening.Opened(cipher(Cipher.DECRYPT_MODE, key, nonce, header(id), purpose)
                    .doFinal(sealed, start, sealed.length - start));
        } catch (AEADBadTagException e) {
            return new Opening.Damaged();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM: expected from every JDK", e);
        }
    }

    /** Whether it is sealed with the newest key, so that a pass over stored secrets may leave it. */
    public boolean isNewest(byte[] sealed) {
        return sealed.length >= HEADER_OCTETS && sealed[0] == FORMAT && keyId(sealed) == keys.newestId();
    }

    /** The id of the key that seals. */
    public int newestKeyId() {
        return keys.newestId();
    }

    private static int keyId(byte[] sealed) {
        return ByteBuffer.wrap(sealed).getInt(1);
    }

    private static byte[] header(int keyId) {
        return ByteBuffer.allocate(HEADER_OCTETS).put(FORMAT).putInt(keyId).array();
    }

    private SecretKey key(int id) {
        var key = keys.key(id);
        if (key == null) {
            throw new IllegalStateException("secret key " + id + ": expected the newest to be there");
        }
        return key;
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] header, Purpose purpose)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_OCTETS * Byte.SIZE, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(purpose.octets());
        return cipher;
    }

    @Override
    public String toString() {
        return "SecretVault[" + keys + "]";
    }
}
