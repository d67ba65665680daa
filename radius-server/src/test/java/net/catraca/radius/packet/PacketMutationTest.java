package net.catraca.radius.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes the packets of {@code packets.txt} at random, but the same on every machine. */
class PacketMutationTest {

    private static final int MUTANTS = 3_000;

    private final PacketProbe probe = new PacketProbe();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void takesAnyChangeOfAPacket(long seed) {
        var random = new Random(seed);
        var packets = HexPacket.all();
        int wellFramed = 0;
        for (int i = 0; i < MUTANTS; i++) {
            var octets = packets.get(random.nextInt(packets.size())).octets();
            var mutant = mutate(Arrays.copyOf(octets, Math.min(octets.length, 4100)), random);
            wellFramed += probe.feed(mutant) ? 1 : 0;
        }
        // Otherwise the changes would test the framing alone.
        assertThat(wellFramed).isBetween(MUTANTS / 10, MUTANTS * 9 / 10);
    }

    private static byte[] mutate(byte[] octets, Random random) {
        var mutant = octets;
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            mutant = change(mutant, random);
        }
        if (mutant.length >= 20 && random.nextInt(4) > 0) {
            mutant[2] = (byte) (mutant.length >>> 8);
            mutant[3] = (byte) mutant.length;
        }
        return mutant;
    }

    private static byte[] change(byte[] octets, Random random) {
        if (octets.length < 21) {
            return Arrays.copyOf(octets, octets.length + random.nextInt(30));
        }
        int at = random.nextInt(octets.length);
        return switch (random.nextInt(5)) {
            case 0 -> flipped(octets, at, 1 << random.nextInt(8));
            case 1 -> flipped(octets, at, random.nextInt(256));
            case 2 -> Arrays.copyOf(octets, at);
            case 3 -> Arrays.copyOf(octets, octets.length + 2 + random.nextInt(20));
            default -> withLastAttributeAgain(octets);
        };
    }

    private static byte[] flipped(byte[] octets, int at, int bits) {
        octets[at] ^= (byte) bits;
        return octets;
    }

    private static byte[] withLastAttributeAgain(byte[] octets) {
        int last = 20;
        int at = 20;
        while (at + 1 < octets.length && octets[at + 1] > 1) {
            last = at;
            at += octets[at + 1] & 0xff;
        }
        int length = octets.length - last;
        var longer = Arrays.copyOf(octets, octets.length + length);
        System.arraycopy(octets, last, longer, octets.length, length);
        return longer;
    }
}
