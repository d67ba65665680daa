package net.catraca.admin.bank;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.catraca.admin.http.ProblemDocument;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.bank.Charge;
import net.catraca.billing.office.BankCharges;
import net.catraca.billing.office.Outcome;
import org.jspecify.annotations.Nullable;

/** What customers are given to pay by: the numbers by which money is known when it comes. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Banks")
class ChargeController {

    private final BankCharges charges;

    ChargeController(BankCharges charges) {
        this.charges = charges;
    }

    @Serdeable
    @Schema(name = "NewCharge", example = """
                    {"agreementId":1,"ourNumber":"900001","receivableIds":[1]}
                    """)
    record NewCharge(
            @Positive long agreementId,

            @Nullable @Size(min = 1, max = 40) @Schema(description = "Nosso número, in any spelling.")
            String ourNumber,

            @Nullable @Size(min = 1, max = 35) @Schema(description = "Of a Pix charge.")
            String txid,

            @NotEmpty
            @Size(max = BankCharges.MOST_RECEIVABLES)
            @Schema(description = "What it settles, of one contract or several.")
            List<@Positive Long> receivableIds) {

        BankCharges.Wanted wanted() {
            return new BankCharges.Wanted(agreementId, ourNumber, txid, receivableIds);
        }
    }

    @Serdeable
    @Schema(name = "ChargeRows", example = """
                    {"rows":[{"agreementId":1,"ourNumber":"900002","receivableIds":[1]}]}
                    """)
    record Rows(@NotEmpty @Size(max = BankCharges.MAX_ROWS) List<NewCharge> rows) {}

    @Serdeable
    @Schema(name = "ChargeRowAnswers")
    record RowAnswers(List<RowAnswer> rows) {}

    @Serdeable
    @Schema(name = "ChargeRowAnswer")
    record RowAnswer(int index, @Nullable Long id, @Nullable ProblemDocument problem) {}

    @Serdeable
    @Schema(name = "Charge")
    record ChargeView(
            long id,
            long version,
            long agreementId,

            @Nullable @Schema(description = "Nosso número without leading zeros.")
            String ourNumber,

            @Nullable String txid,
            List<Long> receivableIds,
            Instant createdAt,
            String createdBy) {

        static ChargeView of(Charge charge) {
            return new ChargeView(
                    charge.id(),
                    charge.version(),
                    charge.agreementId(),
                    charge.ourNumber(),
                    charge.txid(),
                    charge.receivableIds(),
                    charge.createdAt(),
                    charge.createdBy());
        }
    }

    /** Keeps the numbers of a boleto or Pix charge. Money that came before, and waits for such a number, is booked at once. */
    @Post("/charges")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.RECEIVABLE_WRITE)
    @WritesOnce
    HttpResponse<ChargeView> create(@Body NewCharge wanted, HttpRequest<?> request) {
        var made = granted(charges.create(Caller.of(request).actor(), wanted.wanted()));
        return created(ChargeView.of(made), "/api/v1/charges/" + made.id(), made.version());
    }

    /** Keeps the numbers of many; each row stands for itself. */
    @Post("/charges/bulk")
    @RequiresPermission(Permission.RECEIVABLE_WRITE)
    @WritesOnce
    HttpResponse<RowAnswers> bulk(@Body Rows wanted, HttpRequest<?> request) {
        var answers = new ArrayList<RowAnswer>();
        var wantedRows = wanted.rows().stream().map(NewCharge::wanted).toList();
        for (var outcome : charges.createAll(Caller.of(request).actor(), wantedRows)) {
            answers.add(
                    switch (outcome) {
                        case Outcome.Done<Charge>(var made) -> new RowAnswer(answers.size(), made.id(), null);
                        case Outcome.Declined<Charge>(var problem) ->
                            new RowAnswer(
                                    answers.size(),
                                    null,
                                    ProblemException.of(problem).document());
                    });
        }
        return HttpResponse.ok(new RowAnswers(answers));
    }

    /** Shows a charge. */
    @Get("/charges/{id}")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    HttpResponse<ChargeView> get(@PathVariable long id) {
        var charge = found(charges.find(id), "charge", id);
        return shown(ChargeView.of(charge), charge.version());
    }

    /** Lists the charges by which a receivable can be paid, newest first. */
    @Get("/receivables/{id}/charges")
    @RequiresPermission(Permission.RECEIVABLE_VIEW)
    List<ChargeView> ofReceivable(@PathVariable long id) {
        return charges.ofReceivable(id).stream().map(ChargeView::of).toList();
    }
}
