package net.catraca.billing.receivable;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Why a contract gets no receivable, of a period or at all.
 *
 * @param first first day of what is skipped, null when it is about the contract; so is {@code last}
 * @param cents what is left over, 0 but for {@link Reason#LEFT_OVER}; less than 0 to the customer's credit
 */
public record Skipped(
        long contractId,
        Reason reason,
        @Nullable LocalDate first,
        @Nullable LocalDate last,
        long cents) {

    public enum Reason {
        /** Its money is kept by an ERP. */
        ERP,
        AWAITING_ACTIVATION,
        /** Its first charged day lies further ahead than receivables are issued. */
        NOT_BEGUN,
        /** The contract has ended and was not renewed, or it is cancelled. */
        ENDED,
        /** These days have a receivable, or had one that a person cancelled. */
        ISSUED,
        PAUSED,
        EXEMPT,
        /** The price is nothing. */
        FREE,
        OPEN_LIMIT,
        /** Days without a receivable lie further back than generation makes up for. */
        TOO_OLD,
        /** The contract has ended, and no receivable will come that makes up for this: a person decides. */
        LEFT_OVER
    }

    static Skipped contract(long contractId, Reason reason) {
        return new Skipped(contractId, reason, null, null, 0);
    }
}
