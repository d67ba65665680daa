package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.catraca.billing.lint.LintFinding;
import net.catraca.billing.lint.LintKind;
import net.catraca.billing.lint.LintRun;
import net.catraca.billing.store.LintBook;
import net.catraca.billing.store.LintQueries;
import org.jspecify.annotations.Nullable;

/** Looks through the books for what is wrong, and keeps what it finds until it has looked again. It mends nothing. */
@Singleton
public final class Lint {

    /** Findings in memory while all stream by. */
    private static final int AT_ONCE = 1000;

    private final LintBook book;
    private final LintQueries queries;
    private final Clock clock;

    Lint(LintBook book, LintQueries queries, Clock clock) {
        this.book = book;
        this.queries = queries;
        this.clock = clock;
    }

    /**
     * Looks for everything; until it ends, the run before is shown. No transaction may be running.
     *
     * @param at the instant whose days count
     * @throws InterruptedException when the thread was interrupted: the run before stays
     */
    public LintRun run(String by, Instant at) throws InterruptedException {
        long run = book.begin(by, at);
        for (var kind : LintKind.values()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("lint, before " + kind);
            }
            queries.look(run, kind, at);
        }
        book.end(run, clock.instant());
        return book.last().orElseThrow();
    }

    /** The last run that ended; none before the first. */
    public Optional<LintRun> last() {
        return book.last();
    }

    /**
     * @param runId of the last run: those of an older one are gone
     * @param kind null for all kinds
     * @param contractId null for all contracts, and what concerns none
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 1000
     */
    public List<LintFinding> findings(
            long runId, @Nullable LintKind kind, @Nullable Long contractId, long afterId, int limit) {
        return book.page(runId, kind, contractId, afterId, limit);
    }

    /**
     * What the last run found, a portion at a time; nothing before the first run.
     *
     * @param kind null for all kinds
     * @param contractId null for all contracts, and what concerns none
     */
    public void eachFinding(@Nullable LintKind kind, @Nullable Long contractId, Consumer<LintFinding> visitor) {
        var run = book.last().orElse(null);
        if (run == null) {
            return;
        }
        long after = 0;
        for (var found = findings(run.id(), kind, contractId, after, AT_ONCE);
                !found.isEmpty();
                found = findings(run.id(), kind, contractId, after, AT_ONCE)) {
            found.forEach(visitor);
            after = found.getLast().id();
        }
    }
}
