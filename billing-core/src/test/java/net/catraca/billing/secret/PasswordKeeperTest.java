package net.catraca.billing.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.billing.directory.Credential;
import org.junit.jupiter.api.Test;

class PasswordKeeperTest {

    private static final SecretKeys KEYS = SecretKeys.parse("test", SecretKeys.generate());

    private final PasswordKeeper keeper = new PasswordKeeper(new SecretVault(KEYS), KEYS.pepper());

    /** RFC 2759 §9.2: the password and its NT hash. */
    @Test
    void aRecoverablePasswordComesBackWithItsNtHash() {
        var credential = keeper.openRecoverable(keeper.recoverable("clientPass"));

        assertThat(credential).isInstanceOfSatisfying(Credential.Recoverable.class, recoverable -> {
            assertThat(recoverable.password()).isEqualTo("clientPass".getBytes(UTF_8));
            assertThat(HexFormat.of().withUpperCase().formatHex(recoverable.ntHash()))
                    .isEqualTo("44EBBA8D5312B8D611474411F56989AE");
        });
    }

    @Test
    void aHashedPasswordIsCheckedByItsHmac() throws Exception {
        var credential = keeper.openHashed(keeper.hashed("café"));

        assertThat(credential).isInstanceOf(Credential.Peppered.class);
        var peppered = (Credential.Peppered) credential;
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEYS.pepper(), "HmacSHA256"));
        mac.update(peppered.salt());
        assertThat(peppered.hmac()).isEqualTo(mac.doFinal("café".getBytes(UTF_8)));
    }

    @Test
    void anImportedHashComesBackAsItWas() {
        String bcrypt = "$2b$12$abcdefghijklmnopqrstuuJ3mD6cYt4mJ3u1Z1bQ1o9wqJ0h3V5yS";

        assertThat(keeper.openHashed(keeper.imported(bcrypt))).isEqualTo(new Credential.Imported(bcrypt));
    }

    @Test
    void aSecretThatDoesNotOpenIsUnreadableRatherThanWrong() {
        var strangers = SecretKeys.parse("test", SecretKeys.generate());
        var stranger = new PasswordKeeper(new SecretVault(strangers), strangers.pepper());

        assertThat(stranger.openRecoverable(keeper.recoverable("clientPass"))).isEqualTo(new Credential.Unreadable());
        assertThat(stranger.openHashed(keeper.hashed("clientPass"))).isEqualTo(new Credential.Unreadable());
        assertThat(keeper.openHashed(keeper.recoverable("clientPass"))).isEqualTo(new Credential.Unreadable());
    }

    @Test
    void anNtHashRestsSealedAndIsKnownAgain() {
        byte[] sealed = keeper.ntHashed("44EBBA8D5312B8D611474411F56989AE");

        assertThat(HexFormat.of().formatHex(sealed)).doesNotContain("44ebba8d5312b8d6");
        assertThat(keeper.openNtHash(sealed))
                .isInstanceOfSatisfying(Credential.NtHash.class, opened -> assertThat(opened.hash())
                        .isEqualTo(PasswordKeeper.ntHash("clientPass".getBytes(UTF_8))));
        assertThat(keeper.isNtHash(sealed, "44ebba8d5312b8d611474411f56989ae")).isTrue();
        assertThat(keeper.isNtHash(sealed, "44ebba8d5312b8d611474411f56989af")).isFalse();
        var strangers = SecretKeys.parse("test", SecretKeys.generate());
        var stranger = new PasswordKeeper(new SecretVault(strangers), strangers.pepper());
        assertThat(stranger.openNtHash(sealed)).isEqualTo(new Credential.Unreadable());
    }
}
