package net.catraca.radius.accounting;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import net.catraca.radius.accounting.Journal.Kept;
import net.catraca.radius.store.JournalCursor;

/**
 * The process that {@link KillTest} kills: takes records from several threads, delivers them, and writes a line to its
 * output for each one that it acknowledges.
 */
final class KilledDaemon {

    static final int NODE = 3;
    private static final int THREADS = 4;
    private static final int IN_FLIGHT = 60;

    private KilledDaemon() {}

    static JournalSettings settings(Path folder) {
        // Small files, so that kills meet their edges; room for what 50 lives leave undelivered.
        return new JournalSettings(folder, NODE, 256 << 10, 1 << 30, 8_192, 8 << 20);
    }

    static ApplicationContext context(String jdbcUrl) {
        Map<String, Object> properties = Map.of(
                "datasources.default.url", jdbcUrl,
                "datasources.default.username", "postgres",
                "datasources.default.password", "",
                "datasources.default.driver-class-name", "org.postgresql.Driver",
                "datasources.default.dialect", "POSTGRES",
                "flyway.datasources.default.enabled", "false");
        return ApplicationContext.builder(properties, "test")
                .singletons(Clock.systemUTC())
                .start();
    }

    /** Folder of the journal, then URL of the database; until killed. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var context = context(arguments[1]);
        var clock = context.getBean(Clock.class);
        var journal = FileJournal.open(settings(Path.of(arguments[0])), clock, new SimpleMeterRegistry());
        var delivery = new Delivery(
                journal,
                context.getBean(JournalCursor.class),
                new RecordRows(context),
                clock,
                new SimpleMeterRegistry());
        delivery.start();
        var acknowledged = new FileOutputStream(FileDescriptor.out); // no buffer: a line once written is the parent's
        for (int i = 1; i < THREADS; i++) {
            Thread.ofPlatform().start(() -> load(journal, clock, acknowledged));
        }
        load(journal, clock, acknowledged);
    }

    private static void load(FileJournal journal, Clock clock, FileOutputStream acknowledged) {
        var free = new Semaphore(IN_FLIGHT);
        var random = new Random();
        while (true) {
            free.acquireUninterruptibly();
            journal.append(RecordRows.record(clock.instant(), 100 + random.nextInt(400)), kept -> {
                if (kept instanceof Kept.Durable(long number)) {
                    say(acknowledged, number);
                }
                free.release();
            });
        }
    }

    private static void say(FileOutputStream acknowledged, long number) {
        try {
            acknowledged.write((number + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            Runtime.getRuntime().halt(1); // the test is gone: nobody else would end this process
        }
    }
}
