package net.catraca.billing.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What Pix has told must be booked: else money is known here, and its payer could be restricted for want of it. */
public record BookedPix(UnbookedPix pix) implements MoneyFreshness {

    public static final String SOURCE = "pix-booking";

    /** Each is booked within a second, or tried again every ten. */
    public static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Pix that are kept and not booked. */
    @FunctionalInterface
    public interface UnbookedPix {
        /** Empty when all are. Refunds do not count: they bring no money. */
        Optional<Unbooked> unbooked();
    }

    /**
     * @param oldest when the first of them was told
     * @param endToEndId of the first of them
     * @param fault what became of the last attempt, or null
     */
    public record Unbooked(
            long count,
            Instant oldest,
            String endToEndId,
            @Nullable String fault) {}

    @Override
    public List<Stale> stale(Instant now) {
        return pix
                .unbooked()
                .filter(unbooked -> unbooked.oldest().plus(PATIENCE).isBefore(now))
                .map(unbooked -> new Stale(
                        SOURCE,
                        "%d told and not booked, first %s at %s%s"
                                .formatted(
                                        unbooked.count(),
                                        unbooked.endToEndId(),
                                        unbooked.oldest(),
                                        unbooked.fault() == null ? "" : ": " + unbooked.fault())))
                .stream()
                .toList();
    }
}
