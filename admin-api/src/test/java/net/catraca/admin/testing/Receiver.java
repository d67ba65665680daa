package net.catraca.admin.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A machine of somebody else's that takes HTTP requests, on a free port of loopback, and answers as a test says. */
public final class Receiver implements AutoCloseable {

    /** @param headers the first value of each, by its name in lower case */
    public record Request(String method, String path, Map<String, String> headers, String body) {}

    /** Answers a request; an exception hangs up. */
    @FunctionalInterface
    public interface Behaviour {
        void on(Request request, Reply reply) throws Exception;
    }

    /** Where the answer goes. */
    @FunctionalInterface
    public interface Reply {
        void send(int status, String body) throws IOException;
    }

    public final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile Behaviour behaviour = (_, reply) -> reply.send(200, "");

    private Receiver(HttpServer server) {
        this.server = server;
    }

    public static Receiver start() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            var receiver = new Receiver(server);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", receiver::take);
            server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Receiver answering(Behaviour newOne) {
        behaviour = newOne;
        return this;
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> entry.getKey().toLowerCase(java.util.Locale.ROOT),
                        entry -> entry.getValue().getFirst()));
        var request = new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        requests.add(request);
        try (exchange) {
            behaviour.on(request, (status, body) -> {
                byte[] octets = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
                exchange.getResponseBody().write(octets);
            });
        } catch (Exception hungUp) {
            // The connection is closed without an answer.
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
