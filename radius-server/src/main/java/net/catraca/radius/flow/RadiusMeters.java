package net.catraca.radius.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingEvent.Unrelated;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasTable;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.session.LockViolation.Lock;

/**
 * What the packet path counts. Meters are found without building tags: by array index, and by the name of a NAS.
 * Thread-safe. Those of a NAS go when the NAS goes.
 */
public final class RadiusMeters {

    private final MeterRegistry registry;
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);
    private final Map<String, OfNas> nases = new ConcurrentHashMap<>();
    private final Counter received;
    private final Counter duplicates;
    private final Counter hashChecks;
    private final Counter undelayedRejects;
    private final Counter socketErrors;
    private final Counter unknownSubscribers;
    private final Counter notFolded;
    private final LongAdder pendingRejects = new LongAdder();
    private final Timer latency;

    /** @param directory whose size is shown */
    public RadiusMeters(MeterRegistry registry, SubscriberDirectory directory) {
        this.registry = registry;
        for (var why : Drop.values()) {
            drops.put(
                    why,
                    Counter.builder("catraca.radius.drops")
                            .description("Packets left without an answer")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .register(registry));
        }
        // RFC 5080 §2.3.5: counted before anything is looked at.
        received = Counter.builder("catraca.radius.received")
                .description("Datagrams received, before any check")
                .register(registry);
        duplicates = Counter.builder("catraca.radius.duplicates.answered")
                .description("Retransmissions answered with the octets of the first answer")
                .register(registry);
        hashChecks = Counter.builder("catraca.radius.hash.checks")
                .description("Imported password hashes that the worker has compared")
                .register(registry);
        undelayedRejects = Counter.builder("catraca.radius.rejects.undelayed")
                .description("Rejects sent at once because too many were waiting")
                .register(registry);
        socketErrors = Counter.builder("catraca.radius.socket.errors")
                .description("Datagrams lost on sending or receiving: an unreachable NAS, a firewall")
                .register(registry);
        unknownSubscribers = Counter.builder("catraca.accounting.unknown.subscriber")
                .description("Accounting records that speak of nobody we know; they are kept and flagged")
                .register(registry);
        notFolded = Counter.builder("catraca.accounting.not.folded")
                .description("Accounting records kept but, for a defect, not seen in memory before their delivery")
                .register(registry);
        Gauge.builder("catraca.radius.rejects.pending", pendingRejects, LongAdder::sum)
                .description("Rejects that wait for their time")
                .register(registry);
        Gauge.builder("catraca.directory.logins", directory, SubscriberDirectory::size)
                .description("Logins that the packet path knows")
                .register(registry);
        latency = Timer.builder("catraca.radius.latency")
                .description("From reading a datagram to its answer, without the delay of a reject")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(10_000))
                .maximumExpectedValue(Duration.ofSeconds(5))
                .register(registry);
    }

    /** Acct-Status-Type of records that were kept and acknowledged. */
    private enum AccountedAs {
        START,
        INTERIM,
        STOP,
        ON,
        OFF,
        UNRELATED;

        private final String label = name().toLowerCase(Locale.ROOT);

        static AccountedAs of(AccountingEvent.What what) {
            return switch (what) {
                case OfSession record ->
                    switch (record.kind()) {
                        case START -> START;
                        case INTERIM -> INTERIM;
                        case STOP -> STOP;
                    };
                case NasRestarted(boolean on) -> on ? ON : OFF;
                case Unrelated _ -> UNRELATED;
            };
        }
    }

    /** Meters of one NAS, made when first used: most outcomes never happen at most NASes. */
    private final class OfNas {
        private final Tags tags;
        private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
        private final Map<AccountedAs, Counter> accounted = new EnumMap<>(AccountedAs.class);
        private final Map<Lock, Counter> violations = new EnumMap<>(Lock.class);
        private final Counter unsigned;
        private final Counter anonymous;
        private final Counter status;

        private OfNas(String name) {
            tags = Tags.of("nas", name);
            for (var outcome : Outcome.values()) {
                outcomes.put(
                        outcome,
                        Counter.builder("catraca.radius.requests")
                                .description("Requests answered")
                                .tags(tags.and("kind", "access", "outcome", outcome.label()))
                                .register(registry));
            }
            for (var type : AccountedAs.values()) {
                accounted.put(
                        type,
                        Counter.builder("catraca.radius.requests")
                                .description("Requests answered")
                                .tags(tags.and("kind", "accounting", "outcome", type.label))
                                .register(registry));
            }
            for (var lock : Lock.values()) {
                violations.put(
                        lock,
                        Counter.builder("catraca.radius.lock.violations")
                                .description("Logins used from where their locks do not let them, refused or not")
                                .tags(tags.and("lock", lock.label()))
                                .register(registry));
            }
            status = Counter.builder("catraca.radius.requests")
                    .description("Requests answered")
                    .tags(tags.and("kind", "status", "outcome", "answered"))
                    .register(registry);
            unsigned = Counter.builder("catraca.radius.message.authenticator.missing")
                    .description("Access-Requests without Message-Authenticator, accepted or not")
                    .tags(tags)
                    .register(registry);
            anonymous = Counter.builder("catraca.radius.nas.unnamed")
                    .description("Access-Requests with neither NAS-IP-Address, NAS-IPv6-Address nor NAS-Identifier")
                    .tags(tags)
                    .register(registry);
        }

        private void remove() {
            outcomes.values().forEach(registry::remove);
            violations.values().forEach(registry::remove);
            accounted.values().forEach(registry::remove);
            registry.remove(status);
            registry.remove(unsigned);
            registry.remove(anonymous);
        }
    }

    /** Takes out the meters of NASes that are no more. */
    public void keepOnly(NasTable table) {
        Set<String> gone = new HashSet<>(nases.keySet());
        table.all().forEach(nas -> gone.remove(nas.name()));
        gone.forEach(name -> {
            var meters = nases.remove(name);
            if (meters != null) {
                meters.remove();
            }
        });
    }

    private OfNas of(Nas nas) {
        var meters = nases.get(nas.name());
        return meters != null ? meters : nases.computeIfAbsent(nas.name(), OfNas::new);
    }

    public void received() {
        received.increment();
    }

    public void dropped(Drop why) {
        var counter = drops.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    void answered(Nas nas, Outcome outcome) {
        var counter = of(nas).outcomes.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    void accounted(Nas nas, AccountingEvent event) {
        var counter = of(nas).accounted.get(AccountedAs.of(event.what()));
        if (counter != null) {
            counter.increment();
        }
        if (event.what() instanceof OfSession record && record.subscriberId() == null) {
            unknownSubscribers.increment();
        }
    }

    void recordNotFolded() {
        notFolded.increment();
    }

    void lockViolated(Nas nas, Lock lock) {
        var counter = of(nas).violations.get(lock);
        if (counter != null) {
            counter.increment();
        }
    }

    void statusAnswered(Nas nas) {
        of(nas).status.increment();
    }

    void hashChecked() {
        hashChecks.increment();
    }

    void duplicateAnswered() {
        duplicates.increment();
    }

    void withoutMessageAuthenticator(Nas nas) {
        of(nas).unsigned.increment();
    }

    void withoutNasIdentification(Nas nas) {
        of(nas).anonymous.increment();
    }

    public void rejectPending() {
        pendingRejects.increment();
    }

    public void rejectNoLongerPending() {
        pendingRejects.decrement();
    }

    public void rejectUndelayed() {
        undelayedRejects.increment();
    }

    public void socketError() {
        socketErrors.increment();
    }

    public void took(long nanos) {
        latency.record(nanos, TimeUnit.NANOSECONDS);
    }
}
