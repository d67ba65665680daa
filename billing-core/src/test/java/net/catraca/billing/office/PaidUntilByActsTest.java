package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.PaidUntil.Stop;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people and banks do, and how far the contract is then paid: the table of PaidUntilTest once more, from acts to
 * facts. The ISP tolerates a missing real; the contract owes from 10 January by the month, on 10 February and March.
 */
class PaidUntilByActsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-02");

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private record Owing(long contract, Receivable february, Receivable march) {

        void pay(String externalId, Receivable bill, long cents) {
            OFFICE.payments
                    .receive(MARIA, OFFICE.payment(externalId, bill, cents))
                    .orThrow();
        }

        void reverse(String externalId) {
            long id = OFFICE.payments.findByExternalId(externalId).orElseThrow().id();
            OFFICE.payments.reverse(MARIA, id, null, "estorno").orThrow();
        }

        long agree() {
            var draft = new AgreementDraft(
                    contract, Set.of(), 0, 0, 0, null, 1, OFFICE.today().plusDays(5), "asked");
            return OFFICE.agreements
                    .sign(MARIA, draft)
                    .orThrow()
                    .agreements()
                    .getFirst()
                    .agreement()
                    .id();
        }

        void baseDate(String day) {
            OFFICE.contracts
                    .moveBaseDate(MARIA, contract, null, LocalDate.parse(day), "as the customer was told")
                    .orThrow();
        }
    }

    record Case(String name, Consumer<Owing> acts, @Nullable String paidUntil, Stop end) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("nothing", _ -> {}, null, Stop.UNPAID),
                new Case("paid", it -> it.pay("a", it.february(), 99_90), "2026-02-09", Stop.UNPAID),
                new Case("paid out of order", it -> it.pay("a", it.march(), 99_90), null, Stop.UNPAID),
                new Case(
                        "out of order, then the first",
                        it -> {
                            it.pay("a", it.march(), 99_90);
                            it.pay("b", it.february(), 99_90);
                        },
                        "2026-03-09",
                        Stop.NOT_ISSUED),
                new Case(
                        "part, more missing than tolerated",
                        it -> it.pay("a", it.february(), 98_89),
                        null,
                        Stop.UNPAID),
                new Case(
                        "part, no more missing than tolerated",
                        it -> it.pay("a", it.february(), 98_90),
                        "2026-02-09",
                        Stop.UNPAID),
                new Case(
                        "in two parts",
                        it -> {
                            it.pay("a", it.february(), 50_00);
                            it.pay("b", it.february(), 49_90);
                        },
                        "2026-02-09",
                        Stop.UNPAID),
                new Case(
                        "overpaid: the credit pays what is issued next",
                        it -> {
                            it.pay("a", it.march(), 300_00);
                            it.pay("b", it.february(), 99_90);
                            OFFICE.monthly(it.contract(), "2026-04-10");
                        },
                        "2026-04-09",
                        Stop.NOT_ISSUED),
                new Case(
                        "reversed",
                        it -> {
                            it.pay("a", it.february(), 99_90);
                            it.reverse("a");
                        },
                        null,
                        Stop.UNPAID),
                new Case("renegotiated", Owing::agree, "2026-02-09", Stop.UNPAID),
                new Case(
                        "renegotiated and completed",
                        it -> {
                            it.agree();
                            OFFICE.payments
                                    .receive(MARIA, OFFICE.payment("a", it.contract(), 99_90))
                                    .orThrow();
                        },
                        "2026-02-09",
                        Stop.UNPAID),
                new Case(
                        "renegotiated and broken",
                        it -> OFFICE.agreements
                                .breakByHand(MARIA, it.agree(), null, "asked")
                                .orThrow(),
                        null,
                        Stop.UNPAID),
                new Case(
                        "renegotiated, paid and broken",
                        it -> {
                            long agreement = it.agree();
                            OFFICE.payments
                                    .receive(MARIA, OFFICE.payment("a", it.contract(), 99_00))
                                    .orThrow();
                            // Within the tolerance: the instalment is settled, and so the agreement is completed.
                            assertThat(OFFICE.agreements.breakByHand(MARIA, agreement, null, "asked"))
                                    .isInstanceOf(Outcome.Declined.class);
                        },
                        "2026-02-09",
                        Stop.UNPAID),
                new Case(
                        "cancelled, and nothing instead",
                        it -> OFFICE.receivables
                                .cancel(MARIA, it.february().id(), null, "wrong")
                                .orThrow(),
                        null,
                        Stop.CANCELLED),
                new Case(
                        "due date changed",
                        it -> {
                            it.pay("a", it.february(), 99_90);
                            OFFICE.receivables
                                    .postpone(MARIA, it.march().id(), null, LocalDate.parse("2026-03-12"), "asked")
                                    .orThrow();
                        },
                        "2026-02-09",
                        Stop.UNPAID),
                new Case(
                        "base date moved past what is unpaid",
                        it -> {
                            it.pay("a", it.march(), 99_90);
                            it.baseDate("2026-02-10");
                        },
                        "2026-03-09",
                        Stop.NOT_ISSUED),
                new Case(
                        "base date moved back",
                        it -> {
                            it.pay("a", it.february(), 99_90);
                            it.baseDate("2026-01-01");
                        },
                        null,
                        Stop.GAP),
                new Case(
                        "cancelled and reactivated",
                        it -> {
                            it.pay("a", it.february(), 99_90);
                            OFFICE.contracts
                                    .cancel(MARIA, it.contract(), null, "moved")
                                    .orThrow();
                            OFFICE.contracts
                                    .reactivate(MARIA, it.contract(), null)
                                    .orThrow();
                        },
                        "2026-02-09",
                        Stop.UNPAID),
                new Case(
                        "cancelled in March, back in June",
                        it -> {
                            it.pay("a", it.february(), 99_90);
                            OFFICE.clock.set(Fixtures.noon("2026-03-20"));
                            OFFICE.contracts
                                    .cancel(MARIA, it.contract(), null, "moved")
                                    .orThrow();
                            OFFICE.clock.set(Fixtures.noon("2026-06-01"));
                            OFFICE.contracts
                                    .reactivate(MARIA, it.contract(), null)
                                    .orThrow();
                            it.pay("b", OFFICE.monthly(it.contract(), "2026-07-01"), 99_90);
                        },
                        "2026-06-30",
                        Stop.NOT_ISSUED),
                new Case(
                        "exempt for a while",
                        it -> OFFICE.contracts
                                .exempt(MARIA, it.contract(), LocalDate.parse("2026-03-02"), null, "sponsor")
                                .orThrow(),
                        null,
                        Stop.UNPAID));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void paidUntilAfterActs(Case expected) {
        OFFICE.startAnewAtNoonOf("2026-03-02");
        long contract = OFFICE.contract(BillingMode.POSTPAID);
        var owing = new Owing(contract, OFFICE.monthly(contract, "2026-02-10"), OFFICE.monthly(contract, "2026-03-10"));
        OFFICE.clock.set(Fixtures.noon("2026-03-02"));
        expected.acts().accept(owing);

        var paid = OFFICE.inquiry.paidUntil(contract).orElseThrow();
        var day = expected.paidUntil() == null ? null : LocalDate.parse(expected.paidUntil());
        assertThat(paid.contract().paidUntil()).isEqualTo(day);
        var chain = Objects.requireNonNull(paid.paidUntil());
        assertThat(chain.day()).isEqualTo(day);
        assertThat(chain.end().stop()).isEqualTo(expected.end());
        new BookInvariants(OFFICE).holdFor(contract);
    }

    /** Money tightens only through a run, and a run's commitment rests on receivables, not on the base date. */
    @Test
    void movingTheBaseDateRestrictsNobodyAndLeavesACommitmentAsItIs() {
        OFFICE.startAnewAtNoonOf("2026-03-31");
        long committed = OFFICE.contract(BillingMode.POSTPAID);
        OFFICE.monthly(committed, "2026-03-10");
        OFFICE.run();
        long prepaid = OFFICE.contract(BillingMode.PREPAID);
        var february = OFFICE.monthly(prepaid, "2026-02-10");
        OFFICE.payments
                .receive(MARIA, OFFICE.payment("february", february, 99_90))
                .orThrow();
        var march = OFFICE.monthly(prepaid, "2026-04-10"); // covers from 10 March on: a gap before it
        var before = OFFICE.access(committed);

        for (long contract : new long[] {committed, prepaid}) {
            OFFICE.contracts
                    .moveBaseDate(MARIA, contract, null, LocalDate.parse("2026-03-10"), "agreed")
                    .orThrow();
        }

        assertThat(OFFICE.access(committed).committed()).isEqualTo(before.committed());
        assertThat(OFFICE.effective(committed)).isEqualTo(AccessLevel.BLOCKED);
        assertThat(OFFICE.effective(prepaid)).isEqualTo(AccessLevel.ACTIVE);
        assertThat(march.isOpen()).isTrue();
        new BookInvariants(OFFICE).holdFor(committed);
        new BookInvariants(OFFICE).holdFor(prepaid);
    }
}
