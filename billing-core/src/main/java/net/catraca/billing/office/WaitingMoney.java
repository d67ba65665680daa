package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.IncomingBook;

/**
 * Money that came before its bill or charge was written here: it waited, for nobody knew its number, and is booked in the
 * transaction that makes the number known.
 */
@Singleton
final class WaitingMoney {

    private final IncomingBook incoming;
    private final IncomingMoney money;

    WaitingMoney(IncomingBook incoming, IncomingMoney money) {
        this.incoming = incoming;
        this.money = money;
    }

    /** To be called by whoever will make bills, in his transaction and before he locks contracts. */
    void begin() {
        incoming.holdNumbers();
    }

    /**
     * Books what waited for these, which were made just now; their contracts are locked.
     *
     * @return the contracts that got money
     */
    Set<Long> payFor(Actor actor, AccessWrite.Write write, Collection<Receivable> created, Instant now) {
        var documents = created.stream()
                .map(Receivable::externalId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        var waiting =
                documents.isEmpty() ? List.<IncomingPayment>of() : incoming.waitingFor(List.of(), List.of(), documents);
        return waiting.isEmpty() ? Set.of() : money.takeWaiting(actor, write, waiting, now);
    }
}
