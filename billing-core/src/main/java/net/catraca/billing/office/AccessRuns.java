package net.catraca.billing.office;

import java.util.List;
import java.util.Optional;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.RunRow;
import org.jspecify.annotations.Nullable;

/** Access runs: the only way in which money tightens. */
public interface AccessRuns {

    /**
     * Reads and decides every contract at one instant and writes down who would be tightened; changes nothing.
     *
     * @param planId only contracts of this plan, or null for all
     */
    Outcome<AccessRun> preview(Actor actor, @Nullable Long planId);

    /**
     * Decides each row again under its contract's lock and commits what still holds; rows that became lighter are
     * dropped with the reason, none is added or worsened. A committed run is answered as it is; one that was
     * interrupted goes on. Declined as {@code run-expired}, {@code run-aborted} or {@code run-stopped}, the last with
     * the guard that objects.
     */
    Outcome<AccessRun> commit(Actor actor, long id);

    /** Takes a preview, or what an interrupted commit has not written yet, back. */
    Outcome<AccessRun> abort(Actor actor, long id);

    /** Goes on with runs whose commit was interrupted; answers how many were ended. For the start of a daemon. */
    int resumeInterrupted();

    Optional<AccessRun> find(long id);

    /** Newest first, below an id (Long.MAX_VALUE for the first page). */
    List<AccessRun> list(long beforeId, int limit);

    /** Rows by contract id, above one (0 for the first page). */
    List<RunRow> rows(long runId, long afterContractId, int limit);
}
