package net.catraca.billing.calendar;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Holidays of states and cities, as a file lists them: a day a line, {@code 2026-07-09} for one year or {@code 07-09} for
 * every year, then its name. What follows a number sign is a comment. They can be read again while Catraca runs.
 */
public final class LocalHolidays implements Predicate<LocalDate> {

    /** More is not a list of holidays. */
    private static final int MOST = 2_000;

    private volatile Days days = new Days(Map.of(), Map.of());

    private record Days(Map<LocalDate, String> once, Map<MonthDay, String> yearly) {
        Days {
            once = Map.copyOf(once);
            yearly = Map.copyOf(yearly);
        }
    }

    @Override
    public boolean test(LocalDate day) {
        var known = days;
        return known.once().containsKey(day) || known.yearly().containsKey(MonthDay.from(day));
    }

    /** The name of a day that is one, or an empty text. */
    public String name(LocalDate day) {
        var known = days;
        return known.once().getOrDefault(day, known.yearly().getOrDefault(MonthDay.from(day), ""));
    }

    /** @return what is wrong with them, line by line; then those of before stay */
    public List<String> replaceBy(List<String> lines) {
        Map<LocalDate, String> once = new HashMap<>();
        Map<MonthDay, String> yearly = new HashMap<>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            var text = lines.get(i).replaceFirst("#.*", "").strip();
            if (text.isEmpty()) {
                continue;
            }
            var parts = text.split("\\s+", 2);
            var name = parts.length == 2 ? parts[1] : parts[0];
            try {
                if (parts[0].length() == 5) {
                    yearly.put(MonthDay.parse("--" + parts[0]), name);
                } else {
                    once.put(LocalDate.parse(parts[0]), name);
                }
            } catch (DateTimeException notADay) {
                problems.add("line " + (i + 1) + ": expected a day such as 2026-07-09 or 07-09, was " + parts[0]);
            }
        }
        if (once.size() + yearly.size() > MOST) {
            problems.add("expected at most " + MOST + " holidays");
        }
        if (problems.isEmpty()) {
            days = new Days(once, yearly);
        }
        return problems;
    }
}
