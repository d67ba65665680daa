package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.directory.DirectoryListener;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.accounting.LevelSigns;
import net.catraca.radius.dynauth.NasQueue.Lane;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.LiveSessions;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionEnds;
import net.catraca.radius.session.SessionListener;
import net.catraca.radius.store.TargetBook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares for every live session what it should have with what its NAS has acknowledged, and repairs the difference.
 * {@link #step} is the story: what others have reported is taken up ({@link Reports}), each session that it concerns is
 * compared ({@link Retargeting}), a new target is stored and then waits in its NAS's queue ({@link Targets}), it is sent
 * when its turn comes ({@link Sender}), and what comes of it is judged ({@link Answers}).
 *
 * <p>All of it happens on one thread, which waits for nobody: neither for the database ({@link TargetStore}) nor for a
 * NAS ({@link DynauthClient}). The parts keep their state without locks, for that thread alone; each says what of it
 * others may read. The public methods are for any thread.
 */
public final class Reconciler implements SessionListener, DirectoryListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    /** Rates are kept in steps of it; what is reported wakes the thread at once. */
    private static final Duration STEP = Duration.ofMillis(20);

    /** A defect that repeats must not fill the disk with its traces. */
    private static final Duration AFTER_DEFECT = Duration.ofMillis(500);

    /** Sessions looked at in one step where all are: a restore waits no longer than for them, some milliseconds. */
    private static final int SWEPT_AT_ONCE = 2_000;

    private final LiveSessions sessions;
    private final ReplyProfiles profiles;
    private final Clock clock;
    private final Ticker ticker;
    private final WantedAccess wantedAccess;
    private final CoaMeters meters;

    private final Reports reports = new Reports(this::wake);
    private final HeldNases nases;
    private final TargetStore store;
    private final Orders orders;
    private final Targets targets;
    private final Retargeting retargeting;
    private final Sender sender;
    private final Answers answers;
    private final NasStatuses statuses;

    // Of the thread only.
    private final DueContracts due = new DueContracts();
    private final MovedSessions moved = new MovedSessions();

    private volatile boolean closed;
    private @Nullable Thread thread;

    /**
     * @param ends is told of sessions that their NAS does not know
     * @param usual the budget of a NAS of which nothing else is said
     * @param node name of this node, the same after a restart: who holds a lease
     * @param ticker elapsed time: of rates, pauses and what is done every so often
     * @param random for the jitter of back-offs
     */
    public Reconciler(
            LiveSessions sessions,
            SubscriberDirectory directory,
            ReplyProfiles profiles,
            NasRegistry registry,
            NasIdentities identities,
            DynauthClient client,
            TargetBook book,
            SessionEnds ends,
            NasBudget usual,
            String node,
            Clock clock,
            Ticker ticker,
            RandomGenerator random,
            MeterRegistry meterRegistry) {
        this.sessions = sessions;
        this.profiles = profiles;
        this.clock = clock;
        this.ticker = ticker;
        wantedAccess = new WantedAccess(directory, profiles);
        nases = new HeldNases(profiles, usual);
        store = new TargetStore(book, node, nases::known, new FromStore(), clock, ticker);
        orders = new Orders(sessions, store, clock);
        targets = new Targets(store, nases, orders, clock, ticker, this::overflowed);
        meters = new CoaMeters(meterRegistry, store, new LevelCounts(sessions, targets::shown, ticker));
        retargeting = new Retargeting(wantedAccess);
        sender = new Sender(
                directory, wantedAccess, profiles, identities, client, store, targets, orders, reports, clock, ticker);
        answers = new Answers(nases, targets, store, ends, this::ended, meters, node, clock, ticker, random);
        statuses = new NasStatuses(nases, targets, meters, ticker);
        registry.listen(nases::table);
    }

    /** What the store reports, to be dealt with on our own thread. */
    private final class FromStore implements TargetStore.Listener {
        @Override
        public void stored(List<SessionTarget> stored) {
            reports.fromStore(() -> stored.forEach(targets::stored));
        }

        @Override
        public void gained(long nasId, List<SessionTarget> loaded) {
            reports.fromStore(() -> Reconciler.this.gained(nasId, loaded));
        }

        @Override
        public void lost(long nasId) {
            reports.fromStore(() -> Reconciler.this.lost(nasId));
        }

        @Override
        public void handedOver(List<Session> replaced) {
            reports.fromStore(() -> replaced.forEach(
                    session -> ordered(Order.endReplaced(session, "another node's session took its place"))));
        }

        @Override
        public void handedOn(HandedOrder order) {
            reports.fromStore(() -> ordered(orders.takeOver(order)));
        }

        @Override
        public void rules(Map<Long, CoaRules> byNas) {
            reports.fromStore(() -> nases.rules(byNas).forEach(Reconciler.this::startOver));
        }
    }

    /** Begins; returns at once. The caller has made this a listener of sessions and directory. */
    public synchronized void start() {
        if (thread == null) {
            store.start();
            thread = Thread.ofPlatform().name("coa-reconciler").daemon().start(this::run);
        }
    }

    private synchronized void wake() {
        LockSupport.unpark(thread);
    }

    @Override
    public void changed(@Nullable Session before, Session now) {
        var target = targets.shown(now.id());
        if (target != null && now.isLive()) {
            var subscriber = wantedAccess.subscriber(now);
            var why = subscriber == null
                    ? null
                    : contradiction(before, now, target, subscriber.contract().plan());
            if (why != null) {
                reports.contradicted(now.id(), why);
            }
        }
        // An interim of a session that agrees is no news.
        if (before == null
                || !now.isLive()
                || target != null
                || !before.addresses().equals(now.addresses())) {
            reports.sessionChanged(now.id());
        }
    }

    private @Nullable String contradiction(@Nullable Session before, Session now, SessionTarget target, Plan plan) {
        var byRate = Contradiction.of(before, now, target, plan);
        if (byRate != null || now.evidence().told() == null) {
            return byRate;
        }
        var nas = nases.known(target.nasId());
        return nas == null || !profiles.vendors().contains(nas.vendor())
                ? null
                : Contradiction.ofSigns(
                        now, target, level -> LevelSigns.of(profiles.encoded(nas.vendor(), plan, level)));
    }

    @Override
    public void contractChanged(long contractId) {
        reports.contractChanged(contractId);
    }

    @Override
    public void everythingChanged() {
        reports.sweep();
    }

    private void run() {
        while (!closed) {
            try {
                step();
            } catch (RuntimeException e) {
                log.error("a defect: reconciling goes on with what comes next", e);
                LockSupport.parkNanos(AFTER_DEFECT.toNanos());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    private void step() {
        applyTable();
        reports.forEachOfStore(Runnable::run);
        reports.forEachAnswer(answers::answered);
        reports.forEachContradiction(answers::contradicted);
        var now = clock.instant();
        due.drain(now, reports::contractDue);
        reports.forEachContract(contractId -> lookAtContract(contractId, now));
        reports.forEachOrder(this::ordered);
        if (reports.takeSweep()) {
            sessions.forEach(session -> reports.sessionChanged(session.id()));
        }
        reports.forEachSession(SWEPT_AT_ONCE, sessionId -> lookAtSession(sessionId, now));
        targets.offerUnstoredRestores();
        nases.all().forEach(sender::send);
        statuses.show(now);
    }

    private void applyTable() {
        var edits = nases.applyTable();
        edits.removed().forEach(this::lost);
        edits.startingOver().forEach(this::startOver);
    }

    /**
     * Whoever has corrected a NAS's port, secret, rules or profile does not wait for pauses that the mistake has brought about:
     * what it has not acknowledged is tried from the beginning, a few restrictions first.
     */
    private void startOver(HeldNas nas) {
        nas.startOver(ticker.read());
        int anew = targets.tryAgain(nas, target -> target.state() != State.AGREED);
        log.info("NAS {}, its CoA rules or its profile were edited; {} targets are tried anew", nas.name(), anew);
    }

    private void gained(long nasId, List<SessionTarget> loaded) {
        var nas = nases.gain(nasId, ticker.read());
        if (nas == null) {
            return;
        }
        for (var target : loaded) {
            var session = sessions.byId(target.sessionId());
            if (session == null && isLongOver(target)) {
                store.forget(target.sessionId());
            } else {
                var found = target.afterRestart();
                targets.keep(found);
                if (session != null && found.isOpen()) {
                    targets.offer(found);
                }
            }
        }
        sessions.forEachOfNas(nasId, session -> reports.sessionChanged(session.id()));
        statuses.showSoon();
        log.info("this node sends CoA to NAS {}; {} targets were stored", nas.name(), loaded.size());
    }

    /** A session may be in the journal still and not in memory; after an hour it is not. */
    private boolean isLongOver(SessionTarget target) {
        return target.since().plus(Duration.ofHours(1)).isBefore(clock.instant());
    }

    private void lost(long nasId) {
        nases.remove(nasId);
        statuses.showSoon();
        targets.removeOf(nasId);
        orders.handOnAll(nasId);
    }

    private void lookAtContract(long contractId, Instant now) {
        due.set(contractId, null);
        sessions.ofContract(contractId).forEach(session -> lookAt(session, "access changed", now));
        for (long id : moved.to(contractId)) {
            var session = sessions.byId(id);
            if (session == null || isOf(session, contractId)) {
                moved.arrived(contractId, id);
            } else {
                lookAt(session, "access changed", now);
            }
        }
    }

    private void lookAtSession(long sessionId, Instant now) {
        var session = sessions.byId(sessionId);
        if (session == null) {
            ended(sessionId);
        } else {
            lookAt(session, "session heard of", now);
        }
    }

    private void lookAt(Session session, String cause, Instant now) {
        var nas = nases.of(session.key().nasId());
        var wanted = nas == null ? null : wantedAccess.of(session, nas.nas(), now);
        if (nas == null || wanted == null) {
            return;
        }
        long contractId = wanted.subscriber().contract().contractId();
        due.set(contractId, wanted.nextChange());
        if (!isOf(session, contractId)) {
            moved.add(contractId, session.id());
        }
        var next = retargeting.compared(session, nas, targets.of(session.id()), wanted, cause, now);
        if (next != null) {
            targets.put(nas, next);
        }
    }

    private static boolean isOf(Session session, long contractId) {
        return session.contractId() != null && session.contractId() == contractId;
    }

    private void ended(long sessionId) {
        var target = targets.remove(sessionId);
        moved.ended(sessionId);
        boolean isToEndAtItsNas = orders.isToEndAtItsNas(sessionId);
        if (target != null) {
            var nas = nases.of(target.nasId());
            if (nas != null) {
                nas.forgetOvertaken(sessionId);
                if (!isToEndAtItsNas) {
                    nas.queue().remove(sessionId);
                }
            }
            store.forget(sessionId);
        }
        if (!isToEndAtItsNas) {
            Orders.complete(orders.take(sessionId), new OrderResult.NoSuchSession());
        }
    }

    private void ordered(Order order) {
        var session = orders.session(order.sessionId(), order);
        if (session == null) {
            Orders.complete(order, new OrderResult.NoSuchSession());
            return;
        }
        var nas = nases.of(session.key().nasId());
        if (nas == null) {
            orders.handOn(order, session);
            return;
        }
        orders.add(order);
        boolean isTaken =
                switch (order.what()) {
                    case DISCONNECT ->
                        nas.queue()
                                .offer(
                                        order.sessionId(),
                                        order.alone() ? Lane.RESTORE : Lane.RESTRICTION,
                                        ticker.read());
                    case PUSH_PROFILE -> pushed(session, nas, order);
                };
        if (!isTaken) {
            Orders.complete(orders.take(order.sessionId()), new OrderResult.NothingToSend());
        }
    }

    private boolean pushed(Session session, HeldNas nas, Order order) {
        var now = clock.instant();
        var wanted = wantedAccess.of(session, nas.nas(), now);
        if (wanted == null) {
            return false;
        }
        targets.put(nas, retargeting.pushed(session, nas, targets.of(session.id()), wanted, order.by(), now));
        return true;
    }

    /** The next steps look at the session until its NAS's queue has a place for it. */
    private void overflowed(long sessionId) {
        meters.overflowed();
        reports.sessionChanged(sessionId);
    }

    /** What is wanted of a session and what its NAS has acknowledged; null when it never had to be changed. */
    public @Nullable SessionTarget target(long sessionId) {
        return targets.shown(sessionId);
    }

    /** Whose session it is, as the directory knows now; null for nobody's. */
    public @Nullable SubscriberSnapshot subscriber(Session session) {
        return wantedAccess.subscriber(session);
    }

    /** Null when another node sends to it, or it has just been made. */
    public @Nullable NasStatus status(long nasId) {
        return statuses.of(nasId);
    }

    public Collection<NasStatus> statuses() {
        return statuses.all();
    }

    /** Whether this node is the one that sends to that NAS, as of a second ago. */
    public boolean sendsTo(long nasId) {
        return status(nasId) != null;
    }

    /**
     * Ends a live session. Where another node sends to its NAS, it is told by way of PostgreSQL.
     *
     * @param by who wants it, for the history
     * @param alone false for one of many, which wait their turn among the restrictions
     * @return what became of it, once that is known
     */
    public CompletableFuture<OrderResult> disconnect(long sessionId, String by, boolean alone) {
        return order(Order.disconnect(sessionId, by, alone));
    }

    /** Sends a live session's profile once more, whatever was acknowledged; likewise by the node that sends to its NAS. */
    public CompletableFuture<OrderResult> pushProfile(long sessionId, String by) {
        return order(Order.pushProfile(sessionId, by));
    }

    /**
     * A later session took its place: it has ended in the books, and is ended at its NAS, too, among the restrictions.
     * Where another node sends to that NAS, it is told by way of PostgreSQL.
     */
    public void endReplaced(Session session) {
        var _ = order(Order.endReplaced(session, "a later session took its place"));
    }

    /** One of a login's sessions too many: it is ended at its NAS, among the restrictions, by whoever sends to it. */
    public void endExcess(Session session) {
        var _ = disconnect(session.id(), "more sessions at a time than the login may have", false);
    }

    private CompletableFuture<OrderResult> order(Order order) {
        if (closed || !reports.order(order)) {
            order.done().complete(new OrderResult.TooMany());
        }
        return order.done();
    }

    /** Sends nothing more, and stores what is known. */
    @Override
    public void close() {
        closed = true;
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            LockSupport.unpark(running);
            try {
                running.join(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        store.close();
    }
}
