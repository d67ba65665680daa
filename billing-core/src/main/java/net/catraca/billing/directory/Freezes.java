package net.catraca.billing.directory;

import java.time.Instant;
import java.util.List;
import net.catraca.billing.run.Freeze;

/** The freezes that bear on access now or will; immutable. */
public record Freezes(List<Freeze> all) {

    public static final Freezes NONE = new Freezes(List.of());

    public Freezes {
        all = List.copyOf(all);
    }

    /** Up to when the clock may tighten anybody at all, where all is known up to an instant. */
    public Instant capped(Instant knownUntil) {
        Instant capped = knownUntil;
        for (int i = 0; i < all.size(); i++) { // on the packet path: no iterator
            capped = earlier(capped, all.get(i).capped(knownUntil));
        }
        return capped;
    }

    /** The same for one contract: after a freeze each waits a little longer than another. */
    public Instant cappedFor(long contractId, Instant knownUntil) {
        Instant capped = knownUntil;
        for (int i = 0; i < all.size(); i++) {
            capped = earlier(capped, all.get(i).cappedFor(contractId, knownUntil));
        }
        return capped;
    }

    private static Instant earlier(Instant one, Instant other) {
        return other.isBefore(one) ? other : one;
    }
}
