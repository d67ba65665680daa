package net.catraca.admin.cutover;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import net.catraca.admin.bank.Spool;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import org.jspecify.annotations.Nullable;

/** The cut-over from the system of before, a file at a time; the command line takes them together. */
@Controller("/api/v1/cut-over")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Cut-over")
class CutOverController {

    /** Of a file: its report is held in memory, a line a row. */
    static final long MOST_OCTETS = 32L << 20;

    private final CutOverImport importer;
    private final Spool spool;

    CutOverController(CutOverImport importer, Spool spool) {
        this.importer = importer;
        this.spool = spool;
    }

    /**
     * Imports a CSV file of one kind, sent as the body, at most 32 MiB: nas, customers, contracts, logins, receivables,
     * standings, quotas, commitments or sessions, in this order. Answered with a report, CSV too, a line a row. What is
     * known here already is left as it is, so the same sent again changes nothing, and reverts nothing.
     *
     * @param kind of the rows
     * @param dryRun whether nothing is to be changed, only told what would become of each row
     * @param update whether what is known here already is written anew, unless newer news of it is known; needs asOf
     * @param asOf when the file was written: how old its news is
     */
    @Post("/{kind}")
    @Consumes({MediaType.TEXT_CSV, MediaType.TEXT_PLAIN, MediaType.APPLICATION_OCTET_STREAM})
    @Produces(MediaType.TEXT_CSV)
    @RequiresPermission(Permission.CUT_OVER_IMPORT)
    @WritesOnce(ownTransactions = true)
    HttpResponse<String> importFile(
            @PathVariable String kind,
            @Nullable @QueryValue Boolean dryRun,
            @Nullable @QueryValue Boolean update,
            @Nullable @QueryValue Instant asOf,
            @Body InputStream content,
            HttpRequest<?> request) {
        var wanted = Arrays.stream(CutOverKind.values())
                .filter(one -> one.table().equals(kind))
                .findFirst()
                .orElseThrow(() -> ProblemException.invalid(InvalidField.path(
                        "kind",
                        "one of "
                                + Arrays.stream(CutOverKind.values())
                                        .map(CutOverKind::table)
                                        .collect(Collectors.joining(", ")))));
        boolean isDry = Boolean.TRUE.equals(dryRun);
        boolean updates = Boolean.TRUE.equals(update);
        if (updates && asOf == null) {
            throw ProblemException.invalid(
                    InvalidField.query("asOf", "with update the instant at which the file was written"));
        }
        var text = new StringBuilder();
        return spool.with(content, MOST_OCTETS, file -> {
            try {
                importer.run(
                        Caller.of(request).actor(),
                        FileTables.of(wanted.table(), file),
                        isDry,
                        new CutOverImport.Terms(asOf, updates),
                        new CutOverReport(text, isDry));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return HttpResponse.ok(text.toString())
                    .header(
                            HttpHeaders.CONTENT_DISPOSITION,
                            "attachment; filename=\"cut-over-" + wanted.table() + ".csv\"");
        });
    }
}
