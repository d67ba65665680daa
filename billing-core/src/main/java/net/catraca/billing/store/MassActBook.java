package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The tables {@code mass_act} and {@code mass_allowance}: acts of jobs that tighten, counted atomically. */
@Singleton
public final class MassActBook {

    private final Sql sql;

    MassActBook(Sql sql) {
        this.sql = sql;
    }

    /** What jobs may do only so often. */
    public enum Kind {
        CANCEL,
        PAUSE,
        MANUAL_BLOCK,
        DELETE,
        /** Of a login, to a contract that answers stricter. */
        MOVE,
        /** A paid-until fact that tightens by itself, under a policy that does so on time. */
        PAID_UNTIL
    }

    /** Counts one, within the transaction of the act; false when this hour's number and what was allowed are used up. */
    public boolean take(Kind kind, Instant now, int perHour) {
        return takeOfHour(kind, now.truncatedTo(ChronoUnit.HOURS), perHour) || takeOfAllowance(kind, now);
    }

    private boolean takeOfHour(Kind kind, Instant hour, int perHour) {
        return sql.update("""
                insert into mass_act (kind, hour, done) values (?, ?, 1)
                on conflict (kind, hour) do update set done = mass_act.done + 1 where mass_act.done < ?
                """, kind, hour, perHour) == 1;
    }

    private boolean takeOfAllowance(Kind kind, Instant now) {
        return sql.update("""
                update mass_allowance set acts_left = acts_left - 1 where kind = ? and acts_left > 0 and until > ?
                """, kind, now) == 1;
    }

    /** Allows so many more until an instant, in place of what was allowed before. */
    public void allow(Kind kind, int acts, Instant until, String by, String reason) {
        sql.update("""
                insert into mass_allowance (kind, acts_left, until, allowed_by, reason) values (?, ?, ?, ?, ?)
                on conflict (kind) do update set
                    acts_left = excluded.acts_left,
                    until = excluded.until,
                    allowed_by = excluded.allowed_by,
                    reason = excluded.reason
                """, kind, acts, until, by, reason);
    }
}
