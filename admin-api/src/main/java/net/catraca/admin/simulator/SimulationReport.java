package net.catraca.admin.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.ObjectMapper;
import io.micronaut.serde.annotation.Serdeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What came of a simulation.
 *
 * @param beforeEnd who was online before the lines hung up
 * @param levels null when the API was not asked, as is {@code comparison}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SimulationReport(
        Instant startedAt,
        long seed,
        int nases,
        int lines,
        Progress.Sessions beforeEnd,
        Progress totals,
        LevelCheck.@Nullable Result levels,
        Comparison.@Nullable Result comparison) {

    private static final ObjectMapper JSON = ObjectMapper.getDefault();

    /** Whether the server did all that it must and nothing that it must not. */
    public boolean isClean() {
        return totals.isClean()
                && (levels == null || levels.mismatchCount() == 0)
                && (comparison == null || comparison.isEqual());
    }

    /** As JSON. */
    public void write(Path file) {
        try {
            Files.writeString(file, JSON.writeValueAsString(this) + System.lineSeparator());
        } catch (IOException e) {
            throw new SimulationException("the report " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
