package net.catraca.radius.dynauth;

import java.util.concurrent.CompletableFuture;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * What a person wants of one session.
 *
 * @param by who, for the history
 * @param alone whether it is this session alone, ahead of everything else; one of many waits among the restrictions
 * @param done what became of it
 * @param isFromElsewhere whether another node was asked and has handed it on
 * @param ended the session, where it has ended in the books and may live on at its NAS; else null
 */
record Order(
        long sessionId,
        What what,
        String by,
        boolean alone,
        CompletableFuture<OrderResult> done,
        boolean isFromElsewhere,
        @Nullable Session ended) {

    enum What {
        DISCONNECT,
        PUSH_PROFILE
    }

    static Order disconnect(long sessionId, String by, boolean alone) {
        return new Order(sessionId, What.DISCONNECT, by, alone, new CompletableFuture<>(), false, null);
    }

    static Order pushProfile(long sessionId, String by) {
        return new Order(sessionId, What.PUSH_PROFILE, by, true, new CompletableFuture<>(), false, null);
    }

    /** Nobody's wish: another session took its place, and it may live on at its NAS. */
    static Order endReplaced(Session session, String cause) {
        return new Order(session.id(), What.DISCONNECT, cause, false, new CompletableFuture<>(), false, session);
    }

    /** Another node was asked for it. */
    static Order from(HandedOrder handed, CompletableFuture<OrderResult> done) {
        var what =
                switch (handed.method()) {
                    case DISCONNECT -> What.DISCONNECT;
                    case COA -> What.PUSH_PROFILE;
                };
        return new Order(handed.sessionId(), what, handed.by(), handed.alone(), done, true, null);
    }
}
