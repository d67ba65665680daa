package net.catraca.radius.session;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.Kind;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingEvent.Reported;
import net.catraca.radius.session.SessionEnd.Cause;
import org.jspecify.annotations.Nullable;

/**
 * What records make of sessions. Pure; and where each record tells when it happened and how long the session has lasted,
 * it comes to the same start, end and totals in whatever order they arrive, and however often.
 *
 * <p><b>What a record does</b> depends on how its session stands:
 *
 * <pre>
 * session is           Start             Interim-Update    Stop
 * -------------------  ----------------  ----------------  -----------------
 * not known            opens it          opens it          opens it, ended
 * live                 tells             tells             ends it
 * ended by a Stop      tells             tells             ends it if earlier
 * ended by a restart   tells             tells             ends it
 * ended by inference   revives if later  revives if later  ends it
 * </pre>
 *
 * Whatever it does, it tells: the start where it is the earliest record, line and addresses where it is the latest,
 * counters (which never fall) always. Last, a restart of the NAS after the session's start ends what is live, and what
 * a later restart ended.
 *
 * <p><b>Which session it means</b>, among those with its key: the one whose start agrees with what the record implies
 * (its time less Acct-Session-Time), for NASes use an Acct-Session-Id again after a restart. Class decides where both
 * have one of ours, but for a subscriber authenticated anew within a session, whose start agrees to the second.
 */
public final class SessionRules {

    /** Between the start that two records of one session imply lie delays of the net and of the NAS's own queue. */
    static final Duration SAME_START = Duration.ofMinutes(5);

    /** The same where Class says otherwise. */
    private static final Duration VERY_SAME_START = Duration.ofSeconds(15);

    /** Clocks that drift apart by this part of the session's length still mean the same start. */
    private static final int DRIFT = 1_000;

    private static final int SHORTEST_INTERIM_SECONDS = 30;
    private static final int LONGEST_INTERIM_SECONDS = 172_800;
    private static final long LOWER = 0xFFFF_FFFFL;

    private SessionRules() {}

    /**
     * What became of a session.
     *
     * @param before null when it was not known before
     */
    public record Change(@Nullable Session before, Session now) {}

    /** How a session stands before a record. */
    private enum Standing {
        UNKNOWN,
        LIVE,
        ENDED_BY_STOP,
        ENDED_BY_RESTART,
        END_INFERRED;

        static Standing of(@Nullable SessionEnd end) {
            return end == null
                    ? LIVE
                    : switch (end.cause()) {
                        case STOP -> ENDED_BY_STOP;
                        case NAS_RESTARTED -> ENDED_BY_RESTART;
                        case STALE, REPLACED, UNKNOWN_TO_NAS -> END_INFERRED;
                    };
        }
    }

    /** What a record does to the session's end. */
    private enum Effect {
        TELLS,
        ENDS,
        ENDS_IF_EARLIER,
        REVIVES_IF_LATER
    }

    private static Effect effect(Standing standing, Kind kind) {
        return switch (kind) {
            case START, INTERIM ->
                switch (standing) {
                    case UNKNOWN, LIVE, ENDED_BY_STOP, ENDED_BY_RESTART -> Effect.TELLS;
                    case END_INFERRED -> Effect.REVIVES_IF_LATER;
                };
            case STOP ->
                switch (standing) {
                    case UNKNOWN, LIVE, ENDED_BY_RESTART, END_INFERRED -> Effect.ENDS;
                    case ENDED_BY_STOP -> Effect.ENDS_IF_EARLIER;
                };
        };
    }

    /**
     * Folds a Start, Interim-Update or Stop in.
     *
     * @param known the sessions with the record's key, live or ended
     * @param restarts when that NAS restarted, as far as it is remembered
     */
    public static Change fold(AccountingEvent event, OfSession record, List<Session> known, List<Instant> restarts) {
        var meant = meant(event, record, known);
        var before = meant == null ? opened(event, record) : meant;
        var end = end(event, record, before, meant == null ? Standing.UNKNOWN : Standing.of(before.end()));
        var now = told(event, record, before).endedBy(end);
        return new Change(meant, afterRestarts(now, restarts));
    }

    /** Folds Accounting-On or Accounting-Off into a session of that NAS: the same session where it changes nothing. */
    public static Session fold(AccountingEvent restart, Session session) {
        var ended = afterRestarts(session, List.of(restart.at()));
        return ended.equals(session) ? session : ended.folded(restart.number());
    }

    /** The same of a restart that another node was told of; the session has no record more by it. */
    static Session endedByRestart(Instant at, Session session) {
        return afterRestarts(session, List.of(at));
    }

    /** An end that nobody reported: the same session when it had ended already. */
    public static Session infer(Session session, SessionEnd inferred) {
        return session.isLive() ? session.endedBy(inferred) : session;
    }

    /** Whether these two of one key are the same session, known by two nodes from different records. */
    static boolean beganTogether(Session one, Session other) {
        return gap(one.startedAt(), other.startedAt()).compareTo(SAME_START) <= 0
                && (one.sessionClass() == null
                        || other.sessionClass() == null
                        || one.sessionClass().equals(other.sessionClass()));
    }

    // Which session.

    private static @Nullable Session meant(AccountingEvent event, OfSession record, List<Session> known) {
        Session best = null;
        for (var session : known) {
            if (isMeant(event, record, session)
                    && (best == null
                            || distance(event, record, session).compareTo(distance(event, record, best)) < 0)) {
                best = session;
            }
        }
        return best;
    }

    private static boolean isMeant(AccountingEvent event, OfSession record, Session session) {
        var start = toldStart(event, record);
        if (record.sessionClass() == null || session.sessionClass() == null) {
            return startsAgree(event, record, start, session);
        }
        if (record.sessionClass().equals(session.sessionClass())) {
            // A NAS that repeats an old Class in a new session is seen by a start after the old one's end.
            var end = session.end();
            return start == null || end == null || !start.isAfter(end.at().plus(SAME_START));
        }
        return record.kind() != Kind.START
                && start != null
                && gap(start, session.startedAt()).compareTo(VERY_SAME_START) <= 0;
    }

    private static boolean startsAgree(
            AccountingEvent event, OfSession record, @Nullable Instant start, Session session) {
        if (start == null) {
            return !session.startedAt().isAfter(event.at().plus(SAME_START));
        }
        if (session.evidence().startToldAt() == null) {
            return !start.isAfter(session.lastEventAt().plus(SAME_START));
        }
        long seconds = record.sessionSeconds() == null ? 0 : record.sessionSeconds();
        return gap(start, session.startedAt()).compareTo(SAME_START.plusSeconds(seconds / DRIFT)) <= 0;
    }

    private static Duration distance(AccountingEvent event, OfSession record, Session session) {
        if (record.sessionClass() != null && record.sessionClass().equals(session.sessionClass())) {
            return Duration.ofNanos(-1);
        }
        var start = toldStart(event, record);
        return gap(start == null ? event.at() : start, session.startedAt());
    }

    private static Duration gap(Instant one, Instant other) {
        return Duration.between(one, other).abs();
    }

    /** When the session began as far as this record tells, or null. */
    private static @Nullable Instant toldStart(AccountingEvent event, OfSession record) {
        if (record.kind() == Kind.START) {
            return event.at();
        }
        return record.sessionSeconds() == null ? null : event.at().minusSeconds(record.sessionSeconds());
    }

    private static Session opened(AccountingEvent event, OfSession record) {
        var start = toldStart(event, record);
        return new Session(
                event.number(),
                record.key(),
                event.nasName(),
                event.nasAddress(),
                start == null ? event.at() : start,
                record.subscriberId(),
                record.contractId(),
                record.line(),
                record.addresses(),
                record.sessionClass(),
                CounterState.NONE,
                0,
                event.at(),
                event.receivedAt(),
                0,
                null,
                event.number(),
                new Evidence(start == null ? null : event.at(), false, Readings.NONE, record.told()));
    }

    // How it ends.

    private static @Nullable SessionEnd end(
            AccountingEvent event, OfSession record, Session before, Standing standing) {
        var known = before.end();
        return switch (effect(standing, record.kind())) {
            case TELLS -> known;
            case ENDS -> new SessionEnd(event.at(), Cause.STOP, record.terminateCause());
            case ENDS_IF_EARLIER ->
                known != null && !event.at().isBefore(known.at())
                        ? known
                        : new SessionEnd(event.at(), Cause.STOP, record.terminateCause());
            case REVIVES_IF_LATER -> known != null && event.at().isAfter(known.at()) ? null : known;
        };
    }

    private static Session afterRestarts(Session session, List<Instant> restarts) {
        var end = session.end();
        if (end != null && end.cause() != Cause.NAS_RESTARTED) {
            return session;
        }
        var first = end == null ? Instant.MAX : end.at();
        for (var restart : restarts) {
            if (restart.isAfter(session.startedAt()) && restart.isBefore(first)) {
                first = restart;
            }
        }
        return first.equals(Instant.MAX) || (end != null && first.equals(end.at()))
                ? session
                : session.endedBy(new SessionEnd(first, Cause.NAS_RESTARTED, null));
    }

    // What it tells.

    private static Session told(AccountingEvent event, OfSession record, Session before) {
        boolean isLatest = !event.at().isBefore(before.lastEventAt());
        var start = earliest(event, record, before);
        long seconds = record.sessionSeconds() == null ? before.seconds() : record.sessionSeconds();
        var counted = counted(event, record, before, start);
        return new Session(
                before.id(),
                before.key(),
                isLatest ? event.nasName() : before.nasName(),
                isLatest ? event.nasAddress() : before.nasAddress(),
                start.at(),
                isLatest
                        ? or(record.subscriberId(), before.subscriberId())
                        : or(before.subscriberId(), record.subscriberId()),
                isLatest ? or(record.contractId(), before.contractId()) : or(before.contractId(), record.contractId()),
                isLatest ? record.line().or(before.line()) : before.line().or(record.line()),
                isLatest
                        ? record.addresses().or(before.addresses())
                        : before.addresses().or(record.addresses()),
                isLatest
                        ? or(record.sessionClass(), before.sessionClass())
                        : or(before.sessionClass(), record.sessionClass()),
                counted.state(),
                Math.max(seconds, before.seconds()),
                later(event.at(), before.lastEventAt()),
                later(event.receivedAt(), before.lastHeardAt()),
                interimSeconds(record, before),
                before.end(),
                event.number(),
                new Evidence(
                        start.toldAt(),
                        before.evidence().interimHeard() || record.kind() == Kind.INTERIM,
                        counted.readings(),
                        isLatest ? record.told() : before.evidence().told()));
    }

    private static <T> @Nullable T or(@Nullable T first, @Nullable T second) {
        return first == null ? second : first;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private record Started(Instant at, @Nullable Instant toldAt) {}

    /** The earliest record that tells the start is right: clocks have drifted least, and a Start is the earliest. */
    private static Started earliest(AccountingEvent event, OfSession record, Session before) {
        var known = new Started(before.startedAt(), before.evidence().startToldAt());
        var told = toldStart(event, record);
        if (told == null) {
            return known.toldAt() == null && event.at().isBefore(known.at()) ? new Started(event.at(), null) : known;
        }
        if (known.toldAt() == null || event.at().isBefore(known.toldAt())) {
            return new Started(told, event.at());
        }
        return event.at().equals(known.toldAt()) && told.isBefore(known.at()) ? new Started(told, event.at()) : known;
    }

    /** How often an interim is to be expected: as the last two records were apart, and not more often than asked for. */
    private static int interimSeconds(OfSession record, Session before) {
        int expected = Math.max(before.interimSeconds(), 0);
        if (record.kind() != Kind.INTERIM || record.sessionSeconds() == null) {
            return Math.max(expected, record.askedInterimSeconds());
        }
        long gap = record.sessionSeconds() - before.seconds();
        return gap < SHORTEST_INTERIM_SECONDS
                ? Math.max(expected, record.askedInterimSeconds())
                : Math.clamp(
                        gap,
                        record.askedInterimSeconds(),
                        Math.max(LONGEST_INTERIM_SECONDS, record.askedInterimSeconds()));
    }

    private record Counted(CounterState state, Readings readings) {}

    private static Counted counted(AccountingEvent event, OfSession record, Session before, Started start) {
        var known = before.counted();
        var reported = record.reported();
        var readings = before.evidence().readings();
        if (reported == null) {
            return new Counted(known, readings);
        }
        if (reported.withGigawords() || known.gigawordsSeen()) {
            return new Counted(new CounterState(whole(reported, record, before), true), Readings.NONE);
        }
        long second = record.sessionSeconds() == null
                ? Math.max(0, Duration.between(start.at(), event.at()).toSeconds())
                : record.sessionSeconds();
        var more = readings.with(second, reported);
        return new Counted(new CounterState(known.total().atLeast(more.total()), false), more);
    }

    /** Of octets the NAS says all 64 bits. RFC 2866 §5.8, §5.9: packets have 32 bits and no Gigawords. */
    private static Counters whole(Reported reported, OfSession record, Session before) {
        var known = before.counted().total();
        boolean isLater = record.sessionSeconds() != null && record.sessionSeconds() > before.seconds();
        return known.atLeast(new Counters(
                reported.inputOctets(),
                reported.outputOctets(),
                unwrapped(reported.inputPackets(), known.inputPackets(), isLater),
                unwrapped(reported.outputPackets(), known.outputPackets(), isLater)));
    }

    private static long unwrapped(long reported, long known, boolean isLater) {
        if (reported > LOWER || (!isLater && known > LOWER)) {
            return reported; // a sum, or perhaps of an earlier round
        }
        long sameRound = (known & ~LOWER) | reported;
        return sameRound < known && isLater && reported != 0 ? sameRound + LOWER + 1 : sameRound;
    }
}
