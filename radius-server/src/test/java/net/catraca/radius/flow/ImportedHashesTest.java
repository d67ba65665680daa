package net.catraca.radius.flow;

import static net.catraca.radius.flow.Conversation.silence;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.flow.Answer.DelayedReply;
import net.catraca.radius.flow.Answer.Pending;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hashes that another program has made are compared off the loop. */
class ImportedHashesTest extends AccessFlowRig {

    // crypt(3) of "imported-pass", as "openssl passwd -1 -salt saltsalt" prints it.
    private static final String HASH = "$1$saltsalt$e6Grroz2lEdSv7v30gFLw.";

    @Test
    void hashIsComparedOffTheLoopAndThenTheStoryGoesOn() {
        var pending = (Pending) conversation.ask(login("imported"));

        boolean matched = pending.waiting().check(HashUpgrade.NONE);
        var answer = conversation.access().resume(pending.waiting(), matched);

        assertThat(matched).isTrue();
        assertThat(level(RequestBuilder.decoded(conversation.octetsOf(answer)))).isEqualTo("active");
    }

    @Test
    void wrongPasswordIsRejectedAsLateAsAnyOther() {
        var pending = (Pending) conversation.ask(pap("imported", "wrong"));
        boolean matched = pending.waiting().check(HashUpgrade.NONE);
        ticker.pass(Duration.ofMillis(300));

        var answer = (DelayedReply) conversation.access().resume(pending.waiting(), matched);

        assertThat(matched).isFalse();
        assertThat(answer.delayMillis()).isBetween(700, 800);
    }

    @Test
    void copyOfARequestThatWaitsForTheWorkerGetsSilence() {
        var request = login("imported");
        conversation.ask(request);

        assertThat(silence(conversation.ask(request))).isEqualTo(Drop.DUPLICATE_IN_PROGRESS);
    }

    @Test
    void requestThatFoundNoWorkerIsNewWhenItComesAgain() {
        var request = login("imported");
        var pending = (Pending) conversation.ask(request);

        assertThat(silence(conversation.access().abandon(pending.waiting(), Drop.WORKER_BUSY)))
                .isEqualTo(Drop.WORKER_BUSY);

        assertThat(conversation.ask(request)).isInstanceOf(Pending.class);
    }

    @BeforeEach
    void subscribe() {
        isp.directory.subscribe("imported", Fixtures.contract(), new Credential.Imported(HASH));
    }
}
