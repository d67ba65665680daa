package net.catraca.billing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveDirectoryTest {

    private static final Instant NOW = Instant.parse("2026-11-23T15:00:00Z");

    private final LiveDirectory directory = new LiveDirectory();

    @Test
    void beforeItIsLoadedItKnowsNobodyAndSaysSo() {
        assertThat(directory.isLoaded()).isFalse();
        assertThat(directory.knowsEveryone(NOW)).isFalse();
        assertThat(directory.byLogin("ana")).isNull();
    }

    @Test
    void aLoginIsFoundWithoutRegardToCase() {
        directory.put(login(1, 1, "Ana.Souza", contract(7, 1)));

        assertThat(directory.byLogin("ANA.souza")).isNotNull();
        assertThat(directory.size()).isEqualTo(1);
    }

    @Test
    void linesAreFoundByMacOrByCircuitAndRemoteIdButNotByAMacThatIsOnlyInformation() {
        directory.put(line(1, "mac-only", "001122334455", null, null));
        directory.put(line(2, "circuit", "00aabbccddee", "olt1/1/1", null));
        directory.put(line(3, "circuit-remote", null, "olt1/1/2", "onu7"));
        directory.put(login(4, 1, "password", contract(9, 1)));

        assertThat(loginOf(directory.byMac("001122334455"))).isEqualTo("mac-only");
        assertThat(directory.byMac("00aabbccddee")).isNull();
        assertThat(loginOf(directory.byLine("olt1/1/1", null))).isEqualTo("circuit");
        assertThat(loginOf(directory.byLine("olt1/1/2", "onu7"))).isEqualTo("circuit-remote");
        assertThat(directory.byLine("olt1/1/2", null)).isNull();
    }

    @Test
    void listenersHearWhichContractChangedOnceItCanBeRead() {
        var heard = new ArrayList<String>();
        directory.listen(new DirectoryListener() {
            @Override
            public void contractChanged(long contractId) {
                heard.add(contractId + " " + directory.size());
            }

            @Override
            public void everythingChanged() {
                heard.add("all");
            }
        });

        directory.put(login(1, 1, "ana", contract(7, 1)));
        directory.put(contract(7, 2));
        directory.put(login(1, 2, "ana", contract(8, 1)));
        directory.remove(1);
        directory.load().finish(NOW);

        assertThat(heard).containsExactly("7 1", "7 1", "7 1", "8 1", "8 0", "all");
    }

    @Test
    void ofTwoCopiesTheHigherVersionWins() {
        directory.put(login(1, 2, "ana", contract(7, 5)));

        directory.put(login(1, 1, "old-name", contract(7, 9)));
        directory.put(contract(7, 4));
        directory.put(login(1, 2, "ana", contract(7, 4)));

        assertThat(directory.byLogin("old-name")).isNull();
        assertThat(versionOf(directory.byLogin("ana"))).isEqualTo(5);
    }

    @Test
    void aContractReplacesThatOfAllItsLogins() {
        directory.put(login(1, 1, "ana", contract(7, 1)));
        directory.put(login(2, 1, "ana-tv", contract(7, 1)));
        directory.put(login(3, 1, "bia", contract(8, 1)));

        directory.put(contract(7, 2));

        assertThat(versionOf(directory.byLogin("ana"))).isEqualTo(2);
        assertThat(versionOf(directory.byLogin("ana-tv"))).isEqualTo(2);
        assertThat(versionOf(directory.byLogin("bia"))).isEqualTo(1);
    }

    @Test
    void aRenamedLoginLeavesItsOldNameAndAMovedOneItsOldContract() {
        directory.put(login(1, 1, "ana", contract(7, 1)));
        directory.put(login(1, 2, "ana-souza", contract(8, 1)));

        assertThat(directory.byLogin("ana")).isNull();
        assertThat(directory.size()).isEqualTo(1);
        directory.put(contract(7, 2));
        assertThat(versionOf(directory.byLogin("ana-souza"))).isEqualTo(1);
        directory.put(contract(8, 2));
        assertThat(versionOf(directory.byLogin("ana-souza"))).isEqualTo(2);
    }

    @Test
    void twoLoginsMaySwapNames() {
        directory.put(login(1, 1, "left", contract(7, 1)));
        directory.put(login(2, 1, "right", contract(8, 1)));

        directory.put(login(1, 2, "right", contract(7, 1)));
        directory.put(login(2, 2, "left", contract(8, 1)));

        assertThat(directory.byLogin("right"))
                .extracting(SubscriberSnapshot::subscriberId)
                .isEqualTo(1L);
        assertThat(directory.byLogin("left"))
                .extracting(SubscriberSnapshot::subscriberId)
                .isEqualTo(2L);
        assertThat(directory.size()).isEqualTo(2);
    }

    @Test
    void aRemovedLoginIsGoneFromEveryLookup() {
        directory.put(line(1, "mac-only", "001122334455", null, null));

        directory.remove(1);
        directory.remove(1);

        assertThat(directory.byLogin("mac-only")).isNull();
        assertThat(directory.byMac("001122334455")).isNull();
        assertThat(directory.size()).isZero();
    }

    @Test
    void aLoginThatChangesIsNeverMissingInBetween() {
        directory.put(login(1, 1, "ana", contract(7, 1)));
        var done = new AtomicBoolean();

        var reader = CompletableFuture.supplyAsync(() -> {
            int misses = 0;
            while (!done.get()) {
                misses += directory.byLogin("ana") == null ? 1 : 0;
            }
            return misses;
        });
        for (int version = 2; version < 200_000; version++) {
            directory.put(login(1, version, "ana", contract(7, version)));
        }
        done.set(true);

        assertThat(reader.join()).isZero();
    }

    @Test
    void anUnknownLoginIsCertainOnlyWhileTheDatabaseIsHeardOf() {
        directory.load().finish(NOW);

        assertThat(directory.knowsEveryone(NOW.plusSeconds(1))).isTrue();
        assertThat(directory.knowsEveryone(NOW.plusSeconds(60))).isFalse();
        directory.freshUntil(NOW.plusSeconds(60));
        assertThat(directory.knowsEveryone(NOW.plusSeconds(60))).isTrue();
    }

    @Test
    void freshnessNeverGoesBack() {
        directory.load().finish(NOW);

        directory.freshUntil(NOW.minus(Duration.ofHours(1)));

        assertThat(directory.freshUntil()).isEqualTo(NOW);
    }

    @Test
    void whatComesFromTheDiskServesButKnowsNotEveryoneAndDoesNotReplaceTheDatabase() {
        var stale = directory.load();
        stale.add(login(1, 1, "ana", contract(7, 1)));
        stale.finishStale(NOW);

        assertThat(directory.isLoaded()).isTrue();
        assertThat(directory.knowsEveryone(NOW)).isFalse();
        assertThat(directory.byLogin("ana")).isNotNull();

        directory.load().finish(NOW);
        var late = directory.load();
        late.add(login(1, 1, "ana", contract(7, 1)));
        late.finishStale(NOW);

        assertThat(directory.byLogin("ana")).isNull();
        assertThat(directory.knowsEveryone(NOW)).isTrue();
    }

    private static ContractSnapshot contract(long id, long version) {
        return Fixtures.contract().id(id).version(version).build();
    }

    private static SubscriberSnapshot login(long id, long version, String login, ContractSnapshot contract) {
        return snapshot(id, version, login, contract, new Credential.Imported("hash"), "00aabbccddee", null, null);
    }

    private static SubscriberSnapshot line(
            long id, String login, @Nullable String mac, @Nullable String circuitId, @Nullable String remoteId) {
        return snapshot(id, 1, login, contract(100 + id, 1), new Credential.Line(), mac, circuitId, remoteId);
    }

    private static SubscriberSnapshot snapshot(
            long id,
            long version,
            String login,
            ContractSnapshot contract,
            Credential credential,
            @Nullable String mac,
            @Nullable String circuitId,
            @Nullable String remoteId) {
        return new SubscriberSnapshot(
                id, version, login, contract, credential, mac, circuitId, remoteId, null, null, null, List.of());
    }

    private static @Nullable String loginOf(@Nullable SubscriberSnapshot subscriber) {
        return subscriber == null ? null : subscriber.login();
    }

    private static long versionOf(@Nullable SubscriberSnapshot subscriber) {
        return subscriber == null ? -1 : subscriber.contract().version();
    }
}
