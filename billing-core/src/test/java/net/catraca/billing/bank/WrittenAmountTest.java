package net.catraca.billing.bank;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrittenAmountTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "99,90         | true  | 9990",
                "1.234,56      | true  | 123456",
                "R$ 99,90      | true  | 9990",
                "99            | true  | 9900",
                "99,9          | true  | 9990",
                "99,999        | true  |",
                "-1,00         | true  |",
                "99.90         | false | 9990",
                "1,234.56      | false | 123456",
                "123456789012  | false |",
                "x             | false |",
            })
    void amountsAreReadToTheCentOrNotAtAll(String text, boolean decimalComma, Long cents) {
        assertThat(WrittenAmount.cents(text, decimalComma)).isEqualTo(cents);
    }
}
