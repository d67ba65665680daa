package net.catraca.admin.contract;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

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
import java.time.LocalDate;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.ContractBilling;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.BillingTerms;
import net.catraca.billing.store.BillingBook.PlanRules;
import org.jspecify.annotations.Nullable;

/** How contracts are billed: their terms, and the rules of their plans. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Billing")
class BillingController {

    private final ContractBilling billing;

    BillingController(ContractBilling billing) {
        this.billing = billing;
    }

    @Serdeable
    @Schema(name = "BillingRules", description = "null: as the plan's rules say, or the settings.")
    record RulesView(
            @Nullable Integer periodsAhead,
            @Nullable Integer openLimit,
            @Nullable Integer leastDaysToPay,
            @Nullable Integer fineBasisPoints,
            @Nullable Integer interestBasisPoints,
            @Nullable Long discountCents,
            @Nullable Integer discountDays) {

        static RulesView of(BillingRules rules) {
            return new RulesView(
                    rules.periodsAhead(),
                    rules.openLimit(),
                    rules.leastDaysToPay(),
                    rules.fineBasisPoints(),
                    rules.interestBasisPoints(),
                    rules.discountCents(),
                    rules.discountDays());
        }
    }

    @Serdeable
    @Schema(name = "ContractBilling")
    record TermsView(
            long contractId,
            long version,
            int billingDay,
            int dueDay,
            @Nullable LocalDate startsOn,
            @Nullable LocalDate endsOn,
            @Nullable Long priceCents,
            RulesView rules) {

        static TermsView of(BillingTerms terms) {
            return new TermsView(
                    terms.contractId(),
                    terms.version(),
                    terms.billingDay(),
                    terms.dueDay(),
                    terms.startsOn(),
                    terms.endsOn(),
                    terms.priceCents(),
                    RulesView.of(terms.rules()));
        }
    }

    @Serdeable
    @Schema(name = "PlanBilling")
    record PlanView(long planId, long version, RulesView rules) {

        static PlanView of(PlanRules rules) {
            return new PlanView(rules.planId(), rules.version(), RulesView.of(rules.rules()));
        }
    }

    /** Shows how a contract is billed; 404 when its receivables are not made here. */
    @Get("/contracts/{id}/billing")
    @RequiresPermission(Permission.CONTRACT_VIEW)
    HttpResponse<TermsView> get(@PathVariable long id) {
        var terms = found(billing.terms(id), "billing of contract", id);
        return shown(TermsView.of(terms), terms.version());
    }

    /**
     * Sets how a contract is billed; from now on its recurring receivables are made here. What has been issued stays as it
     * is, and a new price holds from today on. If-Match is optional.
     */
    @Put("/contracts/{id}/billing")
    @RequiresPermission(Permission.CONTRACT_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<TermsView> set(@PathVariable long id, @Body BillingData wanted, HttpRequest<?> request) {
        var terms = granted(billing.set(Caller.of(request).actor(), Etag.optional(request), wanted.termsFor(id)));
        return shown(TermsView.of(terms), terms.version());
    }

    /** Shows the billing rules of a plan; 404 when it has none of its own. */
    @Get("/plans/{id}/billing")
    @RequiresPermission(Permission.PLAN_VIEW)
    HttpResponse<PlanView> ofPlan(@PathVariable long id) {
        var rules = found(billing.rules(id), "billing of plan", id);
        return shown(PlanView.of(rules), rules.version());
    }

    /** Sets the billing rules of a plan, for its contracts that have none of their own. If-Match is optional. */
    @Put("/plans/{id}/billing")
    @RequiresPermission(Permission.PLAN_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<PlanView> setPlan(@PathVariable long id, @Body RulesData wanted, HttpRequest<?> request) {
        var rules = granted(billing.setPlan(Caller.of(request).actor(), id, Etag.optional(request), wanted.rules()));
        return shown(PlanView.of(rules), rules.version());
    }
}
