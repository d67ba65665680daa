package net.catraca.radius.nas;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which NASes of policy AUTO have sent a valid Message-Authenticator, and so must from then on. In memory
 * at once, so that the very next packet is held to it; in the store a little later, so that a restart is, too.
 * Thread-safe, and never waits for the store.
 */
public final class MessageAuthenticatorSightings implements AutoCloseable {

    /** Where it is remembered across restarts. */
    public interface Store {
        /** Notes it on the NAS unless that is noted already. Blocks. */
        void messageAuthenticatorSeen(long nasId);
    }

    private static final Logger log = LoggerFactory.getLogger(MessageAuthenticatorSightings.class);
    private static final int RETRY_SECONDS = 30;

    private final Store store;
    private final ScheduledExecutorService writer;
    // NAS to the version of its row at the sighting; one entry a NAS at most. An operator who resets the flag (a new
    // router without Message-Authenticator) writes a higher version, which this entry no longer speaks of.
    private final Map<Long, Long> sighted = new ConcurrentHashMap<>();

    /** @param writer runs the store's writes off the event loops; holds one task a NAS at most, and ends with this */
    public MessageAuthenticatorSightings(Store store, ScheduledExecutorService writer) {
        this.store = store;
        this.writer = writer;
    }

    /** Whether this NAS's requests must carry a Message-Authenticator. */
    public boolean required(Nas nas) {
        return switch (nas.messageAuthenticator()) {
            case ACCEPT -> false;
            case REQUIRE -> true;
            case AUTO -> nas.messageAuthenticatorSeen() || sightedSince(nas);
        };
    }

    /** A request of this NAS had a valid Message-Authenticator. */
    public void sighted(Nas nas) {
        if (nas.messageAuthenticator() != MessageAuthenticatorPolicy.AUTO
                || nas.messageAuthenticatorSeen()
                || sightedSince(nas)) {
            return;
        }
        if (!Long.valueOf(nas.version()).equals(sighted.put(nas.id(), nas.version()))) {
            log.info("NAS {} sends Message-Authenticator; requests without one are dropped from now on", nas.name());
            writeIn(0, nas.id(), nas.name());
        }
    }

    private boolean sightedSince(Nas nas) {
        Long version = sighted.get(nas.id());
        return version != null && version >= nas.version();
    }

    private void write(long nasId, String name) {
        try {
            store.messageAuthenticatorSeen(nasId);
        } catch (RuntimeException e) {
            log.warn(
                    "NAS {}: could not store that it sends Message-Authenticator; trying again in {} s,"
                            + " and requiring it meanwhile",
                    name,
                    RETRY_SECONDS,
                    e);
            writeIn(RETRY_SECONDS, nasId, name);
        }
    }

    private void writeIn(int seconds, long nasId, String name) {
        try {
            var _ = writer.schedule(() -> write(nasId, name), seconds, TimeUnit.SECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("NAS {}: stopping; the next start learns anew that it sends Message-Authenticator", name, e);
        }
    }

    /** What is not stored by now is learnt anew after the next start. */
    @Override
    public void close() {
        writer.shutdownNow();
    }
}
