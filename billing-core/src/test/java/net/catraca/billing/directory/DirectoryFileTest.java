package net.catraca.billing.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.directory.DirectoryFile.Loading;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryFileTest {

    private static final Instant TRUE_UNTIL = Instant.parse("2026-11-23T15:00:00Z");
    private static final Instant SAVED = TRUE_UNTIL.plusSeconds(1);
    private static final Instant NOW = TRUE_UNTIL.plusSeconds(3600);

    private final SecretVault vault = new SecretVault(SecretKeys.parse("test", SecretKeys.generate()));
    private final LiveDirectory before = new LiveDirectory();
    private final LiveDirectory after = new LiveDirectory();

    @TempDir
    private Path folder;

    private DirectoryFile file;

    @BeforeEach
    void aDirectoryWithEveryKindOfLogin() {
        file = new DirectoryFile(folder.resolve("directory"));
        var loading = before.load();
        var plain = Fixtures.contract().id(1).version(3).build();
        loading.add(login(1, "ana", plain, new Credential.Recoverable(new byte[] {1, 2}, new byte[16])));
        loading.add(login(2, "ana-tv", plain, new Credential.Peppered(new byte[] {3}, new byte[] {4, 5})));
        loading.add(login(3, "bia", everything(), new Credential.Imported("$2b$10$hash")));
        loading.add(login(4, "caio", everything(), new Credential.Line()));
        loading.add(login(5, "duda", plain, new Credential.Unreadable()));
        loading.finish(TRUE_UNTIL);
    }

    private static ContractSnapshot everything() {
        return Fixtures.overdueContract()
                .id(2)
                .pause("2026-01-01", "2026-01-31")
                .pause("2026-12-01", null)
                .exemption("2026-03-01", "2026-03-31")
                .manualRelease(TRUE_UNTIL)
                .trustUnlock(TRUE_UNTIL, NOW)
                .manualBlockSince(TRUE_UNTIL)
                .doNotBlockUntil("2026-12-24")
                .doNotReduceUntil("2026-12-25")
                .automaticRestriction(AutomaticRestriction.REDUCE_ONLY, "2027-01-01")
                .committed(AccessLevel.BLOCKED, TRUE_UNTIL)
                .build();
    }

    private static SubscriberSnapshot login(long id, String login, ContractSnapshot contract, Credential credential) {
        return new SubscriberSnapshot(
                id,
                7,
                login,
                contract,
                credential,
                "00112233445" + id,
                "olt1/" + id,
                null,
                "192.0.2.1",
                null,
                "2001:db8::/56",
                List.of("198.51.100.0/24 192.0.2.1 1", "203.0.113.0/24 192.0.2.1 1"));
    }

    @Test
    void whatIsSavedServesAgainAndIsStale() {
        file.save(before, List.of(), vault, SAVED);

        assertThat(file.load(after, List.of(), vault, NOW)).isInstanceOf(Loading.Serving.class);

        assertThat(after.isLoaded()).isTrue();
        assertThat(after.knowsEveryone(TRUE_UNTIL)).isFalse();
        assertThat(after.freshUntil()).isEqualTo(TRUE_UNTIL);
        assertThat(after.size()).isEqualTo(5);
        before.forEach(saved -> assertThat(after.byLogin(saved.login()))
                .as(saved.login())
                .usingRecursiveComparison()
                .isEqualTo(saved));
    }

    @Test
    void plansAndPoliciesAreSharedAgain() {
        file.save(before, List.of(), vault, SAVED);
        file.load(after, List.of(), vault, NOW);

        assertThat(contractOf("ana").plan()).isSameAs(contractOf("caio").plan());
        assertThat(contractOf("ana").policy()).isSameAs(contractOf("caio").policy());
    }

    private ContractSnapshot contractOf(String login) {
        var subscriber = after.byLogin(login);
        assertThat(subscriber).isNotNull();
        return subscriber.contract();
    }

    @Test
    void onlyItsOwnerMayReadItAndThereIsNoSecretInClearInIt() throws IOException {
        file.save(before, List.of(), vault, SAVED);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file.path(), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("$2b$10$hash")
                .doesNotContain("caio");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file.path());
        }
    }

    @Test
    void aFileThatWasCutShortIsPassedOver() throws IOException {
        file.save(before, List.of(), vault, SAVED);
        byte[] whole = Files.readAllBytes(file.path());
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file.path(), Arrays.copyOf(whole, length));

            assertThat(file.load(after, List.of(), vault, NOW))
                    .as(length + " octets")
                    .isInstanceOf(Loading.PassedOver.class);
        }
        assertThat(after.isLoaded()).isFalse();
    }

    @Test
    void aFileWithAnyOctetAlteredIsPassedOver() throws IOException {
        file.save(before, List.of(), vault, SAVED);
        byte[] whole = Files.readAllBytes(file.path());
        var random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] altered = whole.clone();
            int at = random.nextInt(whole.length);
            altered[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file.path(), altered);

            assertThat(file.load(after, List.of(), vault, NOW))
                    .as("octet " + at)
                    .isInstanceOf(Loading.PassedOver.class);
        }
    }

    @Test
    void aDirectoryOfManyFramesComesBackWholeAndNotWithoutOneOfThem() throws IOException {
        var loading = before.load();
        for (int i = 1; i <= 10_000; i++) {
            loading.add(login(i, "login" + i, Fixtures.contract().id(i).build(), new Credential.Line()));
        }
        loading.finish(TRUE_UNTIL);

        file.save(before, List.of(), vault, SAVED);
        assertThat(Files.size(file.path())).isGreaterThan(2 << 20);
        assertThat(file.load(after, List.of(), vault, NOW)).isInstanceOf(Loading.Serving.class);
        assertThat(after.size()).isEqualTo(10_000);
    }

    @Test
    void aFileSealedWithOtherKeysATooOldOneAndNoneAreToldApartInTheLogAndPassedOver() {
        assertThat(file.load(after, List.of(), vault, NOW)).isInstanceOf(Loading.PassedOver.class);

        file.save(before, List.of(), vault, SAVED);
        var strangers = new SecretVault(SecretKeys.parse("test", SecretKeys.generate()));
        assertThat(file.load(after, List.of(), strangers, NOW)).isInstanceOf(Loading.PassedOver.class);
        assertThat(file.load(after, List.of(), vault, NOW.plus(Duration.ofDays(31))))
                .isInstanceOf(Loading.PassedOver.class);
        assertThat(after.isLoaded()).isFalse();
    }

    @Test
    void aNewFileReplacesTheOldOneWhole() {
        file.save(before, List.of(), vault, SAVED);
        before.load().finish(NOW);
        file.save(before, List.of(), vault, NOW);

        assertThat(file.load(after, List.of(), vault, NOW)).isInstanceOf(Loading.Serving.class);
        assertThat(after.size()).isZero();
        assertThat(after.freshUntil()).isEqualTo(NOW);
    }
}
