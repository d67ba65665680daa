package net.catraca.billing.store;

import io.micronaut.data.annotation.GeneratedValue;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.ErpMoney;
import net.catraca.billing.contract.Contract.ManualBlock;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractStatus;
import org.jspecify.annotations.Nullable;

/** The table {@code contract}, column by column. */
@MappedEntity("contract")
record ContractRow(
        @Id @GeneratedValue @Nullable Long id,
        long version,
        @Nullable String externalId,
        long customerId,
        long planId,
        @Nullable Long policyId,
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
        AutomaticRestriction automaticRestriction,
        @Nullable LocalDate automaticRestrictionUntil,
        @Nullable String automaticRestrictionReason,
        TrustUnlockPermission trustUnlock,
        @Nullable Instant manualBlockSince,
        @Nullable String manualBlockReason,
        @Nullable String manualBlockBy,
        MoneySource moneySource,
        @Nullable LocalDate erpPaidUntil,
        @Nullable LocalDate erpOldestDueOn,
        @Nullable Instant erpAsOf,
        boolean erpByStatus,
        Instant createdAt) {

    static ContractRow read(Row row) throws SQLException {
        return new ContractRow(
                row.bigint("id"),
                row.bigint("version"),
                row.textOrNull("external_id"),
                row.bigint("customer_id"),
                row.bigint("plan_id"),
                row.bigintOrNull("policy_id"),
                row.oneOf(ContractStatus.class, "status"),
                row.text("zone"),
                row.oneOf(BillingMode.class, "billing_mode"),
                row.day("financial_base_date"),
                row.day("signed_on"),
                row.dayOrNull("activated_on"),
                row.dayOrNull("cancelled_on"),
                row.textOrNull("cancel_reason"),
                row.dayOrNull("do_not_block_until"),
                row.dayOrNull("do_not_reduce_until"),
                row.oneOf(AutomaticRestriction.class, "automatic_restriction"),
                row.dayOrNull("automatic_restriction_until"),
                row.textOrNull("automatic_restriction_reason"),
                row.oneOf(TrustUnlockPermission.class, "trust_unlock"),
                row.instantOrNull("manual_block_since"),
                row.textOrNull("manual_block_reason"),
                row.textOrNull("manual_block_by"),
                row.oneOf(MoneySource.class, "money_source"),
                row.dayOrNull("erp_paid_until"),
                row.dayOrNull("erp_oldest_due_on"),
                row.instantOrNull("erp_as_of"),
                row.bool("erp_by_status"),
                row.instant("created_at"));
    }

    /** @param id null for a contract that is not stored yet */
    static ContractRow of(Contract contract, @Nullable Long id) {
        var restriction = contract.automaticRestriction();
        var block = contract.manualBlock();
        var erp = contract.erp();
        return new ContractRow(
                id,
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
                restriction.kind(),
                restriction.until(),
                restriction.reason(),
                contract.trustUnlock(),
                block == null ? null : block.since(),
                block == null ? null : block.reason(),
                block == null ? null : block.by(),
                contract.moneySource(),
                erp == null ? null : erp.paidUntil(),
                erp == null ? null : erp.oldestDueOn(),
                erp == null ? null : erp.asOf(),
                erp != null && erp.byStatus(),
                contract.createdAt());
    }

    Contract contract() {
        return new Contract(
                id == null ? 0 : id,
                version,
                externalId,
                customerId,
                planId,
                policyId,
                status,
                ZoneId.of(zone),
                billingMode,
                financialBaseDate,
                signedOn,
                activatedOn,
                cancelledOn,
                cancelReason,
                doNotBlockUntil,
                doNotReduceUntil,
                new Restriction(automaticRestriction, automaticRestrictionUntil, automaticRestrictionReason),
                trustUnlock,
                manualBlock(),
                moneySource,
                erpAsOf == null ? null : new ErpMoney(erpPaidUntil, erpOldestDueOn, erpAsOf, erpByStatus),
                createdAt);
    }

    private @Nullable ManualBlock manualBlock() {
        return manualBlockSince == null || manualBlockReason == null || manualBlockBy == null
                ? null
                : new ManualBlock(manualBlockSince, manualBlockReason, manualBlockBy);
    }
}
