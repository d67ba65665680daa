package net.catraca.admin.receivable;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

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
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Outcomes;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemDocument;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.ReceivableUpsert;
import net.catraca.billing.office.Receivables;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import org.jspecify.annotations.Nullable;

/** What contracts owe: one at a time by people, in bulk by billing jobs. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Receivables")
class ReceivableController {

    private final Receivables receivables;
    private final ReceivableUpsert upsert;

    ReceivableController(Receivables receivables, ReceivableUpsert upsert) {
        this.receivables = receivables;
        this.upsert = upsert;
    }

    @Serdeable
    @Schema(name = "Postponement", example = """
                    {"dueOn":"2026-12-20","reason":"the post was on strike"}
                    """)
    record Postponement(
            LocalDate dueOn, @NotBlank @Size(max = 500) String reason) {}

    /** @param nominalCents of the new one; so are the others */
    @Serdeable
    @Schema(name = "Substitution", example = """
                    {"nominalCents":8990,"dueOn":"2026-12-10","reason":"the wrong price was printed"}
                    """)
    record Substitution(
            @Positive long nominalCents,
            @Nullable @PositiveOrZero Long discountCents,
            @Nullable LocalDate discountUntil,
            LocalDate dueOn,
            @NotBlank @Size(max = 500) String reason) {

        Receivables.Substitute wanted() {
            return new Receivables.Substitute(
                    nominalCents, discountCents == null ? 0 : discountCents, discountUntil, dueOn, reason);
        }
    }

    /** @param rows at most 500, each with an external id of its own */
    @Serdeable
    @Schema(name = "ReceivableRows", example = """
                    {"rows":[
                     {"externalId":"boleto-90211","contractId":1,"kind":"recurring","nominalCents":9990,"dueOn":"2027-01-10",
                      "coverageFirst":"2026-12-10","coverageLast":"2027-01-09"},
                     {"externalId":"install-4711","contractId":1,"kind":"one-off","nominalCents":15000,"dueOn":"2026-12-10"}]}
                    """)
    record Bulk(
            @NotEmpty @Size(max = ReceivableUpsert.MAX_ROWS) List<BulkRow> rows) {}

    @Serdeable
    @Schema(name = "ReceivableRow")
    record BulkRow(
            @NotBlank @Size(max = 200) String externalId,
            @Positive long contractId,
            ReceivableKind kind,
            @Positive long nominalCents,
            @Nullable @PositiveOrZero Long discountCents,
            @Nullable LocalDate discountUntil,
            @Nullable LocalDate issuedOn,
            LocalDate dueOn,
            @Nullable LocalDate coverageFirst,
            @Nullable LocalDate coverageLast,
            @Nullable Boolean countsForBlocking) {

        ReceivableDraft draft() {
            return new NewReceivable(
                            externalId,
                            kind,
                            nominalCents,
                            discountCents,
                            discountUntil,
                            issuedOn,
                            dueOn,
                            coverageFirst,
                            coverageLast,
                            countsForBlocking)
                    .draftFor(contractId);
        }
    }

    @Serdeable
    @Schema(name = "ReceivableRowAnswers")
    record BulkAnswer(List<RowAnswer> rows) {}

    /**
     * @param id of the receivable; null when the row was declined
     * @param problem why it was declined
     */
    @Serdeable
    @Schema(name = "ReceivableRowAnswer")
    record RowAnswer(
            int index,
            @Nullable String externalId,
            ReceivableUpsert.Written written,
            @Nullable Long id,
            @Nullable ProblemDocument problem) {

        static RowAnswer of(ReceivableUpsert.Row row) {
            return switch (row.outcome()) {
                case Outcome.Done<Receivable>(var receivable) ->
                    new RowAnswer(row.index(), row.externalId(), row.written(), receivable.id(), null);
                case Outcome.Declined<Receivable>(var problem) ->
                    new RowAnswer(
                            row.index(),
                            row.externalId(),
                            row.written(),
                            null,
                            ProblemException.of(problem).document());
            };
        }
    }

    /**
     * Lists the receivables of all contracts, or of one.
     *
     * @param contractId only those of one contract
     * @param externalId only the one with this external id
     * @param on the day of payment for which amounts are shown; today when absent
     */
    @Get("/receivables")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    Page<ReceivableView> list(
            @Nullable @QueryValue Long contractId,
            @Nullable @QueryValue String externalId,
            @Nullable @QueryValue LocalDate on,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        if (externalId != null) {
            return Page.of(
                    receivables
                            .findByExternalId(externalId)
                            .filter(receivable -> contractId == null || receivable.contractId() == contractId),
                    receivable -> ReceivableView.of(receivable, receivables.charges(List.of(receivable), on)));
        }
        var found = receivables.list(contractId, page.after(0), page.limitAndOne());
        var charges = receivables.charges(found, on);
        return Page.of(found, page, Receivable::id, receivable -> ReceivableView.of(receivable, charges));
    }

    /**
     * Lists the receivables of a contract.
     *
     * @param on the day of payment for which amounts are shown; today when absent
     */
    @Get("/contracts/{contractId}/receivables")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    Page<ReceivableView> ofContract(
            @PathVariable long contractId,
            @Nullable @QueryValue LocalDate on,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        return list(contractId, null, on, limit, cursor);
    }

    /**
     * Shows a receivable, with discount, fine and interest by date.
     *
     * @param on the day of payment for which amounts are shown; today when absent
     */
    @Get("/receivables/{id}")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    HttpResponse<ReceivableView> get(@PathVariable long id, @Nullable @QueryValue LocalDate on) {
        var receivable = found(receivables.find(id), "receivable", id);
        var charges = receivables.charges(List.of(receivable), on).get(id);
        var adjustments =
                receivables.adjustments(id).stream().map(AdjustmentView::of).toList();
        return Outcomes.shown(ReceivableView.of(receivable, charges, adjustments), receivable.version());
    }

    /** Adds a receivable to a contract. */
    @Post("/contracts/{contractId}/receivables")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.RECEIVABLE_WRITE)
    @WritesOnce
    HttpResponse<ReceivableView> create(
            @PathVariable long contractId, @Body NewReceivable wanted, HttpRequest<?> request) {
        var made = granted(receivables.create(Caller.of(request).actor(), wanted.draftFor(contractId)));
        return created(ReceivableView.of(made), "/api/v1/receivables/" + made.id(), made.version());
    }

    /**
     * Creates or updates receivables by their external ids. Each row stands for itself: one that cannot be accepted is
     * declined with its problem, and the others are written.
     */
    @Post("/receivables/bulk")
    @RequiresPermission(Permission.RECEIVABLE_WRITE)
    @WritesOnce
    HttpResponse<BulkAnswer> bulk(@Body Bulk bulk, HttpRequest<?> request) {
        var drafts = bulk.rows().stream().map(BulkRow::draft).toList();
        var rows = granted(upsert.upsert(Caller.of(request).actor(), drafts));
        return HttpResponse.ok(new BulkAnswer(rows.stream().map(RowAnswer::of).toList()));
    }

    /** Cancels an open receivable: it is owed no longer. If-Match is optional. */
    @Post("/receivables/{id}/cancel")
    @RequiresPermission(Permission.RECEIVABLE_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<ReceivableView> cancel(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return shown(granted(receivables.cancel(Caller.of(request).actor(), id, Etag.optional(request), why.reason())));
    }

    /**
     * Cancels an open receivable and writes another in its place, in one: it covers the same days, can be paid by the same
     * charges and takes what was paid of the old one. A later due date counts as postponing. If-Match is optional.
     */
    @Post("/receivables/{id}/substitute")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.RECEIVABLE_POSTPONE)
    @IfMatch
    @WritesOnce
    HttpResponse<ReceivableView> substitute(@PathVariable long id, @Body Substitution wanted, HttpRequest<?> request) {
        var made = granted(
                receivables.substitute(Caller.of(request).actor(), id, Etag.optional(request), wanted.wanted()));
        return created(ReceivableView.of(made), "/api/v1/receivables/" + made.id(), made.version());
    }

    /** Moves the due date of an open receivable to a later day. If-Match is optional. */
    @Post("/receivables/{id}/postpone")
    @RequiresPermission(Permission.RECEIVABLE_POSTPONE)
    @IfMatch
    @WritesOnce
    HttpResponse<ReceivableView> postpone(@PathVariable long id, @Body Postponement to, HttpRequest<?> request) {
        return shown(granted(
                receivables.postpone(Caller.of(request).actor(), id, Etag.optional(request), to.dueOn(), to.reason())));
    }

    private static HttpResponse<ReceivableView> shown(Receivable receivable) {
        return Outcomes.shown(ReceivableView.of(receivable), receivable.version());
    }
}
