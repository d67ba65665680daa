package net.catraca.admin.testing;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Role;
import net.catraca.billing.office.Actor;

/** A small ISP, made through the API as a billing job would: a policy, a plan, and contracts in situations. */
public final class Isp {

    /** Warns at 1 day late, reduces at 7, blocks at 15; a trust unlock of 3 days every 30. */
    public static final String POLICY_VERSION = """
            {"effectiveFrom":"2026-01-01",
             "regular":{"warnDays":1,"reduceDays":7,"blockDays":15,"cancelDays":90},
             "renegotiated":{"warnDays":1,"reduceDays":3,"blockDays":5},
             "prepaidTightening":"by-run","blockedAs":"garden","awaitingActiveDays":0,"releaseLevel":"active",
             "limits":{"toleranceCents":100,"temporaryMaxDays":5,"temporaryIntervalDays":10,
                       "trustUnlockDays":3,"trustUnlockIntervalDays":30,"trustUnlockMaxDebtDays":90,
                       "trustUnlockWhenReduced":true,"releasedDaysPerDebt":20,"manualReleasesPerOperatorDay":20},
             "examples":[{"description":"15 days late is blocked","billingMode":"postpaid","daysLate":15,
                          "expectedLevel":"blocked"},
                         {"description":"14 days late is reduced","billingMode":"postpaid","daysLate":14,
                          "expectedLevel":"reduced"}]}
            """;

    public final ApiServer api;
    public final long policy;
    public final long plan;
    public final long customer;
    private final ApiClient person;

    private Isp(ApiServer api) {
        this.api = api;
        this.person = api.withToken(api.bean(AccessTokens.class)
                .issue("second", Holder.PERSON, Role.ADMIN, Duration.ofDays(1), Actor.system("test"))
                .text()
                .reveal());
        var admin = api.as(Role.ADMIN);
        policy = admin.post("/api/v1/policies", "{\"name\":\"residential\"}")
                .expect(201)
                .number("id");
        admin.post("/api/v1/policies/" + policy + "/versions", POLICY_VERSION).expect(201);
        admin.post("/api/v1/policies/" + policy + "/versions/1/activate", null).expect(200);
        plan = admin.post("/api/v1/plans", """
                        {"name":"Fibra 300","policyId":%d,"monthlyCents":9990,
                         "active":{"downKbps":300000,"upKbps":150000},"reduced":{"downKbps":1000,"upKbps":1000}}
                        """.formatted(policy)).expect(201).number("id");
        customer = admin.post("/api/v1/customers", "{\"name\":\"Ana\",\"taxId\":\"529.982.247-25\"}")
                .expect(201)
                .number("id");
    }

    public static Isp on(ApiServer api) {
        return new Isp(api);
    }

    /** An active postpaid contract that owes nothing. */
    public long contract() {
        return api.as(Role.BILLING)
                .post("/api/v1/contracts", """
                        {"customerId":%d,"planId":%d,"billingMode":"postpaid","financialBaseDate":"2026-01-10",
                         "signedOn":"2026-01-10","activatedOn":"2026-01-10"}
                        """.formatted(customer, plan))
                .expect(201)
                .number("id");
    }

    /** A contract with a login whose password is the login with "-pass". */
    public long contract(String login) {
        long contract = contract();
        api.as(Role.NOC)
                .post(
                        "/api/v1/contracts/" + contract + "/subscribers",
                        "{\"login\":\"%s\",\"password\":\"%s-pass\"}".formatted(login, login))
                .expect(201);
        return contract;
    }

    /** One that owes a month's 99.90, due so many days ago. */
    public long lateContract(String login, int days) {
        long contract = contract(login);
        owe(contract, days);
        return contract;
    }

    /** Adds a recurring receivable of 99.90 due so many days ago; returns its id. */
    public long owe(long contract, int daysAgo) {
        var due = today().minusDays(daysAgo);
        return api.as(Role.BILLING)
                .post("/api/v1/contracts/" + contract + "/receivables", """
                        {"kind":"recurring","nominalCents":9990,"dueOn":"%s","coverageFirst":"%s","coverageLast":"%s"}
                        """.formatted(
                                due, due.minusDays(30), due.minusDays(1)))
                .expect(201)
                .number("id");
    }

    /** Previews and commits a run over all contracts; returns its id. */
    public long run() {
        var billing = api.as(Role.BILLING);
        long run = billing.post("/api/v1/access-runs", "{}").expect(201).number("id");
        String path = "/api/v1/access-runs/" + run;
        if (billing.post(path + "/commit", null).status() == 202) {
            // No bank has sent this ISP a file: a second person says that it may go on.
            person.post(path + "/approve", "{}").expect(200);
        }
        return run;
    }

    /** Late, and blocked by a run. */
    public long blockedContract(String login) {
        long contract = lateContract(login, 40);
        run();
        return contract;
    }

    public String level(long contract) {
        return api.as(Role.VIEWER)
                .get("/api/v1/contracts/" + contract + "/access")
                .expect(200)
                .string("level");
    }

    /** In São Paulo, where it is noon. */
    public LocalDate today() {
        return LocalDate.ofInstant(api.clock.instant(), ZoneOffset.UTC);
    }
}
