package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.lint.LintFinding;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LintTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-02");

    private final TestOffice office = OFFICE;
    private final Lint lint = OFFICE.bean(Lint.class);

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @BeforeEach
    void startAnew() {
        office.sql.update("delete from lint_run");
        office.sql.update("delete from customer where id > 1");
        office.startAnewAtNoonOf("2026-03-02");
    }

    @Test
    void soundBooksAreLeftInPeace() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        var first = office.monthly(contract, "2026-02-10");
        office.monthly(contract, "2026-03-10");
        office.payments.receive(MARIA, office.payment("p", first, 99_90)).orThrow();

        assertThat(found()).isEmpty();
        assertThat(lint.last().orElseThrow().counts()).hasSize(LintKind.values().length);
        assertThat(lint.last().orElseThrow().found()).isZero();
    }

    @Test
    void paidUntilTooFarAhead() throws InterruptedException {
        long contract = office.contract(BillingMode.PREPAID);
        var year = office.receivables
                .create(MARIA, covering(contract, "2026-01-10", "2027-12-31"))
                .orThrow();
        office.payments.receive(MARIA, office.payment("p", year, 99_90)).orThrow();

        assertThat(facts(LintKind.PAID_UNTIL_FAR, contract))
                .isEqualTo(Map.of("paidUntil", "2027-12-31", "daysAhead", "669", "ceilingDays", "400"));
        assertThat(found().getFirst().words())
                .isEqualTo("Paid until 2027-12-31, which is 669 days ahead; more than 400 is unusual.");
    }

    @Test
    void activeButUnpaidForLong() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-02-10");
        at("2026-04-10");
        assertThat(kinds(contract)).doesNotContain(LintKind.UNPAID_LONG);
        at("2026-04-11");
        assertThat(facts(LintKind.UNPAID_LONG, contract)).isEqualTo(Map.of("lateSince", "2026-02-10", "days", "60"));
        office.run();
        assertThat(kinds(contract)).doesNotContain(LintKind.UNPAID_LONG);
    }

    @Test
    void blockedForLongIsACandidateForCancellation() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-02-10");
        office.run();
        at("2026-05-01");
        assertThat(kinds(contract)).doesNotContain(LintKind.BLOCKED_LONG);
        at("2026-05-02");
        assertThat(facts(LintKind.BLOCKED_LONG, contract))
                .isEqualTo(Map.of("by", "automatic", "since", "2026-03-02", "days", "61"));
    }

    @Test
    void exemptWithFlagsThatContradict() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-10");
        write(contract, """
                insert into exemption (contract_id, first_day, last_day, reason, created_by, created_at)
                values (?, '2026-02-20', null, 'sponsor', 'maria', '2026-02-20T12:00Z')
                """);
        assertThat(facts(LintKind.EXEMPT_CONTRADICTED, contract))
                .isEqualTo(Map.of("exemptFrom", "2026-02-20", "contradicts", "receivable-of-exempt-days"));
        write(contract, "update contract set manual_block_since = '2026-03-01T12:00Z' where id = ?");
        assertThat(facts(LintKind.EXEMPT_CONTRADICTED, contract))
                .containsEntry("contradicts", "manual-block receivable-of-exempt-days");
    }

    @Test
    void aTaxIdRegisteredAgainWithDebt() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-02-10");
        office.sql.update("""
                insert into customer (name, tax_id, created_at)
                select 'Ana again', tax_id, '2026-03-01T12:00Z' from customer where id = ?
                """, TestIsp.CUSTOMER);
        var finding = one(LintKind.REGISTERED_AGAIN_WITH_DEBT);
        assertThat(finding.contractId()).isNull();
        assertThat(finding.facts())
                .isEqualTo(Map.of("earlierCustomerId", "1", "openCents", "9990", "oldestDueOn", "2026-02-10"));
    }

    @Test
    void gapsAndOverlapsOfCoverage() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.receivables.create(MARIA, covering(contract, "2026-01-10", "2026-01-31"));
        office.receivables.create(MARIA, covering(contract, "2026-02-10", "2026-03-09"));
        office.receivables.create(MARIA, covering(contract, "2026-03-05", "2026-04-09"));
        assertThat(facts(LintKind.COVERAGE_GAP, contract))
                .containsEntry("from", "2026-02-01")
                .containsEntry("to", "2026-02-09");
        assertThat(facts(LintKind.COVERAGE_OVERLAP, contract))
                .containsEntry("from", "2026-03-05")
                .containsEntry("to", "2026-03-09");
        write(contract, """
                insert into pause (contract_id, first_day, last_day, reason, created_by, created_at)
                values (?, '2026-01-25', '2026-02-09', 'journey', 'maria', '2026-01-25T12:00Z')
                """);
        assertThat(kinds(contract)).doesNotContain(LintKind.COVERAGE_GAP);
    }

    @Test
    void aPeriodWithoutAnIssuedReceivable() throws InterruptedException {
        long contract = office.contract(BillingMode.PREPAID);
        var first = office.monthly(contract, "2026-02-10");
        office.payments.receive(MARIA, office.payment("p", first, 99_90)).orThrow();
        at("2026-02-14");
        assertThat(kinds(contract)).doesNotContain(LintKind.PERIOD_NOT_ISSUED);
        at("2026-02-15");
        assertThat(facts(LintKind.PERIOD_NOT_ISSUED, contract)).isEqualTo(Map.of("from", "2026-02-10", "days", "6"));
    }

    @Test
    void contractsThatEndedAndWereNeitherRenewedNorCancelled() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.sql.update(
                "insert into contract_billing (contract_id, billing_day, due_day, ends_on) values (?, 10, 10, '2026-02-20')",
                contract);
        at("2026-02-20");
        assertThat(kinds(contract)).doesNotContain(LintKind.ENDED_ACTIVE);
        at("2026-02-21");
        assertThat(facts(LintKind.ENDED_ACTIVE, contract)).isEqualTo(Map.of("endsOn", "2026-02-20", "days", "1"));
        office.contracts.cancel(MARIA, contract, null, "moved away").orThrow();
        at("2026-02-22");
        assertThat(kinds(contract)).doesNotContain(LintKind.ENDED_ACTIVE);
    }

    @Test
    void externalIdsThatDifferByCapitalsSpacesOrZerosOnly() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        for (var id : List.of("Bill-7", " bill-7", "00bill-7", "bill-8")) {
            office.receivables
                    .create(
                            MARIA,
                            new ReceivableDraft(
                                    id,
                                    contract,
                                    ReceivableKind.ONE_OFF,
                                    10_00,
                                    0,
                                    null,
                                    null,
                                    office.today(),
                                    null,
                                    null,
                                    null))
                    .orThrow();
        }
        assertThat(facts(LintKind.DUPLICATE_EXTERNAL_ID, contract))
                .containsEntry("of", "receivable")
                .containsEntry("count", "3")
                .containsEntry("externalIds", "Bill-7,  bill-7, 00bill-7");
    }

    @Test
    void externalIdsOfWhichNoneIsPlainAndThoseOfOtherKindsOrOtherZeros() throws InterruptedException {
        long first = office.contract(BillingMode.POSTPAID);
        long second = office.contract(BillingMode.POSTPAID);
        long third = office.contract(BillingMode.POSTPAID);
        office.sql.update("update customer set external_id = 'k-1'");
        office.sql.update("update contract set external_id = 'K-1' where id = ?", first);
        office.sql.update("update contract set external_id = 'K-1 ' where id = ?", second);
        office.sql.update("update contract set external_id = '10' where id = ?", third);
        var found = lint.findings(
                lint.run("maria", office.clock.instant()).id(), LintKind.DUPLICATE_EXTERNAL_ID, null, 0, 10);

        assertThat(found)
                .extracting(LintFinding::facts)
                .containsExactly(Map.of(
                        "of", "contract", "count", "2", "externalIds", "K-1, K-1 ", "ids", first + ", " + second));
        assertThat(found.getFirst().customerId()).isEqualTo(1L);
        assertThat(found.getFirst().contractId()).isNull();
    }

    @Test
    void aPeriodThatIsPausedOrExemptNeedsNoReceivable() throws InterruptedException {
        long paused = office.contract(BillingMode.PREPAID);
        long exempt = office.contract(BillingMode.PREPAID);
        long neither = office.contract(BillingMode.PREPAID);
        for (var window : Map.of("pause", paused, "exemption", exempt).entrySet()) {
            write(window.getValue(), "insert into " + window.getKey() + """
                     (contract_id, first_day, last_day, reason, created_by, created_at)
                    values (?, '2026-01-10', '2026-02-10', 'journey', 'maria', '2026-01-10T12:00Z')
                    """);
        }
        at("2026-02-14");
        assertThat(kinds(neither)).contains(LintKind.PERIOD_NOT_ISSUED);
        assertThat(kinds(paused)).doesNotContain(LintKind.PERIOD_NOT_ISSUED);
        assertThat(kinds(exempt)).doesNotContain(LintKind.PERIOD_NOT_ISSUED);
        at("2026-02-17");
        assertThat(facts(LintKind.PERIOD_NOT_ISSUED, paused)).containsEntry("from", "2026-02-11");
    }

    @Test
    void factsThatDifferFromTheBooks() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-02-10");
        long other = office.contract(BillingMode.POSTPAID);
        office.sql.update(
                "update contract_facts set paid_until_day = 30000, committed_level = 'BLOCKED' where contract_id = ?",
                contract);
        office.sql.update("delete from contract_facts where contract_id = ?", other);

        assertThat(facts(LintKind.FACTS_DIFFER, contract)).isEqualTo(Map.of("fields", "paid-until committed-level"));
        assertThat(facts(LintKind.FACTS_DIFFER, other)).isEqualTo(Map.of("fields", "all"));
    }

    @Test
    void whatTheOfficeWritesNeverDiffers() throws InterruptedException {
        long contract = office.contract(BillingMode.PREPAID);
        office.monthly(contract, "2026-02-10");
        office.run();
        office.agreements
                .sign(
                        MARIA,
                        new AgreementDraft(contract, java.util.Set.of(), 0, 0, 0, null, 2, office.today(), "asked"))
                .orThrow();
        at("2026-03-10");
        office.run();
        write(contract, """
                insert into pause (contract_id, first_day, last_day, reason, created_by, created_at)
                values (?, '2026-03-20', '2026-03-25', 'journey', 'maria', '2026-03-10T12:00Z')
                """);
        for (var day : List.of("2026-03-22", "2026-04-20", "2026-12-01")) {
            at(day);
            assertThat(kinds(contract)).as(day).doesNotContain(LintKind.FACTS_DIFFER);
        }
    }

    @Test
    void theJobReportsCountsAndShowsTheLastRunOnly() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-02-10");
        at("2026-06-10");
        var job = office.bean(LintJob.class);
        JobReport report = job.run(office.clock.instant());
        job.run(office.clock.instant());

        assertThat(report.counts()).containsEntry("unpaid-long", 1L).containsEntry("coverage-gap", 0L);
        assertThat(office.count("lint_run")).isEqualTo(1);
        long run = lint.last().orElseThrow().id();
        assertThat(lint.findings(run, LintKind.UNPAID_LONG, null, 0, 10)).hasSize(1);
        assertThat(lint.findings(run, LintKind.FACTS_DIFFER, null, 0, 10)).isEmpty();
        assertThat(lint.findings(run, null, contract + 1, 0, 10)).isEmpty();
        var first = lint.findings(run, null, null, 0, 1).getFirst();
        assertThat(lint.findings(run, null, null, first.id(), 10))
                .extracting(LintFinding::id)
                .doesNotContain(first.id());
    }

    private static ReceivableDraft covering(long contract, String first, String last) {
        return new ReceivableDraft(
                null,
                contract,
                ReceivableKind.RECURRING,
                99_90,
                0,
                null,
                LocalDate.parse(first),
                LocalDate.parse(last),
                LocalDate.parse(first),
                LocalDate.parse(last),
                null);
    }

    private void at(String day) {
        office.clock.set(Fixtures.noon(day));
    }

    private void write(long contract, String sql) {
        office.access.on(contract, office.clock.instant(), write -> office.sql.update(sql, contract));
    }

    private List<LintFinding> found() throws InterruptedException {
        var run = lint.run("maria", office.clock.instant());
        return lint.findings(run.id(), null, null, 0, 1000);
    }

    private List<LintKind> kinds(long contract) throws InterruptedException {
        return found().stream()
                .filter(each -> each.contractId() != null && each.contractId() == contract)
                .map(LintFinding::kind)
                .toList();
    }

    private LintFinding one(LintKind kind) throws InterruptedException {
        return found().stream()
                .filter(each -> each.kind() == kind)
                .reduce((_, _) -> {
                    throw new AssertionError("more than one " + kind);
                })
                .orElseThrow();
    }

    private @Nullable Map<String, String> facts(LintKind kind, long contract) throws InterruptedException {
        return found().stream()
                .filter(each -> each.kind() == kind && each.contractId() != null && each.contractId() == contract)
                .map(LintFinding::facts)
                .findFirst()
                .orElse(null);
    }
}
