package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.store.Sql;

/**
 * Writes many things a portion at a time, so that one of them costs the others nothing: a portion that fails for what is in
 * it is written again in halves, until the one is found. A portion that was ended only for others that ran beside it (a
 * deadlock, a serialization failure) is written again as it is. A database that is away, or busy for too long, ends it all.
 */
@Singleton
final class Portions {

    /** How often a portion is tried: each time somebody else went on, so that three times in a row would be a wonder. */
    static final int MOST_TRIES = 4;

    private final Sql sql;

    Portions(Sql sql) {
        this.sql = sql;
    }

    /** Writes a portion: one transaction, or a part of the one that is running. It may be called again for the same. */
    @FunctionalInterface
    interface Work<E, T> {
        T write(List<E> portion);
    }

    /** What comes of the one that cannot be written; throws where nobody foresaw it. */
    @FunctionalInterface
    interface Refused<E, T> {
        T because(E one, RuntimeException why);
    }

    /**
     * @param all together one portion, to begin with; not empty
     * @return what came of each portion, in the order of its elements
     */
    <E, T> List<T> write(List<E> all, Work<E, T> work, Refused<E, T> refused) {
        List<T> results = new ArrayList<>();
        write(all, work, refused, results);
        return results;
    }

    private <E, T> void write(List<E> some, Work<E, T> work, Refused<E, T> refused, List<T> results) {
        try {
            results.add(tried(some, work));
        } catch (RuntimeException why) {
            if (Sql.isOfDatabase(why) && !Sql.isRefusalOfData(why)) {
                throw why;
            }
            if (some.size() == 1) {
                results.add(refused.because(some.getFirst(), why));
                return;
            }
            int half = some.size() / 2;
            write(some.subList(0, half), work, refused, results);
            write(some.subList(half, some.size()), work, refused, results);
        }
    }

    private <E, T> T tried(List<E> some, Work<E, T> work) {
        for (int left = MOST_TRIES - 1; ; left--) {
            try {
                return sql.inPart(() -> work.write(some));
            } catch (RuntimeException why) {
                if (left == 0 || !Sql.isForOthers(why)) {
                    throw why;
                }
            }
        }
    }
}
