package net.catraca.admin.webhook;

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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.net.URI;
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
import net.catraca.billing.office.Webhooks;
import net.catraca.billing.store.WebhookBook.Logged;
import net.catraca.billing.store.WebhookBook.LoggedAttempt;
import net.catraca.billing.store.WebhookBook.State;
import net.catraca.billing.webhook.WebhookEndpoint;
import net.catraca.billing.webhook.WebhookEndpoint.Topic;
import org.jspecify.annotations.Nullable;

/** Who is told of what happens here, what they were told, and what is told again. */
@Controller("/api/v1/webhooks")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Webhooks")
class WebhookController {

    private final Webhooks webhooks;

    WebhookController(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    @Serdeable
    @Schema(name = "NewWebhook", example = """
                    {"name":"erp","url":"https://erp.example.com/catraca","topics":["access","payment","run"]}
                    """)
    record NewWebhook(
            @NotBlank @Size(max = 60) String name,
            @NotBlank @Size(max = 500) String url,
            @Size(min = 1, max = 10) List<Topic> topics,

            @Nullable @Schema(description = "Whether it is told from now on; yes when absent.")
            Boolean active,

            @Nullable @Schema(description = "What requests are signed with, 16 to 500 characters; made when absent.")
            SecretText secret) {}

    @Serdeable
    @Schema(name = "WebhookData", example = """
                    {"url":"https://erp.example.com/catraca","topics":["access"],"active":true}
                    """)
    record WebhookData(
            @NotBlank @Size(max = 500) String url,
            @Size(min = 1, max = 10) List<Topic> topics,

            @Schema(description = "While it is not, nothing is sent and no new event is kept for it.")
            boolean active) {}

    @Serdeable
    @Schema(name = "Webhook")
    record WebhookView(
            long id,
            long version,
            String name,
            String url,
            List<Topic> topics,
            boolean active,
            Instant createdAt,
            String createdBy,

            @Schema(description = "Attempts in a row that failed.")
            int failures,

            @Nullable @Schema(description = "It is left alone until then; null while it answers.")
            Instant pausedUntil) {

        static WebhookView of(WebhookEndpoint endpoint) {
            return new WebhookView(
                    endpoint.id(),
                    endpoint.version(),
                    endpoint.name(),
                    endpoint.url().toString(),
                    endpoint.topics().stream().sorted().toList(),
                    endpoint.active(),
                    endpoint.createdAt(),
                    endpoint.createdBy(),
                    endpoint.failures(),
                    endpoint.pausedUntil());
        }
    }

    @Serdeable
    @Schema(name = "MadeWebhook")
    record MadeView(
            WebhookView webhook,

            @Schema(description = "What requests are signed with; told this once.")
            String secret) {}

    @Serdeable
    @Schema(name = "WebhookPing")
    record PingView(@Schema(example = "evt-42") String eventId) {}

    @Serdeable
    @Schema(name = "WebhookReplay")
    record ReplayView(
            @Schema(description = "How many are sent again.")
            int replayed) {}

    @Serdeable
    @Schema(name = "WebhookDelivery")
    record DeliveryView(
            @Schema(description = "The number in evt-42.") long eventId,
            @Schema(example = "access.changed") String kind,
            @Schema(description = "When it happened.") Instant at,
            @Nullable Long contractId,

            @Schema(description = "dead: given up, until a person replays it.")
            State state,

            int attempts,
            Instant nextAttemptAt,
            @Nullable Integer lastStatus,
            @Nullable String lastWhy,
            @Nullable Instant endedAt) {

        static DeliveryView of(Logged logged) {
            return new DeliveryView(
                    logged.eventId(),
                    logged.kind(),
                    logged.at(),
                    logged.contractId(),
                    logged.state(),
                    logged.attempts(),
                    logged.nextAttemptAt(),
                    logged.lastStatus(),
                    logged.lastWhy(),
                    logged.endedAt());
        }
    }

    @Serdeable
    @Schema(name = "WebhookAttempt")
    record AttemptView(
            int number,
            Instant at,
            long millis,
            @Nullable Integer status,
            @Nullable String why) {

        static AttemptView of(LoggedAttempt logged) {
            var attempt = logged.attempt();
            return new AttemptView(logged.number(), attempt.at(), attempt.millis(), attempt.status(), attempt.why());
        }
    }

    @Serdeable
    @Schema(name = "WebhookDeliveryDetail")
    record DetailView(
            DeliveryView delivery,

            @Schema(description = "The JSON as it is sent.") String payload,

            List<AttemptView> log) {}

    /** Lists who is told. */
    @Get
    @RequiresPermission(Permission.WEBHOOK_VIEW)
    Page<WebhookView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(webhooks.list(page.after(0), page.limitAndOne()), page, WebhookEndpoint::id, WebhookView::of);
    }

    /** Shows one. */
    @Get("/{id}")
    @RequiresPermission(Permission.WEBHOOK_VIEW)
    HttpResponse<WebhookView> get(@PathVariable long id) {
        var endpoint = found(webhooks.find(id), "webhook", id);
        return shown(WebhookView.of(endpoint), endpoint.version());
    }

    /** Adds one; it is told what happens from now on. The secret is told in this answer and never again. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.WEBHOOK_WRITE)
    @WritesOnce(secretAnswer = true)
    HttpResponse<MadeView> create(@Body NewWebhook wanted, HttpRequest<?> request) {
        var secret = wanted.secret();
        var made = granted(webhooks.create(
                Caller.of(request).actor(),
                wanted.name(),
                url(wanted.url()),
                wanted.topics(),
                !Boolean.FALSE.equals(wanted.active()),
                secret == null ? null : secret.reveal()));
        return HttpResponse.created(
                new MadeView(WebhookView.of(made.endpoint()), made.secret()),
                URI.create("/api/v1/webhooks/" + made.endpoint().id()));
    }

    /** Writes all of one but its secret; it is tried at once. If-Match says which state was seen. */
    @Put("/{id}")
    @RequiresPermission(Permission.WEBHOOK_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<WebhookView> update(@PathVariable long id, @Body WebhookData data, HttpRequest<?> request) {
        var updated = granted(webhooks.update(
                Caller.of(request).actor(), id, Etag.required(request), url(data.url()), data.topics(), data.active()));
        return shown(WebhookView.of(updated), updated.version());
    }

    /** Takes one away, with its log and all that it was still to be told. */
    @Delete("/{id}")
    @RequiresPermission(Permission.WEBHOOK_WRITE)
    @WritesOnce
    HttpResponse<WebhookView> delete(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                WebhookView.of(granted(webhooks.delete(Caller.of(request).actor(), id))));
    }

    /** Gives one a new secret, which signs from the next request on. */
    @Post("/{id}/secret-renewal")
    @RequiresPermission(Permission.WEBHOOK_WRITE)
    @WritesOnce(secretAnswer = true)
    HttpResponse<MadeView> renewSecret(@PathVariable long id, HttpRequest<?> request) {
        var made = granted(webhooks.renewSecret(Caller.of(request).actor(), id));
        return HttpResponse.ok(new MadeView(WebhookView.of(made.endpoint()), made.secret()));
    }

    /** Sends one an event of the kind ping; its log says how it went. */
    @Post("/{id}/ping")
    @RequiresPermission(Permission.WEBHOOK_REPLAY)
    @WritesOnce
    HttpResponse<PingView> ping(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                new PingView("evt-" + granted(webhooks.ping(Caller.of(request).actor(), id))));
    }

    /**
     * Lists what one was and is to be told, newest first.
     *
     * @param state only those in it, such as dead
     * @param contractId only of this contract
     */
    @Get("/{id}/deliveries")
    @RequiresPermission(Permission.WEBHOOK_VIEW)
    Page<DeliveryView> deliveries(
            @PathVariable long id,
            @Nullable @QueryValue State state,
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        var endpoint = found(webhooks.find(id), "webhook", id);
        return Page.of(
                webhooks.deliveries(endpoint.id(), state, contractId, page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                Logged::eventId,
                DeliveryView::of);
    }

    /** Shows one delivery: what is sent, and each attempt. */
    @Get("/{id}/deliveries/{eventId}")
    @RequiresPermission(Permission.WEBHOOK_VIEW)
    DetailView delivery(@PathVariable long id, @PathVariable long eventId) {
        var logged = found(webhooks.delivery(id, eventId), "webhook delivery", eventId);
        return new DetailView(
                DeliveryView.of(logged),
                logged.payload(),
                webhooks.attempts(id, eventId).stream().map(AttemptView::of).toList());
    }

    /** Sends one event again, with the same id; it comes after what was told meanwhile. */
    @Post("/{id}/deliveries/{eventId}/replay")
    @RequiresPermission(Permission.WEBHOOK_REPLAY)
    @WritesOnce
    HttpResponse<DeliveryView> replay(@PathVariable long id, @PathVariable long eventId, HttpRequest<?> request) {
        return HttpResponse.ok(
                DeliveryView.of(granted(webhooks.replay(Caller.of(request).actor(), id, eventId))));
    }

    /** Sends all that was given up again, the oldest first; at most 10,000 at a time. */
    @Post("/{id}/replay-dead")
    @RequiresPermission(Permission.WEBHOOK_REPLAY)
    @WritesOnce
    HttpResponse<ReplayView> replayDead(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                new ReplayView(granted(webhooks.replayDead(Caller.of(request).actor(), id))));
    }

    private static URI url(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException _) {
            throw ProblemException.invalid(InvalidField.body("/url", "an http or https URL", null));
        }
    }
}
