package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.NoticeBook;
import net.catraca.billing.store.WebhookBook;
import net.catraca.billing.store.WebhookBook.Attempt;
import net.catraca.billing.store.WebhookOutbox;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.webhook.WebhookEndpoint.Topic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told to webhooks is written with what happened, and handed out in order. */
class WebhookOutboxTest {

    private static final TestOffice office = TestOffice.openAtNoonOf("2026-11-24");

    private final WebhookOutbox outbox = office.bean(WebhookOutbox.class);
    private final WebhookBook book = office.bean(WebhookBook.class);

    @BeforeEach
    void anIspWithoutWebhooks() {
        office.sql.update("truncate webhook_endpoint, webhook_event, access_announced, access_recheck cascade");
        office.startAnewAtNoonOf("2026-11-24");
    }

    @AfterAll
    static void close() {
        office.close();
    }

    private long listen(Topic... topics) {
        return book.insert(
                        "erp",
                        URI.create("https://erp.example.com/"),
                        Set.of(topics),
                        true,
                        new byte[] {1},
                        office.clock.instant(),
                        "maria")
                .orElseThrow()
                .id();
    }

    private List<String> told() {
        return office.sql.list("""
                select kind || ' ' || coalesce(contract_id, 0) || ' '
                       || coalesce(data #>> '{before,level}', '') || '>' || coalesce(data #>> '{after,level}', '') as t
                  from webhook_event order by id
                """, row -> row.text("t"));
    }

    private long late(int days) {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, office.today().minusDays(days).toString());
        return contract;
    }

    @Test
    void withoutAListenerNothingIsKept() {
        long contract = late(40);
        office.run();
        office.payments.receive(MARIA, office.payment("p", contract, 99_90)).orThrow();

        assertThat(told()).isEmpty();
        assertThat(office.count("access_announced")).isZero();
    }

    @Test
    void aRunTellsEachContractThatItTightensAndItself() {
        long one = late(40);
        long other = late(8);
        late(2); // warned, which the network does not see
        listen(Topic.ACCESS, Topic.RUN);

        office.run();

        assertThat(told())
                .containsExactlyInAnyOrder(
                        "access.changed " + one + " active>blocked",
                        "access.changed " + other + " active>reduced",
                        "run.committed 0 >");
        assertThat(told()).last().isEqualTo("run.committed 0 >");

        long run = office.runs.list(Long.MAX_VALUE, 1).getFirst().id();
        office.runs.rollBack(MARIA, run, "a mistake").orThrow();
        assertThat(told())
                .contains("access.changed " + one + " blocked>active", "access.changed " + other + " reduced>active")
                .last()
                .isEqualTo("run.rolled-back 0 >");
        office.runs
                .abort(MARIA, office.runs.preview(MARIA, RunScope.ALL).orThrow().id())
                .orThrow();
        assertThat(told()).last().isEqualTo("run.aborted 0 >");
    }

    @Test
    void aPaymentIsToldBeforeTheAccessThatItChangesAndTakenBackTells() {
        long contract = late(40);
        office.run();
        listen(Topic.ACCESS, Topic.PAYMENT);

        long payment = office.payments
                .receive(MARIA, office.payment("p1", contract, 99_90))
                .orThrow()
                .payment()
                .id();
        office.payments.reverse(MARIA, payment, null, "bounced").orThrow();

        assertThat(told())
                .containsExactly(
                        "payment.booked " + contract + " blocked>active",
                        "access.changed " + contract + " blocked>active",
                        "payment.reversed " + contract + " active>active");
    }

    @Test
    void whatIsRolledBackIsNotTold() {
        long contract = late(40);
        office.run();
        listen(Topic.ACCESS, Topic.PAYMENT);

        try {
            office.sql.inTransaction(() -> {
                office.payments
                        .receive(MARIA, office.payment("p2", contract, 99_90))
                        .orThrow();
                throw new IllegalStateException("no");
            });
        } catch (IllegalStateException expected) {
            assertThat(told()).isEmpty();
        }
    }

    @Test
    void aNewVersionOfAPolicyAndTheClockAreFoundByALook() {
        long contract = office.contract(BillingMode.POSTPAID);
        listen(Topic.ACCESS);
        assertThat(outbox.noteLevels(0, office.clock.instant(), 100)).contains(contract);
        assertThat(outbox.noteLevels(contract, office.clock.instant(), 100)).isEmpty();
        office.sql.update("""
                insert into pause (contract_id, first_day, reason, created_by, created_at)
                values (?, '2026-11-26', 'journey', 'maria', ?)
                """, contract, office.clock.instant());
        office.access.on(contract, office.clock.instant(), write -> true);
        assertThat(outbox.tellChangesByClock(office.clock.instant(), 100)).isZero();

        office.clock.set(Fixtures.noon("2026-11-26"));
        assertThat(outbox.tellChangesByClock(office.clock.instant(), 100)).isEqualTo(1);
        assertThat(outbox.tellChangesByClock(office.clock.instant(), 100)).isZero();

        assertThat(told()).containsExactly("access.changed " + contract + " active>blocked");
        office.sql.update("insert into access_recheck (kind, key) values ('POLICY', 1)");
        assertThat(outbox.tellChangesByClock(office.clock.instant(), 100)).isEqualTo(2); // marked, and looked at
        assertThat(told()).hasSize(1);
    }

    @Test
    void aContractThatSomebodyWritesJustNowWaitsForTheNextLook() throws Exception {
        long contract = office.contract(BillingMode.POSTPAID);
        listen(Topic.ACCESS);
        outbox.noteLevels(0, office.clock.instant(), 100);
        office.sql.update("update access_announced set check_at = ?", office.clock.instant());
        var holds = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var writer = Thread.ofVirtual()
                .start(() -> office.access.on(contract, office.clock.instant(), write -> {
                    holds.countDown();
                    try {
                        return go.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException stopped) {
                        throw new IllegalStateException(stopped);
                    }
                }));
        assertThat(holds.await(20, TimeUnit.SECONDS)).isTrue();

        assertThat(outbox.tellChangesByClock(office.clock.instant(), 100)).isZero();

        go.countDown();
        writer.join();
        // The writer has set the time of the next look anew.
        assertThat(outbox.tellChangesByClock(office.clock.instant(), 100)).isZero();
        assertThat(told()).isEmpty();
    }

    @Test
    void ofEachContractTheOldestAloneIsHandedOutAndToOneNode() {
        long one = office.contract(BillingMode.POSTPAID);
        long other = office.contract(BillingMode.POSTPAID);
        long endpoint = listen(Topic.RELEASE, Topic.ACCESS);
        for (long contract : new long[] {one, other, one, one}) {
            event(contract);
        }
        var now = office.clock.instant();
        assertThat(book.fanOut(now)).isEqualTo(4);
        assertThat(book.fanOut(now)).isZero();

        var first = book.claim(endpoint, now, 60, 10);
        assertThat(first).hasSize(2);
        assertThat(book.claim(endpoint, now, 60, 10)).isEmpty();

        book.delivered(first.getFirst(), new Attempt(now, 5, 200, null));
        book.failed(first.getLast(), new Attempt(now, 5, 500, "status 500"), now.plus(Duration.ofSeconds(5)));
        var second = book.claim(endpoint, now, 60, 10);
        assertThat(second).singleElement().satisfies(delivery -> assertThat(delivery.eventId())
                .isGreaterThan(first.getFirst().eventId()));

        // The failed one's time has come; the second of the first contract is still out.
        var third = book.claim(endpoint, now.plusSeconds(6), 60, 10);
        assertThat(third).singleElement().satisfies(delivery -> {
            assertThat(delivery.eventId()).isEqualTo(first.getLast().eventId());
            assertThat(delivery.attempt()).isEqualTo(2);
            assertThat(delivery.payload()).isEqualTo(first.getLast().payload());
        });
    }

    private void event(long contract) {
        office.sql.update(
                "insert into webhook_event (kind, topic, at, contract_id, data) values ('x', 'RELEASE', ?, ?, '{}')",
                office.clock.instant(),
                contract);
    }

    @Test
    void aNodeThatComesTooLateDecidesNothing() {
        long contract = office.contract(BillingMode.POSTPAID);
        long endpoint = listen(Topic.RELEASE);
        event(contract);
        var now = office.clock.instant();
        book.fanOut(now);
        var slow = book.claim(endpoint, now, -1, 10).getFirst(); // its lease is over at once
        var quick = book.claim(endpoint, now, 60, 10).getFirst();

        book.failed(slow, new Attempt(now, 60_000, null, "no answer"), null);

        assertThat(book.delivery(endpoint, slow.eventId()).orElseThrow().state())
                .isEqualTo(WebhookBook.State.WAITING);
        book.delivered(quick, new Attempt(now, 5, 200, null));
        assertThat(book.delivery(endpoint, slow.eventId()).orElseThrow().state())
                .isEqualTo(WebhookBook.State.DELIVERED);
        assertThat(book.attempts(endpoint, slow.eventId())).hasSize(2);
    }

    @Test
    void aBouncedNoticeAndReleasesAreTold() {
        long contract = late(40);
        office.run();
        listen(Topic.NOTICE);
        var bill = office.receivables.list(contract, 0, 1).getFirst();
        long notice = office.notices.insert(
                new NoticeBook.Notice(
                        contract, bill.id(), null, "email", office.clock.instant(), NoticeBook.Outcome.SENT),
                "test");

        office.bean(Notices.class)
                .tellOutcome(MARIA, notice, NoticeBook.Outcome.BOUNCED, "550")
                .orThrow();
        office.bean(Notices.class)
                .tellOutcome(MARIA, notice, NoticeBook.Outcome.BOUNCED, "550")
                .orThrow();

        assertThat(told()).containsExactly("notice.bounced " + contract + " >");
    }

    @Test
    void whatWasToldLongAgoIsForgottenAndWhatWaitsIsNot() throws InterruptedException {
        long contract = office.contract(BillingMode.POSTPAID);
        long endpoint = listen(Topic.RELEASE);
        event(contract);
        event(contract);
        var now = office.clock.instant();
        book.fanOut(now);
        book.delivered(book.claim(endpoint, now, 60, 1).getFirst(), new Attempt(now, 1, 200, null));

        var report = office.bean(WebhookUpkeep.class)
                .run(now.plus(WebhookUpkeep.KEPT).plusSeconds(1));

        assertThat(report).isEqualTo(JobReport.of("forgotten", 1));
        assertThat(office.count("webhook_event")).isEqualTo(1);
    }
}
