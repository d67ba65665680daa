package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.catraca.billing.access.Rule;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.report.AccessStatus;
import net.catraca.billing.report.Delinquency.Bucket;
import net.catraca.billing.report.Delinquency.Recovery;
import net.catraca.billing.report.ReportFilter;
import net.catraca.billing.report.RevenueCount;
import net.catraca.billing.report.RevenueCount.Situation;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.TestIsp;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random books, whose figures a naive count over what the office lists contract by contract must give, too. */
class ReportsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-01-12");

    private final TestOffice office = OFFICE;
    private final Reports reports = OFFICE.bean(Reports.class);
    private final List<Long> contracts = new ArrayList<>();

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private void business(Random random) {
        office.startAnewAtNoonOf("2026-01-12");
        for (int i = 0; i < 12; i++) {
            contracts.add(office.contract(random.nextBoolean() ? BillingMode.PREPAID : BillingMode.POSTPAID));
            office.sql.update(
                    "update contract set region = ? where id = ?", i % 3 == 0 ? "sul" : "norte", contracts.getLast());
        }
        for (int step = 0; step < 150; step++) {
            office.clock.advance(Duration.ofHours(random.nextInt(1, 40)));
            long contract = contracts.get(random.nextInt(contracts.size()));
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3, 4 ->
                    office.monthly(
                            contract,
                            office.today().plusDays(random.nextInt(-40, 20)).toString());
                case 5, 6, 7 -> pay(contract, step, random);
                case 8 ->
                    office.payments.list(contract, 0, 500).stream()
                            .filter(payment -> !payment.isReversed())
                            .findFirst()
                            .ifPresent(payment -> office.payments
                                    .reverse(MARIA, payment.id(), null, "random")
                                    .orThrow());
                case 9 -> office.run();
                case 10 ->
                    office.releases.grant(
                            MARIA, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "random", null));
                case 11 ->
                    office.releases.grant(
                            Actor.system("bot"), new ReleaseRequest(contract, ReleaseKind.MANUAL, "random", null));
                case 12 ->
                    office.access.on(
                            contract,
                            office.clock.instant(),
                            write -> office.sql.update(
                                    """
                                insert into pause (contract_id, first_day, last_day, reason, created_by, created_at)
                                values (?, ?, ?, 'random', 'maria', ?)
                                """,
                                    contract,
                                    office.today(),
                                    office.today().plusDays(9),
                                    office.clock.instant()));
                default ->
                    open(contract).stream().findAny().ifPresent(one -> office.receivables
                            .cancel(MARIA, one.id(), null, "random")
                            .orThrow());
            }
        }
    }

    private void pay(long contract, int step, Random random) {
        var open = open(contract);
        if (!open.isEmpty()) {
            var one = open.get(random.nextInt(open.size()));
            var day = office.today().minusDays(random.nextInt(3));
            var draft = office.payment("p-" + step, one, random.nextBoolean() ? 99_90 : random.nextLong(1, 120_00));
            office.payments
                    .receive(
                            MARIA,
                            new net.catraca.billing.payment.PaymentDraft(
                                    draft.externalId(), null, one.id(), draft.amountCents(), day, "pix"))
                    .orThrow();
        }
    }

    private List<Receivable> open(long contract) {
        return office.receivables.list(contract, 0, 500).stream()
                .filter(Receivable::isOpen)
                .toList();
    }

    /** Counted day by day, without the calendar's own arithmetic. */
    private static int daysLate(LocalDate due, LocalDate on) {
        var zero = due;
        while (!BankingCalendar.NATIONAL.isBankingDay(zero)) {
            zero = zero.plusDays(1);
        }
        int days = 0;
        for (var day = zero; day.isBefore(on); day = day.plusDays(1)) {
            days++;
        }
        return days;
    }

    private static final List<Integer> FIRST = List.of(1, 5, 15, 30, 60, 90);

    private static int bucket(int daysLate) {
        int found = 0;
        for (int first : FIRST) {
            found = daysLate >= first ? first : found;
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void figuresAreThoseOfANaiveCount(long seed) {
        business(new Random(seed));
        var today = office.today();
        Map<Integer, long[]> buckets = new TreeMap<>();
        Map<YearMonth, long[]> recovery = new TreeMap<>();
        Map<String, Long> paidUntil = new HashMap<>();
        for (long contract : contracts) {
            var snapshot = office.bean(ContractFacts.class).find(contract).orElseThrow();
            paidUntil.merge(snapshot.paidUntil() + " " + naiveStatus(contract), 1L, Long::sum);
            LocalDate oldest = null;
            long owed = 0;
            for (var one : office.receivables.list(contract, 0, 500)) {
                if (one.status() == ReceivableStatus.OPEN && daysLate(one.dueOn(), today) > 0) {
                    long left = one.nominalCents() - one.paidCents();
                    var its = buckets.computeIfAbsent(bucket(daysLate(one.dueOn(), today)), _ -> new long[4]);
                    its[2]++;
                    its[3] += left;
                    owed += left;
                    oldest = oldest == null || one.dueOn().isBefore(oldest) ? one.dueOn() : oldest;
                } else if (one.status() == ReceivableStatus.OPEN && one.dueOn().isBefore(today)) {
                    owed += one.nominalCents() - one.paidCents(); // due on a weekend that has not ended
                }
                if (one.status() == ReceivableStatus.OPEN || one.status() == ReceivableStatus.SETTLED) {
                    recover(contract, one, recovery);
                }
            }
            if (oldest != null) {
                var its = buckets.computeIfAbsent(bucket(daysLate(oldest, today)), _ -> new long[4]);
                its[0]++;
                its[1] += owed;
            }
        }

        var delinquency = reports.delinquency(ReportFilter.ALL, LocalDate.parse("2020-01-01"), today.plusYears(1));

        assertThat(delinquency.buckets()).extracting(Bucket::firstDay).isEqualTo(FIRST);
        for (var bucket : delinquency.buckets()) {
            var naive = buckets.getOrDefault(bucket.firstDay(), new long[4]);
            assertThat(new long[] {
                        bucket.contracts(), bucket.contractCents(), bucket.receivables(), bucket.receivableCents()
                    })
                    .as("from %d days late", bucket.firstDay())
                    .containsExactly(naive);
        }
        assertThat(delinquency.total().receivables())
                .as("a seed without debts proves nothing")
                .isPositive()
                .isEqualTo(buckets.values().stream().mapToLong(its -> its[2]).sum());
        assertThat(delinquency.recovery()).extracting(Recovery::month).containsExactlyElementsOf(recovery.keySet());
        for (var month : delinquency.recovery()) {
            var naive = recovery.get(month.month());
            assertThat(new long[] {
                        month.dueCents(),
                        month.onTimeCents(),
                        month.smallDelayCents(),
                        month.within30Cents(),
                        month.within60Cents(),
                        month.laterCents()
                    })
                    .as("due in %s", month.month())
                    .containsExactly(naive);
        }
        Map<String, Long> byMonth = new HashMap<>();
        paidUntil.forEach((key, count) -> byMonth.merge(
                key.startsWith("null") ? key : key.substring(0, 7) + key.substring(10), count, Long::sum));
        Map<String, Long> reported = new HashMap<>();
        reports.paidUntil(ReportFilter.ALL)
                .forEach(one -> reported.put(one.month() + " " + one.status(), one.contracts()));
        assertThat(reported).isEqualTo(byMonth);
        releasesAndRevenue();
    }

    private void recover(long contract, Receivable one, Map<YearMonth, long[]> recovery) {
        var its = recovery.computeIfAbsent(YearMonth.from(one.dueOn()), _ -> new long[6]);
        its[0] += one.status() == ReceivableStatus.SETTLED ? one.paidCents() : one.nominalCents();
        for (Payment payment : office.payments.list(contract, 0, 500)) {
            if (!payment.isReversed()) {
                int late = daysLate(one.dueOn(), payment.paidOn());
                int when = late == 0 ? 1 : late < 5 ? 2 : late <= 30 ? 3 : late <= 60 ? 4 : 5;
                its[when] += payment.allocations().stream()
                        .filter(share -> share.receivableId() == one.id())
                        .mapToLong(Payment.Allocation::cents)
                        .sum();
            }
        }
    }

    private AccessStatus naiveStatus(long contract) {
        var effective = office.access(contract).effective();
        if (effective.rule() == Rule.PAUSE) {
            return AccessStatus.PAUSED;
        }
        return AccessStatus.valueOf(effective.level().name());
    }

    private void releasesAndRevenue() {
        var now = office.clock.instant();
        Map<String, List<Long>> naive = new TreeMap<>();
        Map<String, Long> running = new TreeMap<>();
        for (long contract : contracts) {
            for (var release : office.releases.list(contract, 0, 500)) {
                var key = release.grantedBy() + " " + release.kind();
                naive.computeIfAbsent(key, _ -> new ArrayList<>()).add(contract);
                running.merge(key, release.runsAt(now) ? 1L : 0L, Long::sum);
            }
        }
        var counts = reports.releases(ReportFilter.ALL, LocalDate.parse("2026-01-01"), office.today());
        assertThat(counts).hasSameSizeAs(naive.keySet()).allSatisfy(count -> {
            var key = count.grantedBy() + " " + count.kind();
            assertThat(naive).containsKey(key);
            var granted = naive.getOrDefault(key, List.of());
            assertThat(count.releases()).isEqualTo(granted.size());
            assertThat(count.contracts()).isEqualTo(granted.stream().distinct().count());
            assertThat(count.running()).isEqualTo(running.get(key));
        });
        assertThat(reports.releases(ReportFilter.ALL, LocalDate.parse("2025-01-01"), LocalDate.parse("2025-12-31")))
                .isEmpty();

        var atStake = reports.revenue(ReportFilter.ALL);
        assertThat(atStake).extracting(RevenueCount::situation).containsExactly(Situation.values());
        var run =
                office.runs.preview(MARIA, net.catraca.billing.run.RunScope.ALL).orThrow();
        assertThat(count(atStake, Situation.RUN_WOULD_BLOCK))
                .isEqualTo(run.totals().blocked());
        assertThat(count(atStake, Situation.RUN_WOULD_REDUCE))
                .isEqualTo(run.totals().reduced());
        assertThat(atStake).allSatisfy(one -> assertThat(one.monthlyCents()).isEqualTo(9990 * one.contracts()));

        // What is filtered adds up to all, and leaves out the others.
        long all = sum(ReportFilter.ALL);
        long south = sum(new ReportFilter(TestIsp.PLAN, "sul", null));
        assertThat(south).isEqualTo(4);
        assertThat(south + sum(new ReportFilter(null, "norte", null)))
                .isEqualTo(all)
                .isEqualTo(12);
        assertThat(sum(new ReportFilter(999L, null, null))).isZero();
        assertThat(sum(new ReportFilter(null, null, "bras-01"))).isZero();
        var southern =
                reports.delinquency(new ReportFilter(null, "sul", null), LocalDate.parse("2020-01-01"), office.today());
        var northern = reports.delinquency(
                new ReportFilter(null, "norte", null), LocalDate.parse("2020-01-01"), office.today());
        var whole = reports.delinquency(ReportFilter.ALL, LocalDate.parse("2020-01-01"), office.today());
        assertThat(southern.total().receivableCents() + northern.total().receivableCents())
                .isEqualTo(whole.total().receivableCents());
    }

    private long sum(ReportFilter filter) {
        return reports.paidUntil(filter).stream()
                .mapToLong(one -> one.contracts())
                .sum();
    }

    private static long count(List<RevenueCount> counts, Situation situation) {
        return counts.stream()
                .filter(one -> one.situation() == situation)
                .mapToLong(RevenueCount::contracts)
                .sum();
    }
}
