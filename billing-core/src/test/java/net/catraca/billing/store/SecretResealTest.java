package net.catraca.billing.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import java.time.Instant;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.SecretReseal.Result;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.TestDatabase;
import org.junit.jupiter.api.Test;

class SecretResealTest {

    private static final Instant NOW = Instant.parse("2026-11-23T15:00:00Z");

    @Test
    void afterARotationAndAPassTheOldKeyIsNoLongerNeeded() {
        String firstKeys = SecretKeys.generate();
        String bothKeys = Fixtures.rotated(firstKeys);
        String onlyNewKey = bothKeys.replaceAll("(?m)^1:.*$", "");
        try (var database = TestDatabase.fresh()) {
            long ana;
            try (var before = context(database, firstKeys)) {
                TestIsp.seed(before.getBean(Sql.class));
                ana = loginWithPassword(before, "ana");
            }
            try (var rotated = context(database, bothKeys)) {
                loginWithPassword(rotated, "bia");
                TestIsp.login(
                        rotated.getBean(AccessWrite.class),
                        rotated.getBean(Sql.class),
                        TestIsp.contract(rotated.getBean(AccessWrite.class), rotated.getBean(Sql.class), NOW),
                        "line",
                        NOW);

                assertThat(rotated.getBean(SecretReseal.class).reseal()).isEqualTo(new Result(1, 0));
                assertThat(rotated.getBean(SecretReseal.class).reseal()).isEqualTo(new Result(0, 0));
            }
            try (var after = context(database, onlyNewKey)) {
                assertThat(credential(after, ana)).isInstanceOf(Credential.Recoverable.class);
            }
        }
    }

    @Test
    void aSecretThatDoesNotOpenIsCountedAndLeftAsItIs() {
        try (var database = TestDatabase.fresh()) {
            try (var before = context(database, SecretKeys.generate())) {
                TestIsp.seed(before.getBean(Sql.class));
                loginWithPassword(before, "ana");
            }
            String strangers = Fixtures.rotated(SecretKeys.generate());
            try (var stranger = context(database, strangers)) {
                assertThat(stranger.getBean(SecretReseal.class).reseal()).isEqualTo(new Result(0, 1));
            }
        }
    }

    private static ApplicationContext context(TestDatabase database, String keys) {
        return database.startContext(java.util.Map.of(), SecretKeys.parse("test", keys));
    }

    private static long loginWithPassword(ApplicationContext context, String login) {
        var sql = context.getBean(Sql.class);
        var accessWrite = context.getBean(AccessWrite.class);
        long contract = TestIsp.contract(accessWrite, sql, NOW);
        return sql.first(
                        """
                        insert into subscriber (contract_id, login, credential_kind, secret, created_at)
                        values (?, ?, 'RECOVERABLE', ?, ?)
                        returning id
                        """,
                        row -> row.bigint("id"),
                        contract,
                        login,
                        context.getBean(PasswordKeeper.class).recoverable(login + "-pass"),
                        NOW)
                .orElseThrow();
    }

    private static Credential credential(ApplicationContext context, long subscriberId) {
        var secret = context.getBean(Sql.class)
                .first("select secret from subscriber where id = ?", row -> row.bytes("secret"), subscriberId)
                .orElseThrow();
        return context.getBean(PasswordKeeper.class).openRecoverable(secret);
    }
}
