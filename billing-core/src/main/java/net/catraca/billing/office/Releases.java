package net.catraca.billing.office;

import java.util.List;
import java.util.Optional;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseRequest;
import org.jspecify.annotations.Nullable;

/** The release ledger. Limits are checked under the contract's lock, so that a quota is used once. */
public interface Releases {

    /** Grants at once, or declines with {@link Problem.LimitReached}. */
    Outcome<Release> grant(Actor actor, ReleaseRequest request);

    /**
     * Ends a release that runs; the contract returns to its effective level as computed then.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    Outcome<Release> end(Actor actor, long id, @Nullable Long expectedVersion, String reason);

    Optional<Release> find(long id);

    /**
     * @param contractId null for all contracts
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    List<Release> list(@Nullable Long contractId, long afterId, int limit);
}
