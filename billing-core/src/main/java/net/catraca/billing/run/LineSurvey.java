package net.catraca.billing.run;

import java.time.Instant;

/** Brings the last known line of each contract up to date from what sessions have told since. */
@FunctionalInterface
public interface LineSurvey {

    void refresh(Instant now);
}
