package net.catraca.radius.store;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import net.catraca.billing.store.Sql;
import net.catraca.radius.address.AddressPool;
import net.catraca.radius.address.AddressPool.Block;
import net.catraca.radius.address.IpNumber;
import net.catraca.radius.address.PoolShare;
import net.catraca.radius.address.PoolShare.Known;
import net.catraca.radius.address.PoolUpkeep;
import org.jspecify.annotations.Nullable;

/** The tables {@code address_block} and {@code address_lease}. Leases of blocks go by the database's clock. */
@Singleton
public final class BlockBook implements PoolUpkeep.Store {

    private final Sql sql;
    private final PoolBook pools;

    BlockBook(Sql sql, PoolBook pools) {
        this.sql = sql;
        this.pools = pools;
    }

    @Override
    public List<AddressPool> pools() {
        return pools.all();
    }

    @Override
    public List<Held> held(int node) {
        return sql.list(
                "select pool_id, host(first) as first, units from address_block where node = ? order by pool_id, first",
                row -> new Held(row.bigint("pool_id"), new Block(number(row.text("first")), row.integer("units"))),
                node);
    }

    @Override
    public void extend(int node, Duration lease) {
        sql.update(
                "update address_block set leased_until = clock_timestamp() + make_interval(secs => ?) where node = ?",
                lease.toSeconds(),
                node);
    }

    @Override
    public List<Block> take(long poolId, int node, int most, Duration lease, Duration abandoned) {
        return sql.list(
                """
                update address_block set node = ?, leased_until = clock_timestamp() + make_interval(secs => ?)
                 where pool_id = ? and first in (
                     select first from address_block
                      where pool_id = ?
                        and (node is null or leased_until < clock_timestamp() - make_interval(secs => ?))
                      order by node nulls first, first
                      limit ?
                        for update skip locked)
                returning host(first) as first, units
                """,
                row -> new Block(number(row.text("first")), row.integer("units")),
                node,
                lease.toSeconds(),
                poolId,
                poolId,
                abandoned.toSeconds(),
                most);
    }

    @Override
    public void giveBack(long poolId, IpNumber block, int node) {
        sql.update(
                "update address_block set node = null, leased_until = null"
                        + " where pool_id = ? and first = ?::inet and node = ?",
                poolId,
                block.toString(),
                node);
    }

    @Override
    public List<Known> known(long poolId, IpNumber block) {
        return sql.list(
                "select host(address) as address, subscriber_id from address_lease where pool_id = ? and block = ?::inet",
                row -> new Known(number(row.text("address")), row.bigintOrNull("subscriber_id")),
                poolId,
                block.toString());
    }

    @Override
    public boolean prepare(long poolId, int node, Collection<PoolShare.Unit> units) {
        var blocks =
                units.stream().map(unit -> unit.block().toString()).distinct().toArray(String[]::new);
        return sql.inTransaction(() -> {
            int held = sql.list(
                            "select 1 as one from address_block where pool_id = ? and first = any(?::inet[])"
                                    + " and node = ? for share",
                            row -> row.integer("one"),
                            poolId,
                            blocks,
                            node)
                    .size();
            if (held < blocks.length) {
                return false;
            }
            sql.batch("""
                    insert into address_lease (pool_id, address, block) values (?, ?::inet, ?::inet)
                    on conflict (pool_id, address) do update set subscriber_id = null, block = excluded.block
                    """, units, unit -> new @Nullable Object[] {
                poolId, unit.first().toString(), unit.block().toString()
            });
            return true;
        });
    }

    @Override
    public void owners(long poolId, List<PoolShare.Owner> owners) {
        sql.batch(
                "insert into address_lease (pool_id, address, block, subscriber_id)"
                        + " select pool_id, ?::inet, first, ? from address_block"
                        + "  where pool_id = ? and first <= ?::inet order by first desc limit 1"
                        + " on conflict (pool_id, address) do update set subscriber_id = excluded.subscriber_id",
                owners,
                owner -> new @Nullable Object[] {
                    owner.unit().toString(),
                    owner.subscriberId(),
                    poolId,
                    owner.unit().toString()
                });
    }

    private static IpNumber number(String text) {
        return Objects.requireNonNull(IpNumber.parse(text));
    }
}
