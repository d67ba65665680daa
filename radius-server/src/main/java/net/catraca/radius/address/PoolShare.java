package net.catraca.radius.address;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.catraca.radius.address.AddressPool.Block;
import net.catraca.radius.session.Place;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * What this node holds of one pool, in memory. An address goes to one subscriber at a time, and the same again where it
 * can. It goes to another only once PostgreSQL has its row without an owner, so that after a kill nobody takes for
 * unused what may have been given away. Thread-safe; waits for nothing.
 *
 * <pre>
 * NEVER ──► PREPARING ──► READY ──► OFFERED ──► IN_USE ──► RESTING ──► FREE ──► PREPARING
 *             (row)                   │  ▲                    │  ▲       │
 *                                     └──┼────────────────────┘  │       │   no Start
 *                                        └───────── its owner dials in ──┘
 * </pre>
 */
public final class PoolShare {

    /** After a Stop, before anybody else has it: what is still on its way to the old one finds nobody. */
    static final Duration QUARANTINE = Duration.ofMinutes(10);

    /**
     * How long an address is kept for one who was let in and has not been heard of. Longer than any interim interval, a
     * day: a lost Start is made good by an interim.
     */
    static final Duration UNHEARD = Duration.ofHours(26);

    private enum State {
        NEVER,
        PREPARING,
        READY,
        OFFERED,
        IN_USE,
        RESTING,
        FREE,
        /** Excluded by an operator, or of a block that was given back. */
        GONE
    }

    /** One address or prefix. */
    public static final class Unit {
        private final String text;
        private final IpNumber first;
        private final IpNumber block;
        private State state = State.NEVER;
        private long owner;
        private long sessionId;
        private Instant since = Instant.EPOCH;
        private Duration rests = Duration.ZERO;
        private @Nullable Place place;
        private boolean ownerUnwritten;

        private Unit(String text, IpNumber first, IpNumber block) {
            this.text = text;
            this.first = first;
            this.block = block;
        }

        public IpNumber first() {
            return first;
        }

        public IpNumber block() {
            return block;
        }
    }

    /** An owner that PostgreSQL is to know, so that the address is theirs again after a restart. */
    public record Owner(IpNumber unit, long subscriberId) {}

    /** What PostgreSQL knew of a unit when its block was taken. */
    public record Known(IpNumber unit, @Nullable Long subscriberId) {}

    /** How many units there are of each kind. */
    record Count(int held, int ready, int inUse, int offered, int resting, int free) {}

    private final Map<IpNumber, List<Unit>> blocks = new LinkedHashMap<>();
    private final Map<String, Unit> byText = new HashMap<>();
    private final Map<Long, List<Unit>> byOwner = new HashMap<>();
    private final Deque<Unit> never = new ArrayDeque<>();
    private final Deque<Unit> ready = new ArrayDeque<>();
    private final Deque<Unit> free = new ArrayDeque<>();
    // In the order in which their rest began; where it is cut short, the entry is passed over.
    private final List<Unit> resting = new ArrayList<>();
    private final List<Unit> offered = new ArrayList<>();
    private final List<Unit> unwritten = new ArrayList<>();
    private AddressPool pool;

    PoolShare(AddressPool pool) {
        this.pool = pool;
    }

    synchronized AddressPool pool() {
        return pool;
    }

    /** The pool as it is written now: what is newly excluded is not assigned any more. */
    synchronized void pool(AddressPool now) {
        pool = now;
        for (var unit : byText.values()) {
            boolean excluded = now.isExcluded(unit.first);
            if (excluded && unit.state != State.IN_USE && unit.state != State.OFFERED) {
                unit.state = State.GONE;
            } else if (!excluded && unit.state == State.GONE) {
                rest(unit, QUARANTINE, unit.since);
            }
        }
    }

    // The packet path.

    /**
     * An address for one more session, that which the subscriber had if nobody has it.
     *
     * @param replaced sessions that end when this one starts
     * @return null when none is ready
     */
    synchronized @Nullable String assign(
            long subscriberId, Place place, List<Session> replaced, Lives lives, Instant now) {
        var unit = ofOwner(subscriberId, place, replaced, lives);
        if (unit == null) {
            unit = nextReady();
            if (unit == null) {
                return null;
            }
            own(unit, subscriberId);
        }
        if (unit.state != State.OFFERED) {
            unit.state = State.OFFERED;
            offered.add(unit);
        }
        unit.since = now;
        unit.place = place;
        return unit.text;
    }

    /** The live session of that id, or null. */
    @FunctionalInterface
    interface Lives {
        @Nullable
        Session session(long id);
    }

    private @Nullable Unit nextReady() {
        for (var unit = ready.pollFirst(); unit != null; unit = ready.pollFirst()) {
            if (unit.state == State.READY) {
                return unit;
            }
        }
        return null;
    }

    private @Nullable Unit ofOwner(long subscriberId, Place place, List<Session> replaced, Lives lives) {
        var units = byOwner.get(subscriberId);
        if (units == null) {
            return null;
        }
        for (var unit : units) {
            boolean mine =
                    switch (unit.state) {
                        case FREE, RESTING -> true;
                        // Perhaps it has started, and its Start is lost.
                        case OFFERED -> unit.place == null || unit.place.isSameTry(place);
                        case IN_USE -> isFree(unit, place, replaced, lives);
                        case NEVER, PREPARING, READY, GONE -> false;
                    };
            if (mine) {
                return unit;
            }
        }
        return null;
    }

    /** A second session beside one that lives on gets an address of its own. */
    private static boolean isFree(Unit unit, Place place, List<Session> replaced, Lives lives) {
        var session = lives.session(unit.sessionId);
        return session == null
                || replaced.stream().anyMatch(other -> other.id() == session.id())
                || Place.of(session).isSameTry(place);
    }

    private void own(Unit unit, long subscriberId) {
        disown(unit);
        unit.owner = subscriberId;
        byOwner.computeIfAbsent(subscriberId, _ -> new ArrayList<>(1)).add(unit);
        if (!unit.ownerUnwritten) {
            unit.ownerUnwritten = true;
            unwritten.add(unit);
        }
    }

    private void disown(Unit unit) {
        var units = byOwner.get(unit.owner);
        if (units != null) {
            units.remove(unit);
            if (units.isEmpty()) {
                byOwner.remove(unit.owner);
            }
        }
        unit.owner = 0;
    }

    // Sessions.

    /** A live session has that address, whoever gave it. */
    synchronized void used(String address, Session session) {
        var unit = byText.get(address);
        if (unit == null || unit.state == State.GONE) {
            return;
        }
        unit.state = State.IN_USE;
        unit.sessionId = session.id();
        unit.since = session.lastHeardAt();
        var subscriberId = session.subscriberId();
        if (subscriberId != null && subscriberId != unit.owner) {
            own(unit, subscriberId);
        }
    }

    /** A session with that address has ended. */
    synchronized void ended(String address, long sessionId, Instant now) {
        var unit = byText.get(address);
        if (unit != null && unit.state == State.IN_USE && unit.sessionId == sessionId) {
            rest(unit, QUARANTINE, now);
        }
    }

    private void rest(Unit unit, Duration howLong, Instant now) {
        unit.state = State.RESTING;
        unit.since = now;
        unit.rests = howLong;
        resting.add(unit);
    }

    /** What has rested is free for others; what was offered and never heard of rests. */
    synchronized void passTime(Instant now) {
        offered.removeIf(unit -> {
            if (unit.state != State.OFFERED) {
                return true;
            }
            if (unit.since.plus(UNHEARD).isAfter(now)) {
                return false;
            }
            rest(unit, QUARANTINE, now);
            return true;
        });
        resting.removeIf(unit -> {
            if (unit.state != State.RESTING) {
                return true;
            }
            if (unit.since.plus(unit.rests).isAfter(now)) {
                return false;
            }
            unit.state = State.FREE;
            free.addLast(unit);
            return true;
        });
    }

    // Blocks and rows; the background.

    /**
     * A block that this node holds from now on.
     *
     * @param known rows of its units
     * @param settles how long what has a row is kept for its owner alone: it may be in use, and nobody here knows yet
     */
    synchronized void add(Block block, List<Known> known, Duration settles, Instant now) {
        if (blocks.containsKey(block.first())) {
            return;
        }
        List<Unit> units = new ArrayList<>(block.units());
        for (int i = 0; i < block.units(); i++) {
            var first = block.first().unit(i, pool.unitLength());
            var unit = new Unit(pool.text(first), first, block.first());
            units.add(unit);
            byText.put(unit.text, unit);
            if (pool.isExcluded(first)) {
                unit.state = State.GONE;
            } else {
                never.add(unit);
            }
        }
        blocks.put(block.first(), units);
        for (var row : known) {
            var unit = byText.get(pool.text(row.unit()));
            if (unit != null && unit.state != State.GONE) {
                rest(unit, settles, now);
                if (row.subscriberId() != null) {
                    unit.owner = row.subscriberId();
                    byOwner.computeIfAbsent(unit.owner, _ -> new ArrayList<>(1)).add(unit);
                }
            }
        }
    }

    synchronized List<IpNumber> blocks() {
        return List.copyOf(blocks.keySet());
    }

    /** This node holds it no longer. */
    synchronized void drop(IpNumber block) {
        var units = blocks.remove(block);
        if (units == null) {
            return;
        }
        for (var unit : units) {
            unit.state = State.GONE;
            byText.remove(unit.text);
            disown(unit);
        }
    }

    /** A block of which nothing is used or was just now, taken out; null when there is none. */
    synchronized @Nullable IpNumber takeOutIdle() {
        for (var entry : blocks.entrySet()) {
            if (entry.getValue().stream().allMatch(PoolShare::isIdle)) {
                var block = entry.getKey();
                drop(block);
                return block;
            }
        }
        return null;
    }

    private static boolean isIdle(Unit unit) {
        return unit.state == State.NEVER || unit.state == State.FREE || unit.state == State.GONE;
    }

    /**
     * Units that are to become ready: first those that nobody ever had, then those that are free for longest. They stay
     * aside until {@link #prepared}.
     */
    synchronized List<Unit> prepare(int upTo) {
        List<Unit> units = new ArrayList<>();
        take(never, State.NEVER, upTo, units);
        take(free, State.FREE, upTo, units);
        return units;
    }

    private void take(Deque<Unit> from, State state, int upTo, List<Unit> units) {
        while (units.size() < upTo && !from.isEmpty()) {
            var unit = from.pollFirst();
            // Used meanwhile, or twice in the queue: passed over.
            if (unit.state == state) {
                unit.state = State.PREPARING;
                disown(unit);
                units.add(unit);
            }
        }
    }

    /** Their rows are there, without an owner. */
    synchronized void prepared(List<Unit> units) {
        for (var unit : units) {
            if (unit.state == State.PREPARING) {
                unit.state = State.READY;
                ready.addLast(unit);
            }
        }
    }

    /** Nobody knows whether their rows are there; they were not given to anybody. */
    synchronized void notPrepared(List<Unit> units) {
        for (var unit : units) {
            if (unit.state == State.PREPARING) {
                unit.state = State.FREE;
                free.addFirst(unit);
            }
        }
    }

    /** Owners that PostgreSQL does not know yet, at most so many; each once. */
    synchronized List<Owner> unwrittenOwners(int most) {
        List<Owner> owners = new ArrayList<>();
        var batch = unwritten.subList(0, Math.min(most, unwritten.size()));
        for (var unit : batch) {
            unit.ownerUnwritten = false;
            if (unit.owner != 0) {
                owners.add(new Owner(unit.first, unit.owner));
            }
        }
        batch.clear();
        return owners;
    }

    /** How many could be given to somebody new: now, or as soon as their rows are there. */
    synchronized int spare() {
        return count().ready() + count().free();
    }

    synchronized int readyCount() {
        return (int) ready.stream().filter(unit -> unit.state == State.READY).count();
    }

    synchronized Count count() {
        Map<State, Integer> counts = new EnumMap<>(State.class);
        for (var unit : byText.values()) {
            counts.merge(unit.state, 1, Integer::sum);
        }
        return new Count(
                byText.size() - of(counts, State.GONE),
                of(counts, State.READY),
                of(counts, State.IN_USE),
                of(counts, State.OFFERED),
                of(counts, State.RESTING),
                of(counts, State.NEVER) + of(counts, State.FREE) + of(counts, State.PREPARING));
    }

    private static int of(Map<State, Integer> counts, State state) {
        return counts.getOrDefault(state, 0);
    }
}
