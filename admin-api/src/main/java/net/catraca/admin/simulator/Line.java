package net.catraca.admin.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import net.catraca.admin.simulator.Account.Method;
import net.catraca.admin.simulator.RecordFacts.Status;
import net.catraca.admin.simulator.RequestWriter.Caller;
import net.catraca.admin.simulator.RequestWriter.Written;
import net.catraca.billing.access.AccessLevel;
import org.jspecify.annotations.Nullable;
import org.tinyradius.core.RadiusPacketException;
import org.tinyradius.core.packet.response.RadiusResponse;

/** A subscriber's line at a NAS: dials in, counts, hangs up, dials again. Used by one thread. */
final class Line {

    /** What a line without a rate gets through. */
    private static final long UNLIMITED_KBPS = 10_000;

    private static final long GARDEN_KBPS = 256;
    /** Upload in a hundred of download: people watch. */
    private static final int UPLOAD_SHARE = 15;
    /** A NAS without Gigawords must not wrap twice between two records, or nobody could tell. */
    private static final long MOST_BETWEEN_RECORDS = 1L << 31;

    private static final Duration AFTER_REJECT = Duration.ofSeconds(30);
    private static final int DEFAULT_INTERIM_SECONDS = 600;

    final Account account;
    final SimulatedNas nas;
    private final int index;
    private final Method method;
    /** Apart from each other, so that a lossy network does not alter when a line hangs up. */
    private final SplittableRandom behaviour;

    private final SplittableRandom luck;

    private @Nullable Caller dialling;

    @Nullable
    Session session;

    /** What the NAS knows of a session while it lives. */
    final class Session {
        final Caller caller;
        final long startedNanos;
        final long startedAt;
        final List<byte[]> classes;
        final int framedAddress;
        final double utilisation;
        final long interimNanos;
        Held held;
        long inOctets;
        long outOctets;
        private long countedNanos;
        private int records;

        Session(Caller caller, Told told, Held held, long now) {
            this.caller = caller;
            this.held = held;
            this.classes = told.classes;
            this.framedAddress = told.framedAddress == null ? ownAddress() : told.framedAddress;
            this.startedNanos = now;
            this.countedNanos = now;
            this.startedAt = nas.world.clock().instant().getEpochSecond();
            this.interimNanos = interim(told);
            this.utilisation =
                    behaviour.nextDouble(2) * nas.world.settings().accounting().utilisation();
        }

        private long interim(Told told) {
            Duration own = nas.world.settings().accounting().interim();
            // RFC 2869 §2.1: the NAS's own value goes before the server's.
            return own.isZero() ? TimeUnit.SECONDS.toNanos(told.interim) : own.toNanos();
        }

        /** Brings the counters up to now, at the rates that held since the last time. */
        void count(long now) {
            double seconds = (now - countedNanos) / 1e9;
            countedNanos = now;
            outOctets += octets(held.downKbps(), 100, seconds);
            inOctets += octets(held.upKbps(), UPLOAD_SHARE, seconds);
        }

        private long octets(long kbps, int share, double seconds) {
            long rate = held.garden() ? GARDEN_KBPS : kbps == 0 ? UNLIMITED_KBPS : kbps;
            double octets = rate * 125.0 * share / 100 * Math.min(1, utilisation) * seconds;
            return (long) (nas.settings.gigawords() ? octets : Math.min(octets, mostIn(seconds)));
        }

        private double mostIn(double seconds) {
            double between = interimNanos == 0 ? DEFAULT_INTERIM_SECONDS : interimNanos / 1e9;
            return MOST_BETWEEN_RECORDS * seconds / (between * 1.2);
        }

        long seconds(long now) {
            return (now - startedNanos) / 1_000_000_000L;
        }

        RecordFacts record(Status status, int cause, long now) {
            count(now);
            return new RecordFacts(
                    status,
                    caller.sessionId(),
                    caller,
                    ++records,
                    classes,
                    framedAddress,
                    nas.world.clock().instant(),
                    startedAt,
                    seconds(now),
                    inOctets,
                    outOctets,
                    cause,
                    level(this).name().toLowerCase(Locale.ROOT));
        }
    }

    Line(Account account, SimulatedNas nas, int index, SplittableRandom random) {
        this.account = account;
        this.nas = nas;
        this.index = index;
        this.behaviour = random.split();
        this.luck = random.split();
        List<Method> choice = nas.world.settings().methods().stream().sorted().toList();
        this.method = account.method() == null ? choice.get(behaviour.nextInt(choice.size())) : account.method();
    }

    AccessLevel level(Session of) {
        return of.held.level(nas.world.settings().reducedKbps());
    }

    /** The NAS's own pool, 100.64.0.0/10. */
    private int ownAddress() {
        return 0x6440_0000 + index + 1;
    }

    void dial(long now) {
        if (nas.world.ending() || nas.isDown() || dialling != null || session != null) {
            return;
        }
        var caller = new Caller(
                account.login(),
                account.password(),
                index,
                "ether1:" + (100 + index / 4000) + '.' + (1 + index % 4000),
                String.format(
                        Locale.ROOT,
                        "02:CA:%02X:%02X:%02X:%02X",
                        0,
                        (index >> 16) & 0xff,
                        (index >> 8) & 0xff,
                        index & 0xff),
                nas.nextSessionId());
        dialling = caller;
        nas.world.tally().dialIns++;
        nas.authenticate(identifier -> nas.writer.access(identifier, caller, method), luck, new Exchange.Outcome() {
            @Override
            public void answered(byte[] octets, Written request) {
                if (caller.equals(dialling)) {
                    dialling = null;
                    decided(octets, request, caller);
                }
            }

            @Override
            public void unanswered() {
                if (caller.equals(dialling)) {
                    dialling = null;
                    redialAfter(nas.world.settings().load().redial());
                }
            }
        });
    }

    private void decided(byte[] octets, Written request, Caller caller) {
        long now = System.nanoTime();
        switch (octets[0]) {
            case 2 -> accepted(octets, request, caller, now);
            case 3 -> rejected();
            default -> {
                nas.world
                        .tally()
                        .problem(account.login() + ": expected Access-Accept or Access-Reject, got code " + octets[0]);
                redialAfter(AFTER_REJECT);
            }
        }
    }

    private void rejected() {
        var tally = nas.world.tally();
        tally.rejects++;
        if (!account.refused()) {
            tally.unexpectedRejects++;
            tally.problem(account.login() + " was rejected by " + method + " at NAS " + nas.settings.name());
        }
        redialAfter(AFTER_REJECT);
    }

    private void accepted(byte[] octets, Written request, Caller caller, long now) {
        var tally = nas.world.tally();
        tally.accepts++;
        if (account.refused()) {
            tally.unexpectedAccepts++;
            tally.problem(account.login() + " was accepted, and should not have been");
        }
        Told told;
        try {
            told = Told.read(
                    nas.settings.model(),
                    RadiusResponse.fromByteBuf(RequestWriter.DICTIONARY, RequestWriter.wrapped(octets))
                            .getAttributes());
        } catch (RadiusPacketException | RuntimeException e) {
            tally.malformedAnswers++;
            tally.problem(account.login() + ": TinyRadius cannot read its Access-Accept: " + e);
            redialAfter(AFTER_REJECT);
            return;
        }
        if (request.expectedProof() != null && !request.expectedProof().equals(told.proof)) {
            // RFC 2759 §5: the peer must hang up.
            tally.badProofs++;
            tally.problem(account.login() + ": MS-CHAP2-Success is wrong, expected " + request.expectedProof()
                    + ", was " + told.proof);
            redialAfter(AFTER_REJECT);
            return;
        }
        begin(new Session(caller, told, nas.world.shared(Held.of(nas.settings.model(), told.policy)), now), told, now);
    }

    private void begin(Session begun, Told told, long now) {
        session = begun;
        nas.online(begun.caller.sessionId(), this);
        report(begun, Status.START, 0, now);
        if (begun.interimNanos > 0) {
            scheduleInterim(begun, now);
        }
        Duration mean = nas.world.settings().load().meanSession();
        if (!mean.isZero()) {
            long after = exponential(mean);
            nas.world.agenda().at(now + after, () -> hangUp(begun));
        }
        if (told.sessionTimeout > 0) {
            nas.world
                    .agenda()
                    .at(
                            now + TimeUnit.SECONDS.toNanos(told.sessionTimeout),
                            () -> endIfStill(begun, RecordFacts.SESSION_TIMEOUT));
        }
    }

    private void scheduleInterim(Session of, long now) {
        long after = (long) (of.interimNanos * behaviour.nextDouble(0.95, 1.05));
        nas.world.agenda().at(now + after, () -> {
            if (session == of && !nas.world.ending()) {
                long then = System.nanoTime();
                report(of, Status.INTERIM, 0, then);
                scheduleInterim(of, then);
            }
        });
    }

    private void report(Session of, Status status, int cause, long now) {
        if (nas.world.settings().load().accounting()) {
            nas.account(of.record(status, cause, now), luck);
        }
    }

    private void hangUp(Session of) {
        if (session != of) {
            return;
        }
        if (behaviour.nextDouble() * 100 < nas.world.settings().load().lostStops()) {
            vanish("lost-stop");
            redialAfter(nas.world.settings().load().redial());
            return;
        }
        end(behaviour.nextInt(4) == 0 ? RecordFacts.LOST_CARRIER : RecordFacts.USER_REQUEST);
    }

    private void endIfStill(Session of, int cause) {
        if (session == of) {
            end(cause);
        }
    }

    /** Ends the session with a Stop, and dials again later. */
    void end(int cause) {
        Session ended = session;
        if (ended == null) {
            return;
        }
        report(ended, Status.STOP, cause, System.nanoTime());
        session = null;
        nas.offline(ended.caller.sessionId());
        nas.world.tally().hangUps++;
        redialAfter(nas.world.settings().load().redial());
    }

    /** Ends the session without a word to the server. */
    void vanish(String how) {
        Session ended = session;
        dialling = null;
        if (ended != null) {
            long now = System.nanoTime();
            ended.count(now);
            nas.world.ledger().vanished(nas.settings.name(), ended, how, now);
            session = null;
            nas.offline(ended.caller.sessionId());
        }
    }

    /** By a CoA that was obeyed. */
    void change(Told told, long now) {
        Session of = session;
        if (of != null) {
            of.count(now);
            of.held = nas.world.shared(of.held.changed(nas.settings.model(), told.policy));
        }
    }

    void redialAfter(Duration mean) {
        if (!nas.world.ending()) {
            nas.world.agenda().at(System.nanoTime() + exponential(mean), () -> dial(System.nanoTime()));
        }
    }

    /** Memoryless, at most ten times the mean. */
    private long exponential(Duration mean) {
        return (long) Math.min(-Math.log(1 - behaviour.nextDouble()) * mean.toNanos(), 10.0 * mean.toNanos());
    }
}
