package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.catraca.billing.access.HeldLapse;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.run.Freeze;
import net.catraca.billing.store.FreezeBook;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over what tightens by the clock alone, ends of releases and of paid-until: where more would be restricted within
 * an hour than a run might restrict without a second person, or prepaid contracts would lapse while money is not up to
 * date, it declares a freeze, and another before that one ends, until a person has lifted it. Who lifts a freeze has looked
 * at what waits and at what comes within the hour; it is then spread.
 */
@Singleton
public final class ReleaseEnds implements Job {

    /** Well within what it looks ahead. */
    private static final Duration EVERY = Duration.ofMinutes(10);

    private static final Duration AHEAD = HeldLapse.SEEN_AHEAD;

    /** As long as other approvals are waited for. */
    private static final Duration FREEZE = Duration.ofHours(4);

    private static final Actor WATCH = Actor.system("release-ends");

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseEnds.class);

    private final ClockTightening tightening;
    private final FreezeBook freezes;
    private final FreezeDesk desk;
    private final Clock clock;

    ReleaseEnds(ClockTightening tightening, FreezeBook freezes, FreezeDesk desk, Clock clock) {
        this.tightening = tightening;
        this.freezes = freezes;
        this.desk = desk;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "release-ends";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Every(EVERY);
    }

    @Override
    public JobReport run(Instant at) {
        return look().isPresent() ? JobReport.of("freezes", 1) : JobReport.NOTHING;
    }

    /** The freeze that it declared, if it did; none while one holds beyond the hour anyway. */
    public Optional<Freeze> look() {
        var now = clock.instant();
        var ahead = now.plus(AHEAD);
        if (freezes.heldAt(now).filter(held -> held.end().isAfter(ahead)).isPresent()) {
            return Optional.empty();
        }
        var seenUntil = freezes.lastLiftedUpTo(now).orElse(Instant.EPOCH).plus(AHEAD);
        var objection = tightening.objection(now, ahead, seenUntil);
        if (objection == null) {
            return Optional.empty();
        }
        LOG.warn("{}; nothing tightens by the clock until a person lifts the freeze", objection);
        return Optional.of(desk.declare(WATCH, objection, now.plus(FREEZE)).orThrow());
    }
}
