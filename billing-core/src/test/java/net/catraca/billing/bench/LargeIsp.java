package net.catraca.billing.bench;

import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.TestIsp;

/**
 * An ISP of many postpaid contracts with a year of receivables each, written by a few statements. All is paid but the
 * newest bill of the first contracts, which is late enough for a block. A period of each began on 5 March 2026, for which
 * nothing is issued yet.
 */
final class LargeIsp {

    /** A Tuesday on which runs may tighten, at ten in the morning of São Paulo. */
    static final Instant NOW = Instant.parse("2026-03-24T13:00:00Z");

    /** Receivables of each contract. */
    static final int MONTHS = 12;

    /** The newest receivables are due on this Thursday. */
    private static final LocalDate NEWEST_DUE = LocalDate.parse("2026-03-05");

    private LargeIsp() {}

    /**
     * Into an empty database.
     *
     * @param late of them, which have not paid their newest bill
     */
    static void fill(Sql sql, int contracts, int late) {
        TestIsp.seed(sql);
        sql.inTransaction(() -> {
            sql.update("""
                    insert into contract (
                        customer_id, plan_id, status, billing_mode, financial_base_date, signed_on, activated_on,
                        created_at)
                    select 1, 1, 'ACTIVE', 'POSTPAID', '2025-03-05', '2025-03-05', '2025-03-05', '2025-03-05T12:00Z'
                      from generate_series(1, ?)
                    """, contracts);
            sql.update("""
                    insert into contract_facts (
                        contract_id, version, customer_id, plan_id, zone, status, status_since_day, billing_mode,
                        paid_until_day, late_since_day, pauses, exemptions, releases, automatic_restriction,
                        committed_level)
                    select id, 1, 1, 1, zone, status, date '2025-03-05' - date '1970-01-01', billing_mode,
                           (?::date - case when id <= ? then interval '1 month' else '0' end)::date - 1 - date '1970-01-01',
                           case when id <= ? then ?::date - date '1970-01-01' end,
                           '{}', '{}', '{}', 'NORMAL', 'ACTIVE'
                      from contract
                    """, NEWEST_DUE, late, late, NEWEST_DUE);
            sql.update("""
                    insert into contract_billing (contract_id, billing_day, due_day)
                    select id, 5, 5 + id % 20 from contract
                    """);
            return sql.update("""
                    insert into receivable (
                        external_id, contract_id, kind, nominal_cents, issued_on, due_on, original_due_on,
                        coverage_first, coverage_last, generated_for, period_first, period_last, plan_id, list_cents,
                        own_cents, fine_basis_points, interest_basis_points, counts_for_blocking, status, paid_cents,
                        settled_on, created_at)
                    select 'bill-' || c.id || '-' || m.n, c.id, 'RECURRING', 9990, m.due - 20, m.due, m.due, m.first,
                           m.due - 1, m.first, m.first, m.due - 1, 1, 9990, 9990, 200, 100, true,
                           case when m.n = 0 and c.id <= ? then 'OPEN' else 'SETTLED' end,
                           case when m.n = 0 and c.id <= ? then 0 else 9990 end,
                           case when m.n = 0 and c.id <= ? then null else m.due end,
                           '2025-03-05T12:00Z'
                      from contract c
                     cross join (
                        select n, (?::date - make_interval(months => n))::date as due,
                               (?::date - make_interval(months => n + 1))::date as first
                          from generate_series(0, ? - 1) n) m
                     order by m.n desc, c.id
                    """, late, late, late, NEWEST_DUE, NEWEST_DUE, MONTHS);
        });
        sql.update("analyze");
    }
}
