package net.catraca.billing.access;

import java.time.Instant;

/**
 * That the clock alone makes a contract's effective level stricter for money.
 *
 * @param at the instant; of what waits already, because the directory is not known to be true up to now, the instant asked
 *     at
 * @param lapse whether it rests on the end of a prepaid contract's paid-until, and not on what a run has fixed
 * @param incidentEnds whether an incident release ends then
 */
public record TighteningAhead(Instant at, boolean lapse, boolean incidentEnds) {}
