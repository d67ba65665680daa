package net.catraca.admin.access;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.receivable.ReceivableView;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.office.AccessInquiry.Paid;
import net.catraca.billing.receivable.PaidUntil;
import net.catraca.billing.receivable.Standing.Owed;
import org.jspecify.annotations.Nullable;

/** What makes paid-until and days late what they are. */
@Serdeable
@Schema(name = "PaidUntil", description = "What makes paid-until and days late what they are.")
record PaidUntilView(
        long contractId,
        @Schema(description = "The instant of this answer.") Instant at,

        @Nullable @Schema(description = "The last covered day; null when nothing is covered.")
        LocalDate paidUntil,

        @Nullable
        @Schema(description = "The financial base date, from which it counts; null where an ERP tells paid-until.")
        LocalDate baseDate,

        @Schema(
                description =
                        "What covers the days from there on, without a break; none where an ERP tells paid-until.")
        List<LinkView> chain,

        @Nullable @Schema(description = "Why it goes no further; null where an ERP tells paid-until.")
        EndView end,

        @Schema(description = "By the policy's count: paused days are left out.")
        int daysLate,

        @Nullable @Schema(description = "What days late count from; null when nothing is owed that counts.")
        OwedView oldest) {

    @Serdeable
    @Schema(name = "CoverageLink")
    record LinkView(
            @Schema(description = "The first day that it adds.")
            LocalDate first,

            LocalDate last,
            PaidUntil.By by,
            @Nullable ReceivableView receivable) {

        static LinkView of(PaidUntil.Link link) {
            return new LinkView(link.first(), link.last(), link.by(), orNull(link.receivable()));
        }
    }

    @Serdeable
    @Schema(name = "CoverageEnd")
    record EndView(
            PaidUntil.Stop why,

            @Schema(description = "The first day that is not covered.")
            LocalDate from,

            @Nullable @Schema(description = "The last day of which the same holds; null when nobody knows yet.")
            LocalDate to,

            @Nullable @Schema(description = "That is owed, or was cancelled.")
            ReceivableView receivable) {

        static EndView of(PaidUntil.End end) {
            return new EndView(end.stop(), end.from(), end.to(), orNull(end.receivable()));
        }
    }

    @Serdeable
    @Schema(name = "OldestOwed")
    record OwedView(
            @Schema(description = "Day 0: one day later it is one day late. It may lie ahead.")
            LocalDate since,

            @Schema(description = "Whether day 0 is a prepaid contract's paid-until rather than a due day.")
            boolean lapsed,

            @Nullable @Schema(description = "null where an ERP tells only its due day.")
            ReceivableView receivable) {

        static OwedView of(Owed owed) {
            return new OwedView(
                    LocalDate.ofEpochDay(owed.dayZero()), owed.dayZero() != owed.dueDay(), orNull(owed.receivable()));
        }
    }

    static PaidUntilView of(Paid paid) {
        ContractSnapshot contract = paid.contract();
        var chain = paid.paidUntil();
        return new PaidUntilView(
                contract.contractId(),
                paid.at(),
                contract.paidUntil(),
                chain == null ? null : chain.baseDate(),
                chain == null
                        ? List.of()
                        : chain.chain().stream().map(LinkView::of).toList(),
                chain == null ? null : EndView.of(chain.end()),
                paid.daysLate(),
                paid.owed().isEmpty() ? null : OwedView.of(paid.owed().getFirst()));
    }

    private static @Nullable ReceivableView orNull(net.catraca.billing.receivable.@Nullable Receivable receivable) {
        return receivable == null ? null : ReceivableView.of(receivable);
    }
}
