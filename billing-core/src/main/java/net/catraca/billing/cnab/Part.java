package net.catraca.billing.cnab;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** What a return file says, one after the other as it streams by. Lines count from 1. */
public sealed interface Part {

    long line();

    /**
     * @param agreement as the bank writes it, or null when the layout or the file has none
     * @param sequence the file's number for its agreement, 0 when the layout or the file has none
     */
    record Header(
            long line,
            @Nullable String agreement,
            long sequence,
            @Nullable LocalDate createdOn) implements Part {}

    /**
     * Something happened to a bill.
     *
     * @param ourNumber as {@link OurNumber} keeps them; null when the bank sent none
     * @param document the number that the bill was remitted with, or null
     * @param paidCents what the payer paid, charges included
     * @param chargesCents interest and fine within it
     * @param occurredOn the day of payment; never null for a code that pays
     * @param payerTaxId digits, or null
     */
    record Movement(
            long line,
            Layout.Code code,
            @Nullable String ourNumber,
            @Nullable String document,
            long paidCents,
            long chargesCents,
            long nominalCents,
            @Nullable LocalDate occurredOn,
            @Nullable String payerTaxId,
            @Nullable String payerName)
            implements Part {}

    /**
     * Something that is not as it should be.
     *
     * @param field the layout's name of it
     * @param found what stands there, cut to a line
     * @param fatal whether the file as a whole cannot be trusted: another bank's, no return file, or cut off
     */
    record Fault(long line, String field, String expected, String found, boolean fatal) implements Part {}
}
