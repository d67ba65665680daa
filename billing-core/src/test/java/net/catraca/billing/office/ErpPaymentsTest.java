package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow.OfPayment;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.ReceivableStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ErpPaymentsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");
    private static final Actor ERP = Actor.system("erp");

    private final TestOffice office = OFFICE;
    private final ErpBulk bulk = OFFICE.bean(ErpBulk.class);

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-27");
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void eachRowStandsForItselfAndToldAgainNothingIsWritten() {
        long one = contract("k-1");
        long two = contract("k-2");
        long kept = contract("k-erp");
        office.sql.update("update contract set money_source = 'ERP' where id = ?", kept);
        bill(one, "b-1", "2026-02-10");
        bill(two, "b-2", "2026-02-10");
        office.run();
        var rows = List.of(
                row("p-1", null, "b-1", 99_90),
                row("p-2", "k-2", null, 50_00),
                row("p-3", "nobody", null, 1_00),
                row("p-4", null, "no bill", 1_00),
                row("p-5", "k-1", "b-2", 1_00),
                row("p-6", null, null, 1_00),
                row("p-7", "k-erp", null, 1_00),
                new OfPayment("p-8", "k-2", null, 1_00, office.today(), PaymentDraft.MANUAL, 0),
                row("p-1", null, "b-1", 99_90),
                row("p-2", "k-2", null, 50_01),
                row("p-9", "k-2", null, 49_90));

        var results = bulk.payments(ERP, rows);

        assertThat(results.get(0)).isInstanceOfSatisfying(Written.class, written -> assertThat(written.how())
                .isEqualTo(How.CREATED));
        assertThat(how(results.get(1))).isEqualTo(How.CREATED);
        assertThat(results.get(2)).isEqualTo(new Declined(new Unknown("contract", "nobody")));
        assertThat(results.get(3)).isEqualTo(new Declined(new Unknown("receivable", "no bill")));
        assertThat(results.get(4)).isEqualTo(new Declined(new Invalid("receivable", "a receivable of contract k-1")));
        assertThat(code(results.get(5))).isEqualTo("contract");
        assertThat(code(results.get(6))).isEqualTo("money-source-is-erp");
        assertThat(code(results.get(7))).isEqualTo("source");
        assertThat(how(results.get(8))).isEqualTo(How.UNCHANGED);
        assertThat(code(results.get(9))).isEqualTo("external-id-taken");
        assertThat(how(results.get(10))).isEqualTo(How.CREATED);
        assertThat(office.effective(one)).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.effective(two)).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.receivables.findByExternalId("b-2").orElseThrow().status())
                .isEqualTo(ReceivableStatus.SETTLED);
        long version = office.facts.find(one).orElseThrow().version();

        var again = bulk.payments(ERP, List.of(rows.get(0), rows.get(1), rows.get(10)));

        assertThat(again).extracting(ErpPaymentsTest::how).containsOnly(How.UNCHANGED);
        assertThat(office.facts.find(one).orElseThrow().version()).isEqualTo(version);
        assertThat(office.count("payment")).isEqualTo(3);
    }

    @Test
    void thousandsGoInInPortionsAndALeftoverPaysWhatElseIsOwed() {
        long many = contract("many");
        IntStream.range(0, 130).forEach(i -> bill(many, "m-" + i, "2026-02-10"));
        List<OfPayment> rows = new ArrayList<>();
        IntStream.range(0, 129).forEach(i -> rows.add(row("m-p-" + i, null, "m-" + i, 99_90)));
        rows.add(row("twice", null, "m-0", 99_90));

        assertThat(bulk.payments(ERP, rows)).extracting(ErpPaymentsTest::how).containsOnly(How.CREATED);

        assertThat(office.receivables.findByExternalId("m-129").orElseThrow().status())
                .isEqualTo(ReceivableStatus.SETTLED);
        new BookInvariants(office).holdFor(many);
    }

    @Test
    void onePaymentNamesItsContractAndBillByTheirExternalIds() {
        long one = contract("k-1");
        contract("k-2");
        bill(one, "b-1", "2026-02-10");
        var draft = new PaymentDraft("p", null, null, 99_90, office.today(), "api");

        var named = office.payments.naming(draft, "k-1", "b-1").orThrow();

        assertThat(named.contractId()).isEqualTo(one);
        assertThat(named.receivableId())
                .isEqualTo(
                        office.receivables.findByExternalId("b-1").orElseThrow().id());
        assertThat(office.payments.naming(draft, "k-3", null))
                .isEqualTo(Outcome.declined(new Unknown("contract", "k-3")));
        assertThat(office.payments.naming(draft, null, "b-3"))
                .isEqualTo(Outcome.declined(new Unknown("receivable", "b-3")));
        assertThat(office.payments.naming(draft.naming(one, null), "k-2", null))
                .isEqualTo(Outcome.declined(new Invalid("contractExternalId", "that of contract " + one)));
    }

    private static How how(ErpResult result) {
        return ((Written) result).how();
    }

    private static String code(ErpResult result) {
        return switch (((Declined) result).problem()) {
            case Conflict(var code, var _) -> code;
            case Invalid(var errors) -> errors.getFirst().field();
            case Problem other -> other.toString();
        };
    }

    private OfPayment row(String externalId, @Nullable String contract, @Nullable String receivable, long cents) {
        return new OfPayment(externalId, contract, receivable, cents, office.today(), "erp", 0);
    }

    private long contract(String externalId) {
        long id = office.contract(BillingMode.POSTPAID);
        office.sql.update("update contract set external_id = ? where id = ?", externalId, id);
        return id;
    }

    private void bill(long contract, String externalId, String dueOn) {
        office.upsert
                .upsert(
                        MARIA,
                        List.of(TestOffice.monthlyDraft(
                                contract, externalId, LocalDate.parse(dueOn).toString())))
                .orThrow();
    }
}
