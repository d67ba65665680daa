package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.RunScope;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.store.WebhookBook;
import net.catraca.billing.webhook.WebhookEndpoint.Topic;

/**
 * What webhooks cost the commit of a run that restricts many: once with nobody listening, once with an endpoint for all
 * topics. Run by hand; the first argument is how many contracts there are.
 */
final class WebhookRunMeasurement {

    private static final int AT_ONCE = 500;

    private WebhookRunMeasurement() {}

    public static void main(String[] arguments) {
        int contracts = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        // Twice without: the first one warms up.
        for (boolean listened : new boolean[] {false, false, true}) {
            try (var office = TestOffice.openAtNoonOf("2026-11-24")) {
                for (int made = 0; made < contracts; made += AT_ONCE) {
                    late(office);
                }
                if (listened) {
                    listen(office);
                }
                System.out.printf(
                        "%d contracts, %s: committed in %d ms%n",
                        contracts,
                        listened ? "listened to" : "nobody listens",
                        commit(office).toMillis());
                if (listened) {
                    fanOut(office);
                }
            }
        }
    }

    private static void late(TestOffice office) {
        office.access.on(List.of(), office.clock.instant(), write -> {
            office.sql
                    .list("""
                            insert into contract (
                                customer_id, plan_id, status, billing_mode, financial_base_date, signed_on,
                                activated_on, created_at)
                            select ?, ?, 'ACTIVE', 'POSTPAID', '2026-01-10', '2026-01-10', '2026-01-10', ?
                              from generate_series(1, ?)
                            returning id
                            """, row -> row.bigint("id"), TestIsp.CUSTOMER, TestIsp.PLAN, office.clock.instant(), AT_ONCE)
                    .forEach(write::created);
            office.sql.update("""
                    insert into receivable (
                        contract_id, kind, nominal_cents, issued_on, due_on, original_due_on, coverage_first,
                        coverage_last, counts_for_blocking, status, created_at)
                    select c.id, 'RECURRING', 9990, '2026-10-01', '2026-10-13', '2026-10-13', '2026-09-10', '2026-10-09',
                           true, 'OPEN', ?
                      from contract c where not exists (select 1 from receivable r where r.contract_id = c.id)
                    """, office.clock.instant());
            return true;
        });
    }

    private static void listen(TestOffice office) {
        office.bean(WebhookBook.class)
                .insert(
                        "erp",
                        URI.create("https://erp.example.com/"),
                        Set.of(Topic.values()),
                        true,
                        new byte[] {1},
                        office.clock.instant(),
                        "maria");
    }

    private static Duration commit(TestOffice office) {
        var runs = office.bean(AccessRuns.class);
        long run = runs.preview(MARIA, RunScope.ALL).orThrow().id();
        long begun = System.nanoTime();
        if (runs.commit(MARIA, run).orThrow().state() == State.AWAITING_APPROVAL) {
            begun = System.nanoTime();
            runs.approve(PEDRO, run, null, "measured").orThrow();
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static void fanOut(TestOffice office) {
        var book = office.bean(WebhookBook.class);
        long begun = System.nanoTime();
        int events = 0;
        for (int some = 1; some > 0; events += some) {
            some = book.fanOut(office.clock.instant());
        }
        System.out.printf(
                "%d events fanned out in %d ms%n",
                events, Duration.ofNanos(System.nanoTime() - begun).toMillis());
        begun = System.nanoTime();
        int taken = book.claim(1, office.clock.instant(), 60, 8).size();
        System.out.printf(
                "%d of them claimed in %d ms%n",
                taken, Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }
}
