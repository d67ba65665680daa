package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.catraca.billing.bank.FileNumbers;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.TestOffice.World;
import net.catraca.billing.payment.ErpStanding;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.run.AccessRun;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.BankAgreements.Agreement;
import net.catraca.billing.run.Objection;
import net.catraca.billing.run.Place;
import net.catraca.billing.run.RunRow;
import net.catraca.billing.run.RunRow.DropReason;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.run.RunSettings.Times;
import net.catraca.billing.run.UnmatchedPayments.Unmatched;
import net.catraca.billing.store.NoticeBook;
import net.catraca.billing.store.NoticeBook.Notice;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Under a policy that reduces from 7 days late and blocks from 15, on Tuesday, 31 March 2026. Pedro and Rita are
 * persons, Maria is a job.
 */
class RunGuardsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private final TestOffice office = OFFICE;
    private final World world = new World();
    private AccessRuns runs = OFFICE.runs;

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-31");
        office.sql.update(
                "update access_policy_version set notice_days_before_reduce = null, notice_days_before_block = null,"
                        + " notice_reminders_count = false");
        runs = office.runs(world);
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    // Guards that skip a contract

    @Test
    void whoWasNotNoticedInTimeIsSkippedInThePreviewWithTheGuardsName() {
        demandNotice(15, 15);
        long unnoticed = lateSince("2026-03-10");
        long noticed = lateSince("2026-03-10");
        notice(noticed, "2026-03-16", NoticeBook.Outcome.SENT);

        var run = preview();

        assertThat(run.totals().skipped()).isEqualTo(1);
        assertThat(run.totals().blocked()).isEqualTo(1);
        assertThat(rows(run))
                .extracting(RunRow::contractId, RunRow::dropReason, RunRow::dropDetail)
                .containsExactly(
                        tuple(
                                unnoticed,
                                DropReason.GUARD,
                                "notice: no notice of 15 days or more is recorded of receivable "
                                        + receivable(unnoticed).id()),
                        tuple(noticed, null, null));
        commit(run);
        assertThat(office.effective(unnoticed)).isEqualTo(ACTIVE);
        assertThat(office.effective(noticed)).isEqualTo(BLOCKED);
    }

    @Test
    void aNoticeThatBouncedFailedOrIsTooYoungIsNone() {
        demandNotice(15, 15);
        long bounced = lateSince("2026-03-10");
        notice(bounced, "2026-03-11", NoticeBook.Outcome.BOUNCED);
        long failed = lateSince("2026-03-10");
        notice(failed, "2026-03-11", NoticeBook.Outcome.FAILED);
        long young = lateSince("2026-03-10");
        notice(young, "2026-03-17", NoticeBook.Outcome.DELIVERED);

        var run = preview();

        assertThat(rows(run)).extracting(RunRow::dropReason).containsOnly(DropReason.GUARD);
        assertThat(run.totals().skipped()).isEqualTo(3);
    }

    @Test
    void whatWasSentBeforeDayZeroRemindedOnly() {
        demandNotice(15, 15);
        long reminded = lateSince("2026-03-10");
        notice(reminded, "2026-03-09", NoticeBook.Outcome.SENT);
        long onTheDay = lateSince("2026-03-10");
        notice(onTheDay, "2026-03-10", NoticeBook.Outcome.SENT);

        assertThat(rows(preview()))
                .extracting(RunRow::contractId, RunRow::dropReason)
                .containsExactly(tuple(reminded, DropReason.GUARD), tuple(onTheDay, null));

        office.sql.update("update access_policy_version set notice_reminders_count = true");
        assertThat(rows(preview())).extracting(RunRow::dropReason).containsOnlyNulls();
    }

    @Test
    void aDebtThatFellDueOnASaturdayHasTheNoticeOfItsOwnDueDate() {
        demandNotice(15, 15);
        long noticed = lateSince("2026-03-07");
        notice(noticed, "2026-03-10", NoticeBook.Outcome.SENT);
        long reminded = lateSince("2026-03-07");
        notice(reminded, "2026-03-08", NoticeBook.Outcome.SENT); // day 0 is Monday, the 9th
        long ofErp = lateByErp("2026-03-07");
        noticeOfErp(ofErp, "2026-03-07", "2026-03-10");
        long remindedByErp = lateByErp("2026-03-07");
        noticeOfErp(remindedByErp, "2026-03-07", "2026-03-08");

        assertThat(rows(preview()))
                .extracting(RunRow::contractId, RunRow::dropReason)
                .containsExactly(
                        tuple(noticed, null),
                        tuple(reminded, DropReason.GUARD),
                        tuple(ofErp, null),
                        tuple(remindedByErp, DropReason.GUARD));
        commit(preview());
        assertThat(office.effective(ofErp)).isEqualTo(BLOCKED);
        assertThat(office.effective(remindedByErp)).isEqualTo(ACTIVE);
    }

    @Test
    void aNoticeOfAnotherDebtThatTheErpKeepsIsNone() {
        demandNotice(15, 15);
        long saturdays = lateByErp("2026-03-07");
        noticeOfErp(saturdays, "2026-03-09", "2026-03-10"); // of the bill of Monday, to which Saturday's moves
        long unnoticed = lateByErp("2026-03-07");

        assertThat(rows(preview()))
                .extracting(RunRow::contractId, RunRow::dropReason)
                .containsExactly(tuple(saturdays, DropReason.GUARD), tuple(unnoticed, DropReason.GUARD));
    }

    @Test
    void aNoticeOfTheOldPaperIsOneOfTheNewOneThatIsDueNoLater() {
        demandNotice(15, 15);
        long same = lateSince("2026-03-10");
        notice(same, "2026-03-11", NoticeBook.Outcome.SENT);
        writtenAnew(same, "2026-03-10");
        long later = lateSince("2026-02-10");
        notice(later, "2026-02-11", NoticeBook.Outcome.SENT);
        writtenAnew(later, "2026-03-12");

        assertThat(rows(preview()))
                .extracting(RunRow::contractId, RunRow::dropReason)
                .containsExactly(tuple(same, null), tuple(later, DropReason.GUARD));
    }

    private void writtenAnew(long contract, String dueOn) {
        var wanted = new Receivables.Substitute(99_90, 0, null, LocalDate.parse(dueOn), "lost");
        office.receivables
                .substitute(MARIA, receivable(contract).id(), null, wanted)
                .orThrow();
    }

    @Test
    void aNoticeOfAnotherReceivableDoesNotCountAndTheCommitmentRestsOnlyOnThoseThatPassed() {
        demandNotice(15, 15);
        long contract = lateSince("2026-02-10");
        notice(contract, "2026-02-12", NoticeBook.Outcome.SENT);
        var second = office.monthly(contract, "2026-03-10");

        commit(preview());
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);

        // Paying the noticed one leaves nothing for the commitment to rest on, though the other is 21 days late.
        var first = receivable(contract);
        office.payments.receive(MARIA, office.payment("p", first, 99_90)).orThrow();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void whoMayNotBeBlockedForWantOfANoticeMayBeReducedWhereThePolicyDemandsLess() {
        demandNotice(0, 15);
        long contract = lateSince("2026-03-10");
        notice(contract, "2026-03-30", NoticeBook.Outcome.SENT);

        var run = preview();

        assertThat(rows(run)).extracting(RunRow::level).containsExactly(REDUCED);
        commit(run);
        assertThat(office.effective(contract)).isEqualTo(REDUCED);
        assertThat(office.access(contract).computed().level()).isEqualTo(BLOCKED);
    }

    @Test
    void aNoticeThatIsFoundToHaveBouncedBeforeTheCommitDropsTheRow() {
        demandNotice(15, 15);
        long contract = lateSince("2026-03-10");
        notice(contract, "2026-03-11", NoticeBook.Outcome.SENT);
        var run = preview();
        office.sql.update("update notice_sent set outcome = 'BOUNCED'");

        commit(run);

        assertThat(rows(run)).extracting(RunRow::dropReason).containsExactly(DropReason.GUARD);
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void anUnmatchedPaymentOfTheSameTaxIdShieldsAllContractsOfThatPayer() {
        long contract = lateSince("2026-03-10");
        world.unmatched = List.of(new Unmatched("u-7", "52998224725", 1_00, day("2026-03-30")));

        var run = preview();

        assertThat(rows(run))
                .extracting(RunRow::contractId, RunRow::dropDetail)
                .containsExactly(tuple(contract, "unmatched-payment: unmatched payment u-7 has the same CPF or CNPJ"));
    }

    @Test
    void anUnmatchedPaymentOfTheSameAmountShieldsToo() {
        long shielded = lateSince("2026-03-10");
        world.unmatched = List.of(new Unmatched("u-8", null, 99_90, day("2026-03-30")));

        var run = preview();

        assertThat(rows(run).getFirst().dropDetail())
                .isEqualTo("unmatched-payment: unmatched payment u-8 may be for what it owes");
        commit(run);
        assertThat(office.effective(shielded)).isEqualTo(ACTIVE);
    }

    @Test
    void anUnmatchedPaymentWithTheFineAndInterestOfItsDayShieldsWhoPaysLate() {
        long shielded = lateSince("2026-02-10");
        // 49 days late: 2 % and 1 % a month come to 3,63 at most.
        world.unmatched = List.of(new Unmatched("u-1", null, 103_53, day("2026-03-31")));
        commit(preview());
        assertThat(office.effective(shielded)).isEqualTo(ACTIVE);

        world.unmatched = List.of(new Unmatched("u-2", null, 103_54, day("2026-03-31")));
        commit(preview());
        assertThat(office.effective(shielded)).isEqualTo(BLOCKED);
    }

    @Test
    void anUnmatchedPaymentOfAllThatIsOwedOrOfWhatIsLeftOfItShieldsToo() {
        long two = lateSince("2026-02-10");
        office.monthly(two, "2026-03-10");
        world.unmatched = List.of(new Unmatched("u-1", null, 205_00, day("2026-03-31")));
        commit(preview());
        assertThat(office.effective(two)).as("both, with interest").isEqualTo(ACTIVE);

        office.payments.receive(MARIA, office.payment("p1", two, 50_00)).orThrow();
        world.unmatched = List.of(new Unmatched("u-2", null, 50_50, day("2026-03-31")));
        commit(preview());
        assertThat(office.effective(two)).as("the other half, with interest").isEqualTo(ACTIVE);

        office.monthly(two, "2026-04-10");
        world.unmatched = List.of(new Unmatched("u-3", null, 252_00, day("2026-03-31")));
        commit(preview());
        assertThat(office.effective(two)).as("all, also what is not late").isEqualTo(ACTIVE);

        world.unmatched = List.of(new Unmatched("u-4", null, 130_00, day("2026-03-31")));
        commit(preview());
        assertThat(office.effective(two)).isEqualTo(BLOCKED);
    }

    @Test
    void anUnmatchedPaymentOfAnotherPayerAndAmountShieldsNobody() {
        long contract = lateSince("2026-03-10");
        world.unmatched = List.of(new Unmatched("u-9", "11144477735", 55_55, day("2026-03-30")));

        commit(preview());

        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void aClaimedPaymentShieldsWhileItsHoldRunsAlsoWhenClaimedAfterThePreview() {
        long contract = lateSince("2026-03-10");
        var run = preview();
        world.claims = Map.of(contract, office.clock.instant().plus(Duration.ofDays(2)));

        commit(run);

        assertThat(rows(run).getFirst().dropDetail()).startsWith("claimed-payment: a payment is claimed, held until");
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    // Blast radius

    @Test
    void aRunOfTooLargeAShareAwaitsASecondPerson() {
        world.blast(30, 100, 1000, 1, 1000);
        runs = office.runs(world);
        long late = lateSince("2026-03-10");
        lateSince("2026-03-10");
        office.contract(BillingMode.POSTPAID);

        var run = preview();
        assertThat(run.state()).isEqualTo(State.PREVIEW);
        assertThat(run.objections())
                .extracting(raised -> raised.objection().guard(), raised -> raised.objection()
                        .scope())
                .containsExactly(tuple("blast-radius", "all"));
        assertThat(run.objections().getFirst().objection().why()).startsWith("2 of 3 contracts");

        var stopped = commit(run);

        assertThat(stopped.state()).isEqualTo(State.AWAITING_APPROVAL);
        assertThat(office.effective(late)).isEqualTo(ACTIVE);
    }

    @Test
    void soFewContractsNeverNeedASecondPerson() {
        world.blast(30, 30, 1000, 2, 2);
        runs = office.runs(world);
        lateSince("2026-03-10");
        lateSince("2026-03-10");

        assertThat(commit(preview()).state()).isEqualTo(State.COMMITTED);
    }

    @Test
    void theShareIsCountedBehindEachNasAndInEachRegion() {
        world.blast(100, 50, 1000, 1000, 1);
        runs = office.runs(world);
        long one = lateSince("2026-03-10");
        long two = lateSince("2026-03-10");
        LongStream.range(0, 6).forEach(i -> line(office.contract(BillingMode.POSTPAID), 2, "bras-2", "norte"));
        line(one, 1, "bras-1", "sul");
        office.sql.update("update contract set region = 'sul' where id = ?", two);

        var run = preview();

        assertThat(run.objections())
                .extracting(raised -> raised.objection().scope())
                .containsExactly("region sul");
        assertThat(rows(run))
                .extracting(RunRow::place)
                .containsExactly(new Place(1L, "bras-1", "sul"), new Place(null, null, "sul"));

        line(two, 1, "bras-1", "sul");
        assertThat(preview().objections())
                .extracting(raised -> raised.objection().scope())
                .containsExactly("nas bras-1", "region sul");
    }

    @Test
    void aMultipleOfWhatIsUsualForTheBillingDayAwaitsASecondPerson() {
        world.blast(100, 100, 2, 2, 1000);
        runs = office.runs(world);
        for (String month : List.of("2026-01-12", "2026-02-12")) {
            office.clock.set(Fixtures.noon(day(month).plusDays(20).toString()));
            lateSince(month);
            commit(preview());
        }
        office.clock.set(Fixtures.noon("2026-03-31"));
        for (int i = 0; i < 3; i++) {
            lateSince("2026-03-12");
        }

        var run = preview();

        assertThat(run.objections())
                .extracting(raised -> raised.objection().scope())
                .containsExactly("all, due day 12, blocked");
        assertThat(run.objections().getFirst().objection().why()).startsWith("3 contracts, usual are 1");
    }

    @Test
    void aRunThatIsCutIntoSmallOnesIsAsLargeAsAWholeOne() {
        world.blast(30, 100, 1000, 1, 1000);
        runs = office.runs(world);
        line(lateSince("2026-03-10"), 1, "bras-1", null);
        line(lateSince("2026-03-10"), 2, "bras-2", null);
        office.contract(BillingMode.POSTPAID);

        var first = runs.preview(MARIA, new RunScope(null, 1L, null)).orThrow();
        assertThat(first.totals().rows()).isEqualTo(1);
        assertThat(commit(first).state()).isEqualTo(State.COMMITTED);
        var second = runs.preview(MARIA, new RunScope(null, 2L, null)).orThrow();

        assertThat(commit(second).state()).isEqualTo(State.AWAITING_APPROVAL);
    }

    // The second person

    @Test
    void anotherPersonApprovesAndTheRunCommits() {
        long late = awaiting(PEDRO);
        var stopped = runs.list(Long.MAX_VALUE, 1).getFirst();

        var approved =
                runs.approve(RITA, stopped.id(), null, "talked to the owner").orThrow();

        assertThat(approved.state()).isEqualTo(State.COMMITTED);
        assertThat(approved.approval())
                .isEqualTo(new AccessRun.Signature("rita", office.clock.instant(), "talked to the owner"));
        assertThat(approved.objections()).allMatch(AccessRun.Raised::approved);
        assertThat(office.effective(late)).isEqualTo(BLOCKED);
        assertThat(office.audited)
                .extracting(TestOffice.Audited::action)
                .contains("access-run.await-approval", "access-run.approve", "access-run.commit");
    }

    @Test
    void neitherTheStarterNorAJobNorWhoAskedForTheCommitApproves() {
        awaiting(PEDRO);
        long id = runs.list(Long.MAX_VALUE, 1).getFirst().id();

        assertThat(code(runs.approve(PEDRO, id, null, null))).isEqualTo("second-person-needed");
        assertThat(code(runs.approve(new Actor(" PEDRO ", 9L, null, true), id, null, null)))
                .isEqualTo("second-person-needed");
        assertThat(code(runs.approve(MARIA, id, null, null))).isEqualTo("second-person-needed");
        assertThat(code(runs.approve(new Actor("carlos", 9L, null, true), id, 99L, null)))
                .isEqualTo("stale");

        var job = runs.preview(MARIA, RunScope.ALL).orThrow();
        runs.commit(RITA, job.id()).orThrow();
        assertThat(code(runs.approve(RITA, job.id(), null, null))).isEqualTo("second-person-needed");
        assertThat(runs.approve(PEDRO, job.id(), null, null).orThrow().state()).isEqualTo(State.COMMITTED);
    }

    @Test
    void anApprovalComesTooLateFourHoursAfterThePreview() {
        long late = awaiting(PEDRO);
        long id = runs.list(Long.MAX_VALUE, 1).getFirst().id();
        office.clock.advance(Duration.ofHours(4));

        assertThat(code(runs.approve(RITA, id, null, null))).isEqualTo("run-expired");
        assertThat(office.effective(late)).isEqualTo(ACTIVE);
    }

    @Test
    void aDeclinedRunIsAbortedAndTheReasonKept() {
        long late = awaiting(PEDRO);
        long id = runs.list(Long.MAX_VALUE, 1).getFirst().id();

        assertThat(runs.decline(RITA, id, "too many").orThrow().state()).isEqualTo(State.ABORTED);
        assertThat(code(runs.approve(RITA, id, null, null))).isEqualTo("not-awaiting-approval");
        assertThat(code(runs.decline(RITA, id, "again"))).isEqualTo("not-awaiting-approval");
        assertThat(office.effective(late)).isEqualTo(ACTIVE);
        assertThat(String.valueOf(office.audited.getLast().after())).contains("too many");
    }

    @Test
    void whatAGuardSaysOnlyAfterTheApprovalNeedsAnother() {
        awaiting(PEDRO);
        long id = runs.list(Long.MAX_VALUE, 1).getFirst().id();
        world.agreements = List.of(new Agreement("itau-1", day("2026-03-27"), List.of()));

        var again = runs.approve(RITA, id, null, null).orThrow();

        assertThat(again.state()).isEqualTo(State.AWAITING_APPROVAL);
        assertThat(again.objections())
                .extracting(raised -> raised.objection().guard(), AccessRun.Raised::approved)
                .contains(tuple("money-fresh", false), tuple("blast-radius", true));
        assertThat(runs.approve(RITA, id, null, null).orThrow().state()).isEqualTo(State.COMMITTED);
    }

    // Money not fresh

    @Test
    void anAgreementThatDoesNotCoverTheLastBankingDayStopsReductionsToo() {
        long reduced = lateSince("2026-03-20");
        world.agreements = List.of(
                new Agreement("itau-1", day("2026-03-27"), List.of()),
                new Agreement("bb-1", day("2026-03-30"), List.of()));

        var run = commit(preview());

        assertThat(run.state()).isEqualTo(State.AWAITING_APPROVAL);
        assertThat(run.objections().getFirst().objection().scope()).isEqualTo("agreement itau-1");
        assertThat(run.objections().getFirst().objection().why())
                .isEqualTo("covered through 2026-03-27, and 2026-03-30 was a banking day");
        assertThat(office.effective(reduced)).isEqualTo(ACTIVE);
    }

    @Test
    void aGapInTheFilesOfAnAgreementStopsTheRun() {
        lateSince("2026-03-10");
        world.agreements = List.of(
                new Agreement("itau-1", day("2026-03-30"), List.of(FileNumbers.of(41), new FileNumbers(43, 99))));

        var run = commit(preview());

        assertThat(run.state()).isEqualTo(State.AWAITING_APPROVAL);
        assertThat(run.objections().getFirst().objection().why()).isEqualTo("files missing: 41, 43-99");
    }

    @Test
    void tooLittleReceivedOfWhatFellDueStopsTheRun() {
        world.money(50, 200_00);
        runs = office.runs(world);
        // Of what falls due on the last three banking days of a month, everybody usually pays at once.
        for (String month : List.of("2025-12-26", "2026-01-26", "2026-02-26")) {
            for (int i = 0; i < 4; i++) {
                long contract = lateSince(month);
                pay(contract, month, month + i);
            }
        }
        long late = 0;
        for (int i = 0; i < 4; i++) {
            late = lateSince("2026-03-26");
        }
        assertThat(late).isPositive();

        var run = preview();
        assertThat(run.objections())
                .extracting(raised -> raised.objection().scope())
                .containsExactly("receipts");
        assertThat(run.objections().getFirst().objection().why())
                .isEqualTo("of what fell due from 2026-03-26 to 2026-03-30, 0 % was received, usual is 100 %");

        office.sql
                .list("select id from contract order by id desc limit 3", row -> row.bigint("id"))
                .forEach(id -> pay(id, "2026-03-26", "now " + id));
        assertThat(preview().objections())
                .extracting(raised -> raised.objection().guard())
                .containsExactly("first-run-after");
    }

    @Test
    void aPixFeedThatFellSilentStopsTheRun() {
        long payer = office.contract(BillingMode.POSTPAID);
        for (int i = 0; i < 30; i++) {
            office.payments
                    .receive(MARIA, office.payment("pix " + i, payer, 1_00))
                    .orThrow();
        }
        assertThat(preview().objections()).isEmpty();
        office.clock.advance(Duration.ofHours(25));

        assertThat(preview().objections())
                .extracting(raised -> raised.objection().guard(), raised -> raised.objection()
                        .scope())
                .containsExactly(tuple("money-fresh", "pix"));
    }

    @Test
    void aDeadFeedStaysDeadUntilItIsHeardAgainOrAPersonSaysThatItHasEnded() {
        var desk = office.bean(MoneyFeedDesk.class);
        long payer = office.contract(BillingMode.POSTPAID);
        for (int i = 0; i < 40; i++) {
            // Two a day, by an ERP's posts.
            office.clock.set(Fixtures.noon("2026-03-31").plus(Duration.ofHours(12L * i)));
            office.payments
                    .receive(MARIA, new PaymentDraft("erp " + i, payer, null, 1_00, office.today(), "my-erp"))
                    .orThrow();
        }
        assertThat(stale()).isEmpty();
        office.clock.advance(Duration.ofDays(45));
        assertThat(stale()).containsExactly("my-erp");

        assertThat(desk.retire(MARIA, "my-erp", "x")).isInstanceOf(Outcome.Declined.class);
        assertThat(desk.retire(PEDRO, "another", "x"))
                .isEqualTo(Outcome.declined(new Problem.Unknown("money feed", "another")));
        desk.retire(PEDRO, "my-erp", "we use another one now").orThrow();
        assertThat(office.audited.getLast().action()).isEqualTo("money-feed.retire");
        assertThat(stale()).isEmpty();

        office.clock.advance(Duration.ofDays(1));
        for (int i = 0; i < 30; i++) {
            office.payments
                    .receive(MARIA, new PaymentDraft("again " + i, payer, null, 1_00, office.today(), "my-erp"))
                    .orThrow();
        }
        assertThat(stale()).isEmpty();
        office.clock.advance(Duration.ofDays(6));
        assertThat(stale()).containsExactly("my-erp");
        office.sql.update("truncate retired_money_feed");
    }

    @Test
    void aFeedThatSpeaksOnBankingDaysIsNotDeadOnAMonday() {
        long payer = office.contract(BillingMode.POSTPAID);
        office.clock.set(Fixtures.noon("2026-05-15")); // a Friday
        for (int i = 0; i < 30; i++) {
            office.payments
                    .receive(MARIA, new PaymentDraft("api " + i, payer, null, 1_00, office.today(), "api"))
                    .orThrow();
        }
        office.clock.set(Fixtures.noon("2026-05-18"));
        assertThat(stale()).isEmpty();
        office.clock.advance(Duration.ofMinutes(1));
        assertThat(stale()).containsExactly("api");
    }

    @Test
    void oneContractThatIsPushedDoesNotMakeAnErpAlive() {
        for (int i = 0; i < 5; i++) {
            office.sql.update(
                    "update contract set money_source = 'ERP', erp_as_of = ? where id = ?",
                    office.clock.instant().minus(Duration.ofHours(i < 2 ? 1 : 25)),
                    office.contract(BillingMode.POSTPAID));
        }
        assertThat(stale()).containsExactly("erp");
        office.sql.update("update contract set erp_as_of = ?", office.clock.instant());
        assertThat(stale()).isEmpty();
    }

    private List<String> stale() {
        return preview().objections().stream()
                .map(AccessRun.Raised::objection)
                .filter(objection -> objection.guard().equals("money-fresh"))
                .map(Objection::scope)
                .toList();
    }

    @Test
    void aPixThatIsToldAndNotBookedStopsTheRunAndARefundDoesNot() {
        office.sql.update("truncate bank_agreement cascade");
        office.sql.update("""
                insert into bank_agreement (name, kind, daily, webhook, secret, created_at)
                values ('pix', 'PIX', false, 'HMAC', '\\x00', ?)
                """, office.clock.instant());
        for (String refund : List.of("", "D1")) {
            office.sql.update("""
                    insert into pix_notice (
                        agreement_id, end_to_end_id, refund_id, amount_cents, paid_at, received_at, state, fault)
                    select id, 'E' || ?, ?, 9990, ?, ?, 'FAILED', 'the disk is full' from bank_agreement
                    """, refund, refund, office.clock.instant(), office.clock.instant());
        }
        assertThat(preview().objections()).as("it may be booked in a second").isEmpty();
        office.clock.advance(Duration.ofMinutes(2));

        assertThat(preview().objections())
                .extracting(raised -> raised.objection().scope(), raised -> raised.objection()
                        .why())
                .containsExactly(tuple(
                        "pix-booking", "1 told and not booked, first E at 2026-03-31T15:00:00Z: the disk is full"));

        office.sql.update("update pix_notice set state = 'DONE' where refund_id = ''");
        assertThat(preview().objections())
                .extracting(raised -> raised.objection().guard())
                .containsExactly("first-run-after");
        office.sql.update("truncate bank_agreement cascade");
    }

    @Test
    void anErpThatFellSilentStopsTheRun() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.sql.update(
                "update contract set money_source = 'ERP', erp_as_of = ? where id = ?",
                office.clock.instant().minus(Duration.ofHours(25)),
                contract);

        assertThat(preview().objections())
                .extracting(raised -> raised.objection().scope())
                .containsExactly("erp");
    }

    @Test
    void theFirstRunAfterStaleMoneyAwaitsASecondPersonTheNextOneDoesNot() {
        lateSince("2026-03-10");
        world.agreements = List.of(new Agreement("itau-1", day("2026-03-27"), List.of()));
        var stale = preview();
        commit(stale);
        runs.abort(PEDRO, stale.id()).orThrow();
        world.agreements = List.of(new Agreement("itau-1", day("2026-03-30"), List.of()));

        var first = commit(preview());
        assertThat(first.state()).isEqualTo(State.AWAITING_APPROVAL);
        assertThat(first.objections())
                .extracting(raised -> raised.objection().guard(), raised -> raised.objection()
                        .scope())
                .containsExactly(tuple("first-run-after", "stale-money"));
        office.clock.advance(Duration.ofMinutes(1));
        runs.approve(RITA, first.id(), null, null).orThrow();

        lateSince("2026-03-10");
        assertThat(commit(preview()).state()).isEqualTo(State.COMMITTED);
    }

    @Test
    void aRunOverOneRegionIsTheFirstAfterAFreezeForThatRegionOnly() {
        line(lateSince("2026-03-10"), 1, "bras-1", "sul");
        line(office.contract(BillingMode.POSTPAID), 2, "bras-2", "norte");
        var freeze = office.freezes
                .declare(PEDRO, "x", office.clock.instant().plus(Duration.ofHours(1)))
                .orThrow();
        office.clock.advance(Duration.ofMinutes(10));
        office.freezes.lift(RITA, freeze.id(), null).orThrow();

        var empty =
                commit(runs.preview(PEDRO, new RunScope(null, null, "norte")).orThrow());
        assertThat(empty.state()).isEqualTo(State.AWAITING_APPROVAL);
        office.clock.advance(Duration.ofMinutes(1));
        assertThat(runs.approve(RITA, empty.id(), null, null).orThrow().state()).isEqualTo(State.COMMITTED);

        assertThat(commit(runs.preview(PEDRO, new RunScope(null, 2L, "norte")).orThrow())
                        .state())
                .isEqualTo(State.COMMITTED);
        assertThat(commit(runs.preview(PEDRO, new RunScope(null, null, "sul")).orThrow())
                        .state())
                .isEqualTo(State.AWAITING_APPROVAL);
        var all = commit(preview());
        assertThat(all.state()).isEqualTo(State.AWAITING_APPROVAL);
        runs.approve(RITA, all.id(), null, null).orThrow();
        assertThat(commit(runs.preview(PEDRO, new RunScope(null, null, "sul")).orThrow())
                        .state())
                .isEqualTo(State.COMMITTED);
    }

    @Test
    void aScopeThatNobodyKnowsIsRefusedAndNotAnEmptyRun() {
        line(lateSince("2026-03-10"), 1, "bras-1", "sul");
        assertThat(runs.preview(PEDRO, new RunScope(null, 99L, null)))
                .isEqualTo(Outcome.declined(new Problem.Unknown("nas", 99L)));
        assertThat(runs.preview(PEDRO, new RunScope(null, 1L, "suk")))
                .isEqualTo(Outcome.declined(new Problem.Unknown("region", "suk")));
        assertThat(runs.preview(PEDRO, new RunScope(99L, null, null)))
                .isEqualTo(Outcome.declined(new Problem.Unknown("plan", 99L)));
    }

    @Test
    void aRunThatWasPreviewedWhileMoneyWasStaleStillAwaitsASecondPersonOnceItIsFresh() {
        lateSince("2026-03-10");
        world.agreements = List.of(new Agreement("itau-1", day("2026-03-27"), List.of()));
        var run = preview();
        world.agreements = List.of();

        assertThat(commit(run).state()).isEqualTo(State.AWAITING_APPROVAL);
        assertThat(commit(run).state()).isEqualTo(State.AWAITING_APPROVAL);
    }

    // When runs may commit

    @Test
    void noRunCommitsOnFridaysWeekendsHolidaysTheirEvesAndAtNight() {
        world.times(Times.CAREFUL);
        runs = office.runs(world);
        long late = lateSince("2026-03-10");
        for (String day : List.of("2026-04-02", "2026-04-03", "2026-04-04", "2026-04-05", "2026-04-10", "2026-04-20")) {
            office.clock.set(Fixtures.noon(day));
            assertThat(code(runs.commit(MARIA, preview().id()))).as(day).isEqualTo("outside-run-times");
        }
        office.clock.set(Fixtures.day("2026-03-31"), LocalTime.of(16, 0), Fixtures.SAO_PAULO);
        assertThat(runs.commit(MARIA, preview().id()))
                .isEqualTo(Outcome.declined(
                        new Conflict("outside-run-times", "runs may commit again from 2026-04-01T09:00:00Z")));
        office.clock.set(Fixtures.day("2026-04-01"), LocalTime.of(5, 59), Fixtures.SAO_PAULO);
        assertThat(code(runs.commit(MARIA, preview().id()))).isEqualTo("outside-run-times");
        assertThat(office.effective(late)).isEqualTo(ACTIVE);
        office.clock.set(Fixtures.day("2026-04-01"), LocalTime.of(6, 0), Fixtures.SAO_PAULO);
        assertThat(commit(preview()).state()).isEqualTo(State.COMMITTED);
    }

    // Roll-back

    @Test
    void rollBackLiftsExactlyWhatTheRunStillHolds() {
        long held = lateSince("2026-03-10");
        long paid = lateSince("2026-03-10");
        long other = lateSince("2026-03-10");
        var run = preview();
        office.sql.update("update contract set automatic_restriction = 'NEVER' where id = ?", other);
        commit(run);
        pay(paid, "2026-03-31", "paid");

        var rolled = runs.rollBack(PEDRO, run.id(), "the wrong file").orThrow();

        assertThat(rolled.state()).isEqualTo(State.ROLLED_BACK);
        assertThat(rolled.rollback())
                .isEqualTo(new AccessRun.Signature("pedro", office.clock.instant(), "the wrong file"));
        assertThat(office.effective(held)).isEqualTo(ACTIVE);
        assertThat(office.access(held).computed().level()).isEqualTo(BLOCKED);
        assertThat(rolled.totals().lifted()).isBetween(1, 2);
        assertThat(runs.rollBack(PEDRO, run.id(), "again").orThrow()).isEqualTo(rolled);
        assertThat(code(runs.commit(MARIA, run.id()))).isEqualTo("run-rolled-back");
    }

    @Test
    void rollBackReturnsToWhatAnEarlierRunHadCommittedAndNeverTightens() {
        long raised = lateSince("2026-03-20");
        long lightened = lateSince("2026-03-20");
        commit(preview());
        assertThat(office.effective(raised)).isEqualTo(REDUCED);
        office.clock.advance(Duration.ofDays(8));
        var run = commit(preview());
        assertThat(office.effective(raised)).isEqualTo(BLOCKED);
        // What the first run rested on is paid meanwhile, and nothing of either is left.
        pay(lightened, "2026-04-08", "paid");

        runs.rollBack(PEDRO, run.id(), "too early").orThrow();

        assertThat(office.effective(raised)).isEqualTo(REDUCED);
        assertThat(office.effective(lightened)).isEqualTo(ACTIVE);
    }

    @Test
    void whatALaterRunHasRaisedIsNotTouched() {
        long contract = lateSince("2026-03-20");
        var first = commit(preview());
        office.clock.advance(Duration.ofDays(8));
        commit(preview());

        runs.rollBack(PEDRO, first.id(), "x").orThrow();

        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void onlyWhatWasCommittedCanBeRolledBack() {
        lateSince("2026-03-10");
        var run = preview();
        assertThat(code(runs.rollBack(PEDRO, run.id(), "x"))).isEqualTo("run-not-committed");
        runs.abort(PEDRO, run.id()).orThrow();
        assertThat(runs.rollBack(PEDRO, run.id(), "x").orThrow().state()).isEqualTo(State.ROLLED_BACK);
    }

    @Test
    void aRollBackThatWasKilledGoesOnWhereItStopped() {
        var contracts = LongStream.range(0, 5).map(i -> lateSince("2026-03-10")).toArray();
        var run = commit(preview());
        var batches = new AtomicInteger();
        var killed = office.runs((actor, action, subject, before, after, at) -> {
            if (action.equals("access-run.rollback-batch") && batches.incrementAndGet() == 2) {
                throw new IllegalStateException("killed");
            }
        });
        assertThatThrownBy(() -> killed.rollBack(PEDRO, run.id(), "x")).hasMessageContaining("killed");
        assertThat(runs.find(run.id()).orElseThrow().totals().lifted()).isEqualTo(2);

        assertThat(runs.resumeInterrupted()).isEqualTo(1);

        assertThat(runs.find(run.id()).orElseThrow().state()).isEqualTo(State.ROLLED_BACK);
        assertThat(LongStream.of(contracts).mapToObj(office::effective)).containsOnly(ACTIVE);
    }

    // Scope and comparison

    @Test
    void aRunOfARegionOrANasLeavesTheOthersAlone() {
        long south = lateSince("2026-03-10");
        line(south, 1, "bras-1", "sul");
        long north = lateSince("2026-03-10");
        line(north, 2, "bras-2", "norte");
        lateSince("2026-03-10");

        assertThat(rows(runs.preview(MARIA, new RunScope(null, null, "sul")).orThrow()))
                .extracting(RunRow::contractId)
                .containsExactly(south);
        assertThat(rows(runs.preview(MARIA, new RunScope(null, 2L, null)).orThrow()))
                .extracting(RunRow::contractId)
                .containsExactly(north);
        assertThat(runs.preview(MARIA, new RunScope(null, 2L, "sul"))
                        .orThrow()
                        .totals()
                        .rows())
                .isZero();
    }

    @Test
    void thePreviewTellsWhoIsGoneSinceTheLastRun() {
        long gone = lateSince("2026-03-10");
        commit(preview());
        pay(gone, "2026-03-31", "paid");
        lateSince("2026-03-10");

        var run = preview();

        assertThat(run.totals().sinceLastRun()).isEqualTo(1);
        assertThat(run.totals().goneSinceLastRun()).isEqualTo(1);
    }

    /** A run of two that a person started and that awaits another one; returns one of the contracts. */
    private long awaiting(Actor starter) {
        world.blast(30, 100, 1000, 1, 1000);
        runs = office.runs(world);
        long late = lateSince("2026-03-10");
        lateSince("2026-03-10");
        var run = runs.preview(starter, RunScope.ALL).orThrow();
        assertThat(runs.commit(starter, run.id()).orThrow().state()).isEqualTo(State.AWAITING_APPROVAL);
        return late;
    }

    private void demandNotice(@Nullable Integer beforeReduce, @Nullable Integer beforeBlock) {
        office.sql.update(
                "update access_policy_version set notice_days_before_reduce = ?, notice_days_before_block = ?",
                beforeReduce,
                beforeBlock);
    }

    private void notice(long contract, String sentOn, NoticeBook.Outcome outcome) {
        office.notices.insert(
                new Notice(contract, receivable(contract).id(), null, "email", Fixtures.noon(sentOn), outcome), "test");
    }

    /** A contract of which an ERP tells no more than the oldest due date. */
    private long lateByErp(String dueOn) {
        long contract = office.contract(BillingMode.POSTPAID);
        office.access.on(
                contract,
                office.clock.instant(),
                _ -> office.sql.update("update contract set money_source = 'ERP' where id = ?", contract));
        var told = new ErpStanding(contract, null, day(dueOn), office.clock.instant());
        office.erp.push(MARIA, List.of(told)).orThrow();
        return contract;
    }

    private void noticeOfErp(long contract, String dueOn, String sentOn) {
        office.bean(Notices.class)
                .record(
                        MARIA,
                        new Notice(contract, null, day(dueOn), "email", Fixtures.noon(sentOn), NoticeBook.Outcome.SENT))
                .orThrow();
    }

    /** The contract's oldest. */
    private Receivable receivable(long contract) {
        return office.receivables.list(contract, 0, 10).getFirst();
    }

    private void line(long contract, long nas, String name, @Nullable String region) {
        office.sql.update("""
                insert into contract_line (contract_id, nas_id, nas_name, region, last_seen_at) values (?, ?, ?, ?, ?)
                """, contract, nas, name, region, office.clock.instant());
    }

    private long lateSince(String day) {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, day);
        return contract;
    }

    private void pay(long contract, String paidOn, String externalId) {
        office.payments
                .receive(MARIA, new PaymentDraft(externalId, contract, null, 99_90, day(paidOn), "api"))
                .orThrow();
    }

    private AccessRun preview() {
        return runs.preview(MARIA, RunScope.ALL).orThrow();
    }

    private AccessRun commit(AccessRun run) {
        return runs.commit(MARIA, run.id()).orThrow();
    }

    private List<RunRow> rows(AccessRun run) {
        return runs.rows(run.id(), 0, 500);
    }

    private static LocalDate day(String day) {
        return LocalDate.parse(day);
    }

    private static String code(Outcome<?> outcome) {
        return switch (outcome) {
            case Declined<?>(Conflict(var code, var _)) -> code;
            case Declined<?>(Problem.Stale _) -> "stale";
            default -> outcome.toString();
        };
    }
}
