package net.catraca.admin.erp;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

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
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Outcomes;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.office.TighteningProposals;
import net.catraca.billing.run.TighteningProposal;
import org.jspecify.annotations.Nullable;

/** What jobs would tighten en masse, waiting for a second person. */
@Controller("/api/v1/tightening-proposals")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Access runs")
class TighteningProposalController {

    private final TighteningProposals proposals;
    private final Clock clock;

    TighteningProposalController(TighteningProposals proposals, Clock clock) {
        this.proposals = proposals;
        this.clock = clock;
    }

    @Serdeable
    @Schema(name = "TighteningApproval", example = """
                    {"reason":"the village that another ISP took over"}
                    """)
    record Approval(@Nullable @Size(min = 1, max = 500) String reason) {}

    @Serdeable
    @Schema(name = "TighteningProposal")
    record View(
            long id,
            long version,
            TighteningProposal.Kind kind,

            @Schema(description = "awaiting-approval, committing, committed, declined or expired")
            TighteningProposal.State state,

            String proposedBy,
            Instant proposedAt,

            @Schema(description = "From then on it can no longer be decided.")
            Instant expiresAt,

            @Nullable String decidedBy,
            @Nullable Instant decidedAt,
            @Nullable String decisionReason,
            @Nullable Instant endedAt,
            int rows,
            int pending,
            int committed,
            int dropped,

            @Schema(description = "Monthly revenue at stake.")
            long monthlyCents) {

        static View of(TighteningProposal proposal, Instant now) {
            var decision = proposal.decision();
            return new View(
                    proposal.id(),
                    proposal.version(),
                    proposal.kind(),
                    proposal.stateAt(now),
                    proposal.proposedBy(),
                    proposal.proposedAt(),
                    proposal.expiresAt(),
                    decision == null ? null : decision.by(),
                    decision == null ? null : decision.at(),
                    decision == null ? null : decision.reason(),
                    proposal.endedAt(),
                    proposal.rows().all(),
                    proposal.rows().pending(),
                    proposal.rows().committed(),
                    proposal.rows().dropped(),
                    proposal.monthlyCents());
        }
    }

    @Serdeable
    @Schema(name = "TighteningProposalRow")
    record RowView(
            long id,
            long contractId,

            @Nullable @Schema(description = "The login that would go, or move.")
            Long subscriberId,

            @Nullable @Schema(description = "The contract to which the login would move.")
            Long targetContractId,

            @Schema(description = "What the contract had when it was proposed.")
            AccessLevel fromLevel,

            long monthlyCents,
            @Nullable String reason,

            @Nullable @Schema(description = "Last day of a pause; open when null.")
            LocalDate lastDay,

            @Nullable LocalDate paidUntil,
            @Nullable LocalDate oldestDueOn,

            @Nullable @Schema(description = "The level that would be adopted from the system of before.")
            AccessLevel level,

            @Schema(description = "When the ERP knew it.") Instant asOf,

            TighteningProposal.Outcome outcome,
            TighteningProposal.@Nullable DropReason dropReason) {

        static RowView of(TighteningProposal.Row row) {
            return new RowView(
                    row.id(),
                    row.contractId(),
                    row.subscriberId(),
                    row.targetContractId(),
                    row.fromLevel(),
                    row.monthlyCents(),
                    row.reason(),
                    row.lastDay(),
                    row.paidUntil(),
                    row.oldestDueOn(),
                    row.level(),
                    row.asOf(),
                    row.outcome(),
                    row.dropReason());
        }
    }

    /**
     * Lists proposals, newest first.
     *
     * @param pending true (the default) for those that can still be decided
     */
    @Get
    @RequiresPermission(Permission.RUN_VIEW)
    Page<View> list(
            @Nullable @QueryValue Boolean pending,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                proposals.list(pending == null || pending, page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                TighteningProposal::id,
                proposal -> View.of(proposal, clock.instant()));
    }

    /** Shows a proposal with its totals. */
    @Get("/{id}")
    @RequiresPermission(Permission.RUN_VIEW)
    HttpResponse<View> get(@PathVariable long id) {
        return shown(found(proposals.find(id), "tightening proposal", id));
    }

    /** Lists who would be tightened, and what became of them. */
    @Get("/{id}/rows")
    @RequiresPermission(Permission.RUN_VIEW)
    Page<RowView> rows(
            @PathVariable long id, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        found(proposals.find(id), "tightening proposal", id);
        return Page.of(
                proposals.rows(id, page.after(0), page.limitAndOne()), page, TighteningProposal.Row::id, RowView::of);
    }

    /**
     * Approves a proposal and does it: each row is decided again, and those told otherwise since are dropped. The caller
     * is a person, and another one than who proposed it. If-Match says which rows were seen. Outside the times of runs
     * and during a freeze it is refused. Asked again, it goes on where it was interrupted.
     */
    @Post("/{id}/approve")
    @RequiresPermission(Permission.RUN_APPROVE)
    @IfMatch(required = true)
    @WritesOnce(ownTransactions = true)
    HttpResponse<View> approve(@PathVariable long id, @Nullable @Body Approval why, HttpRequest<?> request) {
        long version = Etag.required(request);
        return shown(
                granted(proposals.approve(Caller.of(request).actor(), id, version, why == null ? null : why.reason())));
    }

    /** Declines a proposal: nothing of it is done. */
    @Post("/{id}/decline")
    @RequiresPermission(Permission.RUN_APPROVE)
    @WritesOnce
    HttpResponse<View> decline(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return shown(granted(proposals.decline(Caller.of(request).actor(), id, why.reason())));
    }

    private HttpResponse<View> shown(TighteningProposal proposal) {
        return Outcomes.shown(View.of(proposal, clock.instant()), proposal.version());
    }
}
