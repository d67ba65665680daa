package net.catraca.radius.nas;

import org.jspecify.annotations.Nullable;

/**
 * What a person, or a vendor's profile, says of how a NAS is sent CoA and Disconnect; what is null is left to the
 * vendor's profile, and then to the settings.
 *
 * @param rate requests a second; 1 to 10,000
 * @param window requests in flight at once; 2 to 1,024
 * @param canary of many restrictions so many go first, and the others only when they were acknowledged; 0 to 1,000
 * @param backoffSeconds after a failure, doubling each time; 1 to 300
 * @param breakerAfter unanswered requests in a row after which the NAS is left alone for a while; 1 to 100
 * @param breakerPauseSeconds for at most so long; 2 to 600
 * @param disconnectAttempts Disconnects that may fail before people are told; 0 never disconnects on failure; to 20
 */
public record CoaRules(
        @Nullable Integer rate,
        @Nullable Integer window,
        @Nullable Integer canary,
        @Nullable Integer backoffSeconds,
        @Nullable Integer breakerAfter,
        @Nullable Integer breakerPauseSeconds,
        @Nullable Integer disconnectAttempts,
        After nak,
        After timeout,
        After contradiction) {

    public static final CoaRules NONE =
            new CoaRules(null, null, null, null, null, null, null, After.NOTHING, After.NOTHING, After.NOTHING);

    /**
     * What follows a failure.
     *
     * @param retries CoAs that are sent again; 0 to 19
     * @param disconnect whether the session is ended when they have failed, too
     * @param alert whether people are told when nothing has helped
     */
    public record After(
            @Nullable Integer retries,
            @Nullable Boolean disconnect,
            @Nullable Boolean alert) {

        public static final After NOTHING = new After(null, null, null);
    }
}
