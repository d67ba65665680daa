package net.catraca.admin.subscriber;

import static org.assertj.core.api.Assertions.assertThat;

import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.Subscribers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SubscriberLocksResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void locksAndLimitsAreWrittenShownLearntAndReset() {
        var noc = api.as(Role.NOC);
        var made = noc.post("/api/v1/contracts/" + isp.contract() + "/subscribers", """
                        {"login":"ana","password":"x","circuitId":"olt 1/1","simultaneousSessions":2,
                         "simultaneousPolicy":"replace-oldest",
                         "locks":{"macLock":"learn","nasIds":[3],"region":"north","port":"ge-0/1","circuit":true}}
                        """)
                .expect(201);
        assertThat(made.string("locks/macLock")).isEqualTo("learn");
        assertThat(made.string("locks/region")).isEqualTo("north");
        assertThat(made.number("locks/nasIds/0")).isEqualTo(3);
        assertThat(made.number("simultaneousSessions")).isEqualTo(2);
        assertThat(made.string("simultaneousPolicy")).isEqualTo("replace-oldest");

        assertThat(api.bean(Subscribers.class).learnMac(made.number("id"), "0011aa22bb33"))
                .isTrue();
        assertThat(noc.get("/api/v1/subscribers/ana").string("locks/mac")).isEqualTo("0011aa22bb33");
        var reset = noc.post("/api/v1/subscribers/ANA/mac-lock/reset", null).expect(200);
        assertThat(reset.text()).doesNotContain("0011aa22bb33");
        assertThat(api.strings("select action from audit_log where action like 'subscriber.%mac%' order by id"))
                .containsExactly("subscriber.learn-mac", "subscriber.reset-mac-lock");
        api.as(Role.VIEWER).post("/api/v1/subscribers/ana/mac-lock/reset", null).expectProblem(403, "forbidden");
    }

    @Test
    void aLoginWithoutALearningLockHasNothingToReset() {
        isp.contract("rui");

        assertThat(api.as(Role.NOC)
                        .post("/api/v1/subscribers/rui/mac-lock/reset", null)
                        .expectProblem(409, "conflict")
                        .string("code"))
                .isEqualTo("mac-lock-does-not-learn");
    }

    @Test
    void anNtHashIsSetInThePlaceOfAPasswordAndNeverShown() {
        var noc = api.as(Role.NOC);
        String logins = "/api/v1/contracts/" + isp.contract() + "/subscribers";
        String hash = "44EBBA8D5312B8D611474411F56989AE";

        var made = noc.post(logins, "{\"login\":\"nt\",\"ntHash\":\"0x%s\"}".formatted(hash))
                .expect(201);
        assertThat(made.string("credentialKind")).isEqualTo("nt-hash");
        assertThat(made.text()).doesNotContainIgnoringCase(hash);
        assertThat(noc.get("/api/v1/subscribers/nt").expect(200).text()).doesNotContainIgnoringCase(hash);
        assertThat(api.strings(
                        "select coalesce(before::text, '') || coalesce(after::text, '') from audit_log where subject = 'subscriber/"
                                + made.number("id") + "'"))
                .allSatisfy(entry -> assertThat(entry).doesNotContainIgnoringCase(hash));

        assertThat(noc.post(logins, "{\"login\":\"nt2\",\"ntHash\":\"0x12\"}")
                        .expect(400)
                        .text())
                .contains("32 hexadecimal digits");
        noc.post(logins, "{\"login\":\"nt2\",\"password\":\"x\",\"ntHash\":\"%s\"}".formatted(hash))
                .expect(400);
        noc.post(logins, "{\"login\":\"nt2\",\"password\":\"x\",\"credentialKind\":\"nt-hash\"}")
                .expect(400);
    }
}
