package net.catraca.admin.nas;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.List;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.radius.dynauth.Attempt;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.ErrorCause;
import net.catraca.radius.dynauth.NasBudget;
import net.catraca.radius.dynauth.NasStatus;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.office.CoaBudgets;
import net.catraca.radius.office.Nases;
import org.jspecify.annotations.Nullable;

/** How CoA to a NAS stands. */
@Controller("/api/v1/nases")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "NASes")
class NasCoaController {

    private final Nases nases;
    private final Reconciler reconciler;
    private final CoaBudgets budgets;

    NasCoaController(Nases nases, Reconciler reconciler, CoaBudgets budgets) {
        this.nases = nases;
        this.reconciler = reconciler;
        this.budgets = budgets;
    }

    @Serdeable
    @Schema(
            name = "CoaRepair",
            description = "What follows a failure. What is left out is as the vendor's profile says.")
    record RepairView(
            @Nullable @Min(0) @Max(19) @Schema(description = "CoAs that are sent again.")
            Integer retries,

            @Nullable @Schema(description = "Whether the session is ended when these have failed, too.")
            Boolean disconnect,

            @Nullable @Schema(description = "Whether people are told when nothing has helped.")
            Boolean alert) {

        static RepairView of(CoaRules.After after) {
            return new RepairView(after.retries(), after.disconnect(), after.alert());
        }

        static RepairView of(NasBudget.Repair repair) {
            return new RepairView(repair.retries(), repair.disconnect(), repair.alert());
        }

        static CoaRules.After after(@Nullable RepairView view) {
            return view == null
                    ? CoaRules.After.NOTHING
                    : new CoaRules.After(view.retries, view.disconnect, view.alert);
        }
    }

    @Serdeable
    @Schema(
            name = "NasCoaRules",
            description = "What a NAS bears and how it is repaired. What is left out is as the vendor's profile says,"
                    + " and then as the settings do.",
            example = """
                    {"rate":20,"window":8,"afterTimeout":{"retries":4},"afterContradiction":{"disconnect":false}}
                    """)
    record RulesView(
            @Nullable @Min(1) @Max(10_000) @Schema(description = "Requests a second.")
            Integer rate,

            @Nullable @Min(2) @Max(1_024) @Schema(description = "Requests in flight at once.")
            Integer window,

            @Nullable @Min(0) @Max(1_000) @Schema(description = "Of many restrictions so many go first; 0 for none.")
            Integer canary,

            @Nullable @Min(1) @Max(300) @Schema(description = "From a failure to the next attempt, doubling each time.")
            Integer backoffSeconds,

            @Nullable
            @Min(1)
            @Max(100)
            @Schema(description = "Unanswered requests in a row after which the NAS is left alone for a while.")
            Integer breakerAfter,

            @Nullable @Min(2) @Max(600) @Schema(description = "For at most so long.")
            Integer breakerPauseSeconds,

            @Nullable
            @Min(0)
            @Max(20)
            @Schema(description = "Disconnects that may fail before people are told; 0 never disconnects on failure.")
            Integer disconnectAttempts,

            @Nullable @Valid RepairView afterNak,
            @Nullable @Valid RepairView afterTimeout,

            @Nullable @Valid @Schema(description = "After an ACK that later records contradict.")
            RepairView afterContradiction) {

        static RulesView of(CoaRules rules) {
            return new RulesView(
                    rules.rate(),
                    rules.window(),
                    rules.canary(),
                    rules.backoffSeconds(),
                    rules.breakerAfter(),
                    rules.breakerPauseSeconds(),
                    rules.disconnectAttempts(),
                    RepairView.of(rules.nak()),
                    RepairView.of(rules.timeout()),
                    RepairView.of(rules.contradiction()));
        }

        static RulesView of(NasBudget budget) {
            return new RulesView(
                    budget.ratePerSecond(),
                    budget.window(),
                    budget.canary(),
                    budget.backoffSeconds(),
                    budget.breakerAfter(),
                    budget.breakerPauseSeconds(),
                    budget.disconnectAttempts(),
                    RepairView.of(budget.nak()),
                    RepairView.of(budget.timeout()),
                    RepairView.of(budget.contradiction()));
        }

        CoaRules rules() {
            return new CoaRules(
                    rate,
                    window,
                    canary,
                    backoffSeconds,
                    breakerAfter,
                    breakerPauseSeconds,
                    disconnectAttempts,
                    RepairView.after(afterNak),
                    RepairView.after(afterTimeout),
                    RepairView.after(afterContradiction));
        }
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

            @Schema(description = "For how long they have rested.")
            double heldSeconds,

            @Schema(
                    description =
                            "In how long one of them finds out whether they may go on, at most 60; 0 when it is on"
                                    + " its way. An edit of the NAS or of its rules ends the rest at once.")
            double nextProbeSeconds,

            int mismatches,
            double oldestMismatchSeconds,
            int alerts,

            @Schema(description = "What is said of this NAS.")
            RulesView rules,

            @Schema(description = "What holds, from the NAS, its vendor's profile and the settings.")
            RulesView inForce,

            List<LastAttempt> lastAttempts) {

        static NasCoa of(NasStatus status, CoaRules rules, NasBudget inForce) {
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
                    status.heldSeconds(),
                    status.nextProbeSeconds(),
                    status.mismatches(),
                    status.oldestMismatchSeconds(),
                    status.alerts(),
                    RulesView.of(rules),
                    RulesView.of(inForce),
                    status.lastAttempts().stream().map(LastAttempt::of).toList());
        }

        static NasCoa elsewhere(Nas nas, CoaRules rules, NasBudget inForce) {
            return new NasCoa(
                    nas.id(),
                    nas.name(),
                    false,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    "closed",
                    false,
                    0,
                    0,
                    0,
                    0,
                    0,
                    RulesView.of(rules),
                    RulesView.of(inForce),
                    List.of());
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

    /** Queue, breaker, rules and last outcomes of a NAS. */
    @Get("/{id}/coa")
    @RequiresPermission(Permission.NAS_VIEW)
    NasCoa coa(@PathVariable long id) {
        return show(found(nases.find(id), "nas", id));
    }

    private NasCoa show(Nas nas) {
        var status = reconciler.status(nas.id());
        var rules = budgets.rules(nas.id());
        var inForce = budgets.inForce(nas, rules);
        return status == null ? NasCoa.elsewhere(nas, rules, inForce) : NasCoa.of(status, rules, inForce);
    }

    /** Says what a NAS bears and how it is repaired, in place of all that was said before; holds within three seconds. */
    @Put("/{id}/coa")
    @RequiresPermission(Permission.NAS_WRITE)
    @WritesOnce
    HttpResponse<NasCoa> setRules(@PathVariable long id, @Valid @Body RulesView view, HttpRequest<?> request) {
        granted(budgets.set(Caller.of(request).actor(), id, view.rules()));
        return HttpResponse.ok(show(found(nases.find(id), "nas", id)));
    }
}
