package net.catraca.admin.bank;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.MoneyAlarm;
import net.catraca.billing.testing.LogCapture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That money is not up to date is seen by whoever looks, and said to whoever does not. */
class MoneyFreshnessTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @BeforeEach
    void allIsUpToDate() {
        api.execute("truncate bank_agreement cascade");
        api.execute("update contract set money_source = 'LOCAL'");
        api.bean(MoneyAlarm.class).look(api.clock.instant());
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void aPixThatCannotBeBookedIsShownAndSaidOnceAndSoIsItsEnd() {
        var alarm = api.bean(MoneyAlarm.class);
        assertThat(api.as(Role.BILLING)
                        .get("/api/v1/money-freshness")
                        .expect(200)
                        .string("fresh"))
                .isEqualTo("true");
        told("E2026", "");
        try (var log = new LogCapture(MoneyAlarm.class.getName(), Level.INFO)) {
            alarm.look(api.clock.instant());
            assertThat(log.lines()).as("it may be booked in a second").isEmpty();
            api.clock.advance(Duration.ofMinutes(2));

            alarm.look(api.clock.instant());
            alarm.look(api.clock.instant());

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .startsWith("money is not up to date: pix-booking: 1 told and not booked, first E2026 at ")
                    .contains("the disk is full; until it is, runs await a second person");
            var shown = api.as(Role.BILLING).get("/api/v1/money-freshness").expect(200);
            assertThat(shown.string("fresh")).isEqualTo("false");
            assertThat(shown.string("stale/0/source")).isEqualTo("pix-booking");
            assertThat(shown.string("unbookedPix/endToEndId")).isEqualTo("E2026");
            assertThat(shown.string("unbookedPix/fault")).isEqualTo("the disk is full");

            api.execute("update pix_notice set state = 'DONE'");
            alarm.look(api.clock.instant());
            alarm.look(api.clock.instant());

            assertThat(log.lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .startsWith("money is up to date again: pix-booking (it was not since ");
        }
        assertThat(api.as(Role.BILLING).get("/api/v1/money-freshness").string("fresh"))
                .isEqualTo("true");
    }

    @Test
    void aRefundThatCannotBeBookedBringsNoMoney() {
        told("E2027", "D1");
        api.clock.advance(Duration.ofMinutes(2));

        assertThat(api.as(Role.BILLING).get("/api/v1/money-freshness").string("fresh"))
                .isEqualTo("true");
    }

    @Test
    void anErpThatFellSilentIsShownWithWhenItSpokeLast() {
        isp.contract("of-erp");
        api.execute("update contract set money_source = 'ERP', erp_as_of = '"
                + api.clock.instant().minus(Duration.ofHours(25)) + "'");

        var shown = api.as(Role.VIEWER).get("/api/v1/money-freshness").expect(200);

        assertThat(shown.string("stale/0/source")).isEqualTo("erp");
        assertThat(shown.string("feeds/0/name")).isEqualTo("erp");
        assertThat(api.bean(MoneyAlarm.class).look(api.clock.instant()))
                .anyMatch(standing -> standing.source().equals("erp") && standing.stale());
    }

    private static void told(String endToEndId, String refundId) {
        api.execute("""
                insert into bank_agreement (name, kind, daily, webhook, secret, created_at)
                values ('pix', 'PIX', false, 'HMAC', '\\x00', now())""");
        api.execute("""
                insert into pix_notice (
                    agreement_id, end_to_end_id, refund_id, amount_cents, paid_at, received_at, state, attempts, fault)
                select id, '%s', '%s', 9990, '%s', '%s', 'FAILED', 3, 'the disk is full' from bank_agreement""".formatted(endToEndId, refundId, api.clock.instant(), api.clock.instant()));
    }
}
