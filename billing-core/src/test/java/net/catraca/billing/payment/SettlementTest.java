package net.catraca.billing.payment;

import static net.catraca.billing.calendar.BankingCalendar.NATIONAL;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.catraca.billing.payment.Settlement.Paid;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.LateCharges;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettlementTest {

    private static final LocalDate DUE = LocalDate.parse("2026-03-10");

    @Test
    void theWholeAmountSettlesOnTheDayItWasPaid() {
        var settled = unpaid(bill()).with(paid(1, DUE, 100_00)).settle(day -> 0);

        assertThat(settled.status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(settled.settledOn()).isEqualTo(DUE);
        assertThat(settled.paidCents()).isEqualTo(100_00);
    }

    @Test
    void aCentTooFewLeavesItOpen() {
        var partly = unpaid(bill()).with(paid(1, DUE, 99_99)).settle(day -> 0);

        assertThat(partly.status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(partly.settledOn()).isNull();
        assertThat(partly.paidCents()).isEqualTo(99_99);
    }

    @Test
    void partialPaymentsAddUpToTheDayOfTheLast() {
        var settled = unpaid(bill())
                .with(paid(1, DUE, 40_00))
                .with(paid(2, DUE.plusDays(9), 60_00))
                .settle(day -> 0);

        assertThat(settled.settledOn()).isEqualTo(DUE.plusDays(9));
    }

    @Test
    void theDiscountHoldsUpToItsLastDayAndNotADayLonger() {
        var onTime = unpaid(discounted()).with(paid(1, DUE, 90_00)).settle(day -> 0);
        var dayAfter =
                unpaid(discounted()).with(paid(1, DUE.plusDays(1), 90_00)).settle(day -> 0);

        assertThat(onTime.status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(dayAfter.status()).isEqualTo(ReceivableStatus.OPEN);
    }

    @Test
    void whatIsMissingWithinTheToleranceIsForgiven() {
        var forgiven = unpaid(bill()).with(paid(1, DUE, 98_00)).settle(day -> 2_00);
        var tooLittle = unpaid(bill()).with(paid(1, DUE, 97_99)).settle(day -> 2_00);

        assertThat(forgiven.status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(tooLittle.status()).isEqualTo(ReceivableStatus.OPEN);
    }

    @Test
    void nothingPaidIsNeverSettledHoweverLargeTheTolerance() {
        assertThat(unpaid(bill()).settle(day -> 1_000_00).status()).isEqualTo(ReceivableStatus.OPEN);
    }

    @Test
    void aReversedPaymentReopensWhatItHadCompleted() {
        var settled =
                new Settlement(bill(), List.of(paid(1, DUE, 40_00), paid(2, DUE, 60_00)), NATIONAL).settle(day -> 0);
        assertThat(settled.status()).isEqualTo(ReceivableStatus.SETTLED);

        var reopened = new Settlement(settled, List.of(paid(1, DUE, 40_00)), NATIONAL).settle(day -> 0);

        assertThat(reopened.status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(reopened.settledOn()).isNull();
        assertThat(reopened.paidCents()).isEqualTo(40_00);
    }

    @Test
    void aCancelledReceivableStaysCancelledWhateverIsPaid() {
        var cancelled = new Settlement(bill().cancelled("billed twice"), List.of(paid(1, DUE, 100_00)), NATIONAL);

        assertThat(cancelled.settle(day -> 0).status()).isEqualTo(ReceivableStatus.CANCELLED);
    }

    @Test
    void lateNewsOfAnEarlyPaymentTakesWhatTheLaterOneLeft() {
        // Ninety-five were paid after the discount had ended; five more from before it complete the nominal amount.
        var settlement = unpaid(discounted()).with(paid(1, DUE.plusDays(5), 95_00));

        assertThat(settlement.missingOn(DUE.minusDays(1))).isEqualTo(5_00);
        assertThat(settlement
                        .with(paid(2, DUE.minusDays(1), 5_00))
                        .settle(day -> 0)
                        .settledOn())
                .isEqualTo(DUE.plusDays(5));
    }

    @Test
    void whateverIsMissingSettlesAndACentLessDoesNot() {
        var random = new Random(20260310);
        for (int i = 0; i < 2_000; i++) {
            var settlement = randomly(random);
            var day = DUE.plusDays(random.nextInt(-10, 11));
            long missing = settlement.missingOn(day);
            if (missing == 0) {
                assertThat(settlement.settle(any -> 0).status()).isEqualTo(ReceivableStatus.SETTLED);
                continue;
            }
            assertThat(settlement.with(paid(9, day, missing)).settle(any -> 0).status())
                    .as("%s and %d on %s", settlement, missing, day)
                    .isEqualTo(ReceivableStatus.SETTLED);
            if (missing > 1) {
                assertThat(settlement
                                .with(paid(9, day, missing - 1))
                                .settle(any -> 0)
                                .status())
                        .as("%s and %d on %s", settlement, missing - 1, day)
                        .isEqualTo(ReceivableStatus.OPEN);
            }
        }
    }

    @ParameterizedTest(name = "a discount until {0}, paid on {1}: {2}")
    @CsvSource({
        "2026-03-13, 2026-03-13, SETTLED", // a Friday
        "2026-03-13, 2026-03-14, OPEN",
        "2026-03-14, 2026-03-14, SETTLED", // a Saturday: banks take it on Monday
        "2026-03-14, 2026-03-15, SETTLED",
        "2026-03-14, 2026-03-16, SETTLED",
        "2026-03-14, 2026-03-17, OPEN",
        "2026-04-03, 2026-04-06, SETTLED", // Good Friday
        "2026-04-03, 2026-04-07, OPEN",
        "2026-12-25, 2026-12-28, SETTLED",
        "2026-12-25, 2026-12-29, OPEN",
    })
    void aDiscountHoldsUpToTheNextBankingDay(LocalDate until, LocalDate paidOn, ReceivableStatus becomes) {
        var bill = bill(1, until.plusDays(10), 10_00, until);

        assertThat(unpaid(bill).missingOn(paidOn)).isEqualTo(becomes == ReceivableStatus.SETTLED ? 90_00 : 100_00);
        assertThat(unpaid(bill).with(paid(1, paidOn, 90_00)).settle(day -> 0).status())
                .isEqualTo(becomes);
        assertThat(LateCharges.of(bill, BillingRules.USUAL, NATIONAL, paidOn).payableCents())
                .isEqualTo(unpaid(bill).missingOn(paidOn));
    }

    @Test
    void theOrderOfTheNewsDoesNotMatter() {
        var random = new Random(4711);
        for (int i = 0; i < 500; i++) {
            var news = new ArrayList<>(randomly(random).paid());
            var one = new Settlement(discounted(), news, NATIONAL).settle(day -> 50);
            Collections.shuffle(news, random);
            assertThat(new Settlement(discounted(), news, NATIONAL).settle(day -> 50))
                    .isEqualTo(one);
        }
    }

    @Test
    void aPaymentForTheContractPaysTheOldestFirstAndKeepsWhatIsLeft() {
        var march = unpaid(bill(1, DUE));
        var april = unpaid(bill(2, DUE.plusMonths(1)));

        var spread = Spreading.oldestFirst(7, 250_00, DUE, List.of(april, march));

        assertThat(spread.shares())
                .containsExactly(new Payment.Allocation(1, 100_00), new Payment.Allocation(2, 100_00));
        assertThat(spread.left()).isEqualTo(50_00);
    }

    @Test
    void aPaymentThatIsTooSmallPaysAPartOfTheOldestOnly() {
        var spread =
                Spreading.oldestFirst(7, 30_00, DUE, List.of(unpaid(bill(1, DUE)), unpaid(bill(2, DUE.plusDays(1)))));

        assertThat(spread.shares()).containsExactly(new Payment.Allocation(1, 30_00));
        assertThat(spread.left()).isZero();
    }

    private static Settlement randomly(Random random) {
        var settlement = unpaid(discounted());
        for (int i = random.nextInt(5); i > 0; i--) {
            settlement = settlement.with(paid(i, DUE.plusDays(random.nextInt(-10, 11)), random.nextLong(1, 60_00)));
        }
        return settlement;
    }

    private static Settlement unpaid(Receivable receivable) {
        return new Settlement(receivable, List.of(), NATIONAL);
    }

    private static Paid paid(long payment, LocalDate on, long cents) {
        return new Paid(payment, on, cents);
    }

    private static Receivable bill() {
        return bill(1, DUE);
    }

    private static Receivable bill(long id, LocalDate due) {
        return bill(id, due, 0, null);
    }

    private static Receivable discounted() {
        return bill(1, DUE, 10_00, DUE);
    }

    private static Receivable bill(long id, LocalDate due, long discountCents, @Nullable LocalDate discountUntil) {
        return new Receivable(
                id,
                1,
                null,
                1,
                ReceivableKind.RECURRING,
                100_00,
                discountCents,
                discountUntil,
                due.minusDays(10),
                due,
                due,
                due.withDayOfMonth(1),
                due.withDayOfMonth(28),
                true,
                ReceivableStatus.OPEN,
                0,
                null,
                null);
    }
}
