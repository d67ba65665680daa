package net.catraca.billing.store;

import jakarta.inject.Singleton;

/** Where contracts are, by the table {@code contract_line} and their own regions. */
@Singleton
public final class PlaceBook {

    private final Sql sql;

    PlaceBook(Sql sql) {
        this.sql = sql;
    }

    /** Whether some contract's last known line is at this NAS. */
    public boolean isAtNas(long nasId) {
        return sql.first("select 1 as one from contract_line where nas_id = ? limit 1", row -> true, nasId)
                .isPresent();
    }

    /** Whether some contract is in this region. */
    public boolean isInRegion(String region) {
        return sql.first("""
                        (select 1 as one from contract_line where region = ? limit 1)
                         union all
                        (select 1 from contract where region = ? limit 1)
                        """, row -> true, region, region).isPresent();
    }
}
