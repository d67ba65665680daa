package net.catraca.admin.access;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import net.catraca.radius.session.LockViolation;
import org.jspecify.annotations.Nullable;

/** A login was used from where its locks do not let it. */
@Serdeable
@Schema(name = "LockViolation", description = "A login was used from where its locks do not let it.")
record LockViolationView(
        String login,
        Instant at,
        LockViolation.Lock lock,
        @Schema(description = "What the lock lets in.") String expected,

        @Nullable @Schema(description = "What the NAS told instead; null when it told nothing of the kind.")
        String found,

        String nas,

        @Schema(description = "All that the NAS told of the place.", example = "nas 3 port ge-0/1 mac 0011aa22bb33")
        String place,

        @Schema(description = "Whether it was let into the walled garden, and not refused.")
        boolean garden) {

    boolean isSamePlaceAs(LockViolationView other) {
        return lock == other.lock
                && nas.equals(other.nas)
                && place.equals(other.place)
                && login.equals(other.login)
                && !at.isAfter(other.at);
    }

    static LockViolationView of(String login, LockViolation.Seen seen) {
        var violation = seen.violation();
        return new LockViolationView(
                login,
                seen.at(),
                violation.lock(),
                violation.expected(),
                violation.found(),
                seen.nasName(),
                seen.place(),
                seen.garden());
    }
}
