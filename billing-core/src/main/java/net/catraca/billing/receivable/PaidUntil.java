package net.catraca.billing.receivable;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.receivable.Standing.Terms;
import org.jspecify.annotations.Nullable;

/**
 * How far a contract is paid, and what makes it so: the one definition of paid-until. It is the last day of the
 * unbroken run of coverage from the financial base date whose recurring receivable is settled or replaced by an
 * agreement, or that is paused or exempt. A pause or an exemption without an end adds no day until it gets one.
 *
 * @param baseDate the financial base date
 * @param chain what covers the days from there on, each link from the day after the one before; empty when nothing
 *     covers the base date
 * @param end why it goes no further
 */
public record PaidUntil(LocalDate baseDate, List<Link> chain, End end) {

    public PaidUntil {
        chain = List.copyOf(chain);
    }

    /** Why days are covered. */
    public enum By {
        /** A recurring receivable is settled. */
        PAID,
        /** A recurring receivable is replaced by an agreement that runs or is completed. */
        AGREEMENT,
        PAUSE,
        EXEMPTION
    }

    /**
     * Days that one thing adds; those that an earlier link covers already are left out.
     *
     * @param receivable null for a pause or an exemption
     */
    public record Link(
            LocalDate first,
            LocalDate last,
            By by,
            @Nullable Receivable receivable) {}

    /** Why the day after paid-until is not covered. */
    public enum Stop {
        /** Its recurring receivable is owed. */
        UNPAID,
        /** Its recurring receivable was cancelled, and no other covers it. */
        CANCELLED,
        /** No receivable was issued for it, but one for a later day. */
        GAP,
        /** No receivable was issued for it, nor for any later day. */
        NOT_ISSUED,
        /** A pause without an end holds: its days count once it ends. */
        PAUSED,
        /** An exemption without an end holds: its days count once it ends. */
        EXEMPT
    }

    /**
     * Where the chain ends.
     *
     * @param from the first day that is not covered
     * @param to the last day of which the same holds; null while a pause or an exemption is open, or nothing was issued
     * @param receivable that is owed or was cancelled, else null
     */
    public record End(
            Stop stop,
            LocalDate from,
            @Nullable LocalDate to,
            @Nullable Receivable receivable) {}

    /** The last covered day, or null when nothing is covered. */
    public @Nullable LocalDate day() {
        return chain.isEmpty() ? null : chain.getLast().last();
    }

    /** @param receivables all that cover a period, in any order and state */
    public static PaidUntil of(Terms terms, List<Receivable> receivables) {
        List<Link> chain = new ArrayList<>();
        var next = terms.baseDate();
        for (var covering : covering(terms, receivables)) {
            if (covering.first().isAfter(next)) {
                break;
            }
            if (!covering.last().isBefore(next)) {
                chain.add(new Link(next, covering.last(), covering.by(), covering.receivable()));
                next = covering.last().plusDays(1);
            }
        }
        return new PaidUntil(terms.baseDate(), chain, end(next, terms, receivables));
    }

    /** All that covers days, those first that begin first. */
    private static List<Link> covering(Terms terms, List<Receivable> receivables) {
        List<Link> covering = new ArrayList<>();
        receivables.stream().map(PaidUntil::coverage).forEach(covering::addAll);
        addEnded(covering, terms.pauses(), By.PAUSE);
        addEnded(covering, terms.exemptions(), By.EXEMPTION);
        covering.sort(Comparator.comparing(Link::first));
        return covering;
    }

    /** The days that the receivable covers now: none or one link. */
    private static List<Link> coverage(Receivable receivable) {
        var first = receivable.coverageFirst();
        var last = receivable.coverageLast();
        if (receivable.kind() != ReceivableKind.RECURRING || first == null || last == null) {
            return List.of();
        }
        return switch (receivable.status()) {
            case SETTLED -> List.of(new Link(first, last, By.PAID, receivable));
            // While an agreement runs, the coverage of what it replaced counts as covered.
            case RENEGOTIATED -> List.of(new Link(first, last, By.AGREEMENT, receivable));
            case OPEN, CANCELLED -> List.of();
        };
    }

    private static void addEnded(List<Link> covering, List<DayWindow> windows, By by) {
        windows.stream()
                .filter(window -> window.lastDay() != DayWindow.OPEN)
                .map(window -> new Link(date(window.firstDay()), date(window.lastDay()), by, null))
                .forEach(covering::add);
    }

    private static End end(LocalDate day, Terms terms, List<Receivable> receivables) {
        if (isOpenOn(day, terms.pauses())) {
            return new End(Stop.PAUSED, day, null, null);
        }
        if (isOpenOn(day, terms.exemptions())) {
            return new End(Stop.EXEMPT, day, null, null);
        }
        for (var status : List.of(ReceivableStatus.OPEN, ReceivableStatus.CANCELLED)) {
            for (var receivable : receivables) {
                if (receivable.status() == status && receivable.covers(day)) {
                    var stop = status == ReceivableStatus.OPEN ? Stop.UNPAID : Stop.CANCELLED;
                    return new End(stop, day, receivable.coverageLast(), receivable);
                }
            }
        }
        LocalDate next = null;
        for (var receivable : receivables) {
            var first = receivable.coverageFirst();
            if (first != null && first.isAfter(day) && (next == null || first.isBefore(next))) {
                next = first;
            }
        }
        return next == null
                ? new End(Stop.NOT_ISSUED, day, null, null)
                : new End(Stop.GAP, day, next.minusDays(1), null);
    }

    private static boolean isOpenOn(LocalDate day, List<DayWindow> windows) {
        return windows.stream()
                .anyMatch(window -> window.lastDay() == DayWindow.OPEN && window.firstDay() <= day.toEpochDay());
    }

    private static LocalDate date(int day) {
        return LocalDate.ofEpochDay(day);
    }
}
