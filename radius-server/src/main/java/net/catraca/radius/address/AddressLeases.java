package net.catraca.radius.address;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.address.AddressPool.WhenExhausted;
import net.catraca.radius.address.Assignment.Assigned;
import net.catraca.radius.address.Assignment.Exhausted;
import net.catraca.radius.address.Assignment.NotReady;
import net.catraca.radius.session.LiveSessions;
import net.catraca.radius.session.Place;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that this node can give, of all pools. Thread-safe; assigns from memory, and hears of sessions that
 * begin and end. What it has to give is brought by {@link PoolUpkeep}.
 */
public final class AddressLeases implements SessionListener {

    private static final Logger log = LoggerFactory.getLogger(AddressLeases.class);

    /**
     * Without having extended its hold on the blocks for so long a node gives none of them away: two hours later
     * ({@link PoolUpkeep#ABANDONED}) others may take them.
     */
    static final Duration HOLD = Duration.ofHours(24);

    /** After that long without PostgreSQL nobody knows whether a pool has more. */
    private static final Duration KNOWN = Duration.ofSeconds(15);

    private final LiveSessions sessions;
    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<String, Served> byPlanName = new ConcurrentHashMap<>();
    private final Counter unknownPool;
    private volatile boolean loaded;
    private volatile Instant extendedAt = Instant.MIN;
    private volatile Runnable hungry = () -> {};

    /** A pool, and how it stands. */
    private static final class Served {
        private final PoolShare share;
        private final Counter exhausted;
        private final List<Gauge> gauges;
        private volatile boolean empty;

        private Served(PoolShare share, Counter exhausted, List<Gauge> gauges) {
            this.share = share;
            this.exhausted = exhausted;
            this.gauges = gauges;
        }
    }

    public AddressLeases(LiveSessions sessions, MeterRegistry registry, Clock clock) {
        this.sessions = sessions;
        this.registry = registry;
        this.clock = clock;
        this.unknownPool = Counter.builder("catraca.address.unknown.pool")
                .description("Logins whose plan names a pool of ours that does not exist")
                .register(registry);
        sessions.listen(this);
    }

    /** To be called when addresses run short; returns at once. */
    void whenHungry(Runnable call) {
        hungry = call;
    }

    /**
     * What the session is given from pools of ours; a fixed address goes before.
     *
     * @param replaced sessions that end when this one starts
     */
    public Assignment assign(SubscriberSnapshot subscriber, Place place, List<Session> replaced, Instant now) {
        var plan = subscriber.contract().plan();
        var ipv4 = subscriber.framedIpv4() == null ? own(plan.ipv4Pool()) : null;
        var ipv6 = subscriber.framedIpv6Prefix() == null ? own(plan.ipv6Pool()) : null;
        var delegated = subscriber.delegatedIpv6Prefix() == null ? own(plan.delegatedIpv6Pool()) : null;
        if (ipv4 == null && ipv6 == null && delegated == null) {
            return Assignment.NONE;
        }
        var asking = new Asking(subscriber.subscriberId(), place, replaced, now);
        var first = asking.one(ipv4);
        var second = asking.one(ipv6);
        var third = asking.one(delegated);
        return asking.failure != null ? asking.failure : new Assigned(first, second, third);
    }

    private static @Nullable String own(@Nullable String pool) {
        return pool != null && pool.startsWith(Plan.OWN_POOL) ? pool : null;
    }

    private final class Asking {
        private final long subscriberId;
        private final Place place;
        private final List<Session> replaced;
        private final Instant now;
        private @Nullable Assignment failure;

        private Asking(long subscriberId, Place place, List<Session> replaced, Instant now) {
            this.subscriberId = subscriberId;
            this.place = place;
            this.replaced = replaced;
            this.now = now;
        }

        private @Nullable String one(@Nullable String planName) {
            if (planName == null || failure != null) {
                return null;
            }
            if (!loaded) {
                failure = new NotReady(planName);
                return null;
            }
            var served = byPlanName.get(planName);
            if (served == null) {
                unknownPool.increment();
                return null;
            }
            var address = isHeld(now) ? served.share.assign(subscriberId, place, replaced, sessions::byId, now) : null;
            return address == null ? fallBack(served) : address;
        }

        private @Nullable String fallBack(Served served) {
            hungry.run();
            var pool = served.share.pool();
            boolean surelyEmpty = served.empty && !extendedAt.plus(KNOWN).isBefore(now);
            boolean databaseIsAway =
                    extendedAt.equals(Instant.MIN) || extendedAt.plus(KNOWN).isBefore(now);
            if (pool.whenExhausted() == WhenExhausted.NAS_ASSIGNS && (surelyEmpty || databaseIsAway)) {
                served.exhausted.increment();
                return pool.family() == PoolFamily.IPV4 ? Assignment.NAS_CHOOSES : null;
            }
            if (surelyEmpty) {
                served.exhausted.increment();
                failure = new Exhausted(pool.name());
            } else {
                failure = new NotReady(pool.name());
            }
            return null;
        }
    }

    private boolean isHeld(Instant now) {
        return !extendedAt.equals(Instant.MIN) && extendedAt.plus(HOLD).isAfter(now);
    }

    // Sessions.

    @Override
    public void changed(@Nullable Session before, Session now) {
        if (byPlanName.isEmpty()) {
            return;
        }
        for (var served : byPlanName.values()) {
            var family = served.share.pool().family();
            var had = before == null ? null : address(before, family);
            var has = address(now, family);
            if (before != null && had != null && (!now.isLive() || !had.equals(has))) {
                served.share.ended(had, before.id(), clock.instant());
            }
            if (has != null && now.isLive()) {
                served.share.used(has, now);
            } else if (has != null) {
                served.share.ended(has, now.id(), clock.instant());
            }
        }
    }

    static @Nullable String address(Session session, PoolFamily family) {
        return switch (family) {
            case IPV4 -> session.addresses().ipv4();
            case IPV6_PREFIX -> session.addresses().ipv6Prefix();
            case DELEGATED_IPV6_PREFIX -> session.addresses().delegatedIpv6Prefix();
        };
    }

    // The background.

    /** These are the pools now. */
    void pools(Collection<AddressPool> pools) {
        var gone = new ArrayList<>(byPlanName.keySet());
        for (var pool : pools) {
            var name = Plan.OWN_POOL + pool.name();
            gone.remove(name);
            var served = byPlanName.get(name);
            if (served == null || served.share.pool().id() != pool.id()) {
                remove(name);
                byPlanName.put(name, serve(pool));
            } else if (served.share.pool().version() != pool.version()) {
                served.share.pool(pool);
            }
        }
        gone.forEach(this::remove);
        loaded = true;
    }

    private void remove(String name) {
        var served = byPlanName.remove(name);
        if (served != null) {
            served.gauges.forEach(registry::remove);
            registry.remove(served.exhausted);
        }
    }

    private Served serve(AddressPool pool) {
        var share = new PoolShare(pool);
        var exhausted = Counter.builder("catraca.address.exhausted")
                .description("Logins that found all addresses of a pool in use")
                .tag("pool", pool.name())
                .register(registry);
        return new Served(
                share,
                exhausted,
                List.of(
                        gauge(share, "ready", PoolShare.Count::ready),
                        gauge(share, "in-use", PoolShare.Count::inUse),
                        gauge(share, "offered", PoolShare.Count::offered),
                        gauge(share, "resting", PoolShare.Count::resting),
                        gauge(share, "free", PoolShare.Count::free)));
    }

    private Gauge gauge(PoolShare share, String state, ToDoubleFunction<PoolShare.Count> count) {
        return Gauge.builder("catraca.address.units", share, it -> count.applyAsDouble(it.count()))
                .description("Addresses and prefixes that this node holds of a pool")
                .tag("pool", share.pool().name())
                .tag("state", state)
                .register(registry);
    }

    List<PoolShare> shares() {
        return byPlanName.values().stream().map(served -> served.share).toList();
    }

    /** Whether that pool has no block left for this node, and the node none of its own. */
    void empty(PoolShare share, boolean nothingLeft) {
        var served = byPlanName.get(Plan.OWN_POOL + share.pool().name());
        if (served != null && served.share == share) {
            if (nothingLeft && !served.empty) {
                log.warn(
                        "pool {}: no address left for this node; more logins are answered by its policy, {}",
                        share.pool().name(),
                        share.pool().whenExhausted());
            }
            served.empty = nothingLeft;
        }
    }

    /** The hold on the blocks has just been extended in PostgreSQL, which was there. */
    void extended(Instant at) {
        extendedAt = at;
    }

    /** Marks what live sessions have, of a block that was just taken. */
    void look(PoolShare share) {
        var family = share.pool().family();
        sessions.forEach(session -> {
            var address = address(session, family);
            if (address != null) {
                share.used(address, session);
            }
        });
    }

    /** How this node's share of that pool stands, or null when it does not serve it. */
    public @Nullable Standing standing(String pool) {
        var served = byPlanName.get(Plan.OWN_POOL + pool);
        if (served == null) {
            return null;
        }
        var count = served.share.count();
        return new Standing(count.held(), count.ready(), count.inUse(), count.offered(), count.resting(), count.free());
    }

    /**
     * Units that this node holds of a pool.
     *
     * @param ready to be given at once
     * @param offered given, and not heard of yet
     * @param resting ended a moment ago, or kept for their owner after a restart
     */
    public record Standing(int held, int ready, int inUse, int offered, int resting, int free) {}
}
