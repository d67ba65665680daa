package net.catraca.admin.security;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.web.router.RouteAttributes;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.ProblemType;

/** Lets a request to the API through when its token works and has the permission that its route asks for. */
@ServerFilter("/api/**")
final class TokenFilter {

    private static final String SCHEME = "bearer ";
    private static final Duration THROTTLED = Duration.ofMinutes(1);

    private final AccessTokens tokens;
    private final FailedAttempts failedAttempts;
    private final Clock clock;

    TokenFilter(AccessTokens tokens, FailedAttempts failedAttempts, Clock clock) {
        this.tokens = tokens;
        this.failedAttempts = failedAttempts;
        this.clock = clock;
    }

    @RequestFilter
    @ExecuteOn(TaskExecutors.BLOCKING) // the token is looked up in PostgreSQL
    void check(HttpRequest<?> request) {
        if (RouteAttributes.getRouteMatch(request)
                .filter(route -> route.getAnnotationMetadata().hasAnnotation(ProvesItself.class))
                .isPresent()) {
            return;
        }
        var source = request.getRemoteAddress().getAddress();
        var caller = authenticate(request, source);
        caller.attachTo(request);
        RouteAttributes.getRouteMatch(request)
                .ifPresent(route -> caller.require(route.getAnnotationMetadata()
                        .enumValue(RequiresPermission.class, Permission.class)
                        .orElseThrow(() -> new IllegalStateException(request.getPath() + " asks for no permission"))));
    }

    private Caller authenticate(HttpRequest<?> request, InetAddress source) {
        var text = bearer(request);
        if (text.isEmpty()) {
            throw unauthenticated("Send a token in the header Authorization, as: Bearer <token>", "");
        }
        // Who owns a real token gets in from behind a throttled address, too; there is nothing to guess in one.
        if (failedAttempts.isExhausted(source) && !text.get().isUnguessable()) {
            throw throttled();
        }
        var token = tokens.find(text.get());
        if (token.isEmpty() || !token.get().worksAt(clock.instant())) {
            failedAttempts.note(source);
            if (failedAttempts.isExhausted(source)) {
                throw throttled();
            }
            throw unauthenticated(
                    token.map(this::whyNot).orElse("This token is not known."), ", error=\"invalid_token\"");
        }
        tokens.used(token.get());
        var shown = token.get();
        return new Caller(shown.id(), shown.name(), shown.holder(), shown.role(), address(source), shown.createdAt());
    }

    private String whyNot(AccessToken token) {
        return token.revokedAt() != null
                ? "This token was revoked at " + token.revokedAt() + "."
                : "This token expired at " + token.expiresAt() + ".";
    }

    private static Optional<TokenText> bearer(HttpRequest<?> request) {
        return request.getHeaders()
                .findFirst(HttpHeaders.AUTHORIZATION)
                .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
                .map(value -> value.substring(SCHEME.length()).trim())
                .flatMap(TokenText::sent);
    }

    private static ProblemException unauthenticated(String detail, String parameters) {
        return ProblemException.of(
                ProblemType.UNAUTHENTICATED,
                detail,
                Map.of(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"catraca\"" + parameters));
    }

    private static ProblemException throttled() {
        return ProblemException.of(
                ProblemType.TOO_MANY_REQUESTS,
                "Too many requests with a wrong token came from your address. Check the token and wait a minute.",
                Map.of(HttpHeaders.RETRY_AFTER, Long.toString(THROTTLED.toSeconds())));
    }

    /** Without the zone of a link-local address. */
    private static String address(InetAddress source) {
        String text = source.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
