package net.catraca.admin.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/**
 * The fate of a record, or of a session that ended without one.
 *
 * @param event start, interim, stop, on, off; lost-stop and reboot for sessions that ended without a word
 * @param answered whether the server acknowledged it; if not, it may have it or not
 * @param number counts the records of a session from 1; 0 for none
 * @param startedAt of the session
 * @param inOctets cumulative, upload, as is {@code outOctets}, download; all 64 bits, whatever the NAS could send
 * @param cause Acct-Terminate-Cause of a stop
 * @param level as the NAS saw it
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
record LedgerLine(
        String nas,
        String session,
        String login,
        String event,
        boolean answered,
        int number,
        Instant startedAt,
        long seconds,
        long inOctets,
        long outOctets,
        int cause,
        String level) {}
