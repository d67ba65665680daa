package net.catraca.billing.access;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The instants at which the clock alone may change a contract's answer: every day or second that a rule compares with.
 * Between two of them no answer changes; at one it need not.
 */
final class Boundaries {

    private final ContractSnapshot contract;
    private int afterDay;
    private int soonestDay;

    Boundaries(ContractSnapshot contract) {
        this.contract = contract;
    }

    /** The first boundary after the instant, or null. */
    @Nullable
    Instant after(Instant instant) {
        long second = soonestSecond(instant.getEpochSecond());
        int day = soonestDay(contract.dayAt(instant));
        if (day == Integer.MAX_VALUE) {
            return second == Long.MAX_VALUE ? null : Instant.ofEpochSecond(second);
        }
        long midnight = LocalDate.ofEpochDay(day).atStartOfDay(contract.zone()).toEpochSecond();
        return Instant.ofEpochSecond(Math.min(midnight, second));
    }

    private long soonestSecond(long after) {
        long soonest = Long.MAX_VALUE;
        for (var release = contract.releases(); release != null; release = release.next()) {
            if (release.from() > after) {
                soonest = Math.min(soonest, release.from());
            }
            if (release.until() > after) {
                soonest = Math.min(soonest, release.until());
            }
        }
        return soonest;
    }

    private int soonestDay(int after) {
        afterDay = after;
        soonestDay = Integer.MAX_VALUE;
        for (var version : contract.policy().versions()) {
            consider(version.effectiveFromDay());
            considerLast(contract.statusSinceDay(), version.awaitingActiveDays() - 1);
            considerThresholds(contract.lateSinceDay(), version.regular());
            considerThresholds(contract.lapsedSinceDay(), version.regular());
            considerThresholds(contract.renegotiatedLateSinceDay(), version.renegotiated());
        }
        consider(contract.statusSinceDay());
        considerWindows(contract.pauses());
        considerWindows(contract.exemptions());
        var held = contract.heldLapse();
        if (held != null) {
            consider(held.untilDay());
        }
        considerLast(contract.doNotBlockUntilDay(), 0);
        considerLast(contract.doNotReduceUntilDay(), 0);
        considerLast(contract.automaticRestrictionUntilDay(), 0);
        return soonestDay;
    }

    private void considerThresholds(int since, Thresholds thresholds) {
        if (since != NO_DAY) {
            considerThreshold(since, thresholds.warnDays());
            considerThreshold(since, thresholds.reduceDays());
            considerThreshold(since, thresholds.blockDays());
        }
    }

    private void considerThreshold(int since, int days) {
        if (days != Thresholds.NEVER) {
            consider(DayWindow.dayReaching(contract.pauses(), since, days));
        }
    }

    private void considerWindows(@Nullable DayWindow chain) {
        for (var window = chain; window != null; window = window.next()) {
            consider(window.firstDay());
            considerLast(window.lastDay(), 0);
        }
    }

    /** The day after the last one of something, which {@code plusDays} follow. */
    private void considerLast(int lastDay, int plusDays) {
        if (lastDay != NO_DAY && lastDay != DayWindow.OPEN) {
            consider(lastDay + plusDays + 1);
        }
    }

    private void consider(int day) {
        if (day > afterDay && day < soonestDay) {
            soonestDay = day;
        }
    }
}
