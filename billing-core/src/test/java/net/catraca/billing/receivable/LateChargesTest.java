package net.catraca.billing.receivable;

import static net.catraca.billing.testing.Fixtures.day;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import net.catraca.billing.calendar.BankingCalendar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LateChargesTest {

    /** 100.00 due on Saturday 12 September 2026, 5.00 off until the 7th; fine 2 %, interest 1 % a month. */
    @ParameterizedTest
    @CsvSource({
        // day,      late, discount, fine, interest, payable
        "2026-09-01,    0,      500,    0,        0,    9500",
        "2026-09-07,    0,      500,    0,        0,    9500",
        // The last day of the discount is a holiday, so it holds on the banking day after, too.
        "2026-09-08,    0,      500,    0,        0,    9500",
        "2026-09-09,    0,        0,    0,        0,   10000",
        // Monday is in time: no bank worked on the due day.
        "2026-09-14,    0,        0,    0,        0,   10000",
        // From Tuesday on, the days are counted from the due day of the paper.
        "2026-09-15,    3,        0,  200,       10,   10210",
        "2026-10-12,   30,        0,  200,      100,   10300",
        "2026-10-13,   31,        0,  200,      103,   10303",
    })
    void byDate(LocalDate on, int late, long discount, long fine, long interest, long payable) {
        assertThat(LateCharges.of(receivable(), BillingRules.USUAL, BankingCalendar.NATIONAL, on))
                .isEqualTo(new LateCharges(on, late, discount, fine, interest, payable));
    }

    @Test
    void theyAreOfWhatIsStillOwedAndOfNothingOnceItIsSettled() {
        var part = receivable().paid(60_00, ReceivableStatus.OPEN, null);
        var charges = LateCharges.of(part, BillingRules.USUAL, BankingCalendar.NATIONAL, day("2026-10-12"));
        assertThat(charges.fineCents()).isEqualTo(80);
        assertThat(charges.interestCents()).isEqualTo(40);
        assertThat(charges.payableCents()).isEqualTo(40_00 + 80 + 40);

        var settled = receivable().paid(99_50, ReceivableStatus.SETTLED, day("2026-09-20"));
        assertThat(LateCharges.of(settled, BillingRules.USUAL, BankingCalendar.NATIONAL, day("2026-10-12"))
                        .payableCents())
                .isZero();
    }

    private static Receivable receivable() {
        return new Receivable(
                1,
                1,
                null,
                1,
                ReceivableKind.RECURRING,
                100_00,
                5_00,
                day("2026-09-07"),
                day("2026-08-20"),
                day("2026-09-12"),
                day("2026-09-12"),
                day("2026-08-12"),
                day("2026-09-11"),
                true,
                ReceivableStatus.OPEN,
                0,
                null,
                null);
    }
}
