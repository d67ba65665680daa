package net.catraca.admin.simulator;

import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a ledger, also one whose writer was killed in the middle of a line. */
final class LedgerReader {

    private static final ObjectMapper JSON = ObjectMapper.getDefault();

    private LedgerReader() {}

    /** By NAS and session, in order of their first lines. */
    static Collection<LedgerSession> read(Path file) {
        Map<String, LedgerSession> sessions = new LinkedHashMap<>();
        try (var lines = Files.newBufferedReader(file)) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                boolean last = !lines.ready();
                if (!text.endsWith("}") && last) {
                    break;
                }
                LedgerLine line = JSON.readValue(text, LedgerLine.class);
                if (!line.login().isEmpty()) {
                    sessions.computeIfAbsent(line.nas() + '|' + line.session(), _ -> new LedgerSession(line))
                            .read(line);
                }
            }
        } catch (IOException e) {
            throw new SimulationException("the ledger " + file + " cannot be read: " + e.getMessage(), e);
        }
        return sessions.values();
    }
}
