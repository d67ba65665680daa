package net.catraca.billing.contract;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person or company.
 *
 * @param version rises with every write
 * @param externalId of the system that this customer came from
 * @param language in which this customer is written to
 * @param registeredAgainWithDebt whether, at registration, another customer with this tax id owed something overdue
 */
public record Customer(
        long id,
        long version,
        @Nullable String externalId,
        String name,
        TaxId taxId,
        @Nullable String email,
        @Nullable String phone,
        Language language,
        boolean registeredAgainWithDebt,
        Instant createdAt) {}
