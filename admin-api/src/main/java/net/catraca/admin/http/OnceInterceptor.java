package net.catraca.admin.http;

import io.micronaut.aop.InterceptorBean;
import io.micronaut.aop.MethodInterceptor;
import io.micronaut.aop.MethodInvocationContext;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.context.ServerRequestContext;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.admin.security.Caller;
import net.catraca.admin.store.IdempotencyStore;
import net.catraca.admin.store.IdempotencyStore.Answer;
import net.catraca.admin.store.IdempotencyStore.Result;
import net.catraca.admin.store.Transactions;
import org.jspecify.annotations.Nullable;

/** What {@link WritesOnce} does. */
@Singleton
@InterceptorBean(WritesOnce.class)
final class OnceInterceptor implements MethodInterceptor<Object, Object> {

    static final String KEY_HEADER = "Idempotency-Key";

    /** Tells a client that nothing was written this time. */
    static final String REPEATED_HEADER = "Idempotency-Replayed";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,200}");

    private final Transactions transactions;
    private final IdempotencyStore keys;
    private final JsonMapper json;

    OnceInterceptor(Transactions transactions, IdempotencyStore keys, JsonMapper json) {
        this.transactions = transactions;
        this.keys = keys;
        this.json = json;
    }

    @Override
    public @Nullable Object intercept(MethodInvocationContext<Object, Object> method) {
        HttpRequest<?> request = ServerRequestContext.currentRequest()
                .orElseThrow(() -> new IllegalStateException(method + " was called outside a request"));
        var key = key(request);
        if (method.booleanValue(WritesOnce.class, "ownTransactions").orElse(false)) {
            return written(method);
        }
        return key.isPresent()
                ? once(request, key.get(), method)
                : transactions.<HttpResponse<?>>write(() -> written(method));
    }

    private static HttpResponse<?> written(MethodInvocationContext<Object, Object> method) {
        if (method.proceed() instanceof HttpResponse<?> response) {
            return response;
        }
        throw new IllegalStateException(method + " writes once, so it must answer with an HttpResponse");
    }

    private static Optional<String> key(HttpRequest<?> request) {
        var sent = request.getHeaders().getAll(KEY_HEADER);
        if (sent.isEmpty()) {
            return Optional.empty();
        }
        if (sent.size() > 1 || !KEY.matcher(sent.getFirst()).matches()) {
            throw ProblemException.invalid(
                    InvalidField.header(KEY_HEADER, "one key of 1 to 200 visible ASCII characters"));
        }
        return Optional.of(sent.getFirst());
    }

    private HttpResponse<?> once(HttpRequest<?> request, String key, MethodInvocationContext<Object, Object> method) {
        boolean secret = method.booleanValue(WritesOnce.class, "secretAnswer").orElse(false);
        var first = new FirstAnswer();
        var result = keys.once(Caller.of(request).tokenId(), key, fingerprint(request), () -> {
            first.response = written(method);
            return answer(first.response, secret);
        });
        return switch (result) {
            case Result.Written _ -> first.get();
            case Result.Repeated(var answer) -> repeated(answer, secret);
            case Result.KeyOfAnother _ ->
                throw ProblemException.of(
                        ProblemType.IDEMPOTENCY_KEY_REUSED,
                        "A different request was sent with this " + KEY_HEADER + ". Send a new key.");
        };
    }

    private Answer answer(HttpResponse<?> response, boolean secret) {
        return new Answer(
                response.code(),
                response.getHeaders().get(HttpHeaders.LOCATION),
                response.getHeaders().get(HttpHeaders.ETAG),
                secret ? null : response.getBody().map(this::write).orElse(null));
    }

    private String write(Object body) {
        try {
            return json.writeValueAsString(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<?> repeated(Answer answer, boolean secret) {
        if (secret) {
            throw ProblemException.conflict(
                    "done-before",
                    "This was done before with the same " + KEY_HEADER + "; its secret is shown only once.");
        }
        var response = HttpResponse.status(HttpStatus.valueOf(answer.status())).header(REPEATED_HEADER, "true");
        if (answer.location() != null) {
            response.header(HttpHeaders.LOCATION, answer.location());
        }
        if (answer.etag() != null) {
            response.header(HttpHeaders.ETAG, answer.etag());
        }
        return answer.body() == null
                ? response
                : response.contentType(MediaType.APPLICATION_JSON_TYPE)
                        .body(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Tells one request from another. Keyed by the token, which is not kept here: bodies hold passwords, and a bare hash
     * of one could be guessed at.
     */
    private static byte[] fingerprint(HttpRequest<?> request) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(
                    request.getHeaders()
                            .get(HttpHeaders.AUTHORIZATION, String.class)
                            .orElse("")
                            .getBytes(StandardCharsets.UTF_8),
                    "HmacSHA256"));
            mac.update((request.getMethodName() + "\n" + request.getUri() + "\n"
                            + request.getHeaders().get(HttpHeaders.IF_MATCH) + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(BodyDigest.of(request));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static final class FirstAnswer {
        private @Nullable HttpResponse<?> response;

        HttpResponse<?> get() {
            if (response == null) {
                throw new IllegalStateException("written without an answer");
            }
            return response;
        }
    }
}
