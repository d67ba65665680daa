package net.catraca.radius.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.store.JournalCursor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that takes and delivers records under load, with -9, at random instants, again and again: in the end
 * every record that it acknowledged is in PostgreSQL, once. {@code -Dcatraca.kills=50} is the nightly variant.
 */
class KillTest {

    private static final int KILLS = Integer.getInteger("catraca.kills", 6);
    private static final int LONGEST_LIFE_MILLIS = 700;

    @TempDir
    private Path folder;

    private final Random random = new Random(20261129);

    @Test
    void everyAcknowledgedRecordIsInPostgresOnceHoweverOftenTheProcessIsKilled() throws Exception {
        try (var database = TestDatabase.fresh();
                var context = KilledDaemon.context(database.jdbcUrl())) {
            var rows = new RecordRows(context);
            rows.prepare();
            List<Long> acknowledged = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                int before = acknowledged.size();
                liveAndDie(database.jdbcUrl(), acknowledged);
                assertThat(acknowledged).as("life %d did something", kill).hasSizeGreaterThan(before);
            }
            long deliveredByThem = rows.count();

            var journal = FileJournal.open(KilledDaemon.settings(folder), Clock.systemUTC(), new SimpleMeterRegistry());
            try (journal;
                    var delivery = new Delivery(
                            journal,
                            context.getBean(JournalCursor.class),
                            rows,
                            Clock.systemUTC(),
                            new SimpleMeterRegistry())) {
                delivery.start();
                assertThat(delivery.awaitContact(Duration.ofSeconds(60))).isTrue();
                await().atMost(Duration.ofMinutes(10)).until(() -> journal.undelivered() == 0);
            }

            var delivered = rows.delivered();
            var missing = new HashSet<>(acknowledged);
            assertThat(missing).as("no number twice").hasSameSizeAs(acknowledged);
            var unique = new HashSet<>(delivered);
            assertThat(unique).as("no record twice").hasSameSizeAs(delivered);
            missing.removeAll(unique);
            assertThat(missing).as("acknowledged and lost").isEmpty();
            assertThat(deliveredByThem).as("the killed ones delivered, too").isPositive();
            System.out.printf(
                    "%d kills, %d records acknowledged, %d in PostgreSQL, %d of them before the last kill%n",
                    KILLS, acknowledged.size(), delivered.size(), deliveredByThem);
        }
    }

    private void liveAndDie(String jdbcUrl, List<Long> acknowledged) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        KilledDaemon.class.getName(),
                        folder.toString(),
                        jdbcUrl)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var output = process.inputReader(StandardCharsets.US_ASCII)) {
            int before = acknowledged.size();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                note(line, acknowledged);
                if (acknowledged.size() > before) {
                    break; // under load now
                }
            }
            var killer = Thread.ofPlatform().start(() -> killLater(process));
            readAll(output, acknowledged);
            killer.join();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** What the process wrote before it died stays readable. */
    private static void readAll(BufferedReader output, List<Long> acknowledged) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            note(line, acknowledged);
        }
    }

    /** A line that was being written when the end came may lack its last digits; a log line is none of ours. */
    private static void note(@Nullable String line, List<Long> acknowledged) {
        if (line != null && line.matches("[0-9]{15}")) {
            acknowledged.add(Long.parseLong(line));
        }
    }

    private void killLater(Process process) {
        try {
            if (!process.waitFor(random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS)) {
                process.toHandle().destroyForcibly(); // SIGKILL; Process's own would close the output unread
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
