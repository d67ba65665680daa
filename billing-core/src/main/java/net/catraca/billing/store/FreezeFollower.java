package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.directory.Freezes;
import net.catraca.billing.directory.LiveDirectory;

/** Tells the directory of freezes, so that what the clock would tighten waits on every node. */
@Singleton
public final class FreezeFollower implements FeedListener {

    private final FreezeBook freezes;
    private final LiveDirectory directory;
    private final Clock clock;

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

    private void read() {
        directory.freezes(new Freezes(freezes.endingFrom(clock.instant())));
    }
}
