package net.catraca.billing.receivable;

import static net.catraca.billing.testing.BooksBuilder.receivable;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.testing.BooksBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The corner cases of paid-until in one table: January to March 2026, due on the 10th, unless told otherwise. Those
 * that begin with money (part, tolerance, credit, reversal) are in PaymentsTest and AgreementsTest, too.
 */
class PaidUntilTest {

    /**
     * @param paidUntil null: nothing is covered
     * @param chain "by receivable: first..last" of each link
     * @param end "why: from..to receivable"
     * @param lateSince day 0 by due dates
     */
    record Case(
            String name,
            BooksBuilder books,
            @Nullable String paidUntil,
            String chain,
            String end,
            @Nullable String lateSince) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("nothing paid", year(), null, "", "UNPAID: 01-01..01-31 #1", "01-12"),
                new Case(
                        "paid in order",
                        year().settle(1),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "UNPAID: 02-01..02-28 #2",
                        "02-10"),
                new Case(
                        "paid out of order",
                        year().settle(1).settle(3),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "UNPAID: 02-01..02-28 #2",
                        "02-10"),
                new Case(
                        "all paid",
                        year().settle(1).settle(2).settle(3),
                        "03-31",
                        "PAID#1: 01-01..01-31, PAID#2: 02-01..02-28, PAID#3: 03-01..03-31",
                        "NOT_ISSUED: 04-01..",
                        null),
                new Case(
                        "gap in coverage",
                        gap().settle(1).settle(3),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "GAP: 02-01..02-28",
                        null),
                new Case(
                        "cancelled period",
                        year().settle(1).cancel(2).settle(3),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "CANCELLED: 02-01..02-28 #2",
                        null),
                new Case(
                        "reversal",
                        year().settle(1).settle(2).reverse(1),
                        null,
                        "",
                        "UNPAID: 01-01..01-31 #1",
                        "01-12"),
                new Case(
                        "overlapping periods add what is new",
                        overlapping().settle(1).settle(2),
                        "02-15",
                        "PAID#1: 01-01..01-31, PAID#2: 02-01..02-15",
                        "NOT_ISSUED: 02-16..",
                        null),
                new Case(
                        "renegotiated, running or completed",
                        year().settle(1).renegotiate(2).instalment(9, "2026-03-12"),
                        "02-28",
                        "PAID#1: 01-01..01-31, AGREEMENT#2: 02-01..02-28",
                        "UNPAID: 03-01..03-31 #3",
                        "03-10"),
                new Case(
                        "renegotiated and broken",
                        year().settle(1).renegotiate(2).giveBack(2),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "UNPAID: 02-01..02-28 #2",
                        "02-10"),
                new Case(
                        "paused from-to",
                        year().settle(1).settle(3).pause(date("02-01"), date("02-28")),
                        "03-31",
                        "PAID#1: 01-01..01-31, PAUSE: 02-01..02-28, PAID#3: 03-01..03-31",
                        "NOT_ISSUED: 04-01..",
                        "02-10"),
                new Case(
                        "pause without an end",
                        year().settle(1).pause(date("02-01"), null),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "PAUSED: 02-01..",
                        "02-10"),
                new Case(
                        "exempt from-to",
                        year().exemption(date("01-01"), date("02-10")),
                        "02-10",
                        "EXEMPTION: 01-01..02-10",
                        "UNPAID: 02-11..02-28 #2",
                        "01-12"),
                new Case(
                        "exempt without an end",
                        year().settle(1).exemption(date("02-01"), null),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "EXEMPT: 02-01..",
                        "02-10"),
                new Case(
                        "base date moved into a period",
                        year().settle(1).baseDate("2026-01-15"),
                        "01-31",
                        "PAID#1: 01-15..01-31",
                        "UNPAID: 02-01..02-28 #2",
                        "02-10"),
                new Case(
                        "base date moved behind what is unpaid",
                        year().settle(2).baseDate("2026-02-01"),
                        "02-28",
                        "PAID#2: 02-01..02-28",
                        "UNPAID: 03-01..03-31 #3",
                        "01-12"),
                new Case(
                        "base date moved before the first period",
                        year().settle(1).baseDate("2025-12-20"),
                        null,
                        "",
                        "GAP: 2025-12-20..2025-12-31",
                        "02-10"),
                new Case(
                        "due date changed: coverage stays",
                        year().settle(1).postpone(2, "2026-02-25"),
                        "01-31",
                        "PAID#1: 01-01..01-31",
                        "UNPAID: 02-01..02-28 #2",
                        "02-25"),
                new Case(
                        "contract reactivated: a new base date begins a new run",
                        year().settle(1)
                                .cancel(2)
                                .cancel(3)
                                .baseDate("2026-05-01")
                                .receivable(may()),
                        "05-31",
                        "PAID#4: 05-01..05-31",
                        "NOT_ISSUED: 06-01..",
                        null),
                new Case("erp", year().erp("2026-02-28", "2026-03-10"), "02-28", "told", "told", "03-10"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void paidUntilAndWhatMakesIt(Case expected) {
        var books = expected.books();
        var standing = books.standing();
        var told = books.build().paidUntil(BankingCalendar.NATIONAL);

        assertThat(day(standing.paidUntilDay())).isEqualTo(expected.paidUntil());
        assertThat(day(standing.lateSinceDay())).isEqualTo(expected.lateSince());
        assertThat(told.map(PaidUntilTest::chain).orElse("told")).isEqualTo(expected.chain());
        assertThat(told.map(PaidUntilTest::end).orElse("told")).isEqualTo(expected.end());
    }

    /** The oracle walks day by day and asks of each whether anything covers it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithADayByDayWalk(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            var books = random(random);
            var paid = books.paidUntil(BankingCalendar.NATIONAL).orElseThrow();
            var day = books.contract().financialBaseDate();
            List<LocalDate> covered = new ArrayList<>();
            while (isCovered(books, day)) {
                covered.add(day);
                day = day.plusDays(1);
            }
            assertThat(paid.day()).isEqualTo(covered.isEmpty() ? null : covered.getLast());
            assertThat(books.standing(BankingCalendar.NATIONAL).paidUntilDay())
                    .isEqualTo(
                            covered.isEmpty()
                                    ? ContractSnapshot.NO_DAY
                                    : (int) covered.getLast().toEpochDay());
            // Each covered day is in one link, and the links say so in their order.
            assertThat(paid.chain().stream()
                            .flatMap(link -> link.first().datesUntil(link.last().plusDays(1)))
                            .toList())
                    .isEqualTo(covered);
            assertThat(paid.end().from()).isEqualTo(day);
            endIsRight(books, paid.end());
        }
    }

    private static void endIsRight(ContractBooks books, PaidUntil.End end) {
        var last = end.to() == null ? end.from() : end.to();
        assertThat(last).isAfterOrEqualTo(end.from());
        switch (end.stop()) {
            case UNPAID, CANCELLED ->
                assertThat(end.from().datesUntil(last.plusDays(1)))
                        .allMatch(day -> end.receivable() != null
                                && !day.isBefore(end.receivable().coverageFirst())
                                && !day.isAfter(end.receivable().coverageLast()));
            case GAP ->
                assertThat(end.from().datesUntil(last.plusDays(1))).allMatch(day -> books.receivables().stream()
                        .noneMatch(each -> !day.isBefore(each.coverageFirst()) && !day.isAfter(each.coverageLast())));
            case NOT_ISSUED ->
                assertThat(books.receivables()).noneMatch(each -> !Objects.requireNonNull(each.coverageLast())
                        .isBefore(end.from()));
            case PAUSED ->
                assertThat(books.pauses())
                        .anyMatch(pause ->
                                pause.lastDay() == null && !pause.firstDay().isAfter(end.from()));
            case EXEMPT ->
                assertThat(books.exemptions())
                        .anyMatch(exemption -> exemption.lastDay() == null
                                && !exemption.firstDay().isAfter(end.from()));
        }
    }

    private static boolean isCovered(ContractBooks books, LocalDate day) {
        for (var each : books.receivables()) {
            boolean covers =
                    each.status() == ReceivableStatus.SETTLED || each.status() == ReceivableStatus.RENEGOTIATED;
            if (covers && !day.isBefore(each.coverageFirst()) && !day.isAfter(each.coverageLast())) {
                return true;
            }
        }
        for (var each : books.pauses()) {
            if (each.lastDay() != null && !day.isBefore(each.firstDay()) && !day.isAfter(each.lastDay())) {
                return true;
            }
        }
        for (var each : books.exemptions()) {
            if (each.lastDay() != null && !day.isBefore(each.firstDay()) && !day.isAfter(each.lastDay())) {
                return true;
            }
        }
        return false;
    }

    private static ContractBooks random(Random random) {
        var books = new BooksBuilder()
                .baseDate(LocalDate.of(2026, 1, 1).plusDays(random.nextInt(40)).toString());
        for (int id = 1; id <= random.nextInt(8); id++) {
            var first = LocalDate.of(2026, 1, 1).plusDays(random.nextInt(-5, 120));
            var status = List.of(ReceivableStatus.values()).get(random.nextInt(4));
            books.receivable(receivable(id, ReceivableKind.RECURRING, first, first.plusDays(5))
                    .covering(first, first.plusDays(random.nextInt(45)))
                    .status(status));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            var first = LocalDate.of(2026, 1, 1).plusDays(random.nextInt(90));
            var last = random.nextInt(4) == 0 ? null : first.plusDays(random.nextInt(30));
            if (random.nextBoolean()) {
                books.pause(first, last);
            } else {
                books.exemption(first, last);
            }
        }
        return books.build();
    }

    private static BooksBuilder year() {
        return new BooksBuilder()
                .recurring(1, "2026-01-10", "2026-01-01", "2026-01-31")
                .recurring(2, "2026-02-10", "2026-02-01", "2026-02-28")
                .recurring(3, "2026-03-10", "2026-03-01", "2026-03-31");
    }

    private static BooksBuilder gap() {
        return new BooksBuilder()
                .recurring(1, "2026-01-10", "2026-01-01", "2026-01-31")
                .recurring(3, "2026-03-10", "2026-03-01", "2026-03-31");
    }

    private static BooksBuilder overlapping() {
        return new BooksBuilder()
                .recurring(1, "2026-01-10", "2026-01-01", "2026-01-31")
                .recurring(2, "2026-02-10", "2026-01-20", "2026-02-15");
    }

    private static BooksBuilder.ReceivableBuilder may() {
        return receivable(4, ReceivableKind.RECURRING, date("05-01"), date("05-10"))
                .covering(date("05-01"), date("05-31"))
                .status(ReceivableStatus.SETTLED);
    }

    private static String chain(PaidUntil paid) {
        return paid.chain().stream()
                .map(link -> link.by()
                        + (link.receivable() == null
                                ? ""
                                : "#" + link.receivable().id())
                        + ": "
                        + text(link.first())
                        + ".."
                        + text(link.last()))
                .collect(Collectors.joining(", "));
    }

    private static String end(PaidUntil paid) {
        var end = paid.end();
        return end.stop()
                + ": "
                + text(end.from())
                + ".."
                + (end.to() == null ? "" : text(end.to()))
                + (end.receivable() == null ? "" : " #" + end.receivable().id());
    }

    private static LocalDate date(String day) {
        return LocalDate.parse("2026-" + day);
    }

    private static String text(LocalDate day) {
        return day.getYear() == 2026 ? day.toString().substring(5) : day.toString();
    }

    private static @Nullable String day(int day) {
        return day == ContractSnapshot.NO_DAY ? null : text(LocalDate.ofEpochDay(day));
    }
}
