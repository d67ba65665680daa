package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.directory.DirectoryCompanion;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.FeedListener;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.nas.NasTable;

/**
 * Keeps the registry equal to the table of NASes: they are few, so any change reads all of them again. Until the
 * database was read for the first time, it may be filled from the sealed copy on the disk.
 */
@Singleton
@Requires(beans = {SecretVault.class, NasRegistry.class})
public final class NasLoader implements FeedListener, DirectoryCompanion {

    private final NasBook book;
    private final NasRegistry registry;
    private boolean readFromDatabase;

    NasLoader(NasBook book, NasRegistry registry) {
        this.book = book;
        this.registry = registry;
    }

    @Override
    public Set<Feed.Kind> kinds() {
        return Set.of(Feed.Kind.NAS);
    }

    @Override
    public void loadAll(Instant asOf) {
        load();
    }

    @Override
    public void reload(Map<Feed.Kind, Set<Long>> changed) {
        load();
    }

    /** Reads all of them again, for what they refer to has changed: vendor profiles were reloaded. */
    public void load() {
        List<Nas> readable = new ArrayList<>();
        List<NasTable.Unreadable> unreadable = new ArrayList<>();
        for (var stored : book.all()) {
            var nas = stored.nas();
            if (stored.problem() == null) {
                readable.add(nas);
            } else {
                unreadable.add(new NasTable.Unreadable(nas.name(), nas.prefix(), stored.problem()));
            }
        }
        replace(readable, unreadable);
    }

    private synchronized void replace(List<Nas> readable, List<NasTable.Unreadable> unreadable) {
        readFromDatabase = true;
        registry.replace(readable, unreadable);
    }

    @Override
    public Class<KeptNas> type() {
        return KeptNas.class;
    }

    /** Those that are served: with a prefix that stays as it was for a bad row, its last good state. */
    @Override
    public List<KeptNas> rows() {
        return registry.table().all().stream().map(KeptNas::of).toList();
    }

    @Override
    public synchronized void serveStale(List<? extends Record> rows) {
        if (!readFromDatabase) {
            registry.replace(
                    rows.stream().map(KeptNas.class::cast).map(KeptNas::nas).toList(), List.of());
        }
    }
}
