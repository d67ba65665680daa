package net.catraca.admin.receivable;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import net.catraca.billing.receivable.LateCharges;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Receivable.Part;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import org.jspecify.annotations.Nullable;

/** A receivable as the API shows it. */
@Serdeable
@Schema(name = "Receivable")
public record ReceivableView(
        long id,
        long version,
        @Nullable String externalId,
        long contractId,
        ReceivableKind kind,
        ReceivableStatus status,
        long nominalCents,
        long discountCents,
        @Nullable LocalDate discountUntil,
        long paidCents,
        LocalDate issuedOn,

        @Schema(description = "As agreed or postponed; the next banking day counts.")
        LocalDate dueOn,

        @Schema(description = "Before any postponing.") LocalDate originalDueOn,
        @Nullable LocalDate coverageFirst,
        @Nullable LocalDate coverageLast,
        boolean countsForBlocking,
        @Nullable LocalDate settledOn,
        @Nullable String cancelReason,

        @Nullable @Schema(description = "The last agreement that it got into.")
        Long agreementId,

        @Nullable @Schema(description = "What it is to that agreement.")
        Part agreementPart,

        @Nullable @Schema(description = "Whether it was generated here: the first day it was generated for.")
        LocalDate generatedFor,

        @Nullable @Schema(description = "The receivable in whose place it was written.")
        Long replacesId,

        @Nullable @Schema(description = "The receivable that was written in its place.")
        Long replacedById,

        @Nullable
        @Schema(description = "What it costs when it is paid on a day; where receivables are shown or listed.")
        AmountsView amounts,

        @Nullable @Schema(description = "What it makes up for; where one receivable is shown.")
        List<AdjustmentView> adjustments) {

    @Serdeable
    @Schema(name = "ReceivableAmounts", description = "Fine and interest are for showing: they never block.")
    public record AmountsView(
            @Schema(description = "The day of payment.") LocalDate on,

            @Schema(description = "0 up to the banking day on which it may still be paid in time.")
            int daysLate,

            @Schema(description = "What paying on that day saves.")
            long discountCents,

            long fineCents,
            long interestCents,

            @Schema(description = "What is to be paid on that day; 0 when nothing is owed.")
            long payableCents) {

        static AmountsView of(LateCharges charges) {
            return new AmountsView(
                    charges.on(),
                    charges.daysLate(),
                    charges.discountCents(),
                    charges.fineCents(),
                    charges.interestCents(),
                    charges.payableCents());
        }
    }

    /** With what it costs when it is paid on a day. */
    static ReceivableView of(Receivable receivable, Map<Long, LateCharges> charges) {
        return of(receivable, charges.get(receivable.id()), null);
    }

    public static ReceivableView of(Receivable receivable) {
        return of(receivable, null, null);
    }

    static ReceivableView of(
            Receivable receivable, @Nullable LateCharges charges, @Nullable List<AdjustmentView> adjustments) {
        var agreement = receivable.agreement();
        return new ReceivableView(
                receivable.id(),
                receivable.version(),
                receivable.externalId(),
                receivable.contractId(),
                receivable.kind(),
                receivable.status(),
                receivable.nominalCents(),
                receivable.discountCents(),
                receivable.discountUntil(),
                receivable.paidCents(),
                receivable.issuedOn(),
                receivable.dueOn(),
                receivable.originalDueOn(),
                receivable.coverageFirst(),
                receivable.coverageLast(),
                receivable.countsForBlocking(),
                receivable.settledOn(),
                receivable.cancelReason(),
                agreement == null ? null : agreement.agreementId(),
                agreement == null ? null : agreement.part(),
                receivable.generated() == null ? null : receivable.generated().key(),
                receivable.replacesId(),
                receivable.replacedById(),
                charges == null ? null : AmountsView.of(charges),
                adjustments);
    }
}
