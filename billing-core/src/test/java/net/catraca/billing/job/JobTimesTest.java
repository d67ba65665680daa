package net.catraca.billing.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.catraca.billing.job.JobSchedule.Daily;
import net.catraca.billing.job.JobSchedule.Every;
import net.catraca.billing.job.JobSchedule.Off;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTimesTest {

    private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");
    private static final JobSchedule TWICE = daily(SAO_PAULO, "09:00", "02:30");
    private static final JobSchedule EACH_MINUTE = new Every(Duration.ofMinutes(1));

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T05:29:59Z, 2026-11-23T05:30:00Z",
        "2026-11-23T05:30:00Z, 2026-11-23T12:00:00Z",
        "2026-11-23T12:00:00Z, 2026-11-24T05:30:00Z",
        "2026-11-24T02:59:59Z, 2026-11-24T05:30:00Z", // the 23rd in São Paulo
    })
    void aDailyJobRunsAtTheNextOfItsTimes(Instant ended, Instant next) {
        assertThat(JobTimes.next(TWICE, ended)).contains(next);
    }

    @Test
    void aTimeThatAChangeOfClocksSkipsIsNotLost() {
        var berlin = daily(ZoneId.of("Europe/Berlin"), "02:30");

        assertThat(JobTimes.next(berlin, Instant.parse("2026-03-28T12:00:00Z")))
                .contains(Instant.parse("2026-03-29T01:30:00Z")); // 03:30 there
        assertThat(JobTimes.next(berlin, Instant.parse("2026-03-29T01:30:00Z")))
                .contains(Instant.parse("2026-03-30T00:30:00Z"));
    }

    @Test
    void aTimeThatComesTwiceRunsOnce() {
        var berlin = daily(ZoneId.of("Europe/Berlin"), "02:30");
        var first = JobTimes.next(berlin, Instant.parse("2026-10-24T12:00:00Z")).orElseThrow();

        assertThat(first).isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
        assertThat(JobTimes.next(berlin, first)).contains(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void aJobThatIsOffRunsNeverByItself() {
        var now = Instant.parse("2026-11-23T12:00:00Z");

        assertThat(JobTimes.first(new Off(), now)).isEmpty();
        assertThat(JobTimes.next(new Off(), now)).isEmpty();
        assertThat(JobTimes.retry(new Off(), 1, now)).isEmpty();
        assertThat(JobTimes.arranged(new Off(), now, true, now)).isEmpty();
    }

    @Test
    void failuresAreRetriedLessAndLessOftenWithinABound() {
        var now = Instant.parse("2026-11-23T12:30:00Z");

        assertThat(retries(TWICE, now)).startsWith("PT30S", "PT1M", "PT2M", "PT4M", "PT8M", "PT15M", "PT15M");
        assertThat(retries(EACH_MINUTE, now)).startsWith("PT30S", "PT1M", "PT1M");
        assertThat(retries(new Every(Duration.ofSeconds(10)), now)).startsWith("PT30S", "PT1M", "PT1M");
        assertThat(retries(new Every(Duration.ofMinutes(5)), now)).endsWith("PT5M");
        assertThat(retries(new Every(Duration.ofHours(6)), now)).endsWith("PT15M");
        assertThat(JobTimes.retry(TWICE, Integer.MAX_VALUE, now)).contains(now.plus(Duration.ofMinutes(15)));
    }

    @Test
    void aRetryIsNeverLaterThanTheNextRegularRun() {
        assertThat(JobTimes.retry(TWICE, 9, Instant.parse("2026-11-23T11:50:00Z")))
                .contains(Instant.parse("2026-11-23T12:00:00Z"));
    }

    private static List<String> retries(JobSchedule schedule, Instant now) {
        return Stream.iterate(1, failures -> failures <= 20, failures -> failures + 1)
                .map(failures -> Duration.between(
                                now, JobTimes.retry(schedule, failures, now).orElseThrow())
                        .toString())
                .toList();
    }

    @Test
    void aStartKeepsWhatFitsAndMovesWhatDoesNot() {
        var now = Instant.parse("2026-11-23T12:30:00Z");
        var regular = Instant.parse("2026-11-24T05:30:00Z");

        assertThat(arranged(TWICE, null, false, now)).isEqualTo(regular);
        assertThat(arranged(TWICE, regular, false, now)).isEqualTo(regular);
        assertThat(arranged(TWICE, now.minusSeconds(9000), false, now))
                .as("overdue: it runs at once")
                .isEqualTo(now.minusSeconds(9000));
        assertThat(arranged(TWICE, now.plusSeconds(60), false, now))
                .as("of an earlier schedule")
                .isEqualTo(regular);
        assertThat(arranged(TWICE, now.plusSeconds(60), true, now))
                .as("a retry")
                .isEqualTo(now.plusSeconds(60));
        assertThat(arranged(TWICE, regular.plusSeconds(1), true, now)).isEqualTo(regular);
        assertThat(arranged(EACH_MINUTE, null, false, now)).isEqualTo(now);
        assertThat(arranged(EACH_MINUTE, now.plusSeconds(30), false, now)).isEqualTo(now.plusSeconds(30));
        assertThat(arranged(EACH_MINUTE, now.plusSeconds(3600), false, now)).isEqualTo(now.plusSeconds(60));
    }

    @Test
    void theNextRunIsAlwaysAheadAndOneOfTheTimes() {
        var random = new Random(4711);
        for (int i = 0; i < 2_000; i++) {
            var zone = ZoneId.of(List.of("America/Sao_Paulo", "Europe/Berlin", "Australia/Lord_Howe")
                    .get(random.nextInt(3)));
            var time = LocalTime.of(random.nextInt(24), random.nextInt(60));
            var after = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(365 * 86_400));

            var next = JobTimes.next(new Daily(List.of(time), zone), after).orElseThrow();

            assertThat(next).isAfter(after).isBeforeOrEqualTo(after.plus(Duration.ofHours(25)));
            assertThat(Duration.between(time, next.atZone(zone).toLocalTime()).toMinutes())
                    .isIn(0L, 30L, 60L);
        }
    }

    private static @Nullable Instant arranged(
            JobSchedule schedule, @Nullable Instant planned, boolean isRetry, Instant now) {
        return JobTimes.arranged(schedule, planned, isRetry, now).orElse(null);
    }

    private static Daily daily(ZoneId zone, String... times) {
        return new Daily(Stream.of(times).map(LocalTime::parse).toList(), zone);
    }
}
