package net.catraca.admin.simulator;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** What all lines and NASes of a simulation share. Used by one thread. */
final class World {

    /** What routers are told repeats itself; beyond so many kinds each session keeps its own copy. */
    private static final int MOST_SHARED = 50_000;

    private final SimulationSettings settings;
    private final Clock clock;
    private final Agenda agenda = new Agenda();
    private final Tally tally = new Tally();
    private final Ledger ledger;
    private final Map<Held, Held> shared = new HashMap<>();
    private boolean ending;

    World(SimulationSettings settings, Clock clock, Ledger ledger) {
        this.settings = settings;
        this.clock = clock;
        this.ledger = ledger;
    }

    SimulationSettings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    Agenda agenda() {
        return agenda;
    }

    Tally tally() {
        return tally;
    }

    Ledger ledger() {
        return ledger;
    }

    /** Whether nobody dials in any more. */
    boolean ending() {
        return ending;
    }

    void end() {
        ending = true;
    }

    Held shared(Held held) {
        Held known = shared.get(held);
        if (known == null && shared.size() < MOST_SHARED) {
            shared.put(held, held);
        }
        return known == null ? held : known;
    }
}
