package net.catraca.billing.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import net.catraca.billing.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Nodes are upgraded one after the other: statements of the release before go on working on the migrated tables. */
class UpgradeBesideTheReleaseBeforeTest {

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final Instant NOW = Instant.parse("2026-03-24T13:00:00Z");

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    @Test
    void commitmentsAreWrittenAndReadAsBefore() {
        try (var context = DATABASE.startContext()) {
            var sql = context.getBean(Sql.class);
            TestIsp.seed(sql);
            long contract = TestIsp.contract(context.getBean(AccessWrite.class), sql, NOW);
            sql.update("""
                    insert into commitment (contract_id, level, committed_at, as_of, run_id, erp_due_on)
                    values (?, 'BLOCKED', ?, ?, null, null)
                    """, contract, NOW, NOW);

            sql.update("delete from commitment_receivable where contract_id = any(?)", List.of(contract));
            sql.update(
                    "insert into commitment_receivable (contract_id, receivable_id) select ?, unnest(?)",
                    contract,
                    List.of(7L, 8L, 9L));
            sql.update(
                    "delete from commitment_receivable where contract_id = ? and receivable_id <> all(?)",
                    contract,
                    List.of(7L, 9L));

            assertThat(sql.list("""
                            select array(select r.receivable_id from commitment_receivable r
                                          where r.contract_id = c.contract_id) as receivables
                              from commitment c
                            """, row -> List.of(row.bigints("receivables"))))
                    .containsExactly(List.of(7L, 9L));
            assertThat(context.getBean(CommitmentBook.class)
                            .of(List.of(contract))
                            .get(contract))
                    .satisfies(
                            commitment -> assertThat(commitment.receivableIds()).containsExactlyInAnyOrder(7L, 9L));
        }
    }
}
