package net.catraca.billing.receivable;

import static net.catraca.billing.testing.Fixtures.day;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.receivable.Bill.Adjustment;
import net.catraca.billing.receivable.Bill.Why;
import net.catraca.billing.receivable.Skipped.Reason;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationTest {

    private final BillingStory story = new BillingStory();

    @Nested
    class Periods {

        /** Days of the month: base, billing, due; the day of issue; and the first receivable. */
        @ParameterizedTest
        @CsvSource({
            // On the billing day the period is whole.
            "POSTPAID, 2026-01-10, 10, 10, 2026-01-10, 2026-01-10, 2026-02-09, 2026-02-10, 9990",
            "POSTPAID, 2026-01-10, 10, 20, 2026-01-10, 2026-01-10, 2026-02-09, 2026-02-20, 9990",
            "POSTPAID, 2026-01-10, 10,  5, 2026-01-10, 2026-01-10, 2026-02-09, 2026-03-05, 9990",
            // Joined in mid-month: 12 of 31 days.
            "POSTPAID, 2026-01-20,  1, 10, 2026-01-20, 2026-01-20, 2026-01-31, 2026-02-10, 3867",
            // 31st: clamped in February.
            "POSTPAID, 2026-01-31, 31, 31, 2026-01-31, 2026-01-31, 2026-02-27, 2026-02-28, 9990",
            // Prepaid: due on the last due day that is not after the first covered one, but payable.
            "PREPAID,  2026-01-10, 10, 10, 2026-01-02, 2026-01-10, 2026-02-09, 2026-01-10, 9990",
            "PREPAID,  2026-01-10, 10, 10, 2026-01-10, 2026-01-10, 2026-02-09, 2026-01-15, 9990",
            "PREPAID,  2026-02-10, 10,  5, 2026-01-20, 2026-02-10, 2026-03-09, 2026-02-05, 9990",
            "PREPAID,  2026-03-01,  1, 31, 2026-02-01, 2026-03-01, 2026-03-31, 2026-02-28, 9990",
        })
        void theFirstReceivable(
                BillingMode mode,
                LocalDate base,
                int billingDay,
                int dueDay,
                LocalDate issued,
                LocalDate first,
                LocalDate last,
                LocalDate due,
                long cents) {
            story.mode = mode;
            story.base = base;
            story.billingDay = billingDay;
            story.dueDay = dueDay;

            var bill = story.draw(issued).bills().getFirst();

            assertThat(bill.coverageFirst()).isEqualTo(first);
            assertThat(bill.coverageLast()).isEqualTo(last);
            assertThat(bill.dueOn()).isEqualTo(due);
            assertThat(bill.nominalCents()).isEqualTo(cents);
        }

        @Test
        void aPostpaidPeriodIsIssuedWhenItBeginsAndAPrepaidOneWhenTheOneBeforeBegins() {
            assertThat(story.generate("2026-01-10").bills()).hasSize(1);
            assertThat(story.generate("2026-02-09").bills()).isEmpty();
            assertThat(story.generate("2026-02-10").bills()).hasSize(1);

            var prepaid = new BillingStory();
            prepaid.mode = BillingMode.PREPAID;
            assertThat(prepaid.generate("2025-12-09").skipped())
                    .extracting(Skipped::reason)
                    .containsExactly(Reason.NOT_BEGUN);
            assertThat(prepaid.generate("2025-12-10").bills()).hasSize(1);
            assertThat(prepaid.generate("2026-01-10").bills())
                    .extracting(Bill::coverageFirst, Bill::dueOn)
                    .containsExactly(tuple(day("2026-02-10"), day("2026-02-10")));
        }

        @Test
        void aBookletOfTwelveIsIssuedAtOnce() {
            story.rules = rules(11, 100);
            var bills = story.generate("2026-01-10").bills();
            assertThat(bills).hasSize(12);
            assertThat(bills.getLast().coverageLast()).isEqualTo("2027-01-09");
            assertThat(story.generate("2026-02-09").bills()).isEmpty();
            assertThat(story.generate("2026-02-10").bills()).hasSize(1);
        }

        @Test
        void nothingIsIssuedTwice() {
            story.generate("2026-03-10");
            var again = story.generate("2026-03-10");
            assertThat(again.bills()).isEmpty();
            assertThat(again.skipped()).extracting(Skipped::reason).containsOnly(Reason.ISSUED);
        }

        @Test
        void missedPeriodsAreMadeUpForAndOlderOnesAreTold() {
            var outcome = story.generate("2026-07-15");
            assertThat(outcome.bills())
                    .extracting(Bill::coverageFirst)
                    .containsExactly(day("2026-04-10"), day("2026-05-10"), day("2026-06-10"), day("2026-07-10"));
            assertThat(outcome.bills().getFirst().dueOn()).as("days to pay").isEqualTo("2026-07-20");
            assertThat(outcome.skipped())
                    .extracting(Skipped::reason, Skipped::first)
                    .containsExactly(tuple(Reason.TOO_OLD, day("2026-03-10")));
        }

        @Test
        void whatAnotherHandHasBilledIsLeftAlone() {
            story.made("2026-01-10", "2026-01-24", ReceivableStatus.SETTLED);
            var bill = story.generate("2026-01-10").bills().getFirst();
            assertThat(bill.coverageFirst()).isEqualTo("2026-01-25");
            assertThat(bill.coverageLast()).isEqualTo("2026-02-09");
            assertThat(bill.chargedDays()).isEqualTo(16);
            // 31 days; 15 days cost 48.34 (4,833.87)
            assertThat(bill.nominalCents()).isEqualTo(9990 - 4834);
        }

        @Test
        void whatAPersonCancelledIsNotIssuedAgain() {
            story.made("2026-01-10", "2026-02-09", ReceivableStatus.CANCELLED);
            assertThat(story.generate("2026-01-10").bills()).isEmpty();
        }

        @Test
        void aNewBillingDayBeginsWithTheDaysInBetween() {
            story.generate("2026-01-10");
            story.billingDay = 20;
            var bill = story.generate("2026-02-10").bills().getFirst();
            assertThat(bill.coverageFirst()).isEqualTo("2026-02-10");
            assertThat(bill.coverageLast()).isEqualTo("2026-02-19");
            assertThat(bill.chargedDays()).isEqualTo(10);
            assertThat(bill.periodDays()).isEqualTo(31);
            assertThat(bill.adjustments())
                    .as("the period of before stays as it was")
                    .isEmpty();
        }
    }

    @Nested
    class Skips {

        @Test
        void whoseMoneyAnErpKeepsWhoWaitsAndWhoIsFree() {
            story.moneySource = MoneySource.ERP;
            assertThat(reasons("2026-03-10")).containsExactly(Reason.ERP);
            story.moneySource = MoneySource.LOCAL;
            story.status = ContractStatus.AWAITING_ACTIVATION;
            assertThat(reasons("2026-03-10")).containsExactly(Reason.AWAITING_ACTIVATION);
            story.status = ContractStatus.ACTIVE;
            story.ownCents = 0L;
            assertThat(reasons("2026-01-10")).containsExactly(Reason.FREE);
            story.base = day("2027-01-01");
            assertThat(reasons("2026-03-10")).containsExactly(Reason.NOT_BEGUN);
        }

        @Test
        void generationStopsAtTheLimitOfOpenReceivables() {
            story.unpaid().rules = rules(null, 2);
            assertThat(story.generate("2026-01-10").bills()).hasSize(1);
            assertThat(story.generate("2026-02-10").bills()).hasSize(1);
            var third = story.generate("2026-03-10");
            assertThat(third.bills()).isEmpty();
            assertThat(third.skipped())
                    .extracting(Skipped::reason, Skipped::first)
                    .contains(tuple(Reason.OPEN_LIMIT, day("2026-03-10")));

            story.receivables.set(0, BillingStory.settled(story.receivables.getFirst()));
            assertThat(story.generate("2026-03-11").bills())
                    .as("paid: what was missed is issued")
                    .extracting(Bill::coverageFirst)
                    .containsExactly(day("2026-03-10"));
        }

        private java.util.List<Reason> reasons(String on) {
            return story.draw(on).skipped().stream().map(Skipped::reason).toList();
        }
    }

    @Nested
    class PausesAndExemptions {

        @Test
        void pausedAndExemptDaysAreNotCharged() {
            story.pause("2026-01-20", "2026-01-29").exempt("2026-02-08", "2026-02-09");
            var bill = story.generate("2026-01-10").bills().getFirst();
            assertThat(bill.chargedDays()).isEqualTo(19);
            assertThat(bill.coverageFirst()).isEqualTo("2026-01-10");
            assertThat(bill.coverageLast()).isEqualTo("2026-02-07");
            // cum(10) + cum(29) - cum(20), of 31 days at 99.90
            assertThat(bill.nominalCents()).isEqualTo(3223 + 9345 - 6445);
        }

        @Test
        void wholePeriodsAreSkippedWithTheReason() {
            story.pause("2026-01-01", "2026-02-09").exempt("2026-02-10", null);
            assertThat(story.generate("2026-02-10").skipped())
                    .extracting(Skipped::reason, Skipped::first)
                    .containsExactly(tuple(Reason.PAUSED, day("2026-01-10")), tuple(Reason.EXEMPT, day("2026-02-10")));
        }

        @Test
        void daysAfterAPauseThatHadNoEndGetAReceivableOfTheirOwn() {
            story.pause("2026-01-20", null);
            assertThat(story.generate("2026-01-10").bills())
                    .extracting(Bill::coverageLast)
                    .containsExactly(day("2026-01-19"));
            assertThat(story.generate("2026-02-10").bills()).isEmpty();

            story.pauses.clear();
            story.pause("2026-01-20", "2026-02-14");
            assertThat(story.generate("2026-02-15").bills())
                    .extracting(Bill::coverageFirst, Bill::coverageLast, Bill::chargedDays)
                    .containsExactly(tuple(day("2026-02-15"), day("2026-03-09"), 23));
        }

        @Test
        void aPauseAfterIssueIsCreditedByTheNextReceivable() {
            story.generate("2026-01-10");
            story.pause("2026-01-20", "2026-01-29");
            var next = story.generate("2026-02-10").bills().getFirst();
            assertThat(next.adjustments()).containsExactly(new Adjustment(1, -(6445 - 3223), Why.PAUSE));
            assertThat(next.nominalCents()).isEqualTo(9990 - 3222);
            assertThat(story.generate("2026-03-10").bills().getFirst().adjustments())
                    .as("once")
                    .isEmpty();
        }

        @Test
        void aPauseThatIsTakenBackIsChargedAgain() {
            story.pause("2026-01-20", "2026-01-29").generate("2026-01-10");
            story.pauses.clear();
            assertThat(story.generate("2026-02-10").bills().getFirst().adjustments())
                    .containsExactly(new Adjustment(1, 3222, Why.PAUSE));
        }

        @Test
        void moreCreditThanThePriceSettlesAPeriodAndGoesOn() {
            story.rules = rules(2, 100);
            story.generate("2026-01-10");
            // Three months are issued and paid; two and a half of them turn out to be free.
            story.exempt("2026-01-25", "2026-04-09");
            var april = story.generate("2026-02-10").bills().getFirst();
            assertThat(april.coverageFirst()).isEqualTo("2026-04-10");
            assertThat(april.paidByCredit()).isTrue();
            assertThat(april.nominalCents()).isEqualTo(9990);
            assertThat(april.adjustments().stream().mapToLong(Adjustment::cents).sum())
                    .isEqualTo(-9990);
            story.generate("2026-03-10");
            story.generate("2026-04-10");
            assertThat(story.bills.values().stream().filter(Bill::paidByCredit)).hasSize(2);
            // Whole: April, May, June and the first fifteen days of January, 48.34.
            assertThat(story.asked()).isEqualTo(3 * 9990 + 4834);
        }
    }

    @Nested
    class PlanChange {

        @Test
        void theDifferenceOfTheDaysLeftIsOnTheNextReceivable() {
            story.generate("2026-04-10");
            int issued = story.receivables.size();
            story.plan(2, 129_90, day("2026-04-25"));
            assertThat(story.generate("2026-04-25").bills())
                    .as("nothing at once")
                    .isEmpty();

            var next = story.generate("2026-05-10").bills().getFirst();
            // 15 of 30 days: 64.95 instead of 49.95
            assertThat(next.adjustments()).containsExactly(new Adjustment(issued, 15_00, Why.PLAN_CHANGE));
            assertThat(next.nominalCents()).isEqualTo(129_90 + 15_00);
        }

        @Test
        void aCheaperPlanIsCredited() {
            story.generate("2026-04-10");
            story.plan(2, 69_90, day("2026-04-25"));
            var next = story.generate("2026-05-10").bills().getFirst();
            assertThat(next.nominalCents()).isEqualTo(69_90 - 15_00);
        }

        @Test
        void beforeIssueThePeriodIsSplit() {
            story.base = day("2026-04-10");
            story.plan(2, 129_90, day("2026-04-25"));
            var bill = story.generate("2026-04-26").bills().getFirst();
            assertThat(bill.nominalCents()).isEqualTo(49_95 + 64_95);
            assertThat(bill.adjustments()).isEmpty();
        }

        @Test
        void thePlansNewListPriceHoldsFromTheNextPeriodOn() {
            story.generate("2026-04-10");
            story.listCents = 109_90;
            var next = story.generate("2026-05-10").bills().getFirst();
            assertThat(next.nominalCents()).isEqualTo(109_90);
            assertThat(next.adjustments()).isEmpty();
            story.plan(2, 129_90, day("2026-05-25"));
            assertThat(story.generate("2026-06-10").bills().getFirst().adjustments())
                    .as("the old periods keep their price")
                    .hasSize(1);
        }
    }

    @Nested
    class Ends {

        @Test
        void aContractThatIsNotRenewedGetsNothingAfterItsEnd() {
            story.endsOn = day("2026-02-19");
            assertThat(story.generate("2026-02-10").bills())
                    .extracting(Bill::coverageLast, Bill::chargedDays)
                    .contains(tuple(day("2026-02-19"), 10));
            var after = story.generate("2026-03-10");
            assertThat(after.bills()).isEmpty();
            assertThat(after.skipped()).extracting(Skipped::reason).contains(Reason.ENDED);

            story.endsOn = day("2027-02-19");
            assertThat(story.generate("2026-03-11").bills())
                    .as("renewed")
                    .extracting(Bill::coverageFirst)
                    .containsExactly(day("2026-02-20"), day("2026-03-10"));
        }

        @Test
        void anOpenReceivableIsCutAtTheCancellationAndLaterOnesAreTakenBack() {
            story.unpaid().rules = rules(1, 100);
            story.generate("2026-04-10");
            int before = story.receivables.size();
            story.cancel("2026-04-24");
            var outcome = story.generate("2026-04-24");
            assertThat(outcome.bills()).isEmpty();
            assertThat(outcome.cuts())
                    .extracting(Cut::nominalCents, Cut::coverageLast)
                    .containsExactly(tuple(49_95L, day("2026-04-24")), tuple(0L, null));
            assertThat(story.receivables).hasSize(before - 1);
            assertThat(story.generate("2026-04-25").writesNothing()).isTrue();
        }

        @Test
        void whatWasPaidBeyondTheEndIsLeftToAPerson() {
            story.generate("2026-04-10");
            story.cancel("2026-04-24");
            var outcome = story.generate("2026-04-24");
            assertThat(outcome.cuts()).isEmpty();
            assertThat(outcome.skipped())
                    .extracting(Skipped::reason, Skipped::cents)
                    .contains(tuple(Reason.LEFT_OVER, -49_95L));
        }
    }

    @Test
    void aDiscountIsSharedOutByDaysAndEndsBeforeTheDueDate() {
        story.rules = new BillingRules(null, 100, 5, 150, 50, 10_00L, 3);
        story.base = day("2026-04-25");
        var bill = story.generate("2026-04-25").bills().getFirst();
        assertThat(bill.nominalCents()).isEqualTo(49_95);
        assertThat(bill.discountCents()).isEqualTo(5_00);
        assertThat(bill.discountUntil()).isEqualTo("2026-05-07");
        assertThat(bill.lateTerms()).isEqualTo(new LateTerms(150, 50));
    }

    private static BillingRules rules(@org.jspecify.annotations.Nullable Integer ahead, int limit) {
        return new BillingRules(ahead, limit, 5, 200, 100, 0L, 0);
    }
}
