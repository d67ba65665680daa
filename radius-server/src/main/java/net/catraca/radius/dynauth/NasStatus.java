package net.catraca.radius.dynauth;

import java.util.List;

/**
 * How a NAS's queue stands; up to a second old.
 *
 * @param leased whether this node is the one that sends to it
 * @param restoresOldestSeconds how long the first restore has waited
 * @param delayed those that wait for their next attempt
 * @param breaker closed, open or probing
 * @param canaryFailed whether restrictions rest because the first ones failed
 * @param heldSeconds for how long they have rested
 * @param nextProbeSeconds in how long one of them finds out whether they may go on; 0 when it is on its way
 * @param mismatches live sessions whose target is not acknowledged
 * @param oldestMismatchSeconds since when the oldest of them is so
 * @param alerts live sessions that a person should look at
 * @param lastAttempts the newest first
 */
public record NasStatus(
        long nasId,
        String nasName,
        boolean leased,
        NasBudget budget,
        int restores,
        double restoresOldestSeconds,
        int restrictions,
        double restrictionsOldestSeconds,
        int delayed,
        int inFlight,
        String breaker,
        boolean canaryFailed,
        double heldSeconds,
        double nextProbeSeconds,
        int mismatches,
        double oldestMismatchSeconds,
        int alerts,
        List<Attempt> lastAttempts) {

    public NasStatus {
        lastAttempts = List.copyOf(lastAttempts);
    }
}
