package net.catraca.billing.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.run.BankAgreements.Agreement;
import net.catraca.billing.run.UnmatchedPayments.Unmatched;
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
                .containsExactly(new Agreement("itau-1", LocalDate.parse("2026-03-30"), List.of(9L, 10L)));
    }

    @Test
    void anAgreementWithoutAFileIsCoveredByNothing() {
        agreement("itau-1", true);

        assertThat(money.watched()).containsExactly(new Agreement("itau-1", null, List.of()));
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
        office.sql.update("""
                insert into bank_file (
                    agreement_id, name, sha256, octets, state, sequence, covers_until, received_at, received_by, progress_at)
                select id, 'a.ret', sha256(cast(? as text)::bytea), 1, 'IMPORTED', ?, ?, ?, 'test', ?
                  from bank_agreement where name = ?
                """, "file " + sequence, sequence, LocalDate.parse(coversUntil), NOW, NOW, agreement);
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
