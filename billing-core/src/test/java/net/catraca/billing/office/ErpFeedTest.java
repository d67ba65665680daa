package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.LongStream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.ErpFeed.Taken;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.ErpStanding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ErpFeedTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");

    private final TestOffice office = OFFICE;
    private long contract;

    @BeforeEach
    void aContractOfAnErp() {
        office.startAnewAtNoonOf("2026-03-27");
        contract = ofErp();
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void whatTheErpSaysIsAnInputToARunAndNotACommand() {
        assertThat(push("2026-02-28", "2026-03-10", now())).isEqualTo(Outcome.done(Taken.WRITTEN));

        assertThat(office.access(contract).computed().level()).isEqualTo(BLOCKED);
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);
    }

    @Test
    void thePaymentThatTheErpTellsLiftsAtOnceAndForGood() {
        push("2026-02-28", "2026-03-10", now());
        office.run();
        office.clock.advance(Duration.ofHours(1));

        push("2026-03-31", null, now());

        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        assertThat(office.count("commitment")).isZero();
        assertThat(office.facts.find(contract).orElseThrow().paidUntil()).isEqualTo("2026-03-31");
        // Next winter's debt is another one: no run has committed it.
        office.clock.set(Instant.parse("2026-07-20T15:00:00Z"));
        push("2026-06-30", "2026-06-10", now());
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void olderNewsIsPassedOver() {
        push("2026-03-31", null, now());
        long version = office.facts.find(contract).orElseThrow().version();

        assertThat(push("2026-02-28", "2026-03-10", now().minusSeconds(1))).isEqualTo(Outcome.done(Taken.PASSED_OVER));
        assertThat(push("2026-02-28", "2026-03-10", now())).isEqualTo(Outcome.done(Taken.PASSED_OVER));

        assertThat(office.facts.find(contract).orElseThrow().version()).isEqualTo(version);
        assertThat(office.access(contract).computed().level()).isEqualTo(ACTIVE);
    }

    @Test
    void ofTheSameInstantTheNewsThatRelievesHoldsWhicheverComesFirst() {
        push("2026-02-28", "2026-03-10", now());
        office.run();
        assertThat(office.effective(contract)).isEqualTo(BLOCKED);

        assertThat(push("2026-03-31", null, now())).isEqualTo(Outcome.done(Taken.WRITTEN));

        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
        assertThat(push("2026-02-28", "2026-03-10", now())).isEqualTo(Outcome.done(Taken.PASSED_OVER));
        assertThat(push("2026-03-31", null, now())).isEqualTo(Outcome.done(Taken.PASSED_OVER));
        assertThat(office.effective(contract)).isEqualTo(ACTIVE);
    }

    @Test
    void newsFromTheFutureWouldKeepTrueNewsOut() {
        assertThat(push(null, null, now().plus(Duration.ofHours(1))))
                .isEqualTo(Outcome.declined(new Invalid("asOf", "an instant no later than now")));
    }

    @Test
    void eachRowStandsForItself() {
        long local = office.contract(BillingMode.POSTPAID);
        long other = ofErp();

        var results = office.erp
                .push(
                        MARIA,
                        List.of(
                                new ErpStanding(local, null, null, now()),
                                new ErpStanding(999_999, null, null, now()),
                                new ErpStanding(contract, null, null, now()),
                                new ErpStanding(contract, null, null, now().plusSeconds(1)),
                                new ErpStanding(other, LocalDate.parse("2026-03-31"), null, now())))
                .orThrow();

        assertThat(results)
                .containsExactly(
                        Outcome.declined(new Conflict("money-source-is-local", "contract/" + local)),
                        Outcome.declined(new Unknown("contract", "999999")),
                        Outcome.done(Taken.WRITTEN),
                        Outcome.declined(new Conflict("contract-repeated", "contract/" + contract)),
                        Outcome.done(Taken.WRITTEN));
    }

    @Test
    void tooManyRowsAreDeclinedWhole() {
        var rows = LongStream.rangeClosed(0, ErpFeed.MAX_ROWS)
                .mapToObj(id -> new ErpStanding(id, null, null, now()))
                .toList();

        assertThat(office.erp.push(MARIA, rows)).isEqualTo(Outcome.declined(new Invalid("rows", "at most 500")));
    }

    private long ofErp() {
        long id = office.contract(BillingMode.POSTPAID);
        office.sql.update("update contract set money_source = 'ERP' where id = ?", id);
        return id;
    }

    private Instant now() {
        return office.clock.instant();
    }

    private Outcome<Taken> push(@Nullable String paidUntil, @Nullable String oldestDueOn, Instant asOf) {
        var row = new ErpStanding(contract, day(paidUntil), day(oldestDueOn), asOf);
        return office.erp.push(MARIA, List.of(row)).orThrow().getFirst();
    }

    private static @Nullable LocalDate day(@Nullable String day) {
        return day == null ? null : LocalDate.parse(day);
    }
}
