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
     * @param byStatus whether it told the due date with the status {@code blocked}
     */
    public record ErpMoney(
            @Nullable LocalDate paidUntil, @Nullable LocalDate oldestDueOn, Instant asOf, boolean byStatus) {}

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

    /** A copy to change: each method returns it, {@link Change#done} ends it. */
    public Change change() {
        return new Change(this);
    }

    /** What an operator may change of a contract, one method an act. */
    public static final class Change {

        private final Contract before;
        private long planId;
        private @Nullable Long policyId;
        private ContractStatus status;
        private @Nullable LocalDate activatedOn;
        private @Nullable LocalDate cancelledOn;
        private @Nullable String cancelReason;
        private @Nullable LocalDate doNotBlockUntil;
        private @Nullable LocalDate doNotReduceUntil;
        private Restriction automaticRestriction;
        private TrustUnlockPermission trustUnlock;
        private @Nullable ManualBlock manualBlock;
        private MoneySource moneySource;
        private LocalDate financialBaseDate;
        private long customerId;
        private BillingMode billingMode;
        private LocalDate signedOn;

        private Change(Contract before) {
            this.before = before;
            this.planId = before.planId;
            this.policyId = before.policyId;
            this.status = before.status;
            this.activatedOn = before.activatedOn;
            this.cancelledOn = before.cancelledOn;
            this.cancelReason = before.cancelReason;
            this.doNotBlockUntil = before.doNotBlockUntil;
            this.doNotReduceUntil = before.doNotReduceUntil;
            this.automaticRestriction = before.automaticRestriction;
            this.trustUnlock = before.trustUnlock;
            this.manualBlock = before.manualBlock;
            this.moneySource = before.moneySource;
            this.financialBaseDate = before.financialBaseDate;
            this.customerId = before.customerId;
            this.billingMode = before.billingMode;
            this.signedOn = before.signedOn;
        }

        public Change activated(LocalDate on) {
            status = ContractStatus.ACTIVE;
            activatedOn = on;
            cancelledOn = null;
            cancelReason = null;
            return this;
        }

        /** After a cancellation. Days in between are not covered, so that coverage begins anew. */
        public Change reactivated(LocalDate today) {
            if (cancelledOn != null && cancelledOn.plusDays(1).isBefore(today)) {
                financialBaseDate = today;
            }
            return activated(today);
        }

        public Change cancelled(LocalDate on, String reason) {
            status = ContractStatus.CANCELLED;
            cancelledOn = on;
            cancelReason = reason;
            return this;
        }

        public Change plan(long id) {
            planId = id;
            return this;
        }

        public Change policy(@Nullable Long id) {
            policyId = id;
            return this;
        }

        public Change doNotBlockUntil(@Nullable LocalDate last) {
            doNotBlockUntil = last;
            return this;
        }

        public Change doNotReduceUntil(@Nullable LocalDate last) {
            doNotReduceUntil = last;
            return this;
        }

        public Change automaticRestriction(Restriction restriction) {
            automaticRestriction = restriction;
            return this;
        }

        public Change trustUnlock(TrustUnlockPermission permission) {
            trustUnlock = permission;
            return this;
        }

        public Change manualBlock(@Nullable ManualBlock block) {
            manualBlock = block;
            return this;
        }

        public Change moneySource(MoneySource source) {
            moneySource = source;
            return this;
        }

        public Change customer(long id) {
            customerId = id;
            return this;
        }

        public Change billingMode(BillingMode mode) {
            billingMode = mode;
            return this;
        }

        public Change signedOn(LocalDate day) {
            signedOn = day;
            return this;
        }

        public Change financialBaseDate(LocalDate day) {
            financialBaseDate = day;
            return this;
        }

        public Contract done() {
            return new Contract(
                    before.id,
                    before.version,
                    before.externalId,
                    customerId,
                    planId,
                    policyId,
                    status,
                    before.zone,
                    billingMode,
                    financialBaseDate,
                    signedOn,
                    activatedOn,
                    cancelledOn,
                    cancelReason,
                    doNotBlockUntil,
                    doNotReduceUntil,
                    automaticRestriction,
                    trustUnlock,
                    manualBlock,
                    moneySource,
                    before.erp,
                    before.createdAt);
        }
    }
}
