package net.catraca.billing.webhook;

import java.time.Duration;
import java.util.List;

/** When an event that was not taken is tried again, and when no more. */
public final class Retries {

    private static final List<Duration> BACK_OFF = List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(4),
            Duration.ofHours(6),
            Duration.ofHours(10));

    /** Of one event: spread over about a day, so that somebody at the other side has seen a working day. */
    public static final int MOST_ATTEMPTS = BACK_OFF.size() + 1;

    /** In a row: the endpoint itself is away, rather than one event of its bad. */
    static final int FAILURES_BEFORE_REST = 5;

    private static final Duration LONGEST_REST = Duration.ofMinutes(5);

    private Retries() {}

    /** @param attempts that were made, 1 to {@link #MOST_ATTEMPTS} - 1 */
    public static Duration after(int attempts) {
        return BACK_OFF.get(Math.min(Math.max(attempts, 1), BACK_OFF.size()) - 1);
    }

    /** How long an endpoint is left alone; nothing before it failed some times in a row. */
    public static Duration rest(int failures) {
        if (failures < FAILURES_BEFORE_REST) {
            return Duration.ZERO;
        }
        var rest = Duration.ofSeconds(5L << Math.min(failures - FAILURES_BEFORE_REST, 6));
        return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    }
}
