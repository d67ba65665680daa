package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /**
     * The last news of a thing.
     *
     * @param weight of two of one instant the heavier holds, in whatever order they come; of equal ones the last that came
     */
    public record Last(Instant asOf, int weight) {

        /** Relief outweighs what tightens; a row of its own outweighs what another row tells in passing. */
        public static Last of(Instant asOf, boolean relief, boolean inPassing) {
            return new Last(asOf, (inPassing ? 0 : 2) + (relief ? 1 : 0));
        }

        /** To the microsecond, as it is kept: news that is told again is of the same instant. */
        public Last {
            asOf = asOf.truncatedTo(ChronoUnit.MICROS);
        }

        /** Whether this is passed over where something else is known; null when nothing is. */
        public boolean isOlderThan(@Nullable Last known) {
            return known != null && (asOf.isBefore(known.asOf) || (asOf.equals(known.asOf) && weight < known.weight));
        }
    }

    /** The last news of these, locked until the transaction ends; what is new is not in it. */
    public Map<String, Last> lock(Kind kind, Collection<String> externalIds) {
        Map<String, Last> known = new HashMap<>();
        sql.each(
                """
                select external_id, as_of, weight from erp_news
                 where kind = ? and external_id = any(?) order by external_id for no key update
                """,
                row -> known.put(row.text("external_id"), new Last(row.instant("as_of"), row.integer("weight"))),
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
    public void note(Kind kind, Map<String, Last> news) {
        if (news.isEmpty()) {
            return;
        }
        // In the order of external ids, as they are locked.
        var rows = RowColumns.of(news.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .toList())
                .text(Map.Entry::getKey)
                .instant(one -> one.getValue().asOf())
                .bigint(one -> (long) one.getValue().weight());
        sql.update("""
                insert into erp_news (kind, external_id, as_of, weight)
                select ?, n.external_id, n.as_of, n.weight from unnest(?, ?, ?) as n (external_id, as_of, weight)
                on conflict (kind, external_id) do update set
                    weight = case when excluded.as_of = erp_news.as_of then greatest(erp_news.weight, excluded.weight)
                                  when excluded.as_of > erp_news.as_of then excluded.weight
                                  else erp_news.weight end,
                    as_of = greatest(erp_news.as_of, excluded.as_of)
                """, rows.after(kind));
    }
}
