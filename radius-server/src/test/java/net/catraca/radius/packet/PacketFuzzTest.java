package net.catraca.radius.packet;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing a client sends throws. An ordinary run feeds the packets of {@code packets.txt} and past findings; this looks
 * for new ones from there:
 *
 * <pre>JAZZER_FUZZ=1 ./mvnw test -pl radius-server -am -Dtest=PacketFuzzTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Djazzer.hooks=true</pre>
 */
class PacketFuzzTest {

    private final PacketProbe probe = new PacketProbe();

    static Stream<byte[]> seeds() {
        return HexPacket.all().stream().map(HexPacket::octets);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "5m") // must be the last annotation
    void takesAnyOctets(byte[] datagram) {
        probe.feed(datagram);
    }
}
