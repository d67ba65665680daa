package net.catraca.radius.dynauth;

import java.util.concurrent.CompletableFuture;

/**
 * What a person wants of one session.
 *
 * @param by who, for the history
 * @param alone whether it is this session alone, ahead of everything else; one of many waits among the restrictions
 * @param done what became of it
 */
record Order(long sessionId, What what, String by, boolean alone, CompletableFuture<OrderResult> done) {

    enum What {
        DISCONNECT,
        PUSH_PROFILE
    }
}
