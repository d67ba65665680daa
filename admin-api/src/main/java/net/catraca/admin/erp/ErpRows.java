package net.catraca.admin.erp;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.SecretText;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.erp.ErpRow.StatusWord;
import net.catraca.billing.receivable.ReceivableKind;
import org.jspecify.annotations.Nullable;

/** The rows of each bulk as JSON has them. */
final class ErpRows {

    /** More take two calls: the answer has a row for each, and a job should hear of a fault before an hour is over. */
    static final int MOST = 20_000;

    /** Of a body: {@link #MOST} rows of three times the usual length. */
    static final long MOST_OCTETS = 32L << 20;

    private static final String NEWS = "When the ERP knew this; what is older than what is known is passed over.";

    private ErpRows() {}

    /** As our own records are, for those who read them. */
    interface Row<E extends ErpRow> {
        String key();

        E row();
    }

    @Serdeable
    @Schema(name = "ErpCustomer")
    record CustomerData(
            @NotBlank @Size(max = 200) String externalId,
            @NotBlank @Size(max = 200) String name,

            @Schema(description = "CPF or CNPJ, with or without punctuation.")
            String taxId,

            @Nullable String email,
            @Nullable String phone,

            @Schema(description = NEWS) Instant asOf)
            implements Row<ErpRow.OfCustomer> {

        @Override
        public String key() {
            return externalId;
        }

        @Override
        public ErpRow.OfCustomer row() {
            return new ErpRow.OfCustomer(externalId, name, taxId, email, phone, asOf);
        }
    }

    @Serdeable
    @Schema(name = "ErpCustomers", example = """
                    {"rows":[{"externalId":"c-4711","name":"Padaria Central Ltda","taxId":"11.222.333/0001-81",
                     "email":"financeiro@padaria.example","phone":"+55 11 4002-8922","asOf":"2026-11-23T09:00:00Z"}]}
                    """)
    record Customers(@NotEmpty @Size(max = MOST) List<CustomerData> rows) {}

    @Serdeable
    @Schema(name = "ErpContract")
    record ContractData(
            @NotBlank @Size(max = 200) String externalId,

            @Schema(description = "External id of its customer.") @NotBlank @Size(max = 200)
            String customer,

            @Schema(description = "External id of its plan, or its name.") @NotBlank @Size(max = 200)
            String plan,

            @Nullable @Schema(description = "Name of its own access policy; the plan's when absent.")
            String policy,

            BillingMode billingMode,

            @Schema(description = "erp: paid-until facts are pushed; local: receivables and payments are kept here.")
            MoneySource moneySource,

            LocalDate financialBaseDate,

            @Nullable @Schema(description = "The financial base date when absent.")
            LocalDate signedOn,

            @Nullable @Schema(description = "Absent while it awaits activation.")
            LocalDate activatedOn,

            @Nullable @Size(min = 1, max = 100) String region,

            @Nullable
            @Schema(
                    description =
                            "Left as it is when absent. Not blocked: that is told with the due date on which it rests,"
                                    + " as a status or a standing.")
            StatusWord status,

            @Nullable @Size(min = 1, max = 500) @Schema(description = "Of a cancellation or a pause.")
            String reason,

            @Schema(description = NEWS) Instant asOf)
            implements Row<ErpRow.OfContract> {

        @Override
        public String key() {
            return externalId;
        }

        @Override
        public ErpRow.OfContract row() {
            return new ErpRow.OfContract(
                    externalId,
                    customer,
                    plan,
                    policy,
                    billingMode,
                    moneySource,
                    financialBaseDate,
                    signedOn,
                    activatedOn,
                    region,
                    status,
                    reason,
                    asOf);
        }
    }

    @Serdeable
    @Schema(name = "ErpContracts", example = """
                    {"rows":[{"externalId":"k-1","customer":"c-4711","plan":"Fibra 300","billingMode":"prepaid",
                     "moneySource":"erp","financialBaseDate":"2026-01-10","activatedOn":"2026-01-10","region":"Centro",
                     "status":"active","asOf":"2026-11-23T09:00:00Z"}]}
                    """)
    record Contracts(@NotEmpty @Size(max = MOST) List<ContractData> rows) {}

    @Serdeable
    @Schema(name = "ErpStatus")
    record StatusData(
            @Schema(description = "External id of the contract.") @NotBlank @Size(max = 200)
            String contract,

            @Schema(
                    description = "blocked is an input to the next access run, not a command, and needs oldestDueOn."
                            + " Cancellations and pauses beyond the number per hour wait for a second person.")
            StatusWord status,

            @Nullable @Schema(description = "Last day of a pause; open when absent.")
            LocalDate pausedUntil,

            @Nullable
            @Schema(
                    description =
                            "With blocked: the due date of the oldest unpaid receivable that counts for blocking.")
            LocalDate oldestDueOn,

            @Nullable @Size(min = 1, max = 500) String reason,
            @Schema(description = NEWS) Instant asOf)
            implements Row<ErpRow.OfStatus> {

        @Override
        public String key() {
            return contract;
        }

        @Override
        public ErpRow.OfStatus row() {
            return new ErpRow.OfStatus(contract, status, pausedUntil, oldestDueOn, reason, asOf);
        }
    }

    @Serdeable
    @Schema(name = "ErpStatuses", example = """
                    {"rows":[{"contract":"k-1","status":"blocked","oldestDueOn":"2026-11-10","asOf":"2026-11-23T09:00:00Z"},
                     {"contract":"k-2","status":"cancelled","reason":"moved away","asOf":"2026-11-23T09:00:00Z"}]}
                    """)
    record Statuses(@NotEmpty @Size(max = MOST) List<StatusData> rows) {}

    @Serdeable
    @Schema(name = "ErpSubscriber")
    record SubscriberData(
            @NotBlank @Size(max = 253) String login,

            @Schema(description = "External id of its contract; another one moves the login there.")
            @NotBlank
            @Size(max = 200)
            String contract,

            @Nullable
            @Schema(description = "recoverable when absent; hashed (when absent) or nt-hash with a passwordHash.")
            CredentialKind credentialKind,

            @Nullable @Schema(type = "string", format = "password", description = "Kept as it is when absent.")
            SecretText password,

            @Nullable
            @Schema(
                    type = "string",
                    format = "password",
                    description = "bcrypt or crypt ($1$, $5$, $6$); for PAP only. With credentialKind nt-hash the NT"
                            + " hash, 32 hexadecimal digits, with or without 0x; for PAP and MS-CHAPv2.")
            SecretText passwordHash,

            @Nullable @Schema(example = "0011aa22bb33") String mac,
            @Nullable @Size(min = 1, max = 253) String circuitId,
            @Nullable @Size(min = 1, max = 253) String remoteId,
            @Nullable @Schema(example = "192.0.2.10") String framedIpv4,
            @Nullable @Schema(example = "2001:db8:1::/64") String framedIpv6Prefix,
            @Nullable @Schema(example = "2001:db8:100::/56") String delegatedIpv6Prefix,
            @Nullable @Size(max = 10) List<@Size(min = 1, max = 253) String> framedRoutes,

            @Nullable @Schema(description = "off when absent, learn or fixed")
            MacLock macLock,

            @Nullable @Schema(example = "0011aa22bb33", description = "With fixed; one that was learnt here stays.")
            String lockedMac,

            @Nullable @Size(min = 1, max = 100) String lockedRegion,
            @Nullable @Size(min = 1, max = 253) String lockedPort,
            @Nullable Boolean circuitLock,

            @Nullable @Schema(description = "As the plan says when absent.")
            Integer simultaneousSessions,

            @Nullable @Schema(description = "As the plan says when absent.")
            SimultaneousPolicy simultaneousPolicy,

            @Nullable
            @Schema(
                    description =
                            "Whether the login is to go. Those beyond the number per hour wait for a second person.")
            Boolean deleted,

            @Schema(description = NEWS) Instant asOf)
            implements Row<ErpRow.OfSubscriber> {

        @Override
        public String key() {
            return login;
        }

        @Override
        public ErpRow.OfSubscriber row() {
            return new ErpRow.OfSubscriber(
                    login,
                    contract,
                    credentialKind != null
                            ? credentialKind
                            : passwordHash == null ? CredentialKind.RECOVERABLE : CredentialKind.HASHED,
                    password == null ? null : new Password(password.reveal()),
                    passwordHash == null
                            ? null
                            : credentialKind == CredentialKind.NT_HASH
                                    ? Password.ofNtHash(passwordHash.reveal())
                                    : new Password(passwordHash.reveal()),
                    mac,
                    circuitId,
                    remoteId,
                    framedIpv4,
                    framedIpv6Prefix,
                    delegatedIpv6Prefix,
                    framedRoutes == null ? List.of() : framedRoutes,
                    new SubscriberLocks(
                            macLock == null ? MacLock.OFF : macLock,
                            lockedMac,
                            List.of(),
                            lockedRegion,
                            lockedPort,
                            Boolean.TRUE.equals(circuitLock)),
                    new SessionLimit(simultaneousSessions, simultaneousPolicy),
                    Boolean.TRUE.equals(deleted),
                    asOf);
        }
    }

    @Serdeable
    @Schema(name = "ErpSubscribers", example = """
                    {"rows":[{"login":"padaria@isp.example","contract":"k-1","password":"s3cret",
                     "asOf":"2026-11-23T09:00:00Z"}]}
                    """)
    record Subscribers(@NotEmpty @Size(max = MOST) List<SubscriberData> rows) {}

    @Serdeable
    @Schema(name = "ErpContractStanding")
    record StandingData(
            @Schema(description = "External id of the contract.") @NotBlank @Size(max = 200)
            String contract,

            @Nullable @Schema(description = "Last day of the unbroken run of paid coverage.")
            LocalDate paidUntil,

            @Nullable @Schema(description = "Due date of the oldest unpaid receivable that counts for blocking.")
            LocalDate oldestDueOn,

            @Schema(description = NEWS) Instant asOf)
            implements Row<ErpRow.OfStanding> {

        @Override
        public String key() {
            return contract;
        }

        @Override
        public ErpRow.OfStanding row() {
            return new ErpRow.OfStanding(contract, paidUntil, oldestDueOn, asOf);
        }
    }

    @Serdeable
    @Schema(name = "ErpContractStandings", example = """
                    {"rows":[{"contract":"k-1","paidUntil":"2026-11-09","oldestDueOn":"2026-11-10","asOf":"2026-11-23T09:00:00Z"}]}
                    """)
    record Standings(@NotEmpty @Size(max = MOST) List<StandingData> rows) {}

    @Serdeable
    @Schema(name = "ErpReceivable")
    record ReceivableData(
            @NotBlank @Size(max = 200) String externalId,

            @Schema(description = "External id of its contract.") @NotBlank @Size(max = 200)
            String contract,

            ReceivableKind kind,
            @Positive long nominalCents,
            @Nullable @PositiveOrZero Long discountCents,
            @Nullable LocalDate discountUntil,
            @Nullable LocalDate issuedOn,
            LocalDate dueOn,
            @Nullable LocalDate coverageFirst,
            @Nullable LocalDate coverageLast,
            @Nullable Boolean countsForBlocking,

            @Nullable @Schema(description = "Whether it is owed no longer.")
            Boolean cancelled,

            @Schema(description = NEWS) Instant asOf)
            implements Row<ErpRow.OfReceivable> {

        @Override
        public String key() {
            return externalId;
        }

        @Override
        public ErpRow.OfReceivable row() {
            return new ErpRow.OfReceivable(
                    externalId,
                    contract,
                    kind,
                    nominalCents,
                    discountCents == null ? 0 : discountCents,
                    discountUntil,
                    issuedOn,
                    dueOn,
                    coverageFirst,
                    coverageLast,
                    countsForBlocking,
                    Boolean.TRUE.equals(cancelled),
                    asOf);
        }
    }

    @Serdeable
    @Schema(name = "ErpReceivables", example = """
                    {"rows":[{"externalId":"boleto-90211","contract":"k-1","kind":"recurring","nominalCents":9990,
                     "dueOn":"2027-01-10","coverageFirst":"2026-12-10","coverageLast":"2027-01-09",
                     "asOf":"2026-11-23T09:00:00Z"}]}
                    """)
    record Receivables(@NotEmpty @Size(max = MOST) List<ReceivableData> rows) {}

    @Serdeable
    @Schema(name = "ErpPayment")
    record PaymentData(
            @Schema(description = "Of the ERP, or of the bank: told again, by whatever way, it counts once.")
            @NotBlank
            @Size(max = 200)
            String externalId,

            @Nullable
            @Schema(description = "External id of the contract whose debt it pays; may be absent with a receivable.")
            @Size(max = 200)
            String contract,

            @Nullable @Schema(description = "External id of the one receivable that it is for.") @Size(max = 200)
            String receivable,

            @Positive long amountCents,

            @Schema(description = "The day on which the payer paid, not the day of the news.")
            LocalDate paidOn,

            @Nullable @Size(min = 1, max = 30) @Schema(description = "erp when absent.")
            String source,

            @Nullable @PositiveOrZero @Schema(description = "Interest and fine within it: never credit.")
            Long chargesCents)
            implements Row<ErpRow.OfPayment> {

        private static final String USUAL_SOURCE = "erp";

        @Override
        public String key() {
            return externalId;
        }

        @Override
        public ErpRow.OfPayment row() {
            return new ErpRow.OfPayment(
                    externalId,
                    contract,
                    receivable,
                    amountCents,
                    paidOn,
                    source == null ? USUAL_SOURCE : source,
                    chargesCents == null ? 0 : chargesCents);
        }
    }

    @Serdeable
    @Schema(name = "ErpPayments", example = """
                    {"rows":[{"externalId":"baixa-77120","receivable":"boleto-90211","amountCents":9990,
                     "paidOn":"2026-11-23"}]}
                    """)
    record Payments(@NotEmpty @Size(max = MOST) List<PaymentData> rows) {}
}
