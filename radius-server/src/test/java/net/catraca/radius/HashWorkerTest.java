package net.catraca.radius;

import static net.catraca.radius.packet.RequestBuilder.accessRequest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.AccessFlow;
import net.catraca.radius.flow.Answer;
import net.catraca.radius.flow.Answer.Pending;
import net.catraca.radius.flow.Answer.Reply;
import net.catraca.radius.flow.Answer.Silence;
import net.catraca.radius.flow.Datagram;
import net.catraca.radius.flow.HashUpgrade;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HashWorkerTest {

    private static final InetSocketAddress NAS = new InetSocketAddress("192.0.2.1", 40_000);
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.254", 1812);

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final AccessFlow flow = isp.flows.get().access();
    private final HashWorker worker = new HashWorker(ticker, Duration.ofSeconds(5), HashUpgrade.NONE);
    private final Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
    private final List<Answer> delivered = new CopyOnWriteArrayList<>();
    private int requests;

    @AfterEach
    void close() {
        worker.close();
        isp.close();
    }

    private Pending pending() {
        isp.directory.subscribe(
                "imported", Fixtures.contract(), new Credential.Imported("$1$saltsalt$e6Grroz2lEdSv7v30gFLw."));
        byte[] authenticator = new byte[16];
        ByteBuffer.wrap(authenticator).putInt(++requests);
        var request = Proofs.pap(
                        accessRequest(requests % 256)
                                .authenticator(authenticator)
                                .add(AttributeType.USER_NAME, "imported"),
                        "imported-pass",
                        TestIsp.SECRET)
                .signed(TestIsp.SECRET);
        return (Pending) flow.answer(
                new Datagram(Unpooled.wrappedBuffer(request.octets()), new Datagram.Origin(NAS, LOCAL, ticker.read())));
    }

    private void submit(Pending pending) {
        worker.submit(flow, pending.waiting(), loop::add, delivered::add);
    }

    private void runLoopUntilDelivered(int count) {
        await().until(() -> {
            for (var task = loop.poll(); task != null; task = loop.poll()) {
                task.run();
            }
            return delivered.size() == count;
        });
    }

    @Test
    void outcomeComesBackToTheLoopAndNowhereElse() {
        submit(pending());
        await().until(() -> loop.size() == 1);
        assertThat(delivered).isEmpty();

        runLoopUntilDelivered(1);

        assertThat(delivered).singleElement().isInstanceOf(Reply.class);
    }

    @Test
    void whatFindsNoRoomIsSilenceAtOnce() throws InterruptedException {
        var release = new CountDownLatch(1);
        occupy(release);
        for (int i = 0; i < HashWorker.MOST_WAITING + 5; i++) {
            submit(pending());
        }

        assertThat(delivered).hasSize(5).containsOnly(new Silence(Drop.WORKER_BUSY));

        release.countDown();
        runLoopUntilDelivered(HashWorker.MOST_WAITING + 5);
    }

    @Test
    void whatWaitedLongerThanTheNasIsNotWorkedOn() throws InterruptedException {
        var release = new CountDownLatch(1);
        occupy(release);
        submit(pending());
        ticker.pass(Duration.ofSeconds(6));
        release.countDown();

        runLoopUntilDelivered(1);

        assertThat(delivered).containsExactly(new Silence(Drop.TOO_OLD));
    }

    /** Holds the worker's one thread by a loop that takes its outcome only when it is released. */
    private void occupy(CountDownLatch release) throws InterruptedException {
        var busy = new CountDownLatch(1);
        worker.submit(
                flow,
                pending().waiting(),
                _ -> {
                    busy.countDown();
                    awaitQuietly(release);
                },
                _ -> {});
        assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
