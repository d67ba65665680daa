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
}
