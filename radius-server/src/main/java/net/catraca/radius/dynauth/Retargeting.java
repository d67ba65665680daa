package net.catraca.radius.dynauth;

import java.time.Instant;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.dynauth.WantedAccess.Wanted;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionClass;
import org.jspecify.annotations.Nullable;

/**
 * What a session's target becomes when it should have something else than it has, or when a person wants to be sure.
 * Keeps nothing; of the reconciler's thread only.
 */
final class Retargeting {

    private final WantedAccess wantedAccess;

    Retargeting(WantedAccess wantedAccess) {
        this.wantedAccess = wantedAccess;
    }

    /**
     * The heart: what it should have, what it has, and whether that is the same.
     *
     * @param target null when it never had to be changed
     * @param cause why it is looked at, in words
     * @return null when nothing is to be done
     */
    @Nullable
    SessionTarget compared(
            Session session, HeldNas nas, @Nullable SessionTarget target, Wanted wanted, String cause, Instant now) {
        if (target == null) {
            var opened = opened(session);
            // Most sessions have from the start what they should have: no row for them.
            return wantedAccess.same(nas.nas(), wanted.rendering(), opened)
                    ? null
                    : first(session, nas, wanted, opened == null ? "not known what it was opened with" : cause, now);
        }
        if (!wantedAccess.same(nas.nas(), wanted.rendering(), target.target())) {
            return retargeted(nas, target, wanted, cause, now);
        }
        return target.state() == State.GIVEN_UP && isRested(target, now) ? target.openedAgain() : null;
    }

    /** Whatever was acknowledged, the NAS is to acknowledge it once more. */
    SessionTarget pushed(
            Session session, HeldNas nas, @Nullable SessionTarget target, Wanted wanted, String by, Instant now) {
        if (target == null) {
            return first(session, nas, wanted, by, now);
        }
        var again = retargeted(nas, target, wanted, by, now);
        return again.isOpen() ? again : again.openedAgain();
    }

    private static SessionTarget first(Session session, HeldNas nas, Wanted wanted, String cause, Instant now) {
        var opened = opened(session);
        return SessionTarget.first(
                session.id(),
                nas.id(),
                wanted.subscriber().contract().contractId(),
                wanted.rendering(),
                opened,
                opened == null ? null : session.startedAt(),
                cause,
                now);
    }

    /** Null when its Class is none of ours. */
    private static @Nullable Rendering opened(Session session) {
        SessionClass opened = session.sessionClass();
        return opened == null ? null : new Rendering(opened.level(), opened.planId(), opened.planVersion());
    }

    /** What the NAS has acknowledged is what it has only as long as nothing else was sent to it since. */
    private SessionTarget retargeted(HeldNas nas, SessionTarget target, Wanted wanted, String cause, Instant now) {
        var unanswered = SessionTarget.stricter(target.perhaps(), nas.mayBeSet(target.sessionId()));
        boolean agreed = unanswered == null && wantedAccess.same(nas.nas(), wanted.rendering(), target.acknowledged());
        return target.retargeted(wanted.rendering(), agreed, unanswered, cause, now);
    }

    private static boolean isRested(SessionTarget target, Instant now) {
        return target.nextAttemptAt() == null || !now.isBefore(target.nextAttemptAt());
    }
}
