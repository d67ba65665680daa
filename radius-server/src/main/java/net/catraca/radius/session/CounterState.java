package net.catraca.radius.session;

/**
 * Counters as believed, with what is needed to read the next report of a NAS that sends no Gigawords: such a counter
 * begins anew at 2<sup>32</sup>, and a report lower than the one before then means a wrap (RFC 2869 §5.1 is for those
 * that do send them).
 *
 * @param total what the session has used
 * @param gigawordsSeen whether the NAS has sent Gigawords for this session: then a lower report is not a wrap
 */
public record CounterState(Counters total, boolean gigawordsSeen) {

    public static final CounterState NONE = new CounterState(Counters.NONE, false);
}
