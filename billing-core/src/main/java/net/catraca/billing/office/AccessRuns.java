package net.catraca.billing.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.store.Catalogs;
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

    /** A batch holds its contracts' locks for some tenths of a second; payments of them wait so long. */
    private static final int BATCH_ROWS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(AccessRuns.class);

    private final Sql sql;
    private final Catalogs catalogs;
    private final RunBook runs;
    private final RunPreview preview;
    private final RunCommit commit;
    private final AuditLog audit;
    private final Clock clock;
    private final int batchRows;

    @Inject
    AccessRuns(
            Sql sql,
            Catalogs catalogs,
            RunBook runs,
            RunPreview preview,
            RunCommit commit,
            AuditLog audit,
            Clock clock) {
        this(sql, catalogs, runs, preview, commit, audit, clock, BATCH_ROWS);
    }

    AccessRuns(
            Sql sql,
            Catalogs catalogs,
            RunBook runs,
            RunPreview preview,
            RunCommit commit,
            AuditLog audit,
            Clock clock,
            int batchRows) {
        this.batchRows = batchRows;
        this.sql = sql;
        this.catalogs = catalogs;
        this.runs = runs;
        this.preview = preview;
        this.commit = commit;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Reads and decides every contract at one instant and writes down who would be tightened; changes nothing.
     *
     * @param planId only contracts of this plan, or null for all
     */
    public Outcome<AccessRun> preview(Actor actor, @Nullable Long planId) {
        var now = clock.instant();
        return sql.inTransaction(() -> {
            if (planId != null && !catalogs.read().plans().containsKey(planId)) {
                return Outcome.<AccessRun>declined(new Unknown("plan", planId));
            }
            long id = runs.insert(planId, now, now.plus(LIFE), actor.name());
            preview.write(id, planId, now);
            var run = runs.find(id).orElseThrow();
            audit.append(actor, "access-run.preview", subject(id), null, run, now);
            return Outcome.done(run);
        });
    }

    /**
     * Decides each row again under its contract's lock and commits what still holds; rows that became lighter are
     * dropped with the reason, none is added or worsened. A committed run is answered as it is; one that was
     * interrupted goes on. Declined as {@code run-expired}, {@code run-aborted} or {@code run-stopped}, the last with
     * the guard that objects; what was written before a guard objected stays.
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
            case COMMITTING, PREVIEW -> commit(actor, run, clock.instant());
        };
    }

    private Outcome<AccessRun> commit(Actor actor, AccessRun run, Instant now) {
        if (run.state() == State.PREVIEW && !run.expiresAt().isAfter(now)) {
            return Outcome.declined(new Conflict("run-expired", run.expiresAt().toString()));
        }
        var objection = commit.objection(run, now);
        if (objection != null) {
            return stopped(run, objection);
        }
        sql.inTransaction(() -> begin(actor, run, now));
        // Somebody else may have begun, ended or aborted it meanwhile; what it is now says how to go on.
        return goOn(actor, now(run.id()));
    }

    private boolean begin(Actor actor, AccessRun run, Instant now) {
        boolean begun = runs.beginCommit(run.id(), now, actor.name());
        if (begun) {
            audit.append(actor, "access-run.commit", subject(run.id()), run, now(run.id()), now);
        }
        return begun;
    }

    private Outcome<AccessRun> goOn(Actor actor, AccessRun run) {
        while (runs.state(run.id()) == State.COMMITTING) {
            var now = clock.instant();
            if (isTooLate(run, now)) {
                LOG.warn("access run {} was interrupted for longer than {}: its last rows are dropped", run.id(), LIFE);
                runs.dropPending(run.id(), DropReason.EXPIRED);
            }
            var contracts = runs.pendingContracts(run.id(), batchRows);
            if (contracts.isEmpty()) {
                sql.inTransaction(() -> end(actor, run, now));
                continue;
            }
            var stop = commit.batch(actor, run, contracts, now);
            if (stop != null) {
                return stopped(run, stop);
            }
        }
        var ended = now(run.id());
        return ended.state() == State.COMMITTED
                ? Outcome.done(ended)
                : Outcome.declined(new Conflict("run-aborted", subject(run.id())));
    }

    private boolean end(Actor actor, AccessRun run, Instant now) {
        boolean ended = runs.endCommit(run.id(), now);
        if (ended) {
            audit.append(actor, "access-run.committed", subject(run.id()), run, now(run.id()), now);
        }
        return ended;
    }

    private static boolean isTooLate(AccessRun run, Instant now) {
        var started = run.commitStartedAt();
        return started != null && !now.isBefore(started.plus(LIFE));
    }

    private static Outcome<AccessRun> stopped(AccessRun run, RunCommit.Stop stop) {
        LOG.warn("access run {} is stopped by {}: {}; nothing more tightens", run.id(), stop.guard(), stop.why());
        return Outcome.declined(new Conflict("run-stopped", stop.guard() + ": " + stop.why()));
    }

    private AccessRun now(long id) {
        return runs.find(id).orElseThrow();
    }

    /** Takes a preview, or what an interrupted commit has not written yet, back. What was committed stays. */
    public Outcome<AccessRun> abort(Actor actor, long id) {
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
            audit.append(actor, "access-run.abort", subject(id), before.get(), aborted, now);
            return Outcome.done(aborted);
        });
    }

    /** Goes on with runs whose commit was interrupted; answers how many were ended. For the start of a daemon. */
    public int resumeInterrupted() {
        int ended = 0;
        for (long id : runs.committing()) {
            LOG.info("access run {} was interrupted while it committed; going on with it", id);
            if (commit(Actor.system("resume"), id) instanceof Outcome.Done) {
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
