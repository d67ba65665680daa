package net.catraca.admin.erp;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import net.catraca.admin.bank.Spool;
import net.catraca.admin.erp.PushAnswer.RowAnswer;
import net.catraca.admin.http.RowStream;
import net.catraca.admin.http.RowStream.Read;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.ErpBulk;

/** What an ERP that stays the master of billing pushes in bulk. */
@Controller("/api/v1/erp")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "ERP")
class ErpPushController {

    private final ErpBulk bulk;
    private final RowStream stream;
    private final Spool spool;

    ErpPushController(ErpBulk bulk, RowStream stream, Spool spool) {
        this.bulk = bulk;
        this.stream = stream;
        this.spool = spool;
    }

    /**
     * Creates or updates customers by external id; at most 20,000 rows a call. Each row stands for itself, and older news is
     * passed over; the same sent again changes nothing. Rows that are missing mean nothing.
     */
    @Put("/customers")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = ErpRows.Customers.class)))
    @RequiresPermission(Permission.ERP_PUSH)
    @WritesOnce(ownTransactions = true)
    HttpResponse<PushAnswer> customers(@Body InputStream body, HttpRequest<?> request) {
        return push(body, request, ErpRows.CustomerData.class, bulk::customers);
    }

    /**
     * Creates or updates contracts by external id, with customer, plan and where the money is kept; at most 20,000 rows a
     * call. Cancellations and pauses beyond the number per hour wait for a second person.
     */
    @Put("/contracts")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = ErpRows.Contracts.class)))
    @RequiresPermission(Permission.ERP_PUSH)
    @WritesOnce(ownTransactions = true)
    HttpResponse<PushAnswer> contracts(@Body InputStream body, HttpRequest<?> request) {
        return push(body, request, ErpRows.ContractData.class, bulk::contracts);
    }

    /**
     * Tells contracts' statuses; at most 20,000 rows a call. Relief holds at once. Blocked is an input to the next access
     * run; cancellations and pauses beyond the number per hour wait for a second person.
     */
    @Put("/statuses")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = ErpRows.Statuses.class)))
    @RequiresPermission(Permission.ERP_PUSH)
    @WritesOnce(ownTransactions = true)
    HttpResponse<PushAnswer> statuses(@Body InputStream body, HttpRequest<?> request) {
        return push(body, request, ErpRows.StatusData.class, bulk::statuses);
    }

    /**
     * Creates, updates, moves or deletes logins; at most 20,000 rows a call. Deletions beyond the number per hour wait for a
     * second person.
     */
    @Put("/subscribers")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = ErpRows.Subscribers.class)))
    @RequiresPermission(Permission.ERP_PUSH)
    @WritesOnce(ownTransactions = true)
    HttpResponse<PushAnswer> subscribers(@Body InputStream body, HttpRequest<?> request) {
        return push(body, request, ErpRows.SubscriberData.class, bulk::subscribers);
    }

    /**
     * Tells paid-until and the oldest due date of contracts whose money the ERP keeps; at most 20,000 rows a call. They
     * are an input to runs; those that would tighten by themselves are counted, and wait beyond the number per hour.
     */
    @Put("/standings")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = ErpRows.Standings.class)))
    @RequiresPermission(Permission.ERP_PUSH)
    @WritesOnce(ownTransactions = true)
    HttpResponse<PushAnswer> standings(@Body InputStream body, HttpRequest<?> request) {
        return push(body, request, ErpRows.StandingData.class, bulk::standings);
    }

    /**
     * Creates, updates or cancels receivables by external id; at most 20,000 rows a call.
     */
    @Put("/receivables")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = ErpRows.Receivables.class)))
    @RequiresPermission(Permission.ERP_PUSH)
    @WritesOnce(ownTransactions = true)
    HttpResponse<PushAnswer> receivables(@Body InputStream body, HttpRequest<?> request) {
        return push(body, request, ErpRows.ReceivableData.class, bulk::receivables);
    }

    /**
     * Takes payments in, each once by its external id; at most 20,000 rows a call. A row that says the same as a payment
     * that is known is unchanged, whichever way told it first. What it gives back, it gives back at once.
     */
    @Put("/payments")
    @Consumes(MediaType.APPLICATION_JSON)
    @RequestBody(content = @Content(schema = @Schema(implementation = ErpRows.Payments.class)))
    @RequiresPermission(Permission.PAYMENT_WRITE)
    @WritesOnce(ownTransactions = true)
    HttpResponse<PushAnswer> payments(@Body InputStream body, HttpRequest<?> request) {
        var caller = Caller.of(request);
        if (caller.actor().isPerson()) {
            caller.require(Permission.PAYMENT_BY_HAND);
        }
        return push(body, request, ErpRows.PaymentData.class, bulk::payments);
    }

    private interface Writer<E> {
        List<ErpResult> write(Actor actor, List<E> rows);
    }

    private <E extends ErpRow, D extends ErpRows.Row<E>> HttpResponse<PushAnswer> push(
            InputStream body, HttpRequest<?> request, Class<D> type, Writer<E> writer) {
        var actor = Caller.of(request).actor();
        List<RowAnswer> answers = new ArrayList<>();
        return spool.with(body, ErpRows.MOST_OCTETS, file -> {
            stream.read(
                    file,
                    type,
                    ErpRows.MOST,
                    ErpBulk.PORTION,
                    portion -> answers.addAll(written(actor, portion, writer)));
            return HttpResponse.ok(PushAnswer.of(answers));
        });
    }

    private static <E extends ErpRow, D extends ErpRows.Row<E>> List<RowAnswer> written(
            Actor actor, List<Read<D>> portion, Writer<E> writer) {
        List<E> sound = new ArrayList<>();
        for (var read : portion) {
            if (read.row() != null) {
                sound.add(read.row().row());
            }
        }
        var results = writer.write(actor, sound).iterator();
        List<RowAnswer> answers = new ArrayList<>();
        for (var read : portion) {
            if (read.row() != null) {
                answers.add(RowAnswer.of(read.index(), read.row().key(), results.next()));
            } else if (read.fault() != null) {
                answers.add(RowAnswer.unreadable(read.index(), read.fault()));
            }
        }
        return answers;
    }
}
