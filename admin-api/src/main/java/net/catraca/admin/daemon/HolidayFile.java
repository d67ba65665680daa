package net.catraca.admin.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.catraca.billing.calendar.LocalHolidays;

/** The file holidays.txt beside catraca.yml; it may be missing. */
final class HolidayFile {

    private static final String NAME = "holidays.txt";

    /** As of every other file of the configuration. */
    private static final long MOST_OCTETS = 1 << 20;

    private HolidayFile() {}

    /** @return what is wrong with it, with its name; then the holidays stay as they were */
    static List<String> read(Path folder, LocalHolidays holidays) {
        Path file = folder.resolve(NAME);
        try {
            if (!Files.exists(file)) {
                return named(holidays.replaceBy(List.of()));
            }
            return Files.size(file) > MOST_OCTETS
                    ? named(List.of("expected at most " + MOST_OCTETS + " octets"))
                    : named(holidays.replaceBy(Files.readAllLines(file)));
        } catch (IOException unreadable) {
            return named(List.of("cannot be read: " + unreadable.getMessage()));
        }
    }

    private static List<String> named(List<String> problems) {
        return problems.stream().map(problem -> NAME + ": " + problem).toList();
    }
}
