package net.catraca.billing.bank;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a customer was given to pay by: a boleto, a Pix charge or both.
 *
 * @param ourNumber nosso número without leading zeros, unique within the agreement; null for Pix alone
 * @param txid unique for the receiver; null for a boleto without Pix
 * @param receivableIds what it settles, possibly of several contracts
 */
public record Charge(
        long id,
        long version,
        long agreementId,
        @Nullable String ourNumber,
        @Nullable String txid,
        List<Long> receivableIds,
        Instant createdAt,
        String createdBy) {

    public Charge {
        receivableIds = List.copyOf(receivableIds);
    }
}
