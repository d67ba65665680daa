package net.catraca.radius.session;

import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as its records tell it. Immutable; {@link SessionRules} makes the next one of it.
 *
 * @param id unique for ever: the journal number of the record that made it known
 * @param nasName as it was then; the NAS may be gone
 * @param nasAddress the source address of its records, to which CoA and Disconnect go
 * @param startedAt when it began: its Start's time, or what the first record heard implies by Acct-Session-Time
 * @param subscriberId null when nobody of ours is meant: kept and flagged, as is {@code contractId}
 * @param sessionClass what its Access-Accept correlated it with, or null when the NAS sent no Class of ours
 * @param counted by the NAS, as last believed
 * @param lastEventAt when its last record happened, by Event-Timestamp or arrival less Acct-Delay-Time
 * @param lastHeardAt when its last record arrived: what staleness counts from
 * @param interimSeconds how often an Interim-Update is expected; 0 when none has ever come nor was asked for
 * @param end null while it lives
 * @param lastRecord journal number of the last record folded in
 * @param evidence what the rules remember beside
 */
public record Session(
        long id,
        SessionKey key,
        String nasName,
        InetAddress nasAddress,
        Instant startedAt,
        @Nullable Long subscriberId,
        @Nullable Long contractId,
        Line line,
        Addresses addresses,
        @Nullable SessionClass sessionClass,
        CounterState counted,
        long seconds,
        Instant lastEventAt,
        Instant lastHeardAt,
        int interimSeconds,
        @Nullable SessionEnd end,
        long lastRecord,
        Evidence evidence) {

    /** One of which the rules remember nothing beside. */
    public Session(
            long id,
            SessionKey key,
            String nasName,
            InetAddress nasAddress,
            Instant startedAt,
            @Nullable Long subscriberId,
            @Nullable Long contractId,
            Line line,
            Addresses addresses,
            @Nullable SessionClass sessionClass,
            CounterState counted,
            long seconds,
            Instant lastEventAt,
            Instant lastHeardAt,
            int interimSeconds,
            @Nullable SessionEnd end,
            long lastRecord) {
        this(
                id,
                key,
                nasName,
                nasAddress,
                startedAt,
                subscriberId,
                contractId,
                line,
                addresses,
                sessionClass,
                counted,
                seconds,
                lastEventAt,
                lastHeardAt,
                interimSeconds,
                end,
                lastRecord,
                Evidence.NONE);
    }

    public boolean isLive() {
        return end == null;
    }

    /** The same with this end; null makes it live. */
    public Session endedBy(@Nullable SessionEnd newEnd) {
        return with(id, newEnd, lastRecord);
    }

    /** The same, known by another id: another node has heard of it first. */
    public Session knownAs(long otherId) {
        return with(otherId, end, lastRecord);
    }

    Session folded(long record) {
        return with(id, end, record);
    }

    private Session with(long newId, @Nullable SessionEnd newEnd, long newLastRecord) {
        return new Session(
                newId,
                key,
                nasName,
                nasAddress,
                startedAt,
                subscriberId,
                contractId,
                line,
                addresses,
                sessionClass,
                counted,
                seconds,
                lastEventAt,
                lastHeardAt,
                interimSeconds,
                newEnd,
                newLastRecord,
                evidence);
    }
}
