package net.catraca.admin.outbound;

import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes HTTP requests to addresses that people have written into the settings of webhooks and providers. It follows no
 * redirect, keeps the first octets of an answer only, and gives up in time. Safe for use by several threads.
 */
@Singleton
public final class Outbound {

    /** An error message, a message's id: more is nothing that we read. */
    static final int MOST_OCTETS = 16 * 1024;

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final OutboundSettings settings;
    private final HttpClient client;

    Outbound(OutboundSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(shorter(CONNECT_LIMIT, settings.patience()))
                .executor(Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("outbound ", 0).factory()))
                .build();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** What came of a request. */
    public sealed interface Answer {

        /** @param start of its body, at most {@value #MOST_OCTETS} octets */
        record Answered(int status, String start) implements Answer {}

        /** The request certainly did not get there. */
        record NotSent(String why) implements Answer {}

        /** It may have got there. */
        record Unclear(String why) implements Answer {}
    }

    /** @param headers names and values without line ends */
    public Answer call(String method, URI url, Map<String, String> headers, byte[] body) throws InterruptedException {
        var refusal = refusal(url);
        if (refusal != null) {
            return new Answer.NotSent(refusal);
        }
        HttpRequest request;
        try {
            var builder = HttpRequest.newBuilder(url)
                    .timeout(settings.patience())
                    .method(method, BodyPublishers.ofByteArray(body));
            headers.forEach(builder::setHeader);
            request = builder.build();
        } catch (IllegalArgumentException unusable) {
            // Its message may have a header's value in it, which is a secret.
            return new Answer.NotSent("cannot be called: method, address or a header is none that HTTP allows");
        }
        var exchange = client.sendAsync(request, _ -> new Start());
        try {
            // The request's own time-out ends with the headers; a body could drip for ever.
            var response = exchange.get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
            return new Answer.Answered(response.statusCode(), response.body());
        } catch (TimeoutException late) {
            exchange.cancel(true);
            return new Answer.Unclear("no answer within " + settings.patience().toMillis() + " ms");
        } catch (ExecutionException failed) {
            return failure(failed.getCause() == null ? failed : failed.getCause());
        } catch (InterruptedException stopped) {
            exchange.cancel(true);
            throw stopped;
        }
    }

    private static Answer failure(Throwable cause) {
        var why = cause.getClass().getSimpleName() + (cause.getMessage() == null ? "" : ": " + cause.getMessage());
        return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException
                ? new Answer.NotSent(why)
                : new Answer.Unclear(why);
    }

    /** Why an address is not called, or null. Its name is looked up again when it is called: a lock, no wall. */
    public @Nullable String refusal(URI url) {
        var host = url.getHost();
        if (host == null) {
            return "no host in the URL";
        }
        try {
            for (var address : InetAddress.getAllByName(host)) {
                if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                    return host + " is no address of a machine";
                }
                if (!settings.toThisMachine() && (address.isLoopbackAddress() || address.isLinkLocalAddress())) {
                    return host + " is this machine or link-local, which catraca.outbound.local does not allow";
                }
            }
            return null;
        } catch (UnknownHostException unknown) {
            return host + " is unknown to the DNS";
        }
    }

    /** Keeps the beginning of a body, then hangs up. */
    private static final class Start implements BodySubscriber<String> {

        private final CompletableFuture<String> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription newOne) {
            subscription = newOne;
            newOne.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (var buffer : buffers) {
                byte[] some = new byte[Math.min(buffer.remaining(), MOST_OCTETS - octets.size())];
                buffer.get(some);
                octets.writeBytes(some);
            }
            if (octets.size() >= MOST_OCTETS) {
                if (subscription != null) {
                    subscription.cancel();
                }
                onComplete();
            }
        }

        @Override
        public void onError(Throwable failed) {
            // The status is what counts, and it is there.
            onComplete();
        }

        @Override
        public void onComplete() {
            whole.complete(octets.toString(StandardCharsets.UTF_8));
        }
    }
}
