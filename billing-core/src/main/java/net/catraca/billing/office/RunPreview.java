package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AccessDecision;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.Outcome;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.ReleaseLedger;
import net.catraca.billing.store.RunBook;
import org.jspecify.annotations.Nullable;

/** Reads all contracts at one instant and writes down who would be tightened. */
@Singleton
final class RunPreview {

    /** Rows that wait to be written together; bounds memory while all contracts stream by. */
    private static final int BATCH_ROWS = 1000;

    /** No zone's today began longer ago than this. */
    private static final Duration LONGEST_TODAY = Duration.ofHours(26);

    private final ContractFacts facts;
    private final ReleaseLedger releases;
    private final RunBook runs;

    RunPreview(ContractFacts facts, ReleaseLedger releases, RunBook runs) {
        this.facts = facts;
        this.releases = releases;
        this.runs = runs;
    }

    /** Within the caller's transaction. */
    void write(long runId, @Nullable Long planId, Instant now) {
        var lastReleases = releases.lastGrantedSince(now.minus(LONGEST_TODAY));
        List<RunRow> waiting = new ArrayList<>(BATCH_ROWS);
        facts.each(contract -> {
            if ((planId == null || contract.plan().id() == planId)
                    && AccessPolicy.decideForRun(contract, now, now) instanceof Tighten tighten) {
                waiting.add(row(runId, contract, tighten.decision(), lastReleases, now));
            }
            if (waiting.size() == BATCH_ROWS) {
                runs.insertRows(waiting);
                waiting.clear();
            }
        });
        runs.insertRows(waiting);
    }

    private static RunRow row(
            long runId,
            ContractSnapshot contract,
            AccessDecision decision,
            Map<Long, Instant> lastReleases,
            Instant now) {
        var late = late(decision);
        var released = lastReleases.get(contract.contractId());
        return new RunRow(
                runId,
                contract.contractId(),
                AccessPolicy.answer(contract, now, now).level(),
                decision.level(),
                late.daysLate(),
                late.since(),
                late.threshold(),
                late.renegotiated(),
                contract.policy().id(),
                decision.policyVersion(),
                contract.plan().monthlyCents(),
                released != null && day(released, contract).equals(day(now, contract)),
                Outcome.PENDING,
                null,
                null);
    }

    private static Reason.Late late(AccessDecision decision) {
        return switch (decision.why()) {
            case Reason.Late late -> late;
            // A contract that may be reduced but not blocked.
            case Reason.Protected withheld -> withheld.late();
            default -> throw new IllegalStateException("a run tightens for money only, not for " + decision);
        };
    }

    private static LocalDate day(Instant at, ContractSnapshot contract) {
        return LocalDate.ofInstant(at, contract.zone());
    }
}
