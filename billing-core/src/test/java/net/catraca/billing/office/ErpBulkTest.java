package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REFUSED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.contract.PlanDraft;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.contract.SubscriberLocks.MacLock;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Older;
import net.catraca.billing.erp.ErpResult.Waiting;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow.OfContract;
import net.catraca.billing.erp.ErpRow.OfCustomer;
import net.catraca.billing.erp.ErpRow.OfReceivable;
import net.catraca.billing.erp.ErpRow.OfStanding;
import net.catraca.billing.erp.ErpRow.OfStatus;
import net.catraca.billing.erp.ErpRow.OfSubscriber;
import net.catraca.billing.erp.ErpRow.StatusWord;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.BillingTerms;
import net.catraca.billing.receivable.PriceStep;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.run.TighteningProposal;
import net.catraca.billing.run.TighteningProposal.DropReason;
import net.catraca.billing.run.TighteningProposal.State;
import net.catraca.billing.store.BillingBook;
import net.catraca.billing.store.TestIsp;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ErpBulkTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private final TestOffice office = OFFICE;
    private final ErpBulk bulk = office.bean(ErpBulk.class);
    private final TighteningProposals proposals = office.bean(TighteningProposals.class);

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-31");
        office.sql.update("truncate mass_act, mass_allowance, erp_news, tightening_proposal cascade");
        office.sql.update("delete from customer where id <> 1");
        office.sql.update("update customer set external_id = 'ana' where id = 1");
        office.sql.update("update access_policy_version set prepaid_tightening = 'BY_RUN'");
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void customersAreCreatedUpdatedAndLeftByExternalIdAndABadRowSpoilsNone() {
        assertThat(bulk.customers(
                        MARIA,
                        List.of(
                                customer("c-1", "Bia", "390.533.447-05"),
                                customer("c-2", "Caio", "390.533.447-06"),
                                customer("c-1", "Bia again", "390.533.447-05"),
                                customer("c-3", "Padaria", "11.222.333/0001-81"))))
                .satisfiesExactly(
                        created -> assertThat(how(created)).isEqualTo(How.CREATED),
                        refused -> assertThat(refused)
                                .isEqualTo(new Declined(new Invalid("taxId", "a CPF or CNPJ with right check digits"))),
                        repeated -> assertThat(repeated)
                                .isEqualTo(new Declined(new Conflict("external-id-repeated", "c-1"))),
                        created -> assertThat(how(created)).isEqualTo(How.CREATED));

        assertThat(how(bulk.customers(MARIA, List.of(customer("c-1", "Bia", "39053344705")))
                        .getFirst()))
                .isEqualTo(How.UNCHANGED);
        assertThat(how(bulk.customers(MARIA, List.of(customer("c-1", "Beatriz", "39053344705")))
                        .getFirst()))
                .isEqualTo(How.UPDATED);
        assertThat(bulk.customers(
                        MARIA, List.of(new OfCustomer("c-1", "Bia", "39053344705", null, null, now().minusSeconds(1)))))
                .containsExactly(new Older());
        assertThat(bulk.customers(
                        MARIA,
                        List.of(new OfCustomer(
                                "c-9", "Bia", "39053344705", null, null, now().plus(Duration.ofHours(1))))))
                .containsExactly(new Declined(new Invalid("asOf", "an instant no later than now")));
    }

    @Test
    void whatTheDatabaseRefusesUnforeseenIsOneRowAndTheOthersAreWritten() {
        var rows = new ArrayList<OfCustomer>();
        for (int i = 0; i < 9; i++) {
            // A NUL is nothing that a text can hold in PostgreSQL.
            rows.add(customer("c-" + i, i == 4 ? "Bia\u0000" : "Bia", "39053344705"));
        }

        var results = bulk.customers(MARIA, rows);

        assertThat(results.get(4)).isEqualTo(new Declined(new Conflict("refused-by-the-database", "c-4")));
        assertThat(results).filteredOn(Written.class::isInstance).hasSize(8);
        assertThat(office.count("customer where external_id like 'c-%'")).isEqualTo(8);
    }

    @Test
    void aContractIsMadeWithCustomerPlanRegionAndStatusAndSaysWhichOfThemIsUnknown() {
        var results = bulk.contracts(
                MARIA, List.of(contract("k-1", null, StatusWord.ACTIVE), contract("k-2", "nobody", StatusWord.ACTIVE)));

        assertThat(how(results.getFirst())).isEqualTo(How.CREATED);
        assertThat(results.get(1))
                .isEqualTo(new Declined(new Invalid("customer", "the external id of a customer, found nobody")));
        var made = contract("k-1");
        assertThat(made.status()).isEqualTo(ContractStatus.ACTIVE);
        assertThat(made.moneySource()).isEqualTo(MoneySource.ERP);
        assertThat(office.sql.first("select region from contract", row -> row.text("region")))
                .contains("Centro");
        assertThat(office.effective(made.id())).isEqualTo(ACTIVE);
        assertThat(how(bulk.contracts(MARIA, List.of(contract("k-1", null, StatusWord.ACTIVE)))
                        .getFirst()))
                .isEqualTo(How.UNCHANGED);
        long facts = office.facts.find(made.id()).orElseThrow().version();
        bulk.contracts(MARIA, List.of(contract("k-1", null, null)));
        assertThat(office.facts.find(made.id()).orElseThrow().version())
                .as("an unchanged contract is not announced")
                .isEqualTo(facts);
    }

    @Test
    void aPlanChangedByTheErpCostsWhatItCostsFromTodayOn() {
        bulk.contracts(MARIA, List.of(local("k-1")));
        billed("k-1");
        long dearer = dearer();
        office.clock.advance(Duration.ofDays(10));

        assertThat(how(bulk.contracts(MARIA, List.of(local("k-1", "Fibra 600", null)))
                        .getFirst()))
                .isEqualTo(How.UPDATED);

        assertThat(office.bean(BillingBook.class).prices(id("k-1")))
                .extracting(PriceStep::from, PriceStep::planId)
                .containsExactly(
                        tuple(LocalDate.parse("2026-01-10"), 1L), tuple(LocalDate.parse("2026-04-10"), dearer));
    }

    @Test
    void aContractThatTheErpMakesActiveAgainPaysNothingForTheTimeInBetween() {
        bulk.contracts(MARIA, List.of(local("k-1")));
        billed("k-1");
        bulk.statuses(MARIA, List.of(status(1, StatusWord.CANCELLED)));
        office.clock.advance(Duration.ofDays(90));

        bulk.statuses(MARIA, List.of(status(1, StatusWord.ACTIVE)));

        assertThat(office.bean(ContractBilling.class)
                        .terms(id("k-1"))
                        .orElseThrow()
                        .startsOn())
                .isEqualTo("2026-06-29");
    }

    @Test
    void aPauseToComeThatTheErpTakesBackIsChargedAgain() {
        bulk.contracts(MARIA, List.of(local("k-1")));
        billed("k-1");
        office.contracts
                .pause(MARIA, id("k-1"), LocalDate.parse("2026-04-10"), LocalDate.parse("2026-04-20"), "travels")
                .orThrow();

        bulk.statuses(MARIA, List.of(status(1, StatusWord.ACTIVE)));

        assertThat(office.contracts.pauses(id("k-1"))).isEmpty();
        assertThat(office.bean(BillingBook.class).prices(id("k-1")))
                .extracting(PriceStep::from)
                .endsWith(LocalDate.parse("2026-03-31"));
    }

    @Test
    void aRowWhoseStatusIsRefusedWritesNothingElseOfItAndIsNoNews() {
        bulk.contracts(MARIA, List.of(local("k-1"), local("k-2")));
        dearer();
        bulk.statuses(MARIA, List.of(status(1, StatusWord.CANCELLED)));
        office.clock.advance(Duration.ofHours(1));

        assertThat(bulk.contracts(
                        MARIA,
                        List.of(
                                local("k-1", "Fibra 600", StatusWord.PAUSED),
                                local("k-2", "Fibra 600", StatusWord.AWAITING_ACTIVATION))))
                .containsExactly(
                        new Declined(new Conflict("wrong-status", "CANCELLED")),
                        new Declined(new Conflict("wrong-status", "ACTIVE")));

        assertThat(contract("k-1").planId()).isEqualTo(1);
        assertThat(contract("k-2").planId()).isEqualTo(1);
        assertThat(how(bulk.statuses(
                                MARIA,
                                List.of(new OfStatus(
                                        "k-1", StatusWord.ACTIVE, null, null, null, now().minusSeconds(60))))
                        .getFirst()))
                .as("news from before the row that was declined")
                .isEqualTo(How.UPDATED);
    }

    @Test
    void rowsThatAreMissingMeanNothing() {
        made(3);
        bulk.statuses(MARIA, List.of(status(1, StatusWord.CANCELLED)));

        assertThat(contract("k-1").status()).isEqualTo(ContractStatus.CANCELLED);
        assertThat(contract("k-2").status()).isEqualTo(ContractStatus.ACTIVE);
    }

    @Test
    void blockedIsAnInputToARunAndNotACommand() {
        made(1);
        assertThat(bulk.statuses(MARIA, List.of(status(1, StatusWord.BLOCKED))))
                .containsExactly(new Declined(
                        new Invalid("oldestDueOn", "the due date that a run can rest on, with the status blocked")));

        assertThat(how(bulk.statuses(
                                MARIA,
                                List.of(new OfStatus(
                                        "k-1", StatusWord.BLOCKED, null, LocalDate.parse("2026-03-10"), null, now())))
                        .getFirst()))
                .isEqualTo(How.UPDATED);

        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
        office.run();
        assertThat(office.effective(id("k-1"))).isEqualTo(BLOCKED);
        office.clock.advance(Duration.ofMinutes(1));
        bulk.standings(MARIA, List.of(new OfStanding("k-1", LocalDate.parse("2026-04-09"), null, now())));
        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
    }

    @Test
    void activeTakesBackWhatBlockedToldAndFreesAtOnce() {
        made(1);
        assertThat(how(blocked("k-1", "2026-03-10"))).isEqualTo(How.UPDATED);
        office.run();
        assertThat(office.effective(id("k-1"))).isEqualTo(BLOCKED);
        office.clock.advance(Duration.ofHours(2));

        assertThat(how(bulk.statuses(MARIA, List.of(status(1, StatusWord.ACTIVE)))
                        .getFirst()))
                .isEqualTo(How.UPDATED);

        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
        assertThat(oldestDueOn("k-1")).isNull();
        office.clock.advance(Duration.ofHours(1));
        assertThat(how(bulk.statuses(MARIA, List.of(status(1, StatusWord.ACTIVE)))
                        .getFirst()))
                .as("told again every night")
                .isEqualTo(How.UNCHANGED);
    }

    @Test
    void activeTakesBackBlockedAcrossAPauseAndInAContractsRowToo() {
        made(1);
        blocked("k-1", "2026-03-10");
        office.run();
        office.clock.advance(Duration.ofHours(1));
        bulk.statuses(MARIA, List.of(status(1, StatusWord.PAUSED)));
        office.clock.advance(Duration.ofHours(1));

        assertThat(how(bulk.contracts(MARIA, List.of(contract("k-1", null, StatusWord.ACTIVE)))
                        .getFirst()))
                .isEqualTo(How.UPDATED);

        assertThat(oldestDueOn("k-1")).isNull();
        office.run();
        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
    }

    @Test
    void aNightlyActiveLeavesTheStandingsThatWereToldAsSuch() {
        made(1);
        bulk.standings(
                MARIA,
                List.of(new OfStanding("k-1", LocalDate.parse("2026-03-09"), LocalDate.parse("2026-03-10"), now())));
        bulk.statuses(MARIA, List.of(status(1, StatusWord.ACTIVE)));
        office.run();
        office.clock.advance(Duration.ofHours(12));

        assertThat(how(bulk.statuses(MARIA, List.of(status(1, StatusWord.ACTIVE)))
                        .getFirst()))
                .isEqualTo(How.UNCHANGED);

        assertThat(oldestDueOn("k-1")).isEqualTo("2026-03-10");
        assertThat(office.effective(id("k-1"))).isEqualTo(BLOCKED);
    }

    @Test
    void activeTakesBackABlockedThatStillWaits() {
        office.sql.update("update access_policy_version set prepaid_tightening = 'ON_TIME'");
        made(MassActs.PER_HOUR + 2);
        bulk.standings(MARIA, standings("2026-03-20", null));
        office.clock.advance(Duration.ofHours(1));
        var results = bulk.statuses(
                MARIA,
                IntStream.rangeClosed(1, MassActs.PER_HOUR + 2)
                        .mapToObj(number -> new OfStatus(
                                "k-" + number, StatusWord.BLOCKED, null, LocalDate.parse("2026-03-21"), null, now()))
                        .toList());
        assertThat(results.stream().filter(Waiting.class::isInstance)).hasSize(2);
        office.clock.advance(Duration.ofMinutes(1));

        bulk.statuses(MARIA, List.of(status(MassActs.PER_HOUR + 1, StatusWord.ACTIVE)));

        assertThat(onlyProposal().rows()).isEqualTo(new TighteningProposal.Rows(2, 1, 0, 1));
    }

    @Test
    void ofTheSameInstantActiveHoldsOverBlockedInWhateverOrderTheyComeAndComeAgain() {
        made(3);
        var told = now().plusNanos(123_456_789); // as an ERP's clock may tell it
        office.clock.advance(Duration.ofMinutes(1));
        var news = List.of(StatusWord.BLOCKED, StatusWord.ACTIVE, StatusWord.BLOCKED, StatusWord.ACTIVE);
        news.forEach(word -> bulk.statuses(MARIA, List.of(statusAt(1, word, told))));
        news.reversed().forEach(word -> bulk.statuses(MARIA, List.of(statusAt(2, word, told))));
        bulk.statuses(MARIA, List.of(statusAt(3, StatusWord.BLOCKED, told)));
        office.run();
        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
        assertThat(office.effective(id("k-2"))).isEqualTo(ACTIVE);
        assertThat(office.effective(id("k-3"))).isEqualTo(BLOCKED);

        assertThat(how(bulk.statuses(MARIA, List.of(statusAt(3, StatusWord.ACTIVE, told)))
                        .getFirst()))
                .as("it comes last, and lifts what a run has committed")
                .isEqualTo(How.UPDATED);
        assertThat(office.effective(id("k-3"))).isEqualTo(ACTIVE);
        assertThat(bulk.statuses(MARIA, List.of(statusAt(3, StatusWord.BLOCKED, told))))
                .as("a retry that was held up on its way")
                .containsExactly(new Older());
        assertThat(oldestDueOn("k-3")).isNull();

        var later = told.plus(Duration.ofSeconds(1));
        assertThat(how(bulk.statuses(MARIA, List.of(statusAt(3, StatusWord.BLOCKED, later)))
                        .getFirst()))
                .isEqualTo(How.UPDATED);
        assertThat(oldestDueOn("k-3")).isEqualTo("2026-03-10");
    }

    @Test
    void noStatusOfTheInstantOfActiveTakesItBack() {
        made(1);
        var told = now();
        bulk.statuses(MARIA, List.of(statusAt(1, StatusWord.ACTIVE, told)));

        for (var word : List.of(StatusWord.PAUSED, StatusWord.CANCELLED, StatusWord.BLOCKED)) {
            assertThat(bulk.statuses(MARIA, List.of(statusAt(1, word, told)))).containsExactly(new Older());
        }
        bulk.contracts(MARIA, List.of(contract("k-1", null, StatusWord.CANCELLED)));
        assertThat(office.effective(id("k-1"))).as("nor in a contract's row").isEqualTo(ACTIVE);

        bulk.statuses(MARIA, List.of(statusAt(1, StatusWord.CANCELLED, told.plusSeconds(1))));
        assertThat(office.effective(id("k-1"))).isEqualTo(REFUSED);
        bulk.statuses(MARIA, List.of(statusAt(1, StatusWord.ACTIVE, told.plusSeconds(1))));
        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
    }

    @Test
    void aStatusOfTheInstantOfAContractsRowHoldsOverTheStatusInIt() {
        made(2); // active
        blocked("k-1", "2026-03-10");
        bulk.contracts(MARIA, List.of(contract("k-1", null, StatusWord.ACTIVE)));
        bulk.contracts(MARIA, List.of(contract("k-2", null, StatusWord.ACTIVE)));
        blocked("k-2", "2026-03-10");

        assertThat(oldestDueOn("k-1")).isEqualTo("2026-03-10");
        assertThat(oldestDueOn("k-2")).isEqualTo("2026-03-10");
    }

    @Test
    void aBlockedThatWaitsIsTakenBackByActiveOfTheSameInstant() {
        office.sql.update("update access_policy_version set prepaid_tightening = 'ON_TIME'");
        made(MassActs.PER_HOUR + 1);
        bulk.standings(MARIA, standings("2026-03-20", null));
        office.clock.advance(Duration.ofHours(1));
        var told = now();
        bulk.statuses(
                MARIA,
                IntStream.rangeClosed(1, MassActs.PER_HOUR + 1)
                        .mapToObj(number -> statusAt(number, StatusWord.BLOCKED, told))
                        .toList());
        assertThat(onlyProposal().rows().pending()).isEqualTo(1);

        bulk.statuses(MARIA, List.of(statusAt(MassActs.PER_HOUR + 1, StatusWord.ACTIVE, told)));

        assertThat(onlyProposal().rows()).isEqualTo(new TighteningProposal.Rows(1, 0, 0, 1));
    }

    @Test
    void ofStandingsOfTheSameInstantEachFactIsTheOneThatLetsThroughMore() {
        made(2);
        var told = now();
        var rows = List.of(
                new OfStanding("k-1", LocalDate.parse("2026-03-09"), LocalDate.parse("2026-03-10"), told),
                new OfStanding("k-1", LocalDate.parse("2026-04-09"), null, told),
                new OfStanding("k-1", null, LocalDate.parse("2026-02-10"), told));
        rows.forEach(row -> bulk.standings(MARIA, List.of(row)));
        rows.reversed()
                .forEach(row -> bulk.standings(
                        MARIA, List.of(new OfStanding("k-2", row.paidUntil(), row.oldestDueOn(), told))));

        for (var contract : List.of("k-1", "k-2")) {
            assertThat(oldestDueOn(contract)).as(contract).isNull();
            assertThat(office.facts.find(id(contract)).orElseThrow().paidUntil())
                    .as(contract)
                    .isEqualTo("2026-04-09");
        }
        assertThat(bulk.standings(MARIA, List.of(rows.getFirst()))).containsExactly(new Older());
        assertThat(how(bulk.standings(MARIA, List.of(rows.get(1))).getFirst())).isEqualTo(How.UNCHANGED);
        assertThat(blockedAt("k-1", told))
                .as("a status of that instant says less")
                .isEqualTo(new Older());
    }

    @Test
    void aReceivableThatIsCancelledStaysSoForNewsOfThatInstant() {
        bulk.contracts(MARIA, List.of(local("k-1")));
        bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", false)));
        bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", true)));

        assertThat(bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", false))))
                .containsExactly(new Older());

        office.run();
        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
    }

    @Test
    void aMassOfCancellationsWaitsForASecondPersonAndIsThenDone() {
        made(MassActs.PER_HOUR + 5);
        var results = bulk.statuses(PEDRO, all(StatusWord.CANCELLED));

        assertThat(results.stream().filter(Written.class::isInstance)).hasSize(MassActs.PER_HOUR);
        assertThat(results.subList(MassActs.PER_HOUR, results.size())).allMatch(Waiting.class::isInstance);
        assertThat(office.effective(id("k-1"))).isEqualTo(REFUSED);
        assertThat(office.effective(id("k-105"))).isEqualTo(ACTIVE);
        var proposal = onlyProposal();
        assertThat(proposal.rows()).isEqualTo(new TighteningProposal.Rows(5, 5, 0, 0));
        assertThat(proposal.monthlyCents()).isEqualTo(5 * 99_90);

        assertThat(problem(proposals.approve(MARIA, proposal.id(), proposal.version(), null)))
                .isEqualTo(new Conflict("second-person-needed", "a job's token cannot approve"));
        assertThat(problem(proposals.approve(PEDRO, proposal.id(), proposal.version(), null)))
                .isEqualTo(new Conflict("second-person-needed", "pedro asked for it"));
        assertThat(problem(proposals.approve(RITA, proposal.id(), proposal.version() - 1, null)))
                .isInstanceOf(Problem.Stale.class);

        var done = proposals
                .approve(RITA, proposal.id(), proposal.version(), "seen")
                .orThrow();

        assertThat(done.state()).isEqualTo(State.COMMITTED);
        assertThat(done.rows()).isEqualTo(new TighteningProposal.Rows(5, 0, 5, 0));
        assertThat(office.effective(id("k-105"))).isEqualTo(REFUSED);
        assertThat(proposals.approve(RITA, proposal.id(), done.version(), null).orThrow())
                .isEqualTo(done);
    }

    @Test
    void theSameMassToldAgainEveryHourDoesNotComeThroughByAndBy() {
        made(MassActs.PER_HOUR + 30);
        bulk.statuses(MARIA, all(StatusWord.CANCELLED));
        for (int hour = 0; hour < 8; hour++) {
            office.clock.advance(Duration.ofHours(1));
            bulk.statuses(MARIA, all(StatusWord.CANCELLED));
        }

        assertThat(office.count("contract where status = 'CANCELLED'")).isEqualTo(MassActs.PER_HOUR);
        var open = proposals.list(true, Long.MAX_VALUE, 10);
        assertThat(open).hasSize(1);
        assertThat(open.getFirst().rows().pending()).isEqualTo(30);

        proposals
                .decline(RITA, open.getFirst().id(), "the ERP was restored from last year")
                .orThrow();
        office.clock.advance(Duration.ofHours(1));
        assertThat(bulk.statuses(MARIA, all(StatusWord.CANCELLED)).getLast()).isInstanceOf(Waiting.class);
        assertThat(office.count("contract where status = 'CANCELLED'")).isEqualTo(MassActs.PER_HOUR);
    }

    @Test
    void whatIsToldOtherwiseSinceWaitsNoLonger() {
        made(MassActs.PER_HOUR + 2);
        bulk.statuses(MARIA, all(StatusWord.CANCELLED));
        office.clock.advance(Duration.ofMinutes(1));

        bulk.statuses(MARIA, List.of(status(MassActs.PER_HOUR + 1, StatusWord.ACTIVE)));

        var proposal = onlyProposal();
        assertThat(proposal.rows()).isEqualTo(new TighteningProposal.Rows(2, 1, 0, 1));
        proposals.approve(RITA, proposal.id(), proposal.version(), null).orThrow();
        assertThat(contract("k-101").status()).isEqualTo(ContractStatus.ACTIVE);
        assertThat(contract("k-102").status()).isEqualTo(ContractStatus.CANCELLED);
        assertThat(proposals.rows(proposal.id(), 0, 10).getFirst().dropReason())
                .isEqualTo(DropReason.TOLD_OTHERWISE_SINCE);
    }

    @Test
    void aFreezeHoldsAnApprovedMassAndAnOldOneExpires() {
        made(MassActs.PER_HOUR + 1);
        bulk.statuses(MARIA, all(StatusWord.PAUSED));
        var proposal = onlyProposal();
        assertThat(proposal.kind()).isEqualTo(TighteningProposal.Kind.PAUSE);
        office.freezes
                .declare(PEDRO, "the bank is down", now().plus(Duration.ofMinutes(30)))
                .orThrow();
        assertThat(problem(proposals.approve(RITA, proposal.id(), proposal.version(), null)))
                .isInstanceOfSatisfying(
                        Conflict.class, frozen -> assertThat(frozen.code()).isEqualTo("frozen"));

        office.clock.advance(TighteningProposals.LIFE);
        assertThat(problem(proposals.approve(RITA, proposal.id(), proposal.version(), null)))
                .isInstanceOfSatisfying(
                        Conflict.class, expired -> assertThat(expired.code()).isEqualTo("proposal-expired"));
        assertThat(office.effective(id("k-101"))).isEqualTo(ACTIVE);
    }

    @Test
    void anApprovedMassThatWasInterruptedIsGoneOnWithAndAfterADayDropped() {
        var job = office.bean(ResumeProposals.class);
        made(MassActs.PER_HOUR + 2);
        bulk.statuses(MARIA, all(StatusWord.CANCELLED));
        interrupted();
        office.freezes
                .declare(PEDRO, "the bank is down", now().plus(Duration.ofMinutes(30)))
                .orThrow();
        assertThat(job.run(now())).isEqualTo(JobReport.NOTHING);
        office.clock.advance(Duration.ofHours(1));
        assertThat(job.run(now())).isEqualTo(JobReport.of("ended", 1));
        assertThat(contract("k-102").status()).isEqualTo(ContractStatus.CANCELLED);

        bulk.statuses(MARIA, all(StatusWord.ACTIVE));
        office.sql.update("truncate mass_act, tightening_proposal cascade");
        office.clock.advance(Duration.ofHours(1));
        bulk.statuses(MARIA, all(StatusWord.CANCELLED));
        interrupted();
        office.clock.advance(TighteningProposals.APPROVED_FOR);

        assertThat(job.run(now())).isEqualTo(JobReport.of("ended", 1));

        assertThat(onlyProposal().state()).isEqualTo(State.COMMITTED);
        assertThat(onlyProposal().rows()).isEqualTo(new TighteningProposal.Rows(2, 0, 0, 2));
        assertThat(proposals.rows(onlyProposal().id(), 0, 10).getFirst().dropReason())
                .isEqualTo(DropReason.EXPIRED);
        assertThat(contract("k-102").status()).isEqualTo(ContractStatus.ACTIVE);
    }

    /** The proposal, approved by somebody whose daemon was killed before the first row. */
    private void interrupted() {
        office.sql.update(
                "update tightening_proposal set state = 'COMMITTING', decided_by = 'rita', decided_at = ?", now());
    }

    @Test
    void aPauseBeginsTodayAndActiveEndsIt() {
        made(1);
        bulk.statuses(MARIA, List.of(status(1, StatusWord.PAUSED)));
        assertThat(office.effective(id("k-1"))).isEqualTo(BLOCKED);
        assertThat(how(bulk.statuses(MARIA, List.of(status(1, StatusWord.PAUSED)))
                        .getFirst()))
                .isEqualTo(How.UNCHANGED);
        office.clock.advance(Duration.ofDays(3));

        bulk.statuses(MARIA, List.of(status(1, StatusWord.ACTIVE)));

        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
        assertThat(office.contracts.pauses(id("k-1")).getFirst().lastDay()).isEqualTo("2026-04-02");
    }

    @Test
    void onTimePaidUntilFactsMovedBackEnMasseWaitToo() {
        office.sql.update("update access_policy_version set prepaid_tightening = 'ON_TIME'");
        made(MassActs.PER_HOUR + 10);
        assertThat(bulk.standings(MARIA, standings("2026-04-30", null)))
                .allSatisfy(result -> assertThat(how(result)).isEqualTo(How.UPDATED));
        office.clock.advance(Duration.ofHours(1));

        var results = bulk.standings(MARIA, standings("2026-01-31", "2026-02-10"));

        assertThat(results.stream().filter(Waiting.class::isInstance)).hasSize(10);
        assertThat(office.effective(id("k-1"))).as("from midnight on").isEqualTo(ACTIVE);
        assertThat(office.effective(id("k-110"))).isEqualTo(ACTIVE);
        var proposal = onlyProposal();
        assertThat(proposal.kind()).isEqualTo(TighteningProposal.Kind.PAID_UNTIL);
        proposals.approve(RITA, proposal.id(), proposal.version(), null).orThrow();
        assertThat(office.effective(id("k-110")))
                .as("a second person has looked")
                .isEqualTo(BLOCKED);
        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
        office.clock.set(Instant.parse("2026-04-01T03:00:00Z"));
        assertThat(office.effective(id("k-1"))).isEqualTo(BLOCKED);
    }

    @Test
    void contractsThatMoveToAPlanThatTightensOnTimeAreCountedWithWhatLapsesByTheClock() {
        made(MassActs.PER_HOUR + 10);
        bulk.standings(MARIA, standings("2026-01-31", "2026-02-10"));
        long policy = TestIsp.policy(office.sql, "on time " + now());
        office.sql.update(
                "update access_policy_version set prepaid_tightening = 'ON_TIME' where policy_id = ?", policy);
        var name = office.policies.find(policy).orElseThrow().name();
        office.clock.advance(Duration.ofHours(1));
        var rows = IntStream.rangeClosed(1, MassActs.PER_HOUR + 10)
                .mapToObj(number -> under(name, contract("k-" + number, null, null)))
                .toList();

        assertThat(bulk.contracts(MARIA, rows)).allMatch(result -> how(result) == How.UPDATED);

        assertThat(office.effective(id("k-110"))).isEqualTo(ACTIVE);
        office.clock.set(Instant.parse("2026-04-01T02:50:00Z"));
        assertThat(office.bean(ReleaseEnds.class).look().orElseThrow().reason())
                .startsWith("110 contracts would be restricted by the clock before");
    }

    @Test
    void byRunNoNumberOfPaidUntilFactsTightensAndNoneWaits() {
        made(MassActs.PER_HOUR + 10);
        bulk.standings(MARIA, standings("2026-04-30", null));
        office.clock.advance(Duration.ofHours(1));

        assertThat(bulk.standings(MARIA, standings("2026-01-31", "2026-02-10")))
                .allSatisfy(result -> assertThat(how(result)).isEqualTo(How.UPDATED));

        assertThat(office.effective(id("k-110"))).isEqualTo(ACTIVE);
        assertThat(office.count("tightening_proposal")).isZero();
    }

    @Test
    void loginsAreCreatedKeptChangedMovedAndDeleted() {
        made(2);
        var first = login("ana@isp", "k-1", "first-secret", false);
        assertThat(how(bulk.subscribers(MARIA, List.of(first)).getFirst())).isEqualTo(How.CREATED);
        assertThat(how(bulk.subscribers(MARIA, List.of(login("ANA@isp", "k-1", "first-secret", false)))
                        .getFirst()))
                .as("another spelling is kept as it is told")
                .isEqualTo(How.UPDATED);
        assertThat(how(bulk.subscribers(MARIA, List.of(login("ANA@isp", "k-1", "first-secret", false)))
                        .getFirst()))
                .isEqualTo(How.UNCHANGED);
        assertThat(how(bulk.subscribers(MARIA, List.of(login("ANA@isp", "k-1", "other-secret", false)))
                        .getFirst()))
                .isEqualTo(How.UPDATED);
        assertThat(how(bulk.subscribers(MARIA, List.of(login("ANA@isp", "k-2", "other-secret", false)))
                        .getFirst()))
                .isEqualTo(How.UPDATED);
        assertThat(office.sql.first("select contract_id from subscriber", row -> row.bigint("contract_id")))
                .contains(id("k-2"));
        assertThat(bulk.subscribers(MARIA, List.of(login("bia@isp", "k-1", null, false))))
                .containsExactly(new Declined(new Invalid("password", "a password, or credentialKind line")));
        assertThat(how(bulk.subscribers(MARIA, List.of(login("ana@isp", "k-2", null, true)))
                        .getFirst()))
                .isEqualTo(How.DELETED);
        assertThat(office.count("subscriber")).isZero();
        assertThat(office.audited.toString()).doesNotContain("first-secret", "other-secret");
    }

    @Test
    void allThatIsToldOfALoginIsWrittenWhenItIsNewAndWhenItIsChanged() {
        made(2);
        var first =
                new SubscriberLocks(MacLock.FIXED, "001122334455", List.of(7L, 9L), "Centro \"A\"", "ether1", false);
        var told = login("ana@isp", "k-1", List.of("10.1.0.0/16", "10.2.0.0/16 \"via\" {a,b}\\"), first, 3);
        assertThat(bulk.subscribers(
                        MARIA, List.of(login("bia@isp", "k-1", "x", false), told, login("eva@isp", "k-2", "x", false))))
                .extracting(ErpBulkTest::how)
                .containsOnly(How.CREATED);
        assertThat(stored("ana@isp")).isEqualTo(told.framedRoutes() + " " + first + " " + told.sessionLimit());

        var second = new SubscriberLocks(MacLock.OFF, null, List.of(), "O'Norte, {x}\\", null, false);
        var changed = login("ana@isp", "k-1", List.of(), second, 2);
        var results = bulk.subscribers(
                MARIA, List.of(changed, login("bia@isp", "k-1", "x", false), login("eva@isp", "k-2", "y", false)));

        assertThat(results).extracting(ErpBulkTest::how).containsExactly(How.UPDATED, How.UNCHANGED, How.UPDATED);
        assertThat(stored("ana@isp")).isEqualTo("[] " + second + " " + changed.sessionLimit());
        assertThat(stored("bia@isp")).isEqualTo("[] " + SubscriberLocks.NONE + " " + SessionLimit.OF_PLAN);
    }

    private String stored(String login) {
        var found = office.bean(Subscribers.class).findByLogin(login).orElseThrow();
        return found.framedRoutes() + " " + found.locks() + " " + found.sessionLimit();
    }

    @Test
    void aLineThatOneRowGivesAwayIsFreeForTheNextAndOneThatTwoWantIsTheFirstOnes() {
        made(1);
        bulk.subscribers(MARIA, List.of(line("old", "olt-1/3")));

        var results = bulk.subscribers(
                MARIA, List.of(line("old", "olt-1/4"), line("new", "olt-1/3"), line("other", "olt-1/3")));

        assertThat(results.subList(0, 2)).extracting(ErpBulkTest::how).containsExactly(How.UPDATED, How.CREATED);
        assertThat(results.getLast()).isEqualTo(new Declined(new Conflict("login-taken", "circuitId")));
        assertThat(office.count("subscriber")).isEqualTo(2);
    }

    @Test
    void manyContractsThatChangeAtOnceAreWrittenEachAsItIsTold() {
        bulk.contracts(
                MARIA,
                IntStream.rangeClosed(1, 5).mapToObj(n -> local("k-" + n)).toList());
        long dearer = dearer();
        clockForward();

        var results = bulk.contracts(
                MARIA,
                List.of(
                        local("k-1", "Fibra 600", null),
                        local("k-2"),
                        local("k-3", "Fibra 600", StatusWord.CANCELLED),
                        local("k-4", "Fibra 300", StatusWord.CANCELLED),
                        local("k-6")));

        assertThat(results)
                .extracting(ErpBulkTest::how)
                .containsExactly(How.UPDATED, How.UNCHANGED, How.UPDATED, How.UPDATED, How.CREATED);
        assertThat(contracts())
                .containsExactly(
                        tuple("k-1", dearer, ContractStatus.ACTIVE),
                        tuple("k-2", 1L, ContractStatus.ACTIVE),
                        tuple("k-3", dearer, ContractStatus.CANCELLED),
                        tuple("k-4", 1L, ContractStatus.CANCELLED),
                        tuple("k-5", 1L, ContractStatus.ACTIVE),
                        tuple("k-6", 1L, ContractStatus.ACTIVE));
        assertThat(office.facts.find(id("k-3")).orElseThrow().plan().id()).isEqualTo(dearer);
        assertThat(office.effective(id("k-4"))).isEqualTo(REFUSED);
    }

    private List<Tuple> contracts() {
        return office.contracts.list(null, 0, 100).stream()
                .map(contract -> tuple(contract.externalId(), contract.planId(), contract.status()))
                .toList();
    }

    private void clockForward() {
        office.clock.set(now().plus(Duration.ofMinutes(1)));
    }

    private OfSubscriber line(String login, String circuit) {
        return new OfSubscriber(
                login,
                "k-1",
                CredentialKind.LINE,
                null,
                null,
                null,
                circuit,
                null,
                null,
                null,
                null,
                List.of(),
                SubscriberLocks.NONE,
                SessionLimit.OF_PLAN,
                false,
                now());
    }

    private OfSubscriber login(
            String login, String contract, List<String> routes, SubscriberLocks locks, int sessions) {
        return new OfSubscriber(
                login,
                contract,
                CredentialKind.RECOVERABLE,
                new Password("secret"),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                routes,
                locks,
                new SessionLimit(sessions, null),
                false,
                now());
    }

    @Test
    void aMassOfDeletedLoginsWaits() {
        made(1);
        var logins = IntStream.range(0, MassActs.PER_HOUR + 3)
                .mapToObj(i -> login("l-" + i, "k-1", "x", false))
                .toList();
        bulk.subscribers(MARIA, logins);

        var results = bulk.subscribers(
                MARIA,
                logins.stream()
                        .map(login -> login(login.login(), "k-1", null, true))
                        .toList());

        assertThat(results.stream().filter(Waiting.class::isInstance)).hasSize(3);
        assertThat(office.count("subscriber")).isEqualTo(3);
        var proposal = onlyProposal();
        proposals.approve(RITA, proposal.id(), proposal.version(), null).orThrow();
        assertThat(office.count("subscriber")).isZero();
    }

    @Test
    void loginsThatMoveToABlockedContractEnMasseWaitAndToALaxerOneDoNot() {
        made(2);
        blocked("k-2", "2026-03-10");
        office.run();
        assertThat(office.effective(id("k-2"))).isEqualTo(BLOCKED);
        int most = MassActs.PER_HOUR + 3;
        bulk.subscribers(MARIA, logins(most, "k-1"));

        var results = bulk.subscribers(MARIA, logins(most, "k-2"));

        assertThat(results.stream().filter(Waiting.class::isInstance)).hasSize(3);
        assertThat(logins("k-2")).isEqualTo(MassActs.PER_HOUR);
        var proposal = onlyProposal();
        assertThat(proposal.kind()).isEqualTo(TighteningProposal.Kind.MOVE);
        bulk.subscribers(MARIA, logins(1, "k-1"));
        assertThat(logins("k-1")).as("back is relief").isEqualTo(4);
        proposals.approve(RITA, proposal.id(), proposal.version(), null).orThrow();
        assertThat(logins("k-2")).isEqualTo(most - 1);
        assertThat(bulk.subscribers(MARIA, logins(most, "k-1"))).allMatch(result -> how(result) != How.DELETED);
        assertThat(logins("k-1")).isEqualTo(most);
    }

    @Test
    void noLoginMovesToACancelledContract() {
        made(2);
        bulk.subscribers(MARIA, List.of(login("ana@isp", "k-1", "secret", false)));
        bulk.statuses(MARIA, List.of(status(2, StatusWord.CANCELLED)));

        assertThat(bulk.subscribers(MARIA, List.of(login("ana@isp", "k-2", "secret", false))))
                .containsExactly(new Declined(new Conflict("wrong-status", "CANCELLED")));
        assertThat(logins("k-1")).isEqualTo(1);
    }

    @Test
    void cancellingAReceivableThatWasSubstitutedHereCancelsWhatStandsInItsPlace() {
        bulk.contracts(MARIA, List.of(local("k-1")));
        bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", false)));
        long first = office.receivables.list(id("k-1"), 0, 10).getFirst().id();
        long second = office.receivables
                .substitute(
                        MARIA,
                        first,
                        null,
                        new Receivables.Substitute(89_90, 0, null, LocalDate.parse("2026-03-10"), "wrong amount"))
                .orThrow()
                .id();

        assertThat(bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", true))))
                .containsExactly(new Written(How.UPDATED, second));

        assertThat(office.receivables.find(second).orElseThrow().isOpen()).isFalse();
        assertThat(bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", true))))
                .containsExactly(new Written(How.UNCHANGED, second));
    }

    @Test
    void receivablesComeByTheirContractsExternalIdAndGoAgain() {
        bulk.contracts(MARIA, List.of(local("k-1")));
        assertThat(how(bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", false)))
                        .getFirst()))
                .isEqualTo(How.CREATED);
        assertThat(how(bulk.receivables(MARIA, List.of(receivable("r-1", "k-1", false)))
                        .getFirst()))
                .isEqualTo(How.UNCHANGED);
        office.run();
        assertThat(office.effective(id("k-1"))).isEqualTo(BLOCKED);

        var results = bulk.receivables(
                MARIA,
                List.of(
                        receivable("r-9", "k-1", true),
                        receivable("r-1", "k-1", true),
                        receivable("r-2", "k-7", false)));

        assertThat(results.getFirst()).isEqualTo(new Declined(new Unknown("receivable", "r-9")));
        assertThat(how(results.get(1))).isEqualTo(How.UPDATED);
        assertThat(results.get(2)).isEqualTo(new Declined(new Unknown("contract", "k-7")));
        assertThat(office.effective(id("k-1"))).isEqualTo(ACTIVE);
        var older = new OfReceivable(
                "r-1",
                "k-1",
                ReceivableKind.ONE_OFF,
                1,
                0,
                null,
                null,
                LocalDate.parse("2026-03-01"),
                null,
                null,
                null,
                false,
                now().minusSeconds(5));
        assertThat(bulk.receivables(MARIA, List.of(older))).containsExactly(new Older());
    }

    private void made(int contracts) {
        var rows = IntStream.rangeClosed(1, contracts)
                .mapToObj(number -> contract("k-" + number, null, StatusWord.ACTIVE))
                .toList();
        assertThat(bulk.contracts(MARIA, rows)).allMatch(result -> how(result) == How.CREATED);
    }

    private void billed(String contract) {
        office.bean(ContractBilling.class)
                .set(MARIA, null, new BillingTerms(id(contract), 0, 10, 10, null, null, null, BillingRules.NONE))
                .orThrow();
    }

    /** The id of the plan Fibra 600. */
    private long dearer() {
        office.sql.update("delete from plan where name = 'Fibra 600'");
        var rate = new Rate(600_000, 300_000);
        return office.plans
                .create(MARIA, new PlanDraft(null, "Fibra 600", 1, 129_90, rate, null, rate, null, null, null, 1, 900))
                .orThrow()
                .id();
    }

    private ErpResult blocked(String contract, String oldestDueOn) {
        return bulk.statuses(
                        MARIA,
                        List.of(new OfStatus(
                                contract, StatusWord.BLOCKED, null, LocalDate.parse(oldestDueOn), null, now())))
                .getFirst();
    }

    private ErpResult blockedAt(String contract, Instant asOf) {
        return bulk.statuses(
                        MARIA,
                        List.of(new OfStatus(
                                contract, StatusWord.BLOCKED, null, LocalDate.parse("2026-03-10"), null, asOf)))
                .getFirst();
    }

    private static OfStatus statusAt(int number, StatusWord word, Instant asOf) {
        var dueOn = word == StatusWord.BLOCKED ? LocalDate.parse("2026-03-10") : null;
        return new OfStatus("k-" + number, word, null, dueOn, null, asOf);
    }

    private List<OfStatus> all(StatusWord status) {
        return IntStream.rangeClosed(1, (int) office.count("contract"))
                .mapToObj(number -> status(number, status))
                .toList();
    }

    private List<OfStanding> standings(String paidUntil, @Nullable String oldestDueOn) {
        return IntStream.rangeClosed(1, (int) office.count("contract"))
                .mapToObj(number -> new OfStanding(
                        "k-" + number,
                        LocalDate.parse(paidUntil),
                        oldestDueOn == null ? null : LocalDate.parse(oldestDueOn),
                        now()))
                .toList();
    }

    private TighteningProposal onlyProposal() {
        var all = proposals.list(false, Long.MAX_VALUE, 10);
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static Problem problem(Outcome<TighteningProposal> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Declined.class);
        return ((Outcome.Declined<TighteningProposal>) outcome).problem();
    }

    private static How how(ErpResult result) {
        assertThat(result).isInstanceOf(Written.class);
        return ((Written) result).how();
    }

    private OfCustomer customer(String externalId, String name, String taxId) {
        return new OfCustomer(externalId, name, taxId, null, null, now());
    }

    private OfContract contract(String externalId, @Nullable String customer, @Nullable StatusWord status) {
        var first = LocalDate.parse("2026-01-10");
        return new OfContract(
                externalId,
                customer == null ? "ana" : customer,
                "Fibra 300",
                null,
                BillingMode.PREPAID,
                MoneySource.ERP,
                first,
                null,
                first,
                "Centro",
                status,
                null,
                now());
    }

    private static OfContract under(String policy, OfContract row) {
        return new OfContract(
                row.externalId(),
                row.customer(),
                row.plan(),
                policy,
                row.billingMode(),
                row.moneySource(),
                row.financialBaseDate(),
                row.signedOn(),
                row.activatedOn(),
                row.region(),
                row.status(),
                row.reason(),
                row.asOf());
    }

    private OfContract local(String externalId) {
        return local(externalId, "Fibra 300", null);
    }

    private OfContract local(String externalId, String plan, @Nullable StatusWord status) {
        var first = LocalDate.parse("2026-01-10");
        return new OfContract(
                externalId,
                "ana",
                plan,
                null,
                BillingMode.POSTPAID,
                MoneySource.LOCAL,
                first,
                null,
                first,
                null,
                status,
                null,
                now());
    }

    private OfStatus status(int number, StatusWord status) {
        return new OfStatus("k-" + number, status, null, null, null, now());
    }

    private OfSubscriber login(String login, String contract, @Nullable String password, boolean deleted) {
        return new OfSubscriber(
                login,
                contract,
                CredentialKind.RECOVERABLE,
                password == null ? null : new Password(password),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                SubscriberLocks.NONE,
                SessionLimit.OF_PLAN,
                deleted,
                now());
    }

    private List<OfSubscriber> logins(int number, String contract) {
        return IntStream.range(0, number)
                .mapToObj(i -> login("l-" + i, contract, "x", false))
                .toList();
    }

    private long logins(String contract) {
        return office.count("subscriber where contract_id = " + id(contract));
    }

    private OfReceivable receivable(String externalId, String contract, boolean cancelled) {
        return new OfReceivable(
                externalId,
                contract,
                ReceivableKind.ONE_OFF,
                99_90,
                0,
                null,
                LocalDate.parse("2026-02-01"),
                LocalDate.parse("2026-03-10"),
                null,
                null,
                true,
                cancelled,
                now());
    }

    private Contract contract(String externalId) {
        return office.contracts.findByExternalId(externalId).orElseThrow();
    }

    private @Nullable LocalDate oldestDueOn(String externalId) {
        return Objects.requireNonNull(contract(externalId).erp()).oldestDueOn();
    }

    private long id(String externalId) {
        return contract(externalId).id();
    }

    private Instant now() {
        return office.clock.instant();
    }
}
