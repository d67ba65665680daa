package net.catraca.billing.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretKeysTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String OTHER_KEY = "/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    private Path folder;

    @Test
    void theFirstStartMakesAFileThatOnlyItsOwnerMayRead() throws IOException {
        Path file = folder.resolve("keys");

        byte[] pepper = KeyFile.readOrCreate(file).pepper();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.readOrCreate(file).pepper()).isEqualTo(pepper);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void aRotatedFileSealsWithTheNewKeyAndKeepsTheOldOnesAndThePepper() throws IOException {
        Path file = folder.resolve("keys");
        var before = KeyFile.readOrCreate(file);

        Files.writeString(file, Fixtures.rotated(Files.readString(file)));

        var after = KeyFile.read(file);
        assertThat(after.newestId()).isEqualTo(before.newestId() + 1);
        assertThat(after.key(before.newestId())).isEqualTo(before.key(before.newestId()));
        assertThat(after.pepper()).isEqualTo(before.pepper());
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> KeyFile.read(folder.resolve("nowhere")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder.resolve("nowhere").toString());
    }

    @Test
    void entriesOfAnEnvironmentVariableStandOnOneLine() {
        var keys = SecretKeys.parse("CATRACA_SECRET_KEYS", "2:" + OTHER_KEY + " 1:" + KEY + " pepper:" + KEY);

        assertThat(keys.newestId()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1:abc pepper:K | entry 1: expected 32 octets, were 2",
                "1:K pepper:K! | entry 2: expected base64 after the colon",
                "1:K 1:K pepper:K | entry 2: expected each id once, found one again",
                "x:K pepper:K | entry 1: expected a number of at most nine digits before the colon",
                "1:K pepper:K pepper:K | entry 3: expected one pepper, found another",
                "1:K | expected at least one key and a pepper",
                "pepper:K | expected at least one key and a pepper",
                "nonsense | entry 1: expected <id>:<key> or pepper:<key>, found no such thing",
                "'' | entry 1: expected <id>:<key> or pepper:<key>, found no such thing"
            })
    void aMalformedKeyIsToldByItsSourceAndPlaceButNotRepeated(String text, String problem) {
        assertThatThrownBy(() -> SecretKeys.parse("CATRACA_SECRET_KEYS", text.replace("K", KEY)))
                .isInstanceOf(MalformedKeysException.class)
                .hasMessage("CATRACA_SECRET_KEYS: " + problem)
                .hasNoCause()
                .message()
                .doesNotContain(KEY);
    }

    @Test
    void nothingPrintsAKey() {
        var keys = SecretKeys.parse("test", "1:" + KEY + " pepper:" + OTHER_KEY);
        var vault = new SecretVault(keys);

        assertThat(keys + " " + vault + " " + new PasswordKeeper(vault, keys.pepper()))
                .doesNotContain(KEY)
                .doesNotContain(OTHER_KEY);
    }
}
