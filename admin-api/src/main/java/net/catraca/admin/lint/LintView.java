package net.catraca.admin.lint;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.lint.LintRun;
import org.jspecify.annotations.Nullable;

/** What the last run of lint found. */
@Serdeable
@Schema(name = "Lint")
record LintView(
        @Nullable @Schema(description = "When it looked; null before the first run.")
        Instant startedAt,

        @Nullable Instant endedAt,
        @Nullable String startedBy,

        @Schema(description = "How many of each kind, all of them.")
        List<CountView> counts,

        @Schema(description = "Of each kind the first ten thousand can be listed.")
        List<FindingView> items,

        @Nullable @Schema(description = "Send it as cursor for the next page; null on the last page.")
        String nextCursor) {

    @Serdeable
    @Schema(name = "LintCount")
    record CountView(LintKind kind, long found, long millis) {}

    static final LintView NONE = new LintView(null, null, null, List.of(), List.of(), null);

    static LintView of(LintRun run, List<FindingView> items, @Nullable String nextCursor) {
        return new LintView(
                run.startedAt(),
                run.endedAt(),
                run.startedBy(),
                run.counts().stream()
                        .map(count -> new CountView(count.kind(), count.found(), count.millis()))
                        .toList(),
                items,
                nextCursor);
    }
}
