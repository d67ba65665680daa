package net.catraca.admin.release;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
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
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.IncidentReleases;
import net.catraca.billing.release.IncidentRelease;
import net.catraca.billing.release.IncidentScope;
import org.jspecify.annotations.Nullable;

/** Releases of everybody behind a broken NAS, in a region or on lines of one circuit prefix. */
@Controller("/api/v1/incident-releases")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Releases")
class IncidentController {

    private final IncidentReleases incidents;
    private final Clock clock;

    IncidentController(IncidentReleases incidents, Clock clock) {
        this.incidents = incidents;
        this.clock = clock;
    }

    /** Exactly one of nasId, region and circuitPrefix. */
    @Serdeable
    @Schema(name = "NewIncidentRelease", example = """
                    {"region":"sul","reason":"fibre cut at km 12","minutes":360}
                    """)
    record NewIncident(
            @Nullable @Positive Long nasId,
            @Nullable @Size(min = 1, max = 100) String region,
            @Nullable @Size(min = 1, max = 200) String circuitPrefix,
            @NotBlank @Size(max = 500) String reason,

            @Positive @Schema(description = "From now to its end; at most 20160, which is 14 days.")
            int minutes) {}

    @Serdeable
    @Schema(name = "IncidentRelease")
    record IncidentView(
            long id,
            long version,
            IncidentRelease.State state,
            @Nullable Long nasId,
            @Nullable String region,
            @Nullable String circuitPrefix,
            String reason,

            @Schema(description = "From then on the releases end, spread over spreadSeconds.")
            Instant until,

            long spreadSeconds,
            String requestedBy,
            Instant requestedAt,
            Instant expiresAt,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt,
            @Nullable String decisionReason,

            @Schema(description = "Contracts concerned when it was asked for.")
            int contracts,

            @Schema(description = "Releases that it came to.")
            int granted) {

        static IncidentView of(IncidentRelease incident) {
            return new IncidentView(
                    incident.id(),
                    incident.version(),
                    incident.state(),
                    incident.scope().nasId(),
                    incident.scope().region(),
                    incident.scope().circuitPrefix(),
                    incident.reason(),
                    incident.until(),
                    incident.spread().toSeconds(),
                    incident.requestedBy(),
                    incident.requestedAt(),
                    incident.expiresAt(),
                    incident.decidedBy(),
                    incident.decidedAt(),
                    incident.decisionReason(),
                    incident.contracts(),
                    incident.granted());
        }
    }

    /** Lists the incident releases, newest first. */
    @Get
    @RequiresPermission(Permission.RELEASE_VIEW)
    Page<IncidentView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                incidents.list(page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                IncidentRelease::id,
                IncidentView::of);
    }

    /** Shows an incident release. */
    @Get("/{id}")
    @RequiresPermission(Permission.RELEASE_VIEW)
    HttpResponse<IncidentView> get(@PathVariable long id) {
        return answer(found(incidents.find(id), "incident_release", id));
    }

    /** Asks for an incident release: it says how many contracts are concerned, and waits for a second person. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.INCIDENT_RELEASE)
    @WritesOnce
    HttpResponse<IncidentView> ask(@Body NewIncident wanted, HttpRequest<?> request) {
        var until = clock.instant().plus(Duration.ofMinutes(wanted.minutes()));
        var scope = new IncidentScope(wanted.nasId(), wanted.region(), wanted.circuitPrefix());
        var asked = granted(incidents.ask(Caller.of(request).actor(), scope, wanted.reason(), until));
        return created(IncidentView.of(asked), "/api/v1/incident-releases/" + asked.id(), asked.version());
    }

    /** Lets them through; the caller is another person than who asked, and not a job. If-Match is optional. */
    @Post("/{id}/approve")
    @RequiresPermission(Permission.INCIDENT_APPROVE)
    @WritesOnce(ownTransactions = true)
    @IfMatch
    HttpResponse<IncidentView> approve(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return answer(granted(incidents.approve(Caller.of(request).actor(), id, Etag.optional(request), why.reason())));
    }

    /** Leaves everybody as they are; whoever asked takes it back so. If-Match is optional. */
    @Post("/{id}/decline")
    @RequiresPermission(Permission.INCIDENT_RELEASE)
    @WritesOnce
    @IfMatch
    HttpResponse<IncidentView> decline(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        var caller = Caller.of(request);
        if (!caller.actor()
                .isNamed(found(incidents.find(id), "incident_release", id).requestedBy())) {
            caller.require(Permission.INCIDENT_APPROVE);
        }
        return answer(granted(incidents.decline(caller.actor(), id, Etag.optional(request), why.reason())));
    }

    /**
     * Moves its end to now: each contract's release ends at an instant of its own within the spread from now on; what
     * stands behind it holds again.
     */
    @Post("/{id}/end")
    @RequiresPermission(Permission.INCIDENT_RELEASE)
    @WritesOnce(ownTransactions = true)
    HttpResponse<IncidentView> end(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return answer(granted(incidents.end(Caller.of(request).actor(), id, why.reason())));
    }

    private static HttpResponse<IncidentView> answer(IncidentRelease incident) {
        return shown(IncidentView.of(incident), incident.version());
    }
}
