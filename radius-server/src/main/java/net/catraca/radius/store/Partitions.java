package net.catraca.radius.store;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.catraca.billing.store.Sql;

/**
 * The parts of what is kept by time: sessions that have ended and daily usage by month, records by day; months and days
 * of UTC. Made ahead by {@link SessionUpkeep}, and otherwise when something is written that needs one.
 */
@Singleton
@Requires(beans = Sql.class)
final class Partitions {

    /** What is kept by time. */
    enum Kept {
        SESSION_HISTORY(true, ""),
        /** Today's rows change with each interim: in place, as long as their page has room. */
        USAGE_DAILY(true, " with (fillfactor = 60)"),
        ACCOUNTING_RECORD(false, "");

        private final boolean byMonth;
        private final String storage;

        Kept(boolean byMonth, String storage) {
            this.byMonth = byMonth;
            this.storage = storage;
        }

        private String table() {
            return name().toLowerCase(Locale.ROOT);
        }

        private LocalDate first(LocalDate day) {
            return byMonth ? YearMonth.from(day).atDay(1) : day;
        }

        private LocalDate next(LocalDate first) {
            return byMonth ? first.plusMonths(1) : first.plusDays(1);
        }

        private String part(LocalDate first) {
            var day = first.toString().replace('-', '_');
            return table() + "_" + (byMonth ? day.substring(0, 7) : day);
        }

        private LocalDate firstOf(String part) {
            var day = part.substring(table().length() + 1).replace('_', '-');
            return LocalDate.parse(byMonth ? day + "-01" : day);
        }
    }

    private static final int DAYS_AHEAD = 3;

    private final Sql sql;
    // As many as are retained. A part that is dropped is forgotten first.
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    Partitions(Sql sql) {
        this.sql = sql;
    }

    static LocalDate day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC);
    }

    /** Makes sure that what belongs to that day can be written, within the running transaction. */
    void ensure(Kept kept, LocalDate day) {
        var first = kept.first(day);
        var part = kept.part(first);
        if (known.contains(part)) {
            return;
        }
        // A name made of an enum's and a date: nothing of it comes from outside.
        sql.update("create table if not exists " + part + " partition of " + kept.table() + " for values from ('"
                + bound(kept, first) + "') to ('" + bound(kept, kept.next(first)) + "')" + kept.storage);
        known.add(part);
    }

    /** Parts for what is written from now on. */
    void makeAhead(Instant now) {
        var today = day(now);
        sql.inTransaction(() -> {
            for (int day = -1; day <= DAYS_AHEAD; day++) {
                ensure(Kept.ACCOUNTING_RECORD, today.plusDays(day));
            }
            for (int month = -1; month <= 1; month++) {
                ensure(Kept.USAGE_DAILY, today.plusMonths(month));
                ensure(Kept.SESSION_HISTORY, today.plusMonths(month));
            }
            return true;
        });
    }

    private static String bound(Kept kept, LocalDate day) {
        return kept == Kept.USAGE_DAILY ? day.toString() : day + " 00:00:00+00";
    }

    /** A transaction failed, and with it perhaps a part that it had made. */
    void forget() {
        known.clear();
    }

    /** Drops the parts that end on that day or before. Returns how many. */
    int dropBefore(Kept kept, LocalDate day) {
        var parts = sql.list("""
                select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                 where i.inhparent = cast(? as regclass) order by c.relname
                """, row -> row.text("relname"), kept.table());
        int dropped = 0;
        for (var part : parts) {
            if (isOurs(kept, part) && !kept.next(kept.firstOf(part)).isAfter(day)) {
                known.remove(part);
                drop(part);
                dropped++;
            }
        }
        return dropped;
    }

    private static boolean isOurs(Kept kept, String part) {
        return part.matches(kept.table() + (kept.byMonth ? "_[0-9]{4}_[0-9]{2}" : "_[0-9]{4}_[0-9]{2}_[0-9]{2}"));
    }

    /** Not at the price of deliveries that wait: they hold no lock for long, and the next run comes. */
    private void drop(String part) {
        sql.inTransaction(() -> {
            sql.update("set local lock_timeout = '2s'");
            return sql.update("drop table if exists " + part);
        });
    }
}
