package net.catraca.admin.run;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.LocalDate;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.run.RunRow;
import org.jspecify.annotations.Nullable;

/** A contract that a run would tighten, or did. */
@Serdeable
@Schema(name = "AccessRunRow")
record RunRowView(
        long contractId,
        AccessLevel fromLevel,
        AccessLevel level,
        int daysLate,

        @Schema(description = "Day 0 of the debt that decided.")
        LocalDate lateSince,

        @Schema(description = "The days late from which the level holds.")
        int threshold,

        boolean renegotiated,
        long policyId,
        int policyVersion,
        long monthlyCents,
        boolean releasedToday,

        @Nullable @Schema(description = "Of the last known line.")
        String nas,

        @Nullable String region,
        RunRow.Outcome outcome,
        RunRow.@Nullable DropReason dropReason,

        @Nullable @Schema(description = "The guard that skipped it, and why.")
        String dropDetail) {

    static RunRowView of(RunRow row) {
        var place = row.place();
        return new RunRowView(
                row.contractId(),
                row.fromLevel(),
                row.level(),
                row.daysLate(),
                row.lateSince(),
                row.threshold(),
                row.renegotiated(),
                row.policyId(),
                row.policyVersion(),
                row.monthlyCents(),
                row.releasedToday(),
                place == null ? null : place.nasName(),
                place == null ? null : place.region(),
                row.outcome(),
                row.dropReason(),
                row.dropDetail());
    }
}
