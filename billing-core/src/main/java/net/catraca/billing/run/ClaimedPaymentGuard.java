package net.catraca.billing.run;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Spares who has shown a receipt, while its hold runs. */
public record ClaimedPaymentGuard(ClaimedPayments claims) implements ContractGuard {

    @Override
    public String name() {
        return "claimed-payment";
    }

    @Override
    public Map<Long, Verdict> judge(Collection<Candidate> batch, Instant now) {
        var ids = batch.stream()
                .map(candidate -> candidate.contract().contractId())
                .toList();
        Map<Long, Verdict> verdicts = new HashMap<>();
        claims.heldUntil(ids, now)
                .forEach((id, until) -> verdicts.put(id, new Skip("a payment is claimed, held until " + until)));
        return verdicts;
    }
}
