package net.catraca.radius.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.radius.accounting.FileJournal;
import net.catraca.radius.accounting.JournalSettings;

/**
 * How many records a second the journal makes durable, and how long each waits, with so many in flight. Its argument is a folder on the disk to be measured.
 */
public final class JournalLoad {

    private static final int OCTETS = 350;
    private static final int ROUNDS = 5;
    private static final Duration ROUND = Duration.ofSeconds(2);
    private static final int MOST_SAMPLES = 2_000_000;

    private JournalLoad() {}

    private record Round(double perSecond, double p50Micros, double p99Micros) {}

    public static void main(String[] arguments) throws IOException {
        var parent = Path.of(arguments[0]);
        Files.createDirectories(parent);
        var folder = Files.createTempDirectory(parent, "journal-load");
        System.out.println("| in flight | records a second | median | 99 % below |");
        System.out.println("|---:|---:|---:|---:|");
        for (int inFlight : new int[] {1, 16, 1_000}) {
            var settings = JournalSettings.of(folder.resolve(Integer.toString(inFlight)), 1, 4L << 30);
            try (var journal = FileJournal.open(settings, Clock.systemUTC(), new SimpleMeterRegistry())) {
                print(inFlight, journal);
            }
        }
        delete(folder);
    }

    private static void print(int inFlight, FileJournal journal) {
        round(inFlight, journal); // warm-up
        var rounds = new Round[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = round(inFlight, journal);
        }
        System.out.printf(
                "| %,d | %,.0f | %,.0f µs | %,.0f µs |%n",
                inFlight,
                median(rounds, Comparator.comparingDouble(Round::perSecond)).perSecond,
                median(rounds, Comparator.comparingDouble(Round::p50Micros)).p50Micros,
                median(rounds, Comparator.comparingDouble(Round::p99Micros)).p99Micros);
    }

    private static Round median(Round[] rounds, Comparator<Round> by) {
        var sorted = rounds.clone();
        Arrays.sort(sorted, by);
        return sorted[ROUNDS / 2];
    }

    private static Round round(int inFlight, FileJournal journal) {
        var free = new Semaphore(inFlight);
        var samples = new long[MOST_SAMPLES];
        var count = new AtomicInteger();
        byte[] record = new byte[OCTETS];
        long began = System.nanoTime();
        while (System.nanoTime() - began < ROUND.toNanos() && count.get() < MOST_SAMPLES - inFlight) {
            free.acquireUninterruptibly();
            long since = System.nanoTime();
            journal.append(record, kept -> {
                samples[count.getAndIncrement()] = System.nanoTime() - since;
                free.release();
            });
        }
        free.acquireUninterruptibly(inFlight);
        double seconds = (System.nanoTime() - began) / 1e9;
        journal.delivered(journal.lastDurable());
        int records = count.get();
        Arrays.sort(samples, 0, records);
        return new Round(records / seconds, samples[records / 2] / 1e3, samples[(int) (records * 0.99)] / 1e3);
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
