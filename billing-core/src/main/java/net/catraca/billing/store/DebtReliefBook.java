package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.release.DebtRelief;

/** The table {@code debt_relief}. It is written within an {@link AccessWrite} that holds the contract. */
@Singleton
public final class DebtReliefBook {

    private final Sql sql;

    DebtReliefBook(Sql sql) {
        this.sql = sql;
    }

    /** Of a contract, oldest first. */
    public List<DebtRelief> of(long contractId) {
        return sql.list(
                "select * from debt_relief where contract_id = ? order by id",
                row -> new DebtRelief(
                        row.oneOf(DebtRelief.Kind.class, "kind"), row.day("first_day"), row.day("until_day")),
                contractId);
    }

    /** @param subjectId the receivable that was postponed, the payment that was reversed, or the pause */
    public void insert(long contractId, DebtRelief relief, long subjectId, String by, Instant now) {
        var kind = relief.kind();
        sql.update(
                """
                insert into debt_relief (
                    contract_id, kind, receivable_id, payment_id, pause_id, first_day, until_day, granted_by,
                    granted_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                contractId,
                kind,
                kind == DebtRelief.Kind.POSTPONED ? subjectId : null,
                kind == DebtRelief.Kind.PAID_BY_HAND ? subjectId : null,
                kind == DebtRelief.Kind.PAUSED ? subjectId : null,
                relief.first(),
                relief.until(),
                by,
                now);
    }
}
