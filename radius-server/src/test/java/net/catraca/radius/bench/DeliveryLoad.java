package net.catraca.radius.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.accounting.Accounted;
import net.catraca.radius.accounting.Delivery;
import net.catraca.radius.accounting.FileJournal;
import net.catraca.radius.accounting.JournalSettings;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.JournalCursor;
import net.catraca.radius.store.SessionDelivery;
import net.catraca.radius.store.SessionUpkeep;

/**
 * How many records a second go through the journal to PostgreSQL: Starts of so many sessions, then rounds of their
 * interims, then their Stops, each as fast as the journal takes them. Its argument is a folder for the journal.
 */
public final class DeliveryLoad {

    private static final int SESSIONS = Integer.getInteger("catraca.delivery.sessions", 20_000);
    private static final int NASES = 20;
    private static final int INTERIMS = 3;
    private static final int IN_FLIGHT = 4_000;
    private static final Instant NOON = Instant.parse("2026-09-10T15:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");

    private DeliveryLoad() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var parent = Path.of(arguments[0]);
        Files.createDirectories(parent);
        var folder = Files.createTempDirectory(parent, "delivery-load");
        var clock = new SettableClock(NOON);
        System.out.printf(
                "%s; %d processors%n%n", processor(), Runtime.getRuntime().availableProcessors());
        System.out.println("| records | a second | octets of WAL for each |");
        System.out.println("|---|---:|---:|");
        try (var database = TestDatabase.fresh()) {
            deliver(database, folder, clock);
            showUpdates(database);
        }
        delete(folder);
    }

    private static void deliver(TestDatabase database, Path folder, SettableClock clock)
            throws IOException, InterruptedException {
        var table = new SessionTable(1);
        try (var context = database.startContext(
                        Map.of(), clock, table, SessionSettings.of(1, ZONE), new SimpleMeterRegistry());
                var journal = FileJournal.open(
                        JournalSettings.of(folder, 1, 4L << 30), Clock.systemUTC(), new SimpleMeterRegistry())) {
            context.getBean(SessionUpkeep.class).makeParts(NOON);
            try (var delivery = new Delivery(
                    journal,
                    context.getBean(JournalCursor.class),
                    context.getBean(SessionDelivery.class),
                    clock,
                    new SimpleMeterRegistry())) {
                delivery.start();
                for (int round = 0; round <= INTERIMS + 1; round++) {
                    clock.set(NOON.plusSeconds(600L * round));
                    long written = number(database, "select pg_current_wal_lsn() - '0/0'");
                    long began = System.nanoTime();
                    append(journal, round, clock.instant());
                    while (journal.undelivered() > 0) {
                        TimeUnit.MILLISECONDS.sleep(1);
                    }
                    double seconds = (System.nanoTime() - began) / 1e9;
                    System.out.printf(
                            "| %,d %s | %,.0f | %,d |%n",
                            SESSIONS,
                            name(round),
                            SESSIONS / seconds,
                            (number(database, "select pg_current_wal_lsn() - '0/0'") - written) / SESSIONS);
                }
            }
        }
    }

    /** Connections tell what they did when they are closed at the latest. */
    private static void showUpdates(TestDatabase database) {
        for (var table : List.of("session", "usage_daily_2026_09")) {
            var from = " from pg_stat_user_tables where relname = '" + table + "'";
            System.out.printf(
                    "%n%s: %,d of %,d updates in place",
                    table,
                    number(database, "select n_tup_hot_upd" + from),
                    number(database, "select n_tup_upd" + from));
        }
        System.out.println();
    }

    private static long number(TestDatabase database, String query) {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(query, e);
        }
    }

    private static String name(int round) {
        return round == 0 ? "Starts" : round > INTERIMS ? "Stops" : "Interim-Updates";
    }

    private static void append(FileJournal journal, int round, Instant now) throws InterruptedException {
        var room = new Semaphore(IN_FLIGHT);
        for (int id = 1; id <= SESSIONS; id++) {
            room.acquire();
            journal.append(record(round, id, now), _ -> room.release());
        }
        room.acquire(IN_FLIGHT);
    }

    /** As long as what a MikroTik sends. */
    private static byte[] record(int round, int id, Instant now) {
        long octets = 50_000_000L * round + id;
        int type = round == 0 ? 1 : round > INTERIMS ? 2 : 3;
        var request = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, type)
                .add(AttributeType.ACCT_SESSION_ID, "81a0%06x".formatted(id))
                .add(AttributeType.USER_NAME, "subscriber-" + id + "@isp.example")
                .add(AttributeType.NAS_PORT_ID, "vlan-" + id % 4_000)
                .add(
                        AttributeType.CALLING_STATION_ID,
                        "00:11:22:%02x:%02x:%02x".formatted(id >> 16, id >> 8 & 255, id & 255))
                .add(AttributeType.CALLED_STATION_ID, "pppoe-service")
                .add(AttributeType.FRAMED_IP_ADDRESS, 0x6440_0000L + id)
                .add(AttributeType.ACCT_SESSION_TIME, 600L * round)
                .add(AttributeType.ACCT_INPUT_OCTETS, octets)
                .add(AttributeType.ACCT_INPUT_GIGAWORDS, 0)
                .add(AttributeType.ACCT_OUTPUT_OCTETS, 4 * octets)
                .add(AttributeType.ACCT_OUTPUT_GIGAWORDS, 0);
        return KeptRecord.of(
                        1 + id % NASES,
                        "bras-" + id % NASES,
                        InetAddress.ofLiteral("192.0.2." + (1 + id % NASES)),
                        now,
                        new Accounted((long) id, 100_000L + id, 660),
                        request.unsigned())
                .encoded();
    }

    private static String processor() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .findFirst()
                    .orElse("unknown processor");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
