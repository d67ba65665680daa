package net.catraca.radius;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelDropsTest {

    private static final String HEADER =
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref"
                    + " pointer drops             \n";

    @TempDir
    private Path folder;

    private Path table(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), HEADER + String.join("\n", lines) + "\n");
    }

    @Test
    void dropsOfOurPortsAreAddedUpOverBothFamilies() throws IOException {
        var v4 = table(
                "udp",
                "  412: 0100007F:0714 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 1 2 0 17",
                "  413: 0100007F:0714 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 2 2 0 5",
                "  500: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3 2 0 999");
        var v6 = table(
                "udp6",
                " 7000: 00000000000000000000000001000000:0715 00000000000000000000000000000000:0000 07 00000000:00000000"
                        + " 00:00000000 00000000     0        0 4 2 0 100");

        assertThat(new KernelDrops(List.of(v4, v6), Set.of(1812, 1813)).count()).isEqualTo(122);
    }

    @Test
    void machineWithoutProcCountsNothing() {
        assertThat(new KernelDrops(List.of(folder.resolve("none")), Set.of(1812)).count())
                .isZero();
    }

    @Test
    void tableThatLooksDifferentCountsNothingAndThrowsNothing() throws IOException {
        assertThat(new KernelDrops(List.of(table("udp", "a strange line")), Set.of(1812)).count())
                .isZero();
    }

    @Test
    void kernelOfThisMachineIsUnderstood() {
        assertThat(new KernelDrops(Set.of(1812)).count()).isGreaterThanOrEqualTo(0);
    }
}
