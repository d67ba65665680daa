package net.catraca.billing.directory;

/** What a login is checked against; no form of it shows its secret in {@code toString}. */
@SuppressWarnings("ArrayRecordComponent") // never compared as records, only by constant-time digests
public sealed interface Credential {

    /**
     * A password in clear, opened once at load: CHAP and MS-CHAPv2 need it.
     *
     * @param password UTF-8
     * @param ntHash MD4 of the password in UTF-16LE, RFC 2759 §8.3
     */
    record Recoverable(byte[] password, byte[] ntHash) implements Credential {
        @Override
        public String toString() {
            return "Recoverable[hidden]";
        }
    }

    /**
     * Only the NT hash, as many systems keep it: MS-CHAP is checked with it directly, PAP by computing it, CHAP not at
     * all.
     *
     * @param hash MD4 of the password in UTF-16LE, 16 octets
     */
    record NtHash(byte[] hash) implements Credential {
        @Override
        public String toString() {
            return "NtHash[hidden]";
        }
    }

    /** HMAC-SHA256(pepper, salt ‖ password), for subscribers that only use PAP: checked on the event loop. */
    record Peppered(byte[] salt, byte[] hmac) implements Credential {
        @Override
        public String toString() {
            return "Peppered[hidden]";
        }
    }

    /** An imported bcrypt or crypt hash, too slow for an event loop: checked by a bounded worker. */
    record Imported(String hash) implements Credential {
        @Override
        public String toString() {
            return "Imported[hidden]";
        }
    }

    /**
     * A secret that did not open: damaged, or sealed with a key that is not ours. Nobody can be judged by it, so the
     * answer is silence and never a refusal.
     */
    record Unreadable() implements Credential {}

    /** No password: the line (MAC, or circuit and remote id) is the identity. */
    record Line() implements Credential {}
}
