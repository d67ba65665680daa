package net.catraca.billing.release;

import org.jspecify.annotations.Nullable;

/**
 * Whose lines an incident is about: exactly one of the three.
 *
 * @param circuitPrefix what the circuit id begins with
 */
public record IncidentScope(
        @Nullable Long nasId,
        @Nullable String region,
        @Nullable String circuitPrefix) {

    public boolean isOne() {
        int given = (nasId == null ? 0 : 1) + (region == null ? 0 : 1) + (circuitPrefix == null ? 0 : 1);
        return given == 1;
    }
}
