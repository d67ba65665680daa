package net.catraca.billing.bank;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file that a bank made.
 *
 * @param sha256 of its content, hexadecimal
 * @param sequence its number for the agreement, null when the format has none
 * @param coversUntil the last banking day whose payments it tells, null until it is imported
 * @param refusal why it was refused as a whole
 * @param paid movements that were booked by it
 * @param repeated movements that another line or file had told before
 * @param unmatched movements that wait for a person, or did
 * @param other movements that are no money
 * @param faulty faults, of which the first are kept
 * @param paidCents all the money it tells of, whether booked now or before
 */
public record BankFile(
        long id,
        long version,
        long agreementId,
        String name,
        String sha256,
        long octets,
        State state,
        @Nullable Long sequence,
        @Nullable LocalDate createdOn,
        @Nullable LocalDate coversUntil,
        @Nullable Order order,
        @Nullable String refusal,
        long lines,
        int paid,
        int repeated,
        int unmatched,
        int other,
        int faulty,
        long paidCents,
        Instant receivedAt,
        String receivedBy,
        Instant progressAt,
        @Nullable Instant endedAt) {

    public enum State {
        IMPORTING,
        IMPORTED,
        REFUSED
    }

    /** How its number follows those before it. */
    public enum Order {
        FIRST,
        NEXT,
        /** Files before it are missing. */
        GAP,
        /** Another file had the same number. */
        REPEATED,
        /** It comes after one with a higher number, perhaps to fill a gap. */
        LATE
    }

    /** @param ordinal from 1 */
    public record Fault(int ordinal, long line, String field, String expected, String found) {}

    /** What it tells by a code of the bank. */
    public record CodeTotal(String code, String meaning, boolean pays, int lines, long cents) {}

    public record Findings(List<Fault> faults, List<CodeTotal> codes) {
        public Findings {
            faults = List.copyOf(faults);
            codes = List.copyOf(codes);
        }
    }
}
