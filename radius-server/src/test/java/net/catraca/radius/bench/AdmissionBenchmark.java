package net.catraca.radius.bench;

import static net.catraca.radius.nas.NasFixtures.nas;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.auth.Proofs;
import net.catraca.radius.flow.Answer;
import net.catraca.radius.flow.Datagram;
import net.catraca.radius.flow.Flows;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.Place;
import net.catraca.radius.session.SimultaneousUse.Ruling;
import net.catraca.radius.testing.ManualTicker;
import net.catraca.radius.testing.TestIsp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to ask how many sessions a login has, and from where it may come: the whole way of a PAP request, from
 * octets to octets, and the question alone. {@value #SUBSCRIBERS} logins ask in turn, so that the caches of a processor
 * do not flatter.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 20, time = 1)
@Measurement(iterations = 5, time = 1)
public class AdmissionBenchmark {

    private static final int SUBSCRIBERS = 4096;
    private static final int START = 1;
    private static final InetSocketAddress NAS = new InetSocketAddress("192.0.2.1", 40_000);
    private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.254", 1812);

    /** What a login has when it dials in. */
    public enum Has {
        /** No session on-line. */
        NOTHING,
        /** The one session that it may have, from the same line: a ghost that is replaced. */
        GHOST,
        /** The same, and a MAC that it must come from. */
        GHOST_AND_LOCK
    }

    @Param
    private Has has = Has.NOTHING;

    private final ManualTicker ticker = new ManualTicker();
    private final TestIsp isp = new TestIsp(ticker, "192.0.2.1");
    private final Flows flows = isp.flows.get();
    private final ByteBuf[] requests = new ByteBuf[SUBSCRIBERS];
    private final SubscriberSnapshot[] subscribers = new SubscriberSnapshot[SUBSCRIBERS];
    private final Place[] places = new Place[SUBSCRIBERS];
    private int next;

    @Setup(Level.Trial)
    public void fill() {
        isp.serve(nas(1, "192.0.2.1"));
        for (int i = 0; i < SUBSCRIBERS; i++) {
            subscribers[i] = subscriber(i);
            isp.directory.put(subscribers[i]);
            // One of its own for each, or most would be duplicates.
            var authenticator = ByteBuffer.allocate(16).putLong(i).putLong(~i).array();
            var request = identified(RequestBuilder.accessRequest(i % 256).authenticator(authenticator), i);
            var packet = Proofs.pap(request, "segredo", TestIsp.SECRET).signed(TestIsp.SECRET);
            requests[i] = Unpooled.directBuffer().writeBytes(packet.octets());
            places[i] = Place.of(1, packet);
            if (has != Has.NOTHING) {
                var start = identified(
                                RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, i % 256)
                                        .add(AttributeType.ACCT_STATUS_TYPE, START)
                                        .add(AttributeType.ACCT_SESSION_ID, "session-" + i),
                                i)
                        .signed(TestIsp.SECRET);
                flows.accounting().answer(datagram(Unpooled.wrappedBuffer(start.octets())));
            }
        }
    }

    private SubscriberSnapshot subscriber(int i) {
        var locks = has == Has.GHOST_AND_LOCK
                ? new SubscriberLocks(MacLock.FIXED, mac(i), List.of(), null, null, false)
                : SubscriberLocks.NONE;
        return new SubscriberSnapshot(
                1_000 + i,
                1,
                "login-" + i,
                Fixtures.contract().build(),
                AuthFixtures.recoverable("segredo"),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                locks,
                new SessionLimit(1, SimultaneousPolicy.REPLACE_SAME_LINE));
    }

    private static String mac(int i) {
        return "02%010x".formatted(i);
    }

    private static RequestBuilder identified(RequestBuilder request, int i) {
        return request.add(AttributeType.USER_NAME, "login-" + i)
                .add(AttributeType.CALLING_STATION_ID, mac(i))
                .add(AttributeType.NAS_PORT_ID, "port-" + i);
    }

    private Datagram datagram(ByteBuf octets) {
        return new Datagram(octets, new Datagram.Origin(NAS, LOCAL, ticker.read()));
    }

    private int turn() {
        next = (next + 1) % SUBSCRIBERS;
        return next;
    }

    @Benchmark
    public Answer papExchange() {
        return flows.access().answer(datagram(requests[turn()].readerIndex(0)));
    }

    @Benchmark
    public Ruling question() {
        int i = turn();
        return isp.admission.ask(subscribers[i], i, places[i], true, isp.clock.instant());
    }

    @TearDown(Level.Trial)
    public void close() {
        isp.close();
    }
}
