package net.catraca.billing.cnab;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing that a bank sends throws, and a movement that is money always has an amount and a day. An ordinary run feeds a
 * file of each layout; this looks for more from there:
 *
 * <pre>JAZZER_FUZZ=1 ./mvnw test -pl billing-core -Dtest=ReturnFileFuzzTest -Djazzer.hooks=true</pre>
 */
class ReturnFileFuzzTest {

    private static final Layouts LAYOUTS = Layouts.bundled();

    static Stream<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (var layout : LAYOUTS.all()) {
            var out = new ByteArrayOutputStream();
            try (var writer = new ReturnFileWriter(out, layout, "1", 1, LocalDate.EPOCH)) {
                writer.movement("06", "1", "1", 1, 1, 0, LocalDate.EPOCH, null);
            }
            seeds.add(out.toByteArray());
        }
        return seeds.stream();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "2m") // must be the last annotation
    void takesAnyOctets(byte[] file) throws IOException {
        for (var layout : LAYOUTS.all()) {
            ReturnFile.read(new ByteArrayInputStream(file), layout, ReturnFileFuzzTest::requireSound);
        }
    }

    private static void requireSound(Part part) {
        if (part instanceof Part.Movement movement
                && movement.code().pays()
                && (movement.paidCents() <= 0
                        || movement.occurredOn() == null
                        || movement.chargesCents() > movement.paidCents())) {
            throw new AssertionError(movement.toString());
        }
    }
}
