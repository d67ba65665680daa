package net.catraca.admin.daemon;

import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import net.catraca.admin.demo.DemoFiles;
import net.catraca.admin.demo.DemoIsp;
import net.catraca.admin.postgres.EmbeddedPostgres;
import net.catraca.admin.postgres.PostgresFailure;
import net.catraca.admin.postgres.store.Databases;
import net.catraca.admin.settings.Schema;
import net.catraca.admin.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo's database. Its dates are relative to the day on which it was seeded, which is noted beside it: on the same
 * day it goes on, on a later one it begins anew, and so does one whose seeding was cut off.
 */
final class DemoDatabase {

    private static final Logger LOG = LoggerFactory.getLogger(DemoDatabase.class);

    private static final String NOTE = "seeded as of ";

    private final Databases databases;
    private final String name;
    private final Path directoryFile;
    private final Path journal;
    private final ZoneId zone;
    private final LocalDate today;
    private final Path filesFolder;
    private final Clock clock;
    private boolean seeded;

    private DemoDatabase(Settings settings, Databases databases, Clock clock) {
        this.databases = databases;
        this.name = DatabaseAccess.embeddedName(settings);
        this.directoryFile = Contexts.directoryFile(settings);
        this.journal = Contexts.usualJournalFolder(settings);
        this.zone = settings.get(Schema.ZONE);
        this.filesFolder = settings.path(Schema.DATA).resolve("demo-files");
        this.clock = clock;
        this.today = LocalDate.ofInstant(clock.instant(), zone);
    }

    /** Finds today's, or makes an empty one. */
    static DemoDatabase on(int port, Settings settings, Clock clock) throws PostgresFailure {
        var passwords = EmbeddedPostgres.passwordsIn(DatabaseAccess.embeddedFolder(settings));
        var demo = new DemoDatabase(settings, Databases.on(port, passwords), clock);
        demo.prepare();
        return demo;
    }

    private void prepare() throws PostgresFailure {
        Optional<String> noted = databases.noted(name);
        seeded = noted.equals(Optional.of(NOTE + today));
        if (seeded) {
            LOG.info("the demo ISP goes on as it was left today, {}", today);
            return;
        }
        noted.ifPresent(note -> LOG.info("the demo ISP was {}; seeding it anew as of {}", note, today));
        databases.makeAnew(name);
        try {
            Files.deleteIfExists(directoryFile);
            deleteJournal();
        } catch (IOException failed) {
            throw new PostgresFailure(
                    "Cannot delete " + directoryFile + " or " + journal + ", which are of another day: " + failed,
                    failed);
        }
    }

    /** The one in the demo's own folder; a folder that a person named may hold more than the demo. */
    private void deleteJournal() throws IOException {
        if (Files.isDirectory(journal)) {
            try (var files = Files.list(journal)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Seeds it unless it is, and lets its tokens work. */
    void open(ApplicationContext context) throws PostgresFailure {
        DemoIsp isp = context.getBean(DemoIsp.class);
        if (!seeded) {
            isp.seed(zone);
            DemoFiles.write(filesFolder, isp.issued(), today, clock.instant());
            LOG.info("files that a bank would send for this ISP lie in {}", filesFolder);
            databases.note(name, NOTE + today);
        }
        isp.installTokens();
    }
}
