package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseApproval;
import net.catraca.billing.release.ReleaseApproval.Decision;
import net.catraca.billing.release.ReleaseApproval.State;
import net.catraca.billing.release.ReleaseDecision.Granted;
import net.catraca.billing.release.ReleaseDecision.Refused;
import net.catraca.billing.release.ReleaseLimit;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.store.ReleaseApprovalBook;
import org.jspecify.annotations.Nullable;

/**
 * The two-person rule of manual releases: what one person asks for above their daily ceiling waits here until another
 * one approves it. Both are persons: a job is neither, and two tokens of one person are one.
 */
@Singleton
public final class ReleaseApprovals {

    /** As long as a preview of a run may be committed: by then the reason of this morning is another one. */
    public static final Duration LIFE = Duration.ofHours(4);

    /** More than a person can vouch for; the second one reads each. */
    public static final int MOST_PENDING_OF_A_PERSON = 20;

    private static final Actor CLOCK = Actor.system("expiry");

    private final LockedContract contracts;
    private final Releases releases;
    private final ReleaseApprovalBook approvals;
    private final AuditLog audit;
    private final Clock clock;

    ReleaseApprovals(
            LockedContract contracts, Releases releases, ReleaseApprovalBook approvals, AuditLog audit, Clock clock) {
        this.contracts = contracts;
        this.releases = releases;
        this.approvals = approvals;
        this.audit = audit;
        this.clock = clock;
    }

    /** What became of a wish that may need a second person. */
    public sealed interface Asked {
        record Granted(Release release) implements Asked {}

        record AwaitsSecondPerson(ReleaseApproval approval) implements Asked {}
    }

    /**
     * Grants within the limits, as {@link Releases#grant} does; a person's manual release above their daily ceiling
     * becomes an approval that waits for a second person.
     */
    public Outcome<Asked> grantOrAsk(Actor actor, ReleaseRequest request) {
        var checks = Releases.check(request);
        if (checks.failed()) {
            return checks.declined();
        }
        return contracts.with(request.contractId(), held -> grantOrAsk(actor, request, held));
    }

    private Outcome<Asked> grantOrAsk(Actor actor, ReleaseRequest request, Held held) {
        return switch (releases.decide(actor, request, held)) {
            case Granted granted -> Outcome.done(new Asked.Granted(releases.write(actor, request, granted, held)));
            case Refused refused ->
                actor.isPerson() && refused.limit() == ReleaseLimit.MANUAL_RELEASES_PER_DAY
                        ? ask(actor, request, held).map(Asked.AwaitsSecondPerson::new)
                        : Outcome.declined(Releases.problem(refused, held));
        };
    }

    private Outcome<ReleaseApproval> ask(Actor actor, ReleaseRequest request, Held held) {
        var pending = approvals.pendingOf(held.contractId()).orElse(null);
        if (pending != null && pending.stateAt(held.now()) == State.PENDING) {
            return Outcome.declined(new Conflict("approval-pending", subject(pending)));
        }
        if (approvals.pendingBy(actor.name(), held.now()) >= MOST_PENDING_OF_A_PERSON) {
            return Outcome.declined(tooMany());
        }
        if (pending != null) {
            decide(CLOCK, "release-approval.expire", pending, State.EXPIRED, null, null, held);
        }
        var asked = approvals.insert(
                held.contractId(),
                request.reason(),
                actor.name(),
                held.now(),
                held.now().plus(LIFE));
        audit.append(actor, "release-approval.request", subject(asked), null, asked, held.now());
        held.write().leaveAll(); // nothing that access is made of
        return Outcome.done(asked);
    }

    private static Problem tooMany() {
        return new LimitReached(
                "pending-approvals",
                "A person may have " + MOST_PENDING_OF_A_PERSON
                        + " manual releases waiting for a second person; those must be decided or expire first.",
                null,
                null);
    }

    /**
     * Lets the contract through in the name of the first person, seconded by this one. Decided again now: declined as
     * {@link LimitReached} when nothing is left to release, and the approval stays pending.
     *
     * @param reason may be null: the first person gave one
     */
    public Outcome<ReleaseApproval> approve(
            Actor actor, long id, @Nullable Long expectedVersion, @Nullable String reason) {
        var checks = new Checks().textOrNone(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return onPending(id, expectedVersion, (pending, held) -> {
            var objection = SecondPerson.objection(actor, pending.requestedAt(), pending.requestedBy());
            return objection == null
                    ? releases.grantSeconded(actor, pending, held)
                            .map(release -> decide(
                                    actor,
                                    "release-approval.approve",
                                    pending,
                                    State.APPROVED,
                                    reason,
                                    release.id(),
                                    held))
                    : Outcome.declined(objection);
        });
    }

    /** Whoever may approve may decline; the first person may, too, and so takes it back. */
    public Outcome<ReleaseApproval> decline(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return onPending(id, expectedVersion, (pending, held) -> {
            var declined = decide(actor, "release-approval.decline", pending, State.DECLINED, reason, null, held);
            held.write().leaveAll();
            return Outcome.done(declined);
        });
    }

    private interface OnPending {
        Outcome<ReleaseApproval> apply(ReleaseApproval pending, Held held);
    }

    private Outcome<ReleaseApproval> onPending(long id, @Nullable Long expectedVersion, OnPending work) {
        var found = approvals.find(id);
        if (found.isEmpty()) {
            return Outcome.declined(new Unknown("release_approval", id));
        }
        return contracts.with(found.get().contractId(), held -> {
            // Read again: only now nobody else can write it.
            var approval = approvals.find(id).orElseThrow();
            var stale = LockedContract.stale(expectedVersion, approval.version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            return switch (approval.stateAt(held.now())) {
                case PENDING -> work.apply(approval, held);
                case APPROVED -> Outcome.declined(new Conflict("already-approved", subject(approval)));
                case DECLINED -> Outcome.declined(new Conflict("already-declined", subject(approval)));
                case EXPIRED ->
                    Outcome.declined(new Conflict(
                            "approval-expired", approval.expiresAt().toString()));
            };
        });
    }

    private ReleaseApproval decide(
            Actor actor,
            String action,
            ReleaseApproval pending,
            State state,
            @Nullable String reason,
            @Nullable Long releaseId,
            Held held) {
        var decided = approvals.decide(pending.id(), state, new Decision(actor.name(), held.now(), reason, releaseId));
        audit.append(actor, action, subject(decided), pending, decided, held.now());
        return decided;
    }

    public Optional<ReleaseApproval> find(long id) {
        return approvals.find(id);
    }

    /**
     * @param pendingOnly whether only those that can still be decided
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<ReleaseApproval> list(boolean pendingOnly, long afterId, int limit) {
        return approvals.page(pendingOnly ? clock.instant() : null, afterId, limit);
    }

    private static String subject(ReleaseApproval approval) {
        return "release-approval/" + approval.id();
    }
}
