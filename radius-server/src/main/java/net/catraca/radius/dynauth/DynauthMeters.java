package net.catraca.radius.dynauth;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What the client counts. */
final class DynauthMeters {

    /** Why an answer was dropped in silence. */
    enum Discard {
        /** No RADIUS packet, or no answer to a CoA- or Disconnect-Request. */
        MALFORMED,
        /** Its request is answered already, or was given up. */
        NOBODY_WAITS,
        /** The answer to another kind of request. */
        WRONG_CODE,
        /** Response Authenticator or Message-Authenticator is wrong: a forgery, or another secret (RFC 5176 §3.4). */
        BAD_AUTHENTICATOR,
        /** Its Event-Timestamp is far from now (RFC 5176 §6.3). */
        STALE
    }

    private final Map<Discard, Counter> discards = new EnumMap<>(Discard.class);
    private final Counter transmissions;
    private final Counter retransmissions;
    private final Timer roundTrip;

    DynauthMeters(MeterRegistry registry) {
        for (var why : Discard.values()) {
            discards.put(
                    why,
                    Counter.builder("catraca.coa.discarded")
                            .description("Answers to CoA and Disconnect that were dropped in silence")
                            .tag("reason", why.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .register(registry));
        }
        transmissions = Counter.builder("catraca.coa.transmissions")
                .description("CoA and Disconnect datagrams sent, first ones and repeated ones")
                .register(registry);
        retransmissions = Counter.builder("catraca.coa.retransmissions")
                .description("CoA and Disconnect datagrams sent again for want of an answer")
                .register(registry);
        roundTrip = Timer.builder("catraca.coa.round.trip")
                .description("From the first transmission of a CoA or Disconnect to its answer")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
    }

    void discarded(Discard why) {
        var counter = discards.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    void sent(boolean again) {
        transmissions.increment();
        if (again) {
            retransmissions.increment();
        }
    }

    void answered(Duration took) {
        roundTrip.record(took);
    }
}
