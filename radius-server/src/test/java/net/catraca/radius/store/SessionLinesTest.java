package net.catraca.radius.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.run.LineSurvey;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.TestDatabase;
import org.junit.jupiter.api.Test;

/** The last known line of each contract. */
class SessionLinesTest {

    private static final Instant NOW = Instant.parse("2026-11-23T15:00:00Z");

    @Test
    void theLastLineOfEachContractIsKeptAndFollowsItsSessionsAndItsNas() {
        try (var database = TestDatabase.fresh();
                var context = database.startContext()) {
            var sql = context.getBean(Sql.class);
            var lines = context.getBean(LineSurvey.class);
            assertThat(lines).isInstanceOf(SessionLines.class);
            nas(sql, "bras-1", "10.0.0.1/32", "sul");
            nas(sql, "bras-2", "10.0.0.2/32", "norte");
            session(sql, 1, 1, "bras-1", 71, "olt-1/1", NOW.minus(Duration.ofDays(2)));
            session(sql, 2, 2, "bras-2", 71, "olt-2/1", NOW.minus(Duration.ofDays(1)));
            session(sql, 3, 1, "bras-1", 72, "olt-1/9", NOW.minus(Duration.ofDays(91)));

            lines.refresh(NOW);
            assertThat(all(sql)).containsExactly("71 bras-2 norte olt-2/1");

            session(sql, 4, 1, "bras-1", 71, "olt-1/1", NOW);
            sql.update("update nas set region = 'leste' where name = 'bras-1'");
            lines.refresh(NOW.plusSeconds(60));
            lines.refresh(NOW.plusSeconds(60));
            assertThat(all(sql)).containsExactly("71 bras-1 leste olt-1/1");
        }
    }

    private static List<String> all(Sql sql) {
        return sql.list(
                "select contract_id || ' ' || nas_name || ' ' || region || ' ' || circuit_id as line from contract_line",
                row -> row.text("line"));
    }

    private static void nas(Sql sql, String name, String prefix, String region) {
        sql.update("""
                insert into nas (name, prefix, secret, vendor, region, created_at, updated_at)
                values (?, cast(? as cidr), ?, 'mikrotik', ?, ?, ?)
                """, name, prefix, new byte[] {1}, region, NOW, NOW);
    }

    private static void session(
            Sql sql, long id, long nas, String nasName, long contract, String circuit, Instant heard) {
        sql.update("""
                insert into session (
                    id, nas_id, nas_name, nas_address, acct_session_id, user_name, port, started_at, contract_id,
                    circuit_id, input_octets, output_octets, input_packets, output_packets, gigawords_seen, seconds,
                    last_event_at, last_heard_at, interim_seconds, interim_heard, last_record, node)
                values (?, ?, ?, '10.0.0.1', ?, 'u', '', ?, ?, ?, 0, 0, 0, 0, false, 0, ?, ?, 900, false, ?, 1)
                """, id, nas, nasName, "s" + id, heard, contract, circuit, heard, heard, id);
    }
}
