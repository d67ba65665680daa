package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.release.IncidentRelease;
import net.catraca.billing.release.IncidentRelease.State;
import net.catraca.billing.release.IncidentScope;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.IncidentBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody through who is behind a broken NAS, in a region or on lines of one circuit prefix, by the last line
 * that is known of them: they are offline. One asks, another person approves; it has an end, and its ends are spread.
 */
@Singleton
public final class IncidentReleases {

    /** As for other approvals: by then the reason of this morning is another one. */
    public static final Duration LIFE = Duration.ofHours(4);

    /** An incident that lasts longer is asked for again, by people who look. */
    public static final Duration LONGEST = Duration.ofDays(14);

    /** So many contracts return in a second, at most, once it ends: routers and the telephone stand that. */
    private static final int RETURN_PER_SECOND = 2;

    private static final Duration SHORTEST_SPREAD = Duration.ofMinutes(5);
    private static final Duration LONGEST_SPREAD = Duration.ofHours(12);

    /** As in access runs: a batch holds its contracts' locks for some tenths of a second. */
    private static final int BATCH = 200;

    private final Sql sql;
    private final AccessWrite access;
    private final IncidentBook incidents;
    private final Places places;
    private final AuditLog audit;
    private final Clock clock;

    IncidentReleases(Sql sql, AccessWrite access, IncidentBook incidents, Places places, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.access = access;
        this.incidents = incidents;
        this.places = places;
        this.audit = audit;
        this.clock = clock;
    }

    /** Asks for one; it says how many contracts are concerned, and waits for a second person. */
    public Outcome<IncidentRelease> ask(Actor actor, IncidentScope scope, String reason, Instant until) {
        var now = clock.instant();
        var checks = new Checks()
                .expect(scope.isOne(), "nasId", "exactly one of nasId, region and circuitPrefix")
                .textOrNone(scope.region(), 100, "region")
                .textOrNone(scope.circuitPrefix(), 200, "circuitPrefix")
                .text(reason, 500, "reason")
                .expect(
                        until.isAfter(now) && !until.isAfter(now.plus(LONGEST)),
                        "until",
                        "an instant within the next " + LONGEST.toDays() + " days");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            places.refresh(now);
            var unknown = places.unknown(scope.nasId(), scope.region());
            if (unknown != null) {
                return Outcome.<IncidentRelease>declined(unknown);
            }
            int concerned = incidents.concerned(scope, now);
            long id = incidents.insert(
                    scope, reason, until, spread(concerned), actor.name(), now, now.plus(LIFE), concerned);
            var asked = incidents.find(id).orElseThrow();
            audit.append(actor, "incident-release.request", subject(id), null, asked, now);
            return Outcome.done(asked);
        });
    }

    private static Duration spread(int concerned) {
        var needed = Duration.ofSeconds(concerned / RETURN_PER_SECOND);
        if (needed.compareTo(SHORTEST_SPREAD) < 0) {
            return SHORTEST_SPREAD;
        }
        return needed.compareTo(LONGEST_SPREAD) > 0 ? LONGEST_SPREAD : needed;
    }

    /** Grants it: declined as {@code second-person-needed} for a job and for who asked. */
    public Outcome<IncidentRelease> approve(
            Actor actor, long id, @Nullable Long expectedVersion, @Nullable String reason) {
        var checks = new Checks().textOrNone(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        Outcome<IncidentRelease> approved = sql.inTransaction(() -> {
            var before = incidents.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<IncidentRelease>declined(new Unknown("incident_release", id));
            }
            var problem = refusal(actor, before, expectedVersion, now);
            if (problem != null) {
                return Outcome.<IncidentRelease>declined(problem);
            }
            incidents.decide(id, State.GRANTING, actor.name(), now, reason);
            var after = incidents.find(id).orElseThrow();
            audit.append(actor, "incident-release.approve", subject(id), before, after, now);
            return Outcome.done(after);
        });
        return approved.map(this::grant);
    }

    private static @Nullable Problem refusal(
            Actor actor, IncidentRelease incident, @Nullable Long expectedVersion, Instant now) {
        var pending = notPending(incident, expectedVersion, now);
        return pending == null
                ? SecondPerson.objection(actor, incident.requestedAt(), incident.requestedBy())
                : pending;
    }

    private static @Nullable Problem notPending(IncidentRelease incident, @Nullable Long expectedVersion, Instant now) {
        var stale = LockedContract.stale(expectedVersion, incident.version());
        if (stale != null) {
            return stale;
        }
        if (incident.state() != State.PENDING) {
            return new Conflict("already-decided", incident.state().name());
        }
        return incident.expiresAt().isAfter(now)
                ? null
                : new Conflict("approval-expired", incident.expiresAt().toString());
    }

    private IncidentRelease grant(IncidentRelease incident) {
        while (true) {
            var now = clock.instant();
            var contracts = incidents.left(incident, now, BATCH);
            if (contracts.isEmpty() || !incident.until().isAfter(now)) {
                incidents.become(incident.id(), State.GRANTING, State.GRANTED);
                return incidents.find(incident.id()).orElseThrow();
            }
            access.on(contracts, now, write -> {
                List<IncidentBook.Entry> entries = new ArrayList<>();
                for (var contract : write.before()) {
                    var answer = AccessPolicy.answer(contract, now, now);
                    var version = contract.policy().versionOn(LocalDate.ofEpochDay(contract.dayAt(now)));
                    entries.add(new IncidentBook.Entry(
                            contract.contractId(),
                            version.releaseLevel(),
                            incident.untilFor(contract.contractId()),
                            answer.level()));
                }
                incidents.grant(incident, entries, now);
                return true;
            });
        }
    }

    /** Leaves everybody as they are; whoever asked takes it back so. */
    public Outcome<IncidentRelease> decline(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = incidents.lock(id).orElse(null);
            var problem =
                    before == null ? new Unknown("incident_release", id) : notPending(before, expectedVersion, now);
            if (problem != null) {
                return Outcome.<IncidentRelease>declined(problem);
            }
            incidents.decide(id, State.DECLINED, actor.name(), now, reason);
            var after = incidents.find(id).orElseThrow();
            audit.append(actor, "incident-release.decline", subject(id), before, after, now);
            return Outcome.done(after);
        });
    }

    /** What the audit log keeps of an early end. */
    record EndedEarly(IncidentRelease incident, String reason) {}

    /**
     * Moves its end to now: each contract's release ends within the spread from now on, as it would have done later.
     * Answered once all of them have their end; that does not wait for them to come.
     */
    public Outcome<IncidentRelease> end(Actor actor, long id, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        Outcome<IncidentRelease> ending = sql.inTransaction(() -> {
            var before = incidents.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<IncidentRelease>declined(new Unknown("incident_release", id));
            }
            return switch (before.state()) {
                case ENDING -> Outcome.done(before);
                case GRANTED -> {
                    incidents.endFrom(id, now);
                    var after = incidents.find(id).orElseThrow();
                    audit.append(
                            actor, "incident-release.end", subject(id), before, new EndedEarly(after, reason), now);
                    yield Outcome.done(after);
                }
                case PENDING, GRANTING, DECLINED, ENDED ->
                    Outcome.<IncidentRelease>declined(
                            new Conflict("not-granted", before.state().name()));
            };
        });
        return ending.map(this::end);
    }

    private IncidentRelease end(IncidentRelease incident) {
        while (true) {
            var now = clock.instant();
            var contracts = incidents.endingLater(incident, BATCH);
            if (contracts.isEmpty()) {
                incidents.become(incident.id(), State.ENDING, State.ENDED);
                return incidents.find(incident.id()).orElseThrow();
            }
            access.on(contracts, now, write -> {
                incidents.endEarlier(
                        incident.id(),
                        write.held().stream().collect(Collectors.toMap(contract -> contract, incident::untilFor)));
                return true;
            });
        }
    }

    /** Goes on with those that were interrupted. For the start of a daemon. */
    public void resumeInterrupted() {
        incidents.in(State.GRANTING).forEach(id -> grant(incidents.find(id).orElseThrow()));
        incidents.in(State.ENDING).forEach(id -> end(incidents.find(id).orElseThrow()));
    }

    public Optional<IncidentRelease> find(long id) {
        return incidents.find(id);
    }

    /** Newest first, below an id (Long.MAX_VALUE for the first page). */
    public List<IncidentRelease> list(long beforeId, int limit) {
        return incidents.page(beforeId, limit);
    }

    private static String subject(long id) {
        return "incident-release/" + id;
    }
}
