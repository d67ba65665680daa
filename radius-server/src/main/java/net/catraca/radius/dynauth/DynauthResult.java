package net.catraca.radius.dynauth;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a CoA- or Disconnect-Request. */
public sealed interface DynauthResult {

    /** @param roundTrip from the first transmission to the answer */
    record Acknowledged(Duration roundTrip) implements DynauthResult {}

    /**
     * A NAK.
     *
     * @param errorCause its Error-Cause, or null when it has none
     * @param roundTrip from the first transmission to the answer
     */
    record Refused(@Nullable Integer errorCause, Duration roundTrip) implements DynauthResult {}

    /** @param transmissions how often it was sent without a valid answer */
    record TimedOut(int transmissions) implements DynauthResult {}

    /** It could not be sent, or the network said that nobody is there; whether it arrived is not known. */
    record Unreachable(String why) implements DynauthResult {}
}
