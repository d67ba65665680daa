package net.catraca.billing.receivable;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BillingPeriodTest {

    @ParameterizedTest
    @CsvSource({
        "2026-03-10, 10, 2026-03-10, 2026-04-09",
        "2026-03-09, 10, 2026-02-10, 2026-03-09",
        "2026-01-05, 10, 2025-12-10, 2026-01-09",
        "2026-03-15,  1, 2026-03-01, 2026-03-31",
        // Short months: the last day stands for those that are missing.
        "2026-02-15, 31, 2026-01-31, 2026-02-27",
        "2026-02-28, 31, 2026-02-28, 2026-03-30",
        "2026-03-31, 31, 2026-03-31, 2026-04-29",
        "2026-04-30, 31, 2026-04-30, 2026-05-30",
        "2028-02-29, 30, 2028-02-29, 2028-03-29",
        "2028-02-28, 29, 2028-01-29, 2028-02-28",
    })
    void aPeriodRunsFromOneBillingDayToTheEveOfTheNext(LocalDate day, int billingDay, LocalDate first, LocalDate last) {
        assertThat(BillingPeriod.containing(day, billingDay)).isEqualTo(new BillingPeriod(first, last));
    }

    @ParameterizedTest
    @CsvSource({"1", "10", "28", "29", "30", "31"})
    void periodsFollowEachOtherWithoutGapOrOverlap(int billingDay) {
        var period = BillingPeriod.containing(LocalDate.parse("2023-12-31"), billingDay);
        for (int i = 0; i < 60; i++) {
            var next = period.plus(1, billingDay);
            assertThat(next.first()).isEqualTo(period.last().plusDays(1));
            assertThat(next.plus(-1, billingDay)).isEqualTo(period);
            period = next;
        }
    }

    @ParameterizedTest
    @CsvSource({
        // of 30 days at 99.90, a day is 3.33
        "2026-04-10, 2026-05-09, 9990, 2026-04-10, 2026-04-10, 333",
        "2026-04-10, 2026-05-09, 9990, 2026-04-25, 2026-05-09, 4995",
        // of 31 days at 100.00: 3.2258… a day; ten days are 32.26, the other 21 are what is left
        "2026-03-01, 2026-03-31, 10000, 2026-03-01, 2026-03-10, 3226",
        "2026-03-01, 2026-03-31, 10000, 2026-03-11, 2026-03-31, 6774",
        // half a cent is rounded up: 15 of 30 days of 0.01
        "2026-04-01, 2026-04-30, 1, 2026-04-01, 2026-04-15, 1",
        "2026-04-01, 2026-04-30, 1, 2026-04-16, 2026-04-30, 0",
    })
    void aPartCostsByDaysToTheCent(
            LocalDate first, LocalDate last, long price, LocalDate from, LocalDate to, long cents) {
        var period = new BillingPeriod(first, last);
        long sum = 0;
        for (var day = from; !day.isAfter(to); day = day.plusDays(1)) {
            sum += period.cents(price, (int) day.toEpochDay());
        }
        assertThat(sum).isEqualTo(cents);
    }

    @Test
    void thePartsOfAPeriodMakeUpItsPriceHoweverItIsCut() {
        var random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            int billingDay = 1 + random.nextInt(31);
            var period = BillingPeriod.containing(LocalDate.ofEpochDay(20_000 + random.nextInt(2000)), billingDay);
            long price = random.nextInt(1_000_000);
            long[] parts = new long[1 + random.nextInt(5)];
            for (var day = period.first(); !day.isAfter(period.last()); day = day.plusDays(1)) {
                long cents = period.cents(price, (int) day.toEpochDay());
                assertThat(cents).isBetween(price / period.days() - 1, price / period.days() + 1);
                parts[random.nextInt(parts.length)] += cents;
            }
            assertThat(java.util.Arrays.stream(parts).sum()).isEqualTo(price);
        }
    }
}
