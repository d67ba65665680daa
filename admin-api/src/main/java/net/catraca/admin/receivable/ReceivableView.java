package net.catraca.admin.receivable;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.LocalDate;
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
        Part agreementPart) {

    public static ReceivableView of(Receivable receivable) {
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
                agreement == null ? null : agreement.part());
    }
}
