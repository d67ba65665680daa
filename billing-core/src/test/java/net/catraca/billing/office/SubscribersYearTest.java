package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Reason;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.directory.LiveDirectory;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.release.ReleaseRequest;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.Fixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Ana's year, told once from beginning to end: books, explanation and the directory in memory always agree. Her ISP
 * reduces from 7 days late and blocks from 15, by runs.
 */
class SubscribersYearTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-01-20");

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private final TestOffice office = OFFICE;
    private final LiveDirectory directory = OFFICE.followedDirectory();
    private final long ana = OFFICE.contract(BillingMode.POSTPAID);
    private long told;

    @Test
    void moneyTightensOnlyThroughARunAndReliefIsImmediate() {
        // Much happens to one debt below; how little of it one debt gets is told elsewhere.
        office.sql.update("update access_policy_version set released_days_per_debt = 100");
        TestIsp.login(office.access, office.sql, ana, "ana", office.clock.instant());
        var february = office.monthly(ana, "2026-02-10");
        gets(ACTIVE);

        on("2026-02-26"); // 16 days late
        computed(BLOCKED);
        gets(ACTIVE);
        var preview = office.runs.preview(MARIA, RunScope.ALL).orThrow();
        assertThat(preview.totals().blocked()).isEqualTo(1);
        gets(ACTIVE);
        office.runs.commit(MARIA, preview.id()).orThrow();
        gets(BLOCKED);
        assertThat(why()).isEqualTo(new Reason.Late(LocalDate.parse("2026-02-10"), 16, 15, false, false));

        var unlock = release(ReleaseKind.TRUST_UNLOCK);
        assertThat(unlock.until()).isEqualTo(Instant.parse("2026-03-02T13:00:00Z")); // Monday at ten
        gets(ACTIVE);
        aSecondUnlockIsPossibleFrom("2026-03-28");

        office.clock.set(Objects.requireNonNull(unlock.until()).minusSeconds(1));
        gets(ACTIVE);
        office.clock.set(unlock.until()); // no job: the end stands in the facts
        gets(BLOCKED);

        on("2026-03-03");
        pay(february);
        gets(ACTIVE);
        assertThat(office.count("commitment")).isZero();
        paidUntil("2026-02-09");

        for (int month = 3; month <= 6; month++) {
            on("2026-0" + month + "-09");
            pay(office.monthly(ana, "2026-0" + month + "-10"));
        }
        paidUntil("2026-06-09");

        var july = office.monthly(ana, "2026-07-10");
        on("2026-07-27"); // 17 days late: last time's block does not come back by itself
        computed(BLOCKED);
        gets(ACTIVE);
        office.run();
        gets(BLOCKED);

        on("2026-07-28");
        var payment = pay(july);
        gets(ACTIVE);
        on("2026-07-30");
        office.payments
                .reverse(MARIA, payment.id(), payment.version(), "charged back")
                .orThrow();
        computed(BLOCKED); // days late are back, the commitment is not
        gets(ACTIVE);
        paidUntil("2026-06-09");
        on("2026-08-03");
        office.run();
        gets(BLOCKED);

        office.receivables
                .postpone(MARIA, july.id(), null, LocalDate.parse("2026-08-20"), "salary comes late")
                .orThrow();
        gets(ACTIVE);
        assertThat(office.count("commitment")).isZero();
        on("2026-08-07");
        pay(office.monthly(ana, "2026-08-10"));
        paidUntil("2026-06-09"); // July is still missing

        on("2026-09-08"); // 19 days after the postponed due date
        computed(BLOCKED);
        gets(ACTIVE);
        office.run();
        gets(BLOCKED);

        on("2026-09-09");
        var manual = release(ReleaseKind.MANUAL);
        assertThat(manual.until()).isNull();
        gets(ACTIVE);
        on("2026-09-14");
        office.runs.preview(MARIA, RunScope.ALL).orThrow();
        gets(ACTIVE);
        on("2026-09-15");
        office.run();
        gets(BLOCKED);

        on("2026-09-16");
        pay(july);
        gets(ACTIVE);
        paidUntil("2026-08-09");
        assertThat(why()).isEqualTo(new Reason.InGoodStanding(LocalDate.parse("2026-08-09")));
        new BookInvariants(office).holdFor(ana);
    }

    private void on(String day) {
        office.clock.set(Fixtures.noon(day));
    }

    /** What she gets: by the books, by the answer that the NOC reads, and by the directory that the packets read. */
    private void gets(AccessLevel level) {
        assertThat(office.effective(ana)).isEqualTo(level);
        assertThat(office.inquiry.ofLogin("ana"))
                .map(answer -> answer.access().effective().level())
                .contains(level);
        var facts = office.facts.find(ana).orElseThrow();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> directory.byLogin("ana") != null && inDirectory().version() == facts.version());
        var now = office.clock.instant();
        assertThat(AccessPolicy.answer(inDirectory(), now, now).level()).isEqualTo(level);
    }

    private ContractSnapshot inDirectory() {
        return Objects.requireNonNull(directory.byLogin("ana"), "ana").contract();
    }

    private void computed(AccessLevel level) {
        assertThat(office.access(ana).computed().level()).isEqualTo(level);
    }

    private Reason why() {
        return office.access(ana).effective().why();
    }

    private void paidUntil(String day) {
        assertThat(office.inquiry.ofContract(ana).orElseThrow().paidUntil()).isEqualTo(day);
    }

    private Payment pay(Receivable bill) {
        return office.payments
                .receive(MARIA, office.payment("pix " + ++told, bill, 99_90))
                .orThrow()
                .payment();
    }

    private Release release(ReleaseKind kind) {
        return office.releases
                .grant(MARIA, new ReleaseRequest(ana, kind, "she called", null))
                .orThrow();
    }

    private void aSecondUnlockIsPossibleFrom(String day) {
        var refused = office.releases.grant(MARIA, new ReleaseRequest(ana, ReleaseKind.TRUST_UNLOCK, "again", null));
        assertThat(refused).isInstanceOfSatisfying(Declined.class, declined -> assertThat(declined.problem())
                .isInstanceOfSatisfying(LimitReached.class, limit -> assertThat(limit.possibleFrom())
                        .isEqualTo(LocalDate.parse(day)
                                .atStartOfDay(Fixtures.SAO_PAULO)
                                .toInstant())));
    }
}
