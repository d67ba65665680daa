package net.catraca.admin.release;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.ReleaseApprovals;
import net.catraca.billing.release.ReleaseApproval;
import org.jspecify.annotations.Nullable;

/** Manual releases above an operator's daily ceiling, which a second person approves or declines. */
@Controller("/api/v1/release-approvals")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Releases")
class ReleaseApprovalController {

    private final ReleaseApprovals approvals;
    private final Clock clock;

    ReleaseApprovalController(ReleaseApprovals approvals, Clock clock) {
        this.approvals = approvals;
        this.clock = clock;
    }

    /** @param reason for the audit; the first person's stands in the ledger */
    @Serdeable
    @Schema(name = "ReleaseApprovalReason", example = """
                    {"reason":"called the customer"}
                    """)
    record Approval(@Nullable @Size(min = 1, max = 500) String reason) {}

    @Serdeable
    @Schema(name = "ReleaseDeclineReason", example = """
                    {"reason":"call the customer first"}
                    """)
    record Refusal(@NotBlank @Size(max = 500) String reason) {}

    static String path(ReleaseApproval approval) {
        return "/api/v1/release-approvals/" + approval.id();
    }

    /**
     * Lists those that wait for a second person, or all that there were.
     *
     * @param pending true (the default) for those that can still be decided
     */
    @Get
    @RequiresPermission(Permission.RELEASE_VIEW)
    Page<ReleaseApprovalView> list(
            @Nullable @QueryValue Boolean pending,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                approvals.list(pending == null || pending, page.after(0), page.limitAndOne()),
                page,
                ReleaseApproval::id,
                this::view);
    }

    /** Shows a request for approval. */
    @Get("/{id}")
    @RequiresPermission(Permission.RELEASE_VIEW)
    HttpResponse<ReleaseApprovalView> get(@PathVariable long id) {
        var approval = found(approvals.find(id), "release_approval", id);
        return shown(view(approval), approval.version());
    }

    /**
     * Lets the contract through in the first person's name, seconded by the caller: another person, not another token
     * of the same, and not a job. The limits are asked again; If-Match is optional.
     */
    @Post("/{id}/approve")
    @RequiresPermission(Permission.RELEASE_APPROVE)
    @IfMatch
    @WritesOnce
    HttpResponse<ReleaseApprovalView> approve(
            @PathVariable long id, @Nullable @Body Approval why, HttpRequest<?> request) {
        return answer(granted(approvals.approve(
                Caller.of(request).actor(), id, Etag.optional(request), why == null ? null : why.reason())));
    }

    /** Leaves the contract as it is; whoever asked for it takes it back so. If-Match is optional. */
    @Post("/{id}/decline")
    @RequiresPermission(Permission.RELEASE_MANUAL)
    @IfMatch
    @WritesOnce
    HttpResponse<ReleaseApprovalView> decline(@PathVariable long id, @Body Refusal why, HttpRequest<?> request) {
        var caller = Caller.of(request);
        var approval = found(approvals.find(id), "release_approval", id);
        if (!caller.actor().isNamed(approval.requestedBy())) {
            caller.require(Permission.RELEASE_APPROVE);
        }
        return answer(granted(approvals.decline(caller.actor(), id, Etag.optional(request), why.reason())));
    }

    private HttpResponse<ReleaseApprovalView> answer(ReleaseApproval approval) {
        return shown(view(approval), approval.version());
    }

    private ReleaseApprovalView view(ReleaseApproval approval) {
        return ReleaseApprovalView.of(approval, clock.instant());
    }
}
