package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.RunScope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Months of random business: whatever people and jobs do, in whatever order, the books hold. */
class RandomBooksTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-01-12");

    private final TestOffice office = OFFICE;
    private final BookInvariants invariants = new BookInvariants(OFFICE);

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void factsAreThoseOfTheBooksAndACommitmentNeverRisesButByARun(long seed) {
        office.startAnewAtNoonOf("2026-01-12");
        var business = new Business(new Random(seed));
        for (int step = 0; step < 150; step++) {
            business.step(step);
        }
        // A seed that never tightens or never relieves would prove nothing.
        assertThat(business.rises).as("rises by runs").isPositive();
        assertThat(business.falls).as("falls by relief").isPositive();
        assertThat(business.ended).as("agreements that ended").isPositive();
    }

    private final class Business {

        private final Random random;
        private final List<Long> contracts = new ArrayList<>();
        private int rises;
        private int falls;
        private int ended;

        Business(Random random) {
            this.random = random;
            for (int i = 0; i < 3; i++) {
                contracts.add(office.contract(i == 0 ? BillingMode.PREPAID : BillingMode.POSTPAID));
            }
        }

        void step(int step) {
            var earlier = levels();
            office.clock.advance(Duration.ofHours(random.nextInt(1, 60)));
            var before = levels();
            for (int i = 0; i < contracts.size(); i++) {
                assertThat(before.get(i).stricterThan(earlier.get(i)))
                        .as("raised by the clock")
                        .isFalse();
            }
            int what = random.nextInt(40);
            long contract = contracts.get(random.nextInt(contracts.size()));
            String done = act(what, contract, step);
            var after = levels();
            for (int i = 0; i < contracts.size(); i++) {
                if (after.get(i).stricterThan(before.get(i))) {
                    assertThat(done)
                            .as("what raised the commitment in step %d", step)
                            .isEqualTo("run");
                    rises++;
                }
                falls += before.get(i).stricterThan(after.get(i)) ? 1 : 0;
                invariants.holdFor(contracts.get(i));
                neverStricterThanCommitted(contracts.get(i));
            }
        }

        private String act(int what, long contract, int step) {
            return switch (what) {
                case 0, 1, 2, 3 -> bill(contract);
                case 4, 5, 6, 7, 8, 9 -> run(contract, step);
                case 10 -> pay(office.payment("all " + step, contract, random.nextLong(1, 300_00)));
                case 11, 12 -> payOne(contract, step);
                case 13 -> reverse(contract);
                case 14 -> cancel(contract);
                case 15 -> postpone(contract);
                case 16, 17 -> release(contract, ReleaseKind.TRUST_UNLOCK);
                case 18 -> release(contract, ReleaseKind.MANUAL);
                case 19 -> endRelease(contract);
                case 20 -> pause(contract);
                case 21, 22, 23 -> agree(contract);
                case 24 -> endAgreement(contract);
                case 25 -> payInstalment(contract, step);
                case 26 -> breakLate();
                case 28, 29 -> payAnyBill(contract, step);
                case 30 -> oneOff(contract);
                case 31 -> substitute(contract);
                case 32 -> cancel(contract);
                case 33, 34, 35 -> bill(contract);
                case 36, 37 -> agree(contract);
                case 38, 39 -> endAgreement(contract);
                default -> doNotBlock(contract);
            };
        }

        private String bill(long contract) {
            office.monthly(
                    contract, office.today().plusDays(random.nextInt(-10, 10)).toString());
            return "bill";
        }

        private String run(long contract, int step) {
            var run = office.runs.preview(MARIA, RunScope.ALL).orThrow();
            office.clock.advance(Duration.ofMinutes(random.nextInt(1, 60)));
            if (random.nextInt(3) == 0) {
                payOne(contract, 1000 + step);
            }
            office.runs.commit(MARIA, run.id()).orThrow();
            return "run";
        }

        private String payOne(long contract, int step) {
            var open = office.receivables.list(contract, 0, 500).stream()
                    .filter(Receivable::isOpen)
                    .toList();
            if (!open.isEmpty()) {
                var one = open.get(random.nextInt(open.size()));
                pay(office.payment("one " + step, one, random.nextBoolean() ? 99_90 : random.nextLong(1, 120_00)));
            }
            return "pay";
        }

        /** By whichever paper lies around: paid, cancelled or replaced. */
        private String payAnyBill(long contract, int step) {
            var all = office.receivables.list(contract, 0, 500);
            if (!all.isEmpty()) {
                var one = all.get(random.nextInt(all.size()));
                pay(office.payment("any " + step, one, random.nextLong(1, 150_00)));
            }
            return "pay";
        }

        private String oneOff(long contract) {
            var due = office.today().plusDays(random.nextInt(-30, 10));
            var draft = new ReceivableDraft(
                    null,
                    contract,
                    ReceivableKind.ONE_OFF,
                    random.nextLong(2_00, 150_00),
                    0,
                    null,
                    due.minusDays(5),
                    due,
                    null,
                    null,
                    random.nextBoolean());
            office.receivables.create(MARIA, draft).orThrow();
            return "one-off";
        }

        private String substitute(long contract) {
            free(contract)
                    .filter(one -> one.kind() != ReceivableKind.RENEGOTIATED)
                    .ifPresent(one -> office.receivables.substitute(
                            MARIA,
                            one.id(),
                            null,
                            new Receivables.Substitute(
                                    random.nextLong(2_00, 150_00), 0, null, later(one.dueOn()), "random")));
            return "substitute";
        }

        private String pay(PaymentDraft draft) {
            office.payments.receive(MARIA, draft).orThrow();
            return "pay";
        }

        private String reverse(long contract) {
            var standing = office.payments.list(contract, 0, 500).stream()
                    .filter(payment -> !payment.isReversed())
                    .map(Payment::id)
                    .toList();
            if (!standing.isEmpty()) {
                office.payments
                        .reverse(MARIA, standing.get(random.nextInt(standing.size())), null, "random")
                        .orThrow();
            }
            return "reverse";
        }

        private String cancel(long contract) {
            free(contract).ifPresent(one -> office.receivables
                    .cancel(MARIA, one.id(), null, "random")
                    .orThrow());
            return "cancel";
        }

        private String postpone(long contract) {
            free(contract).ifPresent(one -> {
                var outcome = office.receivables.postpone(MARIA, one.id(), null, later(one.dueOn()), "random");
                if (outcome instanceof Outcome.Declined(var problem)) {
                    // As far as one debt gets.
                    assertThat(problem).isInstanceOf(Problem.LimitReached.class);
                }
            });
            return "postpone";
        }

        private LocalDate later(LocalDate day) {
            return day.plusDays(random.nextInt(1, 20));
        }

        /** One that no agreement holds. */
        private Optional<Receivable> free(long contract) {
            return open(contract).stream()
                    .filter(one -> one.agreement() == null || one.is(Receivable.Part.RETURNED))
                    .findFirst();
        }

        private List<Receivable> open(long contract) {
            return office.receivables.list(contract, 0, 500).stream()
                    .filter(Receivable::isOpen)
                    .toList();
        }

        private String release(long contract, ReleaseKind kind) {
            office.releases.grant(MARIA, new ReleaseRequest(contract, kind, "random", null));
            return "release";
        }

        private String endRelease(long contract) {
            office.releases.list(contract, 0, 500).stream()
                    .filter(release -> release.runsAt(office.clock.instant()))
                    .findFirst()
                    .ifPresent(release -> office.releases
                            .end(MARIA, release.id(), null, "random")
                            .orThrow());
            return "end of a release";
        }

        private String agree(long contract) {
            boolean atFirstPayment = random.nextBoolean();
            office.sql.update(
                    "update access_policy_version set agreement_relief = ?, agreements_per_debt = 5",
                    atFirstPayment ? "AT_FIRST_PAYMENT" : "AT_SIGNING");
            var today = office.today();
            boolean downOnly = random.nextInt(4) == 0;
            office.agreements.sign(
                    MARIA,
                    new AgreementDraft(
                            contract,
                            Set.of(),
                            random.nextLong(0, 20_00),
                            random.nextLong(0, 5_00),
                            random.nextInt(3) == 0 ? random.nextLong(1, 50_00) : 0,
                            null,
                            downOnly ? 1 : random.nextInt(1, 5),
                            today.plusDays(random.nextInt(0, 20)),
                            "random"));
            return "agree";
        }

        private String endAgreement(long contract) {
            office.agreements.list(contract, null, 0, 500).stream()
                    .filter(each -> each.agreement().state().isStanding())
                    .findFirst()
                    .ifPresent(each -> {
                        long id = each.agreement().id();
                        var ended = random.nextBoolean()
                                ? office.agreements.breakByHand(MARIA, id, null, "random")
                                : office.agreements.cancel(MARIA, id, null, "random");
                        ended.orThrow();
                        this.ended++;
                    });
            return "end of an agreement";
        }

        private String payInstalment(long contract, int step) {
            office.receivables.list(contract, 0, 500).stream()
                    .filter(each -> each.agreement() != null)
                    .skip(random.nextInt(3))
                    .findFirst()
                    .ifPresent(each -> pay(office.payment("part " + step, each, random.nextLong(1, 80_00))));
            return "pay";
        }

        private String breakLate() {
            try {
                ended += office.agreements
                        .breakLate(MARIA, office.clock.instant())
                        .broken();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "break";
        }

        private String pause(long contract) {
            var first = office.today().plusDays(random.nextInt(4));
            write(contract, """
                    insert into pause (contract_id, first_day, last_day, reason, created_by, created_at)
                    values (?, ?, ?, 'random', 'maria', ?)
                    """, contract, first, first.plusDays(random.nextInt(5)), office.clock.instant());
            return "pause";
        }

        private String doNotBlock(long contract) {
            write(
                    contract,
                    "update contract set do_not_block_until = ? where id = ?",
                    office.today().plusDays(random.nextInt(6)),
                    contract);
            return "do not block until";
        }

        private void write(long contract, String sql, Object... arguments) {
            office.access.on(contract, office.clock.instant(), write -> office.sql.update(sql, arguments));
        }

        private List<AccessLevel> levels() {
            return contracts.stream()
                    .map(contract -> office.access(contract).committed())
                    .toList();
        }

        private void neverStricterThanCommitted(long contract) {
            var access = office.access(contract);
            if (access.effective().rule().isMoney()) {
                assertThat(access.effective().level().stricterThan(access.committed()))
                        .as("tightened without a run: %s", access)
                        .isFalse();
            }
        }
    }
}
