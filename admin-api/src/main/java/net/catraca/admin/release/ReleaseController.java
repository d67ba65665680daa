package net.catraca.admin.release;

import static net.catraca.admin.http.Outcomes.accepted;
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
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.ReleaseApprovals;
import net.catraca.billing.office.ReleaseApprovals.Asked;
import net.catraca.billing.office.Releases;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import org.jspecify.annotations.Nullable;

/** The release ledger: entries that let a contract through. */
@Controller("/api/v1/contracts/{contractId}/releases")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Releases")
class ReleaseController {

    private static final String USUAL_END_REASON = "ended early";

    private final Releases releases;
    private final ReleaseApprovals approvals;
    private final Clock clock;

    ReleaseController(Releases releases, ReleaseApprovals approvals, Clock clock) {
        this.releases = releases;
        this.approvals = approvals;
        this.clock = clock;
    }

    /** The kinds that a person may ask for; an incident release covers many contracts and is made otherwise. */
    @Schema(name = "GrantableKind")
    enum Kind {
        MANUAL(ReleaseKind.MANUAL, Permission.RELEASE_MANUAL),
        TEMPORARY(ReleaseKind.TEMPORARY, Permission.RELEASE_TEMPORARY),
        TRUST_UNLOCK(ReleaseKind.TRUST_UNLOCK, Permission.RELEASE_TRUST_UNLOCK);

        private final ReleaseKind kind;
        private final Permission permission;

        Kind(ReleaseKind kind, Permission permission) {
            this.kind = kind;
            this.permission = permission;
        }
    }

    /**
     * @param until the end that is wanted; what the policy gives when absent. A manual release has none
     * @param liftInterval of a trust unlock, by who may: the days since the last one do not count this time. Once a debt
     */
    @Serdeable
    @Schema(name = "NewRelease", example = """
                    {"kind":"trust-unlock","reason":"paid by Pix, waiting for the bank"}
                    """)
    record NewRelease(
            Kind kind,

            @NotBlank @Size(max = 500) @Schema(example = "paid by Pix, waiting for the bank")
            String reason,

            @Nullable Instant until,

            @Nullable @Schema(defaultValue = "false", description = "Needs the permission release-lift-interval.")
            Boolean liftInterval) {

        boolean liftsInterval() {
            return Boolean.TRUE.equals(liftInterval);
        }
    }

    /** Lists the releases of a contract, oldest first. */
    @Get
    @RequiresPermission(Permission.RELEASE_VIEW)
    Page<ReleaseView> list(
            @PathVariable long contractId, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(releases.list(contractId, page.after(0), page.limitAndOne()), page, Release::id, this::view);
    }

    /** Shows a release. */
    @Get("/{id}")
    @RequiresPermission(Permission.RELEASE_VIEW)
    HttpResponse<ReleaseView> get(@PathVariable long contractId, @PathVariable long id) {
        var release = releaseOf(contractId, id);
        return shown(view(release), release.version());
    }

    /**
     * Lets a contract through. The answer says until when; the end may lie after the one that was asked for, since
     * releases end when a run may tighten. A limit that is in the way is answered with 409, its name and the instant
     * from which the same request would be granted. A person's manual release above their daily ceiling is answered
     * with 202 and the approval that waits for a second person. A manual or a temporary release needs its own
     * permission, release-manual or release-temporary.
     */
    @Post
    @Status(HttpStatus.CREATED)
    @ApiResponse(
            responseCode = "201",
            description = "Let through.",
            content = @Content(schema = @Schema(implementation = ReleaseView.class)))
    @ApiResponse(
            responseCode = "202",
            description = "Waits for a second person.",
            content = @Content(schema = @Schema(implementation = ReleaseApprovalView.class)))
    @RequiresPermission(
            Permission.RELEASE_TRUST_UNLOCK) // what every role has that may grant any; the kind asks for more
    @WritesOnce
    HttpResponse<?> grant(@PathVariable long contractId, @Body NewRelease wanted, HttpRequest<?> request) {
        var caller = Caller.of(request);
        caller.require(wanted.kind().permission);
        if (wanted.liftsInterval()) {
            caller.require(Permission.RELEASE_LIFT_INTERVAL);
        }
        var wish = new ReleaseRequest(
                contractId, wanted.kind().kind, wanted.reason(), wanted.until(), wanted.liftsInterval());
        return switch (granted(approvals.grantOrAsk(caller.actor(), wish))) {
            case Asked.Granted(var release) ->
                created(
                        view(release),
                        "/api/v1/contracts/" + contractId + "/releases/" + release.id(),
                        release.version());
            case Asked.AwaitsSecondPerson(var approval) ->
                accepted(
                        ReleaseApprovalView.of(approval, clock.instant()),
                        ReleaseApprovalController.path(approval),
                        approval.version());
        };
    }

    /**
     * Ends a release early; the contract returns to its level as computed then. If-Match is optional.
     *
     * @param reason for the ledger
     */
    @Delete("/{id}")
    @RequiresPermission(Permission.RELEASE_END)
    @IfMatch
    @WritesOnce
    HttpResponse<ReleaseView> end(
            @PathVariable long contractId,
            @PathVariable long id,
            @Nullable @QueryValue String reason,
            HttpRequest<?> request) {
        if (reason != null && (reason.isBlank() || reason.length() > 500)) {
            throw ProblemException.invalid(InvalidField.query("reason", "1 to 500 characters"));
        }
        releaseOf(contractId, id);
        var ended = granted(releases.end(
                Caller.of(request).actor(), id, Etag.optional(request), reason == null ? USUAL_END_REASON : reason));
        return shown(view(ended), ended.version());
    }

    private Release releaseOf(long contractId, long id) {
        return found(releases.find(id).filter(release -> release.contractId() == contractId), "release", id);
    }

    private ReleaseView view(Release release) {
        return ReleaseView.of(release, clock.instant());
    }
}
