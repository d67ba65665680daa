package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.nas.NasFixtures;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Nodes as processes of their own, killed with -9 while targets are open and a NAS answers late. The NAS's own book of
 * what each session has is compared with what is wanted, and with what PostgreSQL says that it acknowledged.
 */
class KilledReconcilerTest {

    private static final int SESSIONS = 60;
    private static final int PAID = 20;

    private final TestDatabase database = TestDatabase.fresh();
    private final ApplicationContext context = database.startContext();
    private final Sql sql = context.getBean(Sql.class);
    /** By Acct-Session-Id the list that its address is in, as the NAS has it. */
    private final Map<String, String> lists = new ConcurrentHashMap<>();

    private final List<Process> nodes = new ArrayList<>();
    private FakeNas nas;

    @BeforeEach
    void open() throws IOException {
        nas = new FakeNas(NasFixtures.SECRET);
        nas.behave(this::obeyed);
    }

    @AfterEach
    void close() {
        nodes.forEach(Process::destroyForcibly);
        nas.close();
        context.close();
        database.close();
        assertThat(nas.complaints()).isEmpty();
    }

    private List<byte[]> obeyed(FakeNas.Request request) {
        var text = new String(request.octets, StandardCharsets.ISO_8859_1);
        lists.put(request.text(44), text.contains("catraca-blocked") ? "blocked" : "active");
        return request.acknowledged();
    }

    private Process node(String name, int paid) throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledReconciler.class.getName(),
                        database.jdbcUrl(),
                        name,
                        Integer.toString(nas.address().getPort()),
                        Integer.toString(SESSIONS),
                        Integer.toString(paid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        nodes.add(process);
        return process;
    }

    private static void kill(Process node) throws InterruptedException {
        node.destroyForcibly().waitFor();
    }

    private void awaitReceived(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> nas.received().size() >= count);
    }

    /** Sessions whose NAS has something else than is wanted. */
    private List<String> wrong() {
        var wrong = new ArrayList<String>();
        for (int id = 1; id <= SESSIONS; id++) {
            var list = lists.getOrDefault("s-" + id, "active");
            if (!list.equals(id <= PAID ? "active" : "blocked")) {
                wrong.add("s-" + id + " is " + list);
            }
        }
        return wrong;
    }

    @Test
    void whatWasOpenAtAKillIsFinishedThoughItsAnswersCameTooLate() throws Exception {
        var late = new ArrayList<Runnable>();
        nas.behave(request -> {
            var answer = obeyed(request);
            synchronized (late) {
                late.add(() -> nas.send(request, answer));
            }
            return List.of();
        });
        var first = node("node-1", 0);
        awaitReceived(8);
        kill(first);
        synchronized (late) {
            late.forEach(Runnable::run); // nobody is there to hear them
        }
        nas.behave(this::obeyed);
        int before = nas.received().size();

        // Meanwhile some have paid; of those the NAS has blocked several without any of us knowing.
        assertThat(lists).containsValue("blocked");
        node("node-1", PAID);
        await().atMost(Duration.ofSeconds(90)).until(() -> nas.received().size() > before);
        awaitAllAsWanted();
        assertThat(sql.list(
                        "select session_id from session_target where acknowledged_level <> target_level",
                        row -> row.bigint("session_id")))
                .isEmpty();
    }

    @Test
    void ofTwoNodesOneSendsAndTheOtherTakesOverWhenItIsKilled() throws Exception {
        var first = node("node-1", PAID);
        awaitReceived(1);
        var second = node("node-2", PAID);
        awaitReceived(15);
        assertThat(senders()).as("only the one with the lease").hasSize(1);
        kill(first);
        int before = nas.received().size();
        // As if the fifteen seconds of its lease were over.
        sql.update("update nas_lease set until = clock_timestamp() - make_interval(secs => 1)");

        awaitAllAsWanted();
        assertThat(second.isAlive()).isTrue();
        assertThat(nas.received()).hasSizeGreaterThan(before);
        assertThat(senders()).hasSize(2);
        assertThat(sql.list("select node from nas_lease", row -> row.text("node")))
                .containsExactly("node-2");
    }

    private void awaitAllAsWanted() {
        await().atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(wrong()).isEmpty());
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(sql.list(
                        "select session_id from session_target where state <> 'AGREED'",
                        row -> row.bigint("session_id")))
                .isEmpty());
    }

    /** Each process has one socket towards the NAS. */
    private List<Integer> senders() {
        return nas.received().stream()
                .map(request -> request.from.getPort())
                .distinct()
                .toList();
    }
}
