package net.catraca.admin.notice;

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
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.office.NoticeDesk;
import net.catraca.billing.office.NoticeSending;
import net.catraca.billing.office.Notices;
import net.catraca.billing.store.NoticeBook.Kept;
import net.catraca.billing.store.NoticeBook.Outcome;
import net.catraca.billing.store.NoticeQueue.Due;
import net.catraca.billing.store.NoticeQueue.State;
import org.jspecify.annotations.Nullable;

/** What was sent, what became of it, and what waits. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Notices")
class NoticeRecordController {

    private final Notices notices;
    private final NoticeSending sending;

    NoticeRecordController(Notices notices, NoticeSending sending) {
        this.notices = notices;
        this.sending = sending;
    }

    @Serdeable
    @Schema(name = "SentNotice")
    record SentView(
            long id,
            long contractId,
            @Nullable Long receivableId,
            @Nullable LocalDate dueOn,
            @Schema(example = "email") String kind,
            Instant sentAt,

            @Schema(description = "A bounced or failed one is no notice.")
            Outcome outcome,

            @Nullable Instant outcomeAt,

            @Nullable @Schema(description = "Masked; null for a notice that another system sent.")
            String to,

            @Nullable String template,
            @Nullable Integer templateVersion,
            @Nullable String providerId,
            @Nullable String why,
            String recordedBy) {

        static SentView of(Kept kept) {
            var notice = kept.notice();
            var sending = kept.sending();
            return new SentView(
                    kept.id(),
                    notice.contractId(),
                    notice.receivableId(),
                    notice.dueOn(),
                    notice.kind(),
                    notice.sentAt(),
                    notice.outcome(),
                    kept.outcomeAt(),
                    sending == null ? null : NoticeDesk.mask(sending.address()),
                    sending == null ? null : sending.template(),
                    sending == null ? null : sending.templateVersion(),
                    sending == null ? null : sending.providerId(),
                    sending == null ? null : sending.why(),
                    kept.recordedBy());
        }
    }

    @Serdeable
    @Schema(name = "NoticeOutcome", example = """
                    {"outcome":"bounced","why":"550 5.1.1 no such user"}
                    """)
    record OutcomeData(
            Outcome outcome,
            @Nullable @Size(min = 1, max = 500) String why) {}

    @Serdeable
    @Schema(name = "DueNotice")
    record DueView(
            long id,
            long contractId,
            long receivableId,

            @Schema(description = "Day 0: the due date, on a banking day.")
            LocalDate dueDay,

            int dayOffset,
            Channel channel,
            String template,

            @Schema(description = "After it, it is dropped.")
            LocalDate lastDay,

            @Schema(description = "Unknown: it may have gone out, and is not sent again.")
            State state,

            int attempts,
            Instant nextAttemptAt,
            @Nullable String why,

            @Nullable @Schema(description = "Of the record of sent notices.")
            Long noticeId) {

        static DueView of(Due due) {
            return new DueView(
                    due.id(),
                    due.contractId(),
                    due.receivableId(),
                    due.dueDay(),
                    due.dayOffset(),
                    due.channel(),
                    due.template(),
                    due.lastDay(),
                    due.state(),
                    due.attempts(),
                    due.nextAttemptAt(),
                    due.why(),
                    due.noticeId());
        }
    }

    /**
     * Lists notices that were sent, newest first: the proof that a policy may demand before a run tightens.
     *
     * @param contractId only this contract's
     * @param outcome only those with it
     * @param providerId only the one that its carrier names so
     */
    @Get("/notices")
    @RequiresPermission(Permission.NOTICE_VIEW)
    Page<SentView> list(
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue Outcome outcome,
            @Nullable @QueryValue String providerId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                notices.list(contractId, outcome, providerId, page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                Kept::id,
                SentView::of);
    }

    /** Shows a notice that was sent. */
    @Get("/notices/{id}")
    @RequiresPermission(Permission.NOTICE_VIEW)
    SentView get(@PathVariable long id) {
        return SentView.of(found(notices.find(id), "notice", id));
    }

    /** Tells what became of a notice, as its carrier said later. A bounced or failed one proves nothing any more. */
    @Post("/notices/{id}/outcome")
    @RequiresPermission(Permission.NOTICE_WRITE)
    @WritesOnce
    HttpResponse<SentView> outcome(@PathVariable long id, @Body OutcomeData told, HttpRequest<?> request) {
        return HttpResponse.ok(
                SentView.of(granted(notices.tellOutcome(Caller.of(request).actor(), id, told.outcome(), told.why()))));
    }

    /**
     * Lists notices that are or were to be sent, newest first, and what became of each.
     *
     * @param contractId only this contract's
     * @param state only those in it
     */
    @Get("/notice-queue")
    @RequiresPermission(Permission.NOTICE_VIEW)
    Page<DueView> queue(
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue State state,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                sending.list(contractId, state, page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                Due::id,
                DueView::of);
    }
}
