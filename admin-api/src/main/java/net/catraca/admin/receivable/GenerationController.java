package net.catraca.admin.receivable;

import static net.catraca.admin.http.Outcomes.found;

import io.micronaut.core.io.Writable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Positive;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Kebab;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.Contracts;
import net.catraca.billing.office.Plans;
import net.catraca.billing.office.ReceivableGeneration;
import net.catraca.billing.office.ReceivableGeneration.Drawn;
import net.catraca.billing.office.ReceivableGeneration.Scope;
import net.catraca.billing.office.ReceivableGeneration.Totals;
import org.jspecify.annotations.Nullable;

/** Generation of recurring receivables: what it would do, and doing it now. It also runs by itself each night. */
@Controller("/api/v1/receivable-generation")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Billing")
class GenerationController {

    private final ReceivableGeneration generation;
    private final Plans plans;
    private final Contracts contracts;
    private final Clock clock;

    GenerationController(ReceivableGeneration generation, Plans plans, Contracts contracts, Clock clock) {
        this.generation = generation;
        this.plans = plans;
        this.contracts = contracts;
        this.clock = clock;
    }

    /** A slip must not look like a scope in which there is nothing to issue. */
    private Scope asked(@Nullable Long planId, @Nullable Long contractId) {
        if (planId != null && plans.find(planId).isEmpty()) {
            throw ProblemException.invalid(InvalidField.query("planId", "the id of a plan"));
        }
        if (contractId != null && contracts.find(contractId).isEmpty()) {
            throw ProblemException.invalid(InvalidField.query("contractId", "the id of a contract"));
        }
        return new Scope(planId, contractId);
    }

    private Scope sent(@Nullable Long planId, @Nullable Long contractId) {
        if (planId != null) {
            found(plans.find(planId), "plan", planId);
        }
        if (contractId != null) {
            found(contracts.find(contractId), "contract", contractId);
        }
        return new Scope(planId, contractId);
    }

    /**
     * @param planId only contracts of one plan
     * @param contractId only one contract
     */
    @Serdeable
    @Schema(name = "GenerationScope", example = """
                    {"contractId":1}
                    """)
    record ScopeData(
            @Nullable @Positive Long planId,
            @Nullable @Positive Long contractId) {}

    @Serdeable
    @Schema(name = "GenerationTotals")
    record TotalsView(
            @Schema(description = "Contracts that were looked at.")
            long contracts,

            long receivables,
            long nominalCents,

            @Schema(description = "Open receivables that a contract's end shortened or took back.")
            long shortened,

            @Schema(description = "How often for which reason there was nothing to issue.")
            Map<String, Long> skipped) {

        static TotalsView of(Totals totals) {
            var skipped = new TreeMap<String, Long>();
            totals.skipped().forEach((reason, count) -> skipped.put(Kebab.of(reason), count));
            return new TotalsView(
                    totals.contracts(), totals.receivables(), totals.nominalCents(), totals.cuts(), skipped);
        }
    }

    /**
     * Lists what generation would do, by contract: receivables it would issue, others that it would shorten, and what it
     * would skip, with the reason. It changes nothing. A page holds whole contracts, so it may have more rows than asked
     * for.
     *
     * @param on the day for which to ask; today when absent
     * @param planId only contracts of one plan
     * @param contractId only one contract
     */
    @Get("/preview")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    Page<GenerationRow> preview(
            @Nullable @QueryValue LocalDate on,
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        var drawn = generation.preview(asked(planId, contractId), on, page.after(0), page.limitAndOne());
        return Page.ofMany(drawn, page, Drawn::contractId, GenerationRow::of);
    }

    /**
     * Sums up what generation would do.
     *
     * @param on the day for which to ask; today when absent
     * @param planId only contracts of one plan
     * @param contractId only one contract
     */
    @Get("/preview/totals")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    TotalsView totals(
            @Nullable @QueryValue LocalDate on,
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue Long contractId) {
        return TotalsView.of(generation.previewTotals(asked(planId, contractId), on));
    }

    /**
     * Exports what generation would do as CSV (RFC 4180, UTF-8), by contract.
     *
     * @param on the day for which to ask; today when absent
     * @param planId only contracts of one plan
     * @param contractId only one contract
     */
    @Get(value = "/preview.csv", produces = "text/csv")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    HttpResponse<Writable> csv(
            @Nullable @QueryValue LocalDate on,
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue Long contractId) {
        var scope = asked(planId, contractId);
        return HttpResponse.<Writable>ok(out -> new GenerationCsv(out).write(generation, scope, on))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"receivable-generation.csv\"");
    }

    /**
     * Issues what is due today, at once. Asked again, or stopped half-way and asked again, it issues nothing twice and
     * misses nothing.
     */
    @Post
    @RequiresPermission(Permission.RECEIVABLE_GENERATE)
    @WritesOnce(ownTransactions = true)
    HttpResponse<TotalsView> generate(@Body ScopeData whose, HttpRequest<?> request) throws InterruptedException {
        var scope = sent(whose.planId(), whose.contractId());
        return HttpResponse.ok(
                TotalsView.of(generation.generate(Caller.of(request).actor(), scope, clock.instant())));
    }
}
