package net.catraca.radius.store;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.run.LineSurvey;
import net.catraca.billing.store.Sql;

/** Keeps the last known line of each contract, from live sessions and those that ended. */
@Singleton
public final class SessionLines implements LineSurvey {

    /** An older line may be another's by now. */
    private static final Duration OLDEST = Duration.ofDays(90);

    /** Records may be delivered so late and still be of a session that ended before the last survey. */
    private static final Duration OVERLAP = Duration.ofDays(3);

    private final Sql sql;

    SessionLines(Sql sql) {
        this.sql = sql;
    }

    @Override
    public void refresh(Instant now) {
        sql.inTransaction(() -> {
            var since = sql.first(
                            "select max(last_seen_at) as at from contract_line having count(*) > 0",
                            row -> row.instant("at"))
                    .map(last -> last.minus(OVERLAP))
                    .filter(last -> last.isAfter(now.minus(OLDEST)))
                    .orElse(now.minus(OLDEST));
            // In the order of ids, so that two surveys at once do not wait for each other.
            sql.update("""
                    insert into contract_line (contract_id, nas_id, nas_name, region, circuit_id, last_seen_at)
                    select distinct on (s.contract_id)
                           s.contract_id, s.nas_id, s.nas_name, n.region, s.circuit_id, s.last_seen_at
                      from (select contract_id, nas_id, nas_name, circuit_id, last_heard_at as last_seen_at
                              from session where contract_id is not null and last_heard_at > ?
                             union all
                            select contract_id, nas_id, nas_name, circuit_id, ended_at
                              from session_history where contract_id is not null and ended_at > ?) s
                      left join nas n on n.id = s.nas_id
                     order by s.contract_id, s.last_seen_at desc
                    on conflict (contract_id) do update set
                        nas_id = excluded.nas_id,
                        nas_name = excluded.nas_name,
                        region = excluded.region,
                        circuit_id = coalesce(excluded.circuit_id, contract_line.circuit_id),
                        last_seen_at = excluded.last_seen_at
                     where excluded.last_seen_at >= contract_line.last_seen_at
                    """, since, since);
            return sql.update("""
                    update contract_line l set region = n.region, nas_name = n.name
                      from nas n
                     where n.id = l.nas_id and (l.region is distinct from n.region or l.nas_name <> n.name)
                    """);
        });
    }

    @Override
    public boolean hasNas(long nasId) {
        return sql.first("select 1 as one from nas where id = ?", row -> true, nasId)
                .isPresent();
    }

    @Override
    public boolean hasRegion(String region) {
        return sql.first("select 1 as one from nas where region = ? limit 1", row -> true, region)
                .isPresent();
    }
}
