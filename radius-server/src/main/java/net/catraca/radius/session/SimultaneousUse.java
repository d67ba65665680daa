package net.catraca.radius.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.catraca.billing.contract.SimultaneousPolicy;

/**
 * Whether a login may have one more session. Pure. A lost Stop leaves a session in the books that nobody has: such a
 * ghost must not lock its owner out, so what may be one is replaced or not counted, and only what is surely in use
 * elsewhere stands in the way.
 *
 * <p><b>A session counts</b> while it is heard of as often as its NAS is to tell: silence for longer than one interim
 * interval, and a little, is doubt; where no interim was ever to be expected everything is. Doubt lets in.
 *
 * <p><b>What makes room</b> for one from the same place, in this order, and only where all are in use:
 *
 * <pre>
 * the new one has …            REFUSE                 REPLACE_SAME_LINE   REPLACE_OLDEST
 * ---------------------------  ---------------------  ------------------  --------------
 * its MAC, or its address      replaced               replaced            replaced
 * its line, MAC not different  replaced               replaced            replaced
 * nothing to tell them apart   replaced               replaced            replaced
 * its line, another MAC        stays: two devices     replaced            replaced
 * none of them                 stays                  stays               the oldest is replaced
 * </pre>
 *
 * A line is the circuit and remote id, or the port of one NAS where it tells no circuit.
 */
public final class SimultaneousUse {

    /** Interims are late by the NAS's own queue, and by jitter. */
    static final Duration LATE = Duration.ofSeconds(60);

    private static final Comparator<Session> OLDEST_FIRST =
            Comparator.comparing(Session::startedAt).thenComparingLong(Session::id);

    private SimultaneousUse() {}

    /** Whether it may. */
    public sealed interface Ruling {}

    public record Admitted() implements Ruling {}

    /**
     * It may, in the place of these.
     *
     * @param sessions that end when the new one starts
     * @param inFlight that were let in a moment ago and have not started: they retried, or are to be ended when they do
     */
    public record AdmittedReplacing(List<Session> sessions, List<InFlight> inFlight) implements Ruling {
        public AdmittedReplacing {
            sessions = List.copyOf(sessions);
            inFlight = List.copyOf(inFlight);
        }
    }

    /**
     * @param allowed at a time
     * @param inTheWay what is in use
     * @param inFlight how many were let in a moment ago and have not started
     */
    public record Refused(int allowed, List<Session> inTheWay, int inFlight) implements Ruling {
        public Refused {
            inTheWay = List.copyOf(inTheWay);
        }
    }

    /**
     * Let in, but no Start has come.
     *
     * @param nonce in the Class of its Access-Accept
     * @param replaces ids of the sessions that end when it starts
     * @param superseded let in, and then another in its place: to be ended when it starts
     */
    public record InFlight(long nonce, Place place, Instant at, List<Long> replaces, boolean superseded) {
        public InFlight {
            replaces = List.copyOf(replaces);
        }

        InFlight supersede() {
            return new InFlight(nonce, place, at, replaces, true);
        }
    }

    static final Ruling ADMITTED = new Admitted();

    /**
     * @param allowed sessions at a time, 1 or more
     * @param live sessions of that login that count where they are heard of
     * @param inFlight of that login
     */
    public static Ruling rule(
            int allowed,
            SimultaneousPolicy policy,
            Place asking,
            List<Session> live,
            List<InFlight> inFlight,
            Instant now) {
        if (live.size() + inFlight.size() < allowed) {
            return ADMITTED;
        }
        var counted = counted(live, now);
        var flying = flying(inFlight, live);
        int excess = counted.size() + flying.size() + 1 - allowed;
        return excess <= 0 ? ADMITTED : makeRoom(excess, allowed, policy, asking, counted, flying);
    }

    /**
     * Which of a login's sessions are too many, as it happens where two nodes let it in at the same time. As if they had
     * asked one after the other in the order of their starts: who would have been refused goes, and who would have been
     * replaced. The same for every node that knows the same sessions.
     *
     * @param live sessions of that login
     * @return in the order of their starts; those that are not surely in use neither count nor go
     */
    public static List<Session> excess(int allowed, SimultaneousPolicy policy, List<Session> live, Instant now) {
        var counted = counted(live, now);
        if (counted.size() <= allowed) {
            return List.of();
        }
        List<Session> kept = new ArrayList<>();
        List<Session> gone = new ArrayList<>();
        for (var session : counted) {
            switch (rule(allowed, policy, Place.of(session), kept, List.of(), now)) {
                case Admitted _ -> kept.add(session);
                case AdmittedReplacing(var replaced, var _) -> {
                    kept.removeAll(replaced);
                    gone.addAll(replaced);
                    kept.add(session);
                }
                case Refused _ -> gone.add(session);
            }
        }
        gone.sort(OLDEST_FIRST);
        return gone;
    }

    private static Ruling makeRoom(
            int excess,
            int allowed,
            SimultaneousPolicy policy,
            Place asking,
            List<Session> counted,
            List<InFlight> flying) {
        List<Session> sessions = new ArrayList<>();
        List<InFlight> others = new ArrayList<>();
        // One who asks again has not got, or not understood, the first answer.
        for (var other : flying) {
            if (sessions.size() + others.size() < excess && givesWay(policy, asking, other.place())) {
                others.add(other);
            }
        }
        for (var session : counted) {
            if (sessions.size() + others.size() < excess && givesWay(policy, asking, Place.of(session))) {
                sessions.add(session);
            }
        }
        if (policy == SimultaneousPolicy.REPLACE_OLDEST) {
            addOldest(excess, counted, sessions, flying, others);
        }
        return sessions.size() + others.size() < excess
                ? new Refused(allowed, counted, flying.size())
                : new AdmittedReplacing(sessions, others);
    }

    private static void addOldest(
            int excess, List<Session> counted, List<Session> sessions, List<InFlight> flying, List<InFlight> others) {
        for (var session : counted) {
            if (sessions.size() + others.size() < excess && !sessions.contains(session)) {
                sessions.add(session);
            }
        }
        for (var other : flying) {
            if (sessions.size() + others.size() < excess && !others.contains(other)) {
                others.add(other);
            }
        }
    }

    private static boolean givesWay(SimultaneousPolicy policy, Place asking, Place other) {
        if (asking.isDeviceOf(other) || asking.hasAddressOf(other) || asking.cannotBeToldFrom(other)) {
            return true;
        }
        return asking.isLineOf(other)
                && switch (policy) {
                    case REFUSE -> !asking.isOtherDeviceThan(other);
                    case REPLACE_OLDEST, REPLACE_SAME_LINE -> true;
                };
    }

    /** The oldest first. */
    private static List<Session> counted(List<Session> live, Instant now) {
        List<Session> counted = new ArrayList<>(live.size());
        for (var session : live) {
            if (counts(session, now)) {
                counted.add(session);
            }
        }
        counted.sort(OLDEST_FIRST);
        return counted;
    }

    /** Whether the session is surely in use. */
    static boolean counts(Session session, Instant now) {
        int interim = session.interimSeconds();
        return interim > 0
                && !now.isAfter(session.lastHeardAt().plusSeconds(interim).plus(LATE));
    }

    /** Those that have neither started nor been superseded. The oldest first. */
    private static List<InFlight> flying(List<InFlight> inFlight, List<Session> live) {
        List<InFlight> flying = new ArrayList<>(inFlight.size());
        for (var other : inFlight) {
            if (!other.superseded() && !hasStarted(other, live)) {
                flying.add(other);
            }
        }
        return flying;
    }

    private static boolean hasStarted(InFlight other, List<Session> live) {
        for (var session : live) {
            var sessionClass = session.sessionClass();
            if (sessionClass != null && sessionClass.nonce() == other.nonce()) {
                return true;
            }
        }
        return false;
    }
}
