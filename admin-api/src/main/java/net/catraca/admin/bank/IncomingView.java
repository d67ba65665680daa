package net.catraca.admin.bank;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.bank.IncomingPayment;
import org.jspecify.annotations.Nullable;

/** Money that a bank told us of, as the API shows it. */
@Serdeable
@Schema(name = "IncomingPayment")
public record IncomingView(
        long id,
        long version,
        String externalId,
        long agreementId,
        @Nullable Long fileId,
        @Nullable Long line,
        @Schema(example = "cnab") String source,
        @Nullable String ourNumber,
        @Nullable String txid,
        @Nullable String document,
        @Nullable String payerTaxId,
        @Nullable String payerName,
        long amountCents,

        @Schema(description = "Interest and fine within it, as far as told.")
        long chargesCents,

        long refundedCents,

        @Nullable
        @Schema(
                description =
                        "How far it was from what its charge asked for, interest and fine left out: below 0 it is short.")
        Long differenceCents,

        LocalDate paidOn,
        Instant receivedAt,
        IncomingPayment.State state,

        @Schema(description = "Why it waits, or did.") IncomingPayment.@Nullable Why why,

        @Nullable @Schema(description = "The incoming payment that it repeats or, while it waits, may repeat.")
        Long repeatsId,

        @Nullable @Schema(description = "The payment of its bill that may be the same money, told by another way.")
        Long repeatsPaymentId,

        @Nullable Instant decidedAt,
        @Nullable String decidedBy,
        @Nullable String decisionReason) {

    public static IncomingView of(IncomingPayment payment) {
        var decision = payment.decision();
        return new IncomingView(
                payment.id(),
                payment.version(),
                payment.externalId(),
                payment.agreementId(),
                payment.fileId(),
                payment.line(),
                payment.source(),
                payment.ourNumber(),
                payment.txid(),
                payment.document(),
                payment.payerTaxId(),
                payment.payerName(),
                payment.amountCents(),
                payment.chargesCents(),
                payment.refundedCents(),
                payment.differenceCents(),
                payment.paidOn(),
                payment.receivedAt(),
                payment.state(),
                payment.why(),
                payment.repeatsId(),
                payment.repeatsPaymentId(),
                decision == null ? null : decision.at(),
                decision == null ? null : decision.by(),
                decision == null ? null : decision.reason());
    }
}
