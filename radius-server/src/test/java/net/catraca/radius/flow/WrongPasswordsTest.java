package net.catraca.radius.flow;

import static net.catraca.radius.nas.NasFixtures.nas;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import net.catraca.radius.flow.Answer.DelayedReply;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RadiusPacket;
import net.catraca.radius.testing.TestIsp;
import net.catraca.radius.testing.TestProfiles;
import org.junit.jupiter.api.Test;

/** Rejects come late, and who guesses is not listened to for a while. */
class WrongPasswordsTest extends AccessFlowRig {

    @Test
    void rejectWaitsAboutASecondAndNotAlwaysTheSame() {
        Set<Integer> delays = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            delays.add(((DelayedReply) conversation.ask(pap("user-" + i, "wrong"))).delayMillis());
        }

        assertThat(delays).allSatisfy(delay -> assertThat(delay)
                .isBetween(
                        TestProfiles.REJECT_DELAY_MILLIS,
                        TestProfiles.REJECT_DELAY_MILLIS + TestProfiles.REJECT_DELAY_MILLIS / 10));
        assertThat(delays).hasSizeGreaterThan(20);
    }

    @Test
    void nasMayHaveItsOwnDelayOrNone() {
        serve(NasFixtures.rejectingAtOnce(nas(1, "192.0.2.1")));

        assertThat(((DelayedReply) conversation.ask(pap("active", "wrong"))).delayMillis())
                .isZero();
    }

    private RadiusPacket fromLine(String password, String line) {
        return papBuilder("active", password)
                .add(AttributeType.CALLING_STATION_ID, line)
                .signed(TestIsp.SECRET);
    }

    private void guess(int times, String line) {
        for (int i = 0; i < times; i++) {
            conversation.answered(fromLine("guess " + i, line));
        }
    }

    @Test
    void lineThatGuessesIsNotListenedToForAWhile() {
        guess(WrongPasswordThrottle.FREE_ATTEMPTS + 1, "00:00:5e:00:53:01");

        var right = conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"));

        assertThat(right.code()).isEqualTo(PacketCode.ACCESS_REJECT);
        assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "outcome", "slowed"))
                .isEqualTo(1);
    }

    @Test
    void rightOwnerOnAnotherLineNoticesNothing() {
        guess(50, "00:00:5e:00:53:01");

        assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:02"))))
                .isEqualTo("active");
    }

    @Test
    void rightPasswordWorksAgainAsSoonAsTheShortWaitIsOver() {
        guess(200, "00:00:5e:00:53:01");

        ticker.pass(WrongPasswordThrottle.LONGEST_WAIT);

        assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"))))
                .isEqualTo("active");
    }

    @Test
    void afterARightPasswordAllIsForgotten() {
        guess(WrongPasswordThrottle.FREE_ATTEMPTS, "00:00:5e:00:53:01");
        conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"));

        guess(WrongPasswordThrottle.FREE_ATTEMPTS, "00:00:5e:00:53:01");

        assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"))))
                .isEqualTo("active");
    }

    @Test
    void tryingDuringTheWaitDoesNotProlongIt() {
        guess(WrongPasswordThrottle.FREE_ATTEMPTS + 1, "00:00:5e:00:53:01");
        for (int i = 0; i < 19; i++) {
            ticker.pass(Duration.ofMillis(100));
            guess(1, "00:00:5e:00:53:01");
        }
        ticker.pass(Duration.ofMillis(100));

        assertThat(level(conversation.answered(fromLine("active-pass", "00:00:5e:00:53:01"))))
                .isEqualTo("active");
    }

    @Test
    void whereTheNasTellsNothingOfTheLineNobodyIsSlowed() {
        for (int i = 0; i < 50; i++) {
            conversation.answered(pap("active", "guess " + i));
        }

        assertThat(level(conversation.answered(login("active")))).isEqualTo("active");
    }

    @Test
    void unknownLoginIsSlowedLikeAKnownOne() {
        for (int i = 0; i <= WrongPasswordThrottle.FREE_ATTEMPTS; i++) {
            conversation.answered(papBuilder("nobody", "guess " + i)
                    .add(AttributeType.NAS_PORT, 7)
                    .signed(TestIsp.SECRET));
        }
        conversation.answered(
                papBuilder("nobody", "again").add(AttributeType.NAS_PORT, 7).signed(TestIsp.SECRET));

        assertThat(isp.counted("catraca.radius.requests", "nas", "nas-1", "outcome", "slowed"))
                .isEqualTo(1);
    }
}
