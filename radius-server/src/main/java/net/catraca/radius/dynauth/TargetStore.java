package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.session.Session;
import net.catraca.radius.store.TargetBook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings targets and attempts to PostgreSQL and keeps this node's leases, on a thread of its own: the reconciler never
 * waits for the database. Of a session only the newest target waits, so what waits is bounded by the sessions.
 */
final class TargetStore implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TargetStore.class);

    /** One transaction, some milliseconds: a restore waits no longer than for it. */
    private static final int ROWS_AT_ONCE = 500;

    /** Some minutes of a mass change while the database is away; then the oldest are lost, and counted. */
    static final int MOST_ATTEMPTS = 50_000;

    /** Replaced sessions that wait for PostgreSQL; of more the next records tell. */
    static final int MOST_HANDED_OVER = 10_000;

    private static final int LEASE_SECONDS = 15;
    private static final Duration LEASE_EVERY = Duration.ofSeconds(3);
    /** An operator who has corrected a rule sees it work at once. */
    private static final Duration RULES_EVERY = Duration.ofSeconds(1);

    private static final Duration PARTITIONS_EVERY = Duration.ofHours(6);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);

    private final TargetBook book;
    private final String node;
    private final Supplier<Collection<Long>> nasIds;
    private final Listener listener;
    private final Clock clock;
    private final Ticker ticker;
    private final OrdersElsewhere orders;

    // Guarded by this.
    private final Map<Long, SessionTarget> targets = new LinkedHashMap<>();
    private final Set<Long> gone = new LinkedHashSet<>();
    private final Deque<Attempt> attempts = new ArrayDeque<>();
    private final Map<Long, Session> replaced = new LinkedHashMap<>();
    private long lostAttempts;
    private boolean closed;

    private volatile boolean away = true;
    private @Nullable Thread thread;

    // Of the thread only.
    private final Set<Long> held = new HashSet<>();
    private @Nullable Long leasedAtNanos;
    private @Nullable Long rulesAtNanos;
    private @Nullable Long ordersAtNanos;
    private @Nullable Instant partitionedAt;
    private Duration backoff = FIRST_BACKOFF;

    /** Told on the store's thread; must not wait. */
    interface Listener {
        void stored(List<SessionTarget> targets);

        /** From now on this node sends to that NAS; these are the targets that are stored of it. */
        void gained(long nasId, List<SessionTarget> targets);

        /** Another node does. */
        void lost(long nasId);

        /** Another node has replaced these at NASes to which this one sends. */
        void handedOver(List<Session> replaced);

        /** Another node was asked for this, of a NAS to which this one sends. */
        void handedOn(HandedOrder order);

        /** What is said of single NASes. */
        void rules(Map<Long, CoaRules> byNas);
    }

    /** @param nasIds all NASes there are */
    TargetStore(
            TargetBook book,
            String node,
            Supplier<Collection<Long>> nasIds,
            Listener listener,
            Clock clock,
            Ticker ticker) {
        this.book = book;
        this.node = node;
        this.nasIds = nasIds;
        this.listener = listener;
        this.clock = clock;
        this.ticker = ticker;
        this.orders = new OrdersElsewhere(book.orders(), node, clock);
    }

    synchronized void start() {
        thread = Thread.ofPlatform().name("coa-store").daemon().start(this::run);
    }

    synchronized void save(SessionTarget target) {
        gone.remove(target.sessionId());
        targets.put(target.sessionId(), target);
        notifyAll();
    }

    synchronized void forget(long sessionId) {
        targets.remove(sessionId);
        gone.add(sessionId);
        notifyAll();
    }

    synchronized void save(Attempt attempt) {
        if (attempts.size() == MOST_ATTEMPTS) {
            attempts.removeFirst();
            lostAttempts++;
        }
        attempts.addLast(attempt);
        notifyAll();
    }

    /** To the node that sends to its NAS. */
    synchronized void handOver(Session session) {
        if (replaced.size() < MOST_HANDED_OVER) {
            replaced.put(session.id(), session);
            notifyAll();
        }
    }

    /** What people want, to the node that sends to its NAS. Returns false when too many such orders wait. */
    synchronized boolean handOn(Order order, long nasId) {
        boolean isTaken = orders.handOn(order, nasId);
        notifyAll();
        return isTaken;
    }

    /** What became of an order that another node has handed on. */
    synchronized void answer(HandedOrder order, OrderResult result) {
        orders.answer(new HandedOrder.Answer(order.id(), result));
        notifyAll();
    }

    int ordersElsewhere() {
        return orders.waiting();
    }

    /** Whether the last try to write or to renew the leases failed, or none has succeeded yet. */
    boolean isAway() {
        return away;
    }

    synchronized int waiting() {
        return targets.size() + gone.size() + attempts.size();
    }

    synchronized long lostAttempts() {
        return lostAttempts;
    }

    private record Batch(List<SessionTarget> targets, List<Long> gone, List<Attempt> attempts) {
        boolean isEmpty() {
            return targets.isEmpty() && gone.isEmpty() && attempts.isEmpty();
        }
    }

    private void run() {
        for (var batch = next(); batch != null; batch = next()) {
            try {
                write(batch);
                rules();
                exchangeOrders();
                leases();
                away = false;
                backoff = FIRST_BACKOFF;
            } catch (RuntimeException e) {
                putBack(batch);
                failed(e);
            }
        }
    }

    /** Waits for something to write, or until rules or leases are due. Null at the end. */
    private synchronized @Nullable Batch next() {
        while (!closed
                && targets.isEmpty()
                && gone.isEmpty()
                && attempts.isEmpty()
                && !orders.isUrgent()
                && !leasesAreDue()
                && !rulesAreDue()) {
            await(Duration.ofMillis(100));
        }
        if (closed && (away || (targets.isEmpty() && gone.isEmpty() && attempts.isEmpty() && !orders.isUrgent()))) {
            return null;
        }
        return new Batch(takeTargets(), take(gone), takeAttempts());
    }

    @SuppressWarnings("WaitNotInLoop") // a pause that ends early does no harm: the callers look again
    private void await(Duration time) {
        try {
            wait(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private List<SessionTarget> takeTargets() {
        var taken = targets.values().stream().limit(ROWS_AT_ONCE).toList();
        taken.forEach(target -> targets.remove(target.sessionId()));
        return taken;
    }

    private static List<Long> take(Set<Long> ids) {
        var taken = ids.stream().limit(ROWS_AT_ONCE).toList();
        taken.forEach(ids::remove);
        return taken;
    }

    private List<Attempt> takeAttempts() {
        var taken = new ArrayList<Attempt>();
        while (taken.size() < ROWS_AT_ONCE && !attempts.isEmpty()) {
            taken.add(attempts.removeFirst());
        }
        return taken;
    }

    private synchronized void putBack(Batch batch) {
        batch.targets.forEach(target -> {
            if (!gone.contains(target.sessionId())) {
                targets.putIfAbsent(target.sessionId(), target);
            }
        });
        batch.gone.stream().filter(id -> !targets.containsKey(id)).forEach(gone::add);
        for (int i = batch.attempts.size() - 1; i >= 0 && attempts.size() < MOST_ATTEMPTS; i--) {
            attempts.addFirst(batch.attempts.get(i));
        }
    }

    private void write(Batch batch) {
        var now = clock.instant();
        if (partitionedAt == null || partitionedAt.plus(PARTITIONS_EVERY).isBefore(now)) {
            book.keepPartitions(now);
            partitionedAt = now;
        }
        if (!batch.isEmpty()) {
            book.save(batch.targets, batch.gone, batch.attempts);
            listener.stored(batch.targets);
        }
    }

    private boolean leasesAreDue() {
        return leasedAtNanos == null || ticker.read() - leasedAtNanos >= LEASE_EVERY.toNanos();
    }

    private boolean rulesAreDue() {
        return rulesAtNanos == null || ticker.read() - rulesAtNanos >= RULES_EVERY.toNanos();
    }

    private boolean ordersAreDue() {
        return ordersAtNanos == null || ticker.read() - ordersAtNanos >= RULES_EVERY.toNanos();
    }

    private void rules() {
        if (rulesAreDue()) {
            listener.rules(book.rules());
            handOver();
            rulesAtNanos = ticker.read();
        }
    }

    private void exchangeOrders() {
        if (orders.isUrgent() || ordersAreDue()) {
            orders.exchange(held).forEach(listener::handedOn);
            ordersAtNanos = ticker.read();
        }
    }

    private void handOver() {
        List<Session> given;
        synchronized (this) {
            given = List.copyOf(replaced.values());
        }
        if (!given.isEmpty()) {
            book.handOver(given, clock.instant());
            synchronized (this) {
                given.forEach(session -> replaced.remove(session.id()));
            }
        }
        if (!held.isEmpty()) {
            var ours = book.takeHandedOver(held, clock.instant());
            if (!ours.isEmpty()) {
                listener.handedOver(ours);
            }
        }
    }

    private void leases() {
        if (!leasesAreDue()) {
            return;
        }
        var mine = book.lease(nasIds.get(), node, LEASE_SECONDS);
        leasedAtNanos = ticker.read();
        for (long nasId : Set.copyOf(held)) {
            if (!mine.contains(nasId)) {
                held.remove(nasId);
                listener.lost(nasId);
            }
        }
        for (long nasId : mine) {
            if (!held.contains(nasId)) {
                orders.gained(nasId);
                listener.gained(nasId, book.ofNas(nasId));
                held.add(nasId);
            }
        }
    }

    private synchronized void failed(RuntimeException e) {
        if (!away) {
            log.warn(
                    "targets of live sessions cannot be stored ({}); restores go out all the same, restrictions wait",
                    e.getMessage());
        }
        away = true;
        leasedAtNanos = null;
        rulesAtNanos = null;
        ordersAtNanos = null;
        if (!closed) {
            await(backoff);
        }
        var twice = backoff.multipliedBy(2);
        backoff = twice.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : twice;
    }

    /** Writes what waits, if the database is there, and gives the leases back. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            thread = null; // closed twice where the main class and its context both do
            notifyAll();
        }
        if (running == null) {
            return;
        }
        try {
            if (running.join(Duration.ofSeconds(2)) && !away) {
                book.releaseLeases(node);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("the leases of NASes could not be given back ({}); they end by themselves", e.getMessage());
        }
    }
}
