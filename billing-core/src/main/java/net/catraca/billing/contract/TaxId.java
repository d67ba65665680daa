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
        if (!hasItsShape(value)) {
            throw new IllegalArgumentException(
                    "taxId: expected a CPF (11 digits) or a CNPJ (12 digits or letters and 2 digits)");
        }
        if (allTheSame(value) || !endsInItsCheckDigits(value)) {
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

    /**
     * Makes a tax id of what stands before the check digits, for seeds and tests.
     *
     * @param base 9 digits for a CPF, 12 digits or capital letters for a CNPJ
     */
    public static TaxId completed(String base) {
        int highestWeight = base.length() == CPF_LENGTH - 2 ? 11 : 9;
        String withOne = base + checkDigit(base, base.length(), highestWeight);
        return new TaxId(withOne + checkDigit(withOne, withOne.length(), highestWeight));
    }

    public boolean isCompany() {
        return value.length() == CNPJ_LENGTH;
    }

    /** As it is printed: 529.982.247-25, 12.ABC.345/01DE-35. */
    public String formatted() {
        return punctuated(value);
    }

    /** For screens and logs that need not tell whose it is: ***.982.247-**, **.ABC.345/01DE-**. */
    public String masked() {
        int hidden = value.length() == CPF_LENGTH ? 3 : 2;
        return punctuated("*".repeat(hidden) + value.substring(hidden, value.length() - 2) + "**");
    }

    /** Masked: a tax id in a log is one too many. */
    @Override
    public String toString() {
        return masked();
    }

    private static String punctuated(String v) {
        return v.length() == CPF_LENGTH
                ? v.substring(0, 3) + '.' + v.substring(3, 6) + '.' + v.substring(6, 9) + '-' + v.substring(9)
                : v.substring(0, 2)
                        + '.'
                        + v.substring(2, 5)
                        + '.'
                        + v.substring(5, 8)
                        + '/'
                        + v.substring(8, 12)
                        + '-'
                        + v.substring(12);
    }

    private static boolean hasItsShape(String value) {
        return switch (value.length()) {
            case CPF_LENGTH -> value.matches("[0-9]+");
            case CNPJ_LENGTH -> value.matches("[0-9A-Z]{12}[0-9]{2}");
            default -> false;
        };
    }

    /** 111.111.111-11 has right check digits and belongs to nobody. */
    private static boolean allTheSame(String value) {
        return value.chars().allMatch(c -> c == value.charAt(0));
    }

    private static boolean endsInItsCheckDigits(String value) {
        int length = value.length();
        // Weights run from 2 at the right; those of a CNPJ start again after 9. A letter counts as its ASCII code less
        // 48, as a digit does.
        int highestWeight = length == CPF_LENGTH ? 11 : 9;
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
