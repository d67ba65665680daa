package net.catraca.radius.reply;

import java.util.LinkedHashMap;
import java.util.Map;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import org.jspecify.annotations.Nullable;

/**
 * A word in braces that a vendor profile's value may hold, and what a plan puts there.
 *
 * @param optional whether some plans have nothing to put there
 * @param rate whether it tells how fast the subscriber may be
 */
record Placeholder(String name, boolean optional, boolean rate, Value value) {

    /** All there are, in the order in which a person would look for them. */
    static final Map<String, Placeholder> ALL = all();

    interface Value {
        /** Null when the plan has nothing to put there. */
        @Nullable
        String of(Plan plan);
    }

    private interface PlanRate {
        @Nullable
        Rate of(Plan plan);
    }

    private static Map<String, Placeholder> all() {
        var all = new LinkedHashMap<String, Placeholder>();
        rates(all, "", false, Plan::active);
        rates(all, "reduced-", false, Placeholder::reduced);
        rates(
                all,
                "burst-",
                true,
                plan -> plan.burst() == null ? null : plan.burst().peak());
        rates(
                all,
                "burst-threshold-",
                true,
                plan -> plan.burst() == null ? null : plan.burst().threshold());
        add(all, "burst-seconds", true, true, plan -> seconds(plan.burst()));
        add(all, "plan", false, true, Plan::name);
        add(all, "ipv4-pool", true, false, plan -> text(plan.ipv4Pool()));
        add(all, "ipv6-pool", true, false, plan -> text(plan.ipv6Pool()));
        add(all, "delegated-ipv6-pool", true, false, plan -> text(plan.delegatedIpv6Pool()));
        add(all, "interim-seconds", false, false, plan -> Integer.toString(plan.interimSeconds()));
        return all;
    }

    private static void rates(Map<String, Placeholder> all, String prefix, boolean optional, PlanRate rate) {
        direction(all, prefix + "down-", optional, rate, Rate::downKbps);
        direction(all, prefix + "up-", optional, rate, Rate::upKbps);
    }

    private interface Direction {
        int kbps(Rate rate);
    }

    private static void direction(
            Map<String, Placeholder> all, String prefix, boolean optional, PlanRate rate, Direction direction) {
        unit(all, prefix + "kbps", optional, rate, direction, Integer::toString);
        unit(all, prefix + "bps", optional, rate, direction, kbps -> Long.toString(1000L * kbps));
        unit(all, prefix + "rate", optional, rate, direction, Placeholder::shortest);
    }

    private interface Unit {
        String write(int kbps);
    }

    private static void unit(
            Map<String, Placeholder> all,
            String name,
            boolean optional,
            PlanRate rate,
            Direction direction,
            Unit unit) {
        add(all, name, optional, true, plan -> {
            var found = rate.of(plan);
            return found == null ? null : unit.write(direction.kbps(found));
        });
    }

    private static void add(Map<String, Placeholder> all, String name, boolean optional, boolean rate, Value value) {
        all.put(name, new Placeholder(name, optional, rate, value));
    }

    /** A reduction never raises a rate, whatever a plan's two rates say. */
    private static Rate reduced(Plan plan) {
        return new Rate(
                Math.min(plan.reduced().downKbps(), plan.active().downKbps()),
                Math.min(plan.reduced().upKbps(), plan.active().upKbps()));
    }

    /** As RouterOS writes rates: exact, in M (1,000,000 bit/s) where that is a whole number, else in k (1,000). */
    private static String shortest(int kbps) {
        return kbps % 1000 == 0 ? kbps / 1000 + "M" : kbps + "k";
    }

    private static @Nullable String seconds(@Nullable Burst burst) {
        return burst == null ? null : Integer.toString(burst.seconds());
    }

    /** An empty name is no name: RFC 2865 §5 forbids to send one. */
    private static @Nullable String text(@Nullable String name) {
        // Nor is a pool of ours one of the NAS's: it is told the address itself.
        return name == null || name.isBlank() || name.startsWith(Plan.OWN_POOL) ? null : name;
    }
}
