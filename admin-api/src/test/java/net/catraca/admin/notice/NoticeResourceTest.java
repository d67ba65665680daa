package net.catraca.admin.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.time.Duration;
import net.catraca.admin.outbound.OutboundSettings;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.admin.testing.Receiver;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.notice.NoticeSettings;
import net.catraca.billing.office.NoticeSending;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Notices from the API to a real SMTP server and a provider of SMS that answers HTTP. */
class NoticeResourceTest {

    private static final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private static final Receiver sms = Receiver.start();
    private static ApiServer api;
    private static Isp isp;

    @BeforeAll
    static void start() {
        mail.start();
        api = ApiServer.with(
                new MailSettings(
                        "127.0.0.1",
                        mail.getSmtp().getPort(),
                        MailSettings.Security.NONE,
                        null,
                        null,
                        "cobranca@minha.example",
                        "Minha Net",
                        Duration.ofSeconds(5)),
                new NoticeSettings(8, 20, false, "Minha Net", "https://minha.example/f/{receivable}"),
                new OutboundSettings(true, Duration.ofSeconds(2)));
        isp = Isp.on(api);
    }

    @AfterAll
    static void stop() {
        api.close();
        sms.close();
        mail.stop();
    }

    private static JobReport run() throws InterruptedException {
        return api.bean(NoticeSending.class).run(api.clock.instant());
    }

    @Test
    void aNoticeIsScheduledWordedSentRecordedAndMayBounce() throws Exception {
        var admin = api.as(Role.ADMIN);
        admin.put("/api/v1/notice-providers/sms", """
                        {"url":"%s","method":"post","contentType":"json",
                         "body":"{\\"to\\":\\"{{digits}}\\",\\"message\\":\\"{{text}}\\",\\"ref\\":\\"{{reference}}\\"}",
                         "success":[202],"idPointer":"/messages/0/id","active":true,
                         "headers":[{"name":"Authorization","value":"Bearer of-the-provider"}]}
                        """.formatted(sms.url("/v1/messages")))
                .expect(200);
        assertThat(admin.get("/api/v1/notice-providers").expect(200).text()).doesNotContain("of-the-provider");
        assertThat(api.strings("select body || coalesce(url, '') from notice_provider"))
                .noneMatch(it -> it.contains("of-the"));
        assertThat(api.strings("select coalesce(before::text, '') || coalesce(after::text, '') from audit_log"))
                .noneMatch(it -> it.contains("of-the-provider"));
        sms.answering((_, reply) -> reply.send(202, "{\"messages\":[{\"id\":\"m-1\"}]}"));
        var customer = admin.post("/api/v1/customers", """
                        {"name":"João \\"Jo\\" Silva","taxId":"111.444.777-35","email":"joao@example.com",
                         "phone":"+55 (11) 98888-7777","language":"en"}
                        """).expect(201);
        assertThat(customer.string("language")).isEqualTo("en");
        long contract = api.as(Role.BILLING)
                .post("/api/v1/contracts", """
                        {"customerId":%d,"planId":%d,"billingMode":"postpaid","financialBaseDate":"2026-01-10",
                         "signedOn":"2026-01-10","activatedOn":"2026-01-10"}
                        """.formatted(customer.number("id"), isp.plan))
                .expect(201)
                .number("id");
        long bill = isp.owe(contract, 6); // due on Tuesday the 17th

        var preview = api.as(Role.VIEWER)
                .post(
                        "/api/v1/contracts/" + contract + "/notice-preview",
                        "{\"template\":\"overdue\",\"channel\":\"email\"}")
                .expect(200);
        assertThat(preview.string("subject")).isEqualTo("Minha Net: A bill is 6 days overdue");
        assertThat(preview.string("to")).isEqualTo("j***@example.com");
        assertThat(preview.string("html")).contains("https://minha.example/f/" + bill);

        run();
        run();

        assertThat(mail.waitForIncomingEmail(5_000, 1)).isTrue();
        assertThat(mail.getReceivedMessages()).hasSize(1);
        assertThat(mail.getReceivedMessages()[0].getSubject()).isEqualTo("Minha Net: A bill is 6 days overdue");
        assertThat(sms.requests).hasSize(1);
        var request = sms.requests.getFirst();
        assertThat(request.headers()).containsEntry("authorization", "Bearer of-the-provider");
        assertThat(request.body())
                .startsWith("{\"to\":\"5511988887777\",\"message\":\"Minha Net: João, your bill of R$ 99.90 was due");
        var sent = api.as(Role.VIEWER)
                .get("/api/v1/notices?contractId=" + contract)
                .expect(200);
        assertThat(sent.text()).contains("***7777").contains("j***@example.com").doesNotContain("joao@");
        var found = api.as(Role.VIEWER).get("/api/v1/notices?providerId=m-1").expect(200);
        assertThat(found.string("items/0/kind")).isEqualTo("sms");
        long id = found.number("items/0/id");

        api.as(Role.NOC)
                .post("/api/v1/notices/" + id + "/outcome", "{\"outcome\":\"bounced\"}")
                .expect(403);
        api.as(Role.BILLING)
                .post("/api/v1/notices/" + id + "/outcome", "{\"outcome\":\"bounced\",\"why\":\"no such number\"}")
                .expect(200);
        assertThat(api.as(Role.VIEWER)
                        .get("/api/v1/notices?outcome=bounced")
                        .expect(200)
                        .string("items/0/why"))
                .isEqualTo("no such number");
        assertThat(api.as(Role.VIEWER)
                        .get("/api/v1/notice-queue?state=sent&contractId=" + contract)
                        .expect(200)
                        .json()
                        .get("items")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void wordsAreWrittenInVersionsAndChecked() {
        var billing = api.as(Role.BILLING);
        var path = "/api/v1/notice-templates/friendly/whatsapp/pt";

        assertThat(billing.put(path, "{\"body\":\"Oi {{firstName}}\"}")
                        .expect(200)
                        .number("version"))
                .isEqualTo(1);
        assertThat(billing.put(path, "{\"body\":\"Olá {{firstName}}\"}")
                        .expect(200)
                        .number("version"))
                .isEqualTo(2);
        billing.put(path, "{\"body\":\"Oi {{fristName}}\"}").expectProblem(400, "invalid-request");
        billing.put(path, "{\"body\":\"Oi\",\"subject\":\"x\"}").expectProblem(400, "invalid-request");
        billing.put(
                        "/api/v1/notice-templates/friendly/email/pt",
                        "{\"subject\":\"a\",\"body\":\"b\",\"html\":\"{{{customer}}}\"}")
                .expectProblem(400, "invalid-request");
        assertThat(api.as(Role.VIEWER)
                        .get("/api/v1/notice-templates")
                        .expect(200)
                        .text())
                .contains("Olá {{firstName}}")
                .doesNotContain("Oi {{firstName}}");
        api.as(Role.NOC).put(path, "{\"body\":\"x\"}").expect(403);
    }

    @Test
    void schedulesAreDatedAndMayBeTakenBackBeforeTheyBegin() {
        var billing = api.as(Role.BILLING);
        var made = billing.post("/api/v1/notice-schedules", """
                        {"policyId":%d,"effectiveFrom":"2026-12-24",
                         "steps":[{"dayOffset":-2,"channel":"email","template":"before-due"}]}
                        """.formatted(isp.policy))
                .expect(201);
        var path = "/api/v1/notice-schedules/" + made.number("id");

        assertThat(billing.get(path).expect(200).number("steps/0/dayOffset")).isEqualTo(-2);
        billing.delete(path).expect(200);
        billing.get(path).expect(404);
        billing.post("/api/v1/notice-schedules", "{\"effectiveFrom\":\"2026-11-22\",\"steps\":[]}")
                .expectProblem(400, "invalid-request");
        billing.post("/api/v1/notice-schedules", """
                        {"effectiveFrom":"2026-12-24","steps":[{"dayOffset":1,"channel":"sms","template":"nope"}]}
                        """).expectProblem(400, "invalid-request");
        var today = billing.post("/api/v1/notice-schedules", """
                        {"policyId":%d,"effectiveFrom":"2026-11-23",
                         "steps":[{"dayOffset":6,"channel":"email","template":"overdue"},
                                  {"dayOffset":6,"channel":"sms","template":"overdue"}]}
                        """.formatted(isp.policy))
                .expect(201);
        billing.delete("/api/v1/notice-schedules/" + today.number("id")).expectProblem(409, "conflict");
    }
}
