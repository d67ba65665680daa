package net.catraca.admin.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.util.regex.Pattern;
import net.catraca.admin.daemon.Daemon;
import net.catraca.admin.daemon.StartFailure;
import net.catraca.admin.settings.Settings;
import org.jspecify.annotations.Nullable;

/** The daemon, whole, on loopback with the demo's routers and tokens; its client speaks as any router or person does. */
public final class RunningDaemon implements AutoCloseable {

    public final TestNas nas;
    private final Daemon daemon;

    private RunningDaemon(Daemon daemon) throws IOException {
        this.daemon = daemon;
        this.nas = nas("testing123");
    }

    public static RunningDaemon start(Settings settings, Clock clock) throws Exception {
        var daemon = new Daemon(settings, clock);
        try {
            assertThat(daemon.start()).isTrue();
            return new RunningDaemon(daemon);
        } catch (StartFailure failed) {
            daemon.stop();
            throw failed;
        }
    }

    /** A router with that secret. */
    public TestNas nas(String secret) throws IOException {
        return new TestNas(port("authentication 127\\.0\\.0\\.1:(\\d+)"), secret);
    }

    /** Where accounting is listened for. */
    public int accountingPort() {
        return port("accounting 127\\.0\\.0\\.1:(\\d+)");
    }

    private int port(String pattern) {
        var found = Pattern.compile(pattern).matcher(daemon.announcement());
        assertThat(found.find()).as(daemon.announcement()).isTrue();
        return Integer.parseInt(found.group(1));
    }

    /** As the demo's administrator. */
    public ApiClient authorized() {
        return ApiClient.on(port("http://127\\.0\\.0\\.1:(\\d+)/")).header("Authorization", "Bearer demo-admin");
    }

    public ApiAnswer get(String path) {
        return authorized().get(path);
    }

    public ApiAnswer post(String path, @Nullable String json) {
        return authorized().post(path, json);
    }

    @Override
    public void close() {
        nas.close();
        daemon.stop();
    }
}
