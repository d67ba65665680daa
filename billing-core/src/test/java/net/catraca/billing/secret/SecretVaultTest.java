package net.catraca.billing.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.catraca.billing.secret.Opening.Damaged;
import net.catraca.billing.secret.Opening.KeyMissing;
import net.catraca.billing.secret.Opening.Opened;
import org.junit.jupiter.api.Test;

class SecretVaultTest {

    private static final String PEPPER = " pepper:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String FIRST = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String SECOND = " 2:/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final byte[] SECRET = "testing123".getBytes(UTF_8);

    private final SecretVault vault = vault(FIRST);

    private static SecretVault vault(String keys) {
        return new SecretVault(SecretKeys.parse("test", keys + PEPPER));
    }

    @Test
    void whatIsSealedOpensAgain() {
        byte[] sealed = vault.seal(Purpose.NAS_SECRET, SECRET);

        assertThat(new String(sealed, UTF_8)).doesNotContain("testing123");
        assertThat(vault.open(Purpose.NAS_SECRET, sealed).orThrow("nas 1")).isEqualTo(SECRET);
    }

    @Test
    void theSameSecretIsNeverSealedTheSameWay() {
        assertThat(vault.seal(Purpose.NAS_SECRET, SECRET)).isNotEqualTo(vault.seal(Purpose.NAS_SECRET, SECRET));
    }

    @Test
    void whatIsSealedForOnePurposeDoesNotOpenForAnother() {
        byte[] sealed = vault.seal(Purpose.NAS_SECRET, SECRET);

        assertThat(vault.open(Purpose.SUBSCRIBER_SECRET, sealed)).isEqualTo(new Damaged());
    }

    @Test
    void aChangeOfAnyOctetIsSeen() {
        byte[] sealed = vault.seal(Purpose.NAS_SECRET, SECRET);
        for (int i = 0; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;

            assertThat(vault.open(Purpose.NAS_SECRET, altered)).as("octet " + i).isNotInstanceOf(Opened.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(sealed, length);

            assertThat(vault.open(Purpose.NAS_SECRET, cut))
                    .as(length + " octets")
                    .isEqualTo(new Damaged());
        }
    }

    @Test
    void afterARotationOldSecretsOpenAndNewOnesUseTheNewKey() {
        byte[] old = vault.seal(Purpose.NAS_SECRET, SECRET);
        var rotated = vault(FIRST + SECOND);

        assertThat(rotated.open(Purpose.NAS_SECRET, old).orThrow("nas 1")).isEqualTo(SECRET);
        assertThat(rotated.isNewest(old)).isFalse();
        assertThat(rotated.isNewest(rotated.seal(Purpose.NAS_SECRET, SECRET))).isTrue();
    }

    @Test
    void aKeyThatWasTakenAwayIsNamed() {
        byte[] sealed = vault(FIRST + SECOND).seal(Purpose.NAS_SECRET, SECRET);

        assertThat(vault.open(Purpose.NAS_SECRET, sealed)).isEqualTo(new KeyMissing(2));
        assertThatThrownBy(() -> vault.open(Purpose.NAS_SECRET, sealed).orThrow("nas 7"))
                .hasMessageContaining("nas 7")
                .hasMessageContaining("key 2");
    }

    @Test
    void anOpenedSecretDoesNotShow() {
        var opened = vault.open(Purpose.NAS_SECRET, vault.seal(Purpose.NAS_SECRET, SECRET));

        assertThat(opened).hasToString("Opened[hidden]");
    }
}
