package net.catraca.radius;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.Subscribers;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.radius.flow.HashUpgrade;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces imported hashes by ours after their first success, in the database and one after the other, so that the next
 * log-in is checked on the event loop. What does not fit, or finds no database, is done after the login's next success.
 */
public final class HashUpgrades implements HashUpgrade, AutoCloseable {

    /** The worker proves at most some hundred a second; the database writes as many. */
    static final int MOST_WAITING = 256;

    private static final Logger log = LoggerFactory.getLogger(HashUpgrades.class);
    private static final Actor US = Actor.system("hash-upgrade");

    private final Subscribers subscribers;
    private final PasswordKeeper passwords;
    private final Counter done;
    private final Counter putOff;
    private final Set<Long> waiting = ConcurrentHashMap.newKeySet();
    private final BoundedWorker worker = new BoundedWorker("hash-upgrade", MOST_WAITING);

    HashUpgrades(Subscribers subscribers, PasswordKeeper passwords, MeterRegistry registry) {
        this.subscribers = subscribers;
        this.passwords = passwords;
        this.done = Counter.builder("catraca.radius.hash.upgrades")
                .description("Imported password hashes that were replaced by ours after a success")
                .register(registry);
        this.putOff = Counter.builder("catraca.radius.hash.upgrades.put.off")
                .description("Imported password hashes left for the login's next success: no room, or no database")
                .register(registry);
    }

    @Override
    public void proven(long subscriberId, Credential.Imported checked, byte[] password) {
        if (!waiting.add(subscriberId)) {
            return;
        }
        var own = passwords.pepper(password);
        if (!worker.offer(() -> upgrade(subscriberId, checked, own))) {
            waiting.remove(subscriberId);
            putOff.increment();
        }
    }

    private void upgrade(long subscriberId, Credential.Imported checked, Credential.Peppered own) {
        try {
            if (subscribers.upgradeHash(US, subscriberId, checked, own)) {
                done.increment();
            }
        } catch (RuntimeException e) {
            putOff.increment();
            log.debug("the hash of subscriber {} stays imported until its next success", subscriberId, e);
        } finally {
            waiting.remove(subscriberId);
        }
    }

    /** What waits is done after the next success; what has begun gets a second. */
    @Override
    public void close() {
        worker.close();
    }
}
