package net.catraca.billing.contract;

import java.util.Locale;

/**
 * A CPF (person) or CNPJ (company) whose check digits are right.
 *
 * @param value without punctuation: 11 digits, or 12 digits or capital letters and 2 check digits (the alphanumeric
 *     CNPJ that is issued since July 2026, Instrução Normativa RFB 2.229/2024)
 */
public record TaxId(String value) {

    private static final int CPF_LENGTH = 11;
    private static final int CNPJ_LENGTH = 14;

    public TaxId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("taxId: expected a CPF or CNPJ with right check digits");
        }
    }

    /**
     * Reads a tax id as people write it, with or without points, slash and hyphen.
     *
     * @throws IllegalArgumentException when it is neither a CPF nor a CNPJ; the message does not repeat it
     */
    public static TaxId parse(String text) {
        return new TaxId(text.replaceAll("[\\s./-]", "").toUpperCase(Locale.ROOT));
    }

    public boolean isCompany() {
        return value.length() == CNPJ_LENGTH;
    }

    private static boolean isValid(String value) {
        return switch (value.length()) {
            case CPF_LENGTH -> value.matches("[0-9]+") && !allTheSame(value) && endsInItsCheckDigits(value, 11);
            // Weights run 2 to 9 and start again; a letter counts as its ASCII code less 48, as a digit does.
            case CNPJ_LENGTH ->
                value.matches("[0-9A-Z]{12}[0-9]{2}") && !allTheSame(value) && endsInItsCheckDigits(value, 9);
            default -> false;
        };
    }

    /** 111.111.111-11 has right check digits and belongs to nobody. */
    private static boolean allTheSame(String value) {
        return value.chars().allMatch(c -> c == value.charAt(0));
    }

    private static boolean endsInItsCheckDigits(String value, int highestWeight) {
        int length = value.length();
        return checkDigit(value, length - 2, highestWeight) == value.charAt(length - 2) - '0'
                && checkDigit(value, length - 1, highestWeight) == value.charAt(length - 1) - '0';
    }

    private static int checkDigit(String value, int length, int highestWeight) {
        int sum = 0;
        int weight = 2;
        for (int i = length - 1; i >= 0; i--) {
            sum += (value.charAt(i) - '0') * weight;
            weight = weight == highestWeight ? 2 : weight + 1;
        }
        int rest = sum % 11;
        return rest < 2 ? 0 : 11 - rest;
    }
}
