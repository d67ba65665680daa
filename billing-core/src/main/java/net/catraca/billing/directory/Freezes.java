package net.catraca.billing.directory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import net.catraca.billing.run.Freeze;

/** The freezes that bear on access now or will, the latest first; immutable. */
public record Freezes(List<Freeze> all) {

    public static final Freezes NONE = new Freezes(List.of());

    /** @param all in any order */
    public Freezes {
        all = all.stream()
                .sorted(Comparator.comparing(Freeze::declaredAt).reversed())
                .toList();
    }

    /** Up to when the clock may tighten anybody at all, where all is known up to an instant. */
    public Instant capped(Instant knownUntil) {
        Instant capped = knownUntil;
        for (int i = 0; i < all.size(); i++) { // on the packet path: no iterator
            capped = all.get(i).capped(capped);
        }
        return capped;
    }

    /**
     * The same for one contract: after a freeze each waits a little longer than another. What waited when a freeze was
     * declared in another one, waits for both: the clock goes back from each to the one before.
     */
    public Instant cappedFor(long contractId, Instant knownUntil) {
        Instant capped = knownUntil;
        for (int i = 0; i < all.size(); i++) {
            capped = all.get(i).cappedFor(contractId, capped);
        }
        return capped;
    }
}
