package net.catraca.billing.store;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.access.ContractSnapshot.NO_INSTANT;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.access.HeldLapse;
import net.catraca.billing.access.ReleaseWindow;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/** The table {@code contract_facts}: what access decisions read of each contract. Written by {@link AccessWrite} only. */
@Singleton
public final class ContractFacts {

    /** Each zone once: snapshots share them. Bounded by the zones there are, about 600. */
    private static final Map<String, ZoneId> ZONES = new ConcurrentHashMap<>();

    private final Sql sql;
    private final Catalogs catalogs;

    ContractFacts(Sql sql, Catalogs catalogs) {
        this.sql = sql;
        this.catalogs = catalogs;
    }

    /** Facts with what a snapshot does not tell: whether the policy is the contract's own or its plan's. */
    record Facts(ContractSnapshot snapshot, @Nullable Long ownPolicyId) {}

    public Optional<ContractSnapshot> find(long contractId) {
        return read(List.of(contractId)).stream().findFirst();
    }

    public List<ContractSnapshot> read(Collection<Long> contractIds) {
        return sql.reading(() -> read(contractIds, catalogs.read()));
    }

    List<ContractSnapshot> read(Collection<Long> contractIds, Catalog catalog) {
        return sql.list(
                "select * from contract_facts where contract_id = any(?)", row -> snapshot(row, catalog), contractIds);
    }

    /** All contracts as they stood at one instant, streaming, in the order of their ids. */
    public void each(Consumer<ContractSnapshot> visitor) {
        sql.reading(() -> {
            var catalog = catalogs.read();
            sql.each(
                    "select * from contract_facts order by contract_id", row -> visitor.accept(snapshot(row, catalog)));
            return true;
        });
    }

    /**
     * Those that the end of a release or of paid-until may restrict by the clock alone until an instant, with others that
     * it does not; streaming, in no order.
     *
     * @param policies whose prepaid contracts lapse by the clock, in whatever version
     */
    public void eachThatClockMayTighten(Instant until, Collection<Long> policies, Consumer<ContractSnapshot> visitor) {
        // The latest day that it is anywhere then: zones are the contracts' own.
        long lastDay = until.atOffset(ZoneOffset.MAX).toLocalDate().toEpochDay();
        sql.reading(() -> {
            var catalog = catalogs.read();
            sql.each("""
                    select f.*
                      from contract_facts f
                      join plan p on p.id = f.plan_id
                     where f.status = 'ACTIVE' and f.manual_block_since is null
                       and (cardinality(f.releases) > 0
                            or f.lapsed_since_day <= ? and coalesce(f.policy_id, p.policy_id) = any(?))
                    """, row -> visitor.accept(snapshot(row, catalog)), (int) lastDay, policies);
            return true;
        });
    }

    static ContractSnapshot snapshot(Row row, Catalog catalog) throws SQLException {
        var plan = catalog.plan(row.bigint("plan_id"));
        return new ContractSnapshot(
                row.bigint("contract_id"),
                row.bigint("version"),
                row.bigint("customer_id"),
                plan,
                catalog.policy(row.bigintOr("policy_id", plan.policyId())),
                ZONES.computeIfAbsent(row.text("zone"), ZoneId::of),
                row.oneOf(ContractStatus.class, "status"),
                row.integer("status_since_day"),
                row.oneOf(BillingMode.class, "billing_mode"),
                row.integerOr("paid_until_day", NO_DAY),
                row.integerOr("late_since_day", NO_DAY),
                row.integerOr("lapsed_since_day", NO_DAY),
                heldLapse(row),
                row.integerOr("renegotiated_late_since_day", NO_DAY),
                dayWindows(row.integers("pauses")),
                dayWindows(row.integers("exemptions")),
                row.bigintOr("manual_block_since", NO_INSTANT),
                releaseWindows(row.bigints("releases")),
                row.integerOr("do_not_block_until_day", NO_DAY),
                row.integerOr("do_not_reduce_until_day", NO_DAY),
                row.oneOf(AutomaticRestriction.class, "automatic_restriction"),
                row.integerOr("automatic_restriction_until_day", NO_DAY),
                row.oneOf(AccessLevel.class, "committed_level"),
                row.bigintOr("committed_at", NO_INSTANT),
                row.integerOr("committed_late_since_day", NO_DAY),
                row.integerOr("committed_renegotiated_late_since_day", NO_DAY));
    }

    /** One statement for all. */
    void write(Collection<Facts> facts) {
        if (facts.isEmpty()) {
            return;
        }
        sql.update(
                """
                insert into contract_facts (
                    contract_id, version, customer_id, plan_id, policy_id, zone, status, status_since_day,
                    billing_mode, paid_until_day, late_since_day, lapsed_since_day, renegotiated_late_since_day,
                    pauses, exemptions, manual_block_since, releases, do_not_block_until_day,
                    do_not_reduce_until_day, automatic_restriction, automatic_restriction_until_day,
                    committed_level, committed_at, committed_late_since_day, committed_renegotiated_late_since_day,
                    lapse_held_until_day, lapse_held_level)
                select n.contract_id, n.version, n.customer_id, n.plan_id, n.policy_id, n.zone, n.status,
                       n.status_since_day, n.billing_mode, n.paid_until_day, n.late_since_day, n.lapsed_since_day,
                       n.renegotiated_late_since_day, n.pauses::integer[], n.exemptions::integer[],
                       n.manual_block_since, n.releases::bigint[], n.do_not_block_until_day,
                       n.do_not_reduce_until_day, n.automatic_restriction, n.automatic_restriction_until_day,
                       n.committed_level, n.committed_at, n.committed_late_since_day,
                       n.committed_renegotiated_late_since_day, n.lapse_held_until_day, n.lapse_held_level
                  from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) as n (
                       contract_id, version, customer_id, plan_id, policy_id, zone, status, status_since_day,
                       billing_mode, paid_until_day, late_since_day, lapsed_since_day, renegotiated_late_since_day,
                       pauses, exemptions, manual_block_since, releases, do_not_block_until_day,
                       do_not_reduce_until_day, automatic_restriction, automatic_restriction_until_day,
                       committed_level, committed_at, committed_late_since_day,
                       committed_renegotiated_late_since_day, lapse_held_until_day, lapse_held_level)
                on conflict (contract_id) do update set
                    version = excluded.version,
                    customer_id = excluded.customer_id,
                    plan_id = excluded.plan_id,
                    policy_id = excluded.policy_id,
                    zone = excluded.zone,
                    status = excluded.status,
                    status_since_day = excluded.status_since_day,
                    billing_mode = excluded.billing_mode,
                    paid_until_day = excluded.paid_until_day,
                    late_since_day = excluded.late_since_day,
                    lapsed_since_day = excluded.lapsed_since_day,
                    renegotiated_late_since_day = excluded.renegotiated_late_since_day,
                    pauses = excluded.pauses,
                    exemptions = excluded.exemptions,
                    manual_block_since = excluded.manual_block_since,
                    releases = excluded.releases,
                    do_not_block_until_day = excluded.do_not_block_until_day,
                    do_not_reduce_until_day = excluded.do_not_reduce_until_day,
                    automatic_restriction = excluded.automatic_restriction,
                    automatic_restriction_until_day = excluded.automatic_restriction_until_day,
                    committed_level = excluded.committed_level,
                    committed_at = excluded.committed_at,
                    committed_late_since_day = excluded.committed_late_since_day,
                    committed_renegotiated_late_since_day = excluded.committed_renegotiated_late_since_day,
                    lapse_held_until_day = excluded.lapse_held_until_day,
                    lapse_held_level = excluded.lapse_held_level
                """,
                RowColumns.of(facts)
                        .bigint(one -> one.snapshot().contractId())
                        .bigint(one -> one.snapshot().version())
                        .bigint(one -> one.snapshot().customerId())
                        .bigint(one -> one.snapshot().plan().id())
                        .bigint(Facts::ownPolicyId)
                        .text(one -> one.snapshot().zone().getId())
                        .constant(one -> one.snapshot().status())
                        .integer(one -> one.snapshot().statusSinceDay())
                        .constant(one -> one.snapshot().billingMode())
                        .integer(one -> day(one.snapshot().paidUntilDay()))
                        .integer(one -> day(one.snapshot().lateSinceDay()))
                        .integer(one -> day(one.snapshot().lapsedSinceDay()))
                        .integer(one -> day(one.snapshot().renegotiatedLateSinceDay()))
                        .numbers(one -> flat(one.snapshot().pauses()))
                        .numbers(one -> flat(one.snapshot().exemptions()))
                        .bigint(one -> instant(one.snapshot().manualBlockSince()))
                        .numbers(one -> flat(one.snapshot().releases()))
                        .integer(one -> day(one.snapshot().doNotBlockUntilDay()))
                        .integer(one -> day(one.snapshot().doNotReduceUntilDay()))
                        .constant(one -> one.snapshot().automaticRestriction())
                        .integer(one -> day(one.snapshot().automaticRestrictionUntilDay()))
                        .constant(one -> one.snapshot().committedLevel())
                        .bigint(one -> instant(one.snapshot().committedAt()))
                        .integer(one -> day(one.snapshot().committedLateSinceDay()))
                        .integer(one -> day(one.snapshot().committedRenegotiatedLateSinceDay()))
                        .integer(one -> heldUntil(one.snapshot().heldLapse()))
                        .constant(one -> heldLevel(one.snapshot().heldLapse()))
                        .arguments());
    }

    private static @Nullable Integer heldUntil(@Nullable HeldLapse held) {
        return held == null ? null : held.untilDay();
    }

    private static @Nullable AccessLevel heldLevel(@Nullable HeldLapse held) {
        return held == null ? null : held.level();
    }

    private static @Nullable HeldLapse heldLapse(Row row) throws SQLException {
        int untilDay = row.integerOr("lapse_held_until_day", NO_DAY);
        return untilDay == NO_DAY ? null : new HeldLapse(untilDay, row.oneOf(AccessLevel.class, "lapse_held_level"));
    }

    private static @Nullable Integer day(int day) {
        return day == NO_DAY ? null : day;
    }

    private static @Nullable Long instant(long seconds) {
        return seconds == NO_INSTANT ? null : seconds;
    }

    private static List<Integer> flat(@Nullable DayWindow chain) {
        var days = new ArrayList<Integer>();
        for (var window = chain; window != null; window = window.next()) {
            days.add(window.firstDay());
            days.add(window.lastDay());
        }
        return days;
    }

    private static @Nullable DayWindow dayWindows(Integer[] days) {
        DayWindow chain = null;
        for (int i = days.length - 2; i >= 0; i -= 2) {
            chain = new DayWindow(days[i], days[i + 1], chain);
        }
        return chain;
    }

    private static List<Long> flat(@Nullable ReleaseWindow chain) {
        var numbers = new ArrayList<Long>();
        for (var window = chain; window != null; window = window.next()) {
            numbers.add((long) KINDS.indexOf(window.kind()));
            numbers.add((long) LEVELS.indexOf(window.level()));
            numbers.add(window.from());
            numbers.add(window.until());
        }
        return numbers;
    }

    private static @Nullable ReleaseWindow releaseWindows(Long[] numbers) {
        ReleaseWindow chain = null;
        for (int i = numbers.length - 4; i >= 0; i -= 4) {
            chain = new ReleaseWindow(
                    KINDS.get(numbers[i].intValue()),
                    LEVELS.get(numbers[i + 1].intValue()),
                    numbers[i + 2],
                    numbers[i + 3],
                    chain);
        }
        return chain;
    }

    // Stored by their place in these lists, so that the enums may be reordered; add at the end.
    private static final List<ReleaseKind> KINDS =
            List.of(ReleaseKind.MANUAL, ReleaseKind.TEMPORARY, ReleaseKind.TRUST_UNLOCK, ReleaseKind.INCIDENT);
    private static final List<AccessLevel> LEVELS = List.of(AccessLevel.ACTIVE, AccessLevel.REDUCED);
}
