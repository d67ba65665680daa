package net.catraca.billing.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import net.catraca.billing.store.Sql;

/**
 * Says of a piece of work how long it took, how much CPU of it was ours and how much the database server's, and how much
 * heap was in use at most. On a busy machine CPU tells more than the time. Linux only.
 */
final class Meter {

    private static final long MIB = 1 << 20;

    /** The unit of times in {@code /proc}, everywhere that Linux runs today. */
    private static final int TICK_MILLIS = 10;

    private final long postmaster;

    /** @param sql of the server that is watched */
    Meter(Sql sql) {
        long backend = sql.first("select pg_backend_pid() as pid", row -> row.bigint("pid"))
                .orElseThrow();
        postmaster = ProcessHandle.of(backend)
                .flatMap(ProcessHandle::parent)
                .orElseThrow()
                .pid();
    }

    interface Work<T> {
        T done() throws InterruptedException;
    }

    /** Does the work and prints a line. */
    @SuppressWarnings("SystemOut") // a measurement run by hand, not the daemon
    <T> T measure(String what, Work<T> work) throws InterruptedException {
        var most = new AtomicLong();
        var over = new AtomicBoolean();
        var watch = Thread.ofPlatform().daemon().start(() -> {
            while (!over.get()) {
                var runtime = Runtime.getRuntime();
                most.accumulateAndGet(runtime.totalMemory() - runtime.freeMemory(), Math::max);
                LockSupport.parkNanos(20_000_000);
            }
        });
        var began = Clock.systemUTC().instant();
        long here = cpuHere();
        long there = cpuThere();
        T result = work.done();
        var took = Duration.between(began, Clock.systemUTC().instant());
        here = cpuHere() - here;
        there = cpuThere() - there;
        over.set(true);
        watch.join();
        System.out.printf(
                "%-28s %,9d ms, CPU %,8d ms here %,8d ms in PostgreSQL, heap at most %d MiB of %d%n",
                what,
                took.toMillis(),
                here,
                there,
                most.get() / MIB,
                Runtime.getRuntime().maxMemory() / MIB);
        return result;
    }

    private static long cpuHere() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .orElse(Duration.ZERO)
                .toMillis();
    }

    /** Of the server's process, of those it has started, and of those that have ended. */
    private long cpuThere() {
        var server = ProcessHandle.of(postmaster).orElseThrow();
        return ticks(postmaster, 4) * TICK_MILLIS
                + server.children()
                        .mapToLong(child -> ticks(child.pid(), 2) * TICK_MILLIS)
                        .sum();
    }

    /** @param fields 2 for a process's own times; 4 with those of its children that have ended */
    private static long ticks(long pid, int fields) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // After the name in brackets: state, ppid, and so on; utime is the twelfth.
            String[] rest = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long sum = 0;
            for (int i = 0; i < fields; i++) {
                sum += Long.parseLong(rest[11 + i]);
            }
            return sum;
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc/" + pid))) {
                throw new UncheckedIOException(e);
            }
            return 0; // ended meanwhile: its parent tells
        }
    }
}
