package net.catraca.admin.simulator;

import java.io.IOException;
import java.nio.channels.Selector;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;

/**
 * Runs simulated NASes on one thread of its own: sockets, clocks and sessions are touched by it alone. Others see its
 * {@link #progress()} and tell it what to do; all that is public here may be called by any thread.
 */
public final class Simulator implements AutoCloseable {

    /** Steps between two looks at the sockets. */
    private static final int STEPS_AT_ONCE = 64;

    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PUBLISH_EVERY = TimeUnit.MILLISECONDS.toNanos(250);
    /** Stops are spread at this pace: at the end nobody wants to measure another storm. */
    private static final int HANG_UPS_A_SECOND = 2000;

    private final SimulationSettings settings;
    private final Clock clock;
    private final ConcurrentLinkedQueue<Runnable> wishes = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Progress> end = new CompletableFuture<>();
    private final List<SimulatedNas> nases = new ArrayList<>();
    private final World world;
    private final Selector selector;
    private final long begun = System.nanoTime();
    private volatile Progress progress;
    private @Nullable Long deadline;
    private boolean hangingUp;

    private Simulator(SimulationSettings settings, Clock clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        this.selector = Selector.open();
        this.world = new World(settings, clock, Ledger.open(settings.ledger()));
        var random = new SplittableRandom(settings.seed());
        settings.nases().forEach(nas -> nases.add(new SimulatedNas(nas, world, selector, random.split())));
        for (int index = 0; index < settings.accounts().size(); index++) {
            SimulatedNas nas = nases.get(index % nases.size());
            nas.lines.add(new Line(settings.accounts().get(index), nas, index, random.split()));
        }
        this.progress = snapshot(begun);
    }

    /**
     * Starts it.
     *
     * @throws SimulationException when a NAS cannot have its address or port, or the ledger cannot be written
     */
    public static Simulator start(SimulationSettings settings, Clock clock) {
        try {
            var simulator = new Simulator(settings, clock);
            Thread.ofPlatform().name("simulator").daemon().start(simulator::run);
            return simulator;
        } catch (IOException e) {
            throw new SimulationException("the simulation cannot start: " + e.getMessage(), e);
        }
    }

    /** As of at most a quarter of a second ago. */
    public Progress progress() {
        return progress;
    }

    /** All sessions that are online now. */
    public List<HeldSession> sessions() {
        return ask(() -> nases.stream()
                .flatMap(nas -> nas.lines.stream())
                .flatMap(line -> held(line).stream())
                .toList());
    }

    /** Changes what a NAS does with CoA from now on. */
    public void behave(String nas, CoaBehaviour behaviour) {
        ask(() -> {
            named(nas).behave(behaviour);
            return behaviour;
        });
    }

    /** Restarts a NAS: its sessions end without a word. */
    public void reboot(String nas) {
        ask(() -> {
            named(nas).reboot();
            return nas;
        });
    }

    /**
     * Ends it: nobody dials in any more, and requests in flight get so much time.
     *
     * @param hangUp whether sessions end with a Stop; if not they are left as they are
     */
    public void end(boolean hangUp, Duration patience) {
        wishes.add(() -> {
            if (deadline == null) {
                world.end();
                deadline = System.nanoTime()
                        + patience.toNanos()
                        + (hangUp ? hangUpNanos(settings.accounts().size()) : 0);
                hangingUp = hangUp;
                if (hangUp) {
                    hangUp();
                }
            } else {
                // Asked again: a person is in a hurry.
                deadline = System.nanoTime();
            }
        });
        selector.wakeup();
    }

    /**
     * Waits for its end.
     *
     * @throws SimulationException when it broke off
     */
    public Progress await() {
        try {
            return end.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof SimulationException why ? why : new SimulationException("it broke off", e);
        }
    }

    public boolean isOver() {
        return end.isDone();
    }

    /** Ends it at once. */
    @Override
    public void close() {
        end(false, Duration.ZERO);
        end.handle((_, _) -> true).join();
    }

    private <T> T ask(Supplier<T> question) {
        var answer = new CompletableFuture<T>();
        wishes.add(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        selector.wakeup();
        if (end.isDone()) {
            throw new IllegalStateException("the simulation is over");
        }
        return answer.join();
    }

    private SimulatedNas named(String name) {
        return nases.stream()
                .filter(nas -> nas.settings.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("nas: there is no \"" + name + '"'));
    }

    private static List<HeldSession> held(Line line) {
        Line.Session session = line.session;
        if (session == null) {
            return List.of();
        }
        session.count(System.nanoTime());
        return List.of(new HeldSession(
                line.nas.settings.name(),
                line.nas.settings.model(),
                line.nas.coa().isObedient(),
                session.caller.sessionId(),
                line.account.login(),
                line.level(session),
                session.held.attributes(),
                session.inOctets,
                session.outOctets));
    }

    private void run() {
        try {
            begin();
            long published = 0;
            while (!isDone()) {
                turn();
                long now = System.nanoTime();
                if (now - published > PUBLISH_EVERY) {
                    progress = snapshot(now);
                    world.ledger().flush();
                    published = now;
                }
            }
            world.ledger().flush();
            progress = snapshot(System.nanoTime());
            release();
            end.complete(progress);
        } catch (IOException | RuntimeException e) {
            release();
            end.completeExceptionally(
                    e instanceof SimulationException
                            ? e
                            : new SimulationException("the simulation broke off: " + e, e));
        }
        wishes.forEach(Runnable::run);
    }

    private void begin() {
        nases.forEach(SimulatedNas::announce);
        long now = System.nanoTime()
                + (settings.load().accounting() ? settings.accounting().quiet().toNanos() : 0);
        long over = settings.load().over().toNanos();
        int count = settings.accounts().size();
        for (int index = 0; index < count; index++) {
            double share = (double) index / count;
            // Ever faster: half of the lines come in the last third or so.
            long at = now + (long) (over * (settings.load().steady() ? share : Math.sqrt(share)));
            SimulatedNas nas = nases.get(index % nases.size());
            Line line = nas.lines.get(index / nases.size());
            world.agenda().at(at, () -> line.dial(System.nanoTime()));
        }
    }

    private void turn() throws IOException {
        long now = System.nanoTime();
        for (Runnable wish = wishes.poll(); wish != null; wish = wishes.poll()) {
            wish.run();
        }
        world.agenda().runDue(now, STEPS_AT_ONCE);
        long wait = world.agenda().nanosToNext(System.nanoTime(), LONGEST_WAIT);
        if (wait == 0) {
            selector.selectNow();
        } else {
            // In whole milliseconds, rounded up: what is due meanwhile is done together, without spinning.
            selector.select(1 + wait / 1_000_000);
        }
        long then = System.nanoTime();
        for (var key : selector.selectedKeys()) {
            if (key.isValid() && key.attachment() instanceof ReadySocket socket) {
                socket.read(then);
            }
        }
        selector.selectedKeys().clear();
    }

    private void hangUp() {
        List<Line> online = nases.stream()
                .flatMap(nas -> nas.lines.stream())
                .filter(line -> line.session != null)
                .toList();
        long now = System.nanoTime();
        for (int i = 0; i < online.size(); i++) {
            Line line = online.get(i);
            world.agenda().at(now + hangUpNanos(i), () -> line.end(RecordFacts.USER_REQUEST));
        }
    }

    private static long hangUpNanos(int lines) {
        return TimeUnit.SECONDS.toNanos(lines) / HANG_UPS_A_SECOND;
    }

    private boolean isDone() {
        if (deadline == null) {
            return false;
        }
        return deadline - System.nanoTime() <= 0 || (open() == 0 && (!hangingUp || hungUp()));
    }

    private boolean hungUp() {
        return nases.stream().allMatch(nas -> nas.online() == 0);
    }

    private long open() {
        return nases.stream().mapToLong(SimulatedNas::open).sum();
    }

    private Progress snapshot(long now) {
        Map<AccessLevel, Integer> levels = new EnumMap<>(AccessLevel.class);
        int online = 0;
        for (SimulatedNas nas : nases) {
            for (Line line : nas.lines) {
                Line.Session session = line.session;
                if (session != null) {
                    online++;
                    levels.merge(line.level(session), 1, Integer::sum);
                }
            }
        }
        var tally = world.tally();
        var sessions = new Progress.Sessions(
                settings.accounts().size(),
                online,
                levels.getOrDefault(AccessLevel.ACTIVE, 0),
                levels.getOrDefault(AccessLevel.REDUCED, 0),
                levels.getOrDefault(AccessLevel.BLOCKED, 0),
                tally.dialIns,
                tally.hangUps,
                tally.reboots);
        return Progress.of((now - begun) / 1e9, sessions, tally, open());
    }

    private void release() {
        nases.forEach(SimulatedNas::close);
        Closing.quietly(selector);
        Closing.quietly(world.ledger());
    }

    /** The clock that its records are dated by. */
    public Clock clock() {
        return clock;
    }
}
