package net.catraca.admin.access;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import net.catraca.radius.session.LockViolation;
import net.catraca.radius.store.LockViolationBook.Kept;
import org.jspecify.annotations.Nullable;

/** A place from where a login was used against its locks, and how often. */
@Serdeable
@Schema(
        name = "LockViolationEntry",
        description =
                "A place from where a login was used against its locks, and how often. Twenty of a login are kept,"
                        + " for ninety days after the last time.")
record LockViolationEntry(
        long id,
        long subscriberId,

        @Nullable @Schema(description = "Null when it was deleted since.")
        String login,

        Instant firstAt,
        Instant lastAt,
        long times,
        LockViolation.Lock lock,
        @Schema(description = "What the lock lets in.") String expected,

        @Nullable @Schema(description = "What the NAS told instead; null when it told nothing of the kind.")
        String found,

        String nas,

        @Schema(description = "All that the NAS told of the place.", example = "nas 3 port ge-0/1 mac 0011aa22bb33")
        String place,

        @Schema(description = "Whether it was let into the walled garden the last time, and not refused.")
        boolean garden,

        @Schema(description = "The node that saw it last.") int node) {

    static LockViolationEntry of(Kept kept) {
        var seen = kept.seen();
        return new LockViolationEntry(
                kept.id(),
                kept.subscriberId(),
                kept.login(),
                kept.firstAt(),
                seen.at(),
                kept.times(),
                seen.violation().lock(),
                seen.violation().expected(),
                seen.violation().found(),
                seen.nasName(),
                seen.place(),
                seen.garden(),
                kept.node());
    }
}
