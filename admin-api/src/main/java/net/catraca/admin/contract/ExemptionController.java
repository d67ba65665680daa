package net.catraca.admin.contract;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.office.Contracts;
import org.jspecify.annotations.Nullable;

/** A time without receivables, notices or restriction. */
@Controller("/api/v1/contracts/{contractId}/exemptions")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Contracts")
class ExemptionController {

    private final Contracts contracts;

    ExemptionController(Contracts contracts) {
        this.contracts = contracts;
    }

    /** @param lastDay absent while nobody knows when it ends */
    @Serdeable
    @Schema(name = "NewExemption", example = """
                    {"firstDay":"2026-12-01","lastDay":"2026-12-31","reason":"partner school"}
                    """)
    record NewExemption(
            LocalDate firstDay,
            @Nullable LocalDate lastDay,
            @NotBlank @Size(max = 500) String reason) {}

    @Serdeable
    @Schema(name = "Exemption")
    record ExemptionView(
            long id,
            long contractId,
            LocalDate firstDay,
            @Nullable LocalDate lastDay,
            String reason,
            String createdBy,
            Instant createdAt) {

        static ExemptionView of(Exemption exemption) {
            return new ExemptionView(
                    exemption.id(),
                    exemption.contractId(),
                    exemption.firstDay(),
                    exemption.lastDay(),
                    exemption.reason(),
                    exemption.createdBy(),
                    exemption.createdAt());
        }
    }

    @Serdeable
    @Schema(name = "Exemptions")
    record ExemptionList(List<ExemptionView> items) {}

    /** Lists the exemptions of a contract by their first day. */
    @Get
    @RequiresPermission(Permission.CONTRACT_VIEW)
    ExemptionList list(@PathVariable long contractId) {
        found(contracts.find(contractId), "contract", contractId);
        return new ExemptionList(
                contracts.exemptions(contractId).stream().map(ExemptionView::of).toList());
    }

    /** Exempts a contract for a time: no receivables, notices or restriction. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.CONTRACT_EXEMPT)
    @WritesOnce
    HttpResponse<ExemptionView> create(
            @PathVariable long contractId, @Body NewExemption wanted, HttpRequest<?> request) {
        var made = granted(contracts.exempt(
                Caller.of(request).actor(), contractId, wanted.firstDay(), wanted.lastDay(), wanted.reason()));
        return HttpResponse.created(ExemptionView.of(made));
    }

    /** Ends the running exemption with yesterday, or takes back one that has not begun. */
    @Delete("/{id}")
    @RequiresPermission(Permission.CONTRACT_EXEMPT)
    @WritesOnce
    HttpResponse<ExemptionView> end(@PathVariable long contractId, @PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(ExemptionView.of(
                granted(contracts.endExemption(Caller.of(request).actor(), contractId, id))));
    }
}
