package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.Rule;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.office.AccessInquiry.Change;
import net.catraca.billing.office.AccessInquiry.Explanation;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Under a policy that warns from 1 day late, reduces from 7 and blocks from 15. */
class AccessInquiryTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-12");

    private final TestOffice office = OFFICE;
    private long contract;

    @BeforeEach
    void aContract() {
        office.startAnewAtNoonOf("2026-03-12");
        contract = office.contract(BillingMode.POSTPAID);
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void whoOwesNothingIsInGoodStanding() {
        var answer = ask();

        assertThat(answer.access().effective().level()).isEqualTo(ACTIVE);
        assertThat(answer.access().effective().rule()).isEqualTo(Rule.IN_GOOD_STANDING);
        assertThat(answer.daysLate()).isZero();
        assertThat(answer.paidUntil()).isNull();
        assertThat(answer.receivables()).isEmpty();
        assertThat(answer.forecast()).isEmpty();
        assertThat(answer.policyName()).isEqualTo("residential");
        assertThat(answer.policyVersion()).isEqualTo(1);
    }

    @Test
    void theForecastSaysWhenItWouldBeReducedAndBlockedIfARunCommits() {
        var bill = office.monthly(contract, "2026-03-10");
        office.monthly(contract, "2026-04-10");
        var visit = new ReceivableDraft(
                null,
                contract,
                ReceivableKind.ONE_OFF,
                50_00,
                0,
                null,
                null,
                LocalDate.parse("2026-03-12"),
                null,
                null,
                null);
        office.receivables.create(MARIA, visit).orThrow();

        var answer = ask();

        assertThat(answer.daysLate()).isEqualTo(2);
        assertThat(answer.receivables()).containsExactly(bill);
        assertThat(answer.access().effective().why())
                .isEqualTo(new Reason.Late(LocalDate.parse("2026-03-10"), 2, 1, false, false));
        assertThat(answer.forecast())
                .extracting(Change::at, Change::computed, Change::effective, Change::rule)
                .containsExactly(
                        tuple(midnight("2026-03-17"), REDUCED, ACTIVE, Rule.REDUCE_THRESHOLD),
                        tuple(midnight("2026-03-25"), BLOCKED, ACTIVE, Rule.BLOCK_THRESHOLD));
    }

    @Test
    void theEndOfAReleaseIsForetold() {
        office.monthly(contract, "2026-02-10");
        office.run();
        var unlock = office.releases
                .grant(MARIA, new ReleaseRequest(contract, ReleaseKind.TRUST_UNLOCK, "promised", null))
                .orThrow();

        var answer = ask();

        assertThat(answer.access().committed()).isEqualTo(BLOCKED);
        assertThat(answer.access().effective().level()).isEqualTo(ACTIVE);
        assertThat(answer.releases()).containsExactly(unlock);
        assertThat(answer.forecast())
                .extracting(Change::at, Change::effective)
                .containsExactly(tuple(unlock.until(), BLOCKED));
        assertThat(answer.access().certainTightening()).isEqualTo(unlock.until());
    }

    @Test
    void paidUntilIsTheLastCoveredDay() {
        var bill = office.monthly(contract, "2026-02-10");
        office.payments.receive(MARIA, office.payment("p", bill, 99_90)).orThrow();

        assertThat(ask().paidUntil()).isEqualTo("2026-02-09");
    }

    @Test
    void aLoginIsFoundWithoutRegardToCase() {
        office.sql.update("""
                insert into subscriber (contract_id, login, credential_kind, secret, created_at)
                values (?, 'Ana.Souza', 'HASHED', '\\x00', ?)
                """, contract, office.clock.instant());

        assertThat(office.inquiry.ofLogin("ANA.souza"))
                .map(Explanation::contract)
                .hasValueSatisfying(found -> assertThat(found.contractId()).isEqualTo(contract));
        assertThat(ask().logins()).containsExactly("Ana.Souza");
        assertThat(office.inquiry.ofLogin("nobody")).isEmpty();
        assertThat(office.inquiry.ofContract(999_999)).isEmpty();
    }

    private Explanation ask() {
        return office.inquiry.ofContract(contract).orElseThrow();
    }

    private static Instant midnight(String day) {
        return LocalDate.parse(day).atStartOfDay(Contract.DEFAULT_ZONE).toInstant();
    }
}
