package net.catraca.billing.receivable;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.testing.Fixtures.day;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.receivable.Standing.Owed;
import net.catraca.billing.testing.BooksBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandingTest {

    @Nested
    class PaidUntil {

        @Test
        void isTheLastDayOfTheUnbrokenRunFromTheFinancialBaseDate() {
            assertThat(paidUntil(threeMonths().settle(1))).isEqualTo("2026-01-31");
            assertThat(paidUntil(threeMonths().settle(1).settle(2))).isEqualTo("2026-02-28");
            assertThat(paidUntil(threeMonths().settle(1).settle(3)))
                    .as("February is missing")
                    .isEqualTo("2026-01-31");
            assertThat(paidUntil(threeMonths().settle(1).settle(2).settle(3))).isEqualTo("2026-03-31");
        }

        @Test
        void isNoneWhenTheFirstPeriodIsUnpaid() {
            assertThat(paidUntil(threeMonths().settle(2).settle(3))).isNull();
            assertThat(paidUntil(new BooksBuilder())).isNull();
        }

        @Test
        void countsFromTheFinancialBaseDateWithinAPeriod() {
            assertThat(paidUntil(threeMonths().settle(1).baseDate("2026-01-15")))
                    .isEqualTo("2026-01-31");
            assertThat(paidUntil(threeMonths().settle(1).baseDate("2025-12-31")))
                    .as("a day before the first covered one")
                    .isNull();
        }

        @Test
        void doesNotDependOnTheOrderOrOverlapOfPeriods() {
            var books = new BooksBuilder()
                    .recurring(3, "2026-02-05", "2026-02-10", "2026-02-28")
                    .recurring(2, "2026-02-05", "2026-01-20", "2026-02-12")
                    .recurring(1, "2026-01-05", "2026-01-01", "2026-01-31");
            assertThat(paidUntil(books.settle(1).settle(2).settle(3))).isEqualTo("2026-02-28");
        }

        @Test
        void goesOnOverALeapDay() {
            var books = new BooksBuilder()
                    .baseDate("2028-02-01")
                    .recurring(1, "2028-02-05", "2028-02-01", "2028-02-29")
                    .recurring(2, "2028-03-05", "2028-03-01", "2028-03-31")
                    .settle(1)
                    .settle(2);
            assertThat(paidUntil(books)).isEqualTo("2028-03-31");
        }

        @Test
        void pausedAndExemptDaysAreCovered() {
            assertThat(paidUntil(threeMonths().settle(1).pause(day("2026-02-01"), day("2026-02-10"))))
                    .isEqualTo("2026-02-10");
            assertThat(paidUntil(threeMonths().settle(1).exemption(day("2026-02-01"), day("2026-02-10"))))
                    .isEqualTo("2026-02-10");
            assertThat(paidUntil(threeMonths()
                            .settle(1)
                            .settle(3)
                            .pause(day("2026-01-20"), day("2026-02-14"))
                            .exemption(day("2026-02-15"), day("2026-02-28"))))
                    .isEqualTo("2026-03-31");
        }

        @Test
        void aPauseWithoutAnEndAddsNoDayUntilItGetsOne() {
            var books = threeMonths().settle(1).pause(day("2026-02-01"), null);
            assertThat(paidUntil(books)).isEqualTo("2026-01-31");
            assertThat(paidUntil(books.endPausesAndExemptions(day("2026-02-20"))))
                    .isEqualTo("2026-02-20");
        }

        @Test
        void replacedByAnAgreementCountsAsCoveredAndBrokenNoLonger() {
            var books = threeMonths().settle(1).renegotiate(2);
            assertThat(paidUntil(books)).isEqualTo("2026-02-28");
            assertThat(paidUntil(books.reverse(2))).isEqualTo("2026-01-31");
        }

        @Test
        void cancelledCoversNothing() {
            assertThat(paidUntil(threeMonths().settle(1).cancel(2).settle(3))).isEqualTo("2026-01-31");
        }

        private static @Nullable LocalDate paidUntil(BooksBuilder books) {
            return date(books.standing().paidUntilDay());
        }
    }

    @Nested
    class LateByADueDate {

        /** The effective due day is day 0. */
        @ParameterizedTest
        @CsvSource({
            "2026-09-16, 2026-09-16", // Wednesday
            "2026-09-19, 2026-09-21", // Saturday
            "2026-09-20, 2026-09-21", // Sunday
            "2026-09-07, 2026-09-08", // Independence Day
            "2026-02-14, 2026-02-18", // Saturday of Carnival
            "2026-02-16, 2026-02-18",
            "2026-02-17, 2026-02-18",
            "2026-04-03, 2026-04-06", // Good Friday
            "2026-12-25, 2026-12-28",
            "2028-02-26, 2028-03-01", // Carnival over a leap day
            "2026-01-31, 2026-02-02" // Saturday, over a month's end
        })
        void dayZeroIsTheDueDayOrTheNextBankingDay(LocalDate dueOn, LocalDate dayZero) {
            var standing = new BooksBuilder()
                    .recurring(1, dueOn.toString(), "2026-01-01", "2026-01-31")
                    .standing();
            assertThat(date(standing.lateSinceDay())).isEqualTo(dayZero);
        }

        @Test
        void aLocalHolidayMovesItToo() {
            var books = new BooksBuilder().recurring(1, "2026-09-16", "2026-09-01", "2026-09-30");
            var local = new BankingCalendar(Set.of(day("2026-09-16"), day("2026-09-17")));
            assertThat(date(books.calendar(local).standing().lateSinceDay())).isEqualTo("2026-09-18");
        }

        @Test
        void theOldestUnpaidOneCounts() {
            assertThat(date(threeMonths().standing().lateSinceDay())).isEqualTo("2026-01-12");
            assertThat(date(threeMonths().settle(1).standing().lateSinceDay())).isEqualTo("2026-02-10");
            assertThat(threeMonths()
                            .settle(1)
                            .cancel(2)
                            .renegotiate(3)
                            .standing()
                            .lateSinceDay())
                    .isEqualTo(NO_DAY);
        }

        @Test
        void oneThatDoesNotCountForBlockingDoesNot() {
            var books =
                    new BooksBuilder().oneOff(1, "2026-01-10").recurring(2, "2026-02-10", "2026-01-01", "2026-01-31");
            assertThat(date(books.standing().lateSinceDay())).isEqualTo("2026-02-10");
        }

        @Test
        void renegotiatedOnesAreCountedApart() {
            var standing = new BooksBuilder()
                    .instalment(1, "2026-01-12")
                    .recurring(2, "2026-02-10", "2026-01-01", "2026-01-31")
                    .standing();
            assertThat(date(standing.lateSinceDay())).isEqualTo("2026-02-10");
            assertThat(date(standing.renegotiatedLateSinceDay())).isEqualTo("2026-01-12");
        }

        @Test
        void postponedItCountsFromItsNewDay() {
            assertThat(date(threeMonths().postpone(1, "2026-02-05").standing().lateSinceDay()))
                    .isEqualTo("2026-02-05");
        }

        @Test
        void postpaidIsNotLateByPaidUntil() {
            assertThat(threeMonths().settle(1).standing().lapsedSinceDay()).isEqualTo(NO_DAY);
        }
    }

    @Nested
    class LateByTheEndOfPaidUntil {

        @Test
        void dayZeroIsPaidUntil() {
            assertThat(lapsedSince(prepaid().settle(1))).isEqualTo("2026-01-31");
            assertThat(lapsedSince(prepaid().settle(1).settle(2))).isEqualTo("2026-02-28");
        }

        @Test
        void nobodyIsLateForAPeriodWithoutAnIssuedPayableReceivable() {
            assertThat(lapsedSince(prepaid().settle(1).settle(2).settle(3))).isNull();
            assertThat(lapsedSince(prepaid().settle(1).cancel(2)))
                    .as("March is issued, February is a gap")
                    .isNull();
            var notCounting = BooksBuilder.receivable(2, ReceivableKind.RECURRING, day("2026-01-10"), day("2026-02-10"))
                    .covering(day("2026-02-01"), day("2026-02-28"))
                    .notCounting();
            assertThat(lapsedSince(prepaid().settle(1).receivable(notCounting))).isNull();
        }

        @Test
        void notBeforeItWasIssued() {
            var issuedLate = BooksBuilder.receivable(2, ReceivableKind.RECURRING, day("2026-02-04"), day("2026-02-10"))
                    .covering(day("2026-02-01"), day("2026-02-28"));
            assertThat(lapsedSince(prepaid().settle(1).receivable(issuedLate))).isEqualTo("2026-02-04");
        }

        @Test
        void nobodyWhoNeverPaidHasAPaidUntilToLoseAndTheDueDayCounts() {
            assertThat(lapsedSince(prepaid())).isNull();
            assertThat(date(prepaid().standing().lateSinceDay())).isEqualTo("2026-01-12");
        }

        @Test
        void postponingIsReliefTheDueDayCountsThen() {
            var books = prepaid().settle(1).postpone(2, "2026-02-20");
            assertThat(lapsedSince(books)).isNull();
            assertThat(date(books.standing().lateSinceDay())).isEqualTo("2026-02-20");
        }

        @Test
        void aPauseCarriesItToThePausesEnd() {
            var books = prepaid().settle(1).pause(day("2026-01-25"), day("2026-02-09"));
            assertThat(lapsedSince(books)).isEqualTo("2026-02-09");
        }

        private static @Nullable LocalDate lapsedSince(BooksBuilder books) {
            return date(books.standing().lapsedSinceDay());
        }
    }

    @Nested
    class Explanation {

        @Test
        void namesWhatIsOwedThoseFirstThatAreLateFirst() {
            var standing = prepaid().settle(1).instalment(9, "2026-02-05").standing();
            assertThat(standing.owed())
                    .extracting(
                            owed -> owed.receivable() == null
                                    ? 0
                                    : owed.receivable().id(),
                            Owed::dayZero)
                    .containsExactly(
                            tuple(2L, epochDay("2026-01-31")),
                            tuple(9L, epochDay("2026-02-05")),
                            tuple(3L, epochDay("2026-03-10")));
        }

        @Test
        void namesWhatIsLateOnADay() {
            var standing = threeMonths().standing();
            assertThat(standing.lateOn(epochDay("2026-01-12")).receivableIds())
                    .as("day 0 is not late")
                    .isEmpty();
            assertThat(standing.lateOn(epochDay("2026-01-13")).receivableIds()).isEqualTo(Set.of(1L));
            assertThat(standing.lateOn(epochDay("2026-03-11")).receivableIds()).isEqualTo(Set.of(1L, 2L, 3L));
        }

        @Test
        void aDebtIsAsOldAsItsFirstDueDateHoweverOftenItIsPostponed() {
            var standing = threeMonths().postpone(1, "2026-02-05").standing();
            assertThat(date(standing.debtSinceDay(epochDay("2026-02-06")))).isEqualTo("2026-01-10");
            assertThat(standing.debtSinceDay(epochDay("2026-02-05")))
                    .as("nothing is late")
                    .isEqualTo(NO_DAY);
        }

        @Test
        void restrictedToSomeOfItKeepsTheirDays() {
            var standing = threeMonths().standing().restrictedTo(Set.of(3L));
            assertThat(date(standing.lateSinceDay())).isEqualTo("2026-03-10");
            assertThat(standing.restrictedTo(Set.of()).owed()).isEqualTo(List.of());
        }
    }

    /** January to March, issued and unpaid, due on the 10th (10 January is a Saturday). */
    private static BooksBuilder threeMonths() {
        return new BooksBuilder()
                .recurring(1, "2026-01-10", "2026-01-01", "2026-01-31")
                .recurring(2, "2026-02-10", "2026-02-01", "2026-02-28")
                .recurring(3, "2026-03-10", "2026-03-01", "2026-03-31");
    }

    private static BooksBuilder prepaid() {
        return threeMonths().mode(BillingMode.PREPAID);
    }

    private static @Nullable LocalDate date(int day) {
        return day == NO_DAY ? null : LocalDate.ofEpochDay(day);
    }

    private static int epochDay(String day) {
        return (int) day(day).toEpochDay();
    }
}
