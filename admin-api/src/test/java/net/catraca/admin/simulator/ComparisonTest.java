package net.catraca.admin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest implements ServerRecords {

    private static final Instant BEGUN = Instant.parse("2026-11-23T15:00:00Z");

    @TempDir
    Path folder;

    private final List<ServerSession> kept = new ArrayList<>();
    private @Nullable Octets used = new Octets(150, 1500);
    private Path ledger;

    @BeforeEach
    void twoSessionsOneEnded() throws IOException {
        ledger = folder.resolve("ledger.jsonl");
        write(
                line("s1", "start", true, 1, 0, 0),
                line("s1", "interim", true, 2, 50, 500),
                line("s1", "stop", true, 3, 100, 1000),
                line("s2", "start", true, 1, 0, 0),
                line("s2", "interim", true, 2, 50, 500));
        kept.add(session("s1", "stop", 100, 1000));
        kept.add(session("s2", null, 50, 500));
    }

    private static LedgerLine line(String session, String event, boolean answered, int number, long in, long out) {
        return new LedgerLine(
                "nas-1", session, "ana", event, answered, number, BEGUN, number * 60L - 60, in, out, 1, "active");
    }

    private static ServerSession session(String session, @Nullable String end, long in, long out) {
        long seconds = in == 0 ? 0 : in == 50 ? 60 : 120;
        return new ServerSession("nas-1", session, "ana", BEGUN, end, in, out, seconds);
    }

    private void write(LedgerLine... lines) throws IOException {
        var text = new StringBuilder();
        for (LedgerLine line : lines) {
            text.append(io.micronaut.serde.ObjectMapper.getDefault().writeValueAsString(line))
                    .append('\n');
        }
        Files.writeString(ledger, text);
    }

    @Override
    public List<ServerSession> sessions(String login) {
        return kept;
    }

    @Override
    public @Nullable Octets usage(String login) {
        return used;
    }

    private List<String> differences() {
        return Comparison.compare(ledger, this).differences();
    }

    @Test
    void whatAgreesHasNoDifferences() {
        var result = Comparison.compare(ledger, this);
        assertThat(result.isEqual()).isTrue();
        assertThat(result.sessions()).isEqualTo(2);
    }

    @Test
    void anAcknowledgedSessionThatTheServerDoesNotHaveIsFound() {
        kept.removeFirst();
        used = new Octets(50, 500);
        assertThat(differences())
                .singleElement()
                .asString()
                .contains("s1", "acknowledged its stop", "does not have it");
    }

    @Test
    void aSessionThatStandsTwiceIsFound() {
        kept.add(session("s2", null, 50, 500));
        used = new Octets(200, 2000);
        assertThat(differences()).singleElement().asString().contains("s2", "2 times");
    }

    @Test
    void anOctetTooManyIsFound() {
        kept.set(0, session("s1", "stop", 100, 1001));
        used = new Octets(150, 1501);
        assertThat(differences()).singleElement().asString().contains("s1", "out 1000", "out 1001");
    }

    @Test
    void anInterimThatWasLostAfterItsAcknowledgementIsFound() {
        kept.set(1, session("s2", null, 0, 0));
        used = new Octets(100, 1000);
        assertThat(differences()).singleElement().asString().contains("s2", "totals differ");
    }

    @Test
    void aStopThatTheServerForgotIsFound() {
        kept.set(0, session("s1", null, 100, 1000));
        assertThat(differences()).singleElement().asString().contains("s1", "Stop was acknowledged", "online");
    }

    @Test
    void aSessionThatTheServerEndedByMistakeIsFound() {
        kept.set(1, session("s2", "nas-restarted", 50, 500));
        assertThat(differences()).singleElement().asString().contains("s2", "is online", "nas-restarted");
    }

    @Test
    void aSessionThatNoNasHadIsFound() {
        kept.add(session("s3", null, 0, 0));
        assertThat(differences()).singleElement().asString().contains("s3", "never had");
    }

    @Test
    void whatALaterRunDidIsNoDifference() {
        kept.add(new ServerSession("nas-1", "s3", "ana", BEGUN.plusSeconds(3600), null, 0, 0, 0));
        assertThat(differences()).isEmpty();
    }

    @Test
    void usageThatIsNotTheSumOfTheSessionsIsFound() {
        used = new Octets(150, 1499);
        assertThat(differences()).singleElement().asString().contains("usage by day", "1499", "1500");
    }

    @Test
    void aRecordThatWasNeverAcknowledgedMayBeThereOrNot() throws IOException {
        write(line("s1", "start", true, 1, 0, 0), line("s1", "interim", false, 2, 50, 500));
        kept.clear();
        kept.add(session("s1", null, 0, 0));
        used = null;
        assertThat(differences()).isEmpty();
        kept.set(0, session("s1", null, 50, 500));
        assertThat(differences()).isEmpty();
        kept.set(0, session("s1", null, 100, 1000));
        assertThat(differences()).hasSize(1);
    }

    @Test
    void aLedgerWhoseWriterWasKilledIsReadUpToItsLastWholeLine() throws IOException {
        Files.writeString(ledger, Files.readString(ledger) + "{\"nas\":\"nas-1\",\"sess");
        assertThat(differences()).isEmpty();
    }
}
