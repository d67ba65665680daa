package net.catraca.radius.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.SessionTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A daemon that finds its own journal and no PostgreSQL. */
class JournalReplayTest {

    private static final int NODE = 3;
    private static final int START = 1;
    private static final int STOP = 2;
    private static final int INTERIM = 3;
    private static final int ON = 7;

    private final SettableClock clock = new SettableClock(Fixtures.NOW);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    private Path folder;

    private FileJournal open() throws JournalException {
        return FileJournal.open(JournalSettings.of(folder, NODE, 512L << 20), clock, meters);
    }

    private byte[] record(int statusType, long nas, long subscriber, String sessionId, long seconds) {
        var request = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, statusType)
                .add(AttributeType.ACCT_SESSION_ID, sessionId)
                .add(AttributeType.USER_NAME, "login-" + subscriber)
                .add(AttributeType.ACCT_SESSION_TIME, seconds)
                .add(AttributeType.ACCT_INPUT_OCTETS, 1_000 * seconds);
        return KeptRecord.of(
                        nas,
                        "bras-" + nas,
                        InetAddress.ofLiteral("192.0.2." + nas),
                        clock.instant(),
                        new Accounted(subscriber, 10 * subscriber, 600),
                        request.unsigned())
                .encoded();
    }

    private void append(FileJournal journal, List<byte[]> records) {
        var kept = Collections.synchronizedList(new ArrayList<Journal.Kept>());
        records.forEach(octets -> journal.append(octets, kept::add));
        await().until(() -> kept.size() == records.size());
        assertThat(kept).allMatch(one -> one instanceof Journal.Kept.Durable);
    }

    @Test
    void sessionsOfRecordsThatWereNotDeliveredAreKnownAfterARestart() throws Exception {
        try (var journal = open()) {
            append(
                    journal,
                    List.of(record(START, 1, 1, "a", 0), record(START, 1, 2, "b", 0), record(START, 2, 3, "c", 0)));
            clock.advance(Duration.ofMinutes(10));
            append(
                    journal,
                    List.of(record(INTERIM, 1, 1, "a", 600), record(STOP, 1, 2, "b", 600), record(ON, 2, 0, "x", 0)));
        }

        var table = new SessionTable(NODE);
        try (var journal = open();
                var replay = new JournalReplay(journal, table)) {
            assertThat(replay.start(Duration.ofSeconds(30))).isTrue();

            assertThat(table.size()).isEqualTo(1);
            assertThat(table.ofSubscriber(1)).singleElement().satisfies(session -> {
                assertThat(session.counted().total().inputOctets()).isEqualTo(600_000);
                assertThat(session.id() >>> 48).isEqualTo(NODE);
            });
            assertThat(table.ofContract(20)).isEmpty(); // hung up
            assertThat(table.ofContract(30)).isEmpty(); // its NAS has restarted
            assertThat(table.isReplaying()).isFalse();
        }
    }

    @Test
    void aRecordThatIsNoneLeavesTheOthersAndIsNotCountedAsDamage() throws Exception {
        try (var journal = open()) {
            append(journal, List.of(new byte[] {9, 9, 9}, record(START, 1, 1, "a", 0), new byte[] {1}));
        }
        var table = new SessionTable(NODE);
        try (var journal = open();
                var replay = new JournalReplay(journal, table)) {
            assertThat(replay.start(Duration.ofSeconds(30))).isTrue();
            assertThat(table.size()).isEqualTo(1);
        }
    }

    @Test
    void whatComesMeanwhileIsFoldedOnce() throws Exception {
        var before = new ArrayList<byte[]>();
        for (int i = 1; i <= 5_000; i++) {
            before.add(record(START, 1, i, "s-" + i, 0));
        }
        try (var journal = open()) {
            append(journal, before);
        }
        var table = new SessionTable(NODE);
        try (var journal = open();
                var replay = new JournalReplay(journal, table)) {
            boolean isDone = replay.start(Duration.ZERO);
            append(journal, List.of(record(START, 2, 6_000, "new", 0)));
            assertThat(isDone || replay.start(Duration.ofSeconds(30))).isTrue();
            assertThat(table.size()).isEqualTo(5_000); // the flow folds what comes, not the replay
        }
    }
}
