package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.MoneyWatch;
import net.catraca.billing.store.Sql;

/** What a person says of feeds of money: that one has ended, and not only fallen silent. */
@Singleton
public final class MoneyFeedDesk {

    private final Sql sql;
    private final MoneyWatch watch;
    private final AuditLog audit;
    private final Clock clock;

    MoneyFeedDesk(Sql sql, MoneyWatch watch, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.watch = watch;
        this.audit = audit;
        this.clock = clock;
    }

    /** A feed that is expected no longer, until it is heard again. */
    public record Retired(String name, Instant lastHeardAt, String reason, String retiredBy, Instant retiredAt) {}

    /** Declined as {@code person-needed} for a job; unknown is a feed that nobody expects. */
    public Outcome<Retired> retire(Actor actor, String name, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        if (!actor.isPerson()) {
            return Outcome.declined(new Conflict("person-needed", "a job cannot know that a feed has ended"));
        }
        var now = clock.instant();
        return sql.inTransaction(() -> watch.heard(now).stream()
                .filter(heard -> heard.name().equals(name))
                .findFirst()
                .map(heard -> {
                    var retired = new Retired(name, heard.last(), reason, actor.name(), now);
                    watch.retire(name, reason, actor.name(), now);
                    audit.append(actor, "money-feed.retire", "money-feed/" + name, null, retired, now);
                    return Outcome.done(retired);
                })
                .orElseGet(() -> Outcome.declined(new Unknown("money feed", name))));
    }
}
