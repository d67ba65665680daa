package net.catraca.billing.job;

import java.time.Instant;

/**
 * A piece of work that runs by itself, once across all nodes. Every bean of this type is scheduled, shown and can be
 * triggered.
 */
public interface Job {

    /** Its name for people and in the database, in kebab case, e.g. {@code generate-receivables}; never changes. */
    String name();

    /**
     * The name by which the settings know it: its own, but for a job that each node has for itself, as for a folder of its
     * own disk. Such jobs have the node in their names.
     */
    default String settingName() {
        return name();
    }

    /** When it runs unless the settings say otherwise. */
    JobSchedule schedule();

    /**
     * Does what is due. Idempotent: a run that was killed is run again, and after a failure it is tried again.
     *
     * @param at the instant for which it runs, by the daemon's clock
     * @return what was done
     * @throws InterruptedException when the daemon stops; what is left is for the next run
     */
    JobReport run(Instant at) throws InterruptedException;
}
