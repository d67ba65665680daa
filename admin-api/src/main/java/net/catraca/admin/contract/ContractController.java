package net.catraca.admin.contract;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.office.ContractBilling;
import net.catraca.billing.office.Contracts;
import net.catraca.billing.office.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Contracts through their lives. An act such as a cancellation may be made with If-Match or without; where a person
 * sets something that was read before, If-Match is needed.
 */
@Controller("/api/v1/contracts")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Contracts")
class ContractController {

    private final Contracts contracts;
    private final ContractBilling billing;

    ContractController(Contracts contracts, ContractBilling billing) {
        this.contracts = contracts;
        this.billing = billing;
    }

    /** @param policyId its own access policy, or absent for the plan's */
    @Serdeable
    @Schema(name = "PlanChange", example = """
                    {"planId":1}
                    """)
    record PlanChange(
            @Positive long planId, @Nullable @Positive Long policyId) {}

    @Serdeable
    @Schema(name = "BaseDateMove", example = """
                    {"day":"2026-11-20","reason":"installed ten days later than agreed"}
                    """)
    record BaseDateMove(
            @Schema(description = "First day of coverage.") LocalDate day,
            @NotBlank @Size(max = 500) String reason) {}

    /** Last days on which money does not block or reduce; absent: not protected. */
    @Serdeable
    @Schema(name = "Protection", example = """
                    {"doNotBlockUntil":"2026-12-31","reason":"agreed with the owner"}
                    """)
    record Protection(
            @Nullable LocalDate doNotBlockUntil,
            @Nullable LocalDate doNotReduceUntil,
            @NotBlank @Size(max = 500) String reason) {}

    /** @param reason needed for anything but normal */
    @Serdeable
    @Schema(name = "RestrictionData", example = """
                    {"kind":"reduce-only","until":"2027-06-30","reason":"a clinic: slowed down at most"}
                    """)
    record RestrictionData(
            AutomaticRestriction kind,

            @Nullable @Schema(description = "Last day; absent: without end.")
            LocalDate until,

            @Nullable @Size(min = 1, max = 500) String reason) {}

    @Serdeable
    @Schema(name = "TrustUnlockData", example = """
                    {"permission":"deny"}
                    """)
    record TrustUnlockData(TrustUnlockPermission permission) {}

    /**
     * Lists contracts.
     *
     * @param customerId only those of one customer
     * @param externalId only the one with this external id
     */
    @Get
    @RequiresPermission(Permission.CONTRACT_VIEW)
    Page<ContractView> list(
            @Nullable @QueryValue Long customerId,
            @Nullable @QueryValue String externalId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        if (externalId != null) {
            return Page.of(contracts.findByExternalId(externalId), this::view);
        }
        var found = contracts.list(customerId, page.after(0), page.limitAndOne());
        var regions = contracts.regions(found.stream().map(Contract::id).toList());
        return Page.of(found, page, Contract::id, contract -> ContractView.of(contract, regions.get(contract.id())));
    }

    /** Shows a contract; its ETag is what a later write sends in If-Match. */
    @Get("/{id}")
    @RequiresPermission(Permission.CONTRACT_VIEW)
    HttpResponse<ContractView> get(@PathVariable long id) {
        var contract = found(contracts.find(id), "contract", id);
        return shown(view(contract), contract.version());
    }

    private ContractView view(Contract contract) {
        return ContractView.of(
                contract, contracts.regions(List.of(contract.id())).get(contract.id()));
    }

    /** Makes a contract that awaits activation, or is active from the day that it names. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.CONTRACT_WRITE)
    @WritesOnce
    HttpResponse<ContractView> create(@Body NewContract wanted, HttpRequest<?> request) {
        var made = granted(contracts.create(Caller.of(request).actor(), wanted.draft()));
        if (wanted.billing() != null) {
            // In the same transaction; a field that is wrong takes the contract back, too.
            granted(billing.set(
                    Caller.of(request).actor(), null, wanted.billing().termsFor(made.id())));
        }
        return created(view(made), "/api/v1/contracts/" + made.id(), made.version());
    }

    /** Activates a contract that awaits it, from today on. */
    @Post("/{id}/activate")
    @RequiresPermission(Permission.CONTRACT_ACTIVATE)
    @IfMatch
    @WritesOnce
    HttpResponse<ContractView> activate(@PathVariable long id, HttpRequest<?> request) {
        return answer(contracts.activate(Caller.of(request).actor(), id, Etag.optional(request)));
    }

    /** Cancels a contract: it is refused from now on, whatever is paid. */
    @Post("/{id}/cancel")
    @RequiresPermission(Permission.CONTRACT_CANCEL)
    @IfMatch
    @WritesOnce
    HttpResponse<ContractView> cancel(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return answer(contracts.cancel(Caller.of(request).actor(), id, Etag.optional(request), why.reason()));
    }

    /** Makes a cancelled contract active again, from today on and without any restriction of before. */
    @Post("/{id}/reactivate")
    @RequiresPermission(Permission.CONTRACT_CANCEL)
    @IfMatch
    @WritesOnce
    HttpResponse<ContractView> reactivate(@PathVariable long id, HttpRequest<?> request) {
        return answer(contracts.reactivate(Caller.of(request).actor(), id, Etag.optional(request)));
    }

    /** Sells another plan, under its policy or one of the contract's own. */
    @Put("/{id}/plan")
    @RequiresPermission(Permission.CONTRACT_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<ContractView> changePlan(@PathVariable long id, @Body PlanChange to, HttpRequest<?> request) {
        return answer(contracts.changePlan(
                Caller.of(request).actor(), id, Etag.required(request), to.planId(), to.policyId()));
    }

    /** Moves the first day of coverage: paid-until and days late follow at once, a restriction waits for a run. */
    @Put("/{id}/financial-base-date")
    @RequiresPermission(Permission.CONTRACT_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<ContractView> moveBaseDate(@PathVariable long id, @Body BaseDateMove to, HttpRequest<?> request) {
        return answer(
                contracts.moveBaseDate(Caller.of(request).actor(), id, Etag.required(request), to.day(), to.reason()));
    }

    /** Keeps money from blocking, or from reducing, through a last day. */
    @Put("/{id}/protection")
    @RequiresPermission(Permission.CONTRACT_PROTECT)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<ContractView> protect(@PathVariable long id, @Body Protection wanted, HttpRequest<?> request) {
        return answer(contracts.protect(
                Caller.of(request).actor(),
                id,
                Etag.required(request),
                wanted.doNotBlockUntil(),
                wanted.doNotReduceUntil(),
                wanted.reason()));
    }

    /** Sets how far money may restrict the contract: a hospital is billed but not blocked. */
    @Put("/{id}/automatic-restriction")
    @RequiresPermission(Permission.CONTRACT_PROTECT)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<ContractView> restrict(@PathVariable long id, @Body RestrictionData wanted, HttpRequest<?> request) {
        return answer(contracts.restrict(
                Caller.of(request).actor(),
                id,
                Etag.required(request),
                new Restriction(wanted.kind(), wanted.until(), wanted.reason())));
    }

    /** Sets whether the subscriber may use trust unlocks: as the policy says, always, or never. */
    @Put("/{id}/trust-unlock-permission")
    @RequiresPermission(Permission.CONTRACT_PROTECT)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<ContractView> permitTrustUnlock(
            @PathVariable long id, @Body TrustUnlockData wanted, HttpRequest<?> request) {
        return answer(contracts.permitTrustUnlock(
                Caller.of(request).actor(), id, Etag.required(request), wanted.permission()));
    }

    /** Blocks by hand; only an operator lifts it, a payment does not. */
    @Post("/{id}/manual-block")
    @RequiresPermission(Permission.CONTRACT_MANUAL_BLOCK)
    @IfMatch
    @WritesOnce
    HttpResponse<ContractView> block(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return answer(contracts.block(Caller.of(request).actor(), id, Etag.optional(request), why.reason()));
    }

    /** Lifts the manual block. */
    @Delete("/{id}/manual-block")
    @RequiresPermission(Permission.CONTRACT_MANUAL_BLOCK)
    @IfMatch
    @WritesOnce
    HttpResponse<ContractView> liftBlock(@PathVariable long id, HttpRequest<?> request) {
        return answer(contracts.liftBlock(Caller.of(request).actor(), id, Etag.optional(request)));
    }

    private HttpResponse<ContractView> answer(Outcome<Contract> outcome) {
        var contract = granted(outcome);
        return shown(view(contract), contract.version());
    }
}
