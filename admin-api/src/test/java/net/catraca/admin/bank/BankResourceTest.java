package net.catraca.admin.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.cnab.ReturnFileWriter;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.BankFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BankResourceTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);
    private static final AtomicInteger made = new AtomicInteger();

    @TempDir
    Path folder;

    @AfterAll
    static void stop() {
        api.close();
    }

    private static ApiClient billing() {
        return api.as(Role.BILLING);
    }

    private static long agreement(String name) {
        return api.as(Role.ADMIN)
                .post("/api/v1/bank-agreements", """
                        {"name":"%s","kind":"cnab","layout":"237-cnab400","number":"4711"}""".formatted(name))
                .expect(201)
                .number("agreement/id");
    }

    private static ApiAnswer pix(String name, String authentication) {
        return api.as(Role.ADMIN)
                .post("/api/v1/bank-agreements", """
                        {"name":"%s","kind":"pix","webhook":"%s"}""".formatted(name, authentication))
                .expect(201);
    }

    private static void charge(long agreement, String number, long receivable) {
        billing()
                .post("/api/v1/charges", """
                        {"agreementId":%d,%s,"receivableIds":[%d]}""".formatted(agreement, number, receivable))
                .expect(201);
    }

    private static byte[] file(long sequence, String... ourNumbers) throws IOException {
        var out = new ByteArrayOutputStream();
        var layout = Layouts.bundled().find("237-cnab400").orElseThrow();
        try (var writer = new ReturnFileWriter(out, layout, "4711", sequence, LocalDate.parse("2026-11-23"))) {
            for (String number : ourNumbers) {
                writer.movement("06", number, "", 9990, 9990, 0, LocalDate.parse("2026-11-20"), null);
            }
        }
        return out.toByteArray();
    }

    private static ApiAnswer upload(long agreement, byte[] file) {
        return billing()
                .send(
                        "POST",
                        "/api/v1/bank-agreements/" + agreement + "/files?fileName=x.ret",
                        file,
                        "application/octet-stream");
    }

    /** Money that another test has left unmatched would shield everybody of that CPF and that amount. */
    private static void runBlocks() {
        api.execute("update incoming_payment set state = 'DISMISSED' where state = 'UNMATCHED'");
        isp.run();
    }

    @Test
    void anUploadedFilePaysOnceAndItsPaymentIsTracedToTheAccessChange() throws IOException {
        long agreement = agreement("bradesco");
        long contract = isp.lateContract("by-file", 40);
        long receivable =
                billing().get("/api/v1/contracts/" + contract + "/receivables").number("items/0/id");
        charge(agreement, "\"ourNumber\":\"000.777-1\"", receivable);
        runBlocks();
        assertThat(isp.level(contract)).isEqualTo("blocked");
        byte[] file = file(1, "7771", "404");

        var report = upload(agreement, file).expect(201);

        assertThat(report.number("file/paid")).isEqualTo(1);
        assertThat(report.number("file/unmatched")).isEqualTo(1);
        assertThat(report.string("file/order")).isEqualTo("first");
        assertThat(report.string("codes/0/meaning")).isEqualTo("liquidação normal");
        assertThat(isp.level(contract)).isEqualTo("active");
        assertThat(upload(agreement, file).expect(200).string("repeated")).isEqualTo("true");

        long payment =
                billing().get("/api/v1/contracts/" + contract + "/payments").number("items/0/id");
        var trace = billing().get("/api/v1/payments/" + payment + "/trace").expect(200);
        assertThat(trace.number("incoming/line")).isEqualTo(2);
        assertThat(trace.string("file/name")).isEqualTo("x.ret");
        assertThat(trace.string("effects/0/before/effective")).isEqualTo("blocked");
        assertThat(trace.string("effects/0/after/effective")).isEqualTo("active");
        assertThat(billing()
                        .get("/api/v1/contracts/" + contract + "/payment-effects")
                        .number("0/paymentId"))
                .isEqualTo(payment);
        assertThat(billing().get("/api/v1/bank-news").string("0/coversUntil"))
                .as("the banking day before: 20 November is a holiday")
                .isEqualTo("2026-11-19");
        long fileId = report.number("file/id");
        assertThat(billing()
                        .get("/api/v1/bank-files/" + fileId + "/payments")
                        .at("items")
                        .size())
                .isEqualTo(2);

        long later = upload(agreement, file(2, "7771")).expect(201).number("file/id");
        var repeated = billing()
                .get("/api/v1/bank-files/" + later + "/payments?moneyState=repeated")
                .expect(200);
        assertThat(repeated.string("items/0/state")).isEqualTo("repeated");
        assertThat(repeated.number("items/0/repeatsId")).isEqualTo(trace.number("incoming/id"));
        billing()
                .post("/api/v1/unmatched-payments/" + repeated.number("items/0/id") + "/restoration", "")
                .expect(200);
        var waiting = billing()
                .get("/api/v1/unmatched-payments/" + repeated.number("items/0/id"))
                .expect(200);
        assertThat(waiting.string("why")).isEqualTo("possible-repetition");
    }

    @Test
    void aGapIsAcceptedByAPersonAndNumbersBeginAnew() {
        long agreement = api.as(Role.ADMIN)
                .post("/api/v1/bank-agreements", """
                        {"name":"bradesco-9","kind":"cnab","layout":"237-cnab400"}""")
                .expect(201)
                .number("agreement/id");
        for (int number : new int[] {1, 4}) {
            api.execute("""
                    insert into bank_file (agreement_id, name, sha256, octets, state, sequence, received_at, received_by,
                                           progress_at)
                    values (%d, 'a.ret', sha256('%d'), 1, 'IMPORTED', %d, timestamptz '%s', 'test', timestamptz '%s')
                    """.formatted(agreement, number, number, api.clock.instant(), api.clock.instant()));
        }
        String path = "/api/v1/bank-agreements/" + agreement;
        String gap = "{\"first\":2,\"last\":3,\"reason\":\"lost\"}";
        assertThat(news(agreement)).contains("\"missing\":[{\"first\":2,\"last\":3}]");
        billing().post(path + "/accepted-gaps", gap).expectProblem(403, "forbidden");
        api.as(Role.ADMIN).post(path + "/accepted-gaps", gap).expectProblem(409, "conflict");
        var person = api.withToken(api.bean(AccessTokens.class)
                .issue("paula", Holder.PERSON, Role.ADMIN, Duration.ofDays(30), Actor.system("test"))
                .text()
                .reveal());
        person.post(path + "/accepted-gaps", "{\"first\":3,\"last\":2,\"reason\":\"x\"}")
                .expectProblem(400, "invalid-request");
        assertThat(person.post(path + "/accepted-gaps", gap).expect(200).number("accepted/0/last"))
                .isEqualTo(3);
        assertThat(news(agreement)).contains("\"missingSequences\":0");

        long file = billing().get("/api/v1/bank-files?agreementId=" + agreement).number("items/0/id");
        assertThat(person.post(
                                path + "/numbering-restarts",
                                "{\"fromFileId\":%d,\"startsAt\":3,\"reason\":\"anew\"}".formatted(file))
                        .expect(200)
                        .number("startsAt"))
                .isEqualTo(3);
        assertThat(news(agreement)).contains("\"missing\":[{\"first\":3,\"last\":3}]");
    }

    private String news(long agreement) {
        return billing()
                .get("/api/v1/bank-news")
                .expect(200)
                .text()
                .replaceAll("(?s).*\\{\"agreementId\":" + agreement + ",", "");
    }

    @Test
    void aRefusedFileIsKeptWithItsFaultsAndSaysWhy() throws IOException {
        long agreement = agreement("refusing");
        byte[] file = file(1, "1");

        var refused = upload(agreement, java.util.Arrays.copyOf(file, file.length - 100))
                .expectProblem(409, "conflict");

        assertThat(refused.string("code")).isEqualTo("bank-file-refused");
        assertThat(refused.string("detail")).contains("line 3").contains("trailer");
        var kept = billing().get("/api/v1/bank-files?agreementId=" + agreement);
        assertThat(kept.string("items/0/state")).isEqualTo("refused");
        billing().get("/api/v1/bank-files/" + kept.number("items/0/id")).expect(200);
        upload(agreement, file).expect(201);
        upload(999_999, file).expectProblem(404, "not-found");
        api.as(Role.NOC)
                .send("POST", "/api/v1/bank-agreements/" + agreement + "/files", file, "application/octet-stream")
                .expectProblem(403, "forbidden");
    }

    @Test
    void aBrowsersFormWithAFileOfSomeMegabytesIsTaken() throws IOException {
        long agreement = agreement("form");
        String[] numbers = new String[8_000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.toString(50_000 + i);
        }
        byte[] file = file(3, numbers);
        assertThat(file.length).isGreaterThan(3_000_000);
        var body = new ByteArrayOutputStream();
        body.writeBytes("""
                --frontier
                Content-Disposition: form-data; name="file"; filename="CB.RET"
                Content-Type: application/octet-stream

                """.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
        body.writeBytes(file);
        body.writeBytes("\r\n--frontier--\r\n".getBytes(StandardCharsets.UTF_8));

        var report = billing()
                .send(
                        "POST",
                        "/api/v1/bank-agreements/" + agreement + "/file-form",
                        body.toByteArray(),
                        "multipart/form-data; boundary=frontier")
                .expect(201);

        assertThat(report.string("file/name")).isEqualTo("CB.RET");
        assertThat(report.number("file/unmatched")).isEqualTo(numbers.length);
        assertThat(upload(agreement, file).expect(200).string("repeated")).isEqualTo("true");
        api.execute("update incoming_payment set state = 'DISMISSED' where file_id = " + report.number("file/id"));
    }

    @Test
    void anAgreementIsEditedButForItsKind() {
        long id = agreement("to-be-edited");
        String path = "/api/v1/bank-agreements/" + id;
        String wanted = """
                {"name":"edited","kind":"%s","layout":"%s","number":"4712","wholeFiles":true,"daily":false}""";

        api.as(Role.ADMIN)
                .put(path, wanted.formatted("cnab", "341-cnab400"))
                .expectProblem(428, "precondition-required");
        api.as(Role.ADMIN)
                .ifMatch("\"9\"")
                .put(path, wanted.formatted("cnab", "341-cnab400"))
                .expectProblem(412, "precondition-failed");
        api.as(Role.ADMIN)
                .ifMatch("\"1\"")
                .put(path, wanted.formatted("cnab", "no-such"))
                .expectProblem(400, "invalid-request");
        api.as(Role.ADMIN).ifMatch("\"1\"").put(path, """
                {"name":"edited","kind":"pix","webhook":"hmac"}""").expectProblem(409, "conflict");
        var edited = api.as(Role.ADMIN)
                .ifMatch("\"1\"")
                .put(path, wanted.formatted("cnab", "341-cnab400"))
                .expect(200);

        assertThat(edited.string("name")).isEqualTo("edited");
        assertThat(edited.string("layout")).isEqualTo("341-cnab400");
        assertThat(edited.string("daily")).isEqualTo("false");
        assertThat(api.as(Role.ADMIN).get(path).number("version")).isEqualTo(2);
    }

    @Test
    void aPixThatIsSignedRelievesAtOnceAndOthersAreTurnedAway() throws Exception {
        String secret = pix("signed", "hmac").string("secret");
        long agreement = api.as(Role.VIEWER)
                .get("/api/v1/bank-agreements")
                .json()
                .get("items")
                .size();
        long contract = isp.lateContract("by-pix", 40);
        long receivable =
                billing().get("/api/v1/contracts/" + contract + "/receivables").number("items/0/id");
        charge(idOf("signed"), "\"txid\":\"tx1\"", receivable);
        runBlocks();
        String body = notification("E1", "tx1", "99.90", "");

        notify("signed", body, "wrong").expectProblem(401, "unauthenticated");
        notify("nobody", body, secret).expectProblem(401, "unauthenticated");
        assertThat(isp.level(contract)).isEqualTo("blocked");
        notify("signed", body, secret).expect(200);
        notify("signed", body, secret).expect(200);

        assertThat(agreement).isPositive();
        assertThat(isp.level(contract)).isEqualTo("active");
        assertThat(billing()
                        .get("/api/v1/contracts/" + contract + "/payments")
                        .at("items")
                        .size())
                .isEqualTo(1);
        notify("signed", notification("E1", "tx1", "99.90", """
                        ,"devolucoes":[{"id":"d1","valor":"99.90","status":"DEVOLVIDO"},
                                       {"id":"d2","valor":"1.00","status":"EM_PROCESSAMENTO"}]"""), secret).expect(200);
        assertThat(billing().get("/api/v1/contracts/" + contract + "/payments").string("items/0/reversal/by"))
                .isEqualTo("system:pix");
        for (String bad : new String[] {"[]", "{}", "{\"pix\":{}}", "x"}) {
            notify("signed", bad, secret).expect(400);
        }
    }

    @Test
    void aPixThatCannotBeReadIsSetAsideAndTheOthersOfItsNotificationAreBooked() throws Exception {
        String secret = pix("sloppy", "hmac").string("secret");
        long contract = isp.lateContract("by-sloppy-pix", 40);
        long receivable =
                billing().get("/api/v1/contracts/" + contract + "/receivables").number("items/0/id");
        charge(idOf("sloppy"), "\"txid\":\"sloppy1\"", receivable);
        String body = """
                {"pix":[{"endToEndId":"S1","txid":"sloppy0","valor":"1,00","horario":"2026-11-23T10:00:00.000Z"},
                        {"endToEndId":"S2","txid":"sloppy1","valor":"99.90","horario":"2026-11-23T10:00:00.000Z"},
                        {"endToEndId":"S3","txid":"sloppy3","valor":"99.90","horario":"2029-11-23T10:00:00.000Z"},
                        "nothing"]}
                """;

        notify("sloppy", body, secret).expect(200);
        notify("sloppy", body, secret).expect(200);

        assertThat(billing().get("/api/v1/contracts/" + contract + "/payments").string("items/0/externalId"))
                .isEqualTo("S2");
        var aside = billing().get("/api/v1/pix-set-aside").expect(200);
        assertThat(aside.at("items").size()).as("each once").isEqualTo(3);
        assertThat(aside.string("items/0/member")).isEqualTo("/valor");
        assertThat(aside.string("items/0/expected")).contains("99.90");
        assertThat(aside.string("items/0/element")).contains("\"S1\"").doesNotContain("S2");
        assertThat(aside.string("items/1/member")).isEqualTo("/horario");
        assertThat(aside.string("items/2/member")).isEqualTo("/endToEndId");
        String path = "/api/v1/pix-set-aside/" + aside.number("items/0/id");
        billing().get(path).expect(200);
        api.as(Role.NOC).post(path + "/settlement", "{\"reason\":\"x\"}").expectProblem(403, "forbidden");
        billing().post(path + "/settlement", "{\"reason\":\"booked by hand\"}").expect(200);
        billing().post(path + "/settlement", "{\"reason\":\"again\"}").expectProblem(409, "conflict");
        assertThat(billing().get("/api/v1/pix-set-aside").at("items").size()).isEqualTo(2);
    }

    private static long idOf(String name) {
        return Long.parseLong(api.strings("select id from bank_agreement where name = '" + name + "'")
                .getFirst());
    }

    private static String notification(String id, String txid, String amount, String more) {
        return """
                {"pix":[{"endToEndId":"%s","txid":"%s","valor":"%s","horario":"2026-11-23T10:00:00.000Z",
                  "chave":"k","infoPagador":"obrigado","componentesValor":{"original":{"valor":"%s"}}%s}]}
                """.formatted(id, txid, amount, amount, more);
    }

    private static ApiAnswer notify(String agreement, String body, String secret) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        return api.anonymous()
                .header("X-Catraca-Signature", signature)
                .post("/api/v1/pix/webhook/" + agreement + "/pix", body);
    }

    @Test
    void aPersonAssignsWhatNobodyKnewAndAClaimHoldsRuns() throws Exception {
        long agreement = agreement("unknown-numbers");
        long contract = isp.lateContract("assigned", 40);
        upload(agreement, file(1, "31415")).expect(201);
        var waiting = billing().get("/api/v1/unmatched-payments?agreementId=" + agreement);
        String path = "/api/v1/unmatched-payments/" + waiting.number("items/0/id");

        assertThat(waiting.string("items/0/why")).isEqualTo("unknown-number");
        assertThat(billing().get(path + "/candidates").json().size()).isPositive();
        billing()
                .post(path + "/assignment", "{\"shares\":[{\"contractId\":%d,\"amountCents\":1}]}".formatted(contract))
                .expectProblem(400, "invalid-request");
        var assigned = billing()
                .post(
                        path + "/assignment",
                        "{\"shares\":[{\"contractId\":%d,\"amountCents\":9990}]}".formatted(contract))
                .expect(200);
        assertThat(assigned.string("state")).isEqualTo("matched");
        billing().post(path + "/dismissal", "{\"reason\":\"x\"}").expectProblem(409, "conflict");

        String reason = "{\"reason\":\"the neighbour's\"}";
        billing().ifMatch("\"1\"").post(path + "/unassignment", reason).expectProblem(412, "precondition-failed");
        api.as(Role.NOC).post(path + "/unassignment", reason).expectProblem(403, "forbidden");
        var back = billing().post(path + "/unassignment", reason).expect(200);
        assertThat(back.string("state")).isEqualTo("unmatched");
        assertThat(back.string("why")).isEqualTo("taken-back");
        billing().post(path + "/unassignment", reason).expectProblem(409, "conflict");
        assertThat(billing()
                        .get("/api/v1/unmatched-payments?why=taken-back&agreementId=" + agreement)
                        .number("items/0/id"))
                .isEqualTo(back.number("id"));
        billing().post(path + "/dismissal", reason).expect(200);

        String claims = "/api/v1/contracts/" + contract + "/payment-claims";
        String claim = "{\"amountCents\":9990,\"paidOn\":\"2026-11-23\",\"receipt\":\"E1\"}";
        long id = api.as(Role.NOC).post(claims, claim).expect(201).number("id");
        assertThat(api.as(Role.NOC)
                        .post(claims, claim)
                        .expectProblem(409, "limit-reached")
                        .string("limit"))
                .isEqualTo("payment-claim-running");
        api.as(Role.NOC)
                .post(claims + "/" + id + "/end", "{\"reason\":\"false\"}")
                .expect(200);
        assertThat(api.as(Role.VIEWER).get(claims).string("0/holds")).isEqualTo("false");
    }

    @Test
    void theInboxTakesWhatIsWholeAndLeavesWhatIsBeingWritten() throws IOException {
        long agreement = agreement("inbox-bank");
        var inbox = new WatchedInbox(
                folder.toString(), api.bean(BankAgreements.class), api.bean(BankFiles.class), api.clock);
        var place = Files.createDirectories(folder.resolve("inbox-bank"));
        byte[] file = file(1, "1");
        Files.write(place.resolve("good.ret"), java.util.Arrays.copyOf(file, 500));
        Files.writeString(place.resolve("bad.ret"), "nonsense");

        assertThat(inbox.look().handled()).isZero();
        Files.write(place.resolve("good.ret"), file); // it grew meanwhile
        api.clock.advance(WatchedInbox.QUIET);
        assertThat(inbox.look().handled()).isEqualTo(1);
        api.clock.advance(WatchedInbox.QUIET);
        assertThat(inbox.look().handled()).isEqualTo(1);
        assertThat(inbox.look().handled()).isZero();

        assertThat(names(place.resolve("done"))).singleElement().asString().endsWith("-good.ret");
        assertThat(names(place.resolve("failed"))).hasSize(2);
        assertThat(names(place)).containsExactlyInAnyOrder("done", "failed", "reading");
        assertThat(billing().get("/api/v1/bank-files?agreementId=" + agreement).string("items/0/receivedBy"))
                .isEqualTo("system:inbox");
    }

    private static java.util.List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aCsvAgreementSaysItsColumns() {
        var answer = api.as(Role.ADMIN)
                .post("/api/v1/bank-agreements", """
                        {"name":"csv-%d","kind":"csv","csv":{"columns":{"amount":"Valor","paidOn":"Data","document":"Seu número"},
                         "delimiter":";","days":"dd/MM/yyyy","decimalComma":true}}""".formatted(made.incrementAndGet()))
                .expect(201);
        assertThat(answer.string("agreement/csv/columns/paidOn")).isEqualTo("Data");
        assertThat(api.as(Role.ADMIN)
                        .post("/api/v1/bank-agreements", "{\"name\":\"no-layout\",\"kind\":\"cnab\",\"layout\":\"x\"}")
                        .expectProblem(400, "invalid-request")
                        .string("errors/0/field"))
                .isEqualTo("/layout");
    }
}
