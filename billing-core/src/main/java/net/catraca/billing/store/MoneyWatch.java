package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.run.FeedsAlive.Heard;
import net.catraca.billing.run.FeedsAlive.MoneyFeeds;
import net.catraca.billing.run.FirstRunAfter.Interruptions;
import net.catraca.billing.run.PlausibleReceipts.Receipts;
import net.catraca.billing.run.PlausibleReceipts.Received;

/** What tables tell of whether money is up to date. */
@Singleton
public final class MoneyWatch implements MoneyFeeds, Receipts, Interruptions {

    /** A feed's habit is told by a month. */
    private static final Duration HABIT = Duration.ofDays(30);

    /** One a day on average: of a rarer feed silence says nothing. */
    private static final int HABITUAL = 30;

    private final Sql sql;

    MoneyWatch(Sql sql) {
        this.sql = sql;
    }

    @Override
    public List<Heard> heard(Instant now) {
        List<Heard> heard = new ArrayList<>();
        sql.first("""
                        select max(received_at) as last from payment
                         where source = 'pix' and received_at > ? having count(*) >= ?
                        """, row -> new Heard("pix", row.instant("last")), now.minus(HABIT), HABITUAL)
                .ifPresent(heard::add);
        sql.first("""
                        select max(erp_as_of) as last from contract
                         where money_source = 'ERP' and erp_as_of is not null and status <> 'CANCELLED'
                        having count(*) > 0
                        """, row -> new Heard("erp", row.instant("last"))).ifPresent(heard::add);
        return heard;
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
