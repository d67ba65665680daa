package net.catraca.admin.simulator;

import io.micronaut.serde.ObjectMapper;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what each NAS knows of each session, a line of JSON for each record whose fate is known, as it goes. It
 * grows with the records that were sent, about 250 octets each. Used by one thread.
 */
final class Ledger implements Closeable {

    private static final ObjectMapper JSON = ObjectMapper.getDefault();

    private final @Nullable BufferedWriter out;
    private final @Nullable Path file;

    private Ledger(@Nullable BufferedWriter out, @Nullable Path file) {
        this.out = out;
        this.file = file;
    }

    /** @param file written anew; null for nowhere */
    static Ledger open(@Nullable Path file) {
        try {
            return new Ledger(file == null ? null : Files.newBufferedWriter(file), file);
        } catch (IOException e) {
            throw new SimulationException("the ledger " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    void record(String nas, RecordFacts record, boolean answered) {
        var caller = record.caller();
        write(new LedgerLine(
                nas,
                record.sessionId(),
                caller == null ? "" : caller.login(),
                record.status().name().toLowerCase(Locale.ROOT),
                answered,
                record.number(),
                Instant.ofEpochSecond(record.startedAt()),
                record.seconds(),
                record.inOctets(),
                record.outOctets(),
                record.terminateCause(),
                record.level()));
    }

    void vanished(String nas, Line.Session session, String how, long now) {
        write(new LedgerLine(
                nas,
                session.caller.sessionId(),
                session.caller.login(),
                how,
                false,
                0,
                Instant.ofEpochSecond(session.startedAt),
                session.seconds(now),
                session.inOctets,
                session.outOctets,
                0,
                ""));
    }

    private void write(LedgerLine line) {
        if (out == null) {
            return;
        }
        try {
            out.write(JSON.writeValueAsString(line));
            out.newLine();
        } catch (IOException e) {
            throw new SimulationException("the ledger " + file + " cannot be written any more: " + e.getMessage(), e);
        }
    }

    void flush() {
        try {
            if (out != null) {
                out.flush();
            }
        } catch (IOException e) {
            throw new SimulationException("the ledger " + file + " cannot be written any more: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
        }
    }
}
