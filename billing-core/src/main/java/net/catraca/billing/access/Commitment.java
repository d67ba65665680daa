package net.catraca.billing.access;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.receivable.Standing;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/**
 * A level that a run has fixed, with what it rests on. Only a run adds or raises; all else takes away, and what was
 * taken away does not come back: last winter's block cannot return by itself.
 *
 * @param level REDUCED or BLOCKED
 * @param committedAt when the run fixed it
 * @param asOf up to when all that bears on it is in the level; {@link AccessPolicy#committedLevel} judges what
 *     happened since
 * @param receivableIds those that passed the guards and were not taken out since
 * @param erpDueOn the due date that it rests on where an ERP keeps the money; then there are no receivables
 */
public record Commitment(
        AccessLevel level,
        Instant committedAt,
        Instant asOf,
        Set<Long> receivableIds,
        @Nullable LocalDate erpDueOn) {

    public Commitment {
        receivableIds = Set.copyOf(receivableIds);
        if (level != AccessLevel.REDUCED && level != AccessLevel.BLOCKED) {
            throw new IllegalArgumentException("level: expected REDUCED or BLOCKED, was " + level);
        }
        if (receivableIds.isEmpty() == (erpDueOn == null)) {
            throw new IllegalArgumentException("expected either receivables or an ERP's due date to rest on");
        }
    }

    /**
     * What a run fixes for a contract: no more than {@code decided}, and no more than the receivables that passed the
     * guards justify by themselves; null when they justify nothing.
     *
     * @param contract as it is now
     * @param passed the contract's standing as far as the guards let it pass ({@link Standing#restrictedTo})
     */
    public static @Nullable Commitment fixedBy(
            RunDecision.Tighten decided, ContractSnapshot contract, Standing passed, Instant now) {
        return fixed(decided.decision().level(), contract, passed, now);
    }

    /**
     * What is adopted of a level that a system of before has fixed: no more than what is owed here justifies by itself;
     * null when that is nothing, or when something empties it.
     *
     * @param contract as it is now
     * @param standing its standing now
     */
    public static @Nullable Commitment adopted(
            AccessLevel level, ContractSnapshot contract, Standing standing, Instant now) {
        return isEmptiedBy(null, contract, now) ? null : fixed(level, contract, standing, now);
    }

    private static @Nullable Commitment fixed(
            AccessLevel level, ContractSnapshot contract, Standing passed, Instant now) {
        var late = passed.lateOn(contract.dayAt(now));
        var erpDueOn = late.owed().stream()
                .filter(owed -> owed.receivable() == null)
                .map(owed -> LocalDate.ofEpochDay(owed.dueDay()))
                .findFirst()
                .orElse(null);
        if (late.owed().isEmpty()) {
            return null;
        }
        var wanted = new Commitment(level, now, now, late.receivableIds(), erpDueOn);
        return wanted.judged(level, contract, passed, now);
    }

    /** With some receivables taken out for good, as when they are postponed; null when none is left. */
    public @Nullable Commitment without(Set<Long> takenOut) {
        var left = new HashSet<>(receivableIds);
        left.removeAll(takenOut);
        return left.isEmpty() && erpDueOn == null ? null : new Commitment(level, committedAt, asOf, left, erpDueOn);
    }

    /**
     * What stands of it after a write to its contract; null when nothing does. Receivables that are no longer owed
     * (settled, cancelled, renegotiated) are out for good, and the level is recomputed from those left. A manual
     * release, a pause or exemption that runs, a contract that is not active and a new "do not block until" empty it;
     * other releases and a manual block do not touch it. A laxer policy, plan or protection lowers it.
     *
     * @param before the contract's facts before the write, null for a new contract
     * @param after its facts after the write; their own commitment is passed over
     * @param standing its standing after the write
     */
    @Nullable
    Commitment after(@Nullable ContractSnapshot before, ContractSnapshot after, Standing standing, Instant now) {
        if (isEmptiedBy(before, after, now)) {
            return null;
        }
        var left = standing.restrictedTo(receivableIds);
        var stillOwed = new HashSet<>(receivableIds);
        stillOwed.retainAll(left.receivableIds());
        if (stillOwed.isEmpty() && !restsOnErpDebtOf(standing)) {
            return null;
        }
        // A commitment of this very write is not in the facts before it.
        var upTo = before == null || !asOf.isBefore(now)
                ? level
                : AccessLevel.laxer(level, AccessPolicy.committedLevel(before, now));
        return new Commitment(level, committedAt, now, stillOwed, erpDueOn).judged(upTo, after, standing, now);
    }

    /** The contract with the facts of this commitment. */
    ContractSnapshot enteredIn(ContractSnapshot contract, Standing standing) {
        return enteredIn(contract, standing, level);
    }

    private ContractSnapshot enteredIn(ContractSnapshot contract, Standing standing, AccessLevel asLevel) {
        var restsOn = standing.restrictedTo(receivableIds);
        int lateSince = erpDueOn == null ? restsOn.regularDayZero() : erpDayZero(standing, erpDueOn);
        return contract.committed(asLevel, asOf, lateSince, restsOn.renegotiatedLateSinceDay());
    }

    private @Nullable Commitment judged(AccessLevel upTo, ContractSnapshot contract, Standing standing, Instant now) {
        var stands = AccessPolicy.committedLevel(enteredIn(contract, standing, upTo), now);
        return stands == AccessLevel.ACTIVE ? null : new Commitment(stands, committedAt, asOf, receivableIds, erpDueOn);
    }

    private static boolean isEmptiedBy(@Nullable ContractSnapshot before, ContractSnapshot after, Instant now) {
        int today = after.dayAt(now);
        return after.status() != ContractStatus.ACTIVE
                || DayWindow.holding(after.pauses(), today) != null
                || DayWindow.holding(after.exemptions(), today) != null
                || manuallyReleased(after, now)
                || newlyKeptFromBlocking(before, after, today);
    }

    private static boolean manuallyReleased(ContractSnapshot after, Instant now) {
        for (var release = after.releases(); release != null; release = release.next()) {
            if (release.kind() == ReleaseKind.MANUAL && release.runsAt(now.getEpochSecond())) {
                return true;
            }
        }
        return false;
    }

    private static boolean newlyKeptFromBlocking(@Nullable ContractSnapshot before, ContractSnapshot after, int today) {
        return before != null
                && after.doNotBlockUntilDay() >= today
                && after.doNotBlockUntilDay() != before.doNotBlockUntilDay();
    }

    private boolean restsOnErpDebtOf(Standing standing) {
        return erpDueOn != null
                && standing.owed().stream()
                        .anyMatch(owed -> owed.receivable() == null && owed.dueDay() <= erpDueOn.toEpochDay());
    }

    private static int erpDayZero(Standing standing, LocalDate dueOn) {
        int dueDay = (int) dueOn.toEpochDay();
        return standing.owed().stream()
                .filter(owed -> owed.receivable() == null && owed.dueDay() == dueDay)
                .mapToInt(Standing.Owed::dayZero)
                .findFirst()
                .orElse(standing.owed().isEmpty() ? NO_DAY : dueDay);
    }
}
