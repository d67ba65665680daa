package net.catraca.admin.simulator;

import org.jspecify.annotations.Nullable;

/** The simulation cannot begin or go on; the message says why and is meant for a person. */
public final class SimulationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    SimulationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
