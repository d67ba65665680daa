package net.catraca.admin.settings;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.ScheduleText;
import org.jspecify.annotations.Nullable;

/** What a setting may hold, how its text is read, and what to tell a person who wrote something else. */
public sealed interface SettingType<T> {

    /** The value that a text means, or null when it means none. */
    @Nullable
    T parse(String text);

    /** Completes the sentence "expected …". */
    String expected();

    /** Whether a YAML list may stand for it; its items reach {@link #parse} joined by commas. */
    default boolean isList() {
        return false;
    }

    /** A whole number; both ends are included. */
    record WholeNumber(int least, int most) implements SettingType<Integer> {
        @Override
        public @Nullable Integer parse(String text) {
            try {
                int number = Integer.parseInt(text);
                return number >= least && number <= most ? number : null;
            } catch (NumberFormatException notANumber) {
                return null;
            }
        }

        @Override
        public String expected() {
            return "a whole number from " + least + " to " + most;
        }
    }

    /** One word of a few. */
    record Choice<E extends Enum<E>>(Class<E> values) implements SettingType<E> {
        @Override
        public @Nullable E parse(String text) {
            return Arrays.stream(values.getEnumConstants())
                    .filter(value -> word(value).equals(text.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public String expected() {
            return Arrays.stream(values.getEnumConstants())
                    .map(Choice::word)
                    .collect(Collectors.joining(", ", "one of ", ""));
        }

        private static String word(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Any text that is not empty. */
    record Text(int mostCharacters) implements SettingType<String> {
        @Override
        public @Nullable String parse(String text) {
            return text.isEmpty() || text.length() > mostCharacters ? null : text;
        }

        @Override
        public String expected() {
            return "a text of 1 to " + mostCharacters + " characters";
        }
    }

    /** A file or folder; a relative one lies below Catraca's own folder, wherever it was started from. */
    record FilePath(String what) implements SettingType<Path> {
        @Override
        public @Nullable Path parse(String text) {
            try {
                return text.isBlank() ? null : Path.of(text);
            } catch (InvalidPathException noPath) {
                return null;
            }
        }

        @Override
        public String expected() {
            return "the path of a " + what;
        }
    }

    /** Addresses of this machine, as numbers: a name could mean something else tomorrow. */
    record Addresses() implements SettingType<Addresses.Listen> {

        /** Where to listen: an empty list means every address that the machine has. */
        public record Listen(List<InetAddress> addresses) {
            public Listen {
                addresses = List.copyOf(addresses);
            }

            @Override
            public String toString() {
                return addresses.isEmpty()
                        ? "all"
                        : addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
            }
        }

        @Override
        public @Nullable Listen parse(String text) {
            if (text.strip().equals("all")) {
                return new Listen(List.of());
            }
            var addresses = new ArrayList<InetAddress>();
            for (String literal : text.split(",", -1)) {
                try {
                    addresses.add(InetAddress.ofLiteral(literal.strip()));
                } catch (IllegalArgumentException notAnAddress) {
                    return null;
                }
            }
            return new Listen(addresses);
        }

        @Override
        public String expected() {
            return "\"all\", or a list of IP addresses of this machine";
        }

        @Override
        public boolean isList() {
            return true;
        }
    }

    /** One address of this machine, as a number. */
    record Address() implements SettingType<InetAddress> {
        @Override
        public @Nullable InetAddress parse(String text) {
            try {
                return InetAddress.ofLiteral(text.strip());
            } catch (IllegalArgumentException notAnAddress) {
                return null;
            }
        }

        @Override
        public String expected() {
            return "one IP address of this machine";
        }
    }

    /** Where a PostgreSQL is, in the words of its JDBC driver. */
    record JdbcUrl() implements SettingType<String> {
        @Override
        public @Nullable String parse(String text) {
            return text.startsWith("jdbc:postgresql:") && !text.contains(" ") ? text : null;
        }

        @Override
        public String expected() {
            return "a JDBC URL such as jdbc:postgresql://db1,db2:5432/catraca?targetServerType=primary";
        }
    }

    /** When a job runs; its times are of the zone of new contracts, until the daemon's own is known. */
    record Schedule() implements SettingType<JobSchedule> {
        @Override
        public @Nullable JobSchedule parse(String text) {
            return ScheduleText.parse(text, Contract.DEFAULT_ZONE).orElse(null);
        }

        @Override
        public String expected() {
            return "\"off\", a time of the day such as 02:30 or a list of times, or a pause such as \"every 10m\" (s, m,"
                    + " h, d)";
        }

        @Override
        public boolean isList() {
            return true;
        }
    }

    /** A time zone by name. */
    record Zone() implements SettingType<ZoneId> {
        @Override
        public @Nullable ZoneId parse(String text) {
            try {
                return ZoneId.of(text);
            } catch (DateTimeException unknown) {
                return null;
            }
        }

        @Override
        public String expected() {
            return "a time zone such as America/Sao_Paulo";
        }
    }
}
