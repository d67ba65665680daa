package net.catraca.billing.job;

import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/** When a {@link Job} runs. */
public sealed interface JobSchedule {

    /**
     * At times of each day.
     *
     * @param times at least one
     */
    record Daily(List<LocalTime> times, ZoneId zone) implements JobSchedule {

        public Daily {
            times = times.stream().sorted().distinct().toList();
            if (times.isEmpty()) {
                throw new IllegalArgumentException("times: expected at least one");
            }
        }
    }

    /**
     * Again that long after its last run ended.
     *
     * @param pause at least a second
     */
    record Every(Duration pause) implements JobSchedule {

        public Every {
            if (pause.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("pause: expected at least one second, was " + pause);
            }
        }
    }

    /** Not by itself: only when a person or a program asks for a run. */
    record Off() implements JobSchedule {}
}
