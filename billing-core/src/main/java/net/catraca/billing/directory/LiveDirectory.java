package net.catraca.billing.directory;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import net.catraca.billing.access.ContractSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * The directory in memory. Read by any thread without a lock; written by one thread at a time, which is that of the
 * change feed's follower.
 */
public final class LiveDirectory implements SubscriberDirectory {

    /** A login that was created this long ago would have been heard of, had we heard anything. */
    private static final Duration UNKNOWN_IS_CERTAIN = Duration.ofSeconds(30);

    private volatile Content content = new Content();
    private volatile boolean loaded;
    private volatile boolean whole;
    private volatile Instant knownUntil = Instant.EPOCH;
    private volatile Freezes freezes = Freezes.NONE;
    private final List<DirectoryListener> listeners = new CopyOnWriteArrayList<>();

    /** From now on the listener hears of every change. */
    public void listen(DirectoryListener listener) {
        listeners.add(listener);
    }

    private void tell(long contractId) {
        listeners.forEach(listener -> listener.contractChanged(contractId));
    }

    @Override
    public boolean isLoaded() {
        return loaded;
    }

    @Override
    public boolean knowsEveryone(Instant now) {
        return whole && now.isBefore(knownUntil.plus(UNKNOWN_IS_CERTAIN));
    }

    @Override
    public Instant freshUntil() {
        return freezes.capped(knownUntil);
    }

    @Override
    public Instant freshUntil(long contractId) {
        return freezes.cappedFor(contractId, knownUntil);
    }

    @Override
    public Instant knownUntil() {
        return knownUntil;
    }

    /** Those it was told of last; some may have ended. */
    public Freezes freezes() {
        return freezes;
    }

    /** Those that bear on access now or will, in place of those known before. */
    public void freezes(Freezes known) {
        freezes = known;
    }

    @Override
    public int size() {
        return content.byLogin.size();
    }

    @Override
    public @Nullable SubscriberSnapshot byLogin(String login) {
        return content.byLogin.get(login.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable SubscriberSnapshot byMac(String mac) {
        return content.byMac.get(mac);
    }

    @Override
    public @Nullable SubscriberSnapshot byLine(String circuitId, @Nullable String remoteId) {
        return content.byLine.get(lineKey(circuitId, remoteId));
    }

    /** Each login once, in no order; those that change meanwhile may be seen as they were or as they are. */
    public void forEach(Consumer<SubscriberSnapshot> visitor) {
        content.byLogin.values().forEach(visitor);
    }

    /** A directory in the making; what it replaces goes on answering until it is {@link Loading#finish finished}. */
    public Loading load() {
        return new Loading();
    }

    /** Fills a new directory beside the one that answers. */
    public final class Loading {

        private final Content next = new Content();

        public void add(SubscriberSnapshot subscriber) {
            next.put(subscriber);
        }

        /** Takes the place of what was there, true up to {@code asOf}; from now on a login that is not here is unknown. */
        public void finish(Instant asOf) {
            replaceContent(next, true, asOf);
        }

        /**
         * As {@link #finish}, but from the disk: it may serve, yet a login that is not here may exist all the same.
         * Does nothing once the database was read.
         */
        public void finishStale(Instant asOf) {
            replaceContent(next, false, asOf);
        }
    }

    /** Two threads may be loading at a start: one from the database, one from the disk. */
    private synchronized void replaceContent(Content next, boolean fromDatabase, Instant asOf) {
        if (whole && !fromDatabase) {
            return;
        }
        content = next;
        knownUntil = asOf;
        whole = whole || fromDatabase;
        loaded = true;
        listeners.forEach(DirectoryListener::everythingChanged);
    }

    /** It is known to be true up to an instant; that never goes back. */
    public void freshUntil(Instant asOf) {
        if (asOf.isAfter(knownUntil)) {
            knownUntil = asOf;
        }
    }

    /** A login as it is now, unless a newer one is here. */
    public void put(SubscriberSnapshot subscriber) {
        var old = content.byId.get(subscriber.subscriberId());
        if (old != null && isNewer(old, subscriber)) {
            return;
        }
        // First the new one, then what is left of the old: a login that stays is never gone in between.
        content.put(subscriber);
        if (old != null) {
            content.forget(old);
            if (old.contract().contractId() != subscriber.contract().contractId()) {
                content.removeFromContract(old);
                tell(old.contract().contractId());
            }
        }
        tell(subscriber.contract().contractId());
    }

    /** Of a login whose row did not change, its contract's version decides. */
    private static boolean isNewer(SubscriberSnapshot old, SubscriberSnapshot read) {
        return old.version() > read.version()
                || (old.version() == read.version()
                        && old.contract().contractId() == read.contract().contractId()
                        && old.contract().version() > read.contract().version());
    }

    public void remove(long subscriberId) {
        var old = content.byId.remove(subscriberId);
        if (old != null) {
            content.forget(old);
            content.removeFromContract(old);
            tell(old.contract().contractId());
        }
    }

    /** The contract as it is now, for all its logins, unless a newer one is here. */
    public void put(ContractSnapshot contract) {
        var logins = content.ofContract.get(contract.contractId());
        if (logins == null) {
            return;
        }
        for (long id : logins) {
            var subscriber = content.byId.get(id);
            if (subscriber != null && subscriber.contract().version() <= contract.version()) {
                content.replace(subscriber.with(contract));
            }
        }
        tell(contract.contractId());
    }

    /** Every contract once through a change that keeps its identity, such as a plan or policy that was written. */
    @SuppressWarnings("ReferenceEquality") // an unchanged contract is the same object
    public void changeContracts(UnaryOperator<ContractSnapshot> change) {
        content.ofContract.forEach(logins -> {
            var first = content.byId.get(logins[0]);
            if (first != null) {
                var before = first.contract();
                var after = change.apply(before);
                if (after != before) {
                    put(after);
                }
            }
        });
    }

    private static String lineKey(String circuitId, @Nullable String remoteId) {
        // A circuit id is text of the access node's operator: it has no NUL in it.
        return remoteId == null ? circuitId : circuitId + '\0' + remoteId;
    }

    /** The maps. Those for lookups are read by all threads, those by id only by the one that writes. */
    private static final class Content {

        private final Map<String, SubscriberSnapshot> byLogin = new ConcurrentHashMap<>();
        private final Map<String, SubscriberSnapshot> byMac = new ConcurrentHashMap<>();
        private final Map<String, SubscriberSnapshot> byLine = new ConcurrentHashMap<>();
        private final LongMap<SubscriberSnapshot> byId = new LongMap<>();
        private final LongMap<long[]> ofContract = new LongMap<>();

        void put(SubscriberSnapshot subscriber) {
            replace(subscriber);
            long contractId = subscriber.contract().contractId();
            var logins = ofContract.get(contractId);
            if (logins == null || Arrays.stream(logins).noneMatch(id -> id == subscriber.subscriberId())) {
                ofContract.put(contractId, with(logins, subscriber.subscriberId()));
            }
        }

        private static long[] with(long @Nullable [] logins, long subscriberId) {
            var more = logins == null ? new long[1] : Arrays.copyOf(logins, logins.length + 1);
            more[more.length - 1] = subscriberId;
            return more;
        }

        /** For a subscriber of the same names and the same contract. */
        void replace(SubscriberSnapshot subscriber) {
            byId.put(subscriber.subscriberId(), subscriber);
            byLogin.put(subscriber.login().toLowerCase(Locale.ROOT), subscriber);
            var circuit = subscriber.circuitId();
            if (!(subscriber.credential() instanceof Credential.Line)) {
                return;
            }
            if (circuit != null) {
                byLine.put(lineKey(circuit, subscriber.remoteId()), subscriber);
            } else if (subscriber.mac() != null) {
                byMac.put(subscriber.mac(), subscriber);
            }
        }

        /** Takes an older copy out of the lookups, where a newer one does not stand in its place already. */
        void forget(SubscriberSnapshot old) {
            forget(byLogin, old.login().toLowerCase(Locale.ROOT), old);
            if (old.circuitId() != null) {
                forget(byLine, lineKey(old.circuitId(), old.remoteId()), old);
            }
            if (old.mac() != null) {
                forget(byMac, old.mac(), old);
            }
        }

        @SuppressWarnings("ReferenceEquality") // equal copies differ in nothing, so only this very one is old
        private static void forget(Map<String, SubscriberSnapshot> lookup, String key, SubscriberSnapshot old) {
            lookup.computeIfPresent(key, (same, found) -> found == old ? null : found);
        }

        void removeFromContract(SubscriberSnapshot subscriber) {
            long contractId = subscriber.contract().contractId();
            var logins = ofContract.get(contractId);
            if (logins == null) {
                return;
            }
            var rest = Arrays.stream(logins)
                    .filter(id -> id != subscriber.subscriberId())
                    .toArray();
            if (rest.length == 0) {
                ofContract.remove(contractId);
            } else {
                ofContract.put(contractId, rest);
            }
        }
    }
}
