package net.catraca.radius;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.accounting.Deliverer;
import net.catraca.radius.accounting.Delivery;
import net.catraca.radius.accounting.Journal;
import net.catraca.radius.accounting.JournalRecord;
import net.catraca.radius.accounting.JournalSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFactoryTest {

    @TempDir
    private Path folder;

    @Test
    void contextWithADelivererBringsItWhatTheJournalTakes() {
        List<JournalRecord> delivered = new CopyOnWriteArrayList<>();
        Deliverer deliverer = delivered::addAll;
        try (var database = TestDatabase.fresh();
                var context = database.startContext(
                        Map.of(),
                        deliverer,
                        JournalSettings.of(folder, 1, 64 << 20),
                        Clock.systemUTC(),
                        new SimpleMeterRegistry())) {
            context.getBean(Delivery.class).start();
            context.getBean(Journal.class).append(new byte[100], kept -> {});
            await().until(() -> delivered.size() == 1);
        }
    }

    @Test
    void contextWithoutOneKeepsRecordsForLater() {
        try (var database = TestDatabase.fresh();
                var context = database.startContext(
                        Map.of(),
                        JournalSettings.of(folder, 1, 64 << 20),
                        Clock.systemUTC(),
                        new SimpleMeterRegistry())) {
            assertThat(context.containsBean(Journal.class)).isTrue();
            assertThat(context.containsBean(Delivery.class)).isFalse();
        }
    }
}
