package net.catraca.billing.bank;

/**
 * Numbers of bank files that follow each other.
 *
 * @param last not below {@code first}
 */
public record FileNumbers(long first, long last) {

    public FileNumbers {
        if (last < first) {
            throw new IllegalArgumentException("last: expected " + first + " or more, was " + last);
        }
    }

    public static FileNumbers of(long number) {
        return new FileNumbers(number, number);
    }

    /** {@code 7}, or {@code 7-9}. */
    @Override
    public String toString() {
        return first == last ? Long.toString(first) : first + "-" + last;
    }
}
