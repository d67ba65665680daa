package net.catraca.radius.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.store.Row;
import net.catraca.billing.store.Sql;
import net.catraca.radius.address.AddressPool;
import net.catraca.radius.address.AddressPool.WhenExhausted;
import net.catraca.radius.address.AddressRange;
import net.catraca.radius.address.IpNumber;
import net.catraca.radius.address.PoolDraft;
import net.catraca.radius.address.PoolFamily;
import org.jspecify.annotations.Nullable;

/** The tables {@code address_pool} and {@code address_range}, and what they must not meet. */
@Singleton
public final class PoolBook {

    private final Sql sql;

    PoolBook(Sql sql) {
        this.sql = sql;
    }

    /** Keeps other writers out until the transaction ends: a rule over several rows is being checked. Readers go on. */
    public void lock() {
        sql.update("lock table address_pool in share row exclusive mode");
    }

    /** In the order of their ids. */
    public List<AddressPool> all() {
        return sql.reading(() -> {
            Map<Long, List<AddressRange>> ranges = new HashMap<>();
            sql.each(
                    "select pool_id, host(first) as first, host(last) as last, excluded from address_range order by first",
                    row -> ranges.computeIfAbsent(row.bigint("pool_id"), _ -> new ArrayList<>())
                            .add(range(row)));
            return sql.list(
                    "select * from address_pool order by id",
                    row -> pool(row, ranges.getOrDefault(row.bigint("id"), List.of())));
        });
    }

    public Optional<AddressPool> find(String name) {
        return all().stream().filter(pool -> pool.name().equals(name)).findFirst();
    }

    public AddressPool insert(PoolDraft draft, Instant now) {
        long id = sql.first(
                        """
                        insert into address_pool (name, family, unit_length, when_exhausted, created_at, updated_at)
                        values (?, ?, ?, ?, ?, ?) returning id
                        """,
                        row -> row.bigint("id"),
                        draft.name(),
                        draft.family(),
                        draft.unitLength(),
                        draft.whenExhausted(),
                        now,
                        now)
                .orElseThrow();
        var pool = draft.pool(id, 1);
        insertRanges(pool);
        insertBlocks(pool, pool.blocks());
        return pool;
    }

    /** Writes what may change: its policy and ranges. The blocks must have been settled before. */
    public AddressPool update(AddressPool before, PoolDraft draft, Instant now) {
        sql.update(
                "update address_pool set version = version + 1, when_exhausted = ?, updated_at = ? where id = ?",
                draft.whenExhausted(),
                now,
                before.id());
        sql.update("delete from address_range where pool_id = ?", before.id());
        var after = draft.pool(before.id(), before.version() + 1);
        insertRanges(after);
        return after;
    }

    private void insertRanges(AddressPool pool) {
        sql.batch(
                "insert into address_range (pool_id, first, last, excluded) values (?, ?::inet, ?::inet, ?)",
                pool.ranges(),
                range -> new @Nullable Object[] {
                    pool.id(), range.first().toString(), range.last().toString(), range.excluded()
                });
    }

    public void insertBlocks(AddressPool pool, Collection<AddressPool.Block> blocks) {
        sql.batch("insert into address_block (pool_id, first, units) values (?, ?::inet, ?)", blocks, block ->
                new @Nullable Object[] {pool.id(), block.first().toString(), block.units()});
    }

    /** Takes blocks out that no node holds; false, and nothing is taken out, when one is held. */
    public boolean deleteBlocks(AddressPool pool, Collection<AddressPool.Block> blocks) {
        var first = blocks.stream().map(block -> block.first().toString()).toArray(String[]::new);
        sql.update("delete from address_lease where pool_id = ? and block = any(?::inet[])", pool.id(), first);
        return sql.update(
                        "delete from address_block where pool_id = ? and first = any(?::inet[]) and node is null",
                        pool.id(),
                        first)
                == first.length;
    }

    public void delete(long id) {
        sql.update("delete from address_pool where id = ?", id);
    }

    /** A plan that names it, or nothing. */
    public Optional<String> planOf(String name) {
        var own = Plan.OWN_POOL + name;
        return sql.first(
                "select name from plan where ? in (ipv4_pool, ipv6_pool, delegated_ipv6_pool) order by id limit 1",
                row -> row.text("name"),
                own);
    }

    /** A login with a fixed address within that range, or nothing. */
    public Optional<String> fixedWithin(AddressRange range, List<AddressRange> excluded) {
        var fixed = sql.list(
                """
                select login, fixed from (
                    select login, unnest(array[framed_ipv4, framed_ipv6_prefix, delegated_ipv6_prefix]) as fixed
                      from subscriber) as addresses
                 where fixed is not null
                   and host(network(fixed::inet))::inet <= ?::inet
                   and host(broadcast(fixed::inet))::inet >= ?::inet
                """,
                row -> new Fixed(row.text("login"), row.text("fixed")),
                range.last().toString(),
                range.first().toString());
        return fixed.stream()
                .filter(one -> {
                    var whole = one.range();
                    return excluded.stream().noneMatch(other -> other.holds(whole));
                })
                .map(one -> one.login() + " has " + one.address())
                .findFirst();
    }

    private record Fixed(String login, String address) {
        AddressRange range() {
            int slash = address.indexOf('/');
            var first = Objects.requireNonNull(IpNumber.parse(slash < 0 ? address : address.substring(0, slash)));
            int length = slash < 0 ? first.bits() : Integer.parseInt(address.substring(slash + 1));
            return new AddressRange(first, first.lastOfUnit(length), false);
        }
    }

    /** How a pool stands, by node; null for what no node holds. */
    public record Standing(
            @Nullable Integer node,
            long blocks,
            long units,
            @Nullable Instant leasedUntil) {}

    public List<Standing> standing(long poolId) {
        return sql.list(
                """
                select node, count(*) as blocks, sum(units) as units, min(leased_until) as leased_until
                  from address_block where pool_id = ? group by node order by node nulls last
                """,
                row -> new Standing(
                        row.integerOrNull("node"),
                        row.bigint("blocks"),
                        row.bigint("units"),
                        row.instantOrNull("leased_until")),
                poolId);
    }

    /** Live sessions that have an address of the pool. */
    public long inUse(AddressPool pool) {
        var column =
                switch (pool.family()) {
                    case IPV4 -> "ipv4";
                    case IPV6_PREFIX -> "ipv6_prefix";
                    case DELEGATED_IPV6_PREFIX -> "delegated_ipv6_prefix";
                };
        return sql.first(
                        "select count(distinct s." + column + ") as used from session s join address_range r"
                                + " on host(s." + column + ")::inet between r.first and r.last"
                                + " where s.ended_at is null and r.pool_id = ? and not r.excluded",
                        row -> row.bigint("used"),
                        pool.id())
                .orElse(0L);
    }

    private static AddressRange range(Row row) throws SQLException {
        return new AddressRange(
                Objects.requireNonNull(IpNumber.parse(row.text("first"))),
                Objects.requireNonNull(IpNumber.parse(row.text("last"))),
                row.bool("excluded"));
    }

    private static AddressPool pool(Row row, List<AddressRange> ranges) throws SQLException {
        return new AddressPool(
                row.bigint("id"),
                row.bigint("version"),
                row.text("name"),
                row.oneOf(PoolFamily.class, "family"),
                row.integer("unit_length"),
                row.oneOf(WhenExhausted.class, "when_exhausted"),
                ranges);
    }
}
