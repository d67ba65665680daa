package net.catraca.billing.office;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.PolicyExample;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.access.Rule;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.ContractDraft;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.CustomerDraft;
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.contract.PlanDraft;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberDraft;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.directory.Credential;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.release.ReleaseRules;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.secret.PasswordKeeper;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.BillingBook;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.CustomerBook;
import net.catraca.billing.store.DebtReliefBook;
import net.catraca.billing.store.FactsHistory;
import net.catraca.billing.store.Feed;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.MassActBook;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PlanBook;
import net.catraca.billing.store.PolicyBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.RunPictures;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.SubscriberBook;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Customers, plans, policies, contracts and logins as an operator writes them, on a real PostgreSQL. */
class ContractsTest {

    private static final Actor MARIA = new Actor("maria", 1L, "192.0.2.7");

    private final TestDatabase database = TestDatabase.fresh();
    private final SettableClock clock = SettableClock.atNoonOf("2026-03-20");
    private final List<String> audited = new ArrayList<>();
    private final AuditLog audit =
            (actor, action, subject, before, after, at) -> audited.add(action + " " + subject + " " + after);
    private final ApplicationContext context = database.startContext(Map.of(), audit);
    private final Sql sql = context.getBean(Sql.class);
    private final AccessWrite access = context.getBean(AccessWrite.class);
    private final PolicyBook policyBook = context.getBean(PolicyBook.class);
    private final PlanBook planBook = context.getBean(PlanBook.class);
    private final CustomerBook customerBook = context.getBean(CustomerBook.class);
    private final PasswordKeeper passwords =
            new PasswordKeeper(new SecretVault(SecretKeys.parse("test", SecretKeys.generate())), new byte[32]);
    private final LockedContract locked = new LockedContract(access, clock);
    private final Customers customers = new Customers(sql, customerBook, audit, clock);
    private final Plans plans = new Plans(
            sql, planBook, policyBook, context.getBean(FactsHistory.class), context.getBean(Feed.class), audit, clock);
    private final FreezeBook freezeBook = context.getBean(FreezeBook.class);
    private final ClockTightening tightening = new ClockTightening(
            context.getBean(ContractFacts.class),
            context.getBean(Catalogs.class),
            freezeBook,
            context.getBean(RunPictures.class),
            _ -> {},
            RunSettings.CAREFUL,
            List.of());
    private final AccessPolicies policies = new AccessPolicies(
            sql,
            policyBook,
            tightening,
            new ReleaseEnds(
                    tightening,
                    freezeBook,
                    new FreezeDesk(sql, freezeBook, context.getBean(Feed.class), audit, clock),
                    clock),
            context.getBean(Feed.class),
            audit,
            clock);
    private final MassActs massActs = new MassActs(sql, context.getBean(MassActBook.class), audit, clock);
    private final Contracts contracts = new Contracts(
            access,
            locked,
            context.getBean(ContractBook.class),
            customerBook,
            planBook,
            policyBook,
            massActs,
            new ContractChanges(
                    context.getBean(ContractBook.class),
                    new ContractBilling(
                            sql,
                            locked,
                            context.getBean(ContractBook.class),
                            planBook,
                            context.getBean(BillingBook.class),
                            audit,
                            clock),
                    audit),
            context.getBean(ReleaseRules.class),
            context.getBean(ReleaseSituations.class),
            context.getBean(DebtReliefBook.class),
            audit,
            clock);
    private final Subscribers subscribers =
            new Subscribers(access, context.getBean(SubscriberBook.class), passwords, massActs, audit, clock);
    private final Receivables receivables = new Receivables(
            sql,
            locked,
            context.getBean(ReceivableBook.class),
            context.getBean(PaymentBook.class),
            context.getBean(CommitmentBook.class),
            context.getBean(ReleaseSituations.class),
            context.getBean(ReleaseRules.class),
            context.getBean(DebtReliefBook.class),
            context.getBean(WaitingMoney.class),
            context.getBean(ContractBook.class),
            context.getBean(BillingBook.class),
            BillingRules.USUAL,
            BankingCalendar.NATIONAL,
            audit,
            clock);

    @BeforeEach
    void seed() {
        TestIsp.seed(sql);
    }

    @AfterEach
    void close() {
        context.close();
        database.close();
    }

    @Test
    void aContractAwaitsActivationAndIsActiveFromTheDayItIsActivated() {
        var awaiting = contracts.create(MARIA, draft(null)).orThrow();
        assertThat(rule(awaiting)).isEqualTo(Rule.AWAITING_ACTIVATION);

        var active =
                contracts.activate(MARIA, awaiting.id(), awaiting.version()).orThrow();

        assertThat(active.status()).isEqualTo(ContractStatus.ACTIVE);
        assertThat(active.activatedOn()).isEqualTo("2026-03-20");
        assertThat(active.version()).isGreaterThan(awaiting.version());
        assertThat(rule(active)).isEqualTo(Rule.IN_GOOD_STANDING);
        assertThat(contracts.activate(MARIA, active.id(), null))
                .isEqualTo(Outcome.declined(new Problem.Conflict("wrong-status", "ACTIVE")));
    }

    @Test
    void aWriteByWhoHasReadAnOlderVersionIsDeclinedAndChangesNothing() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        var blocked = contracts
                .block(MARIA, contract.id(), contract.version(), "fraud")
                .orThrow();

        assertThat(contracts.liftBlock(MARIA, contract.id(), contract.version()))
                .isEqualTo(Outcome.declined(new Problem.Stale(blocked.version())));
        assertThat(rule(contract)).isEqualTo(Rule.MANUAL_BLOCK);
        assertThat(contracts.find(contract.id())).contains(blocked);
    }

    @Test
    void cancelledIsRefusedAndReactivatedIsActiveAgain() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();

        contracts.cancel(MARIA, contract.id(), null, "moved away").orThrow();
        assertThat(level(contract)).isEqualTo(AccessLevel.REFUSED);
        // They would hold when it is active again.
        var cancelled = Outcome.declined(new Problem.Conflict("wrong-status", "CANCELLED"));
        assertThat(contracts.pause(MARIA, contract.id(), day("2026-03-20"), null, "travels"))
                .isEqualTo(cancelled);
        assertThat(contracts.exempt(MARIA, contract.id(), day("2026-03-20"), null, "a hospital"))
                .isEqualTo(cancelled);

        contracts.reactivate(MARIA, contract.id(), null).orThrow();
        assertThat(level(contract)).isEqualTo(AccessLevel.ACTIVE);
    }

    @Test
    void aPauseBlocksOnItsDaysAndTwoPausesDoNotOverlap() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();

        var pause = contracts
                .pause(MARIA, contract.id(), day("2026-03-20"), day("2026-04-20"), "travels")
                .orThrow();

        assertThat(rule(contract)).isEqualTo(Rule.PAUSE);
        assertThat(contracts.pause(MARIA, contract.id(), day("2026-04-20"), null, "again"))
                .isInstanceOf(Outcome.Declined.class);

        contracts.endPause(MARIA, contract.id(), pause.id()).orThrow();
        assertThat(rule(contract)).isEqualTo(Rule.IN_GOOD_STANDING);
        assertThat(contracts.pauses(contract.id())).isEmpty();
    }

    @Test
    void anExemptionHoldsThroughItsLastDay() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();

        contracts
                .exempt(MARIA, contract.id(), day("2026-03-01"), day("2026-03-20"), "employee")
                .orThrow();

        assertThat(rule(contract)).isEqualTo(Rule.EXEMPT);
        clock.advance(Duration.ofDays(1));
        assertThat(rule(contract)).isEqualTo(Rule.IN_GOOD_STANDING);
    }

    @Test
    void aHospitalIsNotRestrictedButSaysWhy() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();

        assertThat(contracts.restrict(
                        MARIA, contract.id(), null, new Restriction(AutomaticRestriction.NEVER, null, null)))
                .isEqualTo(Outcome.declined(
                        new Problem.Invalid("reason", "why money may not restrict this contract as usual")));
        contracts
                .restrict(MARIA, contract.id(), null, new Restriction(AutomaticRestriction.NEVER, null, "hospital"))
                .orThrow();

        assertThat(facts(contract).automaticRestriction()).isEqualTo(AutomaticRestriction.NEVER);
    }

    @Test
    void aContractOfNobodyNamesEachFieldThatIsWrong() {
        var outcome = contracts.create(
                MARIA,
                new ContractDraft(
                        null,
                        99,
                        98,
                        97L,
                        Contract.DEFAULT_ZONE,
                        BillingMode.PREPAID,
                        day("2026-01-10"),
                        day("2026-01-10"),
                        day("2026-01-09"),
                        MoneySource.LOCAL));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(declined.problem())
                .isInstanceOfSatisfying(Problem.Invalid.class, invalid -> assertThat(invalid.fields())
                        .extracting(FieldError::field)
                        .containsExactly("customerId", "planId", "policyId", "activatedOn")));
        assertThat(audited).isEmpty();
    }

    @Test
    void whoRegistersAgainWithOpenDebtIsFlagged() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        receivables
                .create(MARIA, TestOffice.monthlyDraft(contract.id(), null, "2026-03-10"))
                .orThrow();

        var again = customers
                .create(MARIA, new CustomerDraft(null, "Ana again", "529.982.247-25", null, null))
                .orThrow();
        var other = customers
                .create(MARIA, new CustomerDraft(null, "Bia", "111.444.777-35", null, null))
                .orThrow();

        assertThat(again.registeredAgainWithDebt()).isTrue();
        assertThat(other.registeredAgainWithDebt()).isFalse();
    }

    @Test
    void aWrongTaxIdIsDeclinedByName() {
        assertThat(customers.create(MARIA, new CustomerDraft(null, "Ana", "529.982.247-26", null, null)))
                .isEqualTo(Outcome.declined(new Problem.Invalid("taxId", "a CPF or CNPJ with right check digits")));
    }

    @Test
    void aPlansRatesReachItsContractsButItsPolicyStays() {
        var plan = planBook.find(TestIsp.PLAN).orElseThrow();
        contracts.create(MARIA, draft("2026-01-10")).orThrow();

        var faster = plans.update(MARIA, plan.id(), plan.version(), plan(plan.policyId(), 600_000))
                .orThrow();
        assertThat(faster.active().downKbps()).isEqualTo(600_000);
        assertThat(faster.burst()).isNotNull();

        long other = activePolicy("business");
        assertThat(plans.update(MARIA, plan.id(), null, plan(other, 600_000)))
                .isEqualTo(Outcome.declined(new Problem.Conflict("plan-has-contracts", "policyId")));
    }

    @Test
    void aPolicyVersionIsActivatedOnlyWhenItsExamplesHoldAndItsDayHasNotPassed() {
        var policy = policies.create(MARIA, "strict").orThrow();
        var wrong = new PolicyExample("ten days late", BillingMode.POSTPAID, 10, false, AccessLevel.BLOCKED, false);
        var right = new PolicyExample("ten days late", BillingMode.POSTPAID, 10, false, AccessLevel.REDUCED, false);

        policies.draft(MARIA, policy.id(), version("2026-01-01"), List.of(wrong))
                .orThrow();
        policies.draft(MARIA, policy.id(), version("2026-01-01"), List.of(right))
                .orThrow();
        policies.draft(MARIA, policy.id(), version("2026-03-19"), List.of(right))
                .orThrow();
        policies.draft(MARIA, policy.id(), version("2026-03-20"), List.of()).orThrow();

        assertThat(policies.activate(MARIA, policy.id(), 1))
                .isEqualTo(Outcome.declined(
                        new Problem.Conflict("examples-fail", "ten days late: expected BLOCKED, would be REDUCED")));
        assertThat(policies.activate(MARIA, policy.id(), 2).orThrow().activatedAt())
                .isEqualTo(clock.instant());
        assertThat(policies.activate(MARIA, policy.id(), 3)).isInstanceOf(Outcome.Declined.class);
        assertThat(policies.activate(MARIA, policy.id(), 4))
                .isEqualTo(Outcome.declined(new Problem.Conflict("examples-fail", "expected at least one example")));
    }

    @Test
    void aLoginIsUniqueWithoutRegardToCaseAndItsPasswordIsNowhereInClear() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();

        var login = subscribers
                .create(MARIA, SubscriberDraft.login(contract.id(), "Ana.Silva", "open sesame"))
                .orThrow();

        assertThat(subscribers.create(MARIA, SubscriberDraft.login(contract.id(), "ana.silva", "x")))
                .isEqualTo(Outcome.declined(new Problem.Conflict("login-taken", "login")));
        assertThat(audited.toString() + login).doesNotContain("sesame");
        byte[] kept = sql.first(
                        "select secret from subscriber", row -> Objects.requireNonNull(row.bytesOrNull("secret")))
                .orElseThrow();
        assertThat(new String(kept, StandardCharsets.ISO_8859_1)).doesNotContain("sesame");
    }

    @Test
    void aLoginMovesToAnotherContractAndKeepsItsPassword() {
        var from = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        var to = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        var login = subscribers
                .create(MARIA, SubscriberDraft.login(from.id(), "ana", "open sesame"))
                .orThrow();

        var moved = subscribers
                .update(
                        MARIA,
                        login.id(),
                        login.version(),
                        new SubscriberDraft(
                                to.id(),
                                "ana",
                                CredentialKind.RECOVERABLE,
                                null,
                                null,
                                null,
                                null,
                                "192.0.2.9",
                                null,
                                "2001:db8:100::/56",
                                List.of()))
                .orThrow();

        assertThat(moved.contractId()).isEqualTo(to.id());
        assertThat(subscribers.list(from.id(), 0, 10)).isEmpty();
        byte[] kept = sql.first(
                        "select secret from subscriber", row -> Objects.requireNonNull(row.bytesOrNull("secret")))
                .orElseThrow();
        assertThat(passwords.openRecoverable(kept))
                .isInstanceOfSatisfying(Credential.Recoverable.class, credential -> assertThat(credential.password())
                        .isEqualTo("open sesame".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void firstMacOfManyAtOnceIsLearntAndAuditedOnceUntilItIsReset() throws Exception {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        var locks = new SubscriberLocks(MacLock.LEARN, null, List.of(4L), "north", "ge-0/1", false);
        var login = subscribers
                .create(
                        MARIA,
                        SubscriberDraft.login(contract.id(), "ana", "open sesame")
                                .lockedBy(locks))
                .orThrow();
        assertThat(login.locks()).isEqualTo(locks);

        List<Boolean> kept = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            var learning = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 8; i++) {
                var mac = "00000000000" + i;
                learning.add(threads.submit(() -> subscribers.learnMac(login.id(), mac)));
            }
            for (var one : learning) {
                kept.add(one.get());
            }
        }

        assertThat(kept).containsOnlyOnce(true);
        var locked = subscribers.find(login.id()).orElseThrow();
        assertThat(locked.locks().mac()).isEqualTo("00000000000" + kept.indexOf(true));
        assertThat(audited.toString()).containsOnlyOnce("subscriber.learn-mac");

        var reset =
                subscribers.resetMacLock(MARIA, login.id(), locked.version()).orThrow();
        assertThat(reset.locks()).isEqualTo(locks);
        assertThat(subscribers.learnMac(login.id(), "0000000000aa")).isTrue();
    }

    @Test
    void onlyALearntMacIsReset() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        var login = subscribers
                .create(MARIA, SubscriberDraft.login(contract.id(), "ana", "open sesame"))
                .orThrow();

        assertThat(subscribers.learnMac(login.id(), "0000000000aa")).isFalse();
        assertThat(subscribers.resetMacLock(MARIA, login.id(), null))
                .isEqualTo(Outcome.declined(new Problem.Conflict("mac-lock-does-not-learn", "OFF")));
        assertThat(subscribers.find(login.id())).contains(login);
    }

    @Test
    void lockWithoutWhatItLocksToIsRefused() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        var login = SubscriberDraft.login(contract.id(), "ana", "open sesame");

        assertThat(subscribers.create(
                        MARIA, login.lockedBy(new SubscriberLocks(MacLock.FIXED, null, List.of(), null, null, true))))
                .isEqualTo(Outcome.declined(new Problem.Invalid(List.of(
                        new FieldError("locks.mac", "one with macLock fixed, none with off"),
                        new FieldError("locks.circuit", "a circuitId to be locked to")))));
    }

    @Test
    void aLoginWithWrongAddressesNamesEachField() {
        var contract = contracts.create(MARIA, draft("2026-01-10")).orThrow();
        var outcome = subscribers.create(
                MARIA,
                new SubscriberDraft(
                        contract.id(),
                        "a\nb",
                        CredentialKind.LINE,
                        new Password("x"),
                        "AA-BB",
                        null,
                        null,
                        "example.org",
                        "2001:db8::/129",
                        "192.0.2.0/24",
                        List.of("")));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(declined.problem())
                .isInstanceOfSatisfying(Problem.Invalid.class, invalid -> assertThat(invalid.fields())
                        .extracting(FieldError::field)
                        .containsExactly(
                                "login",
                                "mac",
                                "framedIpv4",
                                "framedIpv6Prefix",
                                "delegatedIpv6Prefix",
                                "framedRoutes[0]",
                                "password")));
    }

    private long activePolicy(String name) {
        long id = policies.create(MARIA, name).orThrow().id();
        var example = new PolicyExample("on time", BillingMode.POSTPAID, 0, false, AccessLevel.ACTIVE, false);
        policies.draft(MARIA, id, version("2026-01-01"), List.of(example)).orThrow();
        policies.activate(MARIA, id, 1).orThrow();
        return id;
    }

    private static AccessPolicyVersion version(String effectiveFrom) {
        return new AccessPolicyVersion(
                0,
                day(effectiveFrom),
                new Thresholds(1, 7, 15, 90),
                new Thresholds(1, 3, 5, Thresholds.NEVER),
                PrepaidTightening.BY_RUN,
                BlockedAs.GARDEN,
                3,
                AccessLevel.ACTIVE,
                new ReleaseLimits(100, 5, 30, 3, 30, 60, true, 10, 20));
    }

    private static PlanDraft plan(long policy, int downKbps) {
        return new PlanDraft(
                null,
                "Fibra 300",
                policy,
                99_90,
                new Rate(downKbps, 150_000),
                new Burst(new Rate(900_000, 300_000), new Rate(200_000, 100_000), 10),
                new Rate(1000, 1000),
                null,
                null,
                null,
                1,
                900);
    }

    private static ContractDraft draft(@Nullable String activatedOn) {
        var signed = day("2026-01-10");
        return new ContractDraft(
                null,
                TestIsp.CUSTOMER,
                TestIsp.PLAN,
                null,
                Contract.DEFAULT_ZONE,
                BillingMode.POSTPAID,
                signed,
                signed,
                activatedOn == null ? null : day(activatedOn),
                MoneySource.LOCAL);
    }

    private ContractSnapshot facts(Contract contract) {
        return context.getBean(ContractFacts.class).find(contract.id()).orElseThrow();
    }

    private Rule rule(Contract contract) {
        return AccessPolicy.decide(facts(contract), clock.instant()).rule();
    }

    private AccessLevel level(Contract contract) {
        return AccessPolicy.decide(facts(contract), clock.instant()).level();
    }

    private static LocalDate day(String day) {
        return LocalDate.parse(day);
    }
}
