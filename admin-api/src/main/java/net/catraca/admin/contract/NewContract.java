package net.catraca.admin.contract;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.time.ZoneId;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.ProblemException;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.ContractDraft;
import org.jspecify.annotations.Nullable;

/** What somebody sells to a customer. */
@Serdeable
@Schema(name = "NewContract", example = """
                {"externalId":"erp-c-4711","customerId":1,"planId":1,"billingMode":"postpaid",
                 "financialBaseDate":"2026-11-10","signedOn":"2026-11-03","activatedOn":"2026-11-10",
                 "billing":{"billingDay":10,"dueDay":15}}
                """)
record NewContract(
        @Nullable @Size(min = 1, max = 200) String externalId,
        @Positive long customerId,
        @Positive long planId,

        @Nullable @Positive @Schema(description = "Its own access policy; the plan's when absent.")
        Long policyId,

        @Nullable @Schema(description = "America/Sao_Paulo when absent.", example = "America/Manaus")
        String zone,

        BillingMode billingMode,
        @Schema(description = "First day of coverage.") LocalDate financialBaseDate,
        LocalDate signedOn,

        @Nullable @Schema(description = "Absent while it awaits activation.")
        LocalDate activatedOn,

        @Nullable @Schema(description = "local when absent: receivables and payments are kept here.")
        MoneySource moneySource,

        @Nullable @Schema(description = "How it is billed; absent: its receivables are not made here.")
        BillingData billing) {

    ContractDraft draft() {
        return new ContractDraft(
                externalId,
                customerId,
                planId,
                policyId,
                zoneId(),
                billingMode,
                financialBaseDate,
                signedOn,
                activatedOn,
                moneySource == null ? MoneySource.LOCAL : moneySource);
    }

    private ZoneId zoneId() {
        if (zone == null) {
            return Contract.DEFAULT_ZONE;
        }
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw ProblemException.invalid(
                    InvalidField.body("/zone", "the name of a time zone, such as America/Sao_Paulo", null));
        }
        return ZoneId.of(zone);
    }
}
