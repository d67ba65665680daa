package net.catraca.radius.session;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.radius.nas.NasTable;

/** Shows how many sessions live: by NAS, as many series as there are NASes, which go when a NAS goes. */
public final class SessionMeters {

    private final MeterRegistry registry;
    private final SessionTable table;
    private final Map<String, Meter> ofNases = new HashMap<>();

    public SessionMeters(MeterRegistry registry, SessionTable table) {
        this.registry = registry;
        this.table = table;
        Gauge.builder("catraca.sessions.unknown.subscriber", table, SessionMeters::unknown)
                .description("Live sessions that belong to nobody we know")
                .register(registry);
        Gauge.builder("catraca.sessions.ends.pending", table, known -> known.pendingEnds()
                        .size())
                .description("Inferred ends of sessions that PostgreSQL does not have yet")
                .register(registry);
    }

    private static int unknown(SessionTable table) {
        var found = new AtomicInteger();
        table.forEach(session -> {
            if (session.subscriberId() == null) {
                found.incrementAndGet();
            }
        });
        return found.get();
    }

    /** From now on these are the NASes. */
    public synchronized void keepOnly(NasTable nases) {
        var gone = new HashMap<>(ofNases);
        for (var nas : nases.all()) {
            gone.remove(nas.name());
            ofNases.computeIfAbsent(
                    nas.name(), name -> Gauge.builder("catraca.sessions", table, known -> known.sizeOfNas(nas.id()))
                            .description("Live sessions")
                            .tag("nas", name)
                            .register(registry));
        }
        gone.forEach((name, meter) -> {
            registry.remove(meter);
            ofNases.remove(name);
        });
    }
}
