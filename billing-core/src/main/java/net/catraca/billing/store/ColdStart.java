package net.catraca.billing.store;

import io.micronaut.context.annotation.Requires;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import net.catraca.billing.directory.DirectoryCompanion;
import net.catraca.billing.directory.DirectoryFile;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.FeedFollower.State;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a sealed copy of the directory on the disk, and serves from it when the daemon starts while the database is
 * away. What it serves is stale, so nothing tightens by the clock; the follower replaces it as soon as it can.
 */
@Singleton
@Requires(beans = DirectoryFile.class)
public final class ColdStart implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ColdStart.class);

    /** A database that is there has answered by then; and a NAS still waits for its first answer. */
    private static final Duration DATABASE_MAY_TAKE = Duration.ofSeconds(3);

    /** What changes within it would be missed after a crash of both; a million logins are written in seconds. */
    private static final Duration SAVE_EVERY = Duration.ofMinutes(5);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final DirectoryFile file;
    private final LiveDirectory directory;
    private final List<DirectoryCompanion> companions;
    private final SecretVault vault;
    private final FeedFollower follower;
    private final Clock clock;

    private volatile boolean closed;
    private @Nullable Thread thread;
    private @Nullable Instant saved;
    private boolean tried;

    ColdStart(
            DirectoryFile file,
            LiveDirectory directory,
            List<DirectoryCompanion> companions,
            SecretVault vault,
            FeedFollower follower,
            Clock clock) {
        this.file = file;
        this.directory = directory;
        // In an order that the next start has, too.
        this.companions = companions.stream()
                .sorted(Comparator.comparing(companion -> companion.type().getName()))
                .toList();
        this.vault = vault;
        this.follower = follower;
        this.clock = clock;
    }

    /** Begins to watch; the main class calls it together with {@link FeedFollower#start}. */
    public synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform().name("cold-start").daemon().start(this::watch);
        }
    }

    /**
     * Serves from the copy at once; for a start that knows the database to be away.
     *
     * @return {@link DirectoryFile.Loading.PassedOver} when it cannot
     */
    public synchronized DirectoryFile.Loading serveFromCopy() {
        tried = true;
        var now = clock.instant();
        var loading = file.load(directory, companions, vault, now);
        switch (loading) {
            case DirectoryFile.Loading.Serving(var logins, var asOf) ->
                log.warn(
                        "serving {} logins from {} as they were at {}, {} s ago; nothing tightens until the database is"
                                + " back",
                        logins,
                        file.path(),
                        asOf,
                        Duration.between(asOf, now).toSeconds());
            case DirectoryFile.Loading.PassedOver(var why) ->
                log.error("the copy of the directory {} does not serve: {}", file.path(), why);
        }
        return loading;
    }

    private void watch() {
        while (!closed) {
            try {
                look();
            } catch (RuntimeException e) {
                log.error("the directory could not be kept on the disk; trying again in {}", SAVE_EVERY, e);
            }
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                // Only close() interrupts.
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized void look() {
        if (closed) { // while this waited for its turn
            return;
        }
        var now = clock.instant();
        if (!directory.isLoaded() && !tried && databaseIsAway(now)) {
            serveFromCopy();
        }
        if (saved == null || !now.isBefore(saved.plus(SAVE_EVERY))) {
            save(now);
        }
    }

    private boolean databaseIsAway(Instant now) {
        var status = follower.status();
        return status.state() == State.AWAY
                || (status.state() == State.CONNECTING
                        && !now.isBefore(status.since().plus(DATABASE_MAY_TAKE)));
    }

    /** Only what came from the database: a stale directory is what the file holds already. */
    private void save(Instant now) {
        if (follower.status().polledAt() == null) {
            return;
        }
        saved = now;
        file.save(directory, companions, vault, now);
    }

    /** Writes the directory a last time. */
    @Override
    @PreDestroy
    public synchronized void close() {
        if (closed || thread == null) {
            closed = true;
            return;
        }
        closed = true;
        thread.interrupt();
        try {
            save(clock.instant());
        } catch (RuntimeException e) {
            log.error("the directory could not be kept on the disk; an older copy is left there", e);
        }
    }
}
