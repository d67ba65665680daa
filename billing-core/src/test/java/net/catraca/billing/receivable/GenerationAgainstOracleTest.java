package net.catraca.billing.receivable;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.receivable.Skipped.Reason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A naive second opinion that knows only days: each has a price or none, each is billed once, and in the end what was
 * asked is the sum of the days. It sees the contract whole, where generation saw it day by day as it came.
 */
class GenerationAgainstOracleTest {

    private static final LocalDate BEGIN = LocalDate.parse("2026-01-01");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void eachDayIsAskedForOnceAtItsPrice(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 25; i++) {
            one(random, "seed " + seed + ", contract " + i);
        }
    }

    private static void one(Random random, String name) {
        var story = new BillingStory();
        story.mode = random.nextBoolean() ? BillingMode.PREPAID : BillingMode.POSTPAID;
        story.billingDay = 1 + random.nextInt(31);
        story.dueDay = 1 + random.nextInt(31);
        story.base = BEGIN.plusDays(random.nextInt(40));
        story.listCents = 8_000L + random.nextInt(4_000);
        story.rules = new BillingRules(random.nextInt(3), 100, 5, 200, 100, 0L, 0);
        Map<LocalDate, Long> prices = new HashMap<>();
        long plan = 1;
        boolean ends = random.nextInt(4) == 0;
        LocalDate open = null;
        LocalDate last = BEGIN.plusDays(500);
        for (var day = story.base; day.isBefore(last); day = day.plusDays(1)) {
            // Nothing changes towards the end, so that what is left to make up for finds a receivable.
            boolean quiet = day.isAfter(BEGIN.plusDays(250));
            int what = quiet ? -1 : random.nextInt(60);
            if (open != null && (quiet || what < 3)) {
                story.pauses.removeLast();
                if (day.isAfter(open)) {
                    story.pauses.add(DayWindow.of(open, day.minusDays(1)));
                }
                open = null;
            } else if (what == 3 && open == null) {
                open = day;
                story.pauses.add(DayWindow.of(day, null));
            } else if (what == 4) {
                story.exemptions.add(DayWindow.of(day, day.plusDays(random.nextInt(40))));
            } else if (what == 5) {
                // Known late, as when somebody forgot to write it down.
                var first = day.minusDays(random.nextInt(30));
                story.exemptions.add(DayWindow.of(first, first.plusDays(random.nextInt(20))));
            } else if (what == 6) {
                story.plan(++plan, 8_000L + random.nextInt(4_000), day);
            } else if (ends && what == 7 && story.endsOn == null) {
                story.endsOn = day.plusDays(random.nextInt(60));
            }
            prices.put(day, story.listCents);
            if (random.nextInt(quiet ? 8 : 3) == 0) {
                story.generate(day);
            }
        }
        for (var day = last; day.isBefore(last.plusDays(62)); day = day.plusDays(5)) {
            prices.put(day, story.listCents);
            story.generate(day);
        }
        var outcome = story.generate(last.plusDays(62));
        compare(story, prices, outcome, name);
    }

    private static void compare(BillingStory story, Map<LocalDate, Long> prices, Billing.Outcome outcome, String name) {
        long expected = 0;
        var lastCovered = story.receivables.stream()
                .map(Receivable::coverageLast)
                .filter(Objects::nonNull)
                .max(LocalDate::compareTo)
                .orElse(story.base.minusDays(1));
        for (var day = story.base; !day.isAfter(lastCovered); day = day.plusDays(1)) {
            var today = day;
            long covering = story.receivables.stream()
                    .filter(one ->
                            holds(DayWindow.of(Objects.requireNonNull(one.coverageFirst()), one.coverageLast()), today))
                    .count();
            boolean free = story.pauses.stream().anyMatch(window -> holds(window, today))
                    || story.exemptions.stream().anyMatch(window -> holds(window, today));
            boolean over = story.endsOn != null && day.isAfter(story.endsOn);
            assertThat(covering).as("%s: receivables that cover %s", name, day).isLessThanOrEqualTo(1);
            if (!free && !over) {
                assertThat(covering)
                        .as("%s: receivables that cover %s", name, day)
                        .isEqualTo(1);
                expected += cents(day, story.billingDay, prices.getOrDefault(day, story.listCents));
            }
        }
        long left = outcome.skipped().stream()
                .filter(skipped -> skipped.reason() == Reason.LEFT_OVER)
                .mapToLong(Skipped::cents)
                .sum();
        assertThat(story.asked() + left).as(name).isEqualTo(expected);
        story.bills.values().forEach(bill -> assertThat(bill.nominalCents())
                .as("%s: %s", name, bill)
                .isPositive());
    }

    private static boolean holds(DayWindow window, LocalDate day) {
        return window.firstDay() <= day.toEpochDay() && day.toEpochDay() <= window.lastDay();
    }

    /** The day's share: what the days up to it cost, rounded, less what those before it cost, rounded. */
    private static long cents(LocalDate day, int billingDay, long price) {
        var first = day;
        while (!begins(first, billingDay)) {
            first = first.minusDays(1);
        }
        var next = day.plusDays(1);
        while (!begins(next, billingDay)) {
            next = next.plusDays(1);
        }
        long whole = ChronoUnit.DAYS.between(first, next);
        long before = ChronoUnit.DAYS.between(first, day);
        return share(price, before + 1, whole) - share(price, before, whole);
    }

    private static boolean begins(LocalDate day, int billingDay) {
        return day.getDayOfMonth() == Math.min(billingDay, day.lengthOfMonth());
    }

    private static long share(long price, long part, long whole) {
        return BigDecimal.valueOf(price)
                .multiply(BigDecimal.valueOf(part))
                .divide(BigDecimal.valueOf(whole), 0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
