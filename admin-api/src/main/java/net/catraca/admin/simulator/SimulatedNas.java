package net.catraca.admin.simulator;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import net.catraca.admin.simulator.RecordFacts.Status;
import net.catraca.admin.simulator.RequestWriter.Written;
import org.jspecify.annotations.Nullable;

/** A router: its sockets, its sessions, its restarts. Used by one thread. */
final class SimulatedNas {

    private static final Duration DOWN_FOR = Duration.ofSeconds(3);

    private static final String NO_SESSION = "00000000";

    final NasSettings settings;
    final World world;
    final RequestWriter writer;
    final List<Line> lines = new ArrayList<>();
    private final RequestPorts authentication;
    private final RequestPorts accounting;
    private final @Nullable DynamicAuthorization dynamicAuthorization;
    private final Map<String, Line> sessions = new HashMap<>();
    private final SplittableRandom random;
    private final long begunAt;
    private int serial;
    private int restarts;
    private boolean down;
    private CoaBehaviour coa;

    SimulatedNas(NasSettings settings, World world, Selector selector, SplittableRandom random) {
        this.settings = settings;
        this.world = world;
        this.random = random;
        this.coa = settings.coa();
        this.writer = new RequestWriter(settings);
        this.begunAt = world.clock().instant().getEpochSecond();
        InetAddress server = world.settings().server();
        var network = world.settings().network();
        this.authentication = new RequestPorts(
                settings,
                new InetSocketAddress(server, world.settings().authPort()),
                true,
                network,
                world.agenda(),
                selector,
                world.tally());
        this.accounting = new RequestPorts(
                settings,
                new InetSocketAddress(server, world.settings().acctPort()),
                false,
                network,
                world.agenda(),
                selector,
                world.tally());
        this.dynamicAuthorization = settings.coaPort() == 0 ? null : DynamicAuthorization.listen(this, selector);
    }

    /** Like those of real routers: a stamp of its start and a count, so that no two are the same. */
    String nextSessionId() {
        return String.format(Locale.ROOT, "%08x%06x", begunAt + restarts, ++serial);
    }

    CoaBehaviour coa() {
        return coa;
    }

    void behave(CoaBehaviour other) {
        coa = other;
    }

    boolean isDown() {
        return down;
    }

    @Nullable
    Line find(String sessionId) {
        return sessions.get(sessionId);
    }

    void online(String sessionId, Line line) {
        sessions.put(sessionId, line);
    }

    void offline(String sessionId) {
        sessions.remove(sessionId);
    }

    int online() {
        return sessions.size();
    }

    long open() {
        return authentication.open() + accounting.open();
    }

    void authenticate(IntFunction<Written> writing, SplittableRandom luck, Exchange.Outcome outcome) {
        authentication.submit(
                new Exchange(writing, false, world.settings().network().retries(), luck, outcome), System.nanoTime());
    }

    void account(RecordFacts record, SplittableRandom luck) {
        long happened = System.nanoTime();
        IntFunction<Written> writing = identifier -> writer.accounting(
                identifier, record, settings.delayTime() ? (System.nanoTime() - happened) / 1_000_000_000L : -1);
        var outcome = new Exchange.Outcome() {
            @Override
            public void answered(byte[] octets, Written request) {
                world.ledger().record(settings.name(), record, true);
            }

            @Override
            public void unanswered() {
                world.ledger().record(settings.name(), record, false);
            }
        };
        accounting.submit(
                new Exchange(
                        writing,
                        settings.delayTime(),
                        world.settings().network().accountingRetries(),
                        luck,
                        outcome),
                happened);
    }

    /** At the start of the simulation: whatever the server believes of this NAS is over. */
    void announce() {
        if (world.settings().load().accounting()) {
            restart(Status.ON);
        }
        long now = System.nanoTime();
        settings.reboots().forEach(after -> world.agenda().at(now + after.toNanos(), this::reboot));
    }

    private void restart(Status status) {
        account(
                new RecordFacts(
                        status,
                        NO_SESSION,
                        null,
                        0,
                        List.of(),
                        0,
                        world.clock().instant(),
                        world.clock().instant().getEpochSecond(),
                        0,
                        0,
                        0,
                        0,
                        ""),
                random);
    }

    /** Restarts; by chance in good order, with an Accounting-Off before, or not. */
    void reboot() {
        if (world.ending() || down) {
            return;
        }
        world.tally().reboots++;
        lines.forEach(line -> line.vanish("reboot"));
        authentication.forget();
        accounting.forget();
        if (random.nextBoolean() && world.settings().load().accounting()) {
            restart(Status.OFF);
        }
        down = true;
        world.agenda().at(System.nanoTime() + DOWN_FOR.toNanos(), this::up);
    }

    private void up() {
        down = false;
        restarts++;
        if (world.settings().load().accounting()) {
            restart(Status.ON);
        }
        // Its Accounting-On goes first: times are told in whole seconds.
        world.agenda()
                .at(
                        System.nanoTime()
                                + world.settings().accounting().quiet().toNanos(),
                        () -> lines.forEach(
                                line -> line.redialAfter(world.settings().load().redial())));
    }

    void close() {
        authentication.close();
        accounting.close();
        if (dynamicAuthorization != null) {
            dynamicAuthorization.close();
        }
    }
}
