package net.catraca.admin.payment;

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
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.PaymentReversals;
import net.catraca.billing.payment.PaymentReversal;
import org.jspecify.annotations.Nullable;

/** Reversals as payers' systems tell them: by external ids, and in any order with their payments. */
@Controller("/api/v1/payment-reversals")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Payments")
class PaymentReversalController {

    private final PaymentReversals reversals;

    PaymentReversalController(PaymentReversals reversals) {
        this.reversals = reversals;
    }

    /**
     * @param externalId of the payer's system: told again, the reversal is found and counts once
     * @param paymentExternalId the external id of the payment that it takes back
     */
    @Serdeable
    @Schema(name = "NewPaymentReversal", example = """
                    {"externalId":"estorno-77","paymentExternalId":"pix-E1234567820261123","reason":"charged back"}
                    """)
    record NewReversal(
            @NotBlank @Size(max = 200) String externalId,
            @NotBlank @Size(max = 200) String paymentExternalId,
            @NotBlank @Size(max = 500) String reason) {}

    @Serdeable
    @Schema(name = "ToldPaymentReversal")
    record View(
            long id,
            String externalId,
            String paymentExternalId,
            String reason,
            Instant toldAt,
            String toldBy,

            @Schema(description = "Whether its payment has not come yet.")
            boolean waiting,

            @Nullable Long paymentId,
            @Nullable Instant appliedAt) {

        static View of(PaymentReversal reversal) {
            return new View(
                    reversal.id(),
                    reversal.externalId(),
                    reversal.paymentExternalId(),
                    reversal.reason(),
                    reversal.toldAt(),
                    reversal.toldBy(),
                    reversal.isWaiting(),
                    reversal.paymentId(),
                    reversal.appliedAt());
        }
    }

    /**
     * Lists reversals that were told by external id.
     *
     * @param waiting only those whose payment has not come yet
     * @param externalId only the one with this external id
     */
    @Get
    @RequiresPermission(Permission.PAYMENT_VIEW)
    Page<View> list(
            @Nullable @QueryValue Boolean waiting,
            @Nullable @QueryValue String externalId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        if (externalId != null) {
            return Page.of(reversals.findByExternalId(externalId), View::of);
        }
        return Page.of(
                reversals.list(Boolean.TRUE.equals(waiting), page.after(0), page.limitAndOne()),
                page,
                PaymentReversal::id,
                View::of);
    }

    /** Shows a reversal, and the payment that it has taken back. */
    @Get("/{id}")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    View get(@PathVariable long id) {
        return View.of(found(reversals.find(id), "payment-reversal", id));
    }

    /**
     * Takes a reversal in. What its payment paid is owed again; a block does not come back by it. Told before its payment,
     * it waits and is applied when that comes. Told again, it is answered with 200 and as it is.
     */
    @Post
    @Status(HttpStatus.CREATED)
    @ApiResponse(
            responseCode = "200",
            description = "It was told before.",
            content = @Content(schema = @Schema(implementation = View.class)))
    @ApiResponse(
            responseCode = "201",
            description = "Made.",
            content = @Content(schema = @Schema(implementation = View.class)))
    @RequiresPermission(Permission.PAYMENT_REVERSE)
    @WritesOnce
    HttpResponse<View> tell(@Body NewReversal told, HttpRequest<?> request) {
        var answer = granted(
                reversals.tell(Caller.of(request).actor(), told.externalId(), told.paymentExternalId(), told.reason()));
        var view = View.of(answer.reversal());
        return answer.repeated()
                ? HttpResponse.ok(view)
                : HttpResponse.created(view, URI.create("/api/v1/payment-reversals/" + view.id()));
    }
}
