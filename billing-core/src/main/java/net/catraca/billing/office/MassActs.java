package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.store.MassActBook;
import net.catraca.billing.store.MassActBook.Kind;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/**
 * Cancellations, pauses, manual blocks and deletions by jobs, counted by the clock hour: a job that went wrong must not
 * cut off a city. Beyond the number a person allows more. Persons are not counted, nor is the daemon itself.
 */
@Singleton
public final class MassActs {

    /** Of each kind; far above what a billing job does on a usual day. */
    static final int PER_HOUR = 100;

    /** For as long as other approvals hold. */
    static final Duration ALLOWED_FOR = Duration.ofHours(4);

    private static final int MOST_ALLOWED = 1_000_000;

    private final Sql sql;
    private final MassActBook acts;
    private final AuditLog audit;
    private final Clock clock;

    MassActs(Sql sql, MassActBook acts, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.acts = acts;
        this.audit = audit;
        this.clock = clock;
    }

    /** Counts one act within its transaction; a problem when it must wait for a person. */
    @Nullable
    Problem refusal(Actor actor, Kind kind, Instant now) {
        boolean counts = !actor.isPerson() && actor.tokenId() != null;
        return !counts || acts.take(kind, now, PER_HOUR)
                ? null
                : new Conflict(
                        "mass-tightening",
                        "jobs do no more than " + PER_HOUR + " of these in an hour until a person allows more");
    }

    /** Counts one act of a bulk, whoever sends it, within its transaction; false when it must wait for a second person. */
    boolean take(Kind kind, Instant now) {
        return acts.take(kind, now, PER_HOUR);
    }

    /** What a person has allowed, and until when. */
    public record Allowance(Kind kind, int acts, Instant until, String allowedBy, String reason) {}

    /** Allows jobs so many more within the next hours. Declined for a job as {@code second-person-needed}. */
    public Outcome<Allowance> allow(Actor actor, Kind kind, int more, String reason) {
        var checks = new Checks()
                .expect(more >= 1 && more <= MOST_ALLOWED, "acts", "1 to " + MOST_ALLOWED)
                .text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        if (!actor.isPerson()) {
            return Outcome.declined(new Conflict("second-person-needed", "a job's token cannot allow itself more"));
        }
        var now = clock.instant();
        var allowance = new Allowance(kind, more, now.plus(ALLOWED_FOR), actor.name(), reason);
        return sql.inTransaction(() -> {
            acts.allow(kind, more, allowance.until(), actor.name(), reason);
            audit.append(actor, "mass-act.allow", "mass-act/" + kind, null, allowance, now);
            return Outcome.done(allowance);
        });
    }
}
