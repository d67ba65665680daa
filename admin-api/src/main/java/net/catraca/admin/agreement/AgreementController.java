package net.catraca.admin.agreement;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Outcomes;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.Agreements;
import net.catraca.billing.office.Agreements.Detail;
import net.catraca.billing.receivable.Agreement.State;
import org.jspecify.annotations.Nullable;

/** Agreements: overdue receivables replaced by instalments. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Agreements")
class AgreementController {

    private final Agreements agreements;

    AgreementController(Agreements agreements) {
        this.agreements = agreements;
    }

    /**
     * Lists the agreements of all contracts, or of one.
     *
     * @param contractId only those of one contract
     * @param agreementState only those in this state, such as {@code running}
     */
    @Get("/agreements")
    @RequiresPermission(Permission.AGREEMENT_VIEW)
    Page<AgreementView> list(
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue State agreementState,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                agreements.list(contractId, agreementState, page.after(0), page.limitAndOne()),
                page,
                (Detail detail) -> detail.agreement().id(),
                AgreementView::of);
    }

    /** Shows an agreement with its instalments, what it replaced, and when it breaks. */
    @Get("/agreements/{id}")
    @RequiresPermission(Permission.AGREEMENT_VIEW)
    HttpResponse<AgreementView> get(@PathVariable long id) {
        return shown(found(agreements.find(id), "agreement", id));
    }

    /** Says what signing would make: instalments, and each contract's access before and after. It changes nothing. */
    @Post("/agreements/preview")
    @RequiresPermission(Permission.AGREEMENT_VIEW)
    @WritesOnce(ownTransactions = true) // one that is rolled back
    HttpResponse<SignedView> preview(@Body NewAgreement wanted, HttpRequest<?> request) {
        var signed = granted(agreements.preview(Caller.of(request).actor(), wanted.draft()));
        return HttpResponse.ok(SignedView.of(signed));
    }

    /**
     * Signs an agreement: overdue receivables are replaced by instalments, at once or at the first payment, as the policy
     * says. For receivables of several contracts each contract gets an agreement of its own; they break together.
     */
    @Post("/agreements")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.AGREEMENT_SIGN)
    @WritesOnce
    HttpResponse<SignedView> sign(@Body NewAgreement wanted, HttpRequest<?> request) {
        var signed = granted(agreements.sign(Caller.of(request).actor(), wanted.draft()));
        long first = signed.agreements().getFirst().agreement().id();
        return HttpResponse.created(SignedView.of(signed), URI.create("/api/v1/agreements/" + first));
    }

    /**
     * Breaks an agreement by hand: what it replaced is owed again with its due days and notices, less what was paid.
     * Nothing tightens until a run. If-Match is optional.
     */
    @Post("/agreements/{id}/break")
    @RequiresPermission(Permission.AGREEMENT_END)
    @IfMatch
    @WritesOnce
    HttpResponse<AgreementView> breakByHand(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return shown(
                granted(agreements.breakByHand(Caller.of(request).actor(), id, Etag.optional(request), why.reason())));
    }

    /**
     * Cancels an agreement that was signed in error: as breaking it, but it does not count as an agreement of its debt.
     * If-Match is optional.
     */
    @Post("/agreements/{id}/cancel")
    @RequiresPermission(Permission.AGREEMENT_END)
    @IfMatch
    @WritesOnce
    HttpResponse<AgreementView> cancel(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return shown(granted(agreements.cancel(Caller.of(request).actor(), id, Etag.optional(request), why.reason())));
    }

    private static HttpResponse<AgreementView> shown(Detail detail) {
        return Outcomes.shown(AgreementView.of(detail), detail.agreement().version());
    }
}
