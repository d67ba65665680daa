package net.catraca.admin.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.billing.store.Sql;
import net.catraca.radius.accounting.Accounted;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.packet.Decoding;
import net.catraca.radius.packet.PacketCodec;
import net.catraca.radius.store.SessionUpkeep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that the database refused, and their way back. */
class SetAsideResourceTest {

    private static final String PATH = "/api/v1/set-aside-records";
    private static final long FIRST = (3L << 48) + 7;

    private final ApiServer api = ApiServer.start();

    @AfterEach
    void close() {
        api.close();
    }

    private void setAside(long number, byte[] payload) {
        api.bean(Sql.class).update("""
                        insert into accounting_set_aside (number, received_at, set_aside_at, reason, payload)
                        values (?, ?, ?, 'SQLException: value too long', ?)
                        """, number, api.clock.instant(), api.clock.instant(), payload);
    }

    private byte[] start(String sessionId) {
        byte[] attributes = new AttributeWriter()
                .add(AttributeType.ACCT_STATUS_TYPE, 1)
                .add(AttributeType.ACCT_SESSION_ID, sessionId)
                .add(AttributeType.USER_NAME, "maria")
                .toByteArray();
        var octets = new ByteArrayOutputStream();
        octets.writeBytes(new byte[20]);
        octets.writeBytes(attributes);
        byte[] packet = octets.toByteArray();
        packet[0] = 4;
        packet[3] = (byte) packet.length;
        return switch (PacketCodec.decode(packet)) {
            case Decoding.Decoded(var decoded) ->
                KeptRecord.of(
                                5,
                                "bras-1",
                                InetAddress.ofLiteral("192.0.2.1"),
                                api.clock.instant(),
                                Accounted.NOBODY,
                                decoded)
                        .encoded();
            case Decoding.Malformed(var why) -> throw new AssertionError(why);
        };
    }

    private void upkeep() {
        api.bean(SessionUpkeep.class).run(api.clock.instant());
    }

    @Test
    void theyAreListedWithWhatTheySayAndWhyTheyWereRefused() {
        upkeep();
        setAside(FIRST, start("81a"));
        setAside(FIRST + 1, new byte[] {9, 9});

        var list = api.as(Role.VIEWER).get(PATH + "?limit=1").expect(200);
        assertThat(list.number("items/0/id")).isEqualTo(FIRST);
        assertThat(list.number("items/0/node")).isEqualTo(3);
        assertThat(list.string("items/0/reason")).isEqualTo("SQLException: value too long");
        assertThat(list.string("items/0/login")).isEqualTo("maria");
        assertThat(list.string("items/0/acctSessionId")).isEqualTo("81a");
        assertThat(list.string("items/0/statusType")).isEqualTo("start");
        var next = api.as(Role.VIEWER)
                .get(PATH + "?limit=1&cursor=" + list.string("nextCursor"))
                .expect(200);
        assertThat(next.number("items/0/id")).isEqualTo(FIRST + 1);
        assertThat(next.text()).contains("\"login\":null");
        api.as(Role.VIEWER).get(PATH + "/" + (FIRST + 2)).expect(404);
    }

    @Test
    void whatIsRefusedAgainStaysAndWhatIsDeliveredIsASessionAgain() {
        upkeep();
        setAside(FIRST, start("81a"));
        api.execute("alter table session add constraint no_such check (acct_session_id <> '81a')");
        api.as(Role.NOC).post(PATH + "/" + FIRST + "/delivery", "{}").expect(403);

        var refused = api.as(Role.NOC_SUPERVISOR)
                .post(PATH + "/" + FIRST + "/delivery", "{}")
                .expect(200);
        assertThat(refused.text()).contains("\"delivered\":false").contains("no_such");
        var kept = api.as(Role.VIEWER).get(PATH + "/" + FIRST).expect(200);
        assertThat(kept.number("tries")).isEqualTo(1);
        assertThat(kept.string("reason")).contains("no_such");

        api.execute("alter table session drop constraint no_such");
        assertThat(api.as(Role.NOC_SUPERVISOR)
                        .post(PATH + "/" + FIRST + "/delivery", "{}")
                        .expect(200)
                        .text())
                .contains("\"delivered\":true");
        api.as(Role.VIEWER).get(PATH + "/" + FIRST).expect(404);
        assertThat(api.strings("select acct_session_id from session")).containsExactly("81a");
        assertThat(api.strings("select subject from audit_log where action = 'accounting.deliver-again'"))
                .containsExactly("accounting-record/" + FIRST, "accounting-record/" + FIRST);
    }

    @Test
    void allAreDeliveredAtOnceAndABadOneHoldsNoOtherBack() {
        upkeep();
        setAside(FIRST, start("81a"));
        setAside(FIRST + 1, new byte[] {9, 9});
        setAside(FIRST + 2, start("82b"));

        var done =
                api.as(Role.ADMIN).post(PATH + "/deliveries", "{\"afterId\":0}").expect(200);
        assertThat(done.number("delivered")).isEqualTo(2);
        assertThat(done.number("refused")).isEqualTo(1);
        assertThat(api.strings("select acct_session_id from session order by 1"))
                .containsExactly("81a", "82b");
        assertThat(api.strings("select number::text from accounting_set_aside"))
                .containsExactly(Long.toString(FIRST + 1));

        upkeep();
        assertThat(api.bean(SessionUpkeep.class).setAside()).isEqualTo(1);
        var none = api.as(Role.ADMIN)
                .post(PATH + "/deliveries", "{\"afterId\":" + (FIRST + 1) + "}")
                .expect(200);
        assertThat(none.number("delivered") + none.number("refused")).isZero();
    }
}
