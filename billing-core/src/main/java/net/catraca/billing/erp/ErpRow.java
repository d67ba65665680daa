package net.catraca.billing.erp;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/**
 * What an ERP says of one thing. It knows nothing of our ids: things refer to each other by their external ids. Rows that
 * are missing mean nothing.
 */
public sealed interface ErpRow {

    /** By which it is created or updated. */
    String externalId();

    /** When the ERP knew this; what is older than what is known is passed over. */
    Instant asOf();

    /** Whether it only ever relieves: then other news of the same instant does not take it back, in whatever order they come. */
    default boolean relieves() {
        return false;
    }

    /** @param taxId CPF or CNPJ, with or without punctuation */
    record OfCustomer(
            String externalId,
            String name,
            String taxId,
            @Nullable String email,
            @Nullable String phone,
            Instant asOf) implements ErpRow {}

    /**
     * @param customer external id of its customer
     * @param plan external id of its plan, or its name
     * @param policy name of its own access policy; null for the plan's
     * @param signedOn null: the financial base date
     * @param activatedOn null while it awaits activation
     * @param region null for none
     * @param status null leaves it as it is; a new contract is active from {@code activatedOn} on
     */
    record OfContract(
            String externalId,
            String customer,
            String plan,
            @Nullable String policy,
            BillingMode billingMode,
            MoneySource moneySource,
            LocalDate financialBaseDate,
            @Nullable LocalDate signedOn,
            @Nullable LocalDate activatedOn,
            @Nullable String region,
            @Nullable StatusWord status,
            @Nullable String reason,
            Instant asOf)
            implements ErpRow {}

    /** A contract's status in an ERP's words. */
    enum StatusWord {
        AWAITING_ACTIVATION,
        ACTIVE,
        /** An input to a run, not a command: it says that the contract owes, and since when. */
        BLOCKED,
        PAUSED,
        CANCELLED
    }

    /**
     * @param externalId of the contract
     * @param pausedUntil last day of a pause; null while nobody knows, and for other statuses
     * @param oldestDueOn of a blocked one: the due date of the oldest unpaid receivable that counts for blocking
     * @param reason of a cancellation or a pause; null: as the ERP's
     */
    record OfStatus(
            String externalId,
            StatusWord status,
            @Nullable LocalDate pausedUntil,
            @Nullable LocalDate oldestDueOn,
            @Nullable String reason,
            Instant asOf)
            implements ErpRow {

        @Override
        public boolean relieves() {
            return status == StatusWord.ACTIVE;
        }
    }

    /**
     * @param contract external id of its contract; another one moves the login there, and its session goes on
     * @param password null for a line, and to keep the one that there is
     * @param passwordHash in place of a password: bcrypt or crypt, which only PAP can be checked with, or of NT_HASH its 32
     *     hexadecimal digits
     * @param deleted whether the login is to go; then all else but the contract is passed over
     */
    record OfSubscriber(
            String login,
            String contract,
            CredentialKind credentialKind,
            @Nullable Password password,
            @Nullable Password passwordHash,
            @Nullable String mac,
            @Nullable String circuitId,
            @Nullable String remoteId,
            @Nullable String framedIpv4,
            @Nullable String framedIpv6Prefix,
            @Nullable String delegatedIpv6Prefix,
            List<String> framedRoutes,
            SubscriberLocks locks,
            SessionLimit sessionLimit,
            boolean deleted,
            Instant asOf)
            implements ErpRow {

        public OfSubscriber {
            framedRoutes = List.copyOf(framedRoutes);
        }

        /** The login itself, without regard to case. */
        @Override
        public String externalId() {
            return login.toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param externalId of the contract
     * @param paidUntil last day of the unbroken run of paid coverage, or null when nothing was paid yet
     * @param oldestDueOn due date of the oldest unpaid receivable that counts for blocking, or null when nothing is owed
     */
    record OfStanding(
            String externalId,
            @Nullable LocalDate paidUntil,
            @Nullable LocalDate oldestDueOn,
            Instant asOf) implements ErpRow {}

    /**
     * @param contract external id of the contract whose debt it pays; null when a receivable is named
     * @param receivable external id of the one receivable that it is for, or null
     * @param chargesCents interest and fine within the amount, as far as told
     */
    record OfPayment(
            String externalId,
            @Nullable String contract,
            @Nullable String receivable,
            long amountCents,
            LocalDate paidOn,
            String source,
            long chargesCents)
            implements ErpRow {

        /** Money comes once: there is no older news of it. */
        @Override
        public Instant asOf() {
            return Instant.EPOCH;
        }
    }

    /**
     * @param contract external id of its contract
     * @param cancelled whether it is owed no longer; then all else but the contract is passed over
     */
    record OfReceivable(
            String externalId,
            String contract,
            ReceivableKind kind,
            long nominalCents,
            long discountCents,
            @Nullable LocalDate discountUntil,
            @Nullable LocalDate issuedOn,
            LocalDate dueOn,
            @Nullable LocalDate coverageFirst,
            @Nullable LocalDate coverageLast,
            @Nullable Boolean countsForBlocking,
            boolean cancelled,
            Instant asOf)
            implements ErpRow {

        @Override
        public boolean relieves() {
            return cancelled;
        }

        public ReceivableDraft draftFor(long contractId) {
            return new ReceivableDraft(
                    externalId,
                    contractId,
                    kind,
                    nominalCents,
                    discountCents,
                    discountUntil,
                    issuedOn,
                    dueOn,
                    coverageFirst,
                    coverageLast,
                    countsForBlocking);
        }
    }

    /**
     * A contract that the system of before has reduced or blocked for money, and that stays so without a run.
     *
     * @param externalId of the contract
     * @param level REDUCED or BLOCKED
     */
    record OfCommitment(String externalId, AccessLevel level, Instant asOf) implements ErpRow {}

    /**
     * A release that the system of before has granted: it counts to quotas.
     *
     * @param externalId of the contract
     * @param kind TEMPORARY or TRUST_UNLOCK
     * @param days for which it let through
     * @param debtDueOn due date of the oldest debt that it let through; null for none
     */
    record OfQuota(
            String externalId,
            ReleaseKind kind,
            Instant grantedAt,
            int days,
            @Nullable LocalDate debtDueOn,
            Instant asOf)
            implements ErpRow {}
}
