package net.catraca.billing.store;

import jakarta.inject.Singleton;
import net.catraca.billing.payment.ErpStanding;

/** What ERPs have said of the contracts whose money they keep; columns of the table {@code contract}. */
@Singleton
public final class ErpStandings {

    private final Sql sql;

    ErpStandings(Sql sql) {
        this.sql = sql;
    }

    /** Writes what relieves, of the same instant as what is known, within an {@link AccessWrite} that holds the contract. */
    public void relieve(ErpStanding standing) {
        sql.update(
                "update contract set erp_paid_until = ?, erp_oldest_due_on = ?, erp_by_status = ? where id = ? and erp_as_of = ?",
                standing.paidUntil(),
                standing.oldestDueOn(),
                standing.byStatus(),
                standing.contractId(),
                standing.asOf());
    }

    /** Writes what is newer than what is known, within an {@link AccessWrite} that holds the contract; false if not. */
    public boolean write(ErpStanding standing) {
        return sql.update(
                        """
                        update contract set erp_paid_until = ?, erp_oldest_due_on = ?, erp_as_of = ?,
                            erp_by_status = ?
                         where id = ? and (erp_as_of is null or erp_as_of < ?)
                        """,
                        standing.paidUntil(),
                        standing.oldestDueOn(),
                        standing.asOf(),
                        standing.byStatus(),
                        standing.contractId(),
                        standing.asOf())
                == 1;
    }
}
