package net.catraca.admin.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.RunningDaemon;
import net.catraca.admin.testing.TestSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo with what its bank sends, as a person tries it: over HTTP, and by what a router is answered. */
class DemoMoneyTest {

    private static final Clock CLOCK = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));

    @TempDir
    Path data;

    @Test
    void theBanksFilePaysTwoHundredOnceAndAPixRestoresTheBlockedWithinASecond() throws Exception {
        var settings = TestSettings.demo(Map.of("CATRACA_DATA", data.toString()));
        try (var daemon = RunningDaemon.start(settings, CLOCK)) {
            byte[] file = Files.readAllBytes(data.resolve("demo-files/retorno-bradesco.ret"));

            var first = upload(daemon, file).expect(201);
            assertThat(first.number("file/paid")).isEqualTo(200);
            assertThat(first.number("file/other")).isEqualTo(1);
            assertThat(first.number("file/faulty")).isZero();
            assertThat(upload(daemon, file).expect(200).string("repeated")).isEqualTo("true");

            assertThat(isInGarden(daemon)).isTrue();
            long begun = System.nanoTime();
            daemon.authorized()
                    .header("X-Catraca-Webhook-Secret", "demo-webhook-secret")
                    .post("/api/v1/pix/webhook/pix", Files.readString(data.resolve("demo-files/pix-blocked.json")))
                    .expect(200);
            await().pollInterval(10, TimeUnit.MILLISECONDS)
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !isInGarden(daemon));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
        }
    }

    private static net.catraca.admin.testing.ApiAnswer upload(RunningDaemon daemon, byte[] file) {
        ApiClient client = daemon.authorized();
        return client.send(
                "POST", "/api/v1/bank-agreements/1/files?fileName=retorno.ret", file, "application/octet-stream");
    }

    /** Whether a router is told to keep the session among the blocked. */
    private static boolean isInGarden(RunningDaemon daemon) throws Exception {
        byte[] answer = daemon.nas
                .send(daemon.nas.pap("blocked", "blocked-pass"), Duration.ofSeconds(3))
                .orElseThrow();
        assertThat(answer[0]).isEqualTo((byte) 2);
        return new String(answer, java.nio.charset.StandardCharsets.ISO_8859_1).contains("catraca-blocked");
    }
}
