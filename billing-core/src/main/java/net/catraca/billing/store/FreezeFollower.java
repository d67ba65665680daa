package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.directory.DirectoryCompanion;
import net.catraca.billing.directory.Freezes;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.run.Freeze;

/**
 * Tells the directory of freezes, so that what the clock would tighten waits on every node; at a start while the database
 * is away, too, from the sealed copy on the disk.
 */
@Singleton
public final class FreezeFollower implements FeedListener, DirectoryCompanion {

    private final FreezeBook freezes;
    private final LiveDirectory directory;
    private final Clock clock;
    private boolean readFromDatabase;

    FreezeFollower(FreezeBook freezes, LiveDirectory directory, Clock clock) {
        this.freezes = freezes;
        this.directory = directory;
        this.clock = clock;
    }

    @Override
    public Set<Feed.Kind> kinds() {
        return Set.of(Feed.Kind.FREEZE);
    }

    @Override
    public void loadAll(Instant asOf) {
        read();
    }

    @Override
    public void reload(Map<Feed.Kind, Set<Long>> changed) {
        read();
    }

    /**
     * Reads them anew. The one that loads the directory calls it before the directory answers: without its freezes it
     * would tighten, for a moment, what they hold.
     */
    synchronized void read() {
        directory.freezes(new Freezes(freezes.endingFrom(clock.instant())));
        readFromDatabase = true;
    }

    @Override
    public Class<Freeze> type() {
        return Freeze.class;
    }

    @Override
    public List<Freeze> rows() {
        return directory.freezes().all();
    }

    @Override
    public synchronized void serveStale(List<? extends Record> rows) {
        if (!readFromDatabase) {
            directory.freezes(new Freezes(rows.stream().map(Freeze.class::cast).toList()));
        }
    }
}
