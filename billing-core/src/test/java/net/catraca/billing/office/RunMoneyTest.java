package net.catraca.billing.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.FileNumbers;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.run.BankAgreements.Agreement;
import net.catraca.billing.run.UnmatchedPayments.Unmatched;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.RunMoney;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What runs hear of the money that comes in. */
class RunMoneyTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");
    private static final Instant NOW = Instant.parse("2026-03-31T15:00:00Z");

    private final TestOffice office = OFFICE;
    private final RunMoney money = OFFICE.bean(RunMoney.class);
    private final BankBook banks = OFFICE.bean(BankBook.class);
    private final BankFileNumbers numbers = OFFICE.bean(BankFileNumbers.class);

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-31");
        office.sql.update("truncate bank_agreement cascade");
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void anAgreementIsCoveredAsFarAsItsFilesAndNamesThoseThatAreMissing() {
        agreement("itau-1", true);
        file("itau-1", 7, "2026-03-26");
        file("itau-1", 8, "2026-03-27");
        file("itau-1", 11, "2026-03-30");

        assertThat(money.watched())
                .containsExactly(
                        new Agreement("itau-1", LocalDate.parse("2026-03-30"), List.of(new FileNumbers(9, 10))));
    }

    @Test
    void anAgreementWithoutAFileIsCoveredByNothing() {
        agreement("itau-1", true);

        assertThat(money.watched()).containsExactly(new Agreement("itau-1", null, List.of()));
    }

    @Test
    void aGapThatAPersonHasAcceptedIsMissingNoLongerAndOthersAre() {
        agreement("itau-1", true);
        file("itau-1", 1, "2026-03-26");
        file("itau-1", 4, "2026-03-27");
        file("itau-1", 99_999, "2026-03-30");
        assertThat(missing()).containsExactly(new FileNumbers(2, 3), new FileNumbers(5, 99_998));
        long itau = agreementId("itau-1");

        assertThat(numbers.acceptGap(TestOffice.MARIA, itau, new FileNumbers(2, 3), "x"))
                .isEqualTo(Outcome.declined(
                        new Conflict("person-needed", "a job cannot know that a file will never come")));
        var gap = numbers.acceptGap(TestOffice.PEDRO, itau, new FileNumbers(3, 5_000), "the bank says so")
                .orThrow();
        assertThat(gap.accepted()).containsExactly(FileNumbers.of(3), new FileNumbers(5, 5_000));
        assertThat(missing()).containsExactly(FileNumbers.of(2), new FileNumbers(5_001, 99_998));
        assertThat(numbers.acceptGap(TestOffice.PEDRO, itau, new FileNumbers(100_000, 100_002), "to come"))
                .isEqualTo(Outcome.declined(
                        new Conflict("not-missing", "no file of the numbers 100000-100002 is missing")));
        assertThat(office.audited.getLast().action()).isEqualTo("bank-agreement.accept-gap");

        file("itau-1", 2, "2026-03-30");
        assertThat(missing()).containsExactly(new FileNumbers(5_001, 99_998));
    }

    @Test
    void afterADeclaredRestartGapsAreSeenAgainAndWhatWasAcceptedBeforeIsNot() {
        agreement("itau-1", true);
        file("itau-1", 1, "2026-03-20");
        file("itau-1", 4, "2026-03-23");
        long itau = agreementId("itau-1");
        numbers.acceptGap(TestOffice.PEDRO, itau, new FileNumbers(2, 3), "the bank says so")
                .orThrow();
        file("itau-1", 99_999, "2026-03-26");
        numbers.acceptGap(TestOffice.PEDRO, itau, new FileNumbers(5, 99_998), "a jump")
                .orThrow();
        file("itau-1", 3, "2026-03-27", "after the roll-over");
        assertThat(missing()).isEmpty();

        long first = fileId("after the roll-over");
        numbers.restart(TestOffice.PEDRO, itau, first, 1L, "it began anew after 99999")
                .orThrow();
        assertThat(missing()).containsExactly(new FileNumbers(1, 2));
        file("itau-1", 5, "2026-03-30");
        assertThat(missing()).containsExactly(new FileNumbers(1, 2), FileNumbers.of(4));
        assertThat(banks.order(itau, 0, 6)).isEqualTo(BankFile.Order.NEXT);
        assertThat(banks.freshness().getFirst().lastSequence()).isEqualTo(5);
        assertThat(banks.freshness().getFirst().missingSequences()).isEqualTo(3);
        assertThat(numbers.restart(TestOffice.PEDRO, itau, first, 4L, "x")).isInstanceOf(Outcome.Declined.class);
        assertThat(numbers.restart(TestOffice.PEDRO, itau, first, 1L, "x"))
                .isEqualTo(Outcome.declined(new Conflict("numbers-restarted", "numbers begin anew there already")));
    }

    @Test
    void aGapOfMoreThanSixtyDaysAgoStopsNobodyAnyMore() {
        agreement("itau-1", true);
        file("itau-1", 1, "2026-01-20");
        file("itau-1", 3, "2026-01-21");
        office.sql.update("update bank_file set received_at = ?", NOW.minus(Duration.ofDays(61)));
        assertThat(missing()).containsExactly(FileNumbers.of(2));
        file("itau-1", 4, "2026-03-30");
        assertThat(missing()).isEmpty();
        // Sent again by the bank: that alone makes none of those between missing.
        file("itau-1", 1, "2026-03-30", "again");
        assertThat(missing()).isEmpty();
    }

    private List<FileNumbers> missing() {
        return money.watched().getFirst().missing();
    }

    private long agreementId(String name) {
        return banks.agreement(name).orElseThrow().id();
    }

    private long fileId(String content) {
        return office.sql
                .first(
                        "select id from bank_file where sha256 = sha256(cast(? as text)::bytea)",
                        row -> row.bigint("id"),
                        content)
                .orElseThrow();
    }

    @Test
    void whatIsNotExpectedDailyIsNotWatched() {
        agreement("itau-1", false);

        assertThat(money.watched()).isEmpty();
    }

    @Test
    void whatNobodyCouldMatchWaits() {
        agreement("itau-1", true);
        unmatched("UNMATCHED");
        unmatched("DISMISSED");

        assertThat(money.waiting())
                .singleElement()
                .extracting(Unmatched::taxId, Unmatched::amountCents, Unmatched::paidOn)
                .containsExactly("52998224725", 99_90L, LocalDate.parse("2026-03-30"));
    }

    @Test
    void aShownReceiptHoldsUntilItsEndOrUntilItIsEnded() {
        long holding = office.contract(BillingMode.POSTPAID);
        long over = office.contract(BillingMode.POSTPAID);
        long ended = office.contract(BillingMode.POSTPAID);
        claim(holding, NOW.plus(Duration.ofHours(1)), false);
        claim(over, NOW, false);
        claim(ended, NOW.plus(Duration.ofHours(1)), true);

        assertThat(money.heldUntil(List.of(holding, over, ended), NOW))
                .isEqualTo(Map.of(holding, NOW.plus(Duration.ofHours(1))));
    }

    private void agreement(String name, boolean daily) {
        office.sql.update(
                "insert into bank_agreement (name, kind, layout, daily, created_at) values (?, 'CNAB', '237-cnab400', ?, ?)",
                name,
                daily,
                NOW);
    }

    private void file(String agreement, long sequence, String coversUntil) {
        file(agreement, sequence, coversUntil, "file " + sequence);
    }

    private void file(String agreement, long sequence, String coversUntil, String content) {
        office.sql.update("""
                insert into bank_file (
                    agreement_id, name, sha256, octets, state, sequence, covers_until, received_at, received_by, progress_at)
                select id, 'a.ret', sha256(cast(? as text)::bytea), 1, 'IMPORTED', ?, ?, ?, 'test', ?
                  from bank_agreement where name = ?
                """, content, sequence, LocalDate.parse(coversUntil), NOW, NOW, agreement);
    }

    private void unmatched(String state) {
        office.sql.update("""
                insert into incoming_payment (
                    external_id, agreement_id, source, payer_tax_id, amount_cents, paid_on, received_at, received_by, state)
                select ?, id, 'csv', '52998224725', 9990, date '2026-03-30', ?, 'test', ? from bank_agreement
                """, "payment " + state, NOW, state);
    }

    private void claim(long contract, Instant until, boolean ended) {
        office.sql.update(
                """
                insert into payment_claim (
                    contract_id, amount_cents, paid_on, receipt, claimed_by, claimed_at, holds_until, ended_at, ended_by,
                    end_reason)
                values (?, 9990, date '2026-03-30', 'receipt', 'test', ?, ?, ?, ?, ?)
                """,
                contract,
                NOW.minus(Duration.ofHours(1)),
                until,
                ended ? NOW : null,
                ended ? "test" : null,
                ended ? "paid" : null);
    }
}
