package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Agreement.State;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.release.DebtRelief;
import net.catraca.billing.store.AgreementTrail.Progress;
import net.catraca.billing.store.DebtReliefBook;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policy of the test's ISP blocks at 15 days late, renegotiated debt at 5, and breaks agreements at 10. */
class AgreementsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-02");

    private final TestOffice office = OFFICE;
    private final BookInvariants invariants = new BookInvariants(OFFICE);
    private int told;

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-02");
        office.sql.update("truncate bank_agreement cascade");
        relief("AT_SIGNING");
    }

    @Test
    void signingRelievesAtOnceAndTheCoverageCountsAsCovered() {
        long contract = blocked();
        var signed = office.agreements.sign(MARIA, monthly(contract, 2)).orThrow();

        var detail = signed.agreements().getFirst();
        assertThat(detail.agreement().state()).isEqualTo(State.RUNNING);
        assertThat(detail.instalments()).extracting(Receivable::nominalCents).containsExactly(99_90L, 99_90L);
        assertThat(detail.breaksOn()).isEqualTo("2026-03-22");
        assertThat(office.access(contract).committed()).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.facts.find(contract).orElseThrow().paidUntil()).isEqualTo("2026-03-09");
        assertThat(signed.changes()).singleElement().satisfies(change -> assertThat(
                        change.before().committedLevel())
                .isEqualTo(AccessLevel.BLOCKED));
        assertThat(office.audited).extracting(TestOffice.Audited::action).contains("agreement.sign");
        invariants.holdFor(contract);
    }

    @Test
    void aPreviewSaysTheSameAndWritesNothing() {
        long contract = blocked();
        var preview = office.agreements.preview(MARIA, monthly(contract, 2)).orThrow();

        assertThat(preview.agreements()).singleElement().satisfies(detail -> {
            assertThat(detail.agreement().state()).isEqualTo(State.RUNNING);
            assertThat(detail.instalments()).hasSize(2);
        });
        assertThat(preview.changes())
                .singleElement()
                .satisfies(change -> assertThat(change.after().paidUntil()).isEqualTo("2026-03-09"));
        assertThat(office.count("agreement")).isZero();
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);
        assertThat(office.agreements.preview(MARIA, monthly(999, 2))).isInstanceOf(Outcome.Declined.class);
    }

    @Test
    void whereThePolicySaysSoTheFirstPaymentRelievesInItsTransaction() {
        relief("AT_FIRST_PAYMENT");
        long contract = blocked();
        var agreement = sign(monthly(contract, 2));

        assertThat(agreement.agreement().state()).isEqualTo(State.PENDING);
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);
        pay(contract, 50_00);
        assertThat(office.effective(contract)).as("half of the first").isEqualTo(AccessLevel.BLOCKED);
        var payment = pay(contract, 49_90);
        assertThat(state(agreement)).isEqualTo(State.RUNNING);
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
        invariants.holdFor(contract);

        office.payments.reverse(MARIA, payment.id(), null, "estorno").orThrow();
        assertThat(state(agreement)).as("its first payment is gone").isEqualTo(State.PENDING);
        assertThat(office.facts.find(contract).orElseThrow().lateSinceDay()).isEqualTo(day("2026-02-10"));
        assertThat(office.effective(contract)).as("no run has committed").isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.audited)
                .filteredOn(each -> each.action().equals("agreement.follow"))
                .extracting(TestOffice.Audited::subject, TestOffice.Audited::before, TestOffice.Audited::after)
                .containsExactly(
                        tuple(
                                "agreement/" + agreement.agreement().id(),
                                new Progress(State.PENDING, 199_80),
                                new Progress(State.RUNNING, 199_80)),
                        tuple(
                                "agreement/" + agreement.agreement().id(),
                                new Progress(State.RUNNING, 199_80),
                                new Progress(State.PENDING, 199_80)));
        invariants.holdFor(contract);
    }

    @Test
    void aLateInstalmentCountsWithThresholdsOfItsOwn() {
        long contract = blocked();
        sign(monthly(contract, 2));
        office.clock.advance(Duration.ofDays(16)); // due on the 12th, it is the 18th
        assertThat(office.access(contract).computed().level()).isEqualTo(AccessLevel.BLOCKED);
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
        office.run();
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);
    }

    @Test
    void completesWhenAllIsPaidAndRunsAgainWhenAPaymentIsReversed() {
        long contract = blocked();
        var agreement = sign(monthly(contract, 2));
        pay(contract, 99_90);
        var last = pay(contract, 99_90);
        assertThat(state(agreement)).isEqualTo(State.COMPLETED);
        assertThat(office.facts.find(contract).orElseThrow().paidUntil()).isEqualTo("2026-03-09");
        assertThat(office.agreements.breakByHand(MARIA, agreement.agreement().id(), null, "no"))
                .isEqualTo(Outcome.declined(new Problem.Conflict("not-standing", "COMPLETED")));

        office.payments.reverse(MARIA, last.id(), null, "estorno").orThrow();
        assertThat(state(agreement)).isEqualTo(State.RUNNING);
        invariants.holdFor(contract);
    }

    @Test
    void breaksWhenAnInstalmentIsLateForTheDaysOfThePolicy() throws InterruptedException {
        long contract = blocked();
        var old = office.receivables.list(contract, 0, 10);
        var agreement = sign(monthly(contract, 2)); // 12 March and 12 April
        pay(contract, 120_00);

        at("2026-04-22"); // the 12th was a Sunday
        assertThat(job()).as("nine days late").isEqualTo(JobReport.NOTHING);
        at("2026-04-23");
        assertThat(job()).isEqualTo(JobReport.of("broken", 1));
        assertThat(job()).as("once").isEqualTo(JobReport.NOTHING);

        var broken = office.agreements.find(agreement.agreement().id()).orElseThrow();
        assertThat(broken.agreement().state()).isEqualTo(State.BROKEN);
        var first = office.receivables.find(old.get(0).id()).orElseThrow();
        var second = office.receivables.find(old.get(1).id()).orElseThrow();
        assertThat(first.status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(second.isOpen()).isTrue();
        assertThat(second.paidCents()).isEqualTo(20_10);
        assertThat(second.dueOn()).isEqualTo(old.get(1).dueOn());
        assertThat(second.agreement())
                .isEqualTo(new Receivable.InAgreement(broken.agreement().id(), Receivable.Part.RETURNED));
        assertThat(broken.moves()).extracting(move -> move.cents()).containsExactly(99_90L, 20_10L);
        assertThat(office.access(contract).computed().level()).isEqualTo(AccessLevel.BLOCKED);
        assertThat(office.effective(contract)).as("tightening waits for a run").isEqualTo(AccessLevel.ACTIVE);
        office.run();
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);
        invariants.holdFor(contract);
    }

    @Test
    void waitsForTheBanksNewsOfTheLastDayInTime() throws InterruptedException {
        long contract = blocked();
        var agreement = sign(monthly(contract, 1)); // 12 March, breaks on Sunday the 22nd
        bank();
        file(1, "2026-03-20");
        at("2026-03-22");
        assertThat(job())
                .as("who paid on Saturday is in Monday's file")
                .satisfies(waitsFor("covered through 2026-03-20"));
        file(3, "2026-03-23");
        at("2026-03-24");
        assertThat(job()).as("a file is missing").satisfies(waitsFor("files missing: 2"));
        file(2, "2026-03-20");

        var paid = new PaymentDraft(
                "in time",
                null,
                agreement.instalments().getFirst().id(),
                199_80,
                LocalDate.parse("2026-03-21"),
                "cnab");
        office.payments.receive(MARIA, paid).orThrow();
        assertThat(job()).isEqualTo(JobReport.NOTHING);
        assertThat(state(agreement)).isEqualTo(State.COMPLETED);
    }

    @Test
    void breaksWhenTheNewsOfTheLastDayInTimeIsThereThoughThatOfYesterdayIsNot() throws InterruptedException {
        sign(monthly(blocked(), 1));
        bank();
        file(1, "2026-03-23");
        at("2026-03-26");
        assertThat(job()).isEqualTo(JobReport.of("broken", 1));
    }

    @Test
    void waitsWhileAFreezeHoldsOrMoneyMayBeOnItsWay() throws InterruptedException {
        long contract = blocked();
        sign(monthly(contract, 1));
        at("2026-03-24");
        var now = office.clock.instant();
        var freeze = office.freezes
                .declare(MARIA, "the bank is down", now.plus(Duration.ofDays(1)))
                .orThrow();
        assertThat(job()).satisfies(waitsFor("a freeze holds"));
        office.freezes.lift(MARIA, freeze.id(), null).orThrow();

        bank();
        file(1, "2026-03-23");
        office.sql.update("""
                insert into pix_notice (
                    agreement_id, end_to_end_id, refund_id, amount_cents, txid, paid_at, received_at)
                select id, 'E1', '', 1, 'tx', ?, ? from bank_agreement
                """, now, now);
        assertThat(job()).as("a Pix is not booked").satisfies(waitsFor("Pix E1 is not booked"));
        office.sql.update("update pix_notice set state = 'DONE'");

        office.sql.update("""
                insert into incoming_payment (
                    external_id, agreement_id, source, amount_cents, paid_on, received_at, received_by, state)
                select 'whose', id, 'csv', 19980, date '2026-03-20', ?, 'test', 'UNMATCHED' from bank_agreement
                """, now);
        assertThat(job()).as("an unmatched payment of its amount").satisfies(waitsFor("unmatched payment"));
        office.sql.update("update incoming_payment set state = 'DISMISSED'");

        office.sql.update("""
                insert into payment_claim (
                    contract_id, amount_cents, paid_on, receipt, claimed_by, claimed_at, holds_until)
                values (?, 19980, '2026-03-20', 'E2', 'maria', ?, ?)
                """, contract, now, now.plus(Duration.ofHours(5)));
        assertThat(job()).as("a receipt was shown").satisfies(waitsFor("a payment is claimed"));
        office.clock.advance(Duration.ofHours(6));
        assertThat(job()).isEqualTo(JobReport.of("broken", 1));
    }

    @Test
    void whatComesBackToAPrepaidContractWaitsForARunEvenWhereItLapsesOnTime() {
        office.sql.update("update access_policy_version set prepaid_tightening = 'ON_TIME'");
        try {
            long contract = office.contract(BillingMode.PREPAID);
            var paid = office.monthly(contract, "2026-02-10");
            office.monthly(contract, "2026-03-10");
            office.payments.receive(MARIA, office.payment("paid", paid, 99_90)).orThrow();
            at("2026-04-01");
            assertThat(office.effective(contract)).as("lapsed on 9 February").isEqualTo(AccessLevel.BLOCKED);
            var agreement = sign(monthly(contract, 2));
            assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
            office.agreements
                    .breakByHand(MARIA, agreement.agreement().id(), null, "asked")
                    .orThrow();
            assertThat(office.access(contract).computed().level()).isEqualTo(AccessLevel.BLOCKED);
            assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);

            var returned = office.receivables.list(contract, 0, 10).get(1);
            assertThat(anew(returned).is(Receivable.Part.RETURNED)).isTrue();
            office.clock.advance(Duration.ofDays(30));
            assertThat(office.effective(contract)).as("written anew").isEqualTo(AccessLevel.ACTIVE);
        } finally {
            office.sql.update("update access_policy_version set prepaid_tightening = 'BY_RUN'");
        }
    }

    @Test
    void aPausePutsTheBreakOff() throws InterruptedException {
        long contract = blocked();
        var agreement = sign(monthly(contract, 1));
        office.access.on(
                contract, office.clock.instant(), write -> office.sql.update("""
                        insert into pause (contract_id, first_day, last_day, reason, created_by, created_at)
                        values (?, '2026-03-15', '2026-03-20', 'journey', 'maria', ?)
                        """, contract, office.clock.instant()));
        assertThat(office.agreements
                        .find(agreement.agreement().id())
                        .orElseThrow()
                        .breaksOn())
                .isEqualTo("2026-03-28");
        at("2026-03-27");
        assertThat(job()).isEqualTo(JobReport.NOTHING);
        at("2026-03-28");
        assertThat(job()).isEqualTo(JobReport.of("broken", 1));
    }

    @Test
    void whoeverPaysAnOldBillPaysInstalmentsAndWhoeverPaysABrokenInstalmentPaysTheOldDebt() {
        long contract = blocked();
        var old = office.receivables.list(contract, 0, 10).getFirst();
        var agreement = sign(monthly(contract, 2));
        office.payments.receive(MARIA, office.payment("old bill", old, 99_90)).orThrow();
        var instalments = instalments(agreement);
        assertThat(instalments).extracting(Receivable::paidCents).containsExactly(99_90L, 0L);

        office.agreements
                .breakByHand(MARIA, agreement.agreement().id(), null, "asked")
                .orThrow();
        office.payments
                .receive(MARIA, office.payment("late bill", instalments.getLast(), 99_90))
                .orThrow();
        assertThat(office.receivables.list(contract, 0, 2))
                .extracting(Receivable::status)
                .containsOnly(ReceivableStatus.SETTLED);
        invariants.holdFor(contract);
    }

    @Test
    void instalmentsPaidTwiceByTheOldBillsPaperStayPaidWhenOnePaymentIsReversed() {
        long contract = blocked();
        var old = office.receivables.list(contract, 0, 10).getFirst();
        var agreement = sign(monthly(contract, 2));
        var first = office.payments
                .receive(MARIA, office.payment("old bill", old, 199_80))
                .orThrow()
                .payment();
        office.payments.receive(MARIA, office.payment("again", old, 199_80)).orThrow();
        office.payments.reverse(MARIA, first.id(), null, "estorno").orThrow();
        assertThat(state(agreement)).isEqualTo(State.COMPLETED);
        invariants.holdFor(contract);
    }

    @Test
    void aPaymentOfBeforeThatIsReversedIsOwedOnAsOneInstalmentMore() {
        long contract = blocked();
        var first = office.receivables.list(contract, 0, 10).getFirst();
        var before = office.payments
                .receive(MARIA, office.payment("before", first, 40_00))
                .orThrow()
                .payment();
        var agreement = sign(monthly(contract, 2));
        assertThat(agreement.agreement().debtCents()).isEqualTo(159_80);
        pay(contract, 159_80);
        assertThat(state(agreement)).isEqualTo(State.COMPLETED);

        office.payments.reverse(MARIA, before.id(), null, "estorno").orThrow();
        assertThat(state(agreement)).isEqualTo(State.RUNNING);
        assertThat(instalments(agreement))
                .filteredOn(Receivable::isOpen)
                .singleElement()
                .satisfies(more -> {
                    assertThat(more.nominalCents()).isEqualTo(40_00);
                    assertThat(more.dueOn()).isEqualTo(office.today());
                });
        var followed = office.audited.stream()
                .filter(each -> each.action().equals("agreement.follow"))
                .toList()
                .getLast();
        assertThat(followed.before()).isEqualTo(new Progress(State.COMPLETED, 159_80));
        assertThat(followed.after()).isEqualTo(new Progress(State.RUNNING, 199_80));
        invariants.holdFor(contract);
    }

    @Test
    void severalContractsOfACustomerAreSignedTogetherAndBreakTogether() throws InterruptedException {
        long one = blocked();
        long other = blocked();
        var ids = new ArrayList<Long>();
        office.receivables.list(one, 0, 10).forEach(each -> ids.add(each.id()));
        ids.add(office.receivables.list(other, 0, 10).getFirst().id());
        var signed = office.agreements
                .sign(MARIA, draft(null, Set.copyOf(ids), 30_00, 0, 2))
                .orThrow()
                .agreements();
        assertThat(signed).extracting(each -> each.agreement().contractId()).containsExactly(one, other);
        assertThat(signed).extracting(each -> each.agreement().totalCents()).containsExactly(219_80L, 109_90L);
        pay(one, 219_80);
        assertThat(state(signed.getFirst())).isEqualTo(State.COMPLETED);

        at("2026-03-25");
        assertThat(job()).isEqualTo(JobReport.of("broken", 1));
        assertThat(state(signed.getFirst())).as("it is paid").isEqualTo(State.COMPLETED);
        assertThat(state(signed.getLast())).isEqualTo(State.BROKEN);
        invariants.holdFor(one);
        invariants.holdFor(other);
    }

    @Test
    void aDebtGetsIntoAsManyAgreementsAsThePolicyAllows() {
        long contract = blocked();
        for (int i = 0; i < 2; i++) {
            var agreement = sign(monthly(contract, 2));
            assertThat(office.agreements.sign(
                            MARIA,
                            draft(null, Set.of(agreement.replaced().getFirst().receivableId()), 0, 0, 2)))
                    .as("while it runs")
                    .isEqualTo(Outcome.declined(new Problem.Conflict(
                            "in-agreement", "agreement " + agreement.agreement().id())));
            office.agreements
                    .breakByHand(MARIA, agreement.agreement().id(), null, "asked")
                    .orThrow();
        }
        assertThat(office.agreements.sign(MARIA, monthly(contract, 2)))
                .isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(declined.problem())
                        .isInstanceOfSatisfying(Problem.LimitReached.class, limit -> assertThat(limit.limit())
                                .isEqualTo("agreements-per-debt")));
    }

    @Test
    void aDebtThatIsWrittenAnewIsTheSameDebt() {
        long contract = blocked();
        var first = sign(monthly(contract, 2));
        var paper = first.instalments().getLast();
        for (int i = 0; i < 2; i++) {
            var agreement = i == 0 ? first : sign(monthly(contract, 2));
            office.agreements
                    .breakByHand(MARIA, agreement.agreement().id(), null, "asked")
                    .orThrow();
            office.receivables.list(contract, 0, 50).stream()
                    .filter(Receivable::isOpen)
                    .forEach(this::anew);
        }
        assertThat(office.agreements.sign(MARIA, monthly(contract, 2)))
                .as("more than twice")
                .isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(declined.problem())
                        .isInstanceOf(Problem.LimitReached.class));

        office.payments
                .receive(MARIA, office.payment("first agreement's boleto", paper, 199_80))
                .orThrow();
        assertThat(office.receivables.list(contract, 0, 50)).noneMatch(Receivable::isOpen);
        invariants.holdFor(contract);
    }

    @Test
    void whoeverPaysABrokenInstalmentWhoseDebtIsInTheNextAgreementPaysThat() {
        long contract = blocked();
        var first = sign(monthly(contract, 1));
        office.agreements
                .breakByHand(MARIA, first.agreement().id(), null, "asked")
                .orThrow();
        var second = sign(monthly(contract, 2));
        office.payments
                .receive(MARIA, office.payment("boleto", first.instalments().getFirst(), 199_80))
                .orThrow();
        assertThat(state(second)).isEqualTo(State.COMPLETED);
        invariants.holdFor(contract);
    }

    @Test
    void anInstalmentPaidByHandAndTakenBackHasLetTheOldDebtThrough() {
        relief("AT_FIRST_PAYMENT");
        long contract = blocked();
        sign(monthly(contract, 2)); // due on the 12th
        var payment = office.payments
                .receive(TestOffice.PEDRO, office.payment("by hand", contract, 99_90))
                .orThrow()
                .payment();
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
        office.clock.advance(Duration.ofDays(3));
        office.payments
                .reverse(TestOffice.PEDRO, payment.id(), null, "typing error")
                .orThrow();
        assertThat(office.bean(DebtReliefBook.class).of(contract))
                .containsExactly(new DebtRelief(
                        DebtRelief.Kind.PAID_BY_HAND, LocalDate.parse("2026-03-02"), LocalDate.parse("2026-03-05")));
    }

    @Test
    void oneSignedInErrorIsCancelledAndDoesNotCount() {
        long contract = blocked();
        for (int i = 0; i < 3; i++) {
            var agreement = sign(monthly(contract, 2));
            var instalment = agreement.instalments().getFirst();
            assertThat(office.receivables.cancel(MARIA, instalment.id(), null, "no"))
                    .isInstanceOf(Outcome.Declined.class);
            var cancelled = office.agreements
                    .cancel(MARIA, agreement.agreement().id(), null, "typing error")
                    .orThrow();
            assertThat(cancelled.agreement().state()).isEqualTo(State.CANCELLED);
            assertThat(cancelled.instalments()).extracting(Receivable::status).containsOnly(ReceivableStatus.CANCELLED);
        }
        invariants.holdFor(contract);
    }

    @Test
    void nothingIsTakenThatIsNotOverdueOrFarAway() {
        long contract = office.contract(BillingMode.POSTPAID);
        var ahead = office.monthly(contract, "2026-03-10");
        assertThat(office.agreements.sign(MARIA, monthly(contract, 2)))
                .isEqualTo(Outcome.declined(new Problem.Conflict("nothing-overdue", "contract " + contract)));
        assertThat(office.agreements.sign(MARIA, draft(null, Set.of(ahead.id()), 0, 0, 2)))
                .isEqualTo(Outcome.declined(
                        new Problem.Conflict("not-overdue", "receivable " + ahead.id() + " is due on 2026-03-10")));
        long late = blocked();
        assertThat(office.agreements.sign(
                        MARIA,
                        new AgreementDraft(
                                late, Set.of(), 0, 0, 0, null, 1, office.today().plusDays(90), "far")))
                .isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(declined.problem())
                        .isInstanceOf(Problem.Invalid.class));
    }

    /** The oracle pours each cent that came after signing into the old debt, oldest first. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatWasPaidIsInTheOldDebtOldestFirstToTheCent(long seed) {
        var random = new Random(seed);
        at("2026-05-04");
        long contract = office.contract(BillingMode.POSTPAID);
        for (var due : List.of("2026-02-10", "2026-03-10", "2026-04-10")) {
            office.monthly(contract, due);
        }
        if (random.nextBoolean()) {
            pay(contract, random.nextLong(1, 150_00));
        }
        var old = office.receivables.list(contract, 0, 10);
        var agreement = sign(draft(contract, Set.of(), random.nextLong(0, 50_00), 0, random.nextInt(1, 6)));
        long money = 0;
        for (int i = random.nextInt(5); i > 0; i--) {
            var payment = pay(contract, random.nextLong(1, 90_00));
            if (random.nextInt(3) == 0) {
                office.payments.reverse(MARIA, payment.id(), null, "random").orThrow();
            } else {
                money += payment.allocations().stream()
                        .mapToLong(Payment.Allocation::cents)
                        .sum();
            }
        }
        if (!state(agreement).isStanding()) {
            return;
        }
        office.agreements
                .breakByHand(MARIA, agreement.agreement().id(), null, "random")
                .orThrow();

        for (var each : old) {
            long expected = each.paidCents();
            while (each.isOpen() && money > 0 && expected < each.nominalCents()) {
                expected++;
                money--;
            }
            assertThat(office.receivables.find(each.id()).orElseThrow().paidCents())
                    .as("%s", each)
                    .isEqualTo(expected);
        }
        assertThat(office.agreements.find(agreement.agreement().id()).orElseThrow().moves().stream()
                        .filter(move -> move.to() == null)
                        .mapToLong(move -> move.cents())
                        .sum())
                .isEqualTo(money);
        invariants.holdFor(contract);
    }

    // --- situations

    /** Owes two months, due on 10 February (and 9 March, not yet): blocked by a run. Both are overdue on 11 March. */
    private long blocked() {
        office.clock.set(Fixtures.noon("2026-03-02"));
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-02-10");
        office.receivables
                .create(MARIA, TestOffice.monthlyDraft(contract, null, "2026-03-10"))
                .orThrow();
        office.sql.update(
                "update receivable set due_on = '2026-02-24', original_due_on = '2026-02-24' where due_on = '2026-03-10'");
        office.run();
        return contract;
    }

    private void bank() {
        office.sql.update(
                "insert into bank_agreement (name, kind, layout, daily, created_at)"
                        + " values ('itau-1', 'CNAB', '237-cnab400', true, ?)",
                office.clock.instant());
    }

    private void file(long sequence, String coversUntil) {
        office.sql.update(
                """
                insert into bank_file (
                    agreement_id, name, sha256, octets, state, sequence, covers_until, received_at, received_by, progress_at)
                select id, 'a.ret', sha256(cast(? as text)::bytea), 1, 'IMPORTED', ?, ?, ?, 'test', ? from bank_agreement
                """,
                "file " + sequence,
                sequence,
                LocalDate.parse(coversUntil),
                office.clock.instant(),
                office.clock.instant());
    }

    private void at(String day) {
        office.clock.set(Fixtures.noon(day));
    }

    private void relief(String when) {
        office.sql.update("update access_policy_version set agreement_relief = ?", when);
    }

    private AgreementDraft monthly(long contract, int instalments) {
        return draft(contract, Set.of(), 0, 0, instalments);
    }

    private AgreementDraft draft(
            @Nullable Long contract, Set<Long> receivables, long charges, long down, int instalments) {
        return new AgreementDraft(
                contract,
                receivables,
                charges,
                0,
                down,
                null,
                instalments,
                office.today().plusDays(10),
                "asked");
    }

    private Agreements.Detail sign(AgreementDraft draft) {
        return office.agreements.sign(MARIA, draft).orThrow().agreements().getFirst();
    }

    /** The same debt on another paper. */
    private Receivable anew(Receivable old) {
        return office.receivables
                .substitute(
                        MARIA,
                        old.id(),
                        null,
                        new Receivables.Substitute(old.nominalCents(), 0, null, old.dueOn(), "lost"))
                .orThrow();
    }

    private State state(Agreements.Detail of) {
        return office.agreements
                .find(of.agreement().id())
                .orElseThrow()
                .agreement()
                .state();
    }

    private List<Receivable> instalments(Agreements.Detail of) {
        return office.agreements.find(of.agreement().id()).orElseThrow().instalments();
    }

    private Payment pay(long contract, long cents) {
        return office.payments
                .receive(MARIA, office.payment("payment " + ++told, contract, cents))
                .orThrow()
                .payment();
    }

    private JobReport job() throws InterruptedException {
        return office.bean(BreakAgreements.class).run(office.clock.instant());
    }

    private static int day(String day) {
        return (int) LocalDate.parse(day).toEpochDay();
    }

    private static Consumer<JobReport> waitsFor(String part) {
        return report -> {
            assertThat(report.counts()).isEqualTo(JobReport.of("waiting", 1).counts());
            assertThat(report.waitsFor()).contains(part);
        };
    }
}
