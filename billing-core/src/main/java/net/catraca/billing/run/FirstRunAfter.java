package net.catraca.billing.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Objects to the first run after money was stale or a freeze ended: what piled up meanwhile deserves a look. A run of one
 * plan, NAS or region has not looked at the others': it is the first of its scope only.
 */
public record FirstRunAfter(Interruptions interruptions) implements RunGuard {

    public static final String NAME = "first-run-after";

    private static final String STALE_MONEY = "stale-money";

    /** What kept runs from committing. */
    public interface Interruptions {
        /** When a run was last told that money is stale. */
        Optional<Instant> lastStaleMoney();

        /** When the last freeze ended that has. */
        Optional<Instant> lastFreezeEnd(Instant now);
    }

    @Override
    public List<Objection> objections(RunPicture picture, Instant now) {
        List<Objection> objections = new ArrayList<>();
        interruptions
                .lastStaleMoney()
                .filter(at -> isSinceLastRun(at, picture))
                .ifPresent(at -> objections.add(new Objection(
                        NAME,
                        STALE_MONEY,
                        "money was stale at " + at + ", after the last run over all of this scope")));
        interruptions
                .lastFreezeEnd(now)
                .filter(at -> isSinceLastRun(at, picture))
                .ifPresent(at -> objections.add(new Objection(
                        NAME, "freeze", "a freeze ended at " + at + ", after the last run over all of this scope")));
        return objections;
    }

    public static boolean isOfStaleMoney(Objection objection) {
        return objection.guard().equals(NAME) && objection.scope().equals(STALE_MONEY);
    }

    private static boolean isSinceLastRun(Instant at, RunPicture picture) {
        var last = picture.lastCommittedAt();
        return last == null || at.isAfter(last);
    }
}
