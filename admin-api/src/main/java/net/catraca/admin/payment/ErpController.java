package net.catraca.admin.payment;

import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import net.catraca.admin.http.ProblemDocument;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.ErpFeed;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.payment.ErpStanding;
import org.jspecify.annotations.Nullable;

/** Where an ERP keeps the money, it tells here how its contracts stand. That is an input to runs, not a command. */
@Controller("/api/v1/erp-standings")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "ERP")
class ErpController {

    private final ErpFeed feed;

    ErpController(ErpFeed feed) {
        this.feed = feed;
    }

    /** @param rows at most 500, a contract once */
    @Serdeable
    @Schema(name = "ErpStandings", example = """
                    {"rows":[{"contractId":1,"paidUntil":"2026-11-09","oldestDueOn":"2026-11-10","asOf":"2026-11-23T09:00:00Z"}]}
                    """)
    record Standings(@NotEmpty @Size(max = ErpFeed.MAX_ROWS) List<Standing> rows) {}

    @Serdeable
    @Schema(name = "ErpStanding")
    record Standing(
            @Positive long contractId,

            @Nullable @Schema(description = "Last day of the unbroken run of paid coverage.")
            LocalDate paidUntil,

            @Nullable @Schema(description = "Due date of the oldest unpaid receivable that counts for blocking.")
            LocalDate oldestDueOn,

            @Schema(description = "When the ERP knew this; older news is passed over.")
            Instant asOf) {}

    @Serdeable
    @Schema(name = "ErpRowAnswers")
    record Answer(List<RowAnswer> rows) {}

    @Serdeable
    @Schema(name = "ErpRowAnswer")
    record RowAnswer(
            int index,
            long contractId,
            ErpFeed.@Nullable Taken taken,
            @Nullable ProblemDocument problem) {}

    /** Takes news of many contracts; each row stands for itself. */
    @Post
    @RequiresPermission(Permission.RECEIVABLE_WRITE)
    @WritesOnce
    HttpResponse<Answer> push(@Body Standings standings, HttpRequest<?> request) {
        var rows = standings.rows().stream()
                .map(row -> new ErpStanding(row.contractId(), row.paidUntil(), row.oldestDueOn(), row.asOf()))
                .toList();
        var outcomes = granted(feed.push(Caller.of(request).actor(), rows));
        var answers = new ArrayList<RowAnswer>();
        for (int i = 0; i < outcomes.size(); i++) {
            answers.add(answer(i, rows.get(i).contractId(), outcomes.get(i)));
        }
        return HttpResponse.ok(new Answer(answers));
    }

    private static RowAnswer answer(int index, long contractId, Outcome<ErpFeed.Taken> outcome) {
        return switch (outcome) {
            case Outcome.Done<ErpFeed.Taken>(var taken) -> new RowAnswer(index, contractId, taken, null);
            case Outcome.Declined<ErpFeed.Taken>(var problem) ->
                new RowAnswer(
                        index, contractId, null, ProblemException.of(problem).document());
        };
    }
}
