package net.catraca.admin.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CutOverResourceTest {

    private static final Path SAMPLE = Path.of("../config/demo/cut-over");

    private final ApiServer api = ApiServer.start();
    private final Isp isp = Isp.on(api);

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aDryRunTellsAndTheImportDoesAndAnotherOneChangesNothing() throws IOException {
        assertThat(sent("customers", true).text())
                .contains("customers,2,\"C-1\",would-create,,")
                .contains("customers,4,\"C-3\",refused,,\"taxId: expected a CPF or CNPJ with right check digits\"");
        assertThat(api.strings("select name from customer where external_id is not null"))
                .isEmpty();

        for (String kind : kinds()) {
            sent(kind, false).expect(200);
        }

        assertThat(api.strings("select name from customer where external_id = 'C-1'"))
                .containsExactly("Ana Conceição");
        assertThat(api.strings("select credential_kind from subscriber order by login"))
                .containsExactly("RECOVERABLE", "HASHED");
        long blocked = contract("K-1");
        assertThat(isp.level(blocked)).isEqualTo("blocked");
        assertThat(isp.level(contract("K-2"))).isEqualTo("active");
        assertThat(sent("commitments", true).text())
                .contains("commitments,2,\"K-1\",unchanged")
                .contains("commitments,3,\"K-2\",refused,,\"nothing owed:");
        // Another trust unlock of that debt waits for its interval.
        assertThat(api.as(Role.NOC)
                        .post(
                                "/api/v1/contracts/" + blocked + "/releases",
                                "{\"kind\":\"trust-unlock\",\"reason\":\"x\"}")
                        .expectProblem(409, "limit-reached")
                        .text())
                .contains("trust-unlock");
        for (String kind : kinds()) {
            assertThat(sent(kind, false).text()).as(kind).doesNotContain(",created,", ",updated,");
        }

        var padaria =
                api.as(Role.VIEWER).get("/api/v1/subscribers/cutover-padaria").expect(200);
        assertThat(padaria.string("locks/macLock")).isEqualTo("fixed");
        assertThat(padaria.string("locks/mac")).isEqualTo("001122aabbcc");
        var ana = api.as(Role.VIEWER).get("/api/v1/subscribers/cutover-ana").expect(200);
        assertThat(ana.string("locks/macLock")).isEqualTo("learn");
        assertThat(api.strings("select name || ' ' || region || ' ' || coa_port from nas"))
                .containsExactly("bras-antigo Centro 1700");
        assertThat(
                        api.strings(
                                "select user_name || ' ' || nas_name || ' ' || acct_session_id || ' ' || port || ' '"
                                        + " || started_at at time zone 'America/Sao_Paulo' || ' ' || input_octets from session order by id"))
                .containsExactly(
                        "cutover-ana bras-antigo 81a00001 ether1 2026-11-20 08:15:00 123456789",
                        "cutover-padaria bras-antigo 81a00002 ether2 2026-11-21 22:40:00 5000000000");

        // The debt is what the block rests on.
        api.as(Role.BILLING).post("/api/v1/payments", """
                        {"externalId":"p-1","contractId":%d,"amountCents":9990,"paidOn":"2026-11-23"}""".formatted(blocked)).expect(201);
        assertThat(isp.level(blocked)).isEqualTo("active");
        assertThat(api.strings("select level from commitment")).isEmpty();
    }

    @Test
    void whatExcelWritesIsReadWhateverItsEncodingAndDelimiter() {
        String rows = "external_id;name;tax_id;more\r\nW-1;\"Conceição; & Cia\";52998224725;x\r\n";
        assertThat(send("customers", rows.getBytes(Charset.forName("windows-1252")), false)
                        .text())
                .contains("customers,2,\"W-1\",created,");
        assertThat(send("customers", ("\ufeff" + rows).getBytes(StandardCharsets.UTF_8), false)
                        .text())
                .contains("customers,2,\"W-1\",unchanged,");
        assertThat(send(
                                "customers",
                                "external_id,name,tax_id\nW-2,Eva,52998224725\n".getBytes(StandardCharsets.UTF_8),
                                false)
                        .text())
                .contains("W-2\",created,");
        assertThat(api.strings("select name from customer where external_id = 'W-1'"))
                .containsExactly("Conceição; & Cia");
        assertThat(send(
                                "receivables",
                                "external_id;contract;amount;due_on\nr;k;9,999;31/02/2026\n"
                                        .getBytes(StandardCharsets.UTF_8),
                                false)
                        .text())
                .contains("refused,,\"amount: expected an amount such as 99,90; due_on: expected a day as");
        assertThat(send(
                                "logins",
                                "login;contract;password;nt_hash\na;k;;0x44EBBA8D5312B8D611474411F56989A\nb;k;x;44ebba8d5312b8d611474411f56989ae\n"
                                        .getBytes(StandardCharsets.UTF_8),
                                false)
                        .text())
                .contains("\"a\",refused,,\"nt_hash: expected 32 hexadecimal digits, with or without 0x\"")
                .contains("\"b\",refused,,\"nt_hash: expected no password or password_hash beside it\"");
        send("nothing", new byte[] {'x'}, true).expectProblem(400, "invalid-request");
    }

    /** All of them: one without a sample fails where it is read. */
    private static List<String> kinds() {
        return Stream.of(CutOverKind.values()).map(CutOverKind::table).toList();
    }

    private long contract(String externalId) {
        return api.as(Role.BILLING)
                .get("/api/v1/contracts?externalId=" + externalId)
                .expect(200)
                .number("items/0/id");
    }

    private ApiAnswer sent(String kind, boolean dryRun) throws IOException {
        return send(kind, Files.readAllBytes(SAMPLE.resolve(kind + ".csv")), dryRun);
    }

    private ApiAnswer send(String kind, byte[] content, boolean dryRun) {
        return api.as(Role.ADMIN).send("POST", "/api/v1/cut-over/" + kind + "?dryRun=" + dryRun, content, "text/csv");
    }
}
