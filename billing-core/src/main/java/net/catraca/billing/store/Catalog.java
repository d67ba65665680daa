package net.catraca.billing.store;

import java.util.Map;
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

    private static <T> T present(String kind, long id, @Nullable T found) {
        if (found == null) {
            throw new IllegalStateException(kind + " " + id + ": expected to be loaded, was not");
        }
        return found;
    }
}
