package net.catraca.admin.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {

    private final ApiServer api = ApiServer.start();

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aWriteTellsWhoFromWhereWhatBeforeAndAfter() {
        String path = createToken("maria").header("Location");
        api.as(Role.ADMIN).delete(path).expect(200);

        var entry = api.as(Role.NOC_SUPERVISOR).get("/api/v1/audit?limit=1").expect(200);

        assertThat(entry.string("items/0/actor")).isEqualTo("admin");
        assertThat(entry.string("items/0/from")).isEqualTo("127.0.0.1");
        assertThat(entry.string("items/0/action")).isEqualTo("token.revoke");
        assertThat(entry.string("items/0/subject")).isEqualTo(path.replace("/api/v1/tokens", "access_token"));
        assertThat(entry.string("items/0/at")).isEqualTo("2026-11-23T15:00:00Z");
        assertThat(entry.string("items/0/before/revokedAt")).isEqualTo("null");
        assertThat(entry.string("items/0/after/revokedAt")).isEqualTo("2026-11-23T15:00:00Z");
        assertThat(entry.string("items/0/after/role")).isEqualTo("noc");
    }

    @Test
    void aWriteThatWasRefusedLeavesNoEntry() {
        long before = count();

        api.as(Role.ADMIN).delete("/api/v1/tokens/999").expect(404);
        api.as(Role.ADMIN).post("/api/v1/tokens", "{\"name\":\"\"}").expect(400);
        api.as(Role.NOC)
                .post("/api/v1/tokens", "{\"name\":\"x\",\"role\":\"admin\"}")
                .expect(403);

        assertThat(count()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "update audit_log set actor = 'somebody else' where id = 2",
        "delete from audit_log where id = 2",
        "truncate audit_log cascade",
        "update audit_seal set hash = sha256('x') where position = 2",
        "delete from audit_seal where position = 2"
    })
    void theLogRefusesToBeChanged(String tampering) {
        createToken("maria");

        assertThatThrownBy(() -> api.execute(tampering)).hasMessageContaining("append-only");

        assertThat(api.as(Role.ADMIN).get("/api/v1/audit/verification").string("whole"))
                .isEqualTo("true");
    }

    // What somebody does who may switch triggers off; where it shows; as what.
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "update audit_log set actor = 'eve' where id = 3 # 3 # hash-differs",
                "update audit_log set after = after || '{\"role\":\"viewer\"}' where id = 4 # 4 # hash-differs",
                "update audit_log set at = at + interval '1 microsecond' where id = 2 # 2 # hash-differs",
                "delete from audit_seal where audit_id = 3; delete from audit_log where id = 3 # 3 # seal-missing",
                "update audit_seal set hash = sha256('x') where position = 5 # 5 # hash-differs",
                "insert into audit_log (at, actor, action, subject) values (now(), 'eve', 'a.b', 'c/1') # 0 # entry-unsealed"
            })
    void tamperingShows(String tampering, long position, String kind) {
        createToken("maria");
        createToken("joao");

        api.execute("set session_replication_role = replica; " + tampering);

        var found = api.as(Role.ADMIN).get("/api/v1/audit/verification").expect(200);
        assertThat(found.string("whole")).isEqualTo("false");
        assertThat(found.number("fault/position")).isEqualTo(position);
        assertThat(found.string("fault/kind")).isEqualTo(kind);
    }

    @Test
    void anEndThatWasCutOffShowsAgainstANotedHead() {
        createToken("maria");
        var noted = api.as(Role.ADMIN).get("/api/v1/audit/verification").expect(200);
        String query = "?notedEntries=" + noted.number("entries") + "&notedHead=" + noted.string("head");
        createToken("joao");
        assertThat(api.as(Role.ADMIN).get("/api/v1/audit/verification" + query).string("whole"))
                .isEqualTo("true");

        api.execute("set session_replication_role = replica; delete from audit_seal where position >= "
                + noted.number("entries")
                + "; delete from audit_log where id not in (select audit_id from audit_seal)");

        assertThat(api.as(Role.ADMIN).get("/api/v1/audit/verification").string("whole"))
                .isEqualTo("true");
        var found = api.as(Role.ADMIN).get("/api/v1/audit/verification" + query);
        assertThat(found.string("fault/kind")).isEqualTo("noted-seal-differs");
    }

    @Test
    void writersAtOnceAreSealedOneAfterTheOther() throws Exception {
        long before = count();
        Callable<ApiAnswer> write = () -> createToken("many");
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var answer : threads.invokeAll(
                    IntStream.range(0, 40).mapToObj(_ -> write).toList())) {
                answer.get();
            }
        }

        var verification = api.as(Role.ADMIN).get("/api/v1/audit/verification");
        assertThat(verification.string("whole")).isEqualTo("true");
        assertThat(verification.number("entries")).isEqualTo(before + 40);
    }

    @Test
    void pagesMeetWithoutGapOrOverlapWhileEntriesArrive() {
        for (int i = 0; i < 7; i++) {
            createToken("t" + i);
        }
        var first = api.as(Role.ADMIN).get("/api/v1/audit?limit=5").expect(200);
        createToken("meanwhile");
        var second = api.as(Role.ADMIN).get("/api/v1/audit?limit=200&cursor=" + first.string("nextCursor"));

        assertThat(second.number("items/0/position")).isEqualTo(first.number("items/4/position") - 1);
        assertThat(second.string("nextCursor")).isEqualTo("null");
    }

    private ApiAnswer createToken(String name) {
        return api.as(Role.ADMIN)
                .post("/api/v1/tokens", "{\"name\":\"" + name + "\",\"role\":\"noc\"}")
                .expect(201);
    }

    private long count() {
        return api.strings("select id from audit_log").size();
    }
}
