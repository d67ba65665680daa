package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentEffectBook;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;

/** From the bank's line to the access change and back. */
@Singleton
public final class PaymentTraces {

    /** Changes of one contract that a screen shows. */
    public static final int MOST_EFFECTS = 100;

    private final PaymentBook payments;
    private final ReceivableBook receivables;
    private final IncomingBook incoming;
    private final BankBook banks;
    private final PaymentEffectBook effects;

    PaymentTraces(
            PaymentBook payments,
            ReceivableBook receivables,
            IncomingBook incoming,
            BankBook banks,
            PaymentEffectBook effects) {
        this.payments = payments;
        this.receivables = receivables;
        this.incoming = incoming;
        this.banks = banks;
        this.effects = effects;
    }

    /**
     * @param incoming what the bank told, null when the API told of the payment
     * @param file null when it came by none
     * @param receivables those it paid, as they are now
     * @param effects what booking and reversing it did to access, oldest first
     */
    public record Trace(
            Payment payment,
            @Nullable IncomingPayment incoming,
            @Nullable BankFile file,
            List<Receivable> receivables,
            List<PaymentEffect> effects) {
        public Trace {
            receivables = List.copyOf(receivables);
            effects = List.copyOf(effects);
        }
    }

    public Optional<Trace> of(long paymentId) {
        return payments.find(paymentId).map(this::of);
    }

    private Trace of(Payment payment) {
        var told = payment.incomingId() == null
                ? null
                : incoming.find(payment.incomingId()).orElse(null);
        var file = told == null || told.fileId() == null
                ? null
                : banks.file(told.fileId()).orElse(null);
        return new Trace(
                payment,
                told,
                file,
                payment.allocations().stream()
                        .map(share -> receivables.find(share.receivableId()).orElseThrow())
                        .toList(),
                effects.of(List.of(payment.id())));
    }

    /** What payments did to a contract's access, newest first: the way back. */
    public List<PaymentEffect> ofContract(long contractId) {
        return effects.ofContract(contractId, MOST_EFFECTS);
    }
}
