package net.catraca.billing.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.Freeze;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.run.RunTimes;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.FactsHistory;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.RunBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Access runs: the only way in which money tightens. */
@Singleton
public final class AccessRuns {

    /** How long a preview may be committed, and an interrupted commit be taken up again: the world moves on. */
    public static final Duration LIFE = Duration.ofHours(4);

    /** Older decisions cannot be made again; pruned after each run, which comes about daily. */
    public static final Duration HISTORY = Duration.ofDays(400);

    /** A batch holds its contracts' locks for some tenths of a second; payments of them wait so long. */
    private static final int BATCH_ROWS = AccessWrite.MOST_CONTRACTS;

    private static final Actor RESUME = Actor.system("resume");

    private static final Logger LOG = LoggerFactory.getLogger(AccessRuns.class);

    private final Sql sql;
    private final Catalogs catalogs;
    private final RunBook runs;
    private final RunPreview preview;
    private final RunJudgement judgement;
    private final RunCommit commit;
    private final FreezeBook freezes;
    private final RunTimes times;
    private final Places places;
    private final FactsHistory history;
    private final AuditLog audit;
    private final Clock clock;
    private final int batchRows;

    @Inject
    AccessRuns(
            Sql sql,
            Catalogs catalogs,
            RunBook runs,
            RunPreview preview,
            RunJudgement judgement,
            RunCommit commit,
            FreezeBook freezes,
            RunTimes times,
            Places places,
            FactsHistory history,
            AuditLog audit,
            Clock clock) {
        this(
                sql,
                catalogs,
                runs,
                preview,
                judgement,
                commit,
                freezes,
                times,
                places,
                history,
                audit,
                clock,
                BATCH_ROWS);
    }

    AccessRuns(
            Sql sql,
            Catalogs catalogs,
            RunBook runs,
            RunPreview preview,
            RunJudgement judgement,
            RunCommit commit,
            FreezeBook freezes,
            RunTimes times,
            Places places,
            FactsHistory history,
            AuditLog audit,
            Clock clock,
            int batchRows) {
        this.sql = sql;
        this.catalogs = catalogs;
        this.runs = runs;
        this.preview = preview;
        this.judgement = judgement;
        this.commit = commit;
        this.freezes = freezes;
        this.times = times;
        this.places = places;
        this.history = history;
        this.audit = audit;
        this.clock = clock;
        this.batchRows = batchRows;
    }

    /**
     * Reads and decides every contract at one instant and writes down who would be tightened, whom a guard spares, and
     * what guards of the whole run say; changes nothing.
     */
    public Outcome<AccessRun> preview(Actor actor, RunScope scope) {
        var checks = new Checks().textOrNone(scope.region(), 100, "region");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return sql.inTransaction(() -> {
            if (scope.planId() != null && !catalogs.read().plans().containsKey(scope.planId())) {
                return Outcome.<AccessRun>declined(new Unknown("plan", scope.planId()));
            }
            places.refresh(now);
            var unknown = places.unknown(scope.nasId(), scope.region());
            if (unknown != null) {
                return Outcome.<AccessRun>declined(unknown);
            }
            long id = runs.insert(scope, now, now.plus(LIFE), actor.name());
            preview.write(id, scope, actor, now);
            judgement.objects(id, now);
            var run = now(id);
            audit.append(actor, "access-run.preview", subject(id), null, run, now);
            return Outcome.done(run);
        });
    }

    /**
     * Decides each row again under its contract's lock and commits what still holds; rows that became lighter are
     * dropped with the reason, none is added or worsened. A committed run is answered as it is; one that was
     * interrupted goes on. Where a guard objects, the run awaits the approval of a second person, and is answered so.
     * Declined as {@code run-expired}, {@code run-aborted}, {@code run-rolled-back}, {@code frozen} or {@code
     * outside-run-times}; what was written before stays.
     */
    public Outcome<AccessRun> commit(Actor actor, long id) {
        var found = runs.find(id);
        if (found.isEmpty()) {
            return Outcome.declined(new Unknown("access-run", id));
        }
        var run = found.get();
        return switch (run.state()) {
            case COMMITTED -> Outcome.done(run);
            case ABORTED -> Outcome.declined(new Conflict("run-aborted", subject(id)));
            case ROLLING_BACK, ROLLED_BACK -> Outcome.declined(new Conflict("run-rolled-back", subject(id)));
            case COMMITTING, AWAITING_APPROVAL, PREVIEW -> commit(actor, run, clock.instant());
        };
    }

    private Outcome<AccessRun> commit(Actor actor, AccessRun run, Instant now) {
        var obstacle = obstacle(run, now);
        if (obstacle != null) {
            return Outcome.declined(obstacle);
        }
        boolean awaits = sql.inTransaction(() -> awaitsApproval(actor, run.id(), now));
        if (awaits) {
            LOG.warn("access run {} awaits a second person; nothing tightens until then", run.id());
            return Outcome.done(now(run.id()));
        }
        sql.inTransaction(() -> begin(actor, run, now));
        // Somebody else may have begun, ended or aborted it meanwhile; what it is now says how to go on.
        return goOn(actor, now(run.id()));
    }

    /** What no second person can approve. */
    private @Nullable Problem obstacle(AccessRun run, Instant now) {
        boolean begun = run.state() == State.COMMITTING;
        if (!begun && !run.expiresAt().isAfter(now)) {
            return new Conflict("run-expired", run.expiresAt().toString());
        }
        var freeze = freezes.heldAt(now);
        if (freeze.isPresent()) {
            return frozen(freeze.get());
        }
        return times.allow(now)
                ? null
                : new Conflict(
                        "outside-run-times",
                        "runs may commit again from " + times.next(now).toString());
    }

    private static Conflict frozen(Freeze freeze) {
        return new Conflict("frozen", "until %s: %s".formatted(freeze.end(), freeze.reason()));
    }

    private boolean awaitsApproval(Actor actor, long id, Instant now) {
        var before = runs.lock(id).orElseThrow();
        boolean stoppable =
                switch (before.state()) {
                    case PREVIEW, AWAITING_APPROVAL, COMMITTING -> true;
                    case COMMITTED, ABORTED, ROLLING_BACK, ROLLED_BACK -> false;
                };
        if (!stoppable || !judgement.objects(id, now)) {
            return false;
        }
        if (before.state() != State.AWAITING_APPROVAL) {
            runs.awaitApproval(id, actor.name(), now);
            audit.append(actor, "access-run.await-approval", subject(id), before, now(id), now);
        }
        return true;
    }

    private boolean begin(Actor actor, AccessRun run, Instant now) {
        boolean begun = runs.beginCommit(run.id(), now, actor.name());
        if (begun) {
            audit.append(actor, "access-run.commit", subject(run.id()), run, now(run.id()), now);
        }
        return begun;
    }

    /**
     * The second person has seen what guards object to: the run commits. Declined as {@code second-person-needed} for
     * a job, for who started the run or asked for its commit, and by a token that is younger than the run; as {@code
     * not-awaiting-approval} for one that waits for nobody. What guards say only now waits for another approval.
     *
     * @param reason may be null
     */
    public Outcome<AccessRun> approve(Actor actor, long id, @Nullable Long expectedVersion, @Nullable String reason) {
        var checks = new Checks().textOrNone(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        Outcome<AccessRun> approved = sql.inTransaction(() -> {
            var before = runs.lock(id).orElse(null);
            var problem = before == null ? new Unknown("access-run", id) : refusal(actor, before, expectedVersion, now);
            if (before == null || problem != null) {
                return Outcome.<AccessRun>declined(Objects.requireNonNull(problem));
            }
            runs.approve(id, actor.name(), now, reason);
            var after = now(id);
            audit.append(actor, "access-run.approve", subject(id), before, after, now);
            return Outcome.done(after);
        });
        return approved instanceof Outcome.Done ? commit(actor, id) : approved;
    }

    private @Nullable Problem refusal(Actor actor, AccessRun run, @Nullable Long expectedVersion, Instant now) {
        if (run.state() != State.AWAITING_APPROVAL) {
            return new Conflict("not-awaiting-approval", run.state().name());
        }
        var stale = LockedContract.stale(expectedVersion, run.version());
        if (stale != null) {
            return stale;
        }
        var objection = SecondPerson.objection(actor, run.previewedAt(), run.startedBy(), run.askedBy());
        if (objection != null) {
            return objection;
        }
        return obstacle(run, now);
    }

    private Outcome<AccessRun> goOn(Actor actor, AccessRun run) {
        // A platform thread: one that is told to stop finishes its batch, as ours does.
        try (var beside = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("access run " + run.id()).factory())) {
            return goOn(actor, run, beside);
        }
    }

    private Outcome<AccessRun> goOn(Actor actor, AccessRun run, ExecutorService beside) {
        while (runs.state(run.id()) == State.COMMITTING) {
            var now = clock.instant();
            if (isTooLate(run, now)) {
                LOG.warn("access run {} was interrupted for longer than {}: its last rows are dropped", run.id(), LIFE);
                runs.dropPending(run.id(), DropReason.EXPIRED);
            }
            var contracts = runs.pendingContracts(run.id(), 2 * batchRows);
            if (contracts.isEmpty()) {
                sql.inTransaction(() -> end(actor, run, now));
                continue;
            }
            twoBatches(actor, run, contracts, now, beside);
            var freeze = freezes.heldAt(clock.instant());
            if (freeze.isPresent()) {
                LOG.warn(
                        "access run {} is stopped by a freeze until {}",
                        run.id(),
                        freeze.get().end());
                return Outcome.declined(frozen(freeze.get()));
            }
        }
        var ended = now(run.id());
        return ended.state() == State.COMMITTED
                ? Outcome.done(ended)
                : Outcome.declined(new Conflict("run-aborted", subject(run.id())));
    }

    /**
     * One batch here and one beside it, so that we compute while the database works. Both end before the next begin:
     * an abort, which waits for whoever holds the run's state, gets its turn then.
     */
    private void twoBatches(Actor actor, AccessRun run, List<Long> contracts, Instant now, ExecutorService beside) {
        if (contracts.size() <= batchRows) {
            commit.batch(actor, run, contracts, now);
            return;
        }
        var later = contracts.subList(batchRows, contracts.size());
        var second = CompletableFuture.runAsync(() -> commit.batch(actor, run, later, now), beside);
        try {
            commit.batch(actor, run, contracts.subList(0, batchRows), now);
        } finally {
            second.exceptionally(_ -> null).join();
        }
        if (second.isCompletedExceptionally() && second.exceptionNow() instanceof RuntimeException failed) {
            throw failed;
        }
        second.join();
    }

    private boolean end(Actor actor, AccessRun run, Instant now) {
        boolean ended = runs.endCommit(run.id(), now);
        if (ended) {
            history.prune(now.minus(HISTORY));
            audit.append(actor, "access-run.committed", subject(run.id()), run, now(run.id()), now);
        }
        return ended;
    }

    private static boolean isTooLate(AccessRun run, Instant now) {
        var started = run.commitStartedAt();
        return started != null && !now.isBefore(started.plus(LIFE));
    }

    private AccessRun now(long id) {
        return runs.find(id).orElseThrow();
    }

    /** Takes a preview, or what an interrupted commit has not written yet, back. What was committed stays. */
    public Outcome<AccessRun> abort(Actor actor, long id) {
        return abort(actor, id, null);
    }

    /** Whoever may approve says no: the run is aborted. */
    public Outcome<AccessRun> decline(Actor actor, long id, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var state = runs.find(id).map(AccessRun::state);
        if (state.isPresent() && state.get() != State.AWAITING_APPROVAL) {
            return Outcome.declined(
                    new Conflict("not-awaiting-approval", state.get().name()));
        }
        return abort(actor, id, reason);
    }

    /** What the audit log keeps of a no. */
    record DeclinedRun(AccessRun run, String reason) {}

    private Outcome<AccessRun> abort(Actor actor, long id, @Nullable String declinedFor) {
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = runs.find(id);
            if (before.isEmpty()) {
                return Outcome.<AccessRun>declined(new Unknown("access-run", id));
            }
            if (!runs.abort(id, now)) {
                return Outcome.<AccessRun>declined(
                        new Conflict("run-ended", now(id).state().name()));
            }
            runs.dropPending(id, DropReason.ABORTED);
            var aborted = now(id);
            if (declinedFor == null) {
                audit.append(actor, "access-run.abort", subject(id), before.get(), aborted, now);
            } else {
                var declined = new DeclinedRun(aborted, declinedFor);
                audit.append(actor, "access-run.decline", subject(id), before.get(), declined, now);
            }
            return Outcome.done(aborted);
        });
    }

    /**
     * Lifts exactly what this run's commitments still hold; what of it is on its way to routers is superseded by the change
     * feed. Never tightens. A run that was rolled back is answered as it is; an interrupted roll-back goes on. Declined as {@code
     * run-not-committed} before a commit, and while one is under way: abort it first.
     */
    public Outcome<AccessRun> rollBack(Actor actor, long id, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        Outcome<AccessRun> begun = sql.inTransaction(() -> {
            var before = runs.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<AccessRun>declined(new Unknown("access-run", id));
            }
            return switch (before.state()) {
                case ROLLING_BACK, ROLLED_BACK -> Outcome.done(before);
                case PREVIEW, AWAITING_APPROVAL, COMMITTING ->
                    Outcome.<AccessRun>declined(
                            new Conflict("run-not-committed", before.state().name()));
                case COMMITTED, ABORTED -> {
                    runs.beginRollback(id, now, actor.name(), reason);
                    var after = now(id);
                    audit.append(actor, "access-run.rollback", subject(id), before, after, now);
                    yield Outcome.done(after);
                }
            };
        });
        return begun.map(run -> unroll(actor, run));
    }

    private AccessRun unroll(Actor actor, AccessRun run) {
        while (runs.state(run.id()) == State.ROLLING_BACK) {
            var contracts = runs.unrolled(run.id(), batchRows);
            if (contracts.isEmpty()) {
                sql.inTransaction(() -> runs.endRollback(run.id(), clock.instant()));
            } else {
                commit.unroll(actor, run, contracts, clock.instant());
            }
        }
        return now(run.id());
    }

    /** Goes on with runs whose commit or roll-back was interrupted; answers how many were ended. For a daemon's start. */
    public int resumeInterrupted() {
        int ended = 0;
        for (long id : runs.in(State.ROLLING_BACK)) {
            LOG.info("access run {} was interrupted while it was rolled back; going on with it", id);
            unroll(RESUME, now(id));
            ended++;
        }
        for (long id : runs.in(State.COMMITTING)) {
            LOG.info("access run {} was interrupted while it committed; going on with it", id);
            if (commit(RESUME, id) instanceof Outcome.Done(AccessRun run) && run.state() == State.COMMITTED) {
                ended++;
            }
        }
        return ended;
    }

    public Optional<AccessRun> find(long id) {
        return runs.find(id);
    }

    /** Newest first, below an id (Long.MAX_VALUE for the first page). */
    public List<AccessRun> list(long beforeId, int limit) {
        return runs.page(beforeId, limit);
    }

    /** Rows by contract id, above one (0 for the first page). */
    public List<RunRow> rows(long runId, long afterContractId, int limit) {
        return runs.rows(runId, afterContractId, limit);
    }

    private static String subject(long id) {
        return "access-run/" + id;
    }
}
