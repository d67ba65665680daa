package net.catraca.billing.bank;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An element of a Pix notification that could not be read: money, perhaps, that nobody has booked.
 *
 * @param element as it was told, in JSON; cut when it is very long
 * @param member what is wrong, as a JSON pointer within the element
 * @param settlement null while nobody has seen to it
 */
public record PixSetAside(
        long id,
        long version,
        long agreementId,
        String element,
        String member,
        String expected,
        Instant toldAt,
        @Nullable Settlement settlement) {

    /** As {@link PixNotice} is for what can be read. */
    public record Told(long agreementId, String element, String member, String expected) {

        /** What it says may be a payer's name and CPF. */
        @Override
        public String toString() {
            return "Told[agreementId=" + agreementId + ", member=" + member + ", expected=" + expected + "]";
        }
    }

    /** A person's word that it was seen to: booked by hand, told again soundly, or no money. */
    public record Settlement(Instant at, String by, String reason) {}
}
