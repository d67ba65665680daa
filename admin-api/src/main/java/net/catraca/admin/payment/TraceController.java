package net.catraca.admin.payment;

import static net.catraca.admin.http.Outcomes.found;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import net.catraca.admin.bank.IncomingView;
import net.catraca.admin.payment.PaymentController.PaymentView;
import net.catraca.admin.receivable.ReceivableView;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.office.PaymentTraces;
import org.jspecify.annotations.Nullable;

/** From the bank's line to the access change and back. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Payments")
class TraceController {

    private final PaymentTraces traces;

    TraceController(PaymentTraces traces) {
        this.traces = traces;
    }

    @Serdeable
    @Schema(name = "EffectStanding")
    record StandingView(
            @Schema(description = "Version of the contract's facts, which every node has in its directory.")
            long factsVersion,

            @Nullable LocalDate paidUntil,
            @Nullable LocalDate lateSince,
            @Schema(example = "blocked") String computed,
            @Schema(example = "blocked") String committed,
            @Schema(example = "active") String effective) {

        static StandingView of(PaymentEffect.Standing standing) {
            return new StandingView(
                    standing.factsVersion(),
                    standing.paidUntil(),
                    standing.lateSince(),
                    standing.computed().toLowerCase(Locale.ROOT),
                    standing.committed().toLowerCase(Locale.ROOT),
                    standing.effective().toLowerCase(Locale.ROOT));
        }
    }

    @Serdeable
    @Schema(name = "PaymentEffect")
    record EffectView(
            long paymentId,
            PaymentEffect.What what,
            long contractId,
            Instant at,
            StandingView before,
            StandingView after,

            @Schema(description = "Entry of the change feed that told every node; kept there for a day.")
            long feedId) {

        static EffectView of(PaymentEffect effect) {
            return new EffectView(
                    effect.paymentId(),
                    effect.what(),
                    effect.contractId(),
                    effect.at(),
                    StandingView.of(effect.before()),
                    StandingView.of(effect.after()),
                    effect.feedId());
        }
    }

    @Serdeable
    @Schema(name = "PaymentTraceFile")
    record FileView(
            long id,
            String name,
            @Nullable Long sequence,
            @Nullable LocalDate createdOn) {

        static @Nullable FileView of(@Nullable BankFile file) {
            return file == null ? null : new FileView(file.id(), file.name(), file.sequence(), file.createdOn());
        }
    }

    @Serdeable
    @Schema(name = "PaymentTrace")
    record TraceView(
            PaymentView payment,

            @Nullable @Schema(description = "What the bank told; null when the API told of the payment.")
            IncomingView incoming,

            @Nullable FileView file,
            List<ReceivableView> receivables,
            List<EffectView> effects) {}

    /** Traces a payment: what the bank told, what it paid, and what that did to the contract's access. */
    @Get("/payments/{id}/trace")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    TraceView trace(@PathVariable long id) {
        var trace = found(traces.of(id), "payment", id);
        return new TraceView(
                PaymentView.of(trace.payment()),
                trace.incoming() == null ? null : IncomingView.of(trace.incoming()),
                FileView.of(trace.file()),
                trace.receivables().stream().map(ReceivableView::of).toList(),
                trace.effects().stream().map(EffectView::of).toList());
    }

    /** Lists what payments and their reversals did to a contract's access, newest first: the way back. */
    @Get("/contracts/{contractId}/payment-effects")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    List<EffectView> ofContract(@PathVariable long contractId) {
        return traces.ofContract(contractId).stream().map(EffectView::of).toList();
    }
}
