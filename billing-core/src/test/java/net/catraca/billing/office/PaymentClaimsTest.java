package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.store.ClaimBook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaymentClaimsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");

    private final TestOffice office = OFFICE;
    private final PaymentClaims claims = OFFICE.bean(PaymentClaims.class);
    private final MoneyNews news = OFFICE.bean(MoneyNews.class);

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-27"); // a Friday
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void aReceiptHoldsRunsForTwoBankingDaysAndLetsNobodyThrough() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-10");
        office.run();

        var claim = claims.claim(MARIA, contract, 99_90, office.today(), "E123").orThrow();

        assertThat(claim.holdsUntil()).isEqualTo(Instant.parse("2026-03-31T13:00:00Z"));
        assertThat(office.effective(contract)).isEqualTo(AccessLevel.BLOCKED);
        assertThat(onItsWay(contract)).isTrue();
        office.clock.set(claim.holdsUntil());
        assertThat(onItsWay(contract)).isFalse();
    }

    @Test
    void aContractHasOneClaimAtATimeAndTwoInSixtyDays() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-10");
        var first = claims.claim(MARIA, contract, 99_90, office.today(), "one").orThrow();

        assertThat(limit(contract)).isEqualTo("payment-claim-running");
        claims.end(MARIA, contract, first.id(), null, "a false receipt").orThrow();
        assertThat(onItsWay(contract)).isFalse();
        claims.claim(MARIA, contract, 99_90, office.today(), "two").orThrow();
        office.clock.set(office.clock.instant().plus(Duration.ofDays(10)));
        assertThat(limit(contract)).isEqualTo("payment-claim-quota");
        office.clock.set(first.claimedAt().plus(Duration.ofDays(60)));
        claims.claim(MARIA, contract, 99_90, office.today(), "three").orThrow();
    }

    @Test
    void aReceiptOfTheFutureOrOfLongAgoIsRefused() {
        long contract = office.contract(BillingMode.POSTPAID);

        for (var day : List.of(office.today().plusDays(1), office.today().minusDays(11), LocalDate.EPOCH)) {
            assertThat(claims.claim(MARIA, contract, 99_90, day, "x")).isInstanceOf(Outcome.Declined.class);
        }
    }

    @Test
    void whoOwesNothingHasNothingToClaimAndUsesNoQuota() {
        long contract = office.contract(BillingMode.POSTPAID);
        var nothing = Outcome.declined(new Problem.Conflict("nothing-owed", "contract " + contract));

        assertThat(claims.claim(MARIA, contract, 99_90, office.today(), "E1")).isEqualTo(nothing);
        var bill = office.monthly(contract, "2026-03-10");
        office.payments.receive(MARIA, office.payment("p", bill, 99_90)).orThrow();
        assertThat(claims.claim(MARIA, contract, 99_90, office.today(), "E1")).isEqualTo(nothing);
        office.monthly(contract, "2026-04-10");

        claims.claim(MARIA, contract, 99_90, office.today(), "E1").orThrow();
        assertThat(office.count("payment_claim")).isOne();
    }

    private String limit(long contract) {
        return switch (claims.claim(MARIA, contract, 99_90, office.today(), "again")) {
            case Outcome.Declined<?>(Problem.LimitReached(var limit, var _, var _, var _)) -> limit;
            case Outcome.Declined<?> other -> other.toString();
            case Outcome.Done<?> done -> done.toString();
        };
    }

    private boolean onItsWay(long contract) {
        var found = news.onItsWay(List.of(contract), office.clock.instant()).get(contract);
        return found != null && found.why() == ClaimBook.Why.CLAIMED;
    }
}
