package net.catraca.billing.lint;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of lint.
 *
 * @param endedAt null while it runs, and for good when it was interrupted
 * @param counts one a kind that was looked for
 */
public record LintRun(
        long id,
        String startedBy,
        Instant startedAt,
        @Nullable Instant endedAt,
        List<Count> counts) {

    public LintRun {
        counts = List.copyOf(counts);
    }

    /**
     * @param found all, also those beyond what is kept one by one
     * @param millis how long it took
     */
    public record Count(LintKind kind, long found, long millis) {}

    public long found() {
        return counts.stream().mapToLong(Count::found).sum();
    }
}
