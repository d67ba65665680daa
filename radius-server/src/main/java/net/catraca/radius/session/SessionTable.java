package net.catraca.radius.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingEvent.Unrelated;
import net.catraca.radius.session.SessionEnd.Cause;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions in memory: records are folded in as soon as they are durable, rows of PostgreSQL are put over them when
 * they have been delivered, here or by another node. Closed ones stay for a while, so that what comes late does not
 * revive them.
 *
 * <p>Readers take no lock. Writers take turns, which costs a few microseconds a record, and listeners are told while the
 * writer has its turn, so that they hear of changes in their order.
 */
public final class SessionTable implements LiveSessions, SessionEnds {

    private static final Logger log = LoggerFactory.getLogger(SessionTable.class);

    /** Longer than records overtake each other; what is buffered longer than that meets its row in PostgreSQL. */
    static final Duration CLOSED_KEPT = Duration.ofHours(6);

    /** 50 MB or so. More push out the oldest. */
    static final int MOST_CLOSED = 100_000;

    /** Restarts of one NAS that are remembered; the latest. */
    static final int MOST_RESTARTS = 16;

    /** Inferred ends that wait for PostgreSQL; more are written by whoever infers them again. */
    static final int MOST_PENDING_ENDS = 100_000;

    private static final int NODE_SHIFT = 48;

    private final Map<SessionKey, List<Session>> byKey = new HashMap<>();
    private final Map<Long, List<Instant>> restarts = new HashMap<>();
    private final Map<Long, SessionEnd> pendingEnds = new HashMap<>();
    private final Deque<Closed> closed = new ArrayDeque<>();

    // Of live ones only; read without a lock.
    private final Map<Long, Session> byId = new ConcurrentHashMap<>();
    private final Map<Long, List<Session>> bySubscriber = new ConcurrentHashMap<>();
    private final Map<Long, List<Session>> byContract = new ConcurrentHashMap<>();
    private final Map<String, Session> byAddress = new ConcurrentHashMap<>();
    private final Map<Long, Map<Long, Session>> byNas = new ConcurrentHashMap<>();

    private final List<SessionListener> listeners = new CopyOnWriteArrayList<>();
    private final int node;
    private long deliveredUpTo;
    private volatile boolean loaded;
    private volatile boolean replaying;

    private record Closed(SessionKey key, long id, Instant heardAt) {}

    /** @param node whose journal's records are folded in; rows also come from others */
    public SessionTable(int node) {
        this.node = node;
    }

    // Folding.

    /** Folds a durable record in; in the order of the journal, so that a session has the same id here and in PostgreSQL. */
    public synchronized void fold(AccountingEvent event) {
        switch (event.what()) {
            case OfSession record -> fold(event, record);
            case NasRestarted _ -> restarted(event);
            case Unrelated _ -> {}
        }
        forgetOldest(event.receivedAt());
    }

    private void fold(AccountingEvent event, OfSession record) {
        var known = byKey.getOrDefault(record.key(), List.of());
        var change = SessionRules.fold(event, record, known, restarts.getOrDefault(event.nasId(), List.of()));
        replace(change.before(), change.now());
    }

    private void restarted(AccountingEvent event) {
        restarts.merge(event.nasId(), List.of(event.at()), SessionTable::latest);
        var ofNas = byNas.get(event.nasId());
        if (ofNas != null) {
            for (var session : List.copyOf(ofNas.values())) {
                replace(session, SessionRules.fold(event, session));
            }
        }
    }

    private static List<Instant> latest(List<Instant> known, List<Instant> more) {
        var all = new ArrayList<>(known);
        for (var at : more) {
            if (!all.contains(at)) {
                all.add(at);
            }
        }
        all.sort(null);
        return List.copyOf(all.subList(Math.max(0, all.size() - MOST_RESTARTS), all.size()));
    }

    @Override
    public synchronized void end(long sessionId, SessionEnd how) {
        var session = byId.get(sessionId);
        if (session != null) {
            replace(session, SessionRules.infer(session, how));
            if (pendingEnds.size() < MOST_PENDING_ENDS) {
                pendingEnds.put(sessionId, how);
            }
        }
    }

    /** The inferred ends that no row is known to have yet. */
    public synchronized Map<Long, SessionEnd> pendingEnds() {
        return Map.copyOf(pendingEnds);
    }

    /** That end was written, or is of no use any more: the session is not in PostgreSQL, or was heard of again. */
    public synchronized void endSettled(long sessionId, SessionEnd how) {
        pendingEnds.remove(sessionId, how);
    }

    // Rows of PostgreSQL.

    /** When that NAS restarted, as PostgreSQL knows: its sessions from before have ended, whoever was told of it. */
    public synchronized void putRestarts(long nasId, List<Instant> at) {
        var before = restarts.getOrDefault(nasId, List.of());
        var news = at.stream().filter(one -> !before.contains(one)).toList();
        if (news.isEmpty()) {
            return;
        }
        restarts.merge(nasId, news, SessionTable::latest);
        var ofNas = byNas.get(nasId);
        if (ofNas != null) {
            for (var session : List.copyOf(ofNas.values())) {
                var ended = session;
                for (var one : news) {
                    ended = SessionRules.endedByRestart(one, ended);
                }
                replace(session, ended);
            }
        }
    }

    /**
     * All live rows and those closed of late were put: whatever was folded from a file of the journal and is not among
     * them has closed long ago.
     *
     * @param rows ids of the rows
     * @param delivered up to which record of this node's journal the rows know
     */
    public synchronized void settle(Set<Long> rows, long delivered) {
        for (var session : List.copyOf(byId.values())) {
            boolean isKnownThere = session.lastRecord() >>> NODE_SHIFT == node && session.lastRecord() <= delivered;
            if (isKnownThere && !rows.contains(session.id())) {
                replace(session, SessionRules.infer(session, new SessionEnd(session.lastEventAt(), Cause.STALE, null)));
            }
        }
    }

    /** Records of this node's journal up to that number are in PostgreSQL. */
    public synchronized void delivered(long number) {
        deliveredUpTo = Math.max(deliveredUpTo, number);
    }

    /**
     * Puts rows over what is in memory; but what memory has heard since, from records that are not delivered yet, stays:
     * the row comes again with those.
     */
    public void put(List<Session> rows) {
        for (var row : rows) {
            put(row);
        }
    }

    private synchronized void put(Session row) {
        var known = sameAs(row);
        if (known == null) {
            if (row.isLive() || isRecent(row)) {
                replace(null, withPendingEnd(row));
            }
            return;
        }
        if (hasNews(known, row)) {
            replace(known, known.id() == row.id() ? known : known.knownAs(row.id()));
        } else {
            replace(known, withPendingEnd(row));
        }
    }

    private boolean isRecent(Session row) {
        return closed.isEmpty()
                || !row.lastHeardAt().isBefore(closed.getLast().heardAt().minus(CLOSED_KEPT));
    }

    private @Nullable Session sameAs(Session row) {
        Session begunTogether = null;
        for (var known : byKey.getOrDefault(row.key(), List.of())) {
            if (known.id() == row.id()) {
                return known;
            }
            if (SessionRules.beganTogether(known, row)) {
                begunTogether = known;
            }
        }
        return begunTogether;
    }

    private boolean hasNews(Session known, Session row) {
        return known.lastRecord() != row.lastRecord()
                && known.lastRecord() >>> NODE_SHIFT == node
                && known.lastRecord() > deliveredUpTo;
    }

    private Session withPendingEnd(Session row) {
        var pending = pendingEnds.get(row.id());
        if (pending == null) {
            return row;
        }
        if (!row.isLive() || row.lastEventAt().isAfter(pending.at())) {
            pendingEnds.remove(row.id());
            return row;
        }
        return row.endedBy(pending);
    }

    // The indexes.

    private void replace(@Nullable Session before, Session now) {
        if (now.equals(before)) {
            return;
        }
        byKey.merge(now.key(), List.of(now), (known, _) -> replaced(known, before, now));
        if (before != null && before.isLive()) {
            takeOut(before, now);
        }
        if (now.isLive()) {
            putIn(now);
        } else if (before == null || before.isLive() || before.id() != now.id()) {
            closed.addLast(new Closed(now.key(), now.id(), now.lastHeardAt()));
        }
        tell(before, now);
    }

    private static List<Session> replaced(List<Session> known, @Nullable Session before, Session now) {
        var sessions = new ArrayList<Session>(known.size() + 1);
        for (var session : known) {
            if (before == null || session.id() != before.id()) {
                sessions.add(session);
            }
        }
        sessions.add(now);
        return List.copyOf(sessions);
    }

    private void takeOut(Session before, Session now) {
        if (!now.isLive() || now.id() != before.id()) {
            byId.remove(before.id());
            var ofNas = byNas.get(before.key().nasId());
            if (ofNas != null) {
                ofNas.remove(before.id());
            }
        }
        remove(bySubscriber, before.subscriberId(), before);
        remove(byContract, before.contractId(), before);
        for (var address : addresses(before)) {
            byAddress.computeIfPresent(address, (_, session) -> session.id() == before.id() ? null : session);
        }
    }

    private void putIn(Session now) {
        byId.put(now.id(), now);
        byNas.computeIfAbsent(now.key().nasId(), _ -> new ConcurrentHashMap<>()).put(now.id(), now);
        add(bySubscriber, now.subscriberId(), now);
        add(byContract, now.contractId(), now);
        for (var address : addresses(now)) {
            byAddress.put(address, now);
        }
    }

    private static void add(Map<Long, List<Session>> index, @Nullable Long id, Session now) {
        if (id != null) {
            index.merge(id, List.of(now), (known, _) -> replaced(known, now, now));
        }
    }

    private static void remove(Map<Long, List<Session>> index, @Nullable Long id, Session before) {
        if (id != null) {
            index.computeIfPresent(id, (_, known) -> {
                var rest = known.stream()
                        .filter(session -> session.id() != before.id())
                        .toList();
                return rest.isEmpty() ? null : rest;
            });
        }
    }

    private static List<String> addresses(Session session) {
        var addresses = session.addresses();
        var found = new ArrayList<String>(2);
        if (addresses.ipv4() != null) {
            found.add(addresses.ipv4());
        }
        if (addresses.ipv6() != null) {
            found.add(addresses.ipv6());
        }
        return found;
    }

    private void forgetOldest(Instant now) {
        var limit = now.minus(CLOSED_KEPT);
        while (!closed.isEmpty()
                && (closed.size() > MOST_CLOSED || closed.getFirst().heardAt().isBefore(limit))) {
            var oldest = closed.removeFirst();
            byKey.computeIfPresent(oldest.key(), (_, known) -> {
                var rest = known.stream()
                        .filter(session -> session.isLive() || session.id() != oldest.id())
                        .toList();
                return rest.isEmpty() ? null : rest;
            });
        }
    }

    private void tell(@Nullable Session before, Session now) {
        for (var listener : listeners) {
            try {
                listener.changed(before, now);
            } catch (RuntimeException defect) {
                log.error("a listener of sessions failed; the others and the records go on", defect);
            }
        }
    }

    /** Whether what the journal holds from before is being folded in; rows are put after that. */
    public void replaying(boolean now) {
        replaying = now;
    }

    public boolean isReplaying() {
        return replaying;
    }

    /** What PostgreSQL knew when this node started is here. */
    public void loaded() {
        loaded = true;
    }

    /** Whether {@link #loaded}; until then nobody is told to be connected already. */
    public boolean isLoaded() {
        return loaded;
    }

    // Reading.

    @Override
    public @Nullable Session byId(long id) {
        return byId.get(id);
    }

    @Override
    public List<Session> ofSubscriber(long subscriberId) {
        return bySubscriber.getOrDefault(subscriberId, List.of());
    }

    @Override
    public List<Session> ofContract(long contractId) {
        return byContract.getOrDefault(contractId, List.of());
    }

    @Override
    public @Nullable Session byAddress(String address) {
        return byAddress.get(address);
    }

    @Override
    public void forEach(Consumer<Session> visitor) {
        byId.values().forEach(visitor);
    }

    @Override
    public void forEachOfNas(long nasId, Consumer<Session> visitor) {
        var ofNas = byNas.get(nasId);
        if (ofNas != null) {
            ofNas.values().forEach(visitor);
        }
    }

    @Override
    public int size() {
        return byId.size();
    }

    /** Live sessions of one NAS. */
    public int sizeOfNas(long nasId) {
        var ofNas = byNas.get(nasId);
        return ofNas == null ? 0 : ofNas.size();
    }

    @Override
    public void listen(SessionListener listener) {
        listeners.add(listener);
    }
}
