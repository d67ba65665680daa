package net.catraca.admin.subscriber;

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
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
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
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberDraft;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.office.Subscribers;
import net.catraca.radius.store.SessionBook;
import org.jspecify.annotations.Nullable;

/** The logins of contracts, addressed by themselves and without regard to case. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Subscribers")
class SubscriberController {

    private final Subscribers subscribers;
    private final SessionBook sessions;

    SubscriberController(Subscribers subscribers, SessionBook sessions) {
        this.subscribers = subscribers;
        this.sessions = sessions;
    }

    /** What is written of a login but the contract it belongs to. */
    @Serdeable
    @Schema(name = "NewSubscriber", example = """
                    {"login":"padaria@isp.example","password":"dq7-Hx2-p9","framedIpv4":"198.51.100.7"}
                    """)
    record NewSubscriber(
            @NotBlank @Size(max = 253) String login,

            @Nullable
            @Schema(
                    description =
                            "recoverable (the usual: any method), hashed (PAP only), nt-hash (PAP and MS-CHAPv2; the usual"
                                    + " with an ntHash), or line (no password: mac or circuitId is the identity)")
            CredentialKind credentialKind,

            @Nullable
            @Schema(type = "string", format = "password", description = "Needed unless the kind is line or nt-hash.")
            SecretText password,

            @Nullable
            @Schema(
                    type = "string",
                    format = "password",
                    description =
                            "In place of a password that another system keeps only as NT hash (MD4 of UTF-16LE): 32"
                                    + " hexadecimal digits, with or without 0x.")
            SecretText ntHash,

            @Nullable @Schema(example = "0011aa22bb33") String mac,
            @Nullable @Size(min = 1, max = 253) String circuitId,
            @Nullable @Size(min = 1, max = 253) String remoteId,
            @Nullable @Schema(example = "192.0.2.10") String framedIpv4,
            @Nullable @Schema(example = "2001:db8:1::/64") String framedIpv6Prefix,
            @Nullable @Schema(example = "2001:db8:100::/56") String delegatedIpv6Prefix,
            @Nullable @Size(max = 10) List<@Size(min = 1, max = 253) String> framedRoutes,

            @Nullable @Schema(description = "From where it may be used; from everywhere when absent.")
            LocksData locks,

            @Nullable @Min(1) @Max(1000) @Schema(description = "As the plan says when absent.")
            Integer simultaneousSessions,

            @Nullable @Schema(description = "As the plan says when absent.")
            SimultaneousPolicy simultaneousPolicy) {

        private CredentialKind kind() {
            if (credentialKind != null) {
                return credentialKind;
            }
            return ntHash == null ? CredentialKind.RECOVERABLE : CredentialKind.NT_HASH;
        }

        private @Nullable Password secret() {
            if (ntHash != null) {
                return Password.ofNtHash(ntHash.reveal());
            }
            return password == null ? null : new Password(password.reveal());
        }

        private void check() {
            if (ntHash != null && (password != null || kind() != CredentialKind.NT_HASH)) {
                throw ProblemException.invalid(InvalidField.body(
                        "/ntHash", "no password beside it, and credentialKind nt-hash or none", null));
            }
            if (password != null && kind() == CredentialKind.NT_HASH) {
                throw ProblemException.invalid(
                        InvalidField.body("/password", "none with credentialKind nt-hash, but an ntHash", null));
            }
        }

        SubscriberDraft draftFor(long contractId) {
            check();
            return new SubscriberDraft(
                    contractId,
                    login,
                    kind(),
                    secret(),
                    mac,
                    circuitId,
                    remoteId,
                    framedIpv4,
                    framedIpv6Prefix,
                    delegatedIpv6Prefix,
                    framedRoutes == null ? List.of() : framedRoutes,
                    locks == null ? SubscriberLocks.NONE : locks.locks(),
                    new SessionLimit(simultaneousSessions, simultaneousPolicy));
        }
    }

    @Serdeable
    @Schema(name = "Locks", description = "From where, and with which equipment, a login with a password may be used.")
    record LocksData(
            @Nullable
            @Schema(
                    description =
                            "off (when absent), learn (the MAC of the first connect is kept, and only it is let in from"
                                    + " then on) or fixed")
            MacLock macLock,

            @Nullable
            @Schema(example = "0011aa22bb33", description = "With learn: the one that was learnt; null until then.")
            String mac,

            @Nullable @Size(max = 20) @Schema(description = "Ids of NASes that it may come from; any when empty.")
            List<@Positive Long> nasIds,

            @Nullable
            @Size(min = 1, max = 100)
            @Schema(description = "Region of the NASes that it may come from; with nasIds, one of either.")
            String region,

            @Nullable @Size(min = 1, max = 253) @Schema(description = "The NAS-Port-Id, as the NAS writes it.")
            String port,

            @Nullable @Schema(description = "Whether it must come from its circuitId and remoteId.")
            Boolean circuit) {

        SubscriberLocks locks() {
            return new SubscriberLocks(
                    macLock == null ? MacLock.OFF : macLock,
                    mac,
                    nasIds == null ? List.of() : nasIds,
                    region,
                    port,
                    Boolean.TRUE.equals(circuit));
        }

        static LocksData of(SubscriberLocks locks) {
            return new LocksData(
                    locks.macLock(), locks.mac(), locks.nasIds(), locks.region(), locks.port(), locks.circuit());
        }
    }

    /** All of a login; another contract moves it there. Without a password the present one is kept. */
    @Serdeable
    @Schema(name = "SubscriberData", example = """
                    {"contractId":1,"login":"padaria@isp.example","credentialKind":"recoverable","framedIpv4":"198.51.100.8"}
                    """)
    record SubscriberData(
            @Positive long contractId,
            @NotBlank @Size(max = 253) String login,
            CredentialKind credentialKind,

            @Nullable @Schema(type = "string", format = "password", description = "Kept as it is when absent.")
            SecretText password,

            @Nullable
            @Schema(
                    type = "string",
                    format = "password",
                    description = "In place of a password, with credentialKind nt-hash; kept as it is when absent.")
            SecretText ntHash,

            @Nullable String mac,
            @Nullable @Size(min = 1, max = 253) String circuitId,
            @Nullable @Size(min = 1, max = 253) String remoteId,
            @Nullable String framedIpv4,
            @Nullable String framedIpv6Prefix,
            @Nullable String delegatedIpv6Prefix,
            @Nullable @Size(max = 10) List<@Size(min = 1, max = 253) String> framedRoutes,

            @Nullable @Schema(description = "From where it may be used; from everywhere when absent.")
            LocksData locks,

            @Nullable @Min(1) @Max(1000) @Schema(description = "As the plan says when absent.")
            Integer simultaneousSessions,

            @Nullable @Schema(description = "As the plan says when absent.")
            SimultaneousPolicy simultaneousPolicy) {

        SubscriberDraft draft() {
            return new NewSubscriber(
                            login,
                            credentialKind,
                            password,
                            ntHash,
                            mac,
                            circuitId,
                            remoteId,
                            framedIpv4,
                            framedIpv6Prefix,
                            delegatedIpv6Prefix,
                            framedRoutes,
                            locks,
                            simultaneousSessions,
                            simultaneousPolicy)
                    .draftFor(contractId);
        }
    }

    @Serdeable
    @Schema(name = "Subscriber", description = "A login. Its password cannot be read.")
    record SubscriberView(
            long id,
            long version,
            long contractId,
            String login,
            CredentialKind credentialKind,
            @Nullable String mac,
            @Nullable String circuitId,
            @Nullable String remoteId,
            @Nullable String framedIpv4,
            @Nullable String framedIpv6Prefix,
            @Nullable String delegatedIpv6Prefix,
            List<String> framedRoutes,
            LocksData locks,

            @Nullable @Schema(description = "Null: as the plan says.")
            Integer simultaneousSessions,

            @Nullable @Schema(description = "Null: as the plan says.")
            SimultaneousPolicy simultaneousPolicy,

            Instant createdAt) {

        static SubscriberView of(Subscriber subscriber) {
            return new SubscriberView(
                    subscriber.id(),
                    subscriber.version(),
                    subscriber.contractId(),
                    subscriber.login(),
                    subscriber.credentialKind(),
                    subscriber.mac(),
                    subscriber.circuitId(),
                    subscriber.remoteId(),
                    subscriber.framedIpv4(),
                    subscriber.framedIpv6Prefix(),
                    subscriber.delegatedIpv6Prefix(),
                    subscriber.framedRoutes(),
                    LocksData.of(subscriber.locks()),
                    subscriber.sessionLimit().sessions(),
                    subscriber.sessionLimit().whenInUse(),
                    subscriber.createdAt());
        }
    }

    /**
     * Lists the logins of all contracts, or of one.
     *
     * @param contractId only those of one contract
     */
    @Get("/subscribers")
    @RequiresPermission(Permission.SUBSCRIBER_VIEW)
    Page<SubscriberView> list(
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                subscribers.list(contractId, page.after(0), page.limitAndOne()),
                page,
                Subscriber::id,
                SubscriberView::of);
    }

    /** Lists the logins of a contract. */
    @Get("/contracts/{contractId}/subscribers")
    @RequiresPermission(Permission.SUBSCRIBER_VIEW)
    Page<SubscriberView> ofContract(
            @PathVariable long contractId, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        return list(contractId, limit, cursor);
    }

    /** Shows a login, with the id of its contract. */
    @Get("/subscribers/{login}")
    @RequiresPermission(Permission.SUBSCRIBER_VIEW)
    HttpResponse<SubscriberView> get(@PathVariable String login) {
        var subscriber = byLogin(login);
        return shown(SubscriberView.of(subscriber), subscriber.version());
    }

    /** Adds a login to a contract. */
    @Post("/contracts/{contractId}/subscribers")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.SUBSCRIBER_WRITE)
    @WritesOnce
    HttpResponse<SubscriberView> create(
            @PathVariable long contractId, @Body NewSubscriber wanted, HttpRequest<?> request) {
        var made = granted(subscribers.create(Caller.of(request).actor(), wanted.draftFor(contractId)));
        return created(SubscriberView.of(made), path(made), made.version());
    }

    /** Writes all of a login; If-Match says which state was seen. Its session goes on. */
    @Put("/subscribers/{login}")
    @RequiresPermission(Permission.SUBSCRIBER_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<SubscriberView> update(@PathVariable String login, @Body SubscriberData data, HttpRequest<?> request) {
        long version = Etag.required(request);
        var updated = granted(
                subscribers.update(Caller.of(request).actor(), byLogin(login).id(), version, data.draft()));
        return shown(SubscriberView.of(updated), updated.version());
    }

    /** Removes a login. If-Match is optional. */
    @Delete("/subscribers/{login}")
    @RequiresPermission(Permission.SUBSCRIBER_DELETE)
    @IfMatch
    @WritesOnce
    HttpResponse<SubscriberView> delete(@PathVariable String login, HttpRequest<?> request) {
        return HttpResponse.ok(SubscriberView.of(granted(
                subscribers.delete(Caller.of(request).actor(), byLogin(login).id(), Etag.optional(request)))));
    }

    /** Forgets the MAC that was learnt: that of the next connect is kept instead. If-Match is optional. */
    @Post("/subscribers/{login}/mac-lock/reset")
    @RequiresPermission(Permission.SUBSCRIBER_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<SubscriberView> resetMacLock(@PathVariable String login, HttpRequest<?> request) {
        var reset = granted(subscribers.resetMacLock(
                Caller.of(request).actor(), byLogin(login).id(), Etag.optional(request)));
        return shown(SubscriberView.of(reset), reset.version());
    }

    /**
     * Moves a login to another contract. Its session goes on, at that contract's level; what it has used so far stays with
     * the contract that it was of. If-Match is optional.
     */
    @Post("/subscribers/{login}/move")
    @RequiresPermission(Permission.SUBSCRIBER_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<SubscriberView> move(@PathVariable String login, @Body Move to, HttpRequest<?> request) {
        var moved = granted(subscribers.move(
                Caller.of(request).actor(), byLogin(login).id(), Etag.optional(request), to.contractId(), to.reason()));
        sessions.loginMoved(moved.id(), moved.contractId());
        return shown(SubscriberView.of(moved), moved.version());
    }

    @Serdeable
    @Schema(name = "SubscriberMove", example = """
                    {"contractId":1,"reason":"the shop was sold with its line"}
                    """)
    record Move(
            @Positive long contractId,
            @NotBlank @Size(max = 500) String reason) {}

    private Subscriber byLogin(String login) {
        return found(subscribers.findByLogin(login), "login", login);
    }

    private static String path(Subscriber subscriber) {
        return "/api/v1/subscribers/"
                + URLEncoder.encode(subscriber.login(), StandardCharsets.UTF_8).replace("+", "%20");
    }
}
