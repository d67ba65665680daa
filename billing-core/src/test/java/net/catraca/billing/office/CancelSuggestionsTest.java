package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.run.CancelSuggestion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The policy suggests to cancel from 90 days late on. */
class CancelSuggestionsTest {

    private final TestOffice office = TestOffice.openAtNoonOf("2026-06-09");
    private final CancelSuggestions suggestions = office.bean(CancelSuggestions.class);

    @AfterEach
    void close() {
        office.close();
    }

    private List<Long> suggested() {
        suggestions.run(office.clock.instant());
        return suggestions.list(0, 100).stream()
                .map(CancelSuggestion::contractId)
                .toList();
    }

    @Test
    void aContractIsSuggestedFromTheDayThatItsPolicySaysWhileARunHoldsItBlocked() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-10"); // a Tuesday; 91 days ago
        assertThat(suggested()).as("late, but no run has blocked it").isEmpty();

        office.run();
        assertThat(suggested()).containsExactly(contract);

        var suggestion = suggestions.list(0, 100).getFirst();
        assertThat(suggestion.daysLate()).isEqualTo(91);
        assertThat(suggestion.cancelDays()).isEqualTo(90);
        assertThat(suggestion.openCents()).isEqualTo(9990);
        assertThat(suggestion.blockedAt()).isEqualTo(office.clock.instant());
        assertThat(suggestion.customerName()).isEqualTo("Ana");
    }

    @Test
    void oneDayLessIsNoSuggestion() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-12");
        office.run();

        assertThat(suggested()).isEmpty();
        office.clock.advance(Duration.ofDays(1));
        assertThat(suggested()).containsExactly(contract);
    }

    @Test
    void whoeverPaysIsTakenOffTheListAndTheOthersKeepTheirDay() {
        long pays = office.contract(BillingMode.POSTPAID);
        long stays = office.contract(BillingMode.POSTPAID);
        var receivable = office.monthly(pays, "2026-03-10");
        office.monthly(stays, "2026-03-10");
        office.run();
        assertThat(suggested()).containsExactly(pays, stays);
        var since = office.clock.instant();
        office.clock.advance(Duration.ofDays(1));
        office.payments.receive(MARIA, office.payment("p-1", receivable, 9990)).orThrow();

        var report = suggestions.run(office.clock.instant());

        assertThat(report.counts()).isEqualTo(Map.of("suggested", 1L, "removed", 1L));
        assertThat(suggestions.list(0, 100)).singleElement().satisfies(left -> {
            assertThat(left.contractId()).isEqualTo(stays);
            assertThat(left.suggestedAt()).isEqualTo(since);
            assertThat(left.daysLate()).isEqualTo(92);
        });
        assertThat(suggestions.list(stays, 100)).isEmpty();
        assertThat(LocalDate.parse("2026-06-10")).isEqualTo(office.today());
    }
}
