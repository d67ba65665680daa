package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import net.catraca.billing.run.CancelSuggestion;
import org.jspecify.annotations.Nullable;

/** The table {@code cancel_suggestion}. */
@Singleton
public final class CancelSuggestionBook {

    private final Sql sql;

    CancelSuggestionBook(Sql sql) {
        this.sql = sql;
    }

    /** A contract to be put on the list. */
    public record Suggested(long contractId, int daysLate, int cancelDays) {}

    /** Those that were on the list stay on it since when they were. */
    public void put(Collection<Suggested> suggested, Instant now) {
        sql.batch("""
                insert into cancel_suggestion (contract_id, suggested_at, looked_at, days_late, cancel_days)
                values (?, ?, ?, ?, ?)
                on conflict (contract_id) do update set
                    looked_at = excluded.looked_at,
                    days_late = excluded.days_late,
                    cancel_days = excluded.cancel_days
                """, suggested, one ->
                new @Nullable Object[] {one.contractId(), now, now, one.daysLate(), one.cancelDays()});
    }

    /** Takes those off the list that were not put on it at this instant. Answers how many. */
    public int removeOthers(Instant now) {
        return sql.update("delete from cancel_suggestion where looked_at <> ?", now);
    }

    /** By contract, above an id (0 for the first page). */
    public List<CancelSuggestion> page(long afterContractId, int limit) {
        return sql.list("""
                select s.*, c.customer_id, u.name as customer_name, c.plan_id, p.name as plan_name, p.monthly_cents,
                       coalesce(l.region, c.region) as region, m.committed_at as blocked_at,
                       coalesce((select sum(greatest(r.nominal_cents - r.paid_cents, 0)) from receivable r
                                  where r.contract_id = c.id and r.status = 'OPEN'), 0)::bigint as open_cents
                  from cancel_suggestion s
                  join contract c on c.id = s.contract_id
                  join customer u on u.id = c.customer_id
                  join plan p on p.id = c.plan_id
                  left join commitment m on m.contract_id = c.id
                  left join contract_line l on l.contract_id = c.id
                 where s.contract_id > ? and c.status = 'ACTIVE'
                 order by s.contract_id limit ?
                """, CancelSuggestionBook::suggestion, afterContractId, limit);
    }

    private static CancelSuggestion suggestion(Row row) throws SQLException {
        return new CancelSuggestion(
                row.bigint("contract_id"),
                row.bigint("customer_id"),
                row.text("customer_name"),
                row.bigint("plan_id"),
                row.text("plan_name"),
                row.textOrNull("region"),
                row.bigint("monthly_cents"),
                row.bigint("open_cents"),
                row.integer("days_late"),
                row.integer("cancel_days"),
                row.instant("suggested_at"),
                row.instantOrNull("blocked_at"));
    }
}
