package net.catraca.admin.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path temporary;

    @Test
    void aSecondDaemonIsRefusedAndToldWhoHoldsIt() throws Exception {
        Path path = temporary.resolve("data");

        try (var held = DataFolder.hold(path)) {
            assertThat(held.path()).isEqualTo(path);
            assertThatThrownBy(() -> DataFolder.hold(path))
                    .isInstanceOf(StartFailure.class)
                    .hasMessage("The data folder " + path + " is in use by another Catraca, process "
                            + ProcessHandle.current().pid()
                            + ". Stop that one, or give this one a folder of its own (CATRACA_DATA).");
        }
    }

    @Test
    void givenBackItCanBeHeldAgain() throws Exception {
        DataFolder.hold(temporary).close();

        try (var again = DataFolder.hold(temporary)) {
            assertThat(again.path()).isEqualTo(temporary);
        }
    }

    @Test
    void whatItMakesOthersMayPassThroughButNotLookInto() throws Exception {
        Path path = temporary.resolve("a/b");

        try (var held = DataFolder.hold(path)) {
            assertThat(Files.getPosixFilePermissions(held.path()))
                    .isEqualTo(PosixFilePermissions.fromString("rwx--x--x"));
        }
    }

    @Test
    void aFileInItsPlaceIsNamed() throws Exception {
        Path file = Files.createFile(temporary.resolve("data"));

        assertThatThrownBy(() -> DataFolder.hold(file))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("The data folder " + file + " (catraca.data) cannot be used: ");
    }
}
