package net.catraca.billing.report;

import org.jspecify.annotations.Nullable;

/**
 * Of which contracts a report speaks; null for all.
 *
 * @param region of the last known line, else the contract's own
 * @param nas name of the router of the last known line
 */
public record ReportFilter(
        @Nullable Long planId,
        @Nullable String region,
        @Nullable String nas) {

    public static final ReportFilter ALL = new ReportFilter(null, null, null);

    public boolean isAll() {
        return equals(ALL);
    }
}
