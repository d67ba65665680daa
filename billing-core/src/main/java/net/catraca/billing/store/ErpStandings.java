package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
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
        return writeAll(List.of(standing)) == 1;
    }

    /**
     * Writes what is newer than what is known, by one statement, within an {@link AccessWrite} that holds the contracts.
     *
     * @param standings of a contract once
     * @return of how many contracts
     */
    public int writeAll(Collection<ErpStanding> standings) {
        if (standings.isEmpty()) {
            return 0;
        }
        var rows = RowColumns.of(standings)
                .bigint(ErpStanding::contractId)
                .day(ErpStanding::paidUntil)
                .day(ErpStanding::oldestDueOn)
                .instant(ErpStanding::asOf)
                .bool(ErpStanding::byStatus);
        return sql.updatePlannedAnew("""
                update contract c
                   set erp_paid_until = n.paid_until, erp_oldest_due_on = n.oldest_due_on, erp_as_of = n.as_of,
                       erp_by_status = n.by_status
                  from unnest(?, ?, ?, ?, ?) as n (id, paid_until, oldest_due_on, as_of, by_status)
                 where c.id = n.id and (c.erp_as_of is null or c.erp_as_of < n.as_of)
                """, rows.after());
    }
}
