package net.catraca.admin.contract;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.CancelSuggestions;
import net.catraca.billing.run.CancelSuggestion;
import org.jspecify.annotations.Nullable;

/** Contracts that a person may want to cancel. */
@Controller("/api/v1/cancel-suggestions")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Contracts")
class CancelSuggestionController {

    private final CancelSuggestions suggestions;

    CancelSuggestionController(CancelSuggestions suggestions) {
        this.suggestions = suggestions;
    }

    @Serdeable
    @Schema(name = "CancelSuggestion")
    record SuggestionView(
            long contractId,
            long customerId,
            String customerName,
            long planId,
            String plan,
            @Nullable String region,
            long monthlyCents,

            @Schema(description = "What its open receivables still ask for.")
            long openCents,

            int daysLate,

            @Schema(description = "The policy's threshold that days late have reached.")
            int cancelDays,

            @Schema(description = "Since when it is on the list without a break.")
            Instant suggestedAt,

            @Nullable @Schema(description = "When a run committed the block; the clock when absent.")
            Instant blockedAt) {

        static SuggestionView of(CancelSuggestion suggestion) {
            return new SuggestionView(
                    suggestion.contractId(),
                    suggestion.customerId(),
                    suggestion.customerName(),
                    suggestion.planId(),
                    suggestion.planName(),
                    suggestion.region(),
                    suggestion.monthlyCents(),
                    suggestion.openCents(),
                    suggestion.daysLate(),
                    suggestion.cancelDays(),
                    suggestion.suggestedAt(),
                    suggestion.blockedAt());
        }
    }

    /**
     * Lists blocked contracts that are late for so long that their policy suggests to cancel them, by contract. The job
     * `cancel-suggestions` writes the list each day; nothing is cancelled by itself.
     */
    @Get
    @RequiresPermission(Permission.CONTRACT_VIEW)
    Page<SuggestionView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                suggestions.list(page.after(0), page.limitAndOne()),
                page,
                CancelSuggestion::contractId,
                SuggestionView::of);
    }
}
