package net.catraca.admin.simulator;

import java.io.Closeable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what is of no more use. */
final class Closing {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private Closing() {}

    static void quietly(Closeable done) {
        try {
            done.close();
        } catch (IOException e) {
            LOG.debug("closing {} failed; nothing depends on it", done, e);
        }
    }
}
