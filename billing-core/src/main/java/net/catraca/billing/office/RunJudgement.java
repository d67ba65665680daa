package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.run.FirstRunAfter;
import net.catraca.billing.run.FreshMoney;
import net.catraca.billing.run.Objection;
import net.catraca.billing.run.RunGuard;
import net.catraca.billing.store.RunBook;
import net.catraca.billing.store.RunPictures;

/** Asks the guards of whole runs, and keeps what they say beside the run. */
@Singleton
final class RunJudgement {

    private final RunPictures pictures;
    private final RunBook runs;
    private final List<RunGuard> guards;

    RunJudgement(RunPictures pictures, RunBook runs, List<RunGuard> guards) {
        this.pictures = pictures;
        this.runs = runs;
        this.guards = List.copyOf(guards);
    }

    /** Within the caller's transaction. Whether something is left that nobody has approved. */
    boolean objects(long runId, Instant now) {
        var picture = pictures.of(runId, now);
        List<Objection> objections = new ArrayList<>();
        guards.forEach(guard -> objections.addAll(guard.objections(picture, now)));
        if (objections.stream().anyMatch(objection -> objection.guard().equals(FreshMoney.NAME))) {
            // While it is stale it is not yet the first run after.
            objections.removeIf(FirstRunAfter::isOfStaleMoney);
            runs.moneyWasStale(runId, now);
        }
        runs.raise(runId, objections, now);
        return runs.objections(runId).stream().anyMatch(raised -> !raised.approved());
    }
}
