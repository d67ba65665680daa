package net.catraca.admin.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.TestSettings;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.ScheduleText;
import net.catraca.billing.office.JobDesk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobSettingsTest {

    private static final ZoneId ZONE = ZoneId.of("America/Sao_Paulo");

    @Test
    void everyJobHasItsSettingWhoseDefaultIsItsOwnSchedule() {
        try (var api = ApiServer.start()) {
            assertThat(api.bean(JobDesk.class).list()).isNotEmpty().allSatisfy(job -> {
                String name = job.standing().name();
                assertThat(Schema.JOBS)
                        .as("add it to Schema.JOBS and to catraca.yml")
                        .containsKey(name);
                assertThat(Objects.requireNonNull(Schema.JOBS.get(name)).byDefault())
                        .as(name)
                        .isEqualTo(ScheduleText.of(job.schedule()));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "every 10s", "every 5m", "every 36h", "every 2d", "02:30", "09:00, 14:00"})
    void aScheduleIsReadAsItIsWritten(String text) {
        assertThat(ScheduleText.parse(text, ZONE).map(ScheduleText::of)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "never",
                "Off",
                "every",
                "every 0s",
                "every 10",
                "every -1m",
                "2:30",
                "24:00",
                "02:60",
                "02:30,",
                "every 999999s",
                "02:30 every 5m"
            })
    void anythingElseIsRefused(String text) {
        assertThat(ScheduleText.parse(text, ZONE)).isEmpty();
    }

    @Test
    void anEnvironmentVariableSaysWhenAJobRuns() {
        var settings = TestSettings.serve(Map.of("CATRACA_JOBS_ACCESS_RUN", "09:00,14:30"));

        assertThat(ScheduleText.of(settings.get(Objects.requireNonNull(Schema.JOBS.get("access-run")))))
                .isEqualTo("09:00, 14:30");
        assertThat(settings.get(Objects.requireNonNull(Schema.JOBS.get("release-ends"))))
                .isInstanceOf(JobSchedule.Every.class);
    }
}
