package net.catraca.billing.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.calendar.BankingCalendar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On which days a notice may go out. */
class NoticeStepTest {

    private static final NoticeSettings SETTINGS = NoticeSettings.USUAL;

    /** 2026-11-10 is a Tuesday; 2 November is a holiday, a Monday; the 20th, a Friday, is one, too. */
    @ParameterizedTest
    @CsvSource({
        "2026-11-10, -5, 2026-11-05, 2026-11-08", // Thursday; three days late at most
        "2026-11-10, -1, 2026-11-09, 2026-11-09", // never on the due day
        "2026-11-09, -1, 2026-11-07, 2026-11-08", // its day is a Sunday: on the Saturday before
        "2026-11-03, -1, 2026-10-31, 2026-11-02", // a holiday after a Sunday
        "2026-11-10, 0, 2026-11-10, 2026-11-10", // only that day
        "2026-11-10, 6, 2026-11-16, 2026-11-19",
        "2026-11-09, 6, 2026-11-16, 2026-11-19", // its day is a Sunday, the 15th: on the Monday after
        "2026-11-14, 6, 2026-11-21, 2026-11-24", // the 20th is a holiday
        "2026-11-10, 12, 2026-11-23, 2026-11-26", // the 22nd is a Sunday
    })
    void goesOutOnItsDayOrTheNearestOnWhichItMayWhileItMakesSense(
            LocalDate dueDay, int offset, LocalDate first, LocalDate last) {
        var step = new NoticeStep(offset, Channel.EMAIL, "x");

        var days = step.days(dueDay, List.of(step), day -> SETTINGS.isSendingDay(day, BankingCalendar.NATIONAL));

        assertThat(days).isEqualTo(new NoticeStep.Days(first, last));
    }

    @Test
    void endsBeforeTheNextOfItsChannel() {
        var third = new NoticeStep(3, Channel.SMS, "x");
        var fifth = new NoticeStep(5, Channel.SMS, "x");
        var fourth = new NoticeStep(4, Channel.EMAIL, "x");

        var days = third.days(LocalDate.parse("2026-11-10"), List.of(third, fourth, fifth), _ -> true);

        assertThat(days.last()).isEqualTo("2026-11-14");
    }
}
