package net.catraca.admin.agreement;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.receivable.ReceivableView;
import net.catraca.billing.access.AgreementTerms.Relief;
import net.catraca.billing.office.Agreements.Detail;
import net.catraca.billing.receivable.Agreement;
import net.catraca.billing.receivable.Receivable;
import org.jspecify.annotations.Nullable;

/** An agreement as the API shows it. */
@Serdeable
@Schema(name = "Agreement")
public record AgreementView(
        long id,
        long version,
        long contractId,

        @Nullable
        @Schema(description = "The first of those signed together for several contracts, which break together.")
        Long signedWith,

        Agreement.State state,

        @Schema(description = "When it relieves, as the policy had it at signing.")
        Relief relief,

        @Schema(description = "Days late of an instalment from which it breaks, as the policy had it at signing.")
        int breakDays,

        @Schema(description = "What the replaced receivables missed.")
        long debtCents,

        @Schema(description = "Fine and interest that were added.")
        long chargesCents,

        @Schema(description = "What was forgiven.") long discountCents,
        @Schema(description = "The sum of the instalments.") long totalCents,
        long paidCents,
        LocalDate signedOn,
        Instant signedAt,
        String signedBy,
        String reason,

        @Nullable @Schema(description = "The first day on which it breaks if nothing more is paid.")
        LocalDate breaksOn,

        List<ReceivableView> instalments,
        @Schema(description = "What it replaced.") List<ReplacedView> replaced,

        @Nullable @Schema(description = "When it broke or was cancelled.")
        Instant endedAt,

        @Nullable String endedBy,
        @Nullable String endReason,

        @Schema(description = "Where the money of one that broke went.")
        List<MoveView> moves) {

    /** @param owedCents what was missing of it at signing */
    @Serdeable
    @Schema(name = "ReplacedReceivable")
    public record ReplacedView(long receivableId, long owedCents) {}

    @Serdeable
    @Schema(name = "AgreementMove")
    public record MoveView(
            long paymentId,
            long fromReceivableId,

            @Nullable @Schema(description = "null: to the contract's credit.")
            Long toReceivableId,

            long amountCents) {}

    public static AgreementView of(Detail detail) {
        var agreement = detail.agreement();
        var end = agreement.end();
        return new AgreementView(
                agreement.id(),
                agreement.version(),
                agreement.contractId(),
                agreement.signedWith(),
                agreement.state(),
                agreement.relief(),
                agreement.breakDays(),
                agreement.debtCents(),
                agreement.chargesCents(),
                agreement.discountCents(),
                agreement.totalCents(),
                detail.instalments().stream().mapToLong(Receivable::paidCents).sum(),
                agreement.signedOn(),
                agreement.signedAt(),
                agreement.signedBy(),
                agreement.reason(),
                detail.breaksOn(),
                detail.instalments().stream().map(ReceivableView::of).toList(),
                detail.replaced().stream()
                        .map(each -> new ReplacedView(each.receivableId(), each.owedCents()))
                        .toList(),
                end == null ? null : end.at(),
                end == null ? null : end.by(),
                end == null ? null : end.reason(),
                detail.moves().stream()
                        .map(move -> new MoveView(move.paymentId(), move.from(), move.to(), move.cents()))
                        .toList());
    }
}
