package net.catraca.billing.run;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What guards see of a run: counts, not contracts.
 *
 * @param shares how much of each scope would be tightened: all, each NAS, each region
 * @param cohorts how much of each billing-day cohort, in each of these scopes
 * @param lastCommittedAt when a run was last committed whose scope holds all that this one's does; null when none
 *     ever was
 */
public record RunPicture(
        long runId,
        List<Share> shares,
        List<Cohort> cohorts,
        @Nullable Instant lastCommittedAt) {

    public RunPicture {
        shares = List.copyOf(shares);
        cohorts = List.copyOf(cohorts);
    }

    public enum ScopeKind {
        ALL,
        NAS,
        REGION
    }

    /**
     * A part of the network.
     *
     * @param name of the NAS or region; empty for all
     */
    public record Scope(ScopeKind kind, String name) {
        @Override
        public String toString() {
            return switch (kind) {
                case ALL -> "all";
                case NAS -> "nas " + name;
                case REGION -> "region " + name;
            };
        }
    }

    /**
     * @param tightened contracts that the run would still tighten
     * @param contracts active contracts there are
     */
    public record Share(Scope scope, int tightened, int contracts) {}

    /**
     * Contracts that fell due on one day of the month and would get one level.
     *
     * @param usual the median of what the months before committed of it; null when there is no such month
     */
    public record Cohort(
            Scope scope,
            int dueDay,
            String level,
            int tightened,
            @Nullable Double usual) {}
}
