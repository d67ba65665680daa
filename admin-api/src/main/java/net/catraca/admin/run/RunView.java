package net.catraca.admin.run;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.run.AccessRun;
import org.jspecify.annotations.Nullable;

/** A run with its totals and what guards said. */
@Serdeable
@Schema(name = "AccessRun")
record RunView(
        long id,
        long version,
        AccessRun.State state,
        @Nullable Long planId,
        @Nullable Long nasId,
        @Nullable String region,

        @Schema(description = "The one instant at which every contract was read and decided.")
        Instant previewedAt,

        @Schema(description = "From then on it can no longer be committed or approved.")
        Instant expiresAt,

        String startedBy,

        @Nullable @Schema(description = "Who asked for the commit that a guard stopped.")
        String askedBy,

        @Nullable String approvedBy,
        @Nullable Instant approvedAt,
        @Nullable String approvalReason,
        @Nullable Instant commitStartedAt,
        @Nullable String committedBy,
        @Nullable Instant endedAt,
        @Nullable String rolledBackBy,
        @Nullable Instant rolledBackAt,
        @Nullable String rollbackReason,

        @Schema(description = "Why the run must not go on before a second person has seen it.")
        List<ObjectionView> objections,

        TotalsView totals) {

    /** What a guard said last. */
    @Serdeable
    @Schema(name = "AccessRunObjection")
    record ObjectionView(
            @Schema(description = "blast-radius, money-fresh or first-run-after")
            String guard,

            @Schema(description = "What of the run it is about, such as `all` or `nas bras-01`.")
            String scope,

            String why,
            Instant raisedAt,
            boolean approved) {}

    @Serdeable
    @Schema(name = "AccessRunTotals")
    record TotalsView(
            @Schema(description = "All rows, those too that guards skipped.")
            int rows,

            int reduced,
            int blocked,

            @Schema(description = "Monthly revenue at stake.")
            long monthlyCents,

            @Schema(description = "Rows whose contract somebody let through today.")
            int releasedToday,

            @Schema(description = "Rows that the last committed run of the same scope did not have.")
            int sinceLastRun,

            @Schema(description = "Rows that it had and this one has not.")
            int goneSinceLastRun,

            @Schema(description = "Rows that a guard skipped.")
            int skipped,

            int pending,
            int committed,
            int dropped,

            @Schema(description = "Rows whose commitment was rolled back.")
            int lifted) {}

    static RunView of(AccessRun run) {
        var totals = run.totals();
        var approval = run.approval();
        var rollback = run.rollback();
        return new RunView(
                run.id(),
                run.version(),
                run.state(),
                run.scope().planId(),
                run.scope().nasId(),
                run.scope().region(),
                run.previewedAt(),
                run.expiresAt(),
                run.startedBy(),
                run.askedBy(),
                approval == null ? null : approval.by(),
                approval == null ? null : approval.at(),
                approval == null ? null : approval.reason(),
                run.commitStartedAt(),
                run.committedBy(),
                run.endedAt(),
                rollback == null ? null : rollback.by(),
                rollback == null ? null : rollback.at(),
                rollback == null ? null : rollback.reason(),
                run.objections().stream().map(RunView::objection).toList(),
                new TotalsView(
                        totals.rows(),
                        totals.reduced(),
                        totals.blocked(),
                        totals.monthlyCents(),
                        totals.releasedToday(),
                        totals.sinceLastRun(),
                        totals.goneSinceLastRun(),
                        totals.skipped(),
                        totals.pending(),
                        totals.committed(),
                        totals.dropped(),
                        totals.lifted()));
    }

    private static ObjectionView objection(AccessRun.Raised raised) {
        return new ObjectionView(
                raised.objection().guard(),
                raised.objection().scope(),
                raised.objection().why(),
                raised.at(),
                raised.approved());
    }
}
