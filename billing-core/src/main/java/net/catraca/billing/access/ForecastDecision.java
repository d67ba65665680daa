package net.catraca.billing.access;

import java.time.Instant;

/**
 * A computed decision, now or ahead.
 *
 * @param at from when it holds, until its next change
 */
public record ForecastDecision(Instant at, AccessDecision decision) {}
