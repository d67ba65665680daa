package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.office.GuardedDecisions.Fix;
import net.catraca.billing.office.GuardedDecisions.Nothing;
import net.catraca.billing.office.GuardedDecisions.Skipped;
import net.catraca.billing.office.GuardedDecisions.Wanted;
import net.catraca.billing.run.Place;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.Outcome;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.ReleaseLedger;
import net.catraca.billing.store.RunBook;
import org.jspecify.annotations.Nullable;

/** Reads all contracts at one instant and writes down who would be tightened, and whom a guard spares. */
@Singleton
final class RunPreview {

    /** Contracts that wait to be judged and written together; bounds memory while all contracts stream by. */
    private static final int BATCH_ROWS = 1000;

    /** No zone's today began longer ago than this. */
    private static final Duration LONGEST_TODAY = Duration.ofHours(26);

    private final ContractFacts facts;
    private final Books books;
    private final GuardedDecisions decisions;
    private final ReleaseLedger releases;
    private final RunBook runs;

    RunPreview(ContractFacts facts, Books books, GuardedDecisions decisions, ReleaseLedger releases, RunBook runs) {
        this.facts = facts;
        this.books = books;
        this.decisions = decisions;
        this.releases = releases;
        this.runs = runs;
    }

    /** Within the caller's transaction. */
    void write(long runId, RunScope scope, Actor startedBy, Instant now) {
        var batch = new Batch(runId, scope, now, releases.lastGrantedSince(now.minus(LONGEST_TODAY)));
        facts.each(contract -> {
            if ((scope.planId() == null || contract.plan().id() == scope.planId())
                    && AccessPolicy.decideForRun(
                                    contract, now, ManualReleases.endedUpTo(startedBy.name(), now, contract.zone()))
                            instanceof Tighten tighten) {
                batch.add(contract, tighten);
            }
        });
        batch.flush();
    }

    private record Late(ContractSnapshot contract, Tighten tighten) {}

    private final class Batch {

        private final long runId;
        private final RunScope scope;
        private final Instant now;
        private final Map<Long, Instant> lastReleases;
        private final List<Late> waiting = new ArrayList<>(BATCH_ROWS);

        Batch(long runId, RunScope scope, Instant now, Map<Long, Instant> lastReleases) {
            this.runId = runId;
            this.scope = scope;
            this.now = now;
            this.lastReleases = lastReleases;
        }

        void add(ContractSnapshot contract, Tighten tighten) {
            waiting.add(new Late(contract, tighten));
            if (waiting.size() == BATCH_ROWS) {
                flush();
            }
        }

        void flush() {
            var ids = waiting.stream().map(late -> late.contract().contractId()).toList();
            var places = runs.places(ids);
            waiting.removeIf(late -> !scope.holds(
                    late.contract().plan().id(), places.get(late.contract().contractId())));
            var book = books.read(ids, now).stream()
                    .collect(Collectors.toMap(one -> one.contract().id(), Function.identity()));
            List<Wanted> wanted = new ArrayList<>();
            for (var late : waiting) {
                var its = book.get(late.contract().contractId());
                if (its != null) {
                    wanted.add(new Wanted(late.contract(), late.tighten(), its));
                }
            }
            var left = decisions.of(wanted, now);
            List<RunRow> rows = new ArrayList<>();
            for (var one : wanted) {
                long id = one.contract().contractId();
                switch (left.get(id)) {
                    case Fix(var commitment) -> rows.add(row(one, commitment.level(), places.get(id)));
                    case Skipped(var guard, var why) ->
                        rows.add(row(one, one.tighten().decision().level(), places.get(id))
                                .skippedBy(guard, why));
                    // Written since its facts were read.
                    case Nothing() -> {}
                    case null -> {}
                }
            }
            runs.insertRows(rows);
            waiting.clear();
        }

        private RunRow row(Wanted wanted, AccessLevel level, @Nullable Place place) {
            var contract = wanted.contract();
            var decision = wanted.tighten().decision();
            var late = late(decision.why());
            var released = lastReleases.get(contract.contractId());
            return new RunRow(
                    runId,
                    contract.contractId(),
                    AccessPolicy.answer(contract, now, now).level(),
                    level,
                    late.daysLate(),
                    late.since(),
                    late.threshold(),
                    late.renegotiated(),
                    contract.policy().id(),
                    decision.policyVersion(),
                    contract.plan().monthlyCents(),
                    released != null && day(released, contract).equals(day(now, contract)),
                    place,
                    dueDay(wanted.books(), late),
                    Outcome.PENDING,
                    null,
                    null);
        }

        private int dueDay(ContractBooks book, Reason.Late late) {
            int since = (int) late.since().toEpochDay();
            return book.receivables().stream()
                    .filter(receivable -> receivable.isOpen() && receivable.countsForBlocking())
                    .filter(receivable -> !receivable.dueOn().isAfter(late.since())
                            && since - receivable.dueOn().toEpochDay() < LONGEST_MOVE)
                    .map(receivable -> receivable.dueOn().getDayOfMonth())
                    .findFirst()
                    .orElse(late.since().getDayOfMonth());
        }
    }

    /** A due day moves past a weekend and holidays by no more days than this. */
    private static final int LONGEST_MOVE = 7;

    private static Reason.Late late(Reason why) {
        return switch (why) {
            case Reason.Late late -> late;
            // A contract that may be reduced but not blocked.
            case Reason.Protected withheld -> withheld.late();
            default -> throw new IllegalStateException("a run tightens for money only, not for " + why);
        };
    }

    private static LocalDate day(Instant at, ContractSnapshot contract) {
        return LocalDate.ofInstant(at, contract.zone());
    }
}
