package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.FeedListener;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.nas.NasTable;

/** Keeps the registry equal to the table of NASes: they are few, so any change reads all of them again. */
@Singleton
@Requires(beans = {SecretVault.class, NasRegistry.class})
public final class NasLoader implements FeedListener {

    private final NasBook book;
    private final NasRegistry registry;

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
        loadAll();
    }

    @Override
    public void reload(Map<Feed.Kind, Set<Long>> changed) {
        loadAll();
    }

    private void loadAll() {
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
        registry.replace(readable, unreadable);
    }
}
