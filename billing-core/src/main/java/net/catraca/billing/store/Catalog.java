package net.catraca.billing.store;

import java.util.HashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.contract.Plan;
import org.jspecify.annotations.Nullable;

/** Plans and policies by id, each once, so that snapshots share them. */
public record Catalog(Map<Long, Plan> plans, Map<Long, AccessPolicy> policies) {

    public Catalog {
        plans = Map.copyOf(plans);
        policies = Map.copyOf(policies);
    }

    /** @throws IllegalStateException when there is no such plan: the database forbids that */
    public Plan plan(long id) {
        return present("plan", id, plans.get(id));
    }

    /** @throws IllegalStateException when it has no active version: no plan or contract may refer to such a one */
    public AccessPolicy policy(long id) {
        return present("access policy", id, policies.get(id));
    }

    /** This catalog with the other's objects wherever they are of the same version. */
    Catalog keeping(Catalog other) {
        return new Catalog(
                keeping(plans, other.plans, Plan::version), keeping(policies, other.policies, AccessPolicy::version));
    }

    private static <T> Map<Long, T> keeping(Map<Long, T> ours, Map<Long, T> theirs, ToLongFunction<T> version) {
        Map<Long, T> kept = new HashMap<>(ours);
        kept.replaceAll((id, mine) -> {
            var other = theirs.get(id);
            return other != null && version.applyAsLong(other) == version.applyAsLong(mine) ? other : mine;
        });
        return kept;
    }

    private static <T> T present(String kind, long id, @Nullable T found) {
        if (found == null) {
            throw new IllegalStateException(kind + " " + id + ": expected to be loaded, was not");
        }
        return found;
    }
}
