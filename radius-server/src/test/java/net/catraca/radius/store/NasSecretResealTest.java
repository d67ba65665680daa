package net.catraca.radius.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.SecretReseal;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.RadiusSettings;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.office.Nases;
import net.catraca.radius.testing.TestIsp;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.Test;

class NasSecretResealTest {

    @Test
    void afterARotationAndAPassTheOldKeyIsNotNeededForRoutersEither() {
        String firstKeys = SecretKeys.generate();
        String bothKeys = Fixtures.rotated(firstKeys);
        String onlyNewKey = bothKeys.replaceAll("(?m)^1:.*$", "");
        try (var database = TestDatabase.fresh()) {
            long id;
            try (var before = context(database, firstKeys)) {
                id = before.getBean(Nases.class)
                        .create(Actor.system("test"), NasDraft.of("bras-01", "192.0.2.1", TestIsp.SECRET, "mikrotik"))
                        .orThrow()
                        .id();
            }
            try (var rotated = context(database, bothKeys)) {
                var reseal = rotated.getBean(SecretReseal.class);
                assertThat(reseal.byKey()).containsExactly(Map.entry(1, 1L));
                assertThat(reseal.reseal()).isEqualTo(new SecretReseal.Result(1, 0));
                assertThat(reseal.byKey()).containsExactly(Map.entry(2, 1L));
            }
            try (var after = context(database, onlyNewKey)) {
                assertThat(after.getBean(NasBook.class).find(id)).hasValueSatisfying(stored -> {
                    assertThat(stored.problem()).isNull();
                    assertThat(stored.nas().secret()).isEqualTo(TestIsp.SECRET);
                    // Nothing changed that a node would have to be told.
                    assertThat(stored.nas().version()).isEqualTo(1);
                });
            }
        }
    }

    private static ApplicationContext context(TestDatabase database, String keys) {
        AuditLog noAudit = (actor, action, subject, before, after, at) -> {};
        return database.startContext(
                Map.of(),
                SecretKeys.parse("test", keys),
                noAudit,
                new TestProfiles(),
                new SimpleMeterRegistry(),
                RadiusSettings.defaults().listeningOn(List.of("127.0.0.1"), 0, 0));
    }
}
