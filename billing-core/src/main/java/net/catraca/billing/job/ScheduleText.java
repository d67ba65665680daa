package net.catraca.billing.job;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.catraca.billing.job.JobSchedule.Daily;
import net.catraca.billing.job.JobSchedule.Every;
import net.catraca.billing.job.JobSchedule.Off;

/** A schedule as people write it: {@code off}, {@code every 10m}, {@code 02:30} or {@code 09:00, 14:00}. */
public final class ScheduleText {

    private static final Pattern EVERY = Pattern.compile("every ([1-9][0-9]{0,4})([smhd])");

    private static final Pattern TIME = Pattern.compile("[0-9]{2}:[0-9]{2}");

    private static final Map<String, Duration> UNITS = Map.of(
            "s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1), "d", Duration.ofDays(1));

    private ScheduleText() {}

    /** @param zone of its times; nothing when it is none of these */
    public static Optional<JobSchedule> parse(String text, ZoneId zone) {
        if (text.equals("off")) {
            return Optional.of(new Off());
        }
        var every = EVERY.matcher(text);
        return every.matches()
                ? Optional.ofNullable(UNITS.get(every.group(2)))
                        .map(unit -> new Every(unit.multipliedBy(Long.parseLong(every.group(1)))))
                : times(text).map(times -> new Daily(times, zone));
    }

    private static Optional<List<LocalTime>> times(String text) {
        var times = new ArrayList<LocalTime>();
        for (var part : text.split(",", -1)) {
            var time = part.strip();
            if (!TIME.matcher(time).matches()) {
                return Optional.empty();
            }
            try {
                times.add(LocalTime.parse(time));
            } catch (DateTimeException noTime) {
                return Optional.empty();
            }
        }
        return Optional.of(times);
    }

    /** What {@link #parse} reads; the zone is not told. */
    public static String of(JobSchedule schedule) {
        return switch (schedule) {
            case Off _ -> "off";
            case Every(var pause) -> "every " + pause(pause.toSeconds());
            case Daily daily -> daily.times().stream().map(LocalTime::toString).collect(Collectors.joining(", "));
        };
    }

    private static String pause(long seconds) {
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        } else if (seconds % 3600 == 0) {
            return seconds / 3600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
