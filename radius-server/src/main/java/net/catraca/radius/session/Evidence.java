package net.catraca.radius.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SessionRules} must remember of a session's records so that their order does not matter.
 *
 * @param startToldAt when the earliest record happened that tells the start; null while none has told it and
 *     {@link Session#startedAt} is only the time of the first record
 * @param interimHeard whether an Interim-Update has come: only then can they be missed
 * @param told by what the latest record tells the session's level, see {@link
 *     net.catraca.radius.accounting.LevelSigns}; null when it tells nothing, whatever others told
 */
public record Evidence(
        @Nullable Instant startToldAt,
        boolean interimHeard,
        Readings readings,
        @Nullable String told) {

    public static final Evidence NONE = new Evidence(null, false, Readings.NONE, null);
}
