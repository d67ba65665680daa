package net.catraca.radius.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The hashes were made by libxcrypt, as on the systems that logins are imported from. */
class ImportedHashTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "`Hello world!`, $5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "`Hello world!`, $5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA",
                "`Hello world!`, $6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
                "`segredo de João`, $6$rounds=1000$roundstoolow$60SEHKEdWIickFlA9FbEK9nLGIuufk1bNZw3wMfI/VBXinC8qOTCmAHJPCtCXeSuj8B/M/u5.Ju7sFa52S/hq.",
                "`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`, $6$................$ilcn67EFV6BrjWl4y7/j0f.pX4ufhrbLiLWGpXOXchw59qAnZXP0Zv84V6m5vHF3EXSZtt5cB9WwozJ6oyiOy.",
                "`segredo`, $1$12345678$D9Qvk4nH.rToltMzd/RG/0",
                "``, $1$ab$rn6aQS/o7141mj179E/zA.",
                "``, $5$x$yHbtfs4Y8t6X1xcJemNX.4JQRfUTafA2qQenWGLBee2",
                "`ppppppppppppppppppppppppppppppppp`, $1$.l$nT1nZeBTPBR41.376Pvds.",
                "`U*U`, $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "`senha-ção`, $2b$04$abcdefghijklmnopqrstuun/OwgFx7wU3LH2y0Zi2sjQfHi0NigsG",
                "`x`, $2y$06$......................QiwItHmglOjoL8IomkfnmiQ.lL3Nyjy"
            })
    void recognisesThePasswordOfAnImportedHash(String password, String hash) {
        assertThat(ImportedHash.matches(hash, password.getBytes(UTF_8))).isTrue();
        assertThat(ImportedHash.matches(hash, ("x" + password).getBytes(UTF_8))).isFalse();
    }

    @Test
    void recognisesLongPasswords() {
        assertThat(ImportedHash.matches(
                        "$5$rounds=1400$anotherlongsalts$nx3lPdGvPCSyYPzH/Yl.IuXhYfK33GebMJGHd12Tjv3",
                        "a".repeat(128).getBytes(UTF_8)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "segredo",
                "ab1FUQkMWNZuI",
                "{SSHA}0000000000000000000000000000",
                "$1$ninechars$qJH7.N4xYta3aEG/dfqo/0",
                "$1$salt$tooshort",
                "$1$rounds=1000$salt$qJH7.N4xYta3aEG/dfqo/0",
                "$5$rounds=500001$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$5$rounds=9999999999$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$6$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$2a$15$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
                "$y$j9T$abc$def",
                "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
            })
    void refusesOtherKindsAndWhatWouldTakeTooLong(String hash) {
        assertThat(ImportedHash.isSupported(hash)).isFalse();
        assertThatThrownBy(() -> ImportedHash.matches(hash, new byte[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bcrypt");
    }

    @Test
    void makesABcryptHashThatRecognisesItsPassword() {
        var password = "segredo".getBytes(UTF_8);

        var hash = ImportedHash.bcrypt(password, 4, new SecureRandom());

        assertThat(hash).startsWith("$2y$04$");
        assertThat(ImportedHash.matches(hash, password)).isTrue();
        assertThatThrownBy(() -> ImportedHash.bcrypt(password, 15, new SecureRandom()))
                .hasMessageContaining("4..14");
    }
}
