package net.catraca.admin.nas;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
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
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.SecretText;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.office.Nases;
import org.jspecify.annotations.Nullable;

/** The routers that may ask. A write reaches the packet path of every node within a second. */
@Controller("/api/v1/nases")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "NASes")
class NasController {

    private static final int USUAL_COA_PORT = 3799;

    private final Nases nases;

    NasController(Nases nases) {
        this.nases = nases;
    }

    @Serdeable
    @Schema(name = "NasData", example = """
                    {"name":"bras-manaus-1","prefix":"192.0.2.1/32","secret":"8f2c1f1e0d6a4b7e9a35","vendor":"mikrotik",
                     "region":"manaus","coaPort":3799,"messageAuthenticator":"auto"}
                    """)
    record NasData(
            @NotBlank @Size(max = 100) String name,

            @NotBlank
            @Size(max = 60)
            @Schema(description = "The addresses it asks from; the longest match wins.", example = "192.0.2.1/32")
            String prefix,

            @Nullable
            @Size(min = 1, max = 253)
            @Schema(description = "Tells NASes behind one prefix apart; any when absent.")
            String nasIdentifier,

            @Nullable
            @Schema(
                    type = "string",
                    format = "password",
                    description = "Of all NASes with this prefix. When absent, the one that is there is kept.")
            SecretText secret,

            @NotBlank @Size(max = 50) @Schema(example = "mikrotik")
            String vendor,

            @Nullable @Size(min = 1, max = 100) String region,

            @Nullable @Min(1) @Max(65535) @Schema(description = "3799 when absent.")
            Integer coaPort,

            @Nullable @Schema(description = "auto when absent.")
            MessageAuthenticatorPolicy messageAuthenticator,

            @Nullable @Schema(description = "What a blocked subscriber gets; as the policy says when absent.")
            BlockedAnswer blockedAnswer,

            @Nullable Boolean msChapV1Allowed,

            @Nullable @Schema(description = "Yes when absent.")
            Boolean statusServerAnswered,

            @Nullable @Schema(description = "Leaves its subscribers open to CVE-2024-3596.")
            Boolean messageAuthenticatorOmitted,

            @Nullable @PositiveOrZero @Max(10000) @Schema(description = "The vendor profile's when absent.")
            Integer rejectDelayMillis) {

        NasDraft draft() {
            return new NasDraft(
                    name,
                    prefix,
                    nasIdentifier,
                    sharedSecret(),
                    vendor,
                    region,
                    coaPort == null ? USUAL_COA_PORT : coaPort,
                    messageAuthenticator == null ? MessageAuthenticatorPolicy.AUTO : messageAuthenticator,
                    blockedAnswer == null ? BlockedAnswer.POLICY : blockedAnswer,
                    Boolean.TRUE.equals(msChapV1Allowed),
                    !Boolean.FALSE.equals(statusServerAnswered),
                    Boolean.TRUE.equals(messageAuthenticatorOmitted),
                    rejectDelayMillis);
        }

        private @Nullable SharedSecret sharedSecret() {
            if (secret == null) {
                return null;
            }
            if (secret.reveal().isEmpty()) {
                // RFC 2865 §3: the secret must not be empty.
                throw ProblemException.invalid(InvalidField.body("/secret", "at least 1 octet, better 16", null));
            }
            return SharedSecret.of(secret.reveal());
        }
    }

    @Serdeable
    @Schema(name = "Nas", description = "A router. Its shared secret cannot be read.")
    record NasView(
            long id,
            long version,
            String name,
            String prefix,
            @Nullable String nasIdentifier,

            @Schema(description = "Whether its secret is so short that one captured packet lets it be guessed.")
            boolean secretWeak,

            String vendor,
            @Nullable String region,
            int coaPort,
            MessageAuthenticatorPolicy messageAuthenticator,

            @Schema(description = "Whether one was seen; auto requires it from then on.")
            boolean messageAuthenticatorSeen,

            BlockedAnswer blockedAnswer,
            boolean msChapV1Allowed,
            boolean statusServerAnswered,
            boolean messageAuthenticatorOmitted,
            @Nullable Integer rejectDelayMillis) {

        static NasView of(Nas nas) {
            return new NasView(
                    nas.id(),
                    nas.version(),
                    nas.name(),
                    nas.prefix(),
                    nas.nasIdentifier(),
                    nas.secret().isWeak(),
                    nas.vendor(),
                    nas.region(),
                    nas.coaPort(),
                    nas.messageAuthenticator(),
                    nas.messageAuthenticatorSeen(),
                    nas.blockedAnswer(),
                    nas.msChapV1Allowed(),
                    nas.statusServerAnswered(),
                    nas.messageAuthenticatorOmitted(),
                    nas.rejectDelayMillis());
        }
    }

    /** Lists the NASes, without their secrets. */
    @Get
    @RequiresPermission(Permission.NAS_VIEW)
    Page<NasView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(nases.list(page.after(0), page.limitAndOne()), page, Nas::id, NasView::of);
    }

    /** Shows a NAS, without its secret. */
    @Get("/{id}")
    @RequiresPermission(Permission.NAS_VIEW)
    HttpResponse<NasView> get(@PathVariable long id) {
        var nas = found(nases.find(id), "nas", id);
        return shown(NasView.of(nas), nas.version());
    }

    /** Makes a router known; without its shared secret it gets no answer. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.NAS_WRITE)
    @WritesOnce
    HttpResponse<NasView> create(@Body NasData data, HttpRequest<?> request) {
        var made = granted(nases.create(Caller.of(request).actor(), data.draft()));
        return created(NasView.of(made), "/api/v1/nases/" + made.id(), made.version());
    }

    /** Writes all of a NAS; If-Match says which state was seen. A new secret is that of all NASes with its prefix. */
    @Put("/{id}")
    @RequiresPermission(Permission.NAS_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<NasView> update(@PathVariable long id, @Body NasData data, HttpRequest<?> request) {
        var updated = granted(nases.update(Caller.of(request).actor(), id, Etag.required(request), data.draft()));
        return shown(NasView.of(updated), updated.version());
    }

    /** Removes a NAS: from then on it gets no answer. If-Match is optional. */
    @Delete("/{id}")
    @RequiresPermission(Permission.NAS_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<NasView> delete(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                NasView.of(granted(nases.delete(Caller.of(request).actor(), id, Etag.optional(request)))));
    }

    /** Forgets that the NAS ever sent Message-Authenticator: the router was replaced by one that does not. */
    @Post("/{id}/forget-message-authenticator")
    @RequiresPermission(Permission.NAS_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<NasView> forgetMessageAuthenticator(@PathVariable long id, HttpRequest<?> request) {
        var nas = granted(nases.forgetMessageAuthenticator(Caller.of(request).actor(), id, Etag.optional(request)));
        return shown(NasView.of(nas), nas.version());
    }
}
