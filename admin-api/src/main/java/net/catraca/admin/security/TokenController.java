package net.catraca.admin.security;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import org.jspecify.annotations.Nullable;

/** Access tokens: who may use the API, as what, until when. */
@Controller("/api/v1/tokens")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Tokens")
class TokenController {

    private static final int USUAL_DAYS = 90;

    private final AccessTokens tokens;

    TokenController(AccessTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * @param name one person has one name in all their tokens, by which ceilings and the two-person rule know them
     * @param holder a job when not given
     * @param days how long it works from now, 90 when not given
     */
    @Serdeable
    @Schema(name = "NewToken", example = """
                    {"name":"erp-nightly","role":"billing","days":365}
                    """)
    record NewToken(
            @NotBlank @Size(max = 100) @Schema(example = "maria")
            String name,

            @Nullable
            @Schema(description = "person or job (the default). Only a person can be asked to second another.")
            Holder holder,

            Role role,

            @Nullable @Min(1) @Max(730) @Schema(defaultValue = "90")
            Integer days) {}

    @Serdeable
    @Schema(name = "Token")
    record TokenView(
            long id,
            String name,
            Holder holder,
            Role role,
            Instant createdAt,
            String createdBy,
            Instant expiresAt,
            @Nullable Instant revokedAt,
            @Nullable String revokedBy,
            @Nullable LocalDate lastUsedOn) {

        static TokenView of(AccessToken token) {
            return new TokenView(
                    token.id(),
                    token.name(),
                    token.holder(),
                    token.role(),
                    token.createdAt(),
                    token.createdBy(),
                    token.expiresAt(),
                    token.revokedAt(),
                    token.revokedBy(),
                    token.lastUsedOn());
        }
    }

    /** @param token what to send as {@code Authorization: Bearer …}; it is never shown again */
    @Serdeable
    @Schema(name = "IssuedToken")
    record IssuedToken(
            @Schema(description = "Shown this once.") String token, TokenView details) {}

    /** Lists the tokens, without the tokens themselves. */
    @Get
    @RequiresPermission(Permission.TOKEN_VIEW)
    Page<TokenView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(tokens.list(page.after(0), page.limitAndOne()), page, AccessToken::id, TokenView::of);
    }

    /** Shows a token, without the token itself. */
    @Get("/{id}")
    @RequiresPermission(Permission.TOKEN_VIEW)
    TokenView get(@PathVariable long id) {
        return tokens.byId(id).map(TokenView::of).orElseThrow(() -> notFound(id));
    }

    /** Makes a token; the answer is the only place where it can be read. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.TOKEN_WRITE)
    @WritesOnce(secretAnswer = true)
    HttpResponse<IssuedToken> create(@Body NewToken wanted, HttpRequest<?> request) {
        var life = Duration.ofDays(wanted.days() == null ? USUAL_DAYS : wanted.days());
        var holder = wanted.holder() == null ? Holder.JOB : wanted.holder();
        var issued = tokens.issue(
                wanted.name(), holder, wanted.role(), life, Caller.of(request).actor());
        return HttpResponse.created(
                new IssuedToken(issued.text().reveal(), TokenView.of(issued.token())),
                URI.create("/api/v1/tokens/" + issued.token().id()));
    }

    /** Stops a token at once. */
    @Delete("/{id}")
    @RequiresPermission(Permission.TOKEN_WRITE)
    @WritesOnce
    HttpResponse<TokenView> revoke(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                tokens.revoke(id, Caller.of(request).actor()).map(TokenView::of).orElseThrow(() -> notFound(id)));
    }

    private static ProblemException notFound(long id) {
        return ProblemException.notFound("token", Long.toString(id));
    }
}
