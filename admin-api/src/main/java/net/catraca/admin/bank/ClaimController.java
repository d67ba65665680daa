package net.catraca.admin.bank;

import static net.catraca.admin.http.Outcomes.created;
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
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.bank.PaymentClaim;
import net.catraca.billing.office.PaymentClaims;
import org.jspecify.annotations.Nullable;

/** Receipts that customers show: runs leave their contracts alone for a while; nobody is let through by them. */
@Controller("/api/v1/contracts/{contractId}/payment-claims")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Payments")
class ClaimController {

    /** As many as a screen shows. */
    private static final int SHOWN = 50;

    private final PaymentClaims claims;
    private final Clock clock;

    ClaimController(PaymentClaims claims, Clock clock) {
        this.claims = claims;
        this.clock = clock;
    }

    /** @param receipt what it says: an authentication code, an endToEndId */
    @Serdeable
    @Schema(name = "NewPaymentClaim", example = """
                    {"amountCents":9990,"paidOn":"2026-11-23","receipt":"E60701190202611231200abcdefghijk"}
                    """)
    record NewClaim(
            @Positive long amountCents,

            @Schema(description = "Today or up to ten days ago.")
            LocalDate paidOn,

            @NotBlank @Size(max = 200) String receipt) {}

    @Serdeable
    @Schema(name = "PaymentClaim")
    record ClaimView(
            long id,
            long version,
            long contractId,
            long amountCents,
            LocalDate paidOn,
            String receipt,
            String claimedBy,
            Instant claimedAt,
            Instant holdsUntil,
            boolean holds,
            @Nullable Instant endedAt,
            @Nullable String endedBy,
            @Nullable String endReason) {}

    /** Lists the claims of a contract, newest first. */
    @Get
    @RequiresPermission(Permission.PAYMENT_VIEW)
    List<ClaimView> list(@PathVariable long contractId) {
        return claims.list(contractId, SHOWN).stream().map(this::view).toList();
    }

    /**
     * Keeps a receipt that a customer showed. Runs skip the contract until the bank had time to tell of the money; a limit
     * that is in the way is answered with 409.
     */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.PAYMENT_CLAIM)
    @WritesOnce
    HttpResponse<ClaimView> claim(@PathVariable long contractId, @Body NewClaim wanted, HttpRequest<?> request) {
        var made = granted(claims.claim(
                Caller.of(request).actor(), contractId, wanted.amountCents(), wanted.paidOn(), wanted.receipt()));
        return created(view(made), "/api/v1/contracts/" + contractId + "/payment-claims/" + made.id(), made.version());
    }

    /** Ends a claim's hold early: the receipt was false, or for something else. */
    @Post("/{id}/end")
    @RequiresPermission(Permission.PAYMENT_CLAIM)
    @WritesOnce
    HttpResponse<ClaimView> end(
            @PathVariable long contractId, @PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        var ended = granted(claims.end(Caller.of(request).actor(), contractId, id, null, why.reason()));
        return shown(view(ended), ended.version());
    }

    private ClaimView view(PaymentClaim claim) {
        var end = claim.ended();
        return new ClaimView(
                claim.id(),
                claim.version(),
                claim.contractId(),
                claim.amountCents(),
                claim.paidOn(),
                claim.receipt(),
                claim.claimedBy(),
                claim.claimedAt(),
                claim.holdsUntil(),
                claim.holdsAt(clock.instant()),
                end == null ? null : end.at(),
                end == null ? null : end.by(),
                end == null ? null : end.reason());
    }
}
