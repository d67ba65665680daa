package net.catraca.billing.receivable;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import net.catraca.billing.receivable.Agreement.Replaced;
import net.catraca.billing.receivable.AgreementPlan.Debt;
import net.catraca.billing.receivable.AgreementPlan.Instalment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementPlanTest {

    private static final LocalDate TODAY = LocalDate.parse("2026-03-02");

    @Test
    void theFirstInstalmentsHaveTheCentsThatCannotBeDealtOut() {
        var plan = AgreementPlan.of(draft(0, 0, 0, 3, "2026-03-31"), List.of(debt(1, 100_00)), TODAY);

        assertThat(plan.parts().getFirst().instalments())
                .containsExactly(
                        new Instalment(LocalDate.parse("2026-03-31"), 33_34),
                        new Instalment(LocalDate.parse("2026-04-30"), 33_33),
                        new Instalment(LocalDate.parse("2026-05-31"), 33_33));
    }

    @Test
    void aDownPaymentIsTheFirstInstalmentAndDueToday() {
        var plan = AgreementPlan.of(draft(10_00, 5_00, 20_00, 1, "2026-04-02"), List.of(debt(1, 100_00)), TODAY);

        assertThat(plan.parts().getFirst().instalments())
                .containsExactly(new Instalment(TODAY, 20_00), new Instalment(LocalDate.parse("2026-04-02"), 85_00));
    }

    @Test
    void contractsShareByTheirDebts() {
        var plan = AgreementPlan.of(
                draft(10_00, 0, 55_00, 2, "2026-04-02"), List.of(debt(1, 75_00), debt(2, 25_00)), TODAY);

        assertThat(plan.parts().getFirst().chargesCents()).isEqualTo(7_50);
        assertThat(plan.parts().getFirst().instalments())
                .extracting(Instalment::cents)
                .containsExactly(41_25L, 20_63L, 20_62L);
        assertThat(plan.parts().getLast().instalments())
                .extracting(Instalment::cents)
                .containsExactly(13_75L, 6_88L, 6_87L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noCentIsLostOrMade(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            var debts = LongStream.rangeClosed(1, random.nextInt(1, 5))
                    .mapToObj(contract -> debt(contract, random.nextLong(1, 1_000_000)))
                    .toList();
            long debt = AgreementPlan.debtCents(debts);
            long charges = random.nextLong(0, 100_000);
            long discount = random.nextLong(0, debt);
            long whole = debt + charges - discount;
            long down = random.nextLong(0, whole + 1);
            var plan =
                    AgreementPlan.of(draft(charges, discount, down, random.nextInt(1, 25), "2026-04-02"), debts, TODAY);

            assertThat(plan.parts().stream()
                            .flatMap(part -> part.instalments().stream())
                            .mapToLong(Instalment::cents)
                            .sum())
                    .isEqualTo(whole);
            assertThat(plan.parts())
                    .allSatisfy(part -> assertThat(part.instalments().stream()
                                    .mapToLong(Instalment::cents)
                                    .sum())
                            .isEqualTo(part.debtCents() + part.chargesCents() - part.discountCents()))
                    .allSatisfy(part -> assertThat(part.instalments())
                            .allSatisfy(each -> assertThat(each.cents()).isPositive()));
            assertThat(plan.parts().stream()
                            .mapToLong(AgreementPlan.Part::chargesCents)
                            .sum())
                    .isEqualTo(charges);
        }
    }

    private static Debt debt(long contract, long cents) {
        return new Debt(contract, List.of(new Replaced(contract, cents)));
    }

    private static AgreementDraft draft(long charges, long discount, long down, int instalments, String firstDueOn) {
        return new AgreementDraft(
                1L, Set.of(), charges, discount, down, null, instalments, LocalDate.parse(firstDueOn), "asked");
    }
}
