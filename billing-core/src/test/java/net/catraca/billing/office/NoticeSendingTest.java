package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.notice.Carrier;
import net.catraca.billing.notice.Carrier.Carried;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.NoticeSettings;
import net.catraca.billing.notice.NoticeStep;
import net.catraca.billing.notice.Wording.Words;
import net.catraca.billing.receivable.AgreementDraft;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableDraft;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.store.NoticeBook;
import net.catraca.billing.store.NoticeQueue;
import net.catraca.billing.store.NoticeRules;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told of what, when, and never twice. */
class NoticeSendingTest {

    private static final TestOffice office = TestOffice.openAtNoonOf("2026-11-05");

    private final FakeCarrier carrier = new FakeCarrier();
    private final NoticeSending sending = sending(carrier);
    private long contract;

    /** Takes what it is given, unless the test says otherwise. */
    private static final class FakeCarrier implements Carrier {
        final List<String> carried = new ArrayList<>();
        Set<Channel> setUp = Set.of(Channel.values());
        Function<String, Carried> answer = _ -> new Carried.Sent("p-1");

        @Override
        public boolean carries(Channel channel) {
            return true;
        }

        @Override
        public boolean isSetUp(Channel channel) {
            return setUp.contains(channel);
        }

        @Override
        public Carried carry(Channel channel, String to, Words words, String reference) {
            carried.add(channel.kind() + " " + to + ": " + (words.subject() == null ? words.body() : words.subject()));
            return answer.apply(reference);
        }
    }

    /** As if the daemon died there: nothing catches it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private static NoticeSending sending(Carrier carrier) {
        return new NoticeSending(
                office.sql,
                office.bean(NoticeRules.class),
                office.bean(NoticeQueue.class),
                office.notices,
                office.bean(NoticeDesk.class),
                NoticeSettings.USUAL,
                BankingCalendar.NATIONAL,
                List.of(carrier),
                office.clock);
    }

    @BeforeEach
    void anIspWithOneCustomer() {
        office.sql.update("truncate notice_schedule, notice_template restart identity cascade");
        office.startAnewAtNoonOf("2026-11-05");
        office.sql.update("update access_policy_version set agreement_relief = 'AT_SIGNING'");
        office.sql.update(
                "update customer set email = 'ana@example.com', phone = '+55 11 99999-8888', language = 'PT'");
        contract = office.contract(BillingMode.POSTPAID);
    }

    @AfterAll
    static void close() {
        office.close();
    }

    private void run() throws InterruptedException {
        sending.run(office.clock.instant());
    }

    private void runAtNoonOf(String day) throws InterruptedException {
        office.clock.set(Fixtures.noon(day));
        run();
    }

    private List<String> states() {
        return office.bean(NoticeQueue.class).page(null, null, Long.MAX_VALUE, 100).reversed().stream()
                .map(due -> due.dayOffset() + " " + due.channel().kind() + " " + due.state()
                        + (due.why() == null ? "" : " " + due.why()))
                .toList();
    }

    @Test
    void whileAnAgreementWaitsForItsFirstPaymentOnlyItsInstalmentsAreToldOf() throws InterruptedException {
        office.monthly(contract, "2026-11-10");
        office.clock.set(Fixtures.noon("2026-11-12"));
        office.sql.update("update access_policy_version set agreement_relief = 'AT_FIRST_PAYMENT'");
        var agreement = office.agreements
                .sign(
                        MARIA,
                        new AgreementDraft(
                                contract, Set.of(), 0, 0, 0, null, 1, LocalDate.parse("2026-11-20"), "asked"))
                .orThrow()
                .agreements()
                .getFirst();

        for (var day = LocalDate.parse("2026-11-12");
                day.isBefore(LocalDate.parse("2026-11-28"));
                day = day.plusDays(1)) {
            runAtNoonOf(day.toString());
        }

        assertThat(carrier.carried).isNotEmpty();
        assertThat(office.bean(NoticeQueue.class).page(contract, null, Long.MAX_VALUE, 100))
                .extracting(NoticeQueue.Due::receivableId)
                .containsOnly(agreement.instalments().getFirst().id());
    }

    @Test
    void theUsualScheduleIsSentDayByDayAndEachOnce() throws InterruptedException {
        office.monthly(contract, "2026-11-10");

        for (var day = LocalDate.parse("2026-11-01");
                day.isBefore(LocalDate.parse("2026-12-10"));
                day = day.plusDays(1)) {
            runAtNoonOf(day.toString());
            run();
        }

        assertThat(carrier.carried)
                .containsExactly(
                        "email ana@example.com: Catraca: Sua fatura vence em 10/11/2026",
                        "sms +55 11 99999-8888: Catraca: Ana, sua fatura de R$ 99,90 vence em 10/11/2026.",
                        "email ana@example.com: Catraca: Sua fatura vence hoje",
                        "email ana@example.com: Catraca: Fatura em aberto há 6 dias",
                        "sms +55 11 99999-8888: Catraca: Ana, sua fatura de R$ 99,90 venceu em 10/11/2026. Evite o bloqueio"
                                + " da conexao.",
                        // The 22nd is a Sunday.
                        "email ana@example.com: Catraca: Fatura em aberto há 13 dias");
        assertThat(office.notices.page(contract, NoticeBook.Outcome.SENT, null, Long.MAX_VALUE, 100))
                .hasSize(6)
                .allSatisfy(kept -> assertThat(kept.sending()).isNotNull())
                .allSatisfy(kept -> assertThat(kept.recordedBy()).isEqualTo("system:notices"));
    }

    @Test
    void aRunMayGoByWhatWasSent() throws InterruptedException {
        Receivable bill = office.monthly(contract, "2026-11-10");
        runAtNoonOf("2026-11-10");

        assertThat(office.notices.firstOf(Map.of(bill.id(), Instant.EPOCH)))
                .containsEntry(bill.id(), Fixtures.noon("2026-11-10"));

        long id = office.notices
                .page(contract, null, null, Long.MAX_VALUE, 1)
                .getFirst()
                .id();
        office.bean(Notices.class)
                .tellOutcome(MARIA, id, NoticeBook.Outcome.BOUNCED, "no such user")
                .orThrow();

        assertThat(office.notices.firstOf(Map.of(bill.id(), Instant.EPOCH))).isEmpty();
    }

    @Test
    void whoHasPaidIsExemptPausedOrGoneIsToldNothing() throws InterruptedException {
        var paid = office.monthly(contract, "2026-11-10");
        office.payments.receive(MARIA, office.payment("p1", paid, 99_90)).orThrow();
        long exempt = office.contract(BillingMode.POSTPAID);
        office.monthly(exempt, "2026-11-10");
        office.sql.update("""
                insert into exemption (contract_id, first_day, reason, created_by, created_at)
                values (?, '2026-11-01', 'church', 'maria', ?)
                """, exempt, office.clock.instant());
        long paused = office.contract(BillingMode.POSTPAID);
        office.monthly(paused, "2026-11-10");
        office.sql.update("""
                insert into pause (contract_id, first_day, last_day, reason, created_by, created_at)
                values (?, '2026-11-05', '2026-11-30', 'journey', 'maria', ?)
                """, paused, office.clock.instant());
        long cancelled = office.contract(BillingMode.POSTPAID);
        office.monthly(cancelled, "2026-11-10");
        office.sql.update(
                "update contract set status = 'CANCELLED', cancelled_on = '2026-11-04' where id = ?", cancelled);

        run();

        assertThat(carrier.carried).isEmpty();
        assertThat(states()).isEmpty();
    }

    @Test
    void whoPaysBetweenThePlanAndTheMessageIsToldNothing() throws InterruptedException {
        var bill = office.monthly(contract, "2026-11-10");
        sending.plan(office.clock.instant());
        office.payments.receive(MARIA, office.payment("p2", bill, 99_90)).orThrow();

        run();

        assertThat(carrier.carried).isEmpty();
        assertThat(states()).containsExactly("-5 email DROPPED settled-or-cancelled");
    }

    @Test
    void aMessageToThePhoneGoesByTheOtherWayWhereOnlyThatIsSetUp() throws InterruptedException {
        carrier.setUp = Set.of(Channel.WHATSAPP);
        office.monthly(contract, "2026-11-10");
        for (var day : List.of("2026-11-05", "2026-11-09", "2026-11-10", "2026-11-16")) {
            runAtNoonOf(day);
        }

        assertThat(states()).containsExactly("-1 whatsapp SENT", "6 whatsapp SENT");
    }

    @Test
    void renegotiatedDebtIsToldToo() throws InterruptedException {
        office.upsert
                .upsert(
                        MARIA,
                        List.of(new ReceivableDraft(
                                "of another system's agreement",
                                contract,
                                ReceivableKind.RENEGOTIATED,
                                50_00,
                                0,
                                null,
                                LocalDate.parse("2026-11-01"),
                                LocalDate.parse("2026-11-10"),
                                null,
                                null,
                                true)))
                .orThrow();

        run();

        assertThat(carrier.carried).hasSize(1);
    }

    @Test
    void nobodyIsToldAtNightOrOnASunday() throws InterruptedException {
        office.monthly(contract, "2026-11-10");
        office.clock.set(Instant.parse("2026-11-05T10:59:59Z")); // 07:59:59 in São Paulo
        run();
        assertThat(carrier.carried).isEmpty();
        assertThat(states()).containsExactly("-5 email WAITING");

        office.clock.set(Instant.parse("2026-11-05T11:00:00Z"));
        run();
        assertThat(carrier.carried).hasSize(1);

        long other = office.contract(BillingMode.POSTPAID);
        office.monthly(other, "2026-11-11");
        runAtNoonOf("2026-11-08"); // a Sunday, two days after its day
        assertThat(carrier.carried).hasSize(1);
        runAtNoonOf("2026-11-09");
        assertThat(carrier.carried).hasSize(3); // that one, three days late, and the SMS of the other one's eve
    }

    @Test
    void aProviderThatIsAwayIsWaitedForAsLongAsTheNoticeMakesSense() throws InterruptedException {
        office.monthly(contract, "2026-11-10");
        carrier.answer = _ -> new Carried.Later("connection refused", true);
        for (int i = 0; i < 20; i++) {
            run();
            office.clock.set(office.clock.instant().plusSeconds(120));
        }
        assertThat(states()).containsExactly("-5 email WAITING connection refused");

        carrier.answer = _ -> new Carried.Sent(null);
        runAtNoonOf("2026-11-07");
        assertThat(states()).containsExactly("-5 email SENT");

        long other = office.contract(BillingMode.POSTPAID);
        office.monthly(other, "2026-11-17");
        carrier.answer = _ -> new Carried.Later("connection refused", true);
        runAtNoonOf("2026-11-12");
        carrier.answer = _ -> new Carried.Sent(null);
        runAtNoonOf("2026-11-16");
        assertThat(states()).contains("-5 email DROPPED connection refused; too-late", "-1 sms SENT");
    }

    @Test
    void aMessageThatIsNotTakenIsTriedFiveTimesAndThenFailed() throws InterruptedException {
        office.monthly(contract, "2026-11-10");
        carrier.answer = _ -> new Carried.Later("mailbox busy", false);

        for (int i = 0; i < 10; i++) {
            run();
            office.clock.set(office.clock.instant().plusSeconds(3600));
        }

        assertThat(carrier.carried).hasSize(5);
        assertThat(states()).containsExactly("-5 email FAILED mailbox busy");
    }

    @Test
    void aCarrierThatTakesMessagesAndIsSilentGetsThreeOfThem() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            office.monthly(office.contract(BillingMode.POSTPAID), "2026-11-10");
        }
        carrier.answer = _ -> new Carried.Unknown("no answer");
        run();

        assertThat(carrier.carried).hasSize(3);
        carrier.answer = _ -> new Carried.Sent(null);
        run();
        assertThat(states().stream().filter("-5 email SENT"::equals)).hasSize(2);
    }

    @Test
    void whatMayHaveGoneOutIsNotSentAgain() throws InterruptedException {
        office.monthly(contract, "2026-11-10");
        carrier.answer = _ -> new Carried.Unknown("no answer");
        run();
        run();
        assertThat(states()).containsExactly("-5 email UNKNOWN no answer");
        assertThat(carrier.carried).hasSize(1);

        // A daemon that dies between sending and recording.
        long other = office.contract(BillingMode.POSTPAID);
        office.monthly(other, "2026-11-10");
        carrier.answer = _ -> {
            throw new Killed();
        };
        try {
            run();
        } catch (Killed killed) {
            assertThat(states()).contains("-5 email SENDING");
        }
        carrier.answer = _ -> new Carried.Sent(null);
        office.clock.set(office.clock.instant().plusSeconds(3600));
        run();
        assertThat(states()).contains("-5 email UNKNOWN interrupted while it was being sent");
        assertThat(carrier.carried).hasSize(2);
        assertThat(office.count("notice_sent")).isZero();
    }

    @Test
    void aRefusedAddressIsOnRecordAndProvesNothing() throws InterruptedException {
        var bill = office.monthly(contract, "2026-11-10");
        carrier.answer = _ -> new Carried.Refused("550 no such user");

        run();

        assertThat(states()).containsExactly("-5 email FAILED 550 no such user");
        assertThat(office.notices.page(contract, NoticeBook.Outcome.FAILED, null, Long.MAX_VALUE, 9))
                .hasSize(1);
        assertThat(office.notices.firstOf(Map.of(bill.id(), Instant.EPOCH))).isEmpty();
    }

    @Test
    void whoHasNoAddressIsOnTheListOfThoseNotTold() throws InterruptedException {
        office.sql.update("update customer set email = null");
        office.monthly(contract, "2026-11-10");

        run();

        assertThat(states()).containsExactly("-5 email DROPPED no-address");
    }

    @Test
    void aChannelThatNobodyHasSetUpIsLeftAlone() throws InterruptedException {
        carrier.setUp = Set.of(Channel.SMS);
        office.monthly(contract, "2026-11-10");

        run();

        assertThat(states()).isEmpty();
    }

    @Test
    void aDueDateOnAHolidayCountsFromTheNextBankingDay() throws InterruptedException {
        office.monthly(contract, "2026-11-15"); // a Sunday and a holiday: day 0 is the 16th

        runAtNoonOf("2026-11-10");
        assertThat(carrier.carried).isEmpty();
        runAtNoonOf("2026-11-11");
        assertThat(carrier.carried).containsExactly("email ana@example.com: Catraca: Sua fatura vence em 16/11/2026");
    }

    @Test
    void aPostponedBillIsToldForItsNewDayButNothingTwice() throws InterruptedException {
        var bill = office.monthly(contract, "2026-11-10");
        sending.plan(office.clock.instant());
        office.sql.update("update receivable set due_on = '2026-11-24' where id = ?", bill.id());
        run();
        assertThat(states()).isEmpty();

        runAtNoonOf("2026-11-19");
        office.sql.update("update receivable set due_on = '2026-12-08' where id = ?", bill.id());
        runAtNoonOf("2026-12-03");
        assertThat(states()).containsExactly("-5 email SENT");
    }

    @Test
    void aPolicysOwnScheduleHoldsFromItsDay() throws InterruptedException {
        var desk = office.bean(NoticeDesk.class);
        desk.schedule(
                        MARIA,
                        TestIsp.POLICY,
                        LocalDate.parse("2026-11-06"),
                        List.of(new NoticeStep(-3, Channel.WHATSAPP, "before-due")))
                .orThrow();
        desk.schedule(MARIA, null, LocalDate.parse("2026-11-05"), List.of()).orThrow();
        office.monthly(contract, "2026-11-10");

        run();
        assertThat(states()).isEmpty(); // nobody is told anything, by the general one
        runAtNoonOf("2026-11-07");
        assertThat(states()).containsExactly("-3 whatsapp SENT");
        assertThat(desk.schedule(MARIA, null, LocalDate.parse("2026-11-06"), List.of()))
                .isInstanceOf(Outcome.Declined.class);
        assertThat(desk.schedule(
                        MARIA, null, LocalDate.parse("2026-12-01"), List.of(new NoticeStep(1, Channel.SMS, "nope"))))
                .isInstanceOf(Outcome.Declined.class);
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.ACTIVE);
    }
}
