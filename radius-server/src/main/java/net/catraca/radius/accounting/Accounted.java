package net.catraca.radius.accounting;

import net.catraca.radius.session.SessionClass;
import org.jspecify.annotations.Nullable;

/**
 * Whom a record speaks of, as the directory knows them on arrival.
 *
 * @param subscriberId null for nobody of ours; a database's identity, so never 0
 * @param contractId null also where only Class tells the subscriber: the database knows it
 * @param askedInterimSeconds how often our Access-Accept asked for an Interim-Update at most, or 0 when it did not
 * @param given of a Start without a Class of ours: what our Access-Accept just before said; or null
 */
public record Accounted(
        @Nullable Long subscriberId,
        @Nullable Long contractId,
        int askedInterimSeconds,
        @Nullable SessionClass given) {

    /** Of whom no Access-Accept is remembered. */
    public Accounted(@Nullable Long subscriberId, @Nullable Long contractId, int askedInterimSeconds) {
        this(subscriberId, contractId, askedInterimSeconds, null);
    }

    public static final Accounted NOBODY = new Accounted(null, null, 0);
}
