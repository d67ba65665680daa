package net.catraca.billing.contract;

import java.time.LocalDate;
import java.time.ZoneId;
import net.catraca.billing.contract.Contract.MoneySource;
import org.jspecify.annotations.Nullable;

/**
 * A contract as somebody wants it written; see {@link Contract} for the meaning.
 *
 * @param activatedOn null for a contract that awaits activation
 */
public record ContractDraft(
        @Nullable String externalId,
        long customerId,
        long planId,
        @Nullable Long policyId,
        ZoneId zone,
        BillingMode billingMode,
        LocalDate financialBaseDate,
        LocalDate signedOn,
        @Nullable LocalDate activatedOn,
        MoneySource moneySource) {}
