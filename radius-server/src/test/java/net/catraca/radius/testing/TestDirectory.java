package net.catraca.radius.testing;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.SnapshotBuilder;
import net.catraca.radius.auth.AuthFixtures;
import org.jspecify.annotations.Nullable;

/** Subscribers as a test tells them; loaded and fresh unless it says otherwise. */
public final class TestDirectory implements SubscriberDirectory {

    private final Map<String, SubscriberSnapshot> byLogin = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private volatile boolean loaded = true;
    private volatile boolean knowsEveryone = true;
    private volatile Instant freshUntil = Instant.MAX;

    /** With the password "login-pass". */
    public TestDirectory subscribe(String login, SnapshotBuilder contract) {
        return subscribe(login, contract.build(), AuthFixtures.recoverable(login + "-pass"), null, null);
    }

    /** "login-1" for 1, with a contract of the same number. */
    public TestDirectory subscribe(long id, SnapshotBuilder contract) {
        return put(new SubscriberSnapshot(
                id,
                1,
                "login-" + id,
                contract.id(id).build(),
                AuthFixtures.recoverable("secret"),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of()));
    }

    public TestDirectory subscribe(String login, SnapshotBuilder contract, Credential credential) {
        return subscribe(login, contract.build(), credential, null, null);
    }

    public TestDirectory subscribeMac(String login, SnapshotBuilder contract, String mac) {
        return subscribe(login, contract.build(), new Credential.Line(), mac, null);
    }

    public TestDirectory subscribeCircuit(String login, SnapshotBuilder contract, String circuitId) {
        return subscribe(login, contract.build(), new Credential.Line(), null, circuitId);
    }

    private TestDirectory subscribe(
            String login,
            ContractSnapshot contract,
            Credential credential,
            @Nullable String mac,
            @Nullable String circuitId) {
        return put(new SubscriberSnapshot(
                lastId.incrementAndGet(),
                1,
                login,
                contract,
                credential,
                mac,
                circuitId,
                null,
                null,
                null,
                null,
                List.of()));
    }

    public TestDirectory put(SubscriberSnapshot subscriber) {
        byLogin.put(subscriber.login().toLowerCase(Locale.ROOT), subscriber);
        return this;
    }

    public void loaded(boolean whole) {
        loaded = whole;
    }

    public void knowsEveryone(boolean certainly) {
        knowsEveryone = certainly;
    }

    public void freshUntil(Instant instant) {
        freshUntil = instant;
    }

    @Override
    public boolean isLoaded() {
        return loaded;
    }

    @Override
    public boolean knowsEveryone(Instant now) {
        return knowsEveryone;
    }

    @Override
    public Instant freshUntil() {
        return freshUntil;
    }

    @Override
    public int size() {
        return byLogin.size();
    }

    @Override
    public @Nullable SubscriberSnapshot byLogin(String login) {
        return byLogin.get(login.toLowerCase(Locale.ROOT));
    }

    @Override
    public @Nullable SubscriberSnapshot byMac(String mac) {
        return byLogin.values().stream()
                .filter(found -> found.credential() instanceof Credential.Line && mac.equals(found.mac()))
                .findFirst()
                .orElse(null);
    }

    @Override
    public @Nullable SubscriberSnapshot byLine(String circuitId, @Nullable String remoteId) {
        return byLogin.values().stream()
                .filter(found -> circuitId.equals(found.circuitId()))
                .filter(found -> found.remoteId() == null || found.remoteId().equals(remoteId))
                .findFirst()
                .orElse(null);
    }
}
