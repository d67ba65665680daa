package net.catraca.admin.contract;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractStatus;
import org.jspecify.annotations.Nullable;

/** A contract as the API shows it. */
@Serdeable
@Schema(name = "Contract")
record ContractView(
        long id,
        long version,
        @Nullable String externalId,
        long customerId,
        long planId,

        @Nullable @Schema(description = "Its own access policy; null for the plan's.")
        Long policyId,

        ContractStatus status,
        String zone,
        BillingMode billingMode,
        LocalDate financialBaseDate,
        LocalDate signedOn,
        @Nullable LocalDate activatedOn,
        @Nullable LocalDate cancelledOn,
        @Nullable String cancelReason,
        @Nullable LocalDate doNotBlockUntil,
        @Nullable LocalDate doNotReduceUntil,
        RestrictionView automaticRestriction,
        TrustUnlockPermission trustUnlock,
        @Nullable ManualBlockView manualBlock,
        MoneySource moneySource,
        @Nullable ErpView erp,

        @Nullable @Schema(description = "Where it is as long as no session has told, by the NASes' regions.")
        String region,

        Instant createdAt) {

    @Serdeable
    @Schema(name = "Restriction", description = "How far money may restrict this contract.")
    record RestrictionView(
            AutomaticRestriction kind,
            @Nullable LocalDate until,
            @Nullable String reason) {}

    @Serdeable
    @Schema(name = "ManualBlock", description = "An operator's block; a payment does not lift it.")
    record ManualBlockView(Instant since, String reason, String by) {}

    @Serdeable
    @Schema(name = "ErpMoney", description = "What the ERP that keeps this contract's money said last.")
    record ErpView(@Nullable LocalDate paidUntil, @Nullable LocalDate oldestDueOn, Instant asOf) {}

    /** @param region null for none */
    static ContractView of(Contract contract, @Nullable String region) {
        var restriction = contract.automaticRestriction();
        var block = contract.manualBlock();
        var erp = contract.erp();
        return new ContractView(
                contract.id(),
                contract.version(),
                contract.externalId(),
                contract.customerId(),
                contract.planId(),
                contract.policyId(),
                contract.status(),
                contract.zone().getId(),
                contract.billingMode(),
                contract.financialBaseDate(),
                contract.signedOn(),
                contract.activatedOn(),
                contract.cancelledOn(),
                contract.cancelReason(),
                contract.doNotBlockUntil(),
                contract.doNotReduceUntil(),
                new RestrictionView(restriction.kind(), restriction.until(), restriction.reason()),
                contract.trustUnlock(),
                block == null ? null : new ManualBlockView(block.since(), block.reason(), block.by()),
                contract.moneySource(),
                erp == null ? null : new ErpView(erp.paidUntil(), erp.oldestDueOn(), erp.asOf()),
                region,
                contract.createdAt());
    }
}
