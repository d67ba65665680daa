package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.monthlyDraft;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.IntStream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Stale;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.office.ReceivableUpsert.Row;
import net.catraca.billing.office.ReceivableUpsert.Written;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ReceivablesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-02");

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private final long contract = OFFICE.contract(BillingMode.POSTPAID);

    @Test
    void aRecurringReceivableCountsForBlockingAndAOneOffDoesNot() {
        var monthly = OFFICE.monthly(contract, "2026-03-10");
        var visit = create(draft(ReceivableKind.ONE_OFF, 50_00));

        assertThat(monthly.countsForBlocking()).isTrue();
        assertThat(visit.countsForBlocking()).isFalse();
        assertThat(OFFICE.receivables.find(monthly.id())).contains(monthly);
    }

    @Test
    void instalmentsAreWrittenByAgreementsOnly() {
        assertThat(OFFICE.receivables.create(MARIA, draft(ReceivableKind.RENEGOTIATED, 50_00)))
                .isEqualTo(Outcome.declined(
                        new Invalid("kind", "recurring or one-off: instalments are written by an agreement")));
    }

    @Test
    void whatIsWrongIsSaidFieldByField() {
        var outcome = OFFICE.receivables.create(
                MARIA,
                new ReceivableDraft(
                        "",
                        contract,
                        ReceivableKind.RECURRING,
                        0,
                        10,
                        null,
                        LocalDate.parse("2026-04-01"),
                        LocalDate.parse("2026-03-10"),
                        LocalDate.parse("2026-03-10"),
                        LocalDate.parse("2026-03-09"),
                        null));

        assertThat(fields(outcome))
                .containsExactlyInAnyOrder(
                        "externalId", "nominalCents", "discountCents", "discountUntil", "issuedOn", "coverageLast");
    }

    @Test
    void onlyARecurringReceivableCoversAPeriod() {
        var without = new ReceivableDraft(
                null,
                contract,
                ReceivableKind.RECURRING,
                1,
                0,
                null,
                null,
                LocalDate.parse("2026-03-10"),
                null,
                null,
                null);
        var with = new ReceivableDraft(
                null,
                contract,
                ReceivableKind.ONE_OFF,
                1,
                0,
                null,
                null,
                LocalDate.parse("2026-03-10"),
                LocalDate.parse("2026-03-01"),
                LocalDate.parse("2026-03-31"),
                null);

        assertThat(fields(OFFICE.receivables.create(MARIA, without))).containsExactly("coverageFirst", "coverageLast");
        assertThat(fields(OFFICE.receivables.create(MARIA, with))).containsExactly("coverageFirst", "coverageLast");
    }

    @Test
    void anUnknownContractIsSaidToBeUnknown() {
        assertThat(OFFICE.receivables.create(MARIA, monthlyDraft(999_999, null, "2026-03-10")))
                .isEqualTo(Outcome.declined(new Unknown("contract", "999999")));
    }

    @Test
    void anExternalIdIsUsedOnce() {
        create(monthlyDraft(contract, "once", "2026-03-10"));

        assertThat(OFFICE.receivables.create(MARIA, monthlyDraft(contract, "once", "2026-04-10")))
                .isEqualTo(Outcome.declined(new Conflict("external-id-taken", "once")));
    }

    @Test
    void cancellingKeepsTheReasonAndIsAudited() {
        var bill = OFFICE.monthly(contract, "2026-03-10");

        var cancelled = OFFICE.receivables
                .cancel(MARIA, bill.id(), bill.version(), "billed twice")
                .orThrow();

        assertThat(cancelled.status()).isEqualTo(ReceivableStatus.CANCELLED);
        assertThat(cancelled.cancelReason()).isEqualTo("billed twice");
        assertThat(OFFICE.audited)
                .contains(new TestOffice.Audited(
                        "receivable.cancel", "receivable/" + bill.id(), bill, cancelled, OFFICE.clock.instant()));
        assertThat(OFFICE.receivables.cancel(MARIA, bill.id(), null, "again"))
                .isEqualTo(Outcome.declined(new Conflict("not-open", "CANCELLED")));
    }

    @Test
    void whoeverHasReadAnOldVersionIsToldSo() {
        var bill = OFFICE.monthly(contract, "2026-03-10");
        var postponed = OFFICE.receivables
                .postpone(MARIA, bill.id(), bill.version(), LocalDate.parse("2026-03-20"), "salary comes late")
                .orThrow();

        assertThat(OFFICE.receivables.cancel(MARIA, bill.id(), bill.version(), "billed twice"))
                .isEqualTo(Outcome.declined(new Stale(postponed.version())));
    }

    @Test
    void postponingKeepsTheOriginalDueDateAndOnlyGoesForward() {
        var bill = OFFICE.monthly(contract, "2026-03-10");

        var postponed = OFFICE.receivables
                .postpone(MARIA, bill.id(), null, LocalDate.parse("2026-03-20"), "salary comes late")
                .orThrow();

        assertThat(postponed.dueOn()).isEqualTo("2026-03-20");
        assertThat(postponed.originalDueOn()).isEqualTo("2026-03-10");
        assertThat(fields(OFFICE.receivables.postpone(
                        MARIA, bill.id(), null, LocalDate.parse("2026-03-20"), "no later than it is")))
                .containsExactly("dueOn");
    }

    @Test
    void aWriteRaisesTheContractsVersionAndADeclinedOneDoesNot() {
        long before = version();
        var bill = OFFICE.monthly(contract, "2026-03-10");
        assertThat(version()).isEqualTo(before + 1);

        OFFICE.receivables.cancel(MARIA, bill.id(), 77L, "stale");
        assertThat(version()).isEqualTo(before + 1);
    }

    @Test
    void anUpsertCreatesUpdatesAndLeavesWhatSaysTheSame() {
        upsert(monthlyDraft(contract, "u-1", "2026-03-10"), monthlyDraft(contract, "u-2", "2026-04-10"));

        var rows = upsert(
                monthlyDraft(contract, "u-1", "2026-03-10"),
                monthlyDraft(contract, "u-2", "2026-04-12"),
                monthlyDraft(contract, "u-3", "2026-05-10"));

        assertThat(rows).extracting(Row::written).containsExactly(Written.UNCHANGED, Written.UPDATED, Written.CREATED);
        assertThat(OFFICE.receivables.findByExternalId("u-2"))
                .hasValueSatisfying(moved -> assertThat(moved.dueOn()).isEqualTo("2026-04-12"));
    }

    @Test
    void aBadRowIsDeclinedForItselfAndTheOthersAreWritten() {
        var rows = upsert(
                monthlyDraft(contract, "r-1", "2026-03-10"),
                monthlyDraft(contract, null, "2026-03-10"),
                monthlyDraft(999_999, "r-3", "2026-03-10"),
                monthlyDraft(contract, "r-1", "2026-04-10"),
                monthlyDraft(contract, "r-5", "2026-05-10"));

        assertThat(rows)
                .extracting(Row::written)
                .containsExactly(
                        Written.CREATED, Written.DECLINED, Written.DECLINED, Written.DECLINED, Written.CREATED);
        assertThat(fields(rows.get(1).outcome())).containsExactly("externalId");
        assertThat(rows.get(2).outcome()).isEqualTo(Outcome.declined(new Unknown("contract", "999999")));
        assertThat(rows.get(3).outcome()).isEqualTo(Outcome.declined(new Conflict("external-id-repeated", "r-1")));
    }

    @Test
    void anUpsertOfWhatIsPaidIsDeclinedUnlessItSaysTheSame() {
        upsert(monthlyDraft(contract, "p-1", "2026-03-10"));
        OFFICE.payments
                .receive(
                        MARIA,
                        OFFICE.payment(
                                "pay p-1",
                                OFFICE.receivables.findByExternalId("p-1").orElseThrow(),
                                99_90))
                .orThrow();

        assertThat(upsert(monthlyDraft(contract, "p-1", "2026-03-10")))
                .extracting(Row::written)
                .containsExactly(Written.UNCHANGED);
        assertThat(upsert(monthlyDraft(contract, "p-1", "2026-03-11"))
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.declined(new Conflict("not-open", "SETTLED")));
    }

    @Test
    void anUpsertOfAnotherContractsReceivableIsDeclined() {
        long other = OFFICE.contract(BillingMode.POSTPAID);
        upsert(monthlyDraft(other, "of-other", "2026-03-10"));

        assertThat(upsert(monthlyDraft(contract, "of-other", "2026-03-10"))
                        .getFirst()
                        .outcome())
                .isEqualTo(Outcome.declined(new Conflict("of-another-contract", Long.toString(other))));
    }

    @Test
    void aLoweredAmountThatIsPaidAlreadySettles() {
        upsert(monthlyDraft(contract, "low", "2026-03-10"));
        var bill = OFFICE.receivables.findByExternalId("low").orElseThrow();
        OFFICE.payments.receive(MARIA, OFFICE.payment("half", bill, 50_00)).orThrow();

        upsert(new ReceivableDraft(
                "low",
                contract,
                ReceivableKind.RECURRING,
                50_00,
                0,
                null,
                bill.issuedOn(),
                bill.dueOn(),
                bill.coverageFirst(),
                bill.coverageLast(),
                null));

        assertThat(OFFICE.receivables.find(bill.id())).map(Receivable::status).contains(ReceivableStatus.SETTLED);
    }

    @Test
    void tooManyRowsAreDeclinedWhole() {
        var drafts = IntStream.rangeClosed(0, ReceivableUpsert.MAX_ROWS)
                .mapToObj(i -> monthlyDraft(contract, "many-" + i, "2026-03-10"))
                .toList();

        assertThat(fields(OFFICE.upsert.upsert(MARIA, drafts))).containsExactly("rows");
        assertThat(OFFICE.receivables.findByExternalId("many-0")).isEmpty();
    }

    @Test
    void aPageGoesOnWhereTheLastOneEnded() {
        var ids = List.of("2026-03-10", "2026-04-10", "2026-05-10").stream()
                .map(due -> OFFICE.monthly(contract, due).id())
                .toList();

        assertThat(OFFICE.receivables.list(contract, 0, 2))
                .extracting(Receivable::id)
                .isEqualTo(ids.subList(0, 2));
        assertThat(OFFICE.receivables.list(contract, ids.get(1), 2))
                .extracting(Receivable::id)
                .containsExactly(ids.get(2));
    }

    private long version() {
        return OFFICE.facts.find(contract).orElseThrow().version();
    }

    private Receivable create(ReceivableDraft draft) {
        return OFFICE.receivables.create(MARIA, draft).orThrow();
    }

    private ReceivableDraft draft(ReceivableKind kind, long cents) {
        return new ReceivableDraft(
                null, contract, kind, cents, 0, null, null, LocalDate.parse("2026-03-10"), null, null, null);
    }

    private static List<Row> upsert(ReceivableDraft... drafts) {
        return OFFICE.upsert.upsert(MARIA, List.of(drafts)).orThrow();
    }

    private static List<String> fields(Outcome<?> outcome) {
        return outcome instanceof Declined(Invalid(var errors))
                ? errors.stream().map(FieldError::field).toList()
                : List.of("not invalid: " + outcome);
    }
}
