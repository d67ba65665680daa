package net.catraca.billing.job;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a {@link Job} did.
 *
 * @param counts how many of what, by a name in kebab case, e.g. {@code generated}; none when there was nothing to do
 * @param waitsFor for what it left something undone, in words; null when it did not
 */
public record JobReport(
        SortedMap<String, Long> counts, @Nullable String waitsFor) {

    /** There was nothing to do. */
    public static final JobReport NOTHING = new JobReport(new TreeMap<>(), null);

    public JobReport {
        counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }

    /** One count. */
    public static JobReport of(String what, long count) {
        return NOTHING.and(what, count);
    }

    /** This report and one count more. */
    public JobReport and(String what, long count) {
        var more = new TreeMap<>(counts);
        more.merge(what, count, Long::sum);
        return new JobReport(more, waitsFor);
    }

    /** This report, and for what the rest waits; null for nothing. */
    public JobReport waitingFor(@Nullable String what) {
        return new JobReport(counts, what);
    }
}
