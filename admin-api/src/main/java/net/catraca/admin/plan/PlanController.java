package net.catraca.admin.plan;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.PlanDraft;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.office.Plans;
import org.jspecify.annotations.Nullable;

/** What is sold: rates, pools, sessions. Rates are in kbit/s as the subscriber sees them. */
@Controller("/api/v1/plans")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Plans")
class PlanController {

    private static final int USUAL_INTERIM_SECONDS = 900;

    private final Plans plans;

    PlanController(Plans plans) {
        this.plans = plans;
    }

    @Serdeable
    @Schema(name = "Rate", description = "In kbit/s, 1k = 1000, as the subscriber sees them.")
    record RateData(@Positive int downKbps, @Positive int upKbps) {

        static RateData of(Plan.Rate rate) {
            return new RateData(rate.downKbps(), rate.upKbps());
        }

        Plan.Rate rate() {
            return new Plan.Rate(downKbps, upKbps);
        }
    }

    @Serdeable
    @Schema(name = "Burst", description = "Up to peak for so many seconds while the average stays below threshold.")
    record BurstData(
            RateData peak,
            RateData threshold,
            @Min(1) @Max(3600) int seconds) {

        static @Nullable BurstData of(Plan.@Nullable Burst burst) {
            return burst == null
                    ? null
                    : new BurstData(RateData.of(burst.peak()), RateData.of(burst.threshold()), burst.seconds());
        }

        Plan.Burst burst() {
            return new Plan.Burst(peak.rate(), threshold.rate(), seconds);
        }
    }

    /**
     * @param policyId the access policy of contracts that do not name their own
     * @param simultaneousSessions 1 when absent
     * @param interimSeconds how often a NAS reports usage, 900 when absent
     */
    @Serdeable
    @Schema(name = "PlanData", example = """
                    {"externalId":"fibra-600","name":"Fibra 600","policyId":1,"monthlyCents":12990,
                     "active":{"downKbps":600000,"upKbps":300000},
                     "burst":{"peak":{"downKbps":700000,"upKbps":350000},"threshold":{"downKbps":500000,"upKbps":250000},"seconds":16},
                     "reduced":{"downKbps":1000,"upKbps":1000},"ipv4Pool":"residential","simultaneousSessions":1}
                    """)
    record PlanData(
            @Nullable @Size(min = 1, max = 200) String externalId,
            @NotBlank @Size(max = 100) String name,
            @Positive long policyId,
            @PositiveOrZero long monthlyCents,
            RateData active,
            @Nullable BurstData burst,
            RateData reduced,
            @Nullable @Size(min = 1, max = 100) String ipv4Pool,
            @Nullable @Size(min = 1, max = 100) String ipv6Pool,
            @Nullable @Size(min = 1, max = 100) String delegatedIpv6Pool,
            @Nullable @Min(1) @Max(1000) Integer simultaneousSessions,
            @Nullable @Min(60) @Max(86400) Integer interimSeconds,

            @Nullable @Schema(description = "What becomes of one more session; replace-same-line when absent.")
            SimultaneousPolicy simultaneousPolicy) {

        PlanDraft draft() {
            return new PlanDraft(
                    externalId,
                    name,
                    policyId,
                    monthlyCents,
                    active.rate(),
                    burst == null ? null : burst.burst(),
                    reduced.rate(),
                    ipv4Pool,
                    ipv6Pool,
                    delegatedIpv6Pool,
                    simultaneousSessions == null ? 1 : simultaneousSessions,
                    interimSeconds == null ? USUAL_INTERIM_SECONDS : interimSeconds,
                    simultaneousPolicy == null ? SimultaneousPolicy.REPLACE_SAME_LINE : simultaneousPolicy);
        }
    }

    @Serdeable
    @Schema(name = "Plan")
    record PlanView(
            long id,
            long version,
            @Nullable String externalId,
            String name,
            long policyId,
            long monthlyCents,
            RateData active,
            @Nullable BurstData burst,
            RateData reduced,
            @Nullable String ipv4Pool,
            @Nullable String ipv6Pool,
            @Nullable String delegatedIpv6Pool,
            int simultaneousSessions,
            int interimSeconds,
            SimultaneousPolicy simultaneousPolicy) {

        static PlanView of(Plan plan) {
            return new PlanView(
                    plan.id(),
                    plan.version(),
                    plan.externalId(),
                    plan.name(),
                    plan.policyId(),
                    plan.monthlyCents(),
                    RateData.of(plan.active()),
                    BurstData.of(plan.burst()),
                    RateData.of(plan.reduced()),
                    plan.ipv4Pool(),
                    plan.ipv6Pool(),
                    plan.delegatedIpv6Pool(),
                    plan.simultaneousSessions(),
                    plan.interimSeconds(),
                    plan.simultaneousPolicy());
        }
    }

    /** Lists the plans. */
    @Get
    @RequiresPermission(Permission.PLAN_VIEW)
    Page<PlanView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(plans.list(page.after(0), page.limitAndOne()), page, Plan::id, PlanView::of);
    }

    /** Shows a plan; its ETag is what a later write sends in If-Match. */
    @Get("/{id}")
    @RequiresPermission(Permission.PLAN_VIEW)
    HttpResponse<PlanView> get(@PathVariable long id) {
        var plan = found(plans.find(id), "plan", id);
        return shown(PlanView.of(plan), plan.version());
    }

    /** Makes a plan, for contracts to be sold. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.PLAN_WRITE)
    @WritesOnce
    HttpResponse<PlanView> create(@Body PlanData data, HttpRequest<?> request) {
        var made = granted(plans.create(Caller.of(request).actor(), data.draft()));
        return created(PlanView.of(made), "/api/v1/plans/" + made.id(), made.version());
    }

    /**
     * Writes all of a plan; new rates reach the network at once. If-Match says which state was seen. The policy of a
     * plan with contracts stays.
     */
    @Put("/{id}")
    @RequiresPermission(Permission.PLAN_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<PlanView> update(@PathVariable long id, @Body PlanData data, HttpRequest<?> request) {
        var updated = granted(plans.update(Caller.of(request).actor(), id, Etag.required(request), data.draft()));
        return shown(PlanView.of(updated), updated.version());
    }
}
