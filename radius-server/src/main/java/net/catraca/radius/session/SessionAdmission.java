package net.catraca.radius.session;

import java.time.Instant;
import java.util.List;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.address.AddressLeases;
import net.catraca.radius.address.Assignment;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.session.LockViolation.Lock;
import net.catraca.radius.session.SimultaneousUse.AdmittedReplacing;
import net.catraca.radius.session.SimultaneousUse.Refused;
import net.catraca.radius.session.SimultaneousUse.Ruling;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a session once the credential is proven: from where, then how many, with which address. From memory alone; thread-safe,
 * shared by all loops.
 */
public final class SessionAdmission {

    private final AuthenticationsInFlight inFlight;
    private final MacLearning learning;
    private final LockViolations violations;
    private final AddressLeases addresses;

    public SessionAdmission(
            AuthenticationsInFlight inFlight,
            MacLearning learning,
            LockViolations violations,
            AddressLeases addresses) {
        this.inFlight = inFlight;
        this.learning = learning;
        this.violations = violations;
        this.addresses = addresses;
    }

    /** The lock that does not let the login in from there, or null. */
    public @Nullable LockViolation violated(SubscriberSnapshot subscriber, Place place, Nas nas) {
        return AccessLocks.none(subscriber) ? null : AccessLocks.violated(subscriber, locksOf(subscriber), place, nas);
    }

    private SubscriberLocks locksOf(SubscriberSnapshot subscriber) {
        var locks = subscriber.locks();
        if (!locks.learnsMac()) {
            return locks;
        }
        var pending = learning.pending(subscriber.subscriberId());
        return pending == null ? locks : locks.withMac(pending);
    }

    /** What was found goes to those who ask why somebody is offline. */
    public void violationAnswered(
            SubscriberSnapshot subscriber, LockViolation violation, Nas nas, Place place, boolean garden, Instant now) {
        violations.add(
                subscriber.subscriberId(),
                new LockViolation.Seen(now, violation, nas.name(), place.toString(), garden));
    }

    /** As {@link AuthenticationsInFlight#ask}. */
    public Ruling ask(SubscriberSnapshot subscriber, long nonce, Place place, boolean directoryIsFresh, Instant now) {
        return inFlight.ask(subscriber, nonce, place, directoryIsFresh, now);
    }

    /**
     * The login is let in; its MAC is learnt where that is wanted.
     *
     * @return null, or the lock that another first connect has closed in this very moment: it is not let in
     */
    public @Nullable LockViolation learn(SubscriberSnapshot subscriber, long nonce, Place place) {
        var mac = subscriber.locks().learnsMac() ? place.mac() : null;
        if (mac == null || learning.learn(subscriber.subscriberId(), mac)) {
            return null;
        }
        inFlight.forget(subscriber.subscriberId(), nonce);
        var first = learning.pending(subscriber.subscriberId());
        return new LockViolation(Lock.MAC, first == null ? "that of the first connect" : first, mac);
    }

    /**
     * The addresses of the session, of what the plan names pools of ours for.
     *
     * @param ruling by which it was let in; null where nobody asked
     * @param nonce it is not let in after all where there is no address
     */
    public Assignment assign(
            SubscriberSnapshot subscriber, @Nullable Ruling ruling, long nonce, Place place, Instant now) {
        var replaced = ruling instanceof AdmittedReplacing replacing ? replacing.sessions() : List.<Session>of();
        var assignment = addresses.assign(subscriber, place, replaced, now);
        if (!(assignment instanceof Assignment.Assigned)) {
            inFlight.forget(subscriber.subscriberId(), nonce);
        }
        return assignment;
    }

    /** Which sessions stand in the way, for the log. */
    public static String words(Refused refused) {
        var text = new StringBuilder("all ").append(refused.allowed()).append(" sessions in use: ");
        for (var session : refused.inTheWay()) {
            text.append("session ")
                    .append(session.key().acctSessionId())
                    .append(" since ")
                    .append(session.startedAt())
                    .append(" at ")
                    .append(session.nasName())
                    .append(" (")
                    .append(Place.of(session))
                    .append("), heard of ")
                    .append(session.lastHeardAt())
                    .append("; ");
        }
        return text.append(refused.inFlight())
                .append(" let in a moment ago and not started")
                .toString();
    }
}
