package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.access.AccessLevel.REFUSED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.HeldLapse;
import net.catraca.billing.access.Reason;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.office.TestOffice.World;
import net.catraca.billing.payment.ErpStanding;
import net.catraca.billing.run.BankAgreements.Agreement;
import net.catraca.billing.run.FreshBankFiles;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.RunPictures;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * On time the clock tightens, and no write does: whatever a write makes lapse waits for a midnight, and is counted there.
 * On Tuesday, 31 March 2026; the policy reduces from 2 and blocks from 5 days late.
 */
class OnTimeWritesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    /** The first instant of 1 April. */
    private static final Instant MIDNIGHT = Instant.parse("2026-04-01T03:00:00Z");

    private static final LocalDate BASE = LocalDate.parse("2026-01-10");
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final long BY_RUN = TestIsp.policy(OFFICE.sql, "by run");

    private final TestOffice office = OFFICE;

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-31");
        office.sql.update("""
                update access_policy_version set prepaid_tightening = 'ON_TIME', reduce_days = 2, block_days = 5
                 where policy_id = ?
                """, TestIsp.POLICY);
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    /** Every way to write an active contract so that it has lapsed long ago. */
    enum Write {
        A_RECEIVABLE_ISSUED_LATE {
            @Override
            void prepare(TestOffice office, long contract) {
                paidUntilTheNinthOfMarch(office, contract);
            }

            @Override
            void write(TestOffice office, long contract) {
                office.monthly(contract, "2026-04-10");
            }
        },
        A_RECEIVABLE_OF_AN_ERP {
            @Override
            void prepare(TestOffice office, long contract) {
                paidUntilTheNinthOfMarch(office, contract);
            }

            @Override
            void write(TestOffice office, long contract) {
                var draft = TestOffice.monthlyDraft(contract, "erp-" + contract, "2026-04-10");
                office.upsert.upsert(MARIA, List.of(draft)).orThrow();
            }
        },
        A_PAYMENT_REVERSED {
            @Override
            void prepare(TestOffice office, long contract) {
                paidUntilTheNinthOfMarch(office, contract);
                var march = office.monthly(contract, "2026-04-10");
                office.payments
                        .receive(MARIA, office.payment("march " + contract, march, 99_90))
                        .orThrow();
            }

            @Override
            void write(TestOffice office, long contract) {
                long payment = office.sql
                        .first(
                                "select id from payment where external_id = ?",
                                row -> row.bigint("id"),
                                "march " + contract)
                        .orElseThrow();
                office.payments.reverse(MARIA, payment, null, "returned").orThrow();
            }
        },
        ANOTHER_POLICY {
            @Override
            void prepare(TestOffice office, long contract) {
                office.contracts
                        .changePlan(MARIA, contract, null, TestIsp.PLAN, BY_RUN)
                        .orThrow();
                lapsedOnTheNinthOfMarch(office, contract);
            }

            @Override
            void write(TestOffice office, long contract) {
                office.contracts
                        .changePlan(MARIA, contract, null, TestIsp.PLAN, null)
                        .orThrow();
            }
        },
        ANOTHER_BASE_DATE {
            @Override
            void prepare(TestOffice office, long contract) {
                office.contracts
                        .moveBaseDate(MARIA, contract, null, LocalDate.parse("2026-04-01"), "a mistake")
                        .orThrow();
                lapsedOnTheNinthOfMarch(office, contract);
            }

            @Override
            void write(TestOffice office, long contract) {
                office.contracts
                        .moveBaseDate(MARIA, contract, null, BASE, "as before")
                        .orThrow();
            }
        },
        PROTECTION_TAKEN_AWAY {
            @Override
            void prepare(TestOffice office, long contract) {
                protect(office, contract, LocalDate.parse("2026-06-30"));
                lapsedOnTheNinthOfMarch(office, contract);
            }

            @Override
            void write(TestOffice office, long contract) {
                protect(office, contract, null);
            }

            private void protect(TestOffice office, long contract, @Nullable LocalDate until) {
                office.contracts
                        .protect(MARIA, contract, null, until, until, "asked")
                        .orThrow();
            }
        },
        RESTRICTED_AGAIN {
            @Override
            void prepare(TestOffice office, long contract) {
                office.contracts
                        .restrict(
                                MARIA, contract, null, new Restriction(AutomaticRestriction.NEVER, null, "a hospital"))
                        .orThrow();
                lapsedOnTheNinthOfMarch(office, contract);
            }

            @Override
            void write(TestOffice office, long contract) {
                office.contracts
                        .restrict(MARIA, contract, null, Restriction.NORMAL)
                        .orThrow();
            }
        },
        AN_OLDER_PAID_UNTIL {
            @Override
            void prepare(TestOffice office, long contract) {
                office.access.on(
                        contract,
                        office.clock.instant(),
                        _ -> office.sql.update("update contract set money_source = 'ERP' where id = ?", contract));
                push(office, contract, "2026-04-30");
            }

            @Override
            void write(TestOffice office, long contract) {
                office.clock.advance(Duration.ofSeconds(1));
                push(office, contract, "2026-03-09");
            }

            private void push(TestOffice office, long contract, String paidUntil) {
                var told = new ErpStanding(
                        contract, LocalDate.parse(paidUntil), LocalDate.parse("2026-03-10"), office.clock.instant());
                assertThat(office.erp.push(MARIA, List.of(told)).orThrow())
                        .containsExactly(Outcome.done(ErpFeed.Taken.WRITTEN));
            }
        },
        REACTIVATED {
            @Override
            void prepare(TestOffice office, long contract) {
                office.contracts.cancel(MARIA, contract, null, "moves away").orThrow();
                lapsedOnTheNinthOfMarch(office, contract);
            }

            @Override
            void write(TestOffice office, long contract) {
                office.contracts.reactivate(MARIA, contract, null).orThrow();
            }
        };

        /** The contract is active then, or cancelled. */
        abstract void prepare(TestOffice office, long contract);

        abstract void write(TestOffice office, long contract);
    }

    private static void paidUntilTheNinthOfMarch(TestOffice office, long contract) {
        for (String dueOn : List.of("2026-02-10", "2026-03-10")) {
            var covered = office.monthly(contract, dueOn);
            office.payments
                    .receive(MARIA, office.payment("payment " + NUMBERS.incrementAndGet(), covered, 99_90))
                    .orThrow();
        }
    }

    private static void lapsedOnTheNinthOfMarch(TestOffice office, long contract) {
        paidUntilTheNinthOfMarch(office, contract);
        office.monthly(contract, "2026-04-10");
    }

    @ParameterizedTest
    @EnumSource
    void whatItMakesLapseRestrictsFromTheNextMidnightOnAndSaysSo(Write write) {
        long contract = written(write);

        var access = office.access(contract);

        assertThat(access.computed().level()).isEqualTo(BLOCKED);
        assertThat(access.effective().level()).isEqualTo(ACTIVE);
        assertThat(access.effective().why()).isInstanceOf(Reason.AwaitingRun.class);
        assertThat(access.effective().nextChange()).isEqualTo(MIDNIGHT);
        assertThat(access.certainTightening()).isEqualTo(MIDNIGHT);
        assertThat(office.inquiry.ofContract(contract).orElseThrow().forecast().getFirst())
                .satisfies(change -> assertThat(change.at()).isEqualTo(MIDNIGHT))
                .satisfies(change -> assertThat(change.effective()).isEqualTo(BLOCKED));
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));
        assertThat(watch(new World()).look()).as("one is not too many").isEmpty();
        office.clock.set(MIDNIGHT.minusSeconds(1));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(MIDNIGHT);
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @ParameterizedTest
    @EnumSource
    void manyOfThemAreCountedAsWhatLapsesByTheClockAndWaitForAPerson(Write write) {
        var watch = watch(new World().blast(40, 100, 1000, 1, 1000));
        var contracts = IntStream.range(0, 3).mapToObj(_ -> written(write)).toList();
        assertThat(watch.look()).as("nothing within the hour").isEmpty();
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        var freeze = watch.look().orElseThrow();

        assertThat(freeze.reason()).startsWith("3 contracts would be restricted by the clock before");
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(2)));
        assertThat(contracts).allMatch(contract -> level(contract) == ACTIVE);
        var lifted = office.freezes.lift(RITA, freeze.id(), null).orThrow();
        office.clock.set(lifted.end().plus(Duration.ofMinutes(31)));
        assertThat(contracts).allMatch(contract -> level(contract) == BLOCKED);
    }

    @Test
    void whileMoneyIsNotUpToDateNoneOfThemTightens() {
        var world = new World();
        world.agreements = List.of(new Agreement("itau-1", LocalDate.parse("2026-03-27"), List.of()));
        long contract = written(Write.A_PAYMENT_REVERSED);
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(30)));

        assertThat(watch(world).look().orElseThrow().reason())
                .startsWith("1 prepaid contracts would lapse before")
                .contains("money is not up to date (agreement itau-1: ");
        office.clock.set(MIDNIGHT.plusSeconds(60));
        assertThat(level(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void oneThatIsWrittenTooLateToBeSeenWaitsForTheMidnightAfter() {
        office.clock.set(MIDNIGHT.minus(Duration.ofMinutes(59)));
        long contract = written(Write.A_RECEIVABLE_ISSUED_LATE);

        office.clock.set(MIDNIGHT.plus(Duration.ofHours(24)).minusSeconds(1));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(24)));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void aWriteDoesNotTightenWithinAFreezeThatWasDeclaredBefore() {
        var freeze = office.freezes
                .declare(PEDRO, "the bank is late", office.clock.instant().plus(Duration.ofDays(3)))
                .orThrow();
        office.clock.advance(Duration.ofMinutes(1));
        long contract = written(Write.A_PAYMENT_REVERSED);

        office.clock.set(MIDNIGHT.plus(Duration.ofHours(30)));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.receivables
                .create(MARIA, TestOffice.monthlyDraft(contract, null, "2026-05-10"))
                .orThrow(); // what was held is not forgotten
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(freeze.endFor(contract));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void whatTheClockHasReducedStaysReducedUntilTheMidnightAtWhichAWriteBlocksIt() {
        office.clock.set(Fixtures.noon("2026-03-20"));
        long contract = office.contract(BillingMode.PREPAID);
        lapsedOnTheNinthOfMarch(office, contract);
        office.clock.set(Fixtures.noon("2026-03-25"));
        assertThat(level(contract)).as("since 21 March").isEqualTo(REDUCED);
        var february = office.receivables.list(contract, 0, 10).get(1);
        long payment = office.sql
                .first(
                        "select payment_id from payment_allocation where receivable_id = ?",
                        row -> row.bigint("payment_id"),
                        february.id())
                .orElseThrow();

        office.payments.reverse(MARIA, payment, null, "returned").orThrow();

        assertThat(level(contract)).isEqualTo(REDUCED);
        assertThat(office.facts.find(contract).orElseThrow().heldLapse())
                .isEqualTo(new HeldLapse(day("2026-03-26"), REDUCED));
        office.clock.set(MIDNIGHT.minus(Duration.ofDays(6)));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void reliefIsImmediateAndWhatLapsesAgainWaitsAgain() {
        long contract = written(Write.A_PAYMENT_REVERSED);
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(9)));
        assertThat(level(contract)).isEqualTo(BLOCKED);

        var paid = office.payments
                .receive(MARIA, office.payment("again", contract, 99_90))
                .orThrow();
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.payments.reverse(MARIA, paid.payment().id(), null, "returned").orThrow();

        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(24)));
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void afterAnExemptionThatEndsEarlyItIsActiveUntilARun() {
        long contract = office.contract(BillingMode.PREPAID);
        lapsedOnTheNinthOfMarch(office, contract);
        office.clock.set(MIDNIGHT.plus(Duration.ofHours(9)));
        assertThat(level(contract)).isEqualTo(BLOCKED);
        var exemption = office.contracts
                .exempt(MARIA, contract, office.today(), office.today().plusDays(30), "a courtesy")
                .orThrow();
        office.clock.advance(Duration.ofDays(5));

        office.contracts.endExemption(MARIA, contract, exemption.id()).orThrow();

        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.clock.advance(Duration.ofDays(5));
        assertThat(level(contract)).isEqualTo(ACTIVE);
        office.run();
        assertThat(level(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void soItIsAfterAPauseWhetherItEndsEarlyOrByItself() {
        var contracts = IntStream.range(0, 2)
                .mapToObj(_ -> office.contract(BillingMode.PREPAID))
                .toList();
        contracts.forEach(contract -> lapsedOnTheNinthOfMarch(office, contract));
        var pauses = contracts.stream()
                .map(contract -> office.contracts
                        .pause(MARIA, contract, office.today(), office.today().plusDays(6), "on a journey")
                        .orThrow())
                .toList();
        assertThat(level(contracts.getFirst())).isEqualTo(BLOCKED);
        office.clock.advance(Duration.ofDays(3));

        office.contracts
                .endPause(MARIA, contracts.getFirst(), pauses.getFirst().id())
                .orThrow();

        office.clock.advance(Duration.ofDays(8));
        assertThat(contracts).allMatch(contract -> level(contract) == ACTIVE);
        office.run();
        assertThat(contracts).allMatch(contract -> level(contract) == BLOCKED);
    }

    private long written(Write write) {
        long contract = office.contract(BillingMode.PREPAID);
        write.prepare(office, contract);
        assertThat(level(contract)).as("before").isIn(ACTIVE, REFUSED);
        write.write(office, contract);
        return contract;
    }

    private ReleaseEnds watch(World world) {
        var tightening = new ClockTightening(
                office.facts,
                office.bean(Catalogs.class),
                office.freezeBook,
                office.bean(RunPictures.class),
                _ -> {},
                world.settings,
                List.of(new FreshBankFiles(() -> world.agreements, BankingCalendar.NATIONAL, Contract.DEFAULT_ZONE)));
        return new ReleaseEnds(tightening, office.freezeBook, office.freezes, office.clock);
    }

    /** As routers are told, in a freeze or not. */
    private AccessLevel level(long contract) {
        return office.inquiry
                .ofContract(contract)
                .orElseThrow()
                .access()
                .effective()
                .level();
    }

    private static int day(String day) {
        return (int) LocalDate.parse(day).toEpochDay();
    }
}
