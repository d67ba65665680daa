package net.catraca.billing.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rule that reads the database's clock cannot be tested, replayed or told from a wrong one. */
class DatabaseClockTest {

    private static final Pattern DATABASE_CLOCK = Pattern.compile(
            "(?<![\\w.])now\\s*\\(\\s*\\)|'now'|\\bcurrent_(date|time|timestamp)\\b|\\blocaltime(stamp)?\\b"
                    + "|\\b(clock|statement|transaction)_timestamp\\b|\\btimeofday\\b",
            Pattern.CASE_INSENSITIVE);

    /**
     * The follower compares the two clocks, which is what keeps everything from tightening when they disagree. Leases
     * between nodes go by the one clock that nodes share. A migration that begins a history dates its beginning.
     */
    private static final Set<String> MAY_READ_IT =
            Set.of("FeedFollower.java", "TargetBook.java", "BlockBook.java", "WebhookBook.java", "V10__run_guards.sql");

    @Test
    void noSqlReadsTheDatabasesClock() throws IOException {
        var sources = sources();

        assertThat(sources).anyMatch(path -> path.endsWith("V1__billing.sql"));
        assertThat(sources).anyMatch(path -> path.endsWith("AccessWrite.java"));
        assertThat(sources)
                .filteredOn(path -> !MAY_READ_IT.contains(path.getFileName().toString()))
                .allSatisfy(path ->
                        assertThat(withoutComments(Files.readString(path))).doesNotContainPattern(DATABASE_CLOCK));
    }

    @Test
    void theSearchFindsWhatItLooksFor() {
        assertThat(Stream.of("default now()", "due_on < CURRENT_DATE", "at < current_timestamp - x", "'now'::date"))
                .allMatch(sql -> DATABASE_CLOCK.matcher(sql).find());
        assertThat(Stream.of("held.now()", "known (", "now timestamptz"))
                .noneMatch(sql -> DATABASE_CLOCK.matcher(sql).find());
    }

    /** Migrations and store packages of all modules, from the module's folder that tests run in. */
    private static List<Path> sources() throws IOException {
        try (var files = Files.walk(Path.of(".."), 20)) {
            return files.filter(path -> path.toString().contains("/src/main/"))
                    .filter(path -> path.toString().matches(".*/db/migration/[^/]+\\.sql|.*/store/[^/]+\\.java"))
                    .toList();
        }
    }

    private static String withoutComments(String source) {
        return source.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)(//|--).*$", "");
    }
}
