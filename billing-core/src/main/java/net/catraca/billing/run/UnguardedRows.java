package net.catraca.billing.run;

import java.time.Instant;

/** Stops runs that are too large to go unwatched, until there are guards that watch money and blast radius. */
public record UnguardedRows(RunSettings settings) implements RunGuard {

    @Override
    public String name() {
        return "unguarded-rows";
    }

    @Override
    public Verdict judge(AccessRun run, Instant now) {
        int rows = run.totals().rows();
        int most = settings.maxRowsWithoutGuards();
        return rows > most
                ? new StopRun(rows + " rows, and no more than " + most + " are committed without further guards")
                : new Pass();
    }
}
