package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The table {@code erp_news}: how old the news is that things rest on. */
@Singleton
public final class ErpNewsBook {

    private final Sql sql;

    ErpNewsBook(Sql sql) {
        this.sql = sql;
    }

    /** What the news is of. */
    public enum Kind {
        CUSTOMER,
        CONTRACT,
        STATUS,
        SUBSCRIBER,
        RECEIVABLE
    }

    /** How old the last news of these is, locked until the transaction ends; what is new is not in it. */
    public Map<String, Instant> lock(Kind kind, Collection<String> externalIds) {
        Map<String, Instant> known = new HashMap<>();
        sql.each(
                """
                select external_id, as_of from erp_news
                 where kind = ? and external_id = any(?) order by external_id for no key update
                """,
                row -> known.put(row.text("external_id"), row.instant("as_of")),
                kind,
                externalIds.toArray(String[]::new));
        return known;
    }

    /** Of which of these there was news. */
    public Set<String> known(Kind kind, Collection<String> externalIds) {
        return Set.copyOf(sql.list(
                "select external_id from erp_news where kind = ? and external_id = any(?)",
                row -> row.text("external_id"),
                kind,
                externalIds.toArray(String[]::new)));
    }

    /** Notes newer news, by external id. */
    public void note(Kind kind, Map<String, Instant> news) {
        sql.batch(
                """
                insert into erp_news (kind, external_id, as_of) values (?, ?, ?)
                on conflict (kind, external_id) do update set as_of = greatest(erp_news.as_of, excluded.as_of)
                """, news.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList(), entry ->
                        new Object[] {kind, entry.getKey(), entry.getValue()});
    }
}
