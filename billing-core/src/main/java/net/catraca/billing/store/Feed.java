package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/**
 * Appends to the change feed, in the transaction that made the change: each entry tells every node to read one entity
 * again.
 */
@Singleton
public final class Feed {

    /** Wakes followers at once; they find what changed in the feed itself. */
    static final String RELIEF_CHANNEL = "catraca_relief";

    private final Sql sql;
    private final WebhookOutbox outbox;

    Feed(Sql sql, WebhookOutbox outbox) {
        this.sql = sql;
        this.outbox = outbox;
    }

    /** What an entry's key is the id of. */
    public enum Kind {
        CONTRACT,
        SUBSCRIBER,
        PLAN,
        POLICY,
        NAS,
        FREEZE
    }

    public void append(Kind kind, long key, Instant at) {
        append(kind, List.of(key), at);
    }

    public void append(Kind kind, Collection<Long> keys, Instant at) {
        if (!keys.isEmpty()) {
            sql.update("insert into feed (kind, key, at) select ?, unnest(?), ?", kind, keys, at);
            if (kind == Kind.PLAN || kind == Kind.POLICY) {
                outbox.written(kind, keys);
            }
        }
    }

    /**
     * Wakes the followers when this transaction commits, instead of at their next poll. For relief to single contracts
     * only: PostgreSQL commits transactions that notify one after the other.
     */
    void notifyOfRelief() {
        sql.first("select pg_notify(?, '')", row -> "", RELIEF_CHANNEL);
    }
}
