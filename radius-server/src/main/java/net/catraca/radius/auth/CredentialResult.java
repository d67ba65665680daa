package net.catraca.radius.auth;

import net.catraca.billing.directory.Credential;
import net.catraca.radius.packet.Drop;

/** What a check of credentials found. */
@SuppressWarnings("ArrayRecordComponent") // encoded attributes, on their way into one answer
public sealed interface CredentialResult {

    /** @param attributes encoded, for the Access-Accept: MS-CHAP2-Success and MPPE keys; empty for other methods */
    record Authenticated(AuthMethod method, byte[] attributes) implements CredentialResult {}

    /**
     * A wrong proof: answered with Access-Reject, and to be counted against the line that guesses.
     *
     * @param attributes encoded, for the Access-Reject: MS-CHAP-Error; empty for other methods
     */
    record Rejected(Mismatch why, byte[] attributes) implements CredentialResult {
        /** Kept apart for log and metric only; on the wire they are one. */
        public enum Mismatch {
            UNKNOWN_USER,
            WRONG_PASSWORD,
            /** A login whose identity is its line was used on another line. */
            WRONG_LINE
        }
    }

    /**
     * Nothing that could be judged: answered with Access-Reject too (RFC 2865 §4.1), but nobody guessed a password.
     *
     * @param attributes encoded, for the Access-Reject: MS-CHAP-Error; empty for other methods
     */
    record Unusable(Obstacle why, byte[] attributes) implements CredentialResult {
        public enum Obstacle {
            /** No credential attribute, for a login that has a password; RFC 2865 §4.1. */
            NO_CREDENTIAL,
            /** Two methods at once; RFC 2865 §4.1, RFC 2548 §2.1.3. */
            SEVERAL_CREDENTIALS,
            /** A length that its definition excludes, such as a User-Password that is no multiple of 16 octets. */
            MALFORMED_CREDENTIAL,
            /**
             * CHAP or MS-CHAP for a login whose password is only kept as a hash, or CHAP where that is the NT hash; RFC
             * 2865 §2.2.
             */
            PASSWORD_NOT_RECOVERABLE,
            /** The imported hash is of a kind that {@link ImportedHash} does not check. */
            HASH_NOT_SUPPORTED,
            /** MS-CHAPv1, which this NAS may not use, or its LM response, which nobody may. */
            MS_CHAP_V1_REFUSED,
            /** EAP, to which the answer is Access-Reject; RFC 3579 §2.1. */
            EAP_NOT_SUPPORTED
        }
    }

    /**
     * An imported hash takes too long for an event loop: a bounded worker compares with {@link ImportedHash#matches}
     * and closes the password.
     */
    record NeedsWorker(Credential.Imported credential, ReceivedPassword password) implements CredentialResult {}

    /** The login's credential did not open: our fault and no refusal, so the request is left to the next server. */
    record Unjudged(Drop reason) implements CredentialResult {}
}
