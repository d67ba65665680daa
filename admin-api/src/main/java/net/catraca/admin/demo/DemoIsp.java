package net.catraca.admin.demo;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.catraca.admin.demo.DemoContract.Condition;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Role;
import net.catraca.admin.store.Transactions;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Webhook;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.ContractDraft;
import net.catraca.billing.contract.CustomerDraft;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.contract.PlanDraft;
import net.catraca.billing.contract.SubscriberDraft;
import net.catraca.billing.office.AccessPolicies;
import net.catraca.billing.office.AccessRuns;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.BankCharges;
import net.catraca.billing.office.Contracts;
import net.catraca.billing.office.Customers;
import net.catraca.billing.office.Payments;
import net.catraca.billing.office.Plans;
import net.catraca.billing.office.ReceivableUpsert;
import net.catraca.billing.office.Releases;
import net.catraca.billing.office.Subscribers;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.RunScope;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.NasDraft;
import net.catraca.radius.nas.SharedSecret;
import net.catraca.radius.office.Nases;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the demo ISP into an empty database, through the same offices as the API: what it shows can be done by anybody,
 * and what the offices would refuse it cannot show.
 */
@Singleton
public final class DemoIsp {

    private static final Logger LOG = LoggerFactory.getLogger(DemoIsp.class);

    private static final Actor SEED = Actor.system("demo");
    private static final Actor SECOND = new Actor("demo-second-person", null, null, true);
    private static final Duration TOKEN_LIFE = Duration.ofDays(365);

    /** Our number of the first boleto. */
    private static final long FIRST_NUMBER = 1_000_001;

    /** Contracts in one transaction: a commit waits for the disk, so fewer commits are a quicker start. */
    private static final int AT_ONCE = 100;

    private static final Map<String, Role> TOKENS = Map.of(
            "demo-viewer", Role.VIEWER,
            "demo-noc", Role.NOC,
            "demo-supervisor", Role.NOC_SUPERVISOR,
            "demo-billing", Role.BILLING,
            "demo-admin", Role.ADMIN);

    private final Offices offices;
    private final Nases nases;
    private final AccessTokens tokens;
    private final Transactions transactions;
    private final Clock clock;
    private final List<DemoBoleto> issued = new ArrayList<>();
    private long boletos;

    /** The offices that the seed goes through. */
    @Singleton
    record Offices(
            AccessPolicies policies,
            Plans plans,
            Customers customers,
            Contracts contracts,
            Subscribers subscribers,
            ReceivableUpsert receivables,
            Payments payments,
            AccessRuns runs,
            Releases releases,
            BankAgreements banks,
            BankCharges charges) {}

    DemoIsp(Offices offices, Nases nases, AccessTokens tokens, Transactions transactions, Clock clock) {
        this.offices = offices;
        this.nases = nases;
        this.tokens = tokens;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The day that its dates are relative to, were it seeded now. */
    public static LocalDate today(Clock clock, ZoneId zone) {
        return LocalDate.ofInstant(clock.instant(), zone);
    }

    /** Makes the tokens work again: a demo that was locked out by its own hand would be a poor one. */
    public void installTokens() {
        TOKENS.forEach((text, role) -> tokens.installKnown(text, text, holder(role), role, TOKEN_LIFE, SEED));
    }

    /** The ERP's jobs do the billing; the others are people, so that one can second another. */
    private static Holder holder(Role role) {
        return role == Role.BILLING ? Holder.JOB : Holder.PERSON;
    }

    /** Writes everything; the database must be empty. */
    public void seed(ZoneId zone) {
        long begun = System.nanoTime();
        LocalDate today = today(clock, zone);
        List.of("127.0.0.1/32", "::1/128").forEach(this::nas);
        Map<String, Plan> plans = transactions.write(() -> plans(today));
        transactions.write(this::agreements);
        List<DemoContract> all = DemoContracts.on(today);
        Map<DemoContract, Long> written = new LinkedHashMap<>();
        writeAll(all.stream().filter(contract -> !contract.afterTheRun()).toList(), plans, zone, written);
        commitRun();
        written.forEach(this::letThroughOnTrust);
        writeAll(all.stream().filter(DemoContract::afterTheRun).toList(), plans, zone, written);
        LOG.info(
                "seeded the demo ISP as of {}: {} contracts in {} ms",
                today,
                all.size(),
                Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }

    /** Whoever tries the demo sends by hand and from scripts that are older than BlastRADIUS. */
    private void nas(String prefix) {
        String name = prefix.startsWith("127") ? "demo" : "demo-ipv6";
        nases.create(
                        SEED,
                        NasDraft.of(name, prefix, SharedSecret.of("testing123"), "mikrotik")
                                .withMessageAuthenticator(MessageAuthenticatorPolicy.ACCEPT))
                .orThrow();
    }

    private Map<String, Plan> plans(LocalDate today) {
        LocalDate longAgo = today.minusYears(1);
        long residential = policy("residential", DemoPolicies.RESIDENTIAL, longAgo);
        long business = policy("business", DemoPolicies.BUSINESS, longAgo);
        Map<String, Plan> plans = new HashMap<>();
        plan(plans, "Rádio 20", residential, 79_90, new Rate(20_000, 5_000), null);
        plan(
                plans,
                "Fibra 300",
                residential,
                99_90,
                new Rate(300_000, 150_000),
                new Burst(new Rate(450_000, 225_000), new Rate(240_000, 120_000), 30));
        plan(plans, "Fibra 600", residential, 129_90, new Rate(600_000, 300_000), null);
        plan(plans, "Empresa 1000", business, 399_90, new Rate(1_000_000, 1_000_000), null);
        return plans;
    }

    /** Told to everybody, as the demo's tokens are. */
    static final String WEBHOOK_SECRET = "demo-webhook-secret";

    static final String BANK_LAYOUT = "237-cnab400";
    static final String AGREEMENT_NUMBER = "4711";

    private boolean agreements() {
        boletos = offices.banks()
                .create(
                        SEED,
                        new BankAgreement(
                                0,
                                0,
                                "bradesco",
                                BankAgreement.Kind.CNAB,
                                BANK_LAYOUT,
                                AGREEMENT_NUMBER,
                                false,
                                // Its bank sends nothing by itself: news that is awaited daily would stop its runs.
                                false,
                                null,
                                null),
                        null)
                .orThrow()
                .agreement()
                .id();
        offices.banks()
                .create(
                        SEED,
                        new BankAgreement(
                                0, 0, "pix", BankAgreement.Kind.PIX, null, null, false, false, null, Webhook.SECRET),
                        WEBHOOK_SECRET)
                .orThrow();
        return true;
    }

    private long policy(String name, Thresholds thresholds, LocalDate effectiveFrom) {
        long id = offices.policies().create(SEED, name).orThrow().id();
        var version = DemoPolicies.version(thresholds, effectiveFrom);
        int number = offices.policies()
                .draft(SEED, id, version, DemoPolicies.examples(thresholds))
                .orThrow()
                .version()
                .number();
        offices.policies().activate(SEED, id, number).orThrow();
        return id;
    }

    private void plan(
            Map<String, Plan> plans, String name, long policy, long monthlyCents, Rate rate, @Nullable Burst burst) {
        var reduced = new Rate(1_000, 512);
        var draft = new PlanDraft(null, name, policy, monthlyCents, rate, burst, reduced, null, null, null, 1, 900);
        plans.put(name, offices.plans().create(SEED, draft).orThrow());
    }

    private void writeAll(
            List<DemoContract> contracts, Map<String, Plan> plans, ZoneId zone, Map<DemoContract, Long> written) {
        for (int from = 0; from < contracts.size(); from += AT_ONCE) {
            List<DemoContract> some = contracts.subList(from, Math.min(from + AT_ONCE, contracts.size()));
            written.putAll(transactions.write(() -> write(some, plans, zone)));
        }
    }

    private Map<DemoContract, Long> write(List<DemoContract> contracts, Map<String, Plan> plans, ZoneId zone) {
        Map<DemoContract, Long> written = new LinkedHashMap<>();
        contracts.forEach(contract -> written.put(contract, sign(contract, planOf(contract, plans), zone)));
        bill(contracts, written, plans);
        LocalDate today = today(clock, zone);
        written.forEach((contract, id) -> {
            contract.bills().stream().filter(Bill::paid).forEach(bill -> pay(contract, id, bill, plans));
            make(contract.condition(), id, today);
        });
        return written;
    }

    private static Plan planOf(DemoContract demo, Map<String, Plan> plans) {
        return Objects.requireNonNull(plans.get(demo.plan()));
    }

    private long sign(DemoContract demo, Plan plan, ZoneId zone) {
        long customer = offices.customers()
                .create(
                        SEED,
                        new CustomerDraft(null, demo.customer(), demo.taxId(), demo.login() + "@example.net", null))
                .orThrow()
                .id();
        Contract contract = offices.contracts()
                .create(
                        SEED,
                        new ContractDraft(
                                null,
                                customer,
                                plan.id(),
                                null,
                                zone,
                                demo.billingMode(),
                                demo.base(),
                                demo.base(),
                                demo.condition() == Condition.AWAITING ? null : demo.base(),
                                MoneySource.LOCAL))
                .orThrow();
        offices.subscribers()
                .create(SEED, SubscriberDraft.login(contract.id(), demo.login(), demo.login() + "-pass"))
                .orThrow();
        return contract.id();
    }

    /** As a billing job does it: many in one transaction, which costs a tenth of one at a time. */
    private void bill(List<DemoContract> contracts, Map<DemoContract, Long> ids, Map<String, Plan> plans) {
        List<ReceivableDraft> drafts = contracts.stream()
                .flatMap(contract -> contract.bills().stream()
                        .map(bill -> draft(
                                contract, bill, Objects.requireNonNull(ids.get(contract)), planOf(contract, plans))))
                .toList();
        Map<String, Receivable> receivables = new HashMap<>();
        for (int from = 0; from < drafts.size(); from += ReceivableUpsert.MAX_ROWS) {
            List<ReceivableDraft> some =
                    drafts.subList(from, Math.min(from + ReceivableUpsert.MAX_ROWS, drafts.size()));
            offices.receivables()
                    .upsert(SEED, some)
                    .orThrow()
                    .forEach(row -> receivables.put(
                            String.valueOf(row.externalId()), row.outcome().orThrow()));
        }
        contracts.forEach(contract -> issue(contract, Objects.requireNonNull(ids.get(contract)), receivables));
    }

    /** A boleto with Pix for each bill that is not paid. */
    private void issue(DemoContract demo, long contract, Map<String, Receivable> receivables) {
        if (demo.condition() == Condition.CANCELLED) {
            return;
        }
        demo.bills().stream()
                .filter(bill -> !bill.paid())
                .map(bill -> Objects.requireNonNull(receivables.get(bill.of(demo.login()))))
                .filter(receivable -> receivable.contractId() == contract)
                .forEach(receivable -> issue(demo, receivable));
    }

    private void issue(DemoContract demo, Receivable receivable) {
        String ourNumber = Long.toString(FIRST_NUMBER + issued.size());
        String txid = "demo" + ourNumber;
        offices.charges()
                .create(SEED, new BankCharges.Wanted(boletos, ourNumber, txid, List.of(receivable.id())))
                .orThrow();
        issued.add(new DemoBoleto(demo.login(), demo.taxId(), ourNumber, txid, receivable.nominalCents()));
    }

    /** Of the boletos that it issued, for files that pay them. */
    public List<DemoBoleto> issued() {
        return List.copyOf(issued);
    }

    private static ReceivableDraft draft(DemoContract demo, Bill bill, long contract, Plan plan) {
        return new ReceivableDraft(
                bill.of(demo.login()),
                contract,
                ReceivableKind.RECURRING,
                plan.monthlyCents(),
                0,
                null,
                bill.dueOn().minusDays(10),
                bill.dueOn(),
                bill.first(),
                bill.last(),
                null);
    }

    /** Some pay on the due day, others up to three days before. */
    private void pay(DemoContract demo, long contract, Bill bill, Map<String, Plan> plans) {
        offices.payments()
                .receive(
                        SEED,
                        new PaymentDraft(
                                "pix-" + bill.of(demo.login()),
                                contract,
                                null,
                                planOf(demo, plans).monthlyCents(),
                                bill.dueOn().minusDays(contract % 4),
                                "pix"))
                .orThrow();
    }

    private void make(Condition condition, long contract, LocalDate today) {
        switch (condition) {
            case EXEMPT ->
                offices.contracts()
                        .exempt(SEED, contract, today.minusDays(200), null, "the town hall's own line")
                        .orThrow();
            case PAUSED ->
                offices.contracts()
                        .pause(SEED, contract, today, today.plusDays(60), "travelling")
                        .orThrow();
            case MANUAL_BLOCK ->
                offices.contracts()
                        .block(SEED, contract, null, "line resold to a neighbour")
                        .orThrow();
            case CANCELLED ->
                offices.contracts().cancel(SEED, contract, null, "moved away").orThrow();
            case ORDINARY, AWAITING, ON_TRUST -> {}
        }
    }

    /** Money tightens only through a run, in the demo too. */
    private void commitRun() {
        long run = offices.runs().preview(SEED, RunScope.ALL).orThrow().id();
        var committed = offices.runs().commit(SEED, run).orThrow();
        if (committed.state() == AccessRun.State.AWAITING_APPROVAL) {
            // Everybody who is late at once is more than is usual: the demo has a second person, too.
            offices.runs().approve(SECOND, run, null, "the demo's first day").orThrow();
        }
    }

    private void letThroughOnTrust(DemoContract demo, long contract) {
        if (demo.condition() == Condition.ON_TRUST) {
            offices.releases()
                    .grant(
                            SEED,
                            new ReleaseRequest(
                                    contract, ReleaseKind.TRUST_UNLOCK, "paid by Pix, waiting for the bank", null))
                    .orThrow();
        }
    }
}
