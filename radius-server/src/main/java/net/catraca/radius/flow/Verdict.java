package net.catraca.radius.flow;

import java.time.Instant;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.address.Assignment.Assigned;
import net.catraca.radius.auth.CredentialResult.NeedsWorker;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.session.LockViolation;
import org.jspecify.annotations.Nullable;

/** What a request deserves, before it is put into octets. */
@SuppressWarnings("ArrayRecordComponent") // encoded attributes on their way into one answer
sealed interface Verdict {

    /**
     * @param level that the session is given: the answer's, but the garden where a lock is violated
     * @param proof attributes that the method owes the subscriber's side; perhaps none
     * @param nonce tells this answer from others in accounting
     * @param addresses from pools of ours
     * @param violation of a lock, for which it is let into the garden only; or null
     */
    record Accept(
            Outcome outcome,
            SubscriberSnapshot subscriber,
            AccessAnswer answer,
            AccessLevel level,
            byte[] proof,
            Instant now,
            long nonce,
            Assigned addresses,
            @Nullable LockViolation violation)
            implements Verdict {

        /** For the subscriber, or null. */
        @Nullable
        String message() {
            return violation == null ? ReplyMessages.of(answer) : ReplyMessages.LOCKED;
        }
    }

    /**
     * @param message for the subscriber, or null
     * @param why for the operator
     * @param violation of a lock, for which it is refused; or null
     */
    record Reject(
            Outcome outcome,
            @Nullable String message,
            byte[] proof,
            String why,
            @Nullable LockViolation violation) implements Verdict {

        Reject(Outcome outcome, @Nullable String message, byte[] proof, String why) {
            this(outcome, message, proof, why, null);
        }
    }

    /** Nobody knows before a slow hash is computed. */
    record AfterWorker(NeedsWorker work, SubscriberSnapshot subscriber, WrongPasswordThrottle.@Nullable Attempt attempt)
            implements Verdict {}

    /** Cannot be judged, and an outage is not a refusal: the NAS shall ask again, or its next server. */
    record Unjudged(Drop why) implements Verdict {}
}
