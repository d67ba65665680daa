package net.catraca.radius.nas;

import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The NASes as they are now. The packet path reads one immutable {@link NasTable}; a reload puts a new one in its
 * place at once, so that no packet sees half of it. Thread-safe.
 */
public final class NasRegistry {

    private static final Logger log = LoggerFactory.getLogger(NasRegistry.class);

    private final Predicate<String> knownVendor;
    private final List<Consumer<NasTable>> listeners = new CopyOnWriteArrayList<>();
    private volatile NasTable table = NasTable.EMPTY;

    /** @param knownVendor whether there is a vendor profile of that name */
    public NasRegistry(Predicate<String> knownVendor) {
        this.knownVendor = knownVendor;
    }

    public @Nullable NasGroup bySource(InetAddress source) {
        return table.bySource(source);
    }

    public NasTable table() {
        return table;
    }

    /** The listener hears of the table as it is and of every later one, on the thread that replaces it. */
    public synchronized void listen(Consumer<NasTable> listener) {
        listeners.add(listener);
        listener.accept(table);
    }

    /**
     * Takes all rows that there are; what is not among them may no longer ask.
     *
     * @param unreadable rows that are there but cannot be used: their prefixes stay as they were
     * @return what was wrong with the rows, logged too; those prefixes stay as they were
     */
    public synchronized List<String> replace(Collection<Nas> rows, Collection<NasTable.Unreadable> unreadable) {
        NasTable old = table;
        var built = NasTable.of(rows, unreadable, old, knownVendor);
        built.problems()
                .forEach(problem -> log.error("{}. This prefix stays as it was; the other NASes are loaded.", problem));
        table = built.table();
        warnOfWeakSecrets(old, table);
        listeners.forEach(listener -> listener.accept(table));
        log.info(
                "{} NASes behind {} prefixes may ask",
                table.all().size(),
                table.groups().size());
        return built.problems();
    }

    /** Once a secret: a reload that brings the same one says nothing. */
    private static void warnOfWeakSecrets(NasTable old, NasTable now) {
        for (var group : now.groups()) {
            NasGroup before = old.group(group.prefix());
            if (group.secret().isWeak() && (before == null || !before.secret().equals(group.secret()))) {
                log.warn(
                        "NAS {} ({}) has a secret of {} octets or fewer, which can be guessed from one captured packet;"
                                + " it works, but give it a random one of 16 or more",
                        group.all().getFirst().name(),
                        group.prefix(),
                        SharedSecret.WEAK_OCTETS);
            }
        }
    }
}
