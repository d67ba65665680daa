package net.catraca.admin.description;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.store.WebhookBook;

/** Paths to things that are in the state in which an operation can be done, made when they are asked for. */
final class ApiPaths {

    private final Isp isp;
    private final AtomicInteger made = new AtomicInteger();
    private final long late;
    private final String pixSecret;

    ApiPaths(Isp isp) {
        this.isp = isp;
        isp.contract("the-first"); // number 1, to which the examples refer
        late = isp.blockedContract("late");
        isp.api
                .as(Role.ADMIN)
                .post(
                        "/api/v1/bank-agreements",
                        "{\"name\":\"the-first\",\"kind\":\"cnab\",\"layout\":\"237-cnab400\"}")
                .expect(201);
        bankFile(1, 1);
        pixSecret = isp.api
                .as(Role.ADMIN)
                .post("/api/v1/bank-agreements", "{\"name\":\"the-pix\",\"kind\":\"pix\",\"webhook\":\"secret\"}")
                .expect(201)
                .string("secret");
    }

    /** A path to something that is there; what it leads to may have been used before. */
    String some(String method, String path) {
        return path.endsWith("/releases") ? contract(path, late) : fresh(method, path);
    }

    /** The path with its variables filled, to something that nobody used. */
    String fresh(String method, String path) {
        int number = made.incrementAndGet();
        isp.api.execute("delete from tightening_freeze"); // an example's would stop the runs of others
        return switch (method + " " + path) {
            case "POST /api/v1/contracts/{contractId}/releases" ->
                contract(path, isp.blockedContract("late-" + number));
            case "DELETE /api/v1/contracts/{contractId}/releases/{id}" -> release(path, number);
            case "POST /api/v1/release-approvals/{id}/approve", "POST /api/v1/release-approvals/{id}/decline" ->
                path.replace("{id}", approval(number));
            case "POST /api/v1/receivables/{id}/postpone", "POST /api/v1/receivables/{id}/substitute" ->
                path.replace("{id}", Long.toString(isp.owe(isp.contract(), -20)));
            case "DELETE /api/v1/contracts/{id}/manual-block" -> blocked(path);
            case "POST /api/v1/contracts/{id}/activate" -> awaiting(path);
            case "POST /api/v1/contracts/{id}/reactivate" -> cancelled(path);
            case "POST /api/v1/subscribers/{login}/mac-lock/reset" -> {
                post(
                        "/api/v1/contracts/" + isp.contract() + "/subscribers",
                        "{\"login\":\"learning-%d\",\"password\":\"x\",\"locks\":{\"macLock\":\"learn\"}}"
                                .formatted(number));
                yield path.replace("{login}", "learning-" + number);
            }
            case "POST /api/v1/access-runs/{id}/decline", "POST /api/v1/access-runs/{id}/approve" -> awaitingRun(path);
            case "POST /api/v1/tightening-proposals/{id}/decline", "POST /api/v1/tightening-proposals/{id}/approve" ->
                proposal(path);
            case "POST /api/v1/freezes/{id}/lift" ->
                path.replace("{id}", Long.toString(post("/api/v1/freezes", "{\"reason\":\"x\",\"minutes\":60}")));
            case "POST /api/v1/access-runs/{id}/rollback" -> path.replace("{id}", Long.toString(isp.run()));
            case "POST /api/v1/incident-releases/{id}/decline", "POST /api/v1/incident-releases/{id}/approve" ->
                incident(path, "PENDING");
            case "POST /api/v1/incident-releases/{id}/end" -> incident(path, "GRANTED");
            case "PUT /api/v1/subscribers/{login}",
                    "POST /api/v1/subscribers/{login}/move",
                    "DELETE /api/v1/subscribers/{login}" -> {
                isp.contract("login-" + number);
                yield path.replace("{login}", "login-" + number);
            }
            case "POST /api/v1/unmatched-payments/{id}/unassignment" ->
                path.replace("{id}", Long.toString(assigned(number)));
            case "POST /api/v1/contracts/{contractId}/payment-claims/{id}/end" -> claim(path);
            case "POST /api/v1/contracts/{contractId}/payment-claims", "POST /api/v1/contracts/{id}/notice-preview" -> {
                long contract = isp.contract();
                isp.owe(contract, 3);
                yield contract(path, contract);
            }
            case "POST /api/v1/webhooks/{id}/deliveries/{eventId}/replay",
                    "GET /api/v1/webhooks/{id}/deliveries/{eventId}" -> delivery(path, number);
            case "PUT /api/v1/customers/{id}" -> path.replace("{id}", Long.toString(isp.customer));
            case "PUT /api/v1/bank-agreements/{id}" -> path.replace("{id}", Long.toString(bank(number)));
            case "POST /api/v1/bank-agreements/{id}/accepted-gaps" -> {
                long bank = bank(number);
                bankFile(bank, 1);
                bankFile(bank, 4);
                yield path.replace("{id}", Long.toString(bank));
            }
            case "POST /api/v1/bank-agreements/{id}/numbering-restarts" -> {
                long bank = bank(number);
                // The example speaks of file number 1.
                isp.api.execute(
                        "delete from bank_file_restart; update bank_file set agreement_id = " + bank + " where id = 1");
                yield path.replace("{id}", Long.toString(bank));
            }
            case "POST /api/v1/money-feeds/{name}/retirement" -> {
                isp.api.execute(
                        "delete from retired_money_feed; update contract set money_source = 'ERP', erp_as_of = '"
                                + isp.api.clock.instant() + "' where id = " + isp.contract());
                yield path.replace("{name}", "erp");
            }
            case "PUT /api/v1/contracts/{id}/billing" -> {
                long contract = isp.contract();
                isp.api
                        .as(Role.ADMIN)
                        .put("/api/v1/contracts/" + contract + "/billing", "{\"billingDay\":1,\"dueDay\":1}")
                        .expect(200);
                yield contract(path, contract);
            }
            case "PUT /api/v1/plans/{id}", "PUT /api/v1/plans/{id}/billing" ->
                path.replace("{id}", Long.toString(isp.plan));
            case "POST /api/v1/jobs/{job}/run", "POST /api/v1/jobs/{job}/pause", "POST /api/v1/jobs/{job}/resume" ->
                path.replace("{job}", "release-ends");
            default -> usual(path, number);
        };
    }

    private long bank(int number) {
        return isp.api
                .as(Role.ADMIN)
                .post(
                        "/api/v1/bank-agreements",
                        "{\"name\":\"bank-%d\",\"kind\":\"cnab\",\"layout\":\"237-cnab400\"}".formatted(number))
                .expect(201)
                .number("agreement/id");
    }

    private void bankFile(long bank, int sequence) {
        isp.api.execute("""
                insert into bank_file (agreement_id, name, sha256, octets, state, sequence, received_at, received_by,
                                       progress_at)
                values (%d, 'a.ret', sha256('%d'), 1, 'IMPORTED', %d, timestamptz '%s', 'test', timestamptz '%s')
                """.formatted(bank, sequence, sequence, isp.api.clock.instant(), isp.api.clock.instant()));
    }

    /** The body with names of its own where two may not have the same. */
    Map<String, Object> unique(Map<String, Object> body) {
        int number = made.incrementAndGet();
        var unique = new LinkedHashMap<>(body);
        for (String name : List.of("name", "externalId", "paymentExternalId", "login")) {
            unique.computeIfPresent(name, (_, text) -> text + "-" + number);
        }
        unique.computeIfPresent("ranges", (_, _) -> List.of(range(number)));
        unique.computeIfPresent("lines", (_, _) -> List.of("pool,family,range", "import,ipv4," + range(number)));
        if (unique.containsKey("chargesCents") && unique.containsKey("firstDueOn")) {
            unique.put("contractId", overdue());
        }
        unique.computeIfPresent("ourNumber", (_, text) -> text + "0" + number);
        unique.computeIfPresent("prefix", (_, _) -> prefix(number));
        return unique;
    }

    private static String range(int number) {
        return "100.%d.%d.0/28".formatted(64 + number / 250, number % 250);
    }

    private static String prefix(int number) {
        return "10.0.%d.%d/32".formatted(number / 250, number % 250);
    }

    private String usual(String path, int number) {
        if (path.startsWith("/api/v1/contracts/")) {
            return contract(path, isp.contract());
        } else if (path.startsWith("/api/v1/receivables/{id}")) {
            return path.replace("{id}", Long.toString(isp.owe(isp.contract(), 3)));
        } else if (path.startsWith("/api/v1/agreements/{id}")) {
            return path.replace("{id}", Long.toString(agreement()));
        } else if (path.startsWith("/api/v1/payments/{id}")) {
            return path.replace("{id}", Long.toString(payment(number)));
        } else if (path.startsWith("/api/v1/payment-reversals/{id}")) {
            return path.replace(
                    "{id}", Long.toString(post("/api/v1/payment-reversals", """
                    {"externalId":"back-%d","paymentExternalId":"paid-%d","reason":"x"}""".formatted(number, number))));
        } else if (path.startsWith("/api/v1/unmatched-payments/{id}")) {
            return path.replace("{id}", Long.toString(unmatched(number)));
        } else if (path.startsWith("/api/v1/pix-set-aside/{id}")) {
            return path.replace("{id}", Long.toString(setAside(number)));
        } else if (path.startsWith("/api/v1/policies/{id}")) {
            return path.replace("{id}", Long.toString(isp.policy));
        } else if (path.startsWith("/api/v1/address-pools/{name}")) {
            post(
                    "/api/v1/address-pools",
                    "{\"name\":\"pool-%d\",\"family\":\"ipv4\",\"ranges\":[\"%s\"]}".formatted(number, range(number)));
            return path.replace("{name}", "pool-" + number);
        } else if (path.startsWith("/api/v1/notice-schedules/{id}")) {
            return path.replace(
                    "{id}",
                    Long.toString(post("/api/v1/notice-schedules", "{\"effectiveFrom\":\"2099-01-01\",\"steps\":[]}")));
        } else if (path.startsWith("/api/v1/notice-templates/{template}")) {
            return path.replace("{template}", "words-" + number)
                    .replace("{channel}", "email")
                    .replace("{language}", "pt");
        } else if (path.startsWith("/api/v1/notice-providers/{channel}")) {
            return path.replace("{channel}", provider());
        } else if (path.startsWith("/api/v1/notices/{id}")) {
            return path.replace("{id}", Long.toString(notice()));
        } else if (path.startsWith("/api/v1/webhooks/{id}")) {
            return path.replace("{id}", Long.toString(webhook(number)));
        } else if (path.startsWith("/api/v1/nases/{id}")) {
            return path.replace("{id}", Long.toString(nas(number)));
        }
        return path;
    }

    private static String contract(String path, long id) {
        return path.replaceFirst("\\{(id|contractId)}", Long.toString(id));
    }

    private long overdue() {
        long contract = isp.contract();
        isp.owe(contract, 20);
        return contract;
    }

    private long agreement() {
        return isp.api
                .as(Role.ADMIN)
                .post("/api/v1/agreements", """
                        {"contractId":%d,"instalments":1,"firstDueOn":"2026-12-10","reason":"x"}""".formatted(overdue()))
                .expect(201)
                .number("agreements/0/id");
    }

    private String claim(String path) {
        long contract = isp.contract();
        isp.owe(contract, 3);
        long claim = post(
                "/api/v1/contracts/" + contract + "/payment-claims",
                "{\"amountCents\":100,\"paidOn\":\"2026-11-23\",\"receipt\":\"x\"}");
        return contract(path, contract).replace("{id}", Long.toString(claim));
    }

    /** A Pix of 99.90 that names nobody. */
    private long unmatched(int number) {
        isp.api
                .anonymous()
                .header("X-Catraca-Webhook-Secret", pixSecret)
                .post("/api/v1/pix/webhook/the-pix", """
                        {"pix":[{"endToEndId":"E%d","valor":"99.90","horario":"2026-11-23T10:00:00Z"}]}""".formatted(number))
                .expect(200);
        var waiting = isp.api
                .as(Role.ADMIN)
                .get("/api/v1/unmatched-payments?limit=200")
                .json()
                .get("items");
        return waiting.get(waiting.size() - 1).get("id").getLongValue();
    }

    private long assigned(int number) {
        long id = unmatched(number);
        isp.api
                .as(Role.ADMIN)
                .post(
                        "/api/v1/unmatched-payments/" + id + "/assignment",
                        "{\"shares\":[{\"contractId\":%d,\"amountCents\":9990}]}".formatted(isp.contract()))
                .expect(200);
        return id;
    }

    /** A Pix whose amount nobody can read. */
    private long setAside(int number) {
        isp.api
                .anonymous()
                .header("X-Catraca-Webhook-Secret", pixSecret)
                .post("/api/v1/pix/webhook/the-pix", """
                        {"pix":[{"endToEndId":"E%d","valor":"much","horario":"2026-11-23T10:00:00Z"}]}""".formatted(number))
                .expect(200);
        var aside = isp.api
                .as(Role.ADMIN)
                .get("/api/v1/pix-set-aside?limit=200")
                .json()
                .get("items");
        return aside.get(aside.size() - 1).get("id").getLongValue();
    }

    private String release(String path, int number) {
        long contract = isp.blockedContract("released-" + number);
        long release = post("/api/v1/contracts/" + contract + "/releases", "{\"kind\":\"manual\",\"reason\":\"x\"}");
        return contract(path, contract).replace("{id}", Long.toString(release));
    }

    private String approval(int number) {
        long contract = isp.blockedContract("asked-for-" + number);
        return isp.api.strings("""
                        insert into release_approval (contract_id, reason, requested_by, requested_at, expires_at)
                        values (%d, 'the bank is down', 'maria', '2026-11-23T14:00:00Z', '2026-11-23T18:00:00Z')
                        returning id::text
                        """.formatted(contract)).getFirst();
    }

    private String proposal(String path) {
        return path.replace("{id}", isp.api.strings("""
                        insert into tightening_proposal (kind, proposed_by, proposed_at, expires_at)
                        values ('CANCEL', 'erp', '2026-11-23T14:00:00Z', '2026-11-23T18:00:00Z')
                        returning id::text
                        """).getFirst());
    }

    private String blocked(String path) {
        long contract = isp.contract();
        isp.api
                .as(Role.ADMIN)
                .post("/api/v1/contracts/" + contract + "/manual-block", "{\"reason\":\"x\"}")
                .expect(200);
        return contract(path, contract);
    }

    private String awaiting(String path) {
        return contract(path, post("/api/v1/contracts", """
                        {"customerId":%d,"planId":%d,"billingMode":"postpaid","financialBaseDate":"2026-11-20",
                         "signedOn":"2026-11-20"}""".formatted(isp.customer, isp.plan)));
    }

    /** As if a guard had stopped it. */
    private String awaitingRun(String path) {
        long run = post("/api/v1/access-runs", "{}");
        isp.api.execute("update access_run set state = 'AWAITING_APPROVAL' where id = " + run);
        return path.replace("{id}", Long.toString(run));
    }

    private String incident(String path, String state) {
        long incident = isp.api
                .as(Role.ADMIN)
                .post("/api/v1/incident-releases", "{\"region\":\"sul\",\"reason\":\"x\",\"minutes\":60}")
                .expect(201)
                .number("id");
        isp.api.execute("update incident_release set state = '" + state + "' where id = " + incident);
        return path.replace("{id}", Long.toString(incident));
    }

    private String cancelled(String path) {
        long contract = isp.contract();
        isp.api
                .as(Role.ADMIN)
                .post("/api/v1/contracts/" + contract + "/cancel", "{\"reason\":\"x\"}")
                .expect(200);
        return contract(path, contract);
    }

    private long payment(int number) {
        return post(
                "/api/v1/payments",
                "{\"externalId\":\"p-%d\",\"contractId\":%d,\"amountCents\":100,\"paidOn\":\"2026-11-23\"}"
                        .formatted(number, isp.contract()));
    }

    private String provider() {
        isp.api.as(Role.ADMIN).put("/api/v1/notice-providers/sms", """
                        {"url":"https://sms.example.com/","method":"post","contentType":"json","body":"{}","success":[200],
                         "active":false}
                        """).expect(200);
        return "sms";
    }

    private long notice() {
        return post(
                "/api/v1/contracts/" + isp.contract() + "/notices",
                "{\"dueOn\":\"2026-11-10\",\"kind\":\"letter\",\"sentAt\":\"2026-11-11T12:00:00Z\",\"outcome\":\"sent\"}");
    }

    private long webhook(int number) {
        return isp.api
                .as(Role.ADMIN)
                .post(
                        "/api/v1/webhooks",
                        "{\"name\":\"w-%d\",\"url\":\"https://erp.example.com/\",\"topics\":[\"run\"]}"
                                .formatted(number))
                .expect(201)
                .number("webhook/id");
    }

    /** One that was given up. */
    private String delivery(String path, int number) {
        long webhook = webhook(number);
        isp.api
                .as(Role.ADMIN)
                .post("/api/v1/webhooks/" + webhook + "/ping", null)
                .expect(200);
        isp.api.bean(WebhookBook.class).fanOut(isp.api.clock.instant());
        isp.api.execute("update webhook_delivery set state = 'DEAD' where endpoint_id = " + webhook);
        var event = isp.api
                .strings("select event_id from webhook_delivery where endpoint_id = " + webhook)
                .getFirst();
        return path.replace("{id}", Long.toString(webhook)).replace("{eventId}", event);
    }

    private long nas(int number) {
        return post(
                "/api/v1/nases",
                "{\"name\":\"nas-%d\",\"prefix\":\"%s\",\"vendor\":\"mikrotik\",\"secret\":\"a-long-enough-secret\"}"
                        .formatted(number, prefix(number)));
    }

    private long post(String path, String body) {
        return isp.api.as(Role.ADMIN).post(path, body).expect(201).number("id");
    }

    /** The ETag of what a path leads to, or to an act upon it; empty where there is none. */
    String etag(String path) {
        if (path.endsWith("/billing")) {
            return isp.api.as(Role.ADMIN).get(path).etag();
        }
        String what = path.startsWith("/api/v1/contracts/") && !path.contains("/releases/")
                ? path.replaceFirst("(/api/v1/contracts/[0-9]+)/.*", "$1")
                : path.replaceFirst("(/api/v1/[a-z-]+/[0-9]+)/[a-z-]+$", "$1");
        return isp.api.as(Role.ADMIN).get(what).etag();
    }
}
