package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.catraca.radius.packet.Digests;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * Passwords as hashes that came from another system: bcrypt ($2a$, $2b$, $2y$) and crypt's MD5 ($1$), SHA-256 ($5$) and
 * SHA-512 ($6$). Others are refused: DES crypt, LDAP's {SSHA} and the like.
 *
 * <p>One check takes milliseconds up to about a second and never belongs on an event loop.
 */
public final class ImportedHash {

    /** 2^14 rounds take about a second; a higher cost would let one login occupy the worker. */
    public static final int MAX_BCRYPT_COST = 14;
    /** The default is 5,000; so many take about a second. */
    public static final int MAX_SHA_CRYPT_ROUNDS = 500_000;

    private static final int MIN_BCRYPT_COST = 4;
    private static final int BCRYPT_SALT_OCTETS = 16;
    private static final int MIN_SHA_CRYPT_ROUNDS = 1_000;
    private static final int DEFAULT_SHA_CRYPT_ROUNDS = 5_000;
    private static final int MD5_CRYPT_ROUNDS = 1_000;

    private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(?<cost>\\d{2})\\$[./A-Za-z0-9]{53}");
    private static final Pattern CRYPT = Pattern.compile("\\$(?<kind>[156])\\$(?:rounds=(?<rounds>\\d{1,9})\\$)?"
            + "(?<salt>[^$:\\s]{0,16})\\$(?<hash>[./A-Za-z0-9]+)");

    private static final String DIGITS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final byte[] MD5_ORDER = {0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5};
    private static final byte[] SHA_256_ORDER = {
        0, 10, 20, 21, 1, 11, 12, 22, 2, 3, 13, 23, 24, 4, 14, 15, 25, 5, 6, 16, 26, 27, 7, 17, 18, 28, 8, 9, 19, 29
    };
    private static final byte[] SHA_512_ORDER = {
        0, 21, 42, 22, 43, 1, 44, 2, 23, 3, 24, 45, 25, 46, 4, 47, 5, 26, 6, 27, 48, 28, 49, 7, 50, 8, 29, 9, 30, 51,
        31, 52, 10, 53, 11, 32, 12, 33, 54, 34, 55, 13, 56, 14, 35, 15, 36, 57, 37, 58, 16, 59, 17, 38, 18, 39, 60, 40,
        61, 19, 62, 20, 41
    };

    private ImportedHash() {}

    /** Whether {@link #matches} can check it; an importer refuses the others. Quick. */
    public static boolean isSupported(String hash) {
        var bcrypt = BCRYPT.matcher(hash);
        if (bcrypt.matches()) {
            int cost = Integer.parseInt(bcrypt.group("cost"));
            return cost >= MIN_BCRYPT_COST && cost <= MAX_BCRYPT_COST;
        }
        var crypt = CRYPT.matcher(hash);
        return crypt.matches() && crypt.group("hash").length() == digits(crypt) && isWithinLimits(crypt);
    }

    private static int digits(Matcher crypt) {
        return switch (crypt.group("kind")) {
            case "1" -> 22;
            case "5" -> 43;
            default -> 86;
        };
    }

    private static boolean isWithinLimits(Matcher crypt) {
        return crypt.group("kind").equals("1")
                ? crypt.group("rounds") == null && crypt.group("salt").length() <= 8
                : rounds(crypt) <= MAX_SHA_CRYPT_ROUNDS;
    }

    private static int rounds(Matcher crypt) {
        var rounds = crypt.group("rounds");
        return rounds == null ? DEFAULT_SHA_CRYPT_ROUNDS : Math.max(Integer.parseInt(rounds), MIN_SHA_CRYPT_ROUNDS);
    }

    /**
     * Whether the hash was made from this password. Slow.
     *
     * @throws IllegalArgumentException when the hash is not supported
     */
    public static boolean matches(String hash, byte[] password) {
        if (!isSupported(hash)) {
            throw new IllegalArgumentException("hash: expected bcrypt or crypt's $1$, $5$, $6$ within the cost limits");
        }
        var crypt = CRYPT.matcher(hash);
        if (!crypt.matches()) {
            return OpenBSDBCrypt.checkPassword(hash, password);
        }
        var salt = crypt.group("salt").getBytes(UTF_8);
        var computed =
                switch (crypt.group("kind")) {
                    case "1" -> encode(md5Crypt(password, salt), MD5_ORDER, 11);
                    case "5" ->
                        encode(
                                shaCrypt(Digests.digest("SHA-256"), password, salt, rounds(crypt)),
                                SHA_256_ORDER,
                                31,
                                30);
                    default ->
                        encode(shaCrypt(Digests.digest("SHA-512"), password, salt, rounds(crypt)), SHA_512_ORDER, 63);
                };
        return MessageDigest.isEqual(crypt.group("hash").getBytes(US_ASCII), computed.getBytes(US_ASCII));
    }

    /**
     * A bcrypt hash of this password. Slow.
     *
     * @param cost 4..14, the binary logarithm of the rounds
     */
    public static String bcrypt(byte[] password, int cost, SecureRandom random) {
        if (cost < MIN_BCRYPT_COST || cost > MAX_BCRYPT_COST) {
            throw new IllegalArgumentException("cost: expected 4..14, was " + cost);
        }
        var salt = new byte[BCRYPT_SALT_OCTETS];
        random.nextBytes(salt);
        return OpenBSDBCrypt.generate("2y", password, salt, cost);
    }

    /** FreeBSD's MD5 crypt, as in its lib/libcrypt: a thousand rounds of MD5. */
    private static byte[] md5Crypt(byte[] password, byte[] salt) {
        var md5 = Digests.digest("MD5");
        md5.update(password);
        md5.update(salt);
        var sum = md5.digest(password);
        md5.update(password);
        md5.update("$1$".getBytes(US_ASCII));
        md5.update(salt);
        md5.update(repeat(sum, password.length));
        for (int bits = password.length; bits > 0; bits >>= 1) {
            md5.update((bits & 1) == 1 ? 0 : password[0]);
        }
        sum = md5.digest();
        for (int round = 0; round < MD5_CRYPT_ROUNDS; round++) {
            sum = stir(md5, sum, password, salt, round);
        }
        return sum;
    }

    /** Ulrich Drepper's "Unix crypt using SHA-256 and SHA-512", version 0.6; its step numbers. */
    private static byte[] shaCrypt(MessageDigest sha, byte[] password, byte[] salt, int rounds) {
        sha.update(password);
        sha.update(salt);
        var b = sha.digest(password); // 4-8
        sha.update(password);
        sha.update(salt);
        sha.update(repeat(b, password.length)); // 9-10
        for (int bits = password.length; bits > 0; bits >>= 1) {
            sha.update((bits & 1) == 1 ? b : password); // 11
        }
        var sum = sha.digest();
        for (int i = 0; i < password.length; i++) {
            sha.update(password);
        }
        var p = repeat(sha.digest(), password.length); // 13-16
        for (int i = 0; i < 16 + (sum[0] & 0xff); i++) {
            sha.update(salt);
        }
        var s = repeat(sha.digest(), salt.length); // 17-20
        for (int round = 0; round < rounds; round++) {
            sum = stir(sha, sum, p, s, round); // 21
        }
        Arrays.fill(p, (byte) 0);
        return sum;
    }

    private static byte[] stir(MessageDigest digest, byte[] sum, byte[] password, byte[] salt, int round) {
        boolean odd = (round & 1) == 1;
        digest.update(odd ? password : sum);
        if (round % 3 != 0) {
            digest.update(salt);
        }
        if (round % 7 != 0) {
            digest.update(password);
        }
        digest.update(odd ? sum : password);
        return digest.digest();
    }

    /** The octets again and again up to this length. */
    private static byte[] repeat(byte[] octets, int length) {
        var repeated = new byte[length];
        for (int i = 0; i < length; i++) {
            repeated[i] = octets[i % octets.length];
        }
        return repeated;
    }

    /** Crypt's own base 64: three octets in this order make four digits, the lowest first; the rest likewise. */
    private static String encode(byte[] sum, byte[] order, int... rest) {
        var text = new StringBuilder();
        for (int i = 0; i < order.length; i += 3) {
            append(text, 4, sum[order[i]], sum[order[i + 1]], sum[order[i + 2]]);
        }
        if (rest.length == 1) {
            append(text, 2, (byte) 0, (byte) 0, sum[rest[0]]);
        } else {
            append(text, 3, (byte) 0, sum[rest[0]], sum[rest[1]]);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int digits, byte high, byte middle, byte low) {
        int bits = ((high & 0xff) << 16) | ((middle & 0xff) << 8) | (low & 0xff);
        for (int i = 0; i < digits; i++) {
            text.append(DIGITS.charAt(bits & 63));
            bits >>= 6;
        }
    }
}
