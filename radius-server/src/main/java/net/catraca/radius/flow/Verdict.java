package net.catraca.radius.flow;

import java.time.Instant;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.auth.CredentialResult.NeedsWorker;
import net.catraca.radius.packet.Drop;
import org.jspecify.annotations.Nullable;

/** What a request deserves, before it is put into octets. */
@SuppressWarnings("ArrayRecordComponent") // encoded attributes on their way into one answer
sealed interface Verdict {

    /** @param proof attributes that the method owes the subscriber's side; perhaps none */
    record Accept(Outcome outcome, SubscriberSnapshot subscriber, AccessAnswer answer, byte[] proof, Instant now)
            implements Verdict {}

    /**
     * @param message for the subscriber, or null
     * @param why for the operator
     */
    record Reject(Outcome outcome, @Nullable String message, byte[] proof, String why) implements Verdict {}

    /** Nobody knows before a slow hash is computed. */
    record AfterWorker(NeedsWorker work, SubscriberSnapshot subscriber, WrongPasswordThrottle.@Nullable Attempt attempt)
            implements Verdict {}

    /** Cannot be judged, and an outage is not a refusal: the NAS shall ask again, or its next server. */
    record Unjudged(Drop why) implements Verdict {}
}
