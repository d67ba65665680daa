package net.catraca.radius.flow;

import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.LogCapture;
import net.catraca.billing.testing.SnapshotBuilder;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AccessLogTest {

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final Conversation conversation = new Conversation(isp, ticker);
    private final LogCapture log = new LogCapture("net.catraca.radius.access", Level.INFO);
    private int requests;

    @AfterEach
    void close() {
        log.close();
        isp.close();
    }

    private void dial(String login, String password) {
        byte[] authenticator = new byte[16];
        ByteBuffer.wrap(authenticator).putInt(++requests);
        conversation.ask(Proofs.pap(
                        accessRequest(requests % 256)
                                .authenticator(authenticator)
                                .add(AttributeType.USER_NAME, login),
                        password,
                        TestIsp.SECRET)
                .signed(TestIsp.SECRET));
    }

    @Test
    void blockedSubscriberIsExplainedInOneLine() {
        dial("blocked", "blocked-pass");

        assertThat(log.lines())
                .containsExactly("login=blocked nas=nas-1 → garden: 40 days late since 2026-08-07,"
                        + " policy residential v1 blocks at 30");
    }

    @Test
    void everySituationHasItsWords() {
        said(
                "released (TRUST_UNLOCK) until",
                Fixtures.blockedContract().trustUnlock(Fixtures.NOW.minusSeconds(60), Fixtures.NOW.plusSeconds(60)));
        said("paused from 2026-09-10 to 2026-09-30", Fixtures.pausedContract());
        said("blocked by an operator since", Fixtures.manuallyBlockedContract());
        said("awaiting activation", Fixtures.awaitingContract());
        said("exempt from 2026-01-01", Fixtures.exemptContract());
        said("cancelled on 2026-09-01", Fixtures.cancelledContract());
        said("says BLOCKED, a run has committed ACTIVE", Fixtures.overdueContract());
        said(
                "not BLOCKED by AUTOMATIC_RESTRICTION until 2026-10-01",
                Fixtures.blockedContract().automaticRestriction(AutomaticRestriction.NEVER, "2026-10-01"));
        said("residential v1 reduces at 15", Fixtures.reducedContract());
        said("residential v1 warns at 3", Fixtures.contract().lateSince(Fixtures.TODAY.minusDays(4)));
        said("nothing is late, paid until 2026-10-05", Fixtures.paidUntil("2026-10-05"));
    }

    private void said(String words, SnapshotBuilder contract) {
        ticker.pass(Duration.ofSeconds(1));
        isp.directory.subscribe("somebody", contract);

        dial("somebody", "somebody-pass");

        assertThat(log.lines().getLast()).contains(words);
    }

    @Test
    void passwordsAreNeverWritten() {
        dial("active", "active-pass");
        dial("active", "a-wrong-one");
        dial("nobody", "a-secret-of-somebody-else");

        assertThat(log.lines()).hasSize(3).noneMatch(line -> line.matches(".*(active-pass|a-wrong-one|a-secret).*"));
    }

    @Test
    void loginCannotWriteALineOfItsOwn() {
        dial("active\nlogin=admin nas=core → active\u202E", "x");

        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("login=active?login=admin?nas=core?→?active? nas=");
    }

    @Test
    void wholeCityThatDialsInFillsNoLog() {
        for (int i = 0; i < 1_000; i++) {
            dial("active", "active-pass");
        }
        assertThat(log.lines()).hasSize(AccessLog.LINES_PER_SECOND);

        ticker.pass(Duration.ofSeconds(1));
        dial("active", "active-pass");

        assertThat(log.lines().get(AccessLog.LINES_PER_SECOND)).startsWith("980 more answers");
    }

    @Test
    void atLevelDebugEveryAnswerHasItsLine() {
        try (var all = new LogCapture("net.catraca.radius.access", Level.DEBUG)) {
            for (int i = 0; i < 100; i++) {
                dial("active", "active-pass");
            }

            assertThat(all.lines()).hasSize(100);
        }
    }
}
