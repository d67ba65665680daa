package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.run.LineSurvey;
import net.catraca.billing.store.PlaceBook;
import org.jspecify.annotations.Nullable;

/** The network as runs and incidents speak of it. A NAS or region that nobody knows is a slip, and not an empty scope. */
@Singleton
final class Places {

    private final LineSurvey lines;
    private final PlaceBook book;

    Places(LineSurvey lines, PlaceBook book) {
        this.lines = lines;
        this.book = book;
    }

    /** Brings the last known lines up to date. */
    void refresh(Instant now) {
        lines.refresh(now);
    }

    /** What of these is not known; null when all is that is given. */
    @Nullable
    Problem unknown(@Nullable Long nasId, @Nullable String region) {
        if (nasId != null && !lines.hasNas(nasId) && !book.isAtNas(nasId)) {
            return new Unknown("nas", nasId);
        }
        return region == null || lines.hasRegion(region) || book.isInRegion(region)
                ? null
                : new Unknown("region", region);
    }
}
