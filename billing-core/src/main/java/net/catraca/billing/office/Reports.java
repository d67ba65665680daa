package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Rule;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.report.AccessStatus;
import net.catraca.billing.report.Ageing;
import net.catraca.billing.report.Delinquency;
import net.catraca.billing.report.EndingContract;
import net.catraca.billing.report.PaidUntilCount;
import net.catraca.billing.report.ReleaseCount;
import net.catraca.billing.report.ReportFilter;
import net.catraca.billing.report.RevenueCount;
import net.catraca.billing.report.RevenueCount.Situation;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.CancelSuggestion;
import net.catraca.billing.store.CancelSuggestionBook;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.ReportBook;
import net.catraca.billing.store.RunBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Figures over all contracts, as they are now. Contracts stream by; memory holds sums. */
@Singleton
public final class Reports {

    /** Read at once, while all go by. */
    private static final int PAGE = 200;

    private final Sql sql;
    private final ContractFacts facts;
    private final ReportBook book;
    private final RunBook runs;
    private final CancelSuggestionBook suggestions;
    private final BankingCalendar banks;
    private final Clock clock;

    Reports(
            Sql sql,
            ContractFacts facts,
            ReportBook book,
            RunBook runs,
            CancelSuggestionBook suggestions,
            BankingCalendar banks,
            Clock clock) {
        this.sql = sql;
        this.facts = facts;
        this.book = book;
        this.runs = runs;
        this.suggestions = suggestions;
        this.banks = banks;
        this.clock = clock;
    }

    private record MonthAndStatus(@Nullable YearMonth month, AccessStatus status) {}

    /** What contracts and their plans come to. */
    private static final class Sum {
        private long contracts;
        private long monthlyCents;

        void add(ContractSnapshot contract) {
            contracts++;
            monthlyCents += contract.plan().monthlyCents();
        }
    }

    /** By month, those without one first, then by status; cancelled contracts are left out. */
    public List<PaidUntilCount> paidUntil(ReportFilter filter) {
        var now = clock.instant();
        Map<MonthAndStatus, Sum> sums = new HashMap<>();
        each(filter, contract -> {
            var status = AccessStatus.of(contract, now);
            if (status != AccessStatus.CANCELLED) {
                var until = contract.paidUntil();
                var key = new MonthAndStatus(until == null ? null : YearMonth.from(until), status);
                sums.computeIfAbsent(key, _ -> new Sum()).add(contract);
            }
        });
        return sums.entrySet().stream()
                .map(entry -> new PaidUntilCount(
                        entry.getKey().month(),
                        entry.getKey().status(),
                        entry.getValue().contracts,
                        entry.getValue().monthlyCents))
                .sorted(Comparator.comparing(
                                PaidUntilCount::month, Comparator.nullsFirst(Comparator.<YearMonth>naturalOrder()))
                        .thenComparing(PaidUntilCount::status))
                .toList();
    }

    /**
     * What is late now; contracts whose money an ERP keeps have no receivables here.
     *
     * @param from first due day whose recovery is shown; both days are included
     */
    public Delinquency delinquency(ReportFilter filter, LocalDate from, LocalDate to) {
        var now = clock.instant();
        var ageing = new Ageing(banks);
        return sql.readingOneSnapshot(() -> {
            book.open(filter, now, ageing);
            book.recovery(filter, from, to, ageing);
            return ageing.report();
        });
    }

    /** Granted on these days of Brasília, both included; by operator, then by kind. */
    public List<ReleaseCount> releases(ReportFilter filter, LocalDate from, LocalDate to) {
        return book.releases(filter, begin(from), begin(to.plusDays(1)), clock.instant());
    }

    /** Monthly revenue at stake, by situation; all situations are there. */
    public List<RevenueCount> revenue(ReportFilter filter) {
        var now = clock.instant();
        Map<Situation, Sum> sums = new EnumMap<>(Situation.class);
        for (var situation : Situation.values()) {
            sums.put(situation, new Sum());
        }
        each(filter, contract -> {
            var situation = situation(contract, now);
            if (situation != null) {
                sums.computeIfAbsent(situation, _ -> new Sum()).add(contract);
            }
        });
        return sums.entrySet().stream()
                .map(entry ->
                        new RevenueCount(entry.getKey(), entry.getValue().contracts, entry.getValue().monthlyCents))
                .toList();
    }

    private static @Nullable Situation situation(ContractSnapshot contract, Instant now) {
        if (AccessPolicy.decideForRun(contract, now, now) instanceof Tighten tighten) {
            return tighten.decision().level() == AccessLevel.BLOCKED
                    ? Situation.RUN_WOULD_BLOCK
                    : Situation.RUN_WOULD_REDUCE;
        }
        var access = AccessPolicy.answer(contract, now, now);
        if (!access.rule().isMoney()) {
            return null;
        }
        return switch (access.level()) {
            case BLOCKED -> Situation.BLOCKED;
            case REDUCED -> Situation.REDUCED;
            case ACTIVE -> access.rule() == Rule.WARN_THRESHOLD ? Situation.WARNED : null;
            case REFUSED -> null;
        };
    }

    /** Previewed on these days of Brasília, both included; newest first. */
    public void runs(LocalDate from, LocalDate to, Consumer<AccessRun> visitor) {
        var first = begin(from);
        var end = begin(to.plusDays(1));
        long before = Long.MAX_VALUE;
        while (true) {
            var page = runs.page(before, PAGE);
            for (var run : page) {
                if (run.previewedAt().isBefore(first)) {
                    return;
                }
                if (run.previewedAt().isBefore(end)) {
                    visitor.accept(run);
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            before = page.getLast().id();
        }
    }

    /** By contract, as the job found them last. */
    public void cancelCandidates(ReportFilter filter, Consumer<CancelSuggestion> visitor) {
        long[] mine = mine(filter);
        var page = suggestions.page(0, PAGE);
        while (!page.isEmpty()) {
            page.stream().filter(one -> isMine(mine, one.contractId())).forEach(visitor);
            page = suggestions.page(page.getLast().contractId(), PAGE);
        }
    }

    /**
     * Active contracts whose billing terms end within some days, or have ended, by id.
     *
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     */
    public List<EndingContract> ending(ReportFilter filter, int withinDays, long afterId, int limit) {
        return book.ending(filter, withinDays, clock.instant(), afterId, limit);
    }

    /** All of them. */
    public void ending(ReportFilter filter, int withinDays, Consumer<EndingContract> visitor) {
        var page = ending(filter, withinDays, 0, PAGE);
        while (!page.isEmpty()) {
            page.forEach(visitor);
            page = ending(filter, withinDays, page.getLast().contractId(), PAGE);
        }
    }

    private void each(ReportFilter filter, Consumer<ContractSnapshot> visitor) {
        sql.reading(() -> {
            long[] mine = mine(filter);
            facts.each(contract -> {
                if (isMine(mine, contract.contractId())) {
                    visitor.accept(contract);
                }
            });
            return true;
        });
    }

    /** Null for all. */
    private long @Nullable [] mine(ReportFilter filter) {
        return filter.isAll() ? null : book.contracts(filter);
    }

    private static boolean isMine(long @Nullable [] mine, long contractId) {
        return mine == null || Arrays.binarySearch(mine, contractId) >= 0;
    }

    private static Instant begin(LocalDate day) {
        return day.atStartOfDay(Contract.DEFAULT_ZONE).toInstant();
    }
}
