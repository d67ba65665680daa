package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseApproval;
import net.catraca.billing.release.ReleaseDecision;
import net.catraca.billing.release.ReleaseDecision.Granted;
import net.catraca.billing.release.ReleaseDecision.Refused;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.release.ReleaseRules;
import net.catraca.billing.release.Requester;
import net.catraca.billing.store.ReleaseLedger;
import org.jspecify.annotations.Nullable;

/** The release ledger. Limits are checked under the contract's lock, so that a quota is used once. */
@Singleton
public final class Releases {

    private final LockedContract contracts;
    private final ReleaseSituations situations;
    private final ReleaseLedger ledger;
    private final ReleaseRules rules;
    private final AuditLog audit;

    Releases(
            LockedContract contracts,
            ReleaseSituations situations,
            ReleaseLedger ledger,
            ReleaseRules rules,
            AuditLog audit) {
        this.contracts = contracts;
        this.situations = situations;
        this.ledger = ledger;
        this.rules = rules;
        this.audit = audit;
    }

    /** Grants at once, or declines with {@link LimitReached}, which says when the same wish would be granted. */
    public Outcome<Release> grant(Actor actor, ReleaseRequest request) {
        var checks = check(request);
        if (checks.failed()) {
            return checks.declined();
        }
        return contracts.with(request.contractId(), held -> grant(actor, request, held));
    }

    static Checks check(ReleaseRequest request) {
        return new Checks().expect(request.reason().length() <= 500, "reason", "at most 500 characters");
    }

    private Outcome<Release> grant(Actor actor, ReleaseRequest request, Held held) {
        return switch (decide(actor, request, held)) {
            case Granted granted -> Outcome.done(write(actor, request, granted, held));
            case Refused refused -> Outcome.declined(problem(refused, held));
        };
    }

    ReleaseDecision decide(Actor actor, ReleaseRequest request, Held held) {
        return rules.decide(request, requester(actor, request, held), situations.of(held), held.now());
    }

    private Requester requester(Actor actor, ReleaseRequest request, Held held) {
        var operator = Requester.operator(manualReleasesToday(actor, request, held));
        return request.liftsInterval() ? operator.liftingInterval() : operator;
    }

    private int manualReleasesToday(Actor actor, ReleaseRequest request, Held held) {
        if (request.kind() != ReleaseKind.MANUAL) {
            return 0;
        }
        var today = held.today().atStartOfDay(held.before().zone()).toInstant();
        return ledger.grantedManuallyBy(actor.name(), today);
    }

    /** Grants what another person has asked for above their daily ceiling; every other limit holds. */
    Outcome<Release> grantSeconded(Actor second, ReleaseApproval approval, Held held) {
        var request = new ReleaseRequest(approval.contractId(), ReleaseKind.MANUAL, approval.reason(), null);
        var requester = Requester.operator(0).withSecondPerson();
        return switch (rules.decide(request, requester, situations.of(held), held.now())) {
            case Granted granted ->
                Outcome.done(write(second, request, approval.requestedBy(), second.name(), granted, held));
            case Refused refused -> Outcome.declined(problem(refused, held));
        };
    }

    Release write(Actor actor, ReleaseRequest request, Granted granted, Held held) {
        return write(actor, request, actor.name(), null, granted, held);
    }

    private Release write(
            Actor actor,
            ReleaseRequest request,
            String grantedBy,
            @Nullable String secondedBy,
            Granted granted,
            Held held) {
        var release = ledger.insert(
                held.contractId(), request.kind(), request.reason(), grantedBy, secondedBy, held.now(), granted);
        audit.append(actor, "release.grant", subject(release), null, release, held.now());
        return release;
    }

    static Problem problem(Refused refused, Held held) {
        return switch (refused.limit()) {
            case REASON_MISSING -> new Invalid("reason", "why the contract is let through");
            case MANUAL_RELEASE_UNTIL -> new Invalid("until", "none: a manual release holds until a later run");
            case UNTIL_HAS_PASSED -> new Invalid("until", "an instant that lies ahead");
            case NO_INTERVAL_TO_LIFT -> new Invalid("liftInterval", "false: only a trust unlock has an interval");
            case INCIDENT_RELEASE -> new Invalid("kind", "manual, temporary or trust-unlock");
            default -> new ReleaseRefusal(refused, held.before().zone()).problem();
        };
    }

    /**
     * Ends a release that runs; the contract returns to its effective level as computed then.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<Release> end(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var found = ledger.find(id);
        return found.isEmpty()
                ? Outcome.declined(new Unknown("release", id))
                : contracts.with(found.get().contractId(), held -> end(actor, id, expectedVersion, reason, held));
    }

    private Outcome<Release> end(Actor actor, long id, @Nullable Long expectedVersion, String reason, Held held) {
        // Read again: only now nobody else can write it.
        var release = ledger.find(id).orElseThrow();
        var stale = LockedContract.stale(expectedVersion, release.version());
        if (stale != null) {
            return Outcome.declined(stale);
        }
        if (hasEnded(release, held.now())) {
            return Outcome.declined(new Conflict("already-ended", "release/" + id));
        }
        var ended = ledger.end(id, new Release.End(held.now(), actor.name(), reason));
        audit.append(actor, "release.end", subject(ended), release, ended, held.now());
        return Outcome.done(ended);
    }

    private static boolean hasEnded(Release release, Instant now) {
        var until = release.until();
        return release.end() != null || (until != null && !until.isAfter(now));
    }

    public Optional<Release> find(long id) {
        return ledger.find(id);
    }

    /**
     * @param contractId null for all contracts
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Release> list(@Nullable Long contractId, long afterId, int limit) {
        return ledger.page(contractId, afterId, limit);
    }

    private static String subject(Release release) {
        return "release/" + release.id();
    }
}
