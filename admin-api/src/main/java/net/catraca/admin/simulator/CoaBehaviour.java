package net.catraca.admin.simulator;

import java.time.Duration;

/** What a simulated NAS does with a CoA-Request or Disconnect-Request. */
public sealed interface CoaBehaviour {

    /** Does what it is asked and says so. */
    record Obey() implements CoaBehaviour {}

    /** Acknowledges and changes nothing: seen on real routers. */
    record Ignore() implements CoaBehaviour {}

    /** @param errorCause of RFC 5176 §3.5, such as 506 for "resources unavailable" */
    record Nak(int errorCause) implements CoaBehaviour {}

    /** Refuses each CoA and obeys a Disconnect, as routers do that change nothing of a session that lives. */
    record NakCoa(int errorCause) implements CoaBehaviour {}

    /** As if it were not configured for CoA, or a firewall stood before it. */
    record Silent() implements CoaBehaviour {}

    /** Obeys, so long after it was asked. */
    record Slow(Duration after) implements CoaBehaviour {}

    /** Whether it does whatever it is asked, sooner or later. */
    default boolean isObedient() {
        return switch (this) {
            case Obey() -> true;
            case Slow(var _) -> true;
            case Ignore(), Nak(int _), NakCoa(int _), Silent() -> false;
        };
    }

    /**
     * @param text obey, ignore, silent, nak:CODE, nak-coa:CODE or slow:MILLIS
     * @throws IllegalArgumentException saying what was expected
     */
    static CoaBehaviour parse(String text) {
        String[] parts = text.split(":", 2);
        try {
            return switch (parts[0]) {
                case "obey" -> new Obey();
                case "ignore" -> new Ignore();
                case "silent" -> new Silent();
                case "nak" -> new Nak(parts.length == 1 ? 506 : Integer.parseInt(parts[1]));
                case "nak-coa" -> new NakCoa(parts.length == 1 ? 506 : Integer.parseInt(parts[1]));
                case "slow" -> new Slow(Duration.ofMillis(parts.length == 1 ? 2000 : Long.parseLong(parts[1])));
                default -> throw new NumberFormatException(text);
            };
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException(
                    "expected obey, ignore, silent, nak:ERROR-CAUSE, nak-coa:ERROR-CAUSE or slow:MILLISECONDS, was \""
                            + text + '"');
        }
    }
}
