package net.catraca.radius.address;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import net.catraca.radius.address.AddressPool.Block;
import net.catraca.radius.address.PoolShare.Known;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes blocks of pools for this node ahead of need, writes to whom addresses went, and gives back what is idle: once a
 * second, and at once when addresses run short. One thread.
 */
public final class PoolUpkeep implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PoolUpkeep.class);

    /** For the new ones among a city that dials in at once; those that had an address have it still. */
    static final int MOST_AHEAD = 1024;

    /** A node keeps no more ready than this part of the pool: there are others. */
    private static final int PART_AHEAD = 8;

    /** Blocks taken in one transaction. */
    private static final int BLOCKS_AT_ONCE = 32;

    /** Owners written in one transaction, and rows made ready. */
    private static final int ROWS_AT_ONCE = 1024;

    /** Renewed each minute; whoever watches sees within five that a node is gone. */
    static final Duration LEASE = Duration.ofMinutes(5);

    private static final Duration EXTEND = Duration.ofMinutes(1);

    /**
     * So long after its lease ended a node's block is taken by another: by then whatever lives on in it has been heard of
     * by some node, for interims come once a day at least.
     */
    static final Duration ABANDONED = Duration.ofHours(26);

    /**
     * After a node has taken a block, what has a row there stays with its owner for so long: usual interims come in half
     * of it, and tell what is in use.
     */
    static final Duration SETTLES = Duration.ofMinutes(30);

    private final AddressLeases leases;
    private final Store store;
    private final int node;
    private final BooleanSupplier sessionsLoaded;
    private final Clock clock;
    private final ScheduledExecutorService thread;
    private final AtomicBoolean called = new AtomicBoolean();
    private Instant extendedAt = Instant.MIN;
    private boolean failing;

    /** Pools, blocks and rows in PostgreSQL. Every method is a transaction of its own. */
    public interface Store {

        List<AddressPool> pools();

        /** Blocks that are this node's, by the database. */
        List<Held> held(int node);

        /** A block in a node's hands. */
        record Held(long poolId, Block block) {}

        /** Prolongs the node's hold on all its blocks, from the database's now. */
        void extend(int node, Duration lease);

        /** Takes blocks that nobody holds, or that were abandoned; may be fewer, or none. */
        List<Block> take(long poolId, int node, int most, Duration lease, Duration abandoned);

        /** The block is nobody's any more, if it was this node's. */
        void giveBack(long poolId, IpNumber block, int node);

        /** The rows of a block. */
        List<Known> known(long poolId, IpNumber block);

        /**
         * Rows without an owner for these units, if the node still holds all their blocks.
         *
         * @return false when it does not; nothing is written then
         */
        boolean prepare(long poolId, int node, Collection<PoolShare.Unit> units);

        void owners(long poolId, List<PoolShare.Owner> owners);
    }

    /** @param sessionsLoaded until then no block is looked at: who uses what of it is not known */
    public PoolUpkeep(
            AddressLeases leases,
            Store store,
            int node,
            BooleanSupplier sessionsLoaded,
            Clock clock,
            ScheduledExecutorService thread) {
        this.leases = leases;
        this.store = store;
        this.node = node;
        this.sessionsLoaded = sessionsLoaded;
        this.clock = clock;
        this.thread = thread;
    }

    public void start() {
        leases.whenHungry(this::call);
        var _ = thread.scheduleWithFixedDelay(this::tick, 0, 1, TimeUnit.SECONDS);
    }

    /** At most one call waits. */
    private void call() {
        if (called.compareAndSet(false, true)) {
            try {
                thread.execute(this::tick);
            } catch (RejectedExecutionException e) {
                log.debug("stopping; nothing more is taken", e);
            }
        }
    }

    private void tick() {
        called.set(false);
        try {
            once();
            if (failing) {
                failing = false;
                log.info("address pools: the database answers again");
            }
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                log.warn("address pools: the database does not answer; giving from what is at hand, trying on", e);
            }
        }
    }

    /** One round. */
    void once() {
        var now = clock.instant();
        leases.shares().forEach(share -> share.passTime(now));
        if (!sessionsLoaded.getAsBoolean()) {
            return;
        }
        leases.pools(store.pools());
        var shares = leases.shares();
        if (shares.isEmpty()) {
            return;
        }
        reconcile(shares, now);
        if (extendedAt.equals(Instant.MIN) || !extendedAt.plus(EXTEND).isAfter(now)) {
            store.extend(node, LEASE);
            extendedAt = now;
        }
        leases.extended(now);
        shares.forEach(this::writeOwners);
        shares.forEach(share -> feed(share, now));
    }

    /** What memory and database say of this node's blocks must agree: after a start, a lost answer, a deleted pool. */
    private void reconcile(List<PoolShare> shares, Instant now) {
        var held = store.held(node);
        for (var share : shares) {
            var poolId = share.pool().id();
            var gone = new HashSet<>(share.blocks());
            for (var one : held) {
                if (one.poolId() == poolId && !gone.remove(one.block().first())) {
                    load(share, one.block(), now);
                }
            }
            gone.forEach(share::drop);
        }
    }

    private void load(PoolShare share, Block block, Instant now) {
        share.add(block, store.known(share.pool().id(), block.first()), SETTLES, now);
        leases.look(share);
    }

    private void writeOwners(PoolShare share) {
        for (var owners = share.unwrittenOwners(ROWS_AT_ONCE);
                !owners.isEmpty();
                owners = share.unwrittenOwners(ROWS_AT_ONCE)) {
            // If it fails they are as good as nobody's after a restart, and kept aside for a while like all rows.
            store.owners(share.pool().id(), owners);
        }
    }

    private void feed(PoolShare share, Instant now) {
        int ahead = ahead(share);
        int missing = ahead - share.spare();
        if (missing > 0) {
            var pool = share.pool();
            int units = Math.max(
                    1, pool.blocks().isEmpty() ? 1 : pool.blocks().getFirst().units());
            int blocks = Math.clamp((missing + units - 1) / units, 1, BLOCKS_AT_ONCE);
            var taken = store.take(pool.id(), node, blocks, LEASE, ABANDONED);
            taken.forEach(block -> load(share, block, now));
            leases.empty(share, taken.isEmpty() && share.spare() == 0);
        } else {
            leases.empty(share, false);
            giveBack(share, ahead);
        }
        makeReady(share, ahead);
    }

    private static int ahead(PoolShare share) {
        long units = 0;
        for (var range : share.pool().ranges()) {
            units += range.excluded() ? 0 : range.units(share.pool().unitLength());
        }
        return Math.clamp(units / PART_AHEAD, 1, MOST_AHEAD);
    }

    private void makeReady(PoolShare share, int ahead) {
        var units = share.prepare(Math.min(ROWS_AT_ONCE, ahead - share.readyCount()));
        if (units.isEmpty()) {
            return;
        }
        boolean written = false;
        try {
            written = store.prepare(share.pool().id(), node, units);
        } finally {
            if (written) {
                share.prepared(units);
            } else {
                share.notPrepared(units);
            }
        }
    }

    /** One a round: others may need it, and this node has four times what it keeps ahead. */
    private void giveBack(PoolShare share, int ahead) {
        if (share.spare() > 4 * ahead + AddressPool.MOST_UNITS_OF_BLOCK) {
            var block = share.takeOutIdle();
            if (block != null) {
                store.giveBack(share.pool().id(), block, node);
            }
        }
    }

    /** What is held stays this node's: it is here again soon. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
