package net.catraca.admin.simulator;

import java.io.IOException;

/** A socket that has something to read. */
interface ReadySocket {

    /** Takes some of it, not necessarily all. */
    void read(long now) throws IOException;
}
