package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.lint.LintLimits;
import org.jspecify.annotations.Nullable;

/** Looks for what is wrong: set by set in the database, a transaction a kind, each over the books as they are then. */
@Singleton
public final class LintQueries {

    private final Sql sql;
    private final LintBook book;
    private final LintLimits limits;
    private final FactsCheck facts;

    LintQueries(Sql sql, LintBook book, LintLimits limits, FactsCheck facts) {
        this.sql = sql;
        this.book = book;
        this.limits = limits;
        this.facts = facts;
    }

    /**
     * Looks for one kind, and keeps what it finds.
     *
     * @return how many
     * @throws InterruptedException when the thread was interrupted
     */
    public long look(long runId, LintKind kind, Instant at) throws InterruptedException {
        long began = System.nanoTime();
        long found = kind == LintKind.FACTS_DIFFER ? facts.check(runId, at) : inOneQuery(runId, kind, at);
        book.count(
                runId, kind, found, Duration.ofNanos(System.nanoTime() - began).toMillis());
        return found;
    }

    private long inOneQuery(long runId, LintKind kind, Instant at) {
        return sql.inTransaction(() -> {
            sql.update(MEMORY);
            return keepAll(runId, kind, at);
        });
    }

    private long keepAll(long runId, LintKind kind, Instant at) {
        return switch (kind) {
            case PAID_UNTIL_FAR -> keep(runId, kind, PAID_UNTIL_FAR, limits.paidUntilCeilingDays(), at);
            case UNPAID_LONG -> keep(runId, kind, UNPAID_LONG, at, limits.unpaidDays());
            case BLOCKED_LONG -> keep(runId, kind, BLOCKED_LONG, at, limits.blockedDays());
            case EXEMPT_CONTRADICTED -> keep(runId, kind, EXEMPT_CONTRADICTED, at);
            case REGISTERED_AGAIN_WITH_DEBT -> keep(runId, kind, REGISTERED_AGAIN, at);
            case COVERAGE_GAP -> keep(runId, kind, COVERAGE_GAP);
            case COVERAGE_OVERLAP -> keep(runId, kind, COVERAGE_OVERLAP);
            case PERIOD_NOT_ISSUED ->
                keep(runId, kind, PERIOD_NOT_ISSUED, at, limits.prepaidUnissuedDays(), limits.postpaidUnissuedDays());
            case ENDED_ACTIVE -> keep(runId, kind, ENDED_ACTIVE, at);
            case DUPLICATE_EXTERNAL_ID -> {
                sql.update(NOT_PLAIN);
                sql.update("analyze lint_not_plain");
                yield keep(runId, kind, DUPLICATE_EXTERNAL_ID);
            }
            case FACTS_DIFFER -> throw new IllegalArgumentException("not by a query: " + kind);
        };
    }

    private long keep(long runId, LintKind kind, String query, @Nullable Object... arguments) {
        return book.keepAll(runId, kind, query, arguments);
    }

    /** With the usual 4 MB a million contracts' receivables are grouped in many files; one kind at a time has this. */
    private static final String MEMORY = "set local work_mem = '64MB'";

    private static final String PAID_UNTIL_FAR = """
            select f.contract_id, f.customer_id,
                   array['paidUntil', d.paid_until::text, 'daysAhead', (d.paid_until - d.today)::text,
                         'ceilingDays', p.ceiling::text] as facts
              from contract_facts f
              cross join (select ?::integer as ceiling, ?::timestamptz as at) p
              cross join lateral (select (p.at at time zone f.zone)::date as today,
                                         date '1970-01-01' + f.paid_until_day as paid_until) d
             where f.status <> 'CANCELLED' and d.paid_until > d.today + p.ceiling
            """;

    /** Late by the due day alone: whatever lets it through, somebody should look. */
    private static final String UNPAID_LONG = """
            select f.contract_id, f.customer_id,
                   array['lateSince', d.late_since::text, 'days', (d.today - d.late_since)::text] as facts
              from contract_facts f
              cross join (select ?::timestamptz as at, ?::integer as days) p
              cross join lateral (select (p.at at time zone f.zone)::date as today,
                                         date '1970-01-01' + least(f.late_since_day, f.lapsed_since_day,
                                                                   f.renegotiated_late_since_day) as late_since) d
             where f.status = 'ACTIVE' and f.committed_level = 'ACTIVE' and f.manual_block_since is null
               and d.late_since <= d.today - p.days
               and not exists (select from exemption e
                                where e.contract_id = f.contract_id and e.first_day <= d.today
                                  and (e.last_day is null or e.last_day >= d.today))
               and not exists (select from pause e
                                where e.contract_id = f.contract_id and e.first_day <= d.today
                                  and (e.last_day is null or e.last_day >= d.today))
            """;

    private static final String BLOCKED_LONG = """
            select c.id as contract_id, c.customer_id,
                   array['by', b.by_whom, 'since', d.since::text, 'days', (d.today - d.since)::text] as facts
              from (select m.contract_id, m.committed_at as since, 'automatic' as by_whom
                      from commitment m where m.level = 'BLOCKED'
                    union all
                    select id, manual_block_since, 'manual' from contract where manual_block_since is not null) b
              join contract c on c.id = b.contract_id and c.status = 'ACTIVE'
              cross join (select ?::timestamptz as at, ?::integer as days) p
              cross join lateral (select (p.at at time zone c.zone)::date as today,
                                         (b.since at time zone c.zone)::date as since) d
             where d.today - d.since > p.days
            """;

    /** No receivables, no restriction: the flags must agree. */
    private static final String EXEMPT_CONTRADICTED = """
            select c.id as contract_id, c.customer_id,
                   array['exemptFrom', x.first_day::text, 'contradicts', x.contradicts] as facts
              from (select e.contract_id, e.first_day,
                           concat_ws(' ',
                               case when c.manual_block_since is not null then 'manual-block' end,
                               case when exists (select from pause p where p.contract_id = c.id and p.first_day <= d.today
                                                    and (p.last_day is null or p.last_day >= d.today))
                                    then 'pause' end,
                               case when exists (select from commitment m where m.contract_id = c.id)
                                    then 'commitment' end,
                               case when exists (select from receivable r where r.contract_id = c.id
                                                    and r.status = 'OPEN' and r.kind = 'RECURRING'
                                                    and r.coverage_last >= e.first_day
                                                    and (e.last_day is null or r.coverage_first <= e.last_day))
                                    then 'receivable-of-exempt-days' end,
                               case when exists (select from agreement a where a.contract_id = c.id
                                                    and a.state in ('PENDING', 'RUNNING'))
                                    then 'agreement' end) as contradicts
                      from exemption e
                      join contract c on c.id = e.contract_id and c.status <> 'CANCELLED'
                      cross join lateral (select (?::timestamptz at time zone c.zone)::date as today) d
                     where e.first_day <= d.today and (e.last_day is null or e.last_day >= d.today)) x
              join contract c on c.id = x.contract_id
             where x.contradicts <> ''
            """;

    private static final String REGISTERED_AGAIN = """
            select null::bigint as contract_id, k.id as customer_id,
                   array['earlierCustomerId', o.customer_id::text, 'openCents', o.open_cents::text,
                         'oldestDueOn', o.oldest_due_on::text] as facts
              from customer k
              join lateral (
                   select c.customer_id, sum(r.nominal_cents - r.paid_cents) as open_cents, min(r.due_on) as oldest_due_on
                     from customer e
                     join contract c on c.customer_id = e.id
                     join receivable r on r.contract_id = c.id and r.status = 'OPEN'
                                      and r.due_on < (?::timestamptz at time zone c.zone)::date
                    where e.tax_id = k.tax_id and e.id < k.id
                    group by c.customer_id) o on true
             where k.tax_id in (select tax_id from customer group by tax_id having count(*) > 1)
            """;

    /** Recurring receivables that stand, with the last day that those before cover. */
    private static final String IN_ORDER = """
            select r.contract_id, r.id, r.coverage_first, r.coverage_last,
                   max(r.coverage_last) over (partition by r.contract_id order by r.coverage_first, r.id
                                              rows between unbounded preceding and 1 preceding) as covered_to
              from receivable r
             where r.kind = 'RECURRING' and r.status <> 'CANCELLED'
            """;

    /** Days that are paused, exempt or before the base date are no gap. */
    private static final String COVERAGE_GAP = """
            select g.contract_id, c.customer_id,
                   array['from', lower(g.days)::text, 'to', (upper(g.days) - 1)::text,
                         'receivableId', g.id::text] as facts
              from (select x.contract_id, x.id,
                           datemultirange(daterange(x.covered_to + 1, x.coverage_first))
                               - coalesce((select range_agg(daterange(w.first_day, w.last_day, '[]'))
                                             from (select contract_id, first_day, last_day from pause
                                                   union all
                                                   select contract_id, first_day, last_day from exemption) w
                                            where w.contract_id = x.contract_id), '{}'::datemultirange)
                               - datemultirange(daterange(null, b.financial_base_date)) as days
                      from (%s) x
                      join contract b on b.id = x.contract_id and b.status <> 'CANCELLED' and b.money_source = 'LOCAL'
                     where x.coverage_first > x.covered_to + 1) g
              join contract c on c.id = g.contract_id
             where not isempty(g.days)
            """.formatted(IN_ORDER);

    private static final String COVERAGE_OVERLAP = """
            select x.contract_id, c.customer_id,
                   array['from', x.coverage_first::text, 'to', least(x.covered_to, x.coverage_last)::text,
                         'receivableId', x.id::text] as facts
              from (%s) x
              join contract c on c.id = x.contract_id and c.status <> 'CANCELLED' and c.money_source = 'LOCAL'
             where x.coverage_first <= x.covered_to
            """.formatted(IN_ORDER);

    /**
     * First those whose receivables leave days open, by one look at all receivables; pauses and exemptions can only take
     * some of these out again.
     */
    private static final String PERIOD_NOT_ISSUED = """
            select c.id as contract_id, c.customer_id,
                   array['from', (l.last_day + 1)::text, 'days', (c.today - l.last_day)::text] as facts
              from (select c.id, c.customer_id, d.today, b.last_day,
                           case c.billing_mode when 'PREPAID' then p.prepaid else p.postpaid end as most_days
                      from contract c
                      join plan n on n.id = c.plan_id and n.monthly_cents > 0
                      cross join (select ?::timestamptz as at, ?::integer as prepaid, ?::integer as postpaid) p
                      cross join lateral (select (p.at at time zone c.zone)::date as today) d
                      left join (select r.contract_id, max(r.coverage_last) as last_day
                                   from receivable r
                                  where r.kind = 'RECURRING' and r.status <> 'CANCELLED'
                                  group by r.contract_id) r on r.contract_id = c.id
                      cross join lateral (select greatest(c.financial_base_date - 1, r.last_day) as last_day) b
                     where c.status = 'ACTIVE' and c.money_source = 'LOCAL'
                     offset 0) c
              cross join lateral (
                   select greatest(
                       c.last_day,
                       (select max(coalesce(w.last_day, c.today)) from pause w
                         where w.contract_id = c.id and w.first_day <= c.today),
                       (select max(coalesce(w.last_day, c.today)) from exemption w
                         where w.contract_id = c.id and w.first_day <= c.today)) as last_day) l
             where c.today - c.last_day > c.most_days and c.today - l.last_day > c.most_days
            """;

    /** It was neither renewed nor cancelled: served, and billed no longer. */
    private static final String ENDED_ACTIVE = """
            select c.id as contract_id, c.customer_id,
                   array['endsOn', b.ends_on::text, 'days', (d.today - b.ends_on)::text] as facts
              from contract_billing b
              join contract c on c.id = b.contract_id and c.status = 'ACTIVE' and c.money_source = 'LOCAL'
              cross join lateral (select (?::timestamptz at time zone c.zone)::date as today) d
             where b.ends_on < d.today
            """;

    /** As ids are compared: without regard to case, to spaces around them and to zeros before them. */
    private static final String PLAIN = "ltrim(lower(btrim(external_id)), '0')";

    /**
     * The very same one cannot come twice; one with other capitals, spaces or leading zeros can. Of ids that are nearly the
     * same all but one are not plain, so only these need be compared: with their like, and with a plain one. A table of its
     * own, because whether they are none or all no planner could guess.
     */
    private static final String NOT_PLAIN = """
            create temporary table lint_not_plain on commit drop as
            select 'customer' as what, id, null::bigint as contract_id, id as customer_id, external_id, %1$s as plain
              from customer where external_id <> %1$s
            union all
            select 'contract', id, id, customer_id, external_id, %1$s from contract where external_id <> %1$s
            union all
            select 'receivable', id, contract_id, null, external_id, %1$s from receivable where external_id <> %1$s
            union all
            select 'payment', id, contract_id, null, external_id, %1$s from payment where external_id <> %1$s
            """.formatted(PLAIN);

    private static final String DUPLICATE_EXTERNAL_ID = """
            with alike as materialized (
                select what, id, contract_id, customer_id, external_id, plain from lint_not_plain
                union all
                select 'customer', id, null, id, external_id, external_id from customer
                 where external_id in (select plain from lint_not_plain where what = 'customer') and external_id = %1$s
                union all
                select 'contract', id, id, customer_id, external_id, external_id from contract
                 where external_id in (select plain from lint_not_plain where what = 'contract') and external_id = %1$s
                union all
                select 'receivable', id, contract_id, null, external_id, external_id from receivable
                 where external_id in (select plain from lint_not_plain where what = 'receivable') and external_id = %1$s
                union all
                select 'payment', id, contract_id, null, external_id, external_id from payment
                 where external_id in (select plain from lint_not_plain where what = 'payment') and external_id = %1$s)
            select case when count(distinct a.contract_id) = 1 then min(a.contract_id) end as contract_id,
                   case when count(distinct a.customer_id) = 1 then min(a.customer_id) end as customer_id,
                   array['of', a.what, 'count', count(*)::text,
                         'externalIds', string_agg(a.external_id, ', ' order by a.id),
                         'ids', string_agg(a.id::text, ', ' order by a.id)] as facts
              from alike a
              -- Texts are dear to sort; few are left once their hashes have been counted.
              join (select what, hashtextextended(plain, 0) as hash from alike group by 1, 2 having count(*) > 1) h
                on h.what = a.what and h.hash = hashtextextended(a.plain, 0)
             group by a.what, a.plain
            having count(*) > 1
            """.formatted(PLAIN);
}
