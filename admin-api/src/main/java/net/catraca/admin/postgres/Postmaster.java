package net.catraca.admin.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's main process: a child of ours, or one that an earlier, killed Catraca has left. */
final class Postmaster {

    /** How often a process is looked at that cannot be waited for; short against a restart's duration. */
    private static final long LOOK_MILLIS = 50;

    private final ProcessHandle handle;
    private final @Nullable Process child;

    private Postmaster(ProcessHandle handle, @Nullable Process child) {
        this.handle = handle;
        this.child = child;
    }

    static Postmaster child(Process process) {
        return new Postmaster(process.toHandle(), process);
    }

    /**
     * The one that postmaster.pid speaks of, if it is alive and really works on this cluster: after a reboot, or in a
     * new container, its number belongs to any process.
     */
    static Optional<Postmaster> leftBehind(Path cluster) throws IOException {
        return PostmasterPid.in(cluster)
                .flatMap(file -> ProcessHandle.of(file.pid()))
                .filter(ProcessHandle::isAlive)
                .filter(process -> linkOf(process, "cwd").equals(realPath(cluster)))
                .map(process -> new Postmaster(process, null));
    }

    /** Whether it was started from this program file. */
    boolean runs(Path program) {
        return linkOf(handle, "exe").equals(realPath(program));
    }

    long pid() {
        return handle.pid();
    }

    boolean isAlive() {
        return handle.isAlive();
    }

    /** How it ended, for the log. */
    String ending() {
        return child == null || child.isAlive() ? "unknown exit code" : "exit code " + child.exitValue();
    }

    /** Ends it orderly: clients are cut off, memory is written, the next start has nothing to recover. */
    void stopFast() throws IOException {
        signal("INT");
    }

    /** Ends it at once: nothing committed is lost, but the next start has to recover. */
    void stopAtOnce() throws IOException {
        signal("QUIT");
    }

    /** Java itself can only send TERM, by which PostgreSQL waits for its clients to leave, and KILL. */
    private void signal(String name) throws IOException {
        Command.run(List.of("sh", "-c", "kill -s " + name + " " + pid()), Path.of("/"));
    }

    /** Waits for its end; false when it has not ended by then. */
    boolean awaitEnd(Duration most) throws InterruptedException {
        return awaitEnd(most, new CountDownLatch(1));
    }

    /**
     * Waits for its end.
     *
     * @param interruptible ends the waiting early when it reaches zero
     * @return whether it has ended
     */
    boolean awaitEnd(Duration most, CountDownLatch interruptible) throws InterruptedException {
        long deadline = System.nanoTime() + most.toNanos();
        while (isAlive()) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || interruptible.getCount() == 0) {
                return false;
            }
            awaitALittle(Math.min(left, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)), interruptible);
        }
        return true;
    }

    private void awaitALittle(long nanos, CountDownLatch interruptible) throws InterruptedException {
        if (child == null) {
            boolean interrupted = interruptible.await(nanos, TimeUnit.NANOSECONDS);
            if (interrupted) {
                return;
            }
        } else {
            child.waitFor(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private static String linkOf(ProcessHandle process, String link) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), link))
                    .toString();
        } catch (IOException goneOrForeign) {
            return "";
        }
    }

    private static String realPath(Path path) {
        try {
            return path.toRealPath().toString();
        } catch (IOException missing) {
            return path.toString();
        }
    }
}
