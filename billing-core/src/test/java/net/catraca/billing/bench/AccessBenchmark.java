package net.catraca.billing.bench;

import static net.catraca.billing.testing.Fixtures.NOW;
import static net.catraca.billing.testing.Fixtures.noon;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessDecision;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.EffectiveAccess;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.testing.Fixtures;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a decision costs: on the packet path (answer), and with the search for its next change (decide, effective). */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AccessBenchmark {

    /** Situations from the common to the busiest. */
    public enum Situation {
        /** Postpaid, nothing overdue: most contracts on most days. */
        IN_GOOD_STANDING,
        BLOCKED,
        /** Blocked, and let through by a trust unlock: its end must be told. */
        TRUST_UNLOCK,
        /** Prepaid on time, with a pause behind it and two policy versions. */
        ON_TIME
    }

    @Param
    public Situation situation = Situation.IN_GOOD_STANDING;

    private ContractSnapshot contract = Fixtures.contract().build();

    /** The last poll of the change feed. */
    private final Instant freshUntil = NOW.minusMillis(150);

    @Setup
    public void situate() {
        contract = switch (situation) {
            case IN_GOOD_STANDING -> Fixtures.postpaidInGoodStanding().build();
            case BLOCKED -> Fixtures.blockedContract().build();
            case TRUST_UNLOCK ->
                Fixtures.blockedContract()
                        .trustUnlock(noon("2026-09-15"), noon("2026-09-21"))
                        .build();
            case ON_TIME ->
                Fixtures.lapsedContract("2026-09-30")
                        .pause("2026-08-01", "2026-08-10")
                        .policy(Fixtures.onTime(new Thresholds(1, 2, 5, 90)), Fixtures.version(2, "2026-11-01"))
                        .build();
        };
    }

    @Benchmark
    public AccessAnswer answer() {
        return AccessPolicy.answer(contract, NOW, freshUntil);
    }

    @Benchmark
    public AccessDecision decide() {
        return AccessPolicy.decide(contract, NOW);
    }

    @Benchmark
    public EffectiveAccess effective() {
        return AccessPolicy.effective(contract, NOW, freshUntil);
    }
}
