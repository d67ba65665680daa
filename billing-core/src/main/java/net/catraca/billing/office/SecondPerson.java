package net.catraca.billing.office;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import net.catraca.billing.office.Problem.Conflict;
import org.jspecify.annotations.Nullable;

/**
 * Who counts as a second person, wherever two are needed: not a job, not who asked, by whichever of their tokens, and
 * nobody whose token was issued after it was asked for. Otherwise the first person would make the second.
 */
final class SecondPerson {

    private SecondPerson() {}

    /**
     * Why this one may not approve; null when he may.
     *
     * @param askedAt when the thing to approve was started, proposed or asked for
     * @param askedBy who did, or asked for its commit; null for nobody
     */
    static @Nullable Problem objection(Actor actor, Instant askedAt, @Nullable String... askedBy) {
        if (!actor.isPerson()) {
            return new Conflict("second-person-needed", "a job's token cannot approve");
        }
        if (Arrays.stream(askedBy).filter(Objects::nonNull).anyMatch(actor::isNamed)) {
            return new Conflict("second-person-needed", actor.name() + " asked for it");
        }
        var since = actor.since();
        return since != null && since.isAfter(askedAt)
                ? new Conflict(
                        "second-person-needed",
                        "this token was issued at %s, after it was asked for at %s: who approves has had one before"
                                .formatted(since, askedAt))
                : null;
    }
}
