package net.catraca.admin.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTablesTest {

    @TempDir
    private Path folder;

    @Test
    void theWrongFolderAndAMisspeltFileAreTold() throws IOException {
        Files.writeString(folder.resolve("costumers.csv"), "external_id\n");
        assertThatThrownBy(() -> FileTables.in(folder).namesBeside(CutOverKind.tables()))
                .hasMessageStartingWith("expected some of nas.csv, customers.csv, ")
                .hasMessageEndingWith("sessions.csv, and there is none");

        Files.writeString(folder.resolve("NAS.csv"), "name\n");
        assertThat(FileTables.in(folder).namesBeside(CutOverKind.tables())).containsExactly("costumers");
    }
}
