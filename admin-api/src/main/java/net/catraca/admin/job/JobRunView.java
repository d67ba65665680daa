package net.catraca.admin.job;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.job.JobRun;
import org.jspecify.annotations.Nullable;

/** One run of a job. */
@Serdeable
@Schema(name = "JobRun")
record JobRunView(
        long id,

        @Schema(description = "catraca.node of the node on which it ran.")
        int node,

        Instant begunAt,
        @Nullable Instant endedAt,
        @Nullable Long millis,

        @Nullable @Schema(description = "Who asked for it; its schedule when absent.")
        String triggeredBy,

        @Schema(
                description =
                        "failed is tried again; stopped by its daemon's stop and lost with its node are run again.")
        JobRun.Outcome outcome,

        List<CountView> counts,

        @Nullable
        @Schema(description = "For what it left something undone, in words, such as a bank's file that has not come.")
        String waitsFor,

        @Nullable @Schema(description = "Why it failed or was lost, in words.")
        String error) {

    @Serdeable
    @Schema(name = "JobRunCount")
    record CountView(
            @Schema(description = "What was counted, such as `moved`.")
            String what,

            long count) {}

    static JobRunView of(JobRun run) {
        var ended = run.endedAt();
        return new JobRunView(
                run.id(),
                run.node(),
                run.begunAt(),
                ended,
                ended == null ? null : Duration.between(run.begunAt(), ended).toMillis(),
                run.triggeredBy(),
                run.outcome(),
                run.report().counts().entrySet().stream()
                        .map(entry -> new CountView(entry.getKey(), entry.getValue()))
                        .toList(),
                run.report().waitsFor(),
                run.error());
    }
}
