package net.catraca.admin.payment;

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
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
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
import net.catraca.billing.office.Payments;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.PaymentDraft;
import org.jspecify.annotations.Nullable;

/** Money that came in. What it gives back, it gives back in the same transaction. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Payments")
class PaymentController {

    private static final String USUAL_SOURCE = "api";

    private final Payments payments;

    PaymentController(Payments payments) {
        this.payments = payments;
    }

    /**
     * @param externalId of the payer's system: told again, the payment is found and counts once
     * @param contractId whose debt it pays, oldest due first; may be absent when a receivable is named
     * @param receivableId the one receivable it is for
     * @param contractExternalId the contract by the ERP's id, instead of contractId; so is receivableExternalId
     */
    @Serdeable
    @Schema(name = "NewPayment", example = """
                    {"externalId":"pix-E1234567820261123","contractId":1,"amountCents":9990,"paidOn":"2026-11-23","source":"pix"}
                    """)
    record NewPayment(
            @NotBlank @Size(max = 200) String externalId,
            @Nullable @Positive Long contractId,
            @Nullable @Positive Long receivableId,
            @Nullable @Size(min = 1, max = 200) String contractExternalId,
            @Nullable @Size(min = 1, max = 200) String receivableExternalId,
            @Positive @Schema(example = "9990") long amountCents,

            @Schema(description = "The day on which the payer paid, not the day of the news.")
            LocalDate paidOn,

            @Nullable @Size(min = 1, max = 30) @Schema(description = "api when absent.", example = "pix")
            String source,

            @Nullable
            @PositiveOrZero
            @Schema(
                    description =
                            "Interest and fine within it: never credit. Estimated within the legal ceilings when absent.")
            Long chargesCents) {

        PaymentDraft draft() {
            return new PaymentDraft(
                    externalId,
                    contractId,
                    receivableId,
                    amountCents,
                    paidOn,
                    source == null ? USUAL_SOURCE : source,
                    chargesCents == null ? 0 : chargesCents);
        }
    }

    @Serdeable
    @Schema(name = "Payment")
    record PaymentView(
            long id,
            long version,
            String externalId,
            long contractId,
            @Nullable Long receivableId,
            long amountCents,
            LocalDate paidOn,
            String source,
            Instant receivedAt,
            String receivedBy,

            @Schema(
                    description =
                            "Entered by a person, or with the source manual: reversed, its days count as released.")
            boolean byHand,

            List<AllocationView> allocations,

            @Schema(description = "What no receivable took: overpaid, paid twice, or interest.")
            long unallocatedCents,

            @Schema(description = "What of it the contract's next receivable takes: nothing that is open now can.")
            long creditCents,

            @Nullable @Schema(description = "What a bank told; null when the API told of the payment.")
            Long incomingId,

            @Nullable ReversalView reversal) {

        static PaymentView of(Payment payment) {
            return new PaymentView(
                    payment.id(),
                    payment.version(),
                    payment.externalId(),
                    payment.contractId(),
                    payment.receivableId(),
                    payment.amountCents(),
                    payment.paidOn(),
                    payment.source(),
                    payment.receivedAt(),
                    payment.receivedBy(),
                    payment.byHand(),
                    payment.allocations().stream()
                            .map(share -> new AllocationView(share.receivableId(), share.cents()))
                            .toList(),
                    payment.unallocatedCents(),
                    payment.creditCents(),
                    payment.incomingId(),
                    payment.reversal() == null
                            ? null
                            : new ReversalView(
                                    payment.reversal().at(),
                                    payment.reversal().by(),
                                    payment.reversal().reason()));
        }
    }

    @Serdeable
    @Schema(name = "PaymentAllocation")
    record AllocationView(long receivableId, long amountCents) {}

    @Serdeable
    @Schema(name = "PaymentReversal")
    record ReversalView(Instant at, String by, String reason) {}

    /**
     * Lists the payments of all contracts, or of one.
     *
     * @param contractId only those of one contract
     * @param externalId only the one with this external id: whether it has counted
     */
    @Get("/payments")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    Page<PaymentView> list(
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue String externalId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        if (externalId != null) {
            return Page.of(
                    payments.findByExternalId(externalId)
                            .filter(payment -> contractId == null || payment.contractId() == contractId),
                    PaymentView::of);
        }
        return Page.of(
                payments.list(contractId, page.after(0), page.limitAndOne()), page, Payment::id, PaymentView::of);
    }

    /** Lists the payments of a contract. */
    @Get("/contracts/{contractId}/payments")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    Page<PaymentView> ofContract(
            @PathVariable long contractId, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        return list(contractId, null, limit, cursor);
    }

    /** Shows a payment with what it paid. */
    @Get("/payments/{id}")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    HttpResponse<PaymentView> get(@PathVariable long id) {
        var payment = found(payments.find(id), "payment", id);
        return shown(PaymentView.of(payment), payment.version());
    }

    /**
     * Takes a payment in. Told again with the same external id and content, it is answered with 200 and the payment as
     * it is; with another content it is refused.
     */
    @Post("/payments")
    @Status(HttpStatus.CREATED)
    @ApiResponse(
            responseCode = "200",
            description = "It was told before.",
            content = @Content(schema = @Schema(implementation = PaymentView.class)))
    @ApiResponse(
            responseCode = "201",
            description = "Made.",
            content = @Content(schema = @Schema(implementation = PaymentView.class)))
    @RequiresPermission(Permission.PAYMENT_WRITE)
    @WritesOnce
    HttpResponse<PaymentView> receive(@Body NewPayment wanted, HttpRequest<?> request) {
        var caller = Caller.of(request);
        if (Payments.isByHand(caller.actor(), wanted.draft())) {
            caller.require(Permission.PAYMENT_BY_HAND);
        }
        var draft =
                granted(payments.naming(wanted.draft(), wanted.contractExternalId(), wanted.receivableExternalId()));
        var receipt = granted(payments.receive(caller.actor(), draft));
        var payment = receipt.payment();
        return receipt.repeated()
                ? shown(PaymentView.of(payment), payment.version())
                : created(PaymentView.of(payment), "/api/v1/payments/" + payment.id(), payment.version());
    }

    /** The estorno: what the payment paid is owed again. A block does not come back by it. If-Match is optional. */
    @Post("/payments/{id}/reversal")
    @RequiresPermission(Permission.PAYMENT_REVERSE)
    @IfMatch
    @WritesOnce
    HttpResponse<PaymentView> reverse(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        var reversed = granted(payments.reverse(Caller.of(request).actor(), id, Etag.optional(request), why.reason()));
        return shown(PaymentView.of(reversed), reversed.version());
    }
}
