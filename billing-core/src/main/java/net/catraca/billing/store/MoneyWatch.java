package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.run.FeedsAlive.Heard;
import net.catraca.billing.run.FeedsAlive.MoneyFeeds;
import net.catraca.billing.run.FirstRunAfter.Interruptions;
import net.catraca.billing.run.PlausibleReceipts.Receipts;
import net.catraca.billing.run.PlausibleReceipts.Received;

/** What tables tell of whether money is up to date. */
@Singleton
public final class MoneyWatch implements MoneyFeeds, Receipts, Interruptions {

    /** A feed's habit is told by the month before it was last heard: one that died stays dead. */
    private static final int HABIT_DAYS = 30;

    /** One a day on average: of a rarer feed silence says nothing. */
    private static final int HABITUAL = 30;

    /** So much of an ERP's contracts, and at least three, must be told: one that is pushed by hand is no feed. */
    private static final double ERP_SHARE = 0.01;

    private static final int ERP_LEAST = 3;

    private final Sql sql;

    MoneyWatch(Sql sql) {
        this.sql = sql;
    }

    @Override
    public List<Heard> heard(Instant now) {
        List<Heard> heard = new ArrayList<>(payments());
        sql.first("""
                        select erp_as_of as last
                          from (select erp_as_of, row_number() over (order by erp_as_of desc) as place,
                                       count(*) over () as all_of_them
                                  from contract
                                 where money_source = 'ERP' and erp_as_of is not null and status <> 'CANCELLED') c
                         where place = greatest(ceil(all_of_them * ?::float8), least(all_of_them, ?))
                        """, row -> new Heard("erp", row.instant("last"), true), ERP_SHARE, ERP_LEAST)
                .ifPresent(heard::add);
        var retired = retired();
        heard.removeIf(one -> retired.containsKey(one.name()) && !one.last().isAfter(retired.get(one.name())));
        return heard;
    }

    /** Sources of payments with a habit; what persons enter and what comes in files is watched otherwise, if at all. */
    private List<Heard> payments() {
        return sql.list(
                """
                with recursive source as (
                    (select source as name from payment order by source limit 1)
                     union all
                    select (select p.source from payment p where p.source > s.name order by p.source limit 1)
                      from source s
                     where s.name is not null)
                select s.name, l.last
                  from source s
                 cross join lateral (select max(received_at) as last from payment where source = s.name) l
                 where s.name not in ('manual', 'cnab', 'csv')
                   and ? <= (select count(*)
                               from (select 1
                                       from payment p
                                      where p.source = s.name and p.received_at > l.last - make_interval(days => ?)
                                      limit ?) habit)
                 order by s.name
                """,
                row -> new Heard(
                        row.text("name"), row.instant("last"), row.text("name").equals("pix")),
                HABITUAL,
                HABIT_DAYS,
                HABITUAL);
    }

    private Map<String, Instant> retired() {
        Map<String, Instant> retired = new HashMap<>();
        sql.each(
                "select name, retired_at from retired_money_feed",
                row -> retired.put(row.text("name"), row.instant("retired_at")));
        return retired;
    }

    /** A feed is expected no longer until it is heard after now. */
    public void retire(String name, String reason, String by, Instant now) {
        sql.update("""
                insert into retired_money_feed (name, reason, retired_by, retired_at) values (?, ?, ?, ?)
                on conflict (name) do update set
                    reason = excluded.reason, retired_by = excluded.retired_by, retired_at = excluded.retired_at
                """, name, reason, by, now);
    }

    @Override
    public Received of(LocalDate first, LocalDate last, LocalDate asOf) {
        return sql.first("""
                        select coalesce(sum(r.nominal_cents), 0)::bigint as due,
                               coalesce(sum(least(r.nominal_cents, (
                                   select coalesce(sum(a.cents), 0)
                                     from payment_allocation a
                                     join payment p on p.id = a.payment_id
                                    where a.receivable_id = r.id and p.paid_on <= ? and p.reversed_at is null))),
                                   0)::bigint as paid
                          from receivable r
                         where r.due_on between ? and ? and r.counts_for_blocking
                           and r.status in ('OPEN', 'SETTLED')
                        """, row -> new Received(row.bigint("due"), row.bigint("paid")), asOf, first, last)
                .orElseThrow();
    }

    @Override
    public Optional<Instant> lastStaleMoney() {
        return sql.first(
                "select stale_money_at from access_run where stale_money_at is not null order by stale_money_at desc limit 1",
                row -> row.instant("stale_money_at"));
    }

    @Override
    public Optional<Instant> lastFreezeEnd(Instant now) {
        return sql.first("""
                select least(ends_at, coalesce(lifted_at, ends_at)) as ended
                  from tightening_freeze
                 where least(ends_at, coalesce(lifted_at, ends_at)) <= ?
                 order by 1 desc limit 1
                """, row -> row.instant("ended"), now);
    }
}
