package net.catraca.radius.flow;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import net.catraca.billing.testing.LogCapture;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.testing.ManualTicker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DropLogTest {

    private static final InetAddress SOURCE = InetAddress.ofLiteral("192.0.2.1");

    private final ManualTicker ticker = new ManualTicker();
    private final DropLog drops = new DropLog(ticker);
    private final LogCapture log = new LogCapture("net.catraca.radius.drops", Level.INFO);

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void firstDropIsSaidAtOnceWithWhatToDo() {
        drops.dropped(Drop.BAD_MESSAGE_AUTHENTICATOR, SOURCE, NasFixtures.nas(1, "192.0.2.1"));

        assertThat(log.lines())
                .containsExactly(
                        "192.0.2.1 nas=nas-1: no answer: wrong Message-Authenticator; compare the shared secrets");
    }

    @Test
    void theNextOnesOfThatSourceAreOnlyCountedUntilTenSecondsLater() {
        for (int i = 0; i < 500; i++) {
            drops.dropped(Drop.UNKNOWN_CLIENT, SOURCE, null);
        }
        assertThat(log.lines()).hasSize(1);

        ticker.pass(Duration.ofSeconds(10));
        drops.dropped(Drop.UNKNOWN_CLIENT, SOURCE, null);

        assertThat(log.lines()).hasSize(2).last().asString().contains("and 499 times since");
    }

    @Test
    void anotherReasonOrSourceHasItsOwnLine() {
        drops.dropped(Drop.UNKNOWN_CLIENT, SOURCE, null);
        drops.dropped(Drop.TRUNCATED, SOURCE, null);
        drops.dropped(Drop.UNKNOWN_CLIENT, InetAddress.ofLiteral("192.0.2.2"), null);

        assertThat(log.lines()).hasSize(3);
    }

    @Test
    void forgedSourcesWithoutEndDoNotFillTheLog() throws UnknownHostException {
        for (int i = 0; i < 50_000; i++) {
            byte[] forged = {10, (byte) (i >>> 16), (byte) (i >>> 8), (byte) i};
            drops.dropped(Drop.UNKNOWN_CLIENT, InetAddress.getByAddress(forged), null);
        }

        assertThat(log.lines()).hasSize(DropLog.MOST_SOURCES + 1);
    }

    @Test
    void impatienceOfANasIsNotWorthALine() {
        drops.dropped(Drop.DUPLICATE_IN_PROGRESS, SOURCE, null);

        assertThat(log.lines()).isEmpty();
    }

    @Test
    void everyReasonHasItsWords() {
        for (var why : Drop.values()) {
            drops.dropped(why, SOURCE, null);
        }

        assertThat(log.lines()).allSatisfy(line -> assertThat(line).matches(".*no answer: .{10,}"));
    }
}
