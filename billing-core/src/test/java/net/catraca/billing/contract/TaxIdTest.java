package net.catraca.billing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaxIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"529.982.247-25", "52998224725", " 529 982 247 25 ", "100.000.001-08"})
    void aCpfIsReadWithOrWithoutPunctuation(String text) {
        assertThat(TaxId.parse(text).isCompany()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.222.333/0001-81", "11222333000181", "00.000.000/0001-91"})
    void aCnpjOfDigitsIsReadWithOrWithoutPunctuation(String text) {
        assertThat(TaxId.parse(text).isCompany()).isTrue();
    }

    /** The example that the tax authority publishes for the CNPJ with letters. */
    @ParameterizedTest
    @ValueSource(strings = {"12.ABC.345/01DE-35", "12abc34501de35"})
    void aCnpjWithLettersIsReadInEitherCase(String text) {
        assertThat(TaxId.parse(text)).isEqualTo(new TaxId("12ABC34501DE35"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "529.982.247-26",
                "529.982.247-15",
                "111.111.111-11",
                "00000000000",
                "11.222.333/0001-82",
                "11.222.333/0001-91",
                "12.ABC.345/01DE-36",
                "12.ABC.345/01DE-3A",
                "5299822472",
                "5299822472A",
                "١١٢٢٢٣٣٣٠٠٠١٨١",
                ""
            })
    void wrongCheckDigitsAndOtherShapesAreRefused(String text) {
        assertThatThrownBy(() -> TaxId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRefusalDoesNotRepeatTheNumber() {
        assertThatThrownBy(() -> TaxId.parse("529.982.247-26")).message().doesNotContain("529");
    }

    @Test
    void aRefusalSaysWhetherShapeOrCheckDigitsAreWrong() {
        assertThatThrownBy(() -> TaxId.parse("5299822472")).hasMessageContaining("11 digits");
        assertThatThrownBy(() -> TaxId.parse("529.982.247-26")).hasMessageContaining("check digits");
    }

    @Test
    void itIsPrintedWithItsPunctuation() {
        assertThat(TaxId.parse("52998224725").formatted()).isEqualTo("529.982.247-25");
        assertThat(TaxId.parse("11222333000181").formatted()).isEqualTo("11.222.333/0001-81");
        assertThat(TaxId.parse("12abc34501de35").formatted()).isEqualTo("12.ABC.345/01DE-35");
    }

    @Test
    void maskedItDoesNotTellWhoseItIs() {
        assertThat(TaxId.parse("52998224725").masked()).isEqualTo("***.982.247-**");
        assertThat(TaxId.parse("12abc34501de35")).hasToString("**.ABC.345/01DE-**");
    }

    @Test
    void checkDigitsCanBeCompleted() {
        assertThat(TaxId.completed("529982247")).isEqualTo(TaxId.parse("529.982.247-25"));
        assertThat(TaxId.completed("12ABC34501DE")).isEqualTo(TaxId.parse("12.ABC.345/01DE-35"));
    }
}
