package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.run.BlastRadius;
import net.catraca.billing.run.Freeze;
import net.catraca.billing.run.RunPicture.Scope;
import net.catraca.billing.run.RunPicture.ScopeKind;
import net.catraca.billing.run.RunPicture.Share;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.ReleaseLedger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over releases that end by the clock: where more would be restricted again within an hour than a run might
 * restrict without a second person, it declares a freeze. Whoever may lift it has looked; what waited is then spread.
 * Incident releases had their second person, and are spread already.
 */
@Singleton
public final class ReleaseEnds implements Job {

    /** Well within what it looks ahead. */
    private static final Duration EVERY = Duration.ofMinutes(10);

    private static final Duration AHEAD = Duration.ofHours(1);

    /** As long as other approvals are waited for. */
    private static final Duration FREEZE = Duration.ofHours(4);

    private static final Actor WATCH = Actor.system("release-ends");

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseEnds.class);

    private final ReleaseLedger ledger;
    private final FreezeBook freezes;
    private final FreezeDesk desk;
    private final RunSettings settings;
    private final Clock clock;

    ReleaseEnds(ReleaseLedger ledger, FreezeBook freezes, FreezeDesk desk, RunSettings settings, Clock clock) {
        this.ledger = ledger;
        this.freezes = freezes;
        this.desk = desk;
        this.settings = settings;
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

    /** The freeze that it declared, if it did; none while one holds beyond these ends anyway. */
    public Optional<Freeze> look() {
        var now = clock.instant();
        var ahead = now.plus(AHEAD);
        if (freezes.heldAt(now).filter(held -> held.end().isAfter(ahead)).isPresent()) {
            return Optional.empty();
        }
        var share =
                new Share(new Scope(ScopeKind.ALL, ""), ledger.restrictingEnds(now, ahead), ledger.activeContracts());
        if (!new BlastRadius(settings.blast()).isTooMuch(share)) {
            return Optional.empty();
        }
        var reason =
                "releases of %d contracts would end before %s, more than a run may restrict without a second person"
                        .formatted(share.tightened(), ahead);
        LOG.warn(
                "{}; nothing tightens by the clock until a person lifts the freeze, or {} have passed", reason, FREEZE);
        return Optional.of(desk.declare(WATCH, reason, now.plus(FREEZE)).orThrow());
    }
}
