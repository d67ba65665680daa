package net.catraca.billing.run;

import java.time.Instant;
import java.util.List;

/**
 * Watches a run as a whole, so that nothing tightens blindly: at its preview, before its commit begins and whenever an
 * interrupted one goes on. What it objects to waits for a second person.
 */
public interface RunGuard {

    /** @return empty when it has nothing to say */
    List<Objection> objections(RunPicture picture, Instant now);
}
