package net.catraca.admin.release;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/** An entry of the release ledger as the API shows it. */
@Serdeable
@Schema(name = "Release")
public record ReleaseView(
        long id,
        long version,
        long contractId,
        ReleaseKind kind,

        @Schema(description = "What it lets through: active or reduced.")
        AccessLevel level,

        String reason,
        String grantedBy,
        Instant grantedAt,
        Instant startsAt,

        @Nullable @Schema(description = "The first instant at which it no longer holds; null: until a later run.")
        Instant until,

        @Nullable @Schema(description = "Day 0 of the oldest debt that it let through.")
        LocalDate debtDueOn,

        @Nullable @Schema(description = "What the contract got when it was let through; null in old entries.")
        AccessLevel fromLevel,

        @Schema(description = "Whether the interval between trust unlocks was lifted for it.")
        boolean liftedInterval,

        @Nullable @Schema(description = "The second person, who approved it above the first one's daily ceiling.")
        String secondedBy,

        boolean running,
        @Nullable EndView end) {

    /** How it was ended before its time. */
    @Serdeable
    @Schema(name = "ReleaseEnd")
    public record EndView(Instant at, String by, String reason) {}

    public static ReleaseView of(Release release, Instant now) {
        var end = release.end();
        return new ReleaseView(
                release.id(),
                release.version(),
                release.contractId(),
                release.kind(),
                release.level(),
                release.reason(),
                release.grantedBy(),
                release.grantedAt(),
                release.startsAt(),
                release.until(),
                release.debtDueOn(),
                release.fromLevel(),
                release.liftedInterval(),
                release.secondedBy(),
                release.runsAt(now),
                end == null ? null : new EndView(end.at(), end.by(), end.reason()));
    }
}
