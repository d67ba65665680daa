package net.catraca.billing.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.run.RunPicture.Cohort;
import net.catraca.billing.run.RunPicture.Scope;
import net.catraca.billing.run.RunPicture.ScopeKind;
import net.catraca.billing.run.RunPicture.Share;

/** Objects to a run that would tighten more than is usual: overall, behind one NAS or in one region. */
public record BlastRadius(RunSettings.Blast limits) implements RunGuard {

    public static final String NAME = "blast-radius";

    @Override
    public List<Objection> objections(RunPicture picture, Instant now) {
        List<Objection> objections = new ArrayList<>();
        for (var share : picture.shares()) {
            if (isTooMuch(share)) {
                objections.add(new Objection(
                        NAME,
                        share.scope().toString(),
                        "%d of %d contracts (%.1f %%), and more than %d %% needs a second person"
                                .formatted(
                                        share.tightened(),
                                        share.contracts(),
                                        perCent(share),
                                        mostPerCent(share.scope()))));
            }
        }
        for (var cohort : picture.cohorts()) {
            if (isUnusual(cohort)) {
                objections.add(new Objection(
                        NAME,
                        "%s, due day %d, %s".formatted(cohort.scope(), cohort.dueDay(), cohort.level()),
                        "%d contracts, usual are %.0f, and more than %s times as many needs a second person"
                                .formatted(cohort.tightened(), cohort.usual(), limits.cohortMultiple())));
            }
        }
        return objections;
    }

    /** Whether so much at once needs a second person. */
    public boolean isTooMuch(Share share) {
        return share.tightened() > floor(share.scope()) && perCent(share) > mostPerCent(share.scope());
    }

    private boolean isUnusual(Cohort cohort) {
        var usual = cohort.usual();
        return usual != null
                && cohort.tightened() > floor(cohort.scope())
                && cohort.tightened() > usual * limits.cohortMultiple();
    }

    private static double perCent(Share share) {
        return share.contracts() == 0 ? 100 : 100.0 * share.tightened() / share.contracts();
    }

    private int mostPerCent(Scope scope) {
        return scope.kind() == ScopeKind.ALL ? limits.perCent() : limits.placePerCent();
    }

    private int floor(Scope scope) {
        return scope.kind() == ScopeKind.ALL ? limits.floor() : limits.placeFloor();
    }
}
