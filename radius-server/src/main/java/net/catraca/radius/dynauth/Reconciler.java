package net.catraca.radius.dynauth;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.directory.DirectoryListener;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.accounting.LevelSigns;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.NasQueue.Lane;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.dynauth.TargetRules.Next;
import net.catraca.radius.dynauth.WantedAccess.Wanted;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.nas.NasTable;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.LiveSessions;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionEnd;
import net.catraca.radius.session.SessionEnds;
import net.catraca.radius.session.SessionListener;
import net.catraca.radius.store.TargetBook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares for every live session what it should have with what its NAS has acknowledged, and repairs the difference:
 * the new target is stored, then its request waits in the NAS's queue for its turn, and what comes of it is judged by
 * {@link TargetRules}. All of it happens on one thread, which waits for nobody: neither for the database
 * ({@link TargetStore}) nor for a NAS ({@link DynauthClient}).
 *
 * <p>What others report (a contract changed, a session was heard of) is noted as an id in a set, so that it is bounded
 * by the contracts and sessions there are, however often they change.
 */
public final class Reconciler implements SessionListener, DirectoryListener, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    /** Rates are kept in steps of it; what is reported wakes the thread at once. */
    private static final Duration STEP = Duration.ofMillis(20);

    /** A defect that repeats must not fill the disk with its traces. */
    private static final Duration AFTER_DEFECT = Duration.ofMillis(500);

    /** Sessions looked at in one step where all are: a restore waits no longer than for them, some milliseconds. */
    private static final int SWEPT_AT_ONCE = 2_000;

    /** After that a restore goes out though its target is not stored yet. */
    private static final Duration STORE_PATIENCE = Duration.ofMillis(250);

    /** As the directory lags behind by a poll and clocks differ by a little; beyond, nothing tightens. */
    private static final Duration FRESH_ENOUGH = Duration.ofSeconds(5);

    /** Operators' orders that wait to be taken up, for some milliseconds: all sessions of the largest NAS at once. */
    private static final int MOST_ORDERS = NasQueue.MOST_WAITING;

    /** Another node may know of a session before this one does: twice the feed's lag. */
    private static final Duration SESSIONS_LAG = Duration.ofSeconds(2);

    private static final int SHOWN_ATTEMPTS = 20;
    private static final long SHOW_EVERY_NANOS = 1_000_000_000L;
    private static final byte[] NOTHING = {};

    private final LiveSessions sessions;
    private final SubscriberDirectory directory;
    private final ReplyProfiles profiles;
    private final NasIdentities identities;
    private final DynauthClient client;
    private final SessionEnds ends;
    private final Clock clock;
    private final RandomGenerator random;
    private final String node;
    private final NasBudget usual;
    private final TargetStore store;
    private final CoaMeters meters;
    private final WantedAccess wantedAccess;

    // What others report.
    private final Set<Long> changedContracts = ConcurrentHashMap.newKeySet();
    private final Set<Long> changedSessions = ConcurrentHashMap.newKeySet();
    private final Map<Long, String> contradictions = new ConcurrentHashMap<>();
    private final AtomicBoolean sweep = new AtomicBoolean(true);
    /** Bounded by what the client has in flight. */
    private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();
    /** Bounded by the batches of the store, which waits for the database in between. */
    private final Queue<Runnable> fromStore = new ConcurrentLinkedQueue<>();

    private final Queue<Order> orders = new ArrayBlockingQueue<>(MOST_ORDERS);
    private volatile NasTable table = NasTable.EMPTY;
    private volatile Map<Long, NasStatus> statuses = Map.of();
    /** The same values as {@link #targets}, for whoever asks. */
    private final Map<Long, SessionTarget> shown = new ConcurrentHashMap<>();

    private volatile boolean closed;
    private @Nullable Thread thread;

    // Of the thread only.
    private final Map<Long, OfNas> nases = new HashMap<>();
    private final Map<Long, SessionTarget> targets = new HashMap<>();
    private final Map<Long, Order> ordered = new HashMap<>();
    /** Restores whose target is not stored yet, and since when they wait for that. */
    private final Map<Long, Long> unstoredRestores = new LinkedHashMap<>();

    private final DueContracts due = new DueContracts();

    /** Sessions by the contract that their login has moved to, until a record of theirs tells of that contract. */
    private final Map<Long, Set<Long>> movedTo = new HashMap<>();

    private Map<Long, CoaRules> rules = Map.of();
    private @Nullable NasTable appliedTable;
    /** The profiles' hash when it was last looked at. */
    private String sentWith;

    private long shownAt;

    /** What this node knows of a NAS that it sends to. */
    private static final class OfNas {
        private Nas nas;
        private final NasQueue queue;
        private final Deque<Attempt> last = new ArrayDeque<>();
        /** Of a session the request that is waited for; bounded by the window. */
        private final Map<Long, Flight> flights = new HashMap<>();
        /** Older ones that nobody has answered, until a newer one is acknowledged; bounded by the client's identifiers. */
        private final Map<Long, List<Flight>> overtaken = new HashMap<>();

        private OfNas(Nas nas, NasQueue queue) {
            this.nas = nas;
            this.queue = queue;
        }

        /** What an older request that is still on its way would bring the session to, or null. */
        private @Nullable AccessLevel takeOvertaken(long sessionId) {
            AccessLevel strictest = null;
            for (var flight : overtaken.getOrDefault(sessionId, List.of())) {
                strictest = SessionTarget.stricter(strictest, flight.mayHaveSet());
            }
            overtaken.remove(sessionId);
            return strictest;
        }

        private void attempted(Attempt attempt) {
            last.addFirst(attempt);
            if (last.size() > SHOWN_ATTEMPTS) {
                last.removeLast();
            }
        }
    }

    /** A request on its way, as it was sent. */
    private static final class Flight {
        private final Session session;
        private final long generation;
        private final Method method;
        private final Rendering sent;
        private final boolean withUndoing;
        private final String cause;
        private final Instant at;
        private final @Nullable Order order;
        private @Nullable Sending sending;
        private boolean isOvertaken;

        private Flight(
                Session session,
                long generation,
                Method method,
                Rendering sent,
                boolean withUndoing,
                String cause,
                Instant at,
                @Nullable Order order) {
            this.session = session;
            this.generation = generation;
            this.method = method;
            this.sent = sent;
            this.withUndoing = withUndoing;
            this.cause = cause;
            this.at = at;
            this.order = order;
        }

        private @Nullable AccessLevel mayHaveSet() {
            return method == Method.COA ? sent.level() : null;
        }

        /** A person who ends a session is not overruled. */
        private boolean mayBeOvertaken() {
            return order == null || order.what() != Order.What.DISCONNECT;
        }

        private void overtake() {
            isOvertaken = true;
            if (sending != null) {
                sending.overtake();
            }
        }
    }

    private record Answered(Flight flight, DynauthResult result) {}

    /**
     * @param ends is told of sessions that their NAS does not know
     * @param node name of this node, the same after a restart: who holds a lease
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
            RandomGenerator random,
            MeterRegistry meterRegistry) {
        this.sessions = sessions;
        this.directory = directory;
        this.profiles = profiles;
        this.sentWith = profiles.sha256();
        this.identities = identities;
        this.client = client;
        this.ends = ends;
        this.node = node;
        this.clock = clock;
        this.random = random;
        this.wantedAccess = new WantedAccess(directory, profiles);
        this.store = new TargetStore(
                book, node, () -> table.all().stream().map(Nas::id).toList(), new FromStore(), clock);
        this.usual = usual;
        this.meters = new CoaMeters(meterRegistry, store, new LevelCounts(sessions, shown::get));
        registry.listen(now -> table = now);
    }

    /** What the store reports, to be dealt with on our own thread. */
    private final class FromStore implements TargetStore.Listener {
        @Override
        public void stored(List<SessionTarget> stored) {
            tell(() -> stored.forEach(Reconciler.this::stored));
        }

        @Override
        public void gained(long nasId, List<SessionTarget> loaded) {
            tell(() -> Reconciler.this.gained(nasId, loaded));
        }

        @Override
        public void lost(long nasId) {
            tell(() -> Reconciler.this.lost(nasId));
        }

        @Override
        public void handedOver(List<Session> replaced) {
            tell(() ->
                    replaced.forEach(session -> ordered(replacedBy(session, "another node's session took its place"))));
        }

        @Override
        public void handedOn(HandedOrder order) {
            tell(() -> takenOver(order));
        }

        @Override
        public void rules(Map<Long, CoaRules> byNas) {
            tell(() -> {
                rules = byNas;
                var loaded = profiles.sha256();
                boolean isMended = !loaded.equals(sentWith);
                sentWith = loaded;
                nases.values().forEach(of -> reckonAgain(of, isMended));
            });
        }

        private void tell(Runnable news) {
            fromStore.add(news);
            wake();
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
        var target = shown.get(now.id());
        if (target != null && now.isLive()) {
            var subscriber = wantedAccess.subscriber(now);
            var why = subscriber == null
                    ? null
                    : contradiction(before, now, target, subscriber.contract().plan());
            if (why != null) {
                contradictions.put(now.id(), why);
            }
        }
        // An interim of a session that agrees is no news.
        if (before == null
                || !now.isLive()
                || target != null
                || !before.addresses().equals(now.addresses())) {
            changedSessions.add(now.id());
        }
    }

    private @Nullable String contradiction(@Nullable Session before, Session now, SessionTarget target, Plan plan) {
        var byRate = Contradiction.of(before, now, target, plan);
        return byRate != null || now.evidence().told() == null
                ? byRate
                : table.all().stream()
                        .filter(nas ->
                                nas.id() == target.nasId() && profiles.vendors().contains(nas.vendor()))
                        .findFirst()
                        .map(nas -> Contradiction.ofSigns(
                                now, target, level -> LevelSigns.of(profiles.encoded(nas.vendor(), plan, level))))
                        .orElse(null);
    }

    @Override
    public void contractChanged(long contractId) {
        changedContracts.add(contractId);
        wake();
    }

    @Override
    public void everythingChanged() {
        sweep.set(true);
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
        drain(fromStore).forEach(Runnable::run);
        drain(answers).forEach(this::answered);
        take(contradictions).forEach(this::contradicted);
        var now = clock.instant();
        due.drain(now, changedContracts::add);
        lookAtContracts(now);
        drain(orders).forEach(this::ordered);
        if (sweep.getAndSet(false)) {
            sessions.forEach(session -> changedSessions.add(session.id()));
        }
        lookAtSessions(now);
        sendUnstoredRestores();
        nases.values().forEach(this::send);
        show(now);
    }

    private static <T> List<T> drain(Queue<T> queue) {
        var taken = new ArrayList<T>();
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            taken.add(next);
        }
        return taken;
    }

    private static Map<Long, String> take(Map<Long, String> shared) {
        if (shared.isEmpty()) {
            return Map.of();
        }
        var taken = new HashMap<Long, String>();
        shared.keySet().forEach(id -> {
            var why = shared.remove(id);
            if (why != null) {
                taken.put(id, why);
            }
        });
        return taken;
    }

    @SuppressWarnings("ReferenceEquality") // tables are immutable: another one is news
    private void applyTable() {
        var current = table;
        if (current == appliedTable) {
            return;
        }
        appliedTable = current;
        var byId = new HashMap<Long, Nas>();
        current.all().forEach(nas -> byId.put(nas.id(), nas));
        for (var entry : List.copyOf(nases.entrySet())) {
            var nas = byId.get(entry.getKey());
            if (nas == null) {
                lost(entry.getKey());
            } else {
                edited(entry.getValue(), nas);
            }
        }
    }

    private void edited(OfNas of, Nas nas) {
        var before = of.nas;
        of.nas = nas;
        boolean isReachedOtherwise = before.coaPort() != nas.coaPort()
                || !before.secret().equals(nas.secret())
                || !before.prefix().equals(nas.prefix())
                || !Objects.equals(before.nasIdentifier(), nas.nasIdentifier())
                || !before.vendor().equals(nas.vendor())
                || before.blockedAnswer() != nas.blockedAnswer()
                || before.messageAuthenticatorOmitted() != nas.messageAuthenticatorOmitted();
        if (isReachedOtherwise) {
            of.queue.budget(budget(nas));
            startOver(of);
        }
    }

    /** @param isMended whether the profiles say something else than before */
    private void reckonAgain(OfNas of, boolean isMended) {
        var now = budget(of.nas);
        if (isMended || !now.equals(of.queue.budget())) {
            of.queue.budget(now);
            startOver(of);
        }
    }

    /**
     * Whoever has corrected a NAS's port, secret, rules or profile does not wait for pauses that the mistake has brought about:
     * what it has not acknowledged is tried from the beginning, a few restrictions first.
     */
    private void startOver(OfNas of) {
        long nanos = System.nanoTime();
        for (var flight : List.copyOf(of.flights.values())) {
            if (flight.mayBeOvertaken()) {
                letGo(of, flight, nanos);
            }
        }
        of.queue.startOver(nanos);
        var unsettled = targets.values().stream()
                .filter(target -> target.nasId() == of.nas.id() && target.state() != State.AGREED)
                .toList();
        unsettled.forEach(target -> put(of, target.openedAgain()));
        log.info(
                "NAS {}, its CoA rules or its profile were edited; {} targets are tried anew",
                of.nas.name(),
                unsettled.size());
    }

    private void gained(long nasId, List<SessionTarget> loaded) {
        var nas = table.all().stream()
                .filter(one -> one.id() == nasId)
                .findFirst()
                .orElse(null);
        if (nas == null) {
            return;
        }
        nases.put(nasId, new OfNas(nas, new NasQueue(budget(nas), System.nanoTime())));
        for (var target : loaded) {
            var session = sessions.byId(target.sessionId());
            if (session == null && isLongOver(target)) {
                store.forget(target.sessionId());
            } else {
                var found = target.afterRestart();
                keep(found);
                if (session != null && found.isOpen()) {
                    offer(found);
                }
            }
        }
        sessions.forEachOfNas(nasId, session -> changedSessions.add(session.id()));
        log.info("this node sends CoA to NAS {}; {} targets were stored", nas.name(), loaded.size());
    }

    /** What is said of this NAS, else of its vendor, else of all. */
    private NasBudget budget(Nas nas) {
        var ofVendor = profiles.vendors().contains(nas.vendor()) ? usual.with(profiles.coa(nas.vendor())) : usual;
        return ofVendor.with(rules.getOrDefault(nas.id(), CoaRules.NONE));
    }

    /** A session may be in the journal still and not in memory; after an hour it is not. */
    private boolean isLongOver(SessionTarget target) {
        return target.since().plus(Duration.ofHours(1)).isBefore(clock.instant());
    }

    private void lost(long nasId) {
        nases.remove(nasId);
        targets.values().removeIf(target -> target.nasId() == nasId);
        shown.values().removeIf(target -> target.nasId() == nasId);
        for (var order : List.copyOf(ordered.values())) {
            var session = meant(order.sessionId(), order);
            if (session != null && session.key().nasId() == nasId) {
                ordered.remove(order.sessionId());
                toWhoeverSends(order, session);
            }
        }
    }

    private void keep(SessionTarget target) {
        targets.put(target.sessionId(), target);
        shown.put(target.sessionId(), target);
    }

    private void lookAtContracts(Instant now) {
        for (Iterator<Long> ids = changedContracts.iterator(); ids.hasNext(); ) {
            long contractId = ids.next();
            ids.remove();
            due.set(contractId, null);
            sessions.ofContract(contractId).forEach(session -> lookAt(session, "access changed", now));
            lookAtMoved(contractId, now);
        }
    }

    private void lookAtMoved(long contractId, Instant now) {
        for (long id : Set.copyOf(movedTo.getOrDefault(contractId, Set.of()))) {
            var session = sessions.byId(id);
            if (session == null || isOf(session, contractId)) {
                forgetMove(contractId, id);
            } else {
                lookAt(session, "access changed", now);
            }
        }
    }

    private void forgetMove(long contractId, long sessionId) {
        movedTo.computeIfPresent(contractId, (_, moved) -> {
            moved.remove(sessionId);
            return moved.isEmpty() ? null : moved;
        });
    }

    private static boolean isOf(Session session, long contractId) {
        return session.contractId() != null && session.contractId() == contractId;
    }

    private void lookAtSessions(Instant now) {
        int left = SWEPT_AT_ONCE;
        for (Iterator<Long> ids = changedSessions.iterator(); ids.hasNext() && left > 0; left--) {
            long id = ids.next();
            ids.remove();
            var session = sessions.byId(id);
            if (session == null) {
                ended(id);
            } else {
                lookAt(session, "session heard of", now);
            }
        }
    }

    private void ended(long sessionId) {
        var target = targets.remove(sessionId);
        shown.remove(sessionId);
        unstoredRestores.remove(sessionId);
        movedTo.values().removeIf(moved -> moved.remove(sessionId) && moved.isEmpty());
        var order = ordered.get(sessionId);
        boolean isToEndAtItsNas = order != null && order.ended() != null;
        if (target != null) {
            var of = nases.get(target.nasId());
            if (of != null && !isToEndAtItsNas) {
                of.queue.remove(sessionId);
            }
            if (of != null) {
                of.overtaken.remove(sessionId);
            }
            store.forget(sessionId);
        }
        if (order != null && !isToEndAtItsNas) {
            ordered.remove(sessionId);
            order.done().complete(new OrderResult.NoSuchSession());
        }
    }

    /** The heart: what it should have, what it has, and whether that is the same. */
    private void lookAt(Session session, String cause, Instant now) {
        var of = nases.get(session.key().nasId());
        var wanted = of == null ? null : wantedAccess.of(session, of.nas, now);
        if (of == null || wanted == null) {
            return;
        }
        long contractId = wanted.subscriber().contract().contractId();
        due.set(contractId, wanted.nextChange());
        if (!isOf(session, contractId)) {
            movedTo.computeIfAbsent(contractId, _ -> new HashSet<>()).add(session.id());
        }
        var target = targets.get(session.id());
        if (target == null) {
            begin(session, of, wanted, contractId, cause, now);
        } else if (!wantedAccess.same(of.nas, wanted.rendering(), target.target())) {
            put(of, retargeted(of, target, wanted, cause, now));
        } else if (target.state() == State.GIVEN_UP && isRested(target, now)) {
            put(of, target.openedAgain());
        }
    }

    /** What the NAS has acknowledged is what it has only as long as nothing else was sent to it since. */
    private SessionTarget retargeted(OfNas of, SessionTarget target, Wanted wanted, String cause, Instant now) {
        var flight = of.flights.get(target.sessionId());
        var unanswered =
                flight == null ? target.perhaps() : SessionTarget.stricter(target.perhaps(), flight.mayHaveSet());
        boolean agreed = unanswered == null && wantedAccess.same(of.nas, wanted.rendering(), target.acknowledged());
        return target.retargeted(wanted.rendering(), agreed, unanswered, cause, now);
    }

    private void begin(Session session, OfNas of, Wanted wanted, long contractId, String cause, Instant now) {
        var opened = session.sessionClass();
        var acknowledged = opened == null ? null : new Rendering(opened.level(), opened.planId(), opened.planVersion());
        // Most sessions have from the start what they should have: no row for them.
        if (!wantedAccess.same(of.nas, wanted.rendering(), acknowledged)) {
            put(
                    of,
                    SessionTarget.first(
                            session.id(),
                            of.nas.id(),
                            contractId,
                            wanted.rendering(),
                            acknowledged,
                            acknowledged == null ? null : session.startedAt(),
                            acknowledged == null ? "not known what it was opened with" : cause,
                            now));
        }
    }

    private static boolean isRested(SessionTarget target, Instant now) {
        return target.nextAttemptAt() == null || !now.isBefore(target.nextAttemptAt());
    }

    /** Memory, then the database, then the queue: the decision is stored before the packet leaves. */
    private void put(OfNas of, SessionTarget target) {
        keep(target);
        store.save(target);
        if (!target.isOpen()) {
            of.queue.remove(target.sessionId());
            unstoredRestores.remove(target.sessionId());
        } else if (lane(target) == Lane.RESTORE) {
            unstoredRestores.put(target.sessionId(), System.nanoTime());
        }
    }

    private void stored(SessionTarget stored) {
        var target = targets.get(stored.sessionId());
        if (target != null && target.generation() == stored.generation() && target.isOpen()) {
            unstoredRestores.remove(stored.sessionId());
            offer(target);
        }
    }

    private void sendUnstoredRestores() {
        long limit = System.nanoTime() - (store.isAway() ? 0 : STORE_PATIENCE.toNanos());
        for (var entries = unstoredRestores.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            if (entry.getValue() - limit > 0) {
                return;
            }
            entries.remove();
            var target = targets.get(entry.getKey());
            if (target != null && target.isOpen()) {
                offer(target);
            }
        }
    }

    /** What a person wants of one session goes ahead, whatever it is. */
    private Lane lane(SessionTarget target) {
        var order = ordered.get(target.sessionId());
        return order != null && order.alone() ? Lane.RESTORE : TargetRules.lane(target);
    }

    private void offer(SessionTarget target) {
        var of = nases.get(target.nasId());
        if (of == null) {
            return;
        }
        long nanos = System.nanoTime();
        var lane = lane(target);
        var at = target.nextAttemptAt();
        var wait = at == null ? Duration.ZERO : Duration.between(clock.instant(), at);
        if (lane == Lane.RESTORE) {
            overtake(of, target, nanos);
        }
        boolean taken = wait.isPositive()
                ? of.queue.offerLater(target.sessionId(), lane, nanos + wait.toNanos())
                : of.queue.offer(target.sessionId(), lane, nanos);
        if (!taken) {
            meters.overflowed();
            changedSessions.add(target.sessionId());
        }
    }

    /**
     * A payer does not wait until nobody answers what restricted him: his restore goes past it, under another identifier
     * (RFC 5080 §2.2.2). Since the older request may still arrive after the restore, see {@link TargetRules#STRAGGLERS}.
     */
    private static void overtake(OfNas of, SessionTarget target, long nanos) {
        long sessionId = target.sessionId();
        var flight = of.flights.get(sessionId);
        if (flight != null && flight.generation < target.generation() && flight.mayBeOvertaken()) {
            letGo(of, flight, nanos);
        }
    }

    /** Its answer is not waited for any longer; what it may have done is kept in mind. */
    private static void letGo(OfNas of, Flight flight, long nanos) {
        long sessionId = flight.session.id();
        flight.overtake();
        of.flights.remove(sessionId);
        of.overtaken.computeIfAbsent(sessionId, _ -> new ArrayList<>(1)).add(flight);
        of.queue.notSent(sessionId, nanos);
    }

    private void contradicted(long sessionId, String why) {
        var target = targets.get(sessionId);
        var of = target == null ? null : nases.get(target.nasId());
        if (target == null || of == null || target.state() != State.AGREED) {
            return;
        }
        meters.contradicted();
        var contradicted = TargetRules.contradicted(target, why, of.queue.budget(), clock.instant());
        log.warn(
                "session {} on {}: acknowledged, but {}; {}",
                sessionId,
                of.nas.name(),
                why,
                contradicted.isOpen() ? "sending again" : "given up");
        say(of, target, contradicted);
        put(of, contradicted);
    }

    private void send(OfNas of) {
        // Not freshUntil: what a freeze holds back is not wanted yet, and a person's act goes on in one.
        boolean mayTighten =
                !store.isAway() && clock.instant().minus(FRESH_ENOUGH).isBefore(directory.knownUntil());
        for (var id = of.queue.next(System.nanoTime(), mayTighten);
                id != null;
                id = of.queue.next(System.nanoTime(), mayTighten)) {
            send(of, id);
        }
    }

    private void send(OfNas of, long sessionId) {
        var order = ordered.remove(sessionId);
        var session = meant(sessionId, order);
        if (session == null) {
            of.queue.notSent(sessionId, System.nanoTime());
            changedSessions.add(sessionId);
            complete(order, new OrderResult.NoSuchSession());
            return;
        }
        var target = targets.get(sessionId);
        var wanted = wantedAccess.of(session, of.nas, clock.instant());
        if (order != null && order.what() == Order.What.DISCONNECT) {
            var sent = wanted != null ? wanted.rendering() : new Rendering(AccessLevel.ACTIVE, 0, 0);
            transmit(of, flight(session, target, Method.DISCONNECT, sent, false, order), NOTHING);
        } else if (target == null || !target.isOpen() || wanted == null) {
            of.queue.notSent(sessionId, System.nanoTime());
            complete(order, new OrderResult.NothingToSend());
        } else {
            boolean withUndoing = target.isOfUnknownLevel() || (order != null && !target.wasRefused());
            var change = withUndoing
                    ? wantedAccess.changeFromUnknown(of.nas, wanted)
                    : wantedAccess.change(of.nas, wanted, target.possibleLevels());
            var method = TargetRules.method(target, WantedAccess.isByCoa(change), of.queue.budget());
            transmit(
                    of,
                    flight(session, target, method, wanted.rendering(), withUndoing && method == Method.COA, order),
                    WantedAccess.attributes(change, method));
        }
    }

    private Flight flight(
            Session session,
            @Nullable SessionTarget target,
            Method method,
            Rendering sent,
            boolean withUndoing,
            @Nullable Order order) {
        var cause = order != null ? order.by() : target == null ? "" : target.cause();
        long generation = target == null ? 0 : target.generation();
        return new Flight(session, generation, method, sent, withUndoing, cause, clock.instant(), order);
    }

    private static void complete(@Nullable Order order, OrderResult result) {
        if (order != null) {
            order.done().complete(result);
        }
    }

    private void transmit(OfNas of, Flight flight, byte[] change) {
        var nas = of.nas;
        var session = flight.session;
        of.flights.put(session.id(), flight);
        var attributes = new AttributeWriter()
                .addEncoded(Identification.of(
                        session, nas, identities.of(session.nasAddress()), profiles.identify(nas.vendor())))
                .addEncoded(change)
                .toByteArray();
        Consumer<DynauthResult> whenKnown = result -> {
            answers.add(new Answered(flight, result));
            wake();
        };
        if (attributes.length > DynauthRequest.MAX_ATTRIBUTE_OCTETS) {
            whenKnown.accept(new DynauthResult.Unreachable("the attributes do not fit into a packet"));
            return;
        }
        var destination = new Destination(
                new InetSocketAddress(session.nasAddress(), nas.coaPort()),
                nas.secret(),
                !nas.messageAuthenticatorOmitted());
        flight.sending = client.send(destination, new DynauthRequest(flight.method, attributes), whenKnown);
    }

    private void answered(Answered answer) {
        var flight = answer.flight();
        var session = flight.session;
        long sessionId = session.id();
        var of = nases.get(session.key().nasId());
        var attempt = attempt(answer);
        meters.attempted(attempt);
        store.save(attempt);
        complete(flight.order, new OrderResult.Sent(attempt));
        if (of == null) {
            return;
        }
        of.attempted(attempt);
        if (flight.isOvertaken) {
            overtakenAnswered(of, answer);
            return;
        }
        if (of.flights.remove(sessionId, flight)) {
            heard(of, sessionId, answer, attempt);
        }
        var target = targets.get(sessionId);
        if (target != null && isFailedDisconnect(answer)) {
            if (target.isOpen()) {
                offer(target);
            }
        } else if (target != null) {
            judge(of, target, answer);
        } else if (TargetRules.answer(answer.result()) == NasQueue.Answer.GONE) {
            gone(sessionId, clock.instant());
        }
    }

    private void heard(OfNas of, long sessionId, Answered answer, Attempt attempt) {
        long nanos = System.nanoTime();
        boolean wasHeld = of.queue.canaryFailed();
        of.queue.answered(sessionId, TargetRules.answer(answer.result(), answer.flight().withUndoing), nanos);
        if (!wasHeld && of.queue.canaryFailed()) {
            log.error(
                    "NAS {}: {} to one of the first restrictions came to {}{}; the other {} wait. One is tried again in"
                            + " {} s, then at most every {} s; restores go on",
                    of.nas.name(),
                    attempt.method(),
                    attempt.outcome(),
                    attempt.errorCause() == null ? "" : ", " + ErrorCause.words(attempt.errorCause()),
                    of.queue.restrictionsWaiting(),
                    of.queue.nextProbe(nanos).toSeconds(),
                    NasQueue.CANARY_LONGEST_REST.toSeconds());
        } else if (wasHeld && !of.queue.canaryFailed()) {
            log.info(
                    "NAS {} has acknowledged a restriction; {} that waited follow",
                    of.nas.name(),
                    of.queue.restrictionsWaiting());
            openGivenUp(of);
        }
    }

    /** What was given up while nothing went may go now. */
    private void openGivenUp(OfNas of) {
        targets.values().stream()
                .filter(target -> target.nasId() == of.nas.id() && target.state() == State.GIVEN_UP)
                .toList()
                .forEach(target -> put(of, target.openedAgain()));
    }

    /** A late word about a request that a newer one has gone past. */
    private void overtakenAnswered(OfNas of, Answered answer) {
        var flight = answer.flight();
        long sessionId = flight.session.id();
        boolean newerIsAcknowledged = true;
        var older = of.overtaken.get(sessionId);
        if (older != null && older.remove(flight)) {
            newerIsAcknowledged = false;
            if (older.isEmpty()) {
                of.overtaken.remove(sessionId);
            }
        }
        switch (TargetRules.answer(answer.result())) {
            case GONE -> {
                of.queue.heard();
                gone(sessionId, clock.instant());
                ended(sessionId);
            }
            case ACKNOWLEDGED -> {
                of.queue.heard();
                var target = targets.get(sessionId);
                if (newerIsAcknowledged && target != null && flight.method == Method.COA) {
                    var again = TargetRules.overtakenAcknowledged(target, flight.sent, clock.instant());
                    if (again.isOpen() && !target.isOpen()) {
                        put(of, again);
                    }
                }
            }
            case REFUSED -> of.queue.heard();
            case SILENT -> {}
        }
    }

    /** What a person wanted and did not get says nothing of the target. */
    private static boolean isFailedDisconnect(Answered answer) {
        var order = answer.flight().order;
        return order != null
                && order.what() == Order.What.DISCONNECT
                && switch (TargetRules.answer(answer.result())) {
                    case ACKNOWLEDGED, GONE -> false;
                    case REFUSED, SILENT -> true;
                };
    }

    private void judge(OfNas of, SessionTarget target, Answered answer) {
        var now = clock.instant();
        var flight = answer.flight();
        boolean isAcknowledged = TargetRules.answer(answer.result()) == NasQueue.Answer.ACKNOWLEDGED;
        var outcome = new TargetRules.Outcome(
                flight.method,
                flight.generation,
                flight.sent,
                flight.withUndoing,
                isAcknowledged ? of.takeOvertaken(target.sessionId()) : null,
                answer.result());
        var next = TargetRules.after(target, outcome, of.queue.budget(), now, random);
        switch (next) {
            case Next.SessionGone() -> {
                log.info("session {} on {}: the NAS has no such session; closed", target.sessionId(), of.nas.name());
                gone(target.sessionId(), now);
                ended(target.sessionId());
            }
            case Next.Kept(var kept) -> {
                say(of, target, kept);
                put(of, kept);
            }
        }
    }

    /** RFC 5176 §3.5, Error-Cause 503: it has ended, and its Stop is lost or still to come. */
    private void gone(long sessionId, Instant now) {
        ends.end(sessionId, new SessionEnd(now, SessionEnd.Cause.UNKNOWN_TO_NAS, null));
    }

    private static void say(OfNas of, SessionTarget before, SessionTarget after) {
        if (after.alert() != null && !after.alert().equals(before.alert())) {
            log.error(
                    "session {} of contract {} on {}: {}; it should be {}",
                    after.sessionId(),
                    after.contractId(),
                    of.nas.name(),
                    after.alert(),
                    after.target().level());
        } else if (after.isOpen() && after.attempts() > before.attempts()) {
            log.info(
                    "session {} on {}: {} failed, {}; trying again at {}",
                    after.sessionId(),
                    of.nas.name(),
                    after.lastMethod(),
                    after.lastOutcome(),
                    after.nextAttemptAt());
        }
    }

    private Attempt attempt(Answered answer) {
        var flight = answer.flight();
        var session = flight.session;
        var result = answer.result();
        return new Attempt(
                flight.at,
                session.id(),
                session.key().nasId(),
                session.nasName(),
                session.contractId(),
                session.key().userName(),
                session.key().acctSessionId(),
                flight.generation,
                flight.method,
                flight.sent,
                flight.cause,
                Attempt.Outcome.of(result),
                result instanceof DynauthResult.Refused refused ? refused.errorCause() : null,
                switch (result) {
                    case DynauthResult.Acknowledged(var took) -> took.toNanos() / 1_000;
                    case DynauthResult.Refused(var _, var took) -> took.toNanos() / 1_000;
                    case DynauthResult.TimedOut _, DynauthResult.Unreachable _ -> null;
                },
                result instanceof DynauthResult.TimedOut(var transmissions) ? transmissions : 1,
                node);
    }

    private void ordered(Order order) {
        var session = meant(order.sessionId(), order);
        if (session == null) {
            order.done().complete(new OrderResult.NoSuchSession());
            return;
        }
        var of = nases.get(session.key().nasId());
        if (of == null) {
            // One that has ended in the books cannot be asked for again by whoever wanted that.
            toWhoeverSends(order, session);
            return;
        }
        complete(ordered.put(order.sessionId(), order), new OrderResult.TooMany());
        boolean taken =
                switch (order.what()) {
                    case DISCONNECT ->
                        of.queue.offer(
                                order.sessionId(), order.alone() ? Lane.RESTORE : Lane.RESTRICTION, System.nanoTime());
                    case PUSH_PROFILE -> pushAgain(session, of, order);
                };
        if (!taken) {
            ordered.remove(order.sessionId());
            order.done().complete(new OrderResult.NothingToSend());
        }
    }

    private void toWhoeverSends(Order order, Session session) {
        if (order.ended() != null) {
            // One that has ended in the books cannot be asked for again by whoever wanted that.
            store.handOver(order.ended());
            order.done().complete(new OrderResult.NobodySends());
        } else if (order.isFromElsewhere()) {
            order.done().complete(new OrderResult.NobodySends()); // it stays where it was taken from
        } else if (!store.handOn(order, session.key().nasId())) {
            order.done().complete(new OrderResult.TooMany());
        }
    }

    /** Another node was asked. A session that is not heard of here yet may be a moment old there. */
    private void takenOver(HandedOrder handed) {
        var done = new CompletableFuture<OrderResult>();
        var _ = done.thenAccept(result -> store.answer(
                handed,
                result instanceof OrderResult.NoSuchSession
                                && clock.instant().isBefore(handed.at().plus(SESSIONS_LAG))
                        ? new OrderResult.NobodySends()
                        : result));
        ordered(new Order(
                handed.sessionId(),
                switch (handed.method()) {
                    case DISCONNECT -> Order.What.DISCONNECT;
                    case COA -> Order.What.PUSH_PROFILE;
                },
                handed.by(),
                handed.alone(),
                done,
                true,
                null));
    }

    private @Nullable Session meant(long sessionId, @Nullable Order order) {
        var session = sessions.byId(sessionId);
        return session == null && order != null ? order.ended() : session;
    }

    private boolean pushAgain(Session session, OfNas of, Order order) {
        var now = clock.instant();
        var wanted = wantedAccess.of(session, of.nas, now);
        if (wanted == null) {
            return false;
        }
        var target = targets.get(session.id());
        var opened = session.sessionClass();
        put(
                of,
                target == null
                        ? SessionTarget.first(
                                session.id(),
                                of.nas.id(),
                                wanted.subscriber().contract().contractId(),
                                wanted.rendering(),
                                opened == null
                                        ? null
                                        : new Rendering(opened.level(), opened.planId(), opened.planVersion()),
                                opened == null ? null : session.startedAt(),
                                order.by(),
                                now)
                        : pushed(of, target, wanted, order, now));
        return true;
    }

    /** Whatever was acknowledged, the NAS is to acknowledge it once more. */
    private SessionTarget pushed(OfNas of, SessionTarget target, Wanted wanted, Order order, Instant now) {
        var again = retargeted(of, target, wanted, order.by(), now);
        return again.isOpen() ? again : again.openedAgain();
    }

    private void show(Instant now) {
        long nanos = System.nanoTime();
        if (nanos - shownAt < SHOW_EVERY_NANOS) {
            return;
        }
        shownAt = nanos;
        var counts = new HashMap<Long, Mismatches>();
        for (var target : targets.values()) {
            var of = counts.computeIfAbsent(target.nasId(), _ -> new Mismatches());
            if (target.state() != State.AGREED) {
                of.count++;
                of.oldest = of.oldest.isBefore(target.since()) ? of.oldest : target.since();
            }
            of.alerts += target.alert() == null ? 0 : 1;
        }
        var all = new HashMap<Long, NasStatus>();
        nases.forEach(
                (nasId, of) -> all.put(nasId, status(of, counts.getOrDefault(nasId, new Mismatches()), now, nanos)));
        statuses = Map.copyOf(all);
        meters.show(all.values());
    }

    private static final class Mismatches {
        private int count;
        private int alerts;
        private Instant oldest = Instant.MAX;
    }

    private static NasStatus status(OfNas of, Mismatches mismatches, Instant now, long nanos) {
        var queue = of.queue;
        return new NasStatus(
                of.nas.id(),
                of.nas.name(),
                true,
                queue.budget(),
                queue.restoresWaiting(),
                queue.oldest(Lane.RESTORE, nanos).toMillis() / 1000.0,
                queue.restrictionsWaiting(),
                queue.oldest(Lane.RESTRICTION, nanos).toMillis() / 1000.0,
                queue.delayedWaiting(),
                queue.inFlight(),
                queue.breaker().name().toLowerCase(Locale.ROOT),
                queue.canaryFailed(),
                queue.held(nanos).toMillis() / 1000.0,
                queue.nextProbe(nanos).toMillis() / 1000.0,
                mismatches.count,
                mismatches.count == 0
                        ? 0
                        : Duration.between(mismatches.oldest, now).toMillis() / 1000.0,
                mismatches.alerts,
                List.copyOf(of.last));
    }

    /** What is wanted of a session and what its NAS has acknowledged; null when it never had to be changed. */
    public @Nullable SessionTarget target(long sessionId) {
        return shown.get(sessionId);
    }

    /** Whose session it is, as the directory knows now; null for nobody's. */
    public @Nullable SubscriberSnapshot subscriber(Session session) {
        return wantedAccess.subscriber(session);
    }

    /** Null when another node sends to it, or it has just been made. */
    public @Nullable NasStatus status(long nasId) {
        return statuses.get(nasId);
    }

    public Collection<NasStatus> statuses() {
        return statuses.values();
    }

    /**
     * Ends a live session. Where another node sends to its NAS, it is told by way of PostgreSQL.
     *
     * @param by who wants it, for the history
     * @param alone false for one of many, which wait their turn among the restrictions
     * @return what became of it, once that is known
     */
    public CompletableFuture<OrderResult> disconnect(long sessionId, String by, boolean alone) {
        return order(new Order(sessionId, Order.What.DISCONNECT, by, alone, new CompletableFuture<>(), false, null));
    }

    /** Sends a live session's profile once more, whatever was acknowledged; likewise by the node that sends to its NAS. */
    public CompletableFuture<OrderResult> pushProfile(long sessionId, String by) {
        return order(new Order(sessionId, Order.What.PUSH_PROFILE, by, true, new CompletableFuture<>(), false, null));
    }

    /**
     * A later session took its place: it has ended in the books, and is ended at its NAS, too, among the restrictions.
     * Where another node sends to that NAS, it is told by way of PostgreSQL.
     */
    public void endReplaced(Session session) {
        var _ = order(replacedBy(session, "a later session took its place"));
    }

    private static Order replacedBy(Session session, String cause) {
        return new Order(session.id(), Order.What.DISCONNECT, cause, false, new CompletableFuture<>(), false, session);
    }

    /** One of a login's sessions too many: it is ended at its NAS, among the restrictions, by whoever sends to it. */
    public void endExcess(Session session) {
        var _ = disconnect(session.id(), "more sessions at a time than the login may have", false);
    }

    /** Whether this node is the one that sends to that NAS, as of a second ago. */
    public boolean sendsTo(long nasId) {
        return statuses.containsKey(nasId);
    }

    private CompletableFuture<OrderResult> order(Order order) {
        if (closed || !orders.offer(order)) {
            order.done().complete(new OrderResult.TooMany());
        }
        wake();
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
