package net.catraca.admin.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import net.catraca.admin.demo.DemoContract.Condition;
import net.catraca.billing.contract.TaxId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoContractsTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-11-23");

    @Test
    void everyDayHasTheSamePeopleWithTheSameDelays() {
        List<DemoContract> today = DemoContracts.on(TODAY);
        List<DemoContract> later = DemoContracts.on(TODAY.plusDays(100));

        assertThat(later)
                .extracting(DemoContract::login)
                .isEqualTo(today.stream().map(DemoContract::login).toList());
        assertThat(later)
                .extracting(DemoContract::taxId)
                .isEqualTo(today.stream().map(DemoContract::taxId).toList());
        assertThat(later)
                .extracting(DemoContract::condition)
                .isEqualTo(today.stream().map(DemoContract::condition).toList());
    }

    @Test
    void theNamedOnesComeFirst() {
        assertThat(DemoContracts.on(TODAY))
                .extracting(DemoContract::login)
                .startsWith(
                        "active",
                        "postpaid",
                        "reduced",
                        "blocked",
                        "exempt",
                        "paused",
                        "manual-block",
                        "awaiting",
                        "cancelled",
                        "unlocked");
    }

    @Test
    void loginsAreUniqueAndTaxIdsAreRight() {
        List<DemoContract> contracts = DemoContracts.on(TODAY);

        assertThat(new HashSet<>(contracts.stream().map(DemoContract::login).toList()))
                .hasSameSizeAs(contracts);
        assertThat(contracts).allSatisfy(contract -> assertThat(TaxId.parse(contract.taxId()))
                .isNotNull());
    }

    @Test
    void thereAreSomeOfEveryKind() {
        List<DemoContract> contracts = DemoContracts.on(TODAY);

        for (Condition condition : Condition.values()) {
            assertThat(contracts).extracting(DemoContract::condition).contains(condition);
        }
        assertThat(contracts.stream().filter(contract -> daysLate(contract) >= 30))
                .hasSizeBetween(15, 40);
        assertThat(contracts.stream().filter(contract -> daysLate(contract) <= 0))
                .hasSizeGreaterThan(150);
        assertThat(contracts.stream().filter(DemoContract::afterTheRun)).hasSize(DemoContracts.LATE_COMERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-23", "2027-02-28", "2027-03-01", "2028-02-29", "2026-12-31", "2027-01-31"})
    void coverageIsUnbrokenOnWhateverDayTheDemoStarts(String day) {
        for (DemoContract contract : DemoContracts.on(LocalDate.parse(day))) {
            LocalDate next = contract.base();
            for (Bill bill : contract.bills()) {
                assertThat(bill.first()).as(contract.login()).isEqualTo(next);
                assertThat(bill.last()).isAfterOrEqualTo(bill.first());
                next = bill.last().plusDays(1);
            }
        }
    }

    private static long daysLate(DemoContract contract) {
        return contract.bills().stream()
                .filter(bill -> !bill.paid())
                .mapToLong(bill -> TODAY.toEpochDay() - bill.dueOn().toEpochDay())
                .findFirst()
                .orElse(0);
    }
}
