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
import net.catraca.billing.contract.Pause;
import net.catraca.billing.office.Contracts;
import org.jspecify.annotations.Nullable;

/** A suspension at the customer's wish: coverage does not run, and paused days do not count as late. */
@Controller("/api/v1/contracts/{contractId}/pauses")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Contracts")
class PauseController {

    private final Contracts contracts;

    PauseController(Contracts contracts) {
        this.contracts = contracts;
    }

    /** @param lastDay absent while nobody knows when it ends */
    @Serdeable
    @Schema(name = "NewPause", example = """
                    {"firstDay":"2026-12-01","lastDay":"2026-12-31","reason":"travels for a month"}
                    """)
    record NewPause(
            LocalDate firstDay,
            @Nullable LocalDate lastDay,
            @NotBlank @Size(max = 500) String reason) {}

    @Serdeable
    @Schema(name = "Pause")
    record PauseView(
            long id,
            long contractId,
            LocalDate firstDay,
            @Nullable LocalDate lastDay,
            String reason,
            String createdBy,
            Instant createdAt) {

        static PauseView of(Pause pause) {
            return new PauseView(
                    pause.id(),
                    pause.contractId(),
                    pause.firstDay(),
                    pause.lastDay(),
                    pause.reason(),
                    pause.createdBy(),
                    pause.createdAt());
        }
    }

    @Serdeable
    @Schema(name = "Pauses")
    record PauseList(List<PauseView> items) {}

    /** Lists the pauses of a contract by their first day. */
    @Get
    @RequiresPermission(Permission.CONTRACT_VIEW)
    PauseList list(@PathVariable long contractId) {
        found(contracts.find(contractId), "contract", contractId);
        return new PauseList(
                contracts.pauses(contractId).stream().map(PauseView::of).toList());
    }

    /** Pauses a contract at its customer's wish: coverage does not run, and paused days do not count as late. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.CONTRACT_PAUSE)
    @WritesOnce
    HttpResponse<PauseView> create(@PathVariable long contractId, @Body NewPause wanted, HttpRequest<?> request) {
        var made = granted(contracts.pause(
                Caller.of(request).actor(), contractId, wanted.firstDay(), wanted.lastDay(), wanted.reason()));
        return HttpResponse.created(PauseView.of(made));
    }

    /** Ends the running pause with yesterday, or takes back one that has not begun. */
    @Delete("/{id}")
    @RequiresPermission(Permission.CONTRACT_PAUSE)
    @WritesOnce
    HttpResponse<PauseView> end(@PathVariable long contractId, @PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                PauseView.of(granted(contracts.endPause(Caller.of(request).actor(), contractId, id))));
    }
}
