package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.report.Ageing;
import net.catraca.billing.report.EndingContract;
import net.catraca.billing.report.ReleaseCount;
import net.catraca.billing.report.ReportFilter;
import org.jspecify.annotations.Nullable;

/** The sums that reports are made of. */
@Singleton
public final class ReportBook {

    private static final String MINE = """
             (?::bigint is null or c.plan_id = ?)
               and (?::text is null or coalesce(l.region, c.region) = ?)
               and (?::text is null or l.nas_name = ?)
            """;

    private static final String OPEN = """
             from receivable r
             join contract c on c.id = r.contract_id
             left join contract_line l on l.contract_id = c.id
             cross join lateral (select (cast(? as timestamptz) at time zone c.zone)::date as today) d
            where r.status = 'OPEN' and r.due_on < d.today and
            """ + MINE;

    private final Sql sql;

    ReportBook(Sql sql) {
        this.sql = sql;
    }

    private static @Nullable Object[] arguments(ReportFilter filter, @Nullable Object... first) {
        var all = Arrays.copyOf(first, first.length + 6);
        all[first.length] = filter.planId();
        all[first.length + 1] = filter.planId();
        all[first.length + 2] = filter.region();
        all[first.length + 3] = filter.region();
        all[first.length + 4] = filter.nas();
        all[first.length + 5] = filter.nas();
        return all;
    }

    /** Ids of these contracts in their order: a million take 8 MB. */
    public long[] contracts(ReportFilter filter) {
        var ids = new Object() {
            long[] all = new long[1024];
            int count;
        };
        sql.each(
                "select c.id from contract c left join contract_line l on l.contract_id = c.id where" + MINE
                        + " order by c.id",
                row -> {
                    if (ids.count == ids.all.length) {
                        ids.all = Arrays.copyOf(ids.all, 2 * ids.count);
                    }
                    ids.all[ids.count++] = row.bigint("id");
                },
                arguments(filter));
        return Arrays.copyOf(ids.all, ids.count);
    }

    /** What is owed past its due day, by receivable and by contract; days are those of each contract's zone. */
    public void open(ReportFilter filter, Instant now, Ageing ageing) {
        sql.each(
                "select d.today, r.due_on, count(*) as n, sum(greatest(r.nominal_cents - r.paid_cents, 0))::bigint as cents"
                        + OPEN + " group by 1, 2",
                row -> ageing.receivables(row.day("due_on"), row.day("today"), row.bigint("n"), row.bigint("cents")),
                arguments(filter, now));
        sql.each(
                "select today, due_on, count(*) as n, sum(cents)::bigint as cents from ("
                        + "select r.contract_id, d.today, min(r.due_on) as due_on,"
                        + " sum(greatest(r.nominal_cents - r.paid_cents, 0)) as cents" + OPEN
                        + " group by 1, 2) one group by 1, 2",
                row -> ageing.contracts(row.day("due_on"), row.day("today"), row.bigint("n"), row.bigint("cents")),
                arguments(filter, now));
    }

    /** What fell due on these days, both included, and when it was paid. */
    public void recovery(ReportFilter filter, LocalDate from, LocalDate to, Ageing ageing) {
        sql.each(
                """
                select r.due_on,
                       sum(case r.status when 'SETTLED' then r.paid_cents else r.nominal_cents end)::bigint as cents
                  from receivable r
                  join contract c on c.id = r.contract_id
                  left join contract_line l on l.contract_id = c.id
                 where r.status in ('OPEN', 'SETTLED') and r.due_on between ? and ? and
                """ + MINE + " group by 1",
                row -> ageing.due(row.day("due_on"), row.bigint("cents")),
                arguments(filter, from, to));
        sql.each(
                """
                select r.due_on, p.paid_on, sum(a.cents)::bigint as cents
                  from receivable r
                  join contract c on c.id = r.contract_id
                  left join contract_line l on l.contract_id = c.id
                  join payment_allocation a on a.receivable_id = r.id
                  join payment p on p.id = a.payment_id and p.reversed_at is null
                 where r.status in ('OPEN', 'SETTLED') and r.due_on between ? and ? and
                """ + MINE + " group by 1, 2",
                row -> ageing.paid(row.day("due_on"), row.day("paid_on"), row.bigint("cents")),
                arguments(filter, from, to));
    }

    /** Active contracts that end within some days, or have ended, by id, above one. */
    public List<EndingContract> ending(ReportFilter filter, int withinDays, Instant now, long afterId, int limit) {
        var arguments = arguments(filter, now, withinDays, afterId);
        var all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = limit;
        return sql.list(
                """
                select c.id, c.external_id, u.name as customer, p.name as plan, coalesce(l.region, c.region) as region,
                       b.ends_on, b.ends_on - d.today as days_left, coalesce(b.price_cents, p.monthly_cents) as monthly
                  from contract_billing b
                  join contract c on c.id = b.contract_id and c.status = 'ACTIVE' and c.money_source = 'LOCAL'
                  join customer u on u.id = c.customer_id
                  join plan p on p.id = c.plan_id
                  left join contract_line l on l.contract_id = c.id
                  cross join lateral (select (?::timestamptz at time zone c.zone)::date as today) d
                 where b.ends_on <= d.today + ?::integer and c.id > ? and
                """ + MINE + " order by c.id limit ?",
                row -> new EndingContract(
                        row.bigint("id"),
                        row.textOrNull("external_id"),
                        row.text("customer"),
                        row.text("plan"),
                        row.textOrNull("region"),
                        row.day("ends_on"),
                        row.integer("days_left"),
                        row.bigint("monthly")),
                all);
    }

    /** Granted from one instant to before another, by whom and of which kind. */
    public List<ReleaseCount> releases(ReportFilter filter, Instant from, Instant until, Instant now) {
        return sql.list(
                """
                select r.granted_by, r.kind, count(*) as n, count(distinct r.contract_id) as contracts,
                       count(*) filter (where r.starts_at <= ? and r.ended_at is null
                                          and (r.until is null or r.until > ?)) as running
                  from release r
                  join contract c on c.id = r.contract_id
                  left join contract_line l on l.contract_id = c.id
                 where r.granted_at >= ? and r.granted_at < ? and
                """ + MINE + " group by 1, 2 order by 1, 2",
                row -> new ReleaseCount(
                        row.text("granted_by"),
                        row.oneOf(ReleaseKind.class, "kind"),
                        row.bigint("n"),
                        row.bigint("contracts"),
                        row.bigint("running")),
                arguments(filter, now, now, from, until));
    }
}
