package net.catraca.radius.dynauth;

import java.time.Instant;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import org.jspecify.annotations.Nullable;

/**
 * A request that was sent and what became of it, as an auditor wants it.
 *
 * @param at when it was first sent
 * @param contractId null for a session of nobody of ours
 * @param cause why it was sent, in words; names the operator who wanted it
 * @param errorCause of a NAK, or null
 * @param roundTripMicros null without an answer
 * @param transmissions how often it was sent, 0 when the network took it not even once
 * @param node that sent it
 */
public record Attempt(
        Instant at,
        long sessionId,
        long nasId,
        String nasName,
        @Nullable Long contractId,
        String userName,
        String acctSessionId,
        long generation,
        Method method,
        Rendering sent,
        String cause,
        Outcome outcome,
        @Nullable Integer errorCause,
        @Nullable Long roundTripMicros,
        int transmissions,
        String node) {

    public enum Outcome {
        ACKNOWLEDGED,
        REFUSED,
        TIMED_OUT,
        UNREACHABLE;

        static Outcome of(DynauthResult result) {
            return switch (result) {
                case DynauthResult.Acknowledged _ -> ACKNOWLEDGED;
                case DynauthResult.Refused _ -> REFUSED;
                case DynauthResult.TimedOut _ -> TIMED_OUT;
                case DynauthResult.Unreachable _ -> UNREACHABLE;
            };
        }
    }
}
