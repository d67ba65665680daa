package net.catraca.radius.accounting;

import java.util.ArrayList;
import java.util.List;
import net.catraca.radius.store.JournalCursor.Cursor;

/**
 * From where a journal is delivered, by what it holds and what PostgreSQL says.
 *
 * @param after the last record that need not be delivered
 * @param used a number up to which numbers have been given that this journal does not know of; 0 for none
 * @param missing at most so many records were delivered once, are in PostgreSQL no more, and in the journal no more
 * @param warnings what an operator must know, in sentences
 */
record DeliveryStart(long after, long used, long missing, List<String> warnings) {

    /**
     * What the journal knows.
     *
     * @param taken the last record whose file has been taken away, 0 when none has
     * @param last the last record it holds, 0 when it has never held one
     * @param next the least number that it gives from now on
     */
    record Ends(long identity, String place, int node, long taken, long last, long next) {}

    /** @param cursors all of that node */
    static DeliveryStart of(Ends journal, List<Cursor> cursors) {
        List<String> warnings = new ArrayList<>();
        long others = 0;
        for (var cursor : cursors) {
            if (cursor.journal() != journal.identity) {
                others = Math.max(others, cursor.number());
                warnings.add(("node %d delivered from another journal before, the last time at %s: if that was another"
                                + " machine that still runs, give one of them another catraca.node; if it was another"
                                + " folder, what is undelivered there is nowhere else")
                        .formatted(journal.node, cursor.at()));
            }
        }
        long used = others >= journal.next ? others : 0;
        for (var cursor : cursors) {
            if (cursor.journal() == journal.identity) {
                return known(journal, cursor.number(), used, warnings);
            }
        }
        if (journal.taken > 0) {
            warnings.add(
                    "PostgreSQL has never heard of the journal %s, which has been delivered up to %d: is it another"
                                    .formatted(journal.place, journal.taken)
                            + " database, or restored from a backup? What was delivered before is missing in it; what the"
                            + " journal still holds is delivered now");
        }
        return new DeliveryStart(journal.taken, used, 0, warnings);
    }

    private static DeliveryStart known(Ends journal, long number, long used, List<String> warnings) {
        if (number < journal.taken) {
            warnings.add(("PostgreSQL has the records of journal %s up to %d only, though they were delivered up to %d:"
                            + " was it restored from a backup? Those between are missing; what the journal still holds is"
                            + " delivered now")
                    .formatted(journal.place, number, journal.taken));
            return new DeliveryStart(number, used, journal.taken - number, warnings);
        }
        if (number <= journal.last) {
            return new DeliveryStart(number, used, 0, warnings);
        }
        warnings.add(
                ("PostgreSQL has records of journal %s up to %d, and the journal ends at %d: was its folder put back to"
                                + " an earlier state, or does its disk lose what it says it has written? Records that were"
                                + " acknowledged and not delivered may be lost")
                        .formatted(journal.place, number, journal.last));
        // Numbers that this opening has given are of records that PostgreSQL cannot have yet.
        boolean givenTwice = number >= journal.next;
        return new DeliveryStart(
                givenTwice ? journal.next - 1 : number, givenTwice ? Math.max(number, used) : used, 0, warnings);
    }
}
