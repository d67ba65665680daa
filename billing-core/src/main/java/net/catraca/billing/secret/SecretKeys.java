package net.catraca.billing.secret;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.NavigableMap;
import java.util.TreeMap;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that secrets are sealed with, by id, and the pepper of hashed passwords.
 *
 * <p>As text, in a file or an environment variable: entries between white space, {@code <id>:<32 octets in base64>} for
 * each key and {@code pepper:<32 octets in base64>}; {@code #} starts a comment up to the end of its line. The key with
 * the highest id seals, all open. The pepper has no successor: passwords hashed with it can only be checked with it.
 */
public final class SecretKeys {

    private static final int KEY_OCTETS = 32;
    private static final String PEPPER = "pepper";

    private final NavigableMap<Integer, SecretKey> keys;
    private final byte[] pepper;

    private SecretKeys(NavigableMap<Integer, SecretKey> keys, byte[] pepper) {
        this.keys = keys;
        this.pepper = pepper;
    }

    /** New keys as text, with comments that say what they are. */
    public static String generate() {
        return """
                # Catraca seals subscribers' passwords and NAS secrets with these keys. Without them nobody who
                # uses CHAP or MS-CHAPv2 can log in: keep a copy where the database's backups are not.
                # To rotate, add a key with a higher id and keep the old ones until all is sealed anew.
                1:%s
                # Hashed passwords are checked with this; there is no rotating it.
                pepper:%s
                """.formatted(randomOctets(), randomOctets());
    }

    private static String randomOctets() {
        byte[] octets = new byte[KEY_OCTETS];
        new SecureRandom().nextBytes(octets);
        return Base64.getEncoder().encodeToString(octets);
    }

    /**
     * @param source where the text is from, for errors: a file's path or a variable's name
     * @throws MalformedKeysException naming the source and the entry, never its value
     */
    public static SecretKeys parse(String source, String text) {
        NavigableMap<Integer, SecretKey> keys = new TreeMap<>();
        byte[] pepper = null;
        int place = 0;
        for (String entry : text.replaceAll("#[^\n]*", " ").strip().split("\\s+", -1)) {
            place++;
            int colon = entry.indexOf(':');
            if (colon < 1) {
                throw new MalformedKeysException(
                        source, "entry " + place + ": expected <id>:<key> or pepper:<key>, found no such thing");
            }
            String name = entry.substring(0, colon);
            byte[] octets = decode(source, place, entry.substring(colon + 1));
            if (!name.equals(PEPPER)) {
                add(keys, source, place, name, octets);
            } else if (pepper == null) {
                pepper = octets;
            } else {
                throw new MalformedKeysException(source, "entry " + place + ": expected one pepper, found another");
            }
        }
        if (keys.isEmpty() || pepper == null) {
            throw new MalformedKeysException(source, "expected at least one key and a pepper");
        }
        return new SecretKeys(keys, pepper);
    }

    private static byte[] decode(String source, int place, String base64) {
        byte[] octets;
        try {
            octets = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            // The cause would repeat a character of the key.
            throw new MalformedKeysException(source, "entry " + place + ": expected base64 after the colon");
        }
        if (octets.length != KEY_OCTETS) {
            throw new MalformedKeysException(
                    source, "entry " + place + ": expected " + KEY_OCTETS + " octets, were " + octets.length);
        }
        return octets;
    }

    private static void add(
            NavigableMap<Integer, SecretKey> keys, String source, int place, String name, byte[] octets) {
        int id = id(source, place, name);
        if (keys.putIfAbsent(id, new SecretKeySpec(octets, "AES")) != null) {
            throw new MalformedKeysException(source, "entry " + place + ": expected each id once, found one again");
        }
    }

    private static int id(String source, int place, String name) {
        if (!name.matches("[0-9]{1,9}")) {
            throw new MalformedKeysException(
                    source, "entry " + place + ": expected a number of at most nine digits before the colon");
        }
        return Integer.parseInt(name);
    }

    int newestId() {
        return keys.lastKey();
    }

    @Nullable
    SecretKey key(int id) {
        return keys.get(id);
    }

    /** The key of every hashed password; a copy. */
    public byte[] pepper() {
        return pepper.clone();
    }

    @Override
    public String toString() {
        return "SecretKeys[ids " + keys.keySet() + ", hidden]";
    }
}
