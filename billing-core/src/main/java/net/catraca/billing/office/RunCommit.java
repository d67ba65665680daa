package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessDecision;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.Rule;
import net.catraca.billing.access.RunDecision.Leave;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.office.GuardedDecisions.Fix;
import net.catraca.billing.office.GuardedDecisions.Nothing;
import net.catraca.billing.office.GuardedDecisions.Skipped;
import net.catraca.billing.office.GuardedDecisions.Wanted;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.ReleaseLedger;
import net.catraca.billing.store.RunBook;
import org.jspecify.annotations.Nullable;

/**
 * Writes one batch of a run: decides each contract again under its lock, and commits or drops its row; or takes back
 * what a run has committed.
 */
@Singleton
final class RunCommit {

    private final AccessWrite access;
    private final Books books;
    private final GuardedDecisions decisions;
    private final CommitmentBook commitments;
    private final ReleaseLedger releases;
    private final RunBook runs;
    private final FreezeBook freezes;
    private final AuditLog audit;

    RunCommit(
            AccessWrite access,
            Books books,
            GuardedDecisions decisions,
            CommitmentBook commitments,
            ReleaseLedger releases,
            RunBook runs,
            FreezeBook freezes,
            AuditLog audit) {
        this.access = access;
        this.books = books;
        this.decisions = decisions;
        this.commitments = commitments;
        this.releases = releases;
        this.runs = runs;
        this.freezes = freezes;
        this.audit = audit;
    }

    /** What a batch wrote, for the audit log. */
    record Batch(long runId, List<Long> committed, List<RunBook.Drop> dropped) {}

    /** What a batch of a roll-back took away, and where nothing of the run was left. */
    record Unrolled(long runId, List<Long> lifted, List<Long> gone) {}

    enum Went {
        ON,
        /** The run is no longer committing, or a freeze was declared: nothing of this batch was written. */
        NO_FURTHER
    }

    /**
     * One transaction. Rows that another commit of the same run has written meanwhile are left alone, and nothing is
     * written once the run is no longer committing, nor in a freeze.
     */
    Went batch(Actor actor, AccessRun run, List<Long> contractIds, Instant now) {
        return access.on(contractIds, now, write -> {
            if (runs.holdState(run.id()) != State.COMMITTING
                    || freezes.heldAt(now).isPresent()) {
                write.leaveAll();
                return Went.NO_FURTHER;
            }
            var batch = new Decided(run, write, now);
            batch.decide(runs.pending(run.id(), contractIds));
            batch.write(actor);
            return Went.ON;
        });
    }

    /** A batch whose contracts are locked. All is decided before anything is written. */
    private final class Decided {

        private final AccessRun run;
        private final AccessWrite.Write write;
        private final Instant now;
        private final Map<Long, ContractBooks> book;
        private final Map<Long, Commitment> fixed = new TreeMap<>();
        private final List<RunBook.Drop> dropped = new ArrayList<>();

        Decided(AccessRun run, AccessWrite.Write write, Instant now) {
            this.run = run;
            this.write = write;
            this.now = now;
            this.book = books.read(write.held(), now).stream()
                    .collect(Collectors.toMap(one -> one.contract().id(), Function.identity()));
        }

        void decide(List<RunRow> rows) {
            List<Wanted> wanted = new ArrayList<>();
            Map<Long, RunRow> ofContract = new TreeMap<>();
            for (var row : rows) {
                ofContract.put(row.contractId(), row);
                var still = wanted(row);
                if (still != null) {
                    wanted.add(still);
                }
            }
            decisions.of(wanted, now).forEach((id, left) -> {
                var row = present(ofContract.get(id));
                switch (left) {
                    // Guards may leave less than was previewed: that is for the next run.
                    case Fix(var commitment) when commitment.level() == row.level() -> fixed.put(id, commitment);
                    case Fix _, Nothing() -> drop(row, DropReason.NO_LONGER_DUE, null);
                    case Skipped(var guard, var why) -> drop(row, DropReason.GUARD, guard + ": " + why);
                }
            });
        }

        private @Nullable Wanted wanted(RunRow row) {
            var contract = write.before(row.contractId());
            if (contract == null) {
                throw new IllegalStateException("contract " + row.contractId() + " of run " + run.id() + ": not there");
            }
            return switch (AccessPolicy.decideForRun(contract, now, ManualReleases.endedUpTo(run, contract.zone()))) {
                case Leave leave -> {
                    drop(row, reason(leave, row), null);
                    yield null;
                }
                case Tighten tighten -> {
                    // Never worse than previewed; and a lighter level than was previewed is left to the next run.
                    if (row.level().stricterThan(tighten.decision().level())) {
                        drop(row, DropReason.NO_LONGER_DUE, null);
                        yield null;
                    }
                    if (!row.level().stricterThan(tighten.committed())) {
                        drop(row, DropReason.ALREADY_COMMITTED, null);
                        yield null;
                    }
                    var asPreviewed = new Tighten(tighten.committed(), at(row, tighten.decision()));
                    yield new Wanted(contract, asPreviewed, present(book.get(row.contractId())));
                }
            };
        }

        private void drop(RunRow row, DropReason reason, @Nullable String detail) {
            dropped.add(new RunBook.Drop(row.contractId(), reason, detail));
        }

        void write(Actor actor) {
            fixed.keySet().forEach(contractId -> endManualReleases(contractId, actor));
            runs.keepPrior(run.id(), fixed.keySet());
            commitments.fix(fixed, run.id());
            write.held().stream().filter(held -> !fixed.containsKey(held)).forEach(write::leave);
            runs.committed(run.id(), fixed.keySet());
            runs.dropped(run.id(), dropped);
            var batch = new Batch(run.id(), List.copyOf(fixed.keySet()), List.copyOf(dropped));
            audit.append(actor, "access-run.batch", "access-run/" + run.id(), null, batch, now);
        }

        /** A manual release holds until a later run commits for the contract; see {@link ManualReleases}. */
        private void endManualReleases(long contractId, Actor actor) {
            var end = new Release.End(now, actor.name(), "access run " + run.id());
            var its = present(book.get(contractId));
            long endedUpTo =
                    ManualReleases.endedUpTo(run, its.contract().zone()).getEpochSecond();
            its.releases().stream()
                    .filter(release -> release.kind() == ReleaseKind.MANUAL)
                    .filter(release -> release.startsAt().getEpochSecond() < endedUpTo)
                    .forEach(release -> releases.end(release.id(), end));
        }
    }

    /**
     * One transaction of a roll-back: where the run's commitment still stands, what it took the place of comes back, as
     * far as the run's own still rests on it; so nothing tightens.
     */
    void unroll(Actor actor, AccessRun run, Collection<Long> contractIds, Instant now) {
        access.on(contractIds, now, write -> {
            var standing = commitments.standingOf(run.id(), write.held());
            var current = commitments.of(standing);
            var priors = runs.priors(run.id(), standing);
            standing.forEach(id -> {
                var prior = priors.get(id);
                var left = prior == null ? null : laxest(prior.commitment(), present(current.get(id)));
                commitments.lift(id, left, prior == null ? null : prior.runId());
            });
            write.held().stream().filter(held -> !standing.contains(held)).forEach(write::leave);
            var gone = new HashSet<>(contractIds);
            gone.removeAll(standing);
            runs.rolledBack(run.id(), standing, true);
            runs.rolledBack(run.id(), gone, false);
            var unrolled = new Unrolled(
                    run.id(),
                    standing.stream().sorted().toList(),
                    gone.stream().sorted().toList());
            audit.append(actor, "access-run.rollback-batch", "access-run/" + run.id(), null, unrolled, now);
            return true;
        });
    }

    /** The prior commitment, as far as it is no stricter than what stands and rests on nothing that was taken out. */
    private static @Nullable Commitment laxest(Commitment prior, Commitment current) {
        Set<Long> receivables = new HashSet<>(prior.receivableIds());
        receivables.retainAll(current.receivableIds());
        var erpDueOn = current.erpDueOn() == null ? null : prior.erpDueOn();
        return receivables.isEmpty() && erpDueOn == null
                ? null
                : new Commitment(
                        AccessLevel.laxer(prior.level(), current.level()),
                        prior.committedAt(),
                        prior.asOf(),
                        receivables,
                        erpDueOn);
    }

    private static DropReason reason(Leave leave, RunRow row) {
        if (leave.decision().rule() == Rule.RELEASE) {
            return DropReason.RELEASED_SINCE;
        }
        return row.level().stricterThan(leave.committed()) ? DropReason.NO_LONGER_DUE : DropReason.ALREADY_COMMITTED;
    }

    private static AccessDecision at(RunRow row, AccessDecision decision) {
        return new AccessDecision(
                row.level(), decision.rule(), decision.why(), decision.policyVersion(), decision.nextChange());
    }

    private static <T> T present(@Nullable T found) {
        return Objects.requireNonNull(found, "the books of a locked contract");
    }
}
