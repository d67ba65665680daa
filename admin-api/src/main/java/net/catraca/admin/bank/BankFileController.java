package net.catraca.admin.bank;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Part;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.http.multipart.CompletedFileUpload;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.office.BankFiles;
import net.catraca.billing.office.BankFiles.Taken;
import org.jspecify.annotations.Nullable;

/** Files of banks: sent here, kept with all that was found in them. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Banks")
class BankFileController {

    private static final String USUAL_NAME = "upload";

    private final BankFiles files;
    private final Spool spool;

    BankFileController(BankFiles files, Spool spool) {
        this.files = files;
        this.spool = spool;
    }

    @Serdeable
    @Schema(name = "BankFile")
    record FileView(
            long id,
            long version,
            long agreementId,
            String name,
            String sha256,
            long octets,
            BankFile.State state,
            @Nullable Long sequence,
            @Nullable LocalDate createdOn,

            @Nullable @Schema(description = "Last banking day whose payments it tells.")
            LocalDate coversUntil,

            @Schema(description = "How its number follows those before it.")
            BankFile.@Nullable Order order,

            @Nullable @Schema(description = "Why it was refused as a whole.")
            String refusal,

            long lines,

            @Schema(description = "Movements that were booked by it.")
            int paid,

            @Schema(description = "Movements that another line or file had told before.")
            int repeated,

            @Schema(description = "Movements that wait for a person, or did.")
            int unmatched,

            @Schema(description = "Movements that are no money.")
            int other,

            @Schema(description = "Faults; the first 200 are kept.")
            int faulty,

            @Schema(description = "All the money it tells of, booked now or before.")
            long paidCents,

            Instant receivedAt,
            String receivedBy,
            @Nullable Instant endedAt) {

        static FileView of(BankFile file) {
            return new FileView(
                    file.id(),
                    file.version(),
                    file.agreementId(),
                    file.name(),
                    file.sha256(),
                    file.octets(),
                    file.state(),
                    file.sequence(),
                    file.createdOn(),
                    file.coversUntil(),
                    file.order(),
                    file.refusal(),
                    file.lines(),
                    file.paid(),
                    file.repeated(),
                    file.unmatched(),
                    file.other(),
                    file.faulty(),
                    file.paidCents(),
                    file.receivedAt(),
                    file.receivedBy(),
                    file.endedAt());
        }
    }

    @Serdeable
    @Schema(name = "BankFileFault")
    record FaultView(long line, String field, String expected, String found) {}

    @Serdeable
    @Schema(name = "BankFileCode")
    record CodeView(String code, String meaning, boolean pays, int lines, long cents) {}

    @Serdeable
    @Schema(name = "BankFileReport")
    record ReportView(
            FileView file,
            List<FaultView> faults,
            List<CodeView> codes,

            @Schema(description = "Whether the same content was imported before; then nothing was written now.")
            boolean repeated) {

        static ReportView of(BankFile file, BankFile.Findings findings, boolean repeated) {
            return new ReportView(
                    FileView.of(file),
                    findings.faults().stream()
                            .map(fault -> new FaultView(fault.line(), fault.field(), fault.expected(), fault.found()))
                            .toList(),
                    findings.codes().stream()
                            .map(code ->
                                    new CodeView(code.code(), code.meaning(), code.pays(), code.lines(), code.cents()))
                            .toList(),
                    repeated);
        }
    }

    /**
     * Imports a bank's file, sent as the body; at most 256 MiB. The same content sent again is answered with 200 and
     * changes nothing. A file that cannot be trusted as a whole is refused with 409 and kept with its faults.
     *
     * @param fileName what its sender calls it
     * @param whole whether one fault refuses the file; as the agreement says when absent
     */
    @Post("/bank-agreements/{id}/files")
    @Consumes({MediaType.APPLICATION_OCTET_STREAM, MediaType.TEXT_PLAIN, MediaType.TEXT_CSV})
    @Status(HttpStatus.CREATED)
    @ApiResponse(
            responseCode = "200",
            description = "It was imported before.",
            content = @Content(schema = @Schema(implementation = ReportView.class)))
    @ApiResponse(
            responseCode = "201",
            description = "Imported.",
            content = @Content(schema = @Schema(implementation = ReportView.class)))
    @RequiresPermission(Permission.BANK_FILE_IMPORT)
    @WritesOnce(ownTransactions = true)
    HttpResponse<ReportView> upload(
            @PathVariable long id,
            @Nullable @QueryValue String fileName,
            @Nullable @QueryValue Boolean whole,
            @Body InputStream content,
            HttpRequest<?> request) {
        return take(id, fileName, whole, content, request);
    }

    /**
     * Imports a bank's file from a form's field "file", as browsers send it.
     *
     * @param whole whether one fault refuses the file; as the agreement says when absent
     */
    @Post("/bank-agreements/{id}/file-form")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Status(HttpStatus.CREATED)
    @ApiResponse(
            responseCode = "200",
            description = "It was imported before.",
            content = @Content(schema = @Schema(implementation = ReportView.class)))
    @ApiResponse(
            responseCode = "201",
            description = "Imported.",
            content = @Content(schema = @Schema(implementation = ReportView.class)))
    @RequiresPermission(Permission.BANK_FILE_IMPORT)
    @WritesOnce(ownTransactions = true)
    HttpResponse<ReportView> uploadForm(
            @PathVariable long id,
            @Nullable @QueryValue Boolean whole,
            @Part("file") CompletedFileUpload file,
            HttpRequest<?> request) {
        try {
            return take(id, file.getFilename(), whole, file.getInputStream(), request);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpResponse<ReportView> take(
            long id, @Nullable String name, @Nullable Boolean whole, InputStream content, HttpRequest<?> request) {
        String called = name == null || name.isBlank() ? USUAL_NAME : name;
        Taken taken = spool.with(
                content, file -> granted(files.take(Caller.of(request).actor(), id, called, file, whole)));
        var report = ReportView.of(taken.file(), taken.findings(), taken.repeated());
        return taken.repeated()
                ? HttpResponse.ok(report)
                : HttpResponse.created(
                        report, URI.create("/api/v1/bank-files/" + taken.file().id()));
    }

    /**
     * Lists files, newest first.
     *
     * @param agreementId only those of one agreement
     */
    @Get("/bank-files")
    @RequiresPermission(Permission.BANK_VIEW)
    Page<FileView> list(
            @Nullable @QueryValue Long agreementId,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                files.list(agreementId, page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                BankFile::id,
                FileView::of);
    }

    /** Shows a file with its faults and what it tells by the bank's codes. */
    @Get("/bank-files/{id}")
    @RequiresPermission(Permission.BANK_VIEW)
    ReportView get(@PathVariable long id) {
        var file = found(files.find(id), "bank file", id);
        return ReportView.of(file, files.findings(id), false);
    }

    /**
     * Lists the money that a file tells of, by line; what another line or file had told has the state repeated, and says
     * which payment it repeats.
     *
     * @param moneyState only those, such as repeated or unmatched
     */
    @Get("/bank-files/{id}/payments")
    @RequiresPermission(Permission.BANK_VIEW)
    Page<IncomingView> payments(
            @PathVariable long id,
            @Nullable @QueryValue State moneyState,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        found(files.find(id), "bank file", id);
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                files.lines(id, moneyState, page.after(0), page.limitAndOne()),
                page,
                payment -> java.util.Objects.requireNonNull(payment.line()),
                IncomingView::of);
    }
}
