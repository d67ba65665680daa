package net.catraca.billing.contract;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import net.catraca.billing.access.AutomaticRestriction;
import org.jspecify.annotations.Nullable;

/**
 * What is sold to a customer; access is decided per contract. Days are days in {@link #zone}.
 *
 * @param version rises with every write that can change access, a payment included
 * @param externalId of the system that this contract came from
 * @param policyId its own access policy; null for the plan's
 * @param financialBaseDate first day of coverage
 * @param activatedOn null while it awaits activation
 * @param cancelledOn null unless cancelled
 * @param doNotBlockUntil last day on which money does not block
 * @param doNotReduceUntil last day on which money does not reduce
 * @param manualBlock an operator's block, which only an operator lifts; null when there is none
 * @param erp what an ERP said last; null until it did, and for contracts whose money is local
 */
public record Contract(
        long id,
        long version,
        @Nullable String externalId,
        long customerId,
        long planId,
        @Nullable Long policyId,
        ContractStatus status,
        ZoneId zone,
        BillingMode billingMode,
        LocalDate financialBaseDate,
        LocalDate signedOn,
        @Nullable LocalDate activatedOn,
        @Nullable LocalDate cancelledOn,
        @Nullable String cancelReason,
        @Nullable LocalDate doNotBlockUntil,
        @Nullable LocalDate doNotReduceUntil,
        Restriction automaticRestriction,
        TrustUnlockPermission trustUnlock,
        @Nullable ManualBlock manualBlock,
        MoneySource moneySource,
        @Nullable ErpMoney erp,
        Instant createdAt) {

    public static final ZoneId DEFAULT_ZONE = ZoneId.of("America/Sao_Paulo");

    /**
     * How far money may restrict this contract, whatever it owes.
     *
     * @param until last day on which this holds, or null when without end
     * @param reason null only for NORMAL
     */
    public record Restriction(
            AutomaticRestriction kind,
            @Nullable LocalDate until,
            @Nullable String reason) {

        public static final Restriction NORMAL = new Restriction(AutomaticRestriction.NORMAL, null, null);
    }

    /** Whether the subscriber may use trust unlocks: as the policy says, or always, or never. */
    public enum TrustUnlockPermission {
        INHERIT,
        ALLOW,
        DENY
    }

    public record ManualBlock(Instant since, String reason, String by) {}

    /** Whose receivables decide. */
    public enum MoneySource {
        /** Receivables and payments kept here. */
        LOCAL,
        /** Paid-until and the oldest due date as an ERP pushes them. */
        ERP
    }

    /**
     * @param oldestDueOn due day of the oldest unpaid receivable that counts for blocking, or null when nothing is due
     * @param asOf the instant for which the ERP said so
     */
    public record ErpMoney(
            @Nullable LocalDate paidUntil, @Nullable LocalDate oldestDueOn, Instant asOf) {}

    /** The day from which the status holds: of signing, activation or cancellation. */
    public LocalDate statusSince() {
        LocalDate since =
                switch (status) {
                    case AWAITING_ACTIVATION -> signedOn;
                    case ACTIVE -> activatedOn;
                    case CANCELLED -> cancelledOn;
                };
        return since == null ? signedOn : since;
    }
}
