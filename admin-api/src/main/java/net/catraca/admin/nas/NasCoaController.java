package net.catraca.admin.nas;

import static net.catraca.admin.http.Outcomes.found;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.radius.dynauth.Attempt;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.ErrorCause;
import net.catraca.radius.dynauth.NasStatus;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.office.Nases;
import org.jspecify.annotations.Nullable;

/** How CoA to a NAS stands. */
@Controller("/api/v1/nases")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "NASes")
class NasCoaController {

    private final Nases nases;
    private final Reconciler reconciler;

    NasCoaController(Nases nases, Reconciler reconciler) {
        this.nases = nases;
        this.reconciler = reconciler;
    }

    @Serdeable
    @Schema(name = "NasCoa", description = "The queue of a NAS at this node; up to a second old.")
    record NasCoa(
            long nasId,
            String nas,

            @Schema(description = "Whether this node is the one that sends to it. If not, the rest is empty.")
            boolean leased,

            int restores,
            double restoresOldestSeconds,
            int restrictions,
            double restrictionsOldestSeconds,

            @Schema(description = "Sessions that wait for their next attempt.")
            int delayed,

            int inFlight,

            @Schema(
                    description =
                            "closed; open: the NAS does not answer and is left alone; probing: one request finds out.")
            String breaker,

            @Schema(description = "Whether restrictions rest because the first ones failed.")
            boolean canaryFailed,

            int mismatches,
            double oldestMismatchSeconds,
            int alerts,
            int ratePerSecond,
            int window,
            List<LastAttempt> lastAttempts) {

        static NasCoa of(NasStatus status) {
            return new NasCoa(
                    status.nasId(),
                    status.nasName(),
                    status.leased(),
                    status.restores(),
                    status.restoresOldestSeconds(),
                    status.restrictions(),
                    status.restrictionsOldestSeconds(),
                    status.delayed(),
                    status.inFlight(),
                    status.breaker(),
                    status.canaryFailed(),
                    status.mismatches(),
                    status.oldestMismatchSeconds(),
                    status.alerts(),
                    status.budget().ratePerSecond(),
                    status.budget().window(),
                    status.lastAttempts().stream().map(LastAttempt::of).toList());
        }

        static NasCoa elsewhere(long nasId, String nas) {
            return new NasCoa(nasId, nas, false, 0, 0, 0, 0, 0, 0, "closed", false, 0, 0, 0, 0, 0, List.of());
        }
    }

    @Serdeable
    @Schema(name = "NasCoaAttempt")
    record LastAttempt(
            Instant at,
            long sessionId,
            String login,
            Method method,
            Attempt.Outcome outcome,
            @Nullable String errorCauseWords,
            @Nullable Long roundTripMicros) {

        static LastAttempt of(Attempt attempt) {
            return new LastAttempt(
                    attempt.at(),
                    attempt.sessionId(),
                    attempt.userName(),
                    attempt.method(),
                    attempt.outcome(),
                    attempt.outcome() == Attempt.Outcome.REFUSED ? ErrorCause.words(attempt.errorCause()) : null,
                    attempt.roundTripMicros());
        }
    }

    /** Queue, breaker and last outcomes of a NAS. */
    @Get("/{id}/coa")
    @RequiresPermission(Permission.NAS_VIEW)
    NasCoa coa(@PathVariable long id) {
        var nas = found(nases.find(id), "nas", id);
        var status = reconciler.status(id);
        return status == null ? NasCoa.elsewhere(id, nas.name()) : NasCoa.of(status);
    }
}
