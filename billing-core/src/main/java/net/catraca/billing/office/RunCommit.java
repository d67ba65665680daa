package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessDecision;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Rule;
import net.catraca.billing.access.RunDecision.Leave;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.RunGuard;
import net.catraca.billing.run.RunGuard.Pass;
import net.catraca.billing.run.RunGuard.SkipContract;
import net.catraca.billing.run.RunGuard.StopRun;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.ReleaseLedger;
import net.catraca.billing.store.RunBook;
import org.jspecify.annotations.Nullable;

/** Writes one batch of a run: decides each contract again under its lock, and commits or drops its row. */
@Singleton
final class RunCommit {

    private final AccessWrite access;
    private final Books books;
    private final CommitmentBook commitments;
    private final ReleaseLedger releases;
    private final RunBook runs;
    private final BankingCalendar calendar;
    private final List<RunGuard> guards;
    private final AuditLog audit;

    RunCommit(
            AccessWrite access,
            Books books,
            CommitmentBook commitments,
            ReleaseLedger releases,
            RunBook runs,
            BankingCalendar calendar,
            List<RunGuard> guards,
            AuditLog audit) {
        this.access = access;
        this.books = books;
        this.commitments = commitments;
        this.releases = releases;
        this.runs = runs;
        this.calendar = calendar;
        this.guards = List.copyOf(guards);
        this.audit = audit;
    }

    /** A guard's objection to going on. */
    record Stop(String guard, String why) {}

    /** What a batch wrote, for the audit log. */
    record Batch(long runId, List<Long> committed, List<RunBook.Drop> dropped) {}

    /** The first guard's objection to the run as a whole, or null. */
    @Nullable
    Stop objection(AccessRun run, Instant now) {
        for (var guard : guards) {
            if (guard.judge(run, now) instanceof StopRun(var why)) {
                return new Stop(guard.name(), why);
            }
        }
        return null;
    }

    /**
     * One transaction. Rows that another commit of the same run has written meanwhile are left alone, and nothing is
     * written once the run is no longer committing.
     *
     * @return a guard's objection, with which nothing of this batch was written; else null
     */
    @Nullable
    Stop batch(Actor actor, AccessRun run, List<Long> contractIds, Instant now) {
        return access.<Verdict>on(contractIds, now, write -> {
                    if (runs.holdState(run.id()) != State.COMMITTING) {
                        write.leaveAll();
                        return new Verdict(null);
                    }
                    var batch = new Decided(run, write, now);
                    runs.pending(run.id(), contractIds).forEach(batch::decide);
                    if (batch.stop != null) {
                        write.leaveAll();
                        return new Verdict(batch.stop);
                    }
                    batch.write(actor);
                    return new Verdict(null);
                })
                .stop();
    }

    private record Verdict(@Nullable Stop stop) {}

    /** A batch whose contracts are locked. All is decided before anything is written. */
    private final class Decided {

        private final AccessRun run;
        private final AccessWrite.Write write;
        private final Instant now;
        private final Map<Long, ContractBooks> book;
        private final Map<Long, Commitment> fixed = new TreeMap<>();
        private final List<RunBook.Drop> dropped = new ArrayList<>();
        private @Nullable Stop stop;

        Decided(AccessRun run, AccessWrite.Write write, Instant now) {
            this.run = run;
            this.write = write;
            this.now = now;
            this.book = books.read(write.held(), now).stream()
                    .collect(Collectors.toMap(one -> one.contract().id(), Function.identity()));
        }

        void decide(RunRow row) {
            var contract = write.before(row.contractId());
            if (contract == null) {
                throw new IllegalStateException("contract " + row.contractId() + " of run " + run.id() + ": not there");
            }
            switch (AccessPolicy.decideForRun(contract, now, run.previewedAt())) {
                case Leave leave -> drop(row, reason(leave, row), null);
                case Tighten tighten -> decide(row, contract, tighten);
            }
        }

        private void decide(RunRow row, ContractSnapshot contract, Tighten tighten) {
            // Never worse than previewed; and a lighter level than was previewed is left to the next run.
            if (row.level().stricterThan(tighten.decision().level())) {
                drop(row, DropReason.NO_LONGER_DUE, null);
            } else if (!row.level().stricterThan(tighten.committed())) {
                drop(row, DropReason.ALREADY_COMMITTED, null);
            } else if (passes(row, contract)) {
                fix(row, contract, new Tighten(tighten.committed(), at(row, tighten.decision())));
            }
        }

        private boolean passes(RunRow row, ContractSnapshot contract) {
            for (var guard : guards) {
                switch (guard.judge(row, contract, now)) {
                    case Pass _ -> {}
                    case SkipContract(var why) -> {
                        drop(row, DropReason.GUARD, guard.name() + ": " + why);
                        return false;
                    }
                    case StopRun(var why) -> {
                        stop = new Stop(guard.name(), why);
                        return false;
                    }
                }
            }
            return true;
        }

        private void fix(RunRow row, ContractSnapshot contract, Tighten tighten) {
            var owed = present(book.get(row.contractId())).standing(calendar);
            var commitment = Commitment.fixedBy(tighten, contract, owed, now);
            if (commitment == null || commitment.level() != row.level()) {
                drop(row, DropReason.NO_LONGER_DUE, null);
            } else {
                fixed.put(row.contractId(), commitment);
            }
        }

        private void drop(RunRow row, DropReason reason, @Nullable String detail) {
            dropped.add(new RunBook.Drop(row.contractId(), reason, detail));
        }

        void write(Actor actor) {
            fixed.keySet().forEach(contractId -> endManualReleases(contractId, actor));
            commitments.fix(fixed, run.id());
            write.held().stream().filter(held -> !fixed.containsKey(held)).forEach(write::leave);
            runs.committed(run.id(), fixed.keySet());
            runs.dropped(run.id(), dropped);
            var batch = new Batch(run.id(), List.copyOf(fixed.keySet()), List.copyOf(dropped));
            audit.append(actor, "access-run.batch", "access-run/" + run.id(), null, batch, now);
        }

        /** A manual release holds until a later run commits for the contract: this one, if it was previewed later. */
        private void endManualReleases(long contractId, Actor actor) {
            var end = new Release.End(now, actor.name(), "access run " + run.id());
            present(book.get(contractId)).releases().stream()
                    .filter(release -> release.kind() == ReleaseKind.MANUAL)
                    .filter(release -> release.startsAt().getEpochSecond()
                            < run.previewedAt().getEpochSecond())
                    .forEach(release -> releases.end(release.id(), end));
        }
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
