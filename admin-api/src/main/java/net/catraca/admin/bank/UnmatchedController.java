package net.catraca.admin.bank;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotEmpty;
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
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.office.UnmatchedPayments;
import net.catraca.billing.office.UnmatchedPayments.Share;
import net.catraca.billing.store.IncomingBook.Candidate;
import org.jspecify.annotations.Nullable;

/** Money that came in and that nobody could match. It waits here, and shields its likely contracts from runs. */
@Controller("/api/v1/unmatched-payments")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Banks")
class UnmatchedController {

    private final UnmatchedPayments unmatched;

    UnmatchedController(UnmatchedPayments unmatched) {
        this.unmatched = unmatched;
    }

    @Serdeable
    @Schema(name = "PaymentShare")
    record ShareBody(
            @Positive long contractId,

            @Nullable @Positive @Schema(description = "Whatever the contract owes, oldest first, when absent.")
            Long receivableId,

            @Positive long amountCents) {}

    /** @param shares together the whole amount */
    @Serdeable
    @Schema(name = "PaymentAssignment", example = """
                    {"shares":[{"contractId":1,"amountCents":9990}],"reason":"the customer sent the receipt"}
                    """)
    record Assignment(
            @NotEmpty @Size(max = UnmatchedPayments.MOST_SHARES)
            List<ShareBody> shares,

            @Nullable @Size(min = 1, max = 500) String reason) {}

    @Serdeable
    @Schema(name = "PaymentCandidate")
    record CandidateView(
            long receivableId,
            long contractId,
            long customerId,
            String customerName,
            long nominalCents,
            long paidCents,
            LocalDate dueOn,
            boolean samePayer,
            boolean sameAmount) {

        static CandidateView of(Candidate candidate) {
            return new CandidateView(
                    candidate.receivableId(),
                    candidate.contractId(),
                    candidate.customerId(),
                    candidate.customerName(),
                    candidate.nominalCents(),
                    candidate.paidCents(),
                    candidate.dueOn(),
                    candidate.samePayer(),
                    candidate.sameAmount());
        }
    }

    /**
     * Lists payments that wait for a person, oldest first.
     *
     * @param agreementId only those of one agreement
     * @param why only those, such as possible-repetition
     */
    @Get
    @RequiresPermission(Permission.PAYMENT_VIEW)
    Page<IncomingView> list(
            @Nullable @QueryValue Long agreementId,
            @Nullable @QueryValue Why why,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                unmatched.list(agreementId, why, page.after(0), page.limitAndOne()),
                page,
                IncomingPayment::id,
                IncomingView::of);
    }

    /** Shows a payment as the bank told it, also when it was matched since. */
    @Get("/{id}")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    HttpResponse<IncomingView> get(@PathVariable long id) {
        return view(found(unmatched.find(id), "unmatched payment", id));
    }

    /** Lists open receivables that it may be for: of the same payer or amount, the likeliest first. */
    @Get("/{id}/candidates")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    List<CandidateView> candidates(@PathVariable long id) {
        var payment = found(unmatched.find(id), "unmatched payment", id);
        return unmatched.candidates(payment).stream().map(CandidateView::of).toList();
    }

    /** Books it for one contract, or split over several. What it gives back, it gives back at once. If-Match is optional. */
    @Post("/{id}/assignment")
    @RequiresPermission(Permission.PAYMENT_MATCH)
    @IfMatch
    @WritesOnce
    HttpResponse<IncomingView> assign(@PathVariable long id, @Body Assignment wanted, HttpRequest<?> request) {
        var shares = wanted.shares().stream()
                .map(share -> new Share(share.contractId(), share.receivableId(), share.amountCents()))
                .toList();
        return view(granted(
                unmatched.assign(Caller.of(request).actor(), id, Etag.optional(request), shares, wanted.reason())));
    }

    /**
     * Takes a wrong match or assignment back: what was booked of it is reversed, and it waits again, to be assigned. Where
     * the money itself went back, reverse its payments instead. If-Match is optional.
     */
    @Post("/{id}/unassignment")
    @RequiresPermission(Permission.PAYMENT_MATCH)
    @IfMatch
    @WritesOnce
    HttpResponse<IncomingView> unassign(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return view(granted(unmatched.unassign(Caller.of(request).actor(), id, Etag.optional(request), why.reason())));
    }

    /** Says that it pays nothing here; it stays on the books. If-Match is optional. */
    @Post("/{id}/dismissal")
    @RequiresPermission(Permission.PAYMENT_MATCH)
    @IfMatch
    @WritesOnce
    HttpResponse<IncomingView> dismiss(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return view(granted(unmatched.dismiss(Caller.of(request).actor(), id, Etag.optional(request), why.reason())));
    }

    /** Takes a dismissal back, or says that a repeated line is money of its own: it waits again. */
    @Post("/{id}/restoration")
    @RequiresPermission(Permission.PAYMENT_MATCH)
    @WritesOnce
    HttpResponse<IncomingView> restore(@PathVariable long id, HttpRequest<?> request) {
        return view(granted(unmatched.restore(Caller.of(request).actor(), id, null)));
    }

    private static HttpResponse<IncomingView> view(IncomingPayment payment) {
        return shown(IncomingView.of(payment), payment.version());
    }
}
