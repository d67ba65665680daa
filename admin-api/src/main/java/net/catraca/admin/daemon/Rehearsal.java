package net.catraca.admin.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import net.catraca.admin.settings.Settings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A demo that asks itself what routers and people ask, and stops. The JVM that watches it writes down which classes
 * that takes, so that later starts need not find out.
 */
public final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private static final List<String> LOGINS = List.of(
            "active",
            "postpaid",
            "reduced",
            "blocked",
            "exempt",
            "paused",
            "manual-block",
            "awaiting",
            "cancelled",
            "unlocked");

    /** Enough for the JVM to see which methods are hot; more only takes longer. */
    private static final int ROUNDS = 30;

    private static final List<String> PAGES = List.of(
            "/health/readiness",
            "/prometheus",
            "/api/v1/subscribers/blocked/access",
            "/api/v1/contracts?limit=100",
            "/api/v1/audit?limit=100");

    /** A reject is held back for a second; what takes longer than this does not come. */
    private static final int PATIENCE_MILLIS = 5000;

    private static final int MOST_OCTETS = 4096;

    private final Daemon daemon;

    private Rehearsal(Daemon daemon) {
        this.daemon = daemon;
    }

    /**
     * Starts, asks, and stops again; returns when all has ended.
     *
     * @param settings of a demo, with a data folder and ports that nobody else uses
     * @throws StartFailure when it cannot start, or does not answer
     */
    public static void run(Settings settings, Clock clock) throws StartFailure, InterruptedException {
        var daemon = new Daemon(settings, clock);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(daemon::stop));
        try {
            if (daemon.start()) {
                new Rehearsal(daemon).ask();
            }
        } catch (IOException unanswered) {
            throw new StartFailure("The rehearsal got no answer: " + unanswered, unanswered);
        } finally {
            daemon.stop();
        }
    }

    private void ask() throws IOException {
        askAsRouter(daemon.authAddress());
        for (String page : PAGES) {
            askAsPerson(page, null);
        }
        askAsPerson(
                "/api/v1/customers", "{\"name\":\"Rehearsal\",\"taxId\":\"52998224725\",\"email\":\"a@example.net\"}");
    }

    private static void askAsRouter(InetSocketAddress server) throws IOException {
        int answers = 0;
        try (var socket = new DatagramSocket()) {
            socket.connect(server);
            socket.setSoTimeout(PATIENCE_MILLIS);
            for (int round = 0; round < ROUNDS; round++) {
                for (String login : LOGINS) {
                    // A rejection comes a second later: one of them will do.
                    if (round == 0 || !login.equals("cancelled")) {
                        exchange(socket, RehearsedRequest.pap(login, login + "-pass"));
                        exchange(socket, RehearsedRequest.chap(login, login + "-pass"));
                        answers += 2;
                    }
                }
            }
        }
        LOG.info("{} packets were answered", answers);
    }

    private static void exchange(DatagramSocket socket, byte[] request) throws IOException {
        socket.send(new DatagramPacket(request, request.length));
        try {
            socket.receive(new DatagramPacket(new byte[MOST_OCTETS], MOST_OCTETS));
        } catch (SocketTimeoutException silence) {
            throw new IOException("RADIUS is silent", silence);
        }
    }

    private void askAsPerson(String path, @Nullable String body) throws IOException {
        var page = (HttpURLConnection) URI.create("http://127.0.0.1:" + daemon.httpPort() + path)
                .toURL()
                .openConnection();
        page.setConnectTimeout(PATIENCE_MILLIS);
        page.setReadTimeout(PATIENCE_MILLIS);
        page.setRequestProperty("Authorization", "Bearer demo-admin");
        if (body != null) {
            page.setRequestProperty("Content-Type", "application/json");
            page.setDoOutput(true);
            try (OutputStream out = page.getOutputStream()) {
                out.write(body.getBytes(StandardCharsets.UTF_8));
            }
        }
        try (InputStream in = page.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST
                ? page.getInputStream()
                : page.getErrorStream()) {
            in.readAllBytes();
        }
        LOG.info("{} answered {}", path, page.getResponseCode());
    }
}
