package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Standing;
import net.catraca.billing.receivable.Standing.Owed;
import net.catraca.billing.run.ClaimedPaymentGuard;
import net.catraca.billing.run.ClaimedPayments;
import net.catraca.billing.run.ContractGuard;
import net.catraca.billing.run.ContractGuard.Candidate;
import net.catraca.billing.run.MoneyFreshness;
import net.catraca.billing.run.UnmatchedPaymentGuard;
import net.catraca.billing.run.UnmatchedPaymentGuard.OpenBills;
import net.catraca.billing.run.UnmatchedPaymentGuard.PayerTaxIds;
import net.catraca.billing.run.UnmatchedPayments;
import net.catraca.billing.store.FreezeBook;
import org.jspecify.annotations.Nullable;

/**
 * Whether what banks and payers have told is enough to say that somebody has not paid in time. Asked before what cannot
 * be undone when the money comes after all; runs have their guards, of which this is made.
 */
@Singleton
final class MoneyInTime {

    private final FreezeBook freezes;
    private final MoneyNews news;
    private final List<MoneyFreshness> sources;
    private final List<ContractGuard> guards;
    private final BankingCalendar calendar;

    MoneyInTime(
            FreezeBook freezes,
            MoneyNews news,
            List<MoneyFreshness> sources,
            UnmatchedPayments unmatched,
            PayerTaxIds taxIds,
            OpenBills bills,
            ClaimedPayments claims,
            BankingCalendar calendar) {
        this.freezes = freezes;
        this.news = news;
        this.sources = List.copyOf(sources);
        this.guards = List.of(new UnmatchedPaymentGuard(unmatched, taxIds, bills), new ClaimedPaymentGuard(claims));
        this.calendar = calendar;
    }

    /** To be asked about many contracts at one instant. */
    News at(Instant now) {
        return new News(now);
    }

    final class News {

        private final Instant now;
        /** By the instant at which the news must be fresh: what is not; empty when all is. */
        private final Map<Instant, String> stale = new HashMap<>();

        private News(Instant now) {
            this.now = now;
        }

        /**
         * Why it is not sure that these were not paid before a day; null when it is.
         *
         * @param tooLate the first day on which a payment is too late
         * @param owed by contract; not empty
         */
        @Nullable
        String whyUnsure(LocalDate tooLate, Map<ContractSnapshot, List<Receivable>> owed) {
            if (freezes.heldAt(now).isPresent()) {
                return "a freeze holds";
            }
            var unbooked = news.firstUnbookedPix();
            if (unbooked.isPresent()) {
                return "Pix " + unbooked.get().endToEndId() + " is not booked";
            }
            var zone = owed.keySet().iterator().next().zone();
            // Who pays on a Saturday is in the file of Monday.
            var lastFile = calendar.nextBankingDay(tooLate.minusDays(1));
            var asOf = lastFile.plusDays(1).atStartOfDay(zone).toInstant();
            var why = stale.computeIfAbsent(asOf, this::stale);
            return why.isEmpty() ? onItsWay(owed) : why;
        }

        private String stale(Instant asOf) {
            return sources.stream()
                    .flatMap(source -> source.stale(asOf).stream())
                    .map(each -> each.source() + ": " + each.why())
                    .findFirst()
                    .orElse("");
        }

        private @Nullable String onItsWay(Map<ContractSnapshot, List<Receivable>> owed) {
            var asked = owed.entrySet().stream()
                    .map(each -> candidate(each.getKey(), each.getValue()))
                    .toList();
            return guards.stream()
                    .flatMap(guard -> guard.judge(asked, now).values().stream())
                    .map(ContractGuard.Verdict::why)
                    .findFirst()
                    .orElse(null);
        }

        private Candidate candidate(ContractSnapshot contract, List<Receivable> owed) {
            var standing = new Standing(
                    ContractSnapshot.NO_DAY,
                    owed.stream().map(MoneyInTime::owed).toList());
            var today = LocalDate.ofEpochDay(contract.dayAt(now));
            return new Candidate(
                    contract, AccessLevel.BLOCKED, contract.policy().versionOn(today), standing);
        }
    }

    private static Owed owed(Receivable receivable) {
        int day = (int) receivable.dueOn().toEpochDay();
        return new Owed(receivable, day, day, ContractSnapshot.NO_DAY);
    }
}
