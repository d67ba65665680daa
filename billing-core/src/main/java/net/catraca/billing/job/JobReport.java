package net.catraca.billing.job;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run of a {@link Job} did.
 *
 * @param counts how many of what, by a name in kebab case, e.g. {@code generated}; none when there was nothing to do
 */
public record JobReport(SortedMap<String, Long> counts) {

    /** There was nothing to do. */
    public static final JobReport NOTHING = new JobReport(new TreeMap<>());

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
        return new JobReport(more);
    }
}
