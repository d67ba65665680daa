package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.run.UnmatchedPaymentGuard;
import net.catraca.billing.store.RunMoney;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Money for a contract of which an ERP keeps the money changes nothing here, and is not lost. */
class KeptByErpTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");

    private final TestOffice office = OFFICE;
    private final PixNotices pix = OFFICE.bean(PixNotices.class);
    private final UnmatchedPayments unmatched = OFFICE.bean(UnmatchedPayments.class);

    private long contract;
    private Receivable bill;

    @BeforeEach
    void anErpTakesOver() {
        office.sql.update("truncate bank_agreement restart identity cascade");
        office.startAnewAtNoonOf("2026-03-27");
        contract = office.contract(BillingMode.POSTPAID);
        bill = office.monthly(contract, "2026-02-10");
        long agreement = office.bean(BankAgreements.class)
                .create(
                        MARIA,
                        new BankAgreement(0, 0, "pix", Kind.PIX, null, null, false, false, null, Webhook.HMAC),
                        null)
                .orThrow()
                .agreement()
                .id();
        office.bean(BankCharges.class)
                .create(MARIA, new BankCharges.Wanted(agreement, null, "tx1", List.of(bill.id())))
                .orThrow();
        office.access.on(
                contract,
                office.clock.instant(),
                write -> office.sql.update(
                        "update contract set money_source = 'ERP', erp_oldest_due_on = '2026-02-10', erp_as_of = ?"
                                + " where id = ?",
                        office.clock.instant(),
                        contract));
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void aPaymentIsRefusedAndSaysWhatToDo() {
        for (var draft : List.of(
                office.payment("to the contract", contract, 99_90), office.payment("to the bill", bill, 99_90))) {
            assertThat(office.payments.receive(MARIA, draft))
                    .isInstanceOfSatisfying(Outcome.Declined.class, refused -> {
                        var why = (Conflict) refused.problem();
                        assertThat(why.code()).isEqualTo("money-source-is-erp");
                        assertThat(why.detail()).contains("contract " + contract, "/api/v1/erp/standings");
                    });
        }
        assertThat(office.count("payment")).isZero();
    }

    @Test
    void aPixWaitsForAPersonAndShieldsTheContractUntilThen() {
        var told = new PixNotice(1, "E1", "", 12_34, "tx1", Instant.parse("2026-03-27T12:00:00Z"), null, null);
        pix.keep(List.of(told));
        pix.book(MARIA, List.of(told));

        var waiting = only();
        assertThat(waiting.why()).isEqualTo(Why.KEPT_BY_ERP);
        assertThat(office.count("payment")).isZero();
        assertThat(unmatched.assign(
                        MARIA, waiting.id(), null, List.of(new UnmatchedPayments.Share(contract, null, 12_34)), null))
                .isInstanceOfSatisfying(
                        Outcome.Declined.class, refused -> assertThat(((Conflict) refused.problem()).code())
                                .isEqualTo("money-source-is-erp"));

        assertThat(run())
                .isEqualTo("unmatched-payment: unmatched payment " + waiting.id() + " is for a bill of this contract");
        unmatched.dismiss(MARIA, waiting.id(), null, "the ERP knows of it").orThrow();
        assertThat(run()).isNull();
        assertThat(unmatched.find(waiting.id()).orElseThrow().state()).isEqualTo(State.DISMISSED);
    }

    private IncomingPayment only() {
        var all = unmatched.list(null, 0, 10);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    /** Why a run leaves the contract out. */
    private @Nullable String run() {
        var runs = office.runs(
                new TestOffice.World(),
                new UnmatchedPaymentGuard(office.bean(RunMoney.class), _ -> Map.of(), _ -> Map.of()));
        var run = runs.preview(MARIA, RunScope.ALL).orThrow();
        return runs.rows(run.id(), 0, 10).getFirst().dropDetail();
    }
}
