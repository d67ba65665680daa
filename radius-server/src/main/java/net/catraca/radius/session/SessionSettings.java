package net.catraca.radius.session;

import java.time.ZoneId;

/**
 * How sessions are kept.
 *
 * @param node 0 to 32,767: of this daemon among those that share the database
 * @param zone of days of subscribers that we do not know
 * @param missedInterims after so many Interim-Updates in a row that did not come a session counts as ended; 2 to 100
 * @param sessionMonths whole months for which ended sessions are kept, 1 to 240
 * @param usageMonths the same for daily usage
 * @param recordDays whole days for which records are kept as they came, 1 to 3650
 */
public record SessionSettings(
        int node, ZoneId zone, int missedInterims, int sessionMonths, int usageMonths, int recordDays) {

    public SessionSettings {
        requireBetween("node", node, 0, Short.MAX_VALUE);
        requireBetween("missedInterims", missedInterims, 2, 100);
        requireBetween("sessionMonths", sessionMonths, 1, 240);
        requireBetween("usageMonths", usageMonths, 1, 240);
        requireBetween("recordDays", recordDays, 1, 3_650);
    }

    /** Brazil's law wants connection logs for a year (Lei 12.965/2014, art. 13); usage is compared with last year's. */
    public static SessionSettings of(int node, ZoneId zone) {
        return new SessionSettings(node, zone, 3, 13, 25, 7);
    }

    private static void requireBetween(String field, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(field + ": expected " + least + " to " + most + ", was " + value);
        }
    }
}
