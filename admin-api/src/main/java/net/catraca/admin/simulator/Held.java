package net.catraca.admin.simulator;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import net.catraca.billing.access.AccessLevel;

/**
 * What a router lets a session do. Immutable.
 *
 * @param attributes by name, those that say it
 * @param garden whether the session is in the walled garden
 * @param downKbps 0 when nothing limits it, as is {@code upKbps}
 */
record Held(Map<String, List<String>> attributes, boolean garden, long downKbps, long upKbps) {

    /** What garden lists, groups, pools and filters are called in our vendor profiles. */
    private static final List<String> GARDEN_WORDS = List.of("blocked", "garden");

    /** As the router was told when the session began. */
    static Held of(RouterModel model, Map<String, List<String>> attributes) {
        return derive(model, new TreeMap<>(attributes));
    }

    /** After a CoA: what it names is replaced, a service that it deactivates is gone, and the rest stays. */
    Held changed(RouterModel model, Map<String, List<String>> by) {
        var now = new TreeMap<>(attributes);
        by.forEach((name, values) -> {
            if (!name.equals("ERX-Service-Deactivate")) {
                now.put(name, values);
            }
        });
        deactivate(now, by.getOrDefault("ERX-Service-Deactivate", List.of()));
        return derive(model, now);
    }

    private static void deactivate(Map<String, List<String>> now, Collection<String> services) {
        var left = new ArrayList<>(now.getOrDefault("ERX-Service-Activate", List.of()));
        if (left.removeAll(services)) {
            now.put("ERX-Service-Activate", left);
        }
    }

    private static Held derive(RouterModel model, Map<String, List<String>> attributes) {
        attributes.remove("ERX-Service-Deactivate");
        attributes.values().removeIf(List::isEmpty);
        return new Held(
                new LinkedHashMap<>(attributes),
                attributes.entrySet().stream().anyMatch(Held::isGarden),
                model.downKbps(attributes),
                model.upKbps(attributes));
    }

    private static boolean isGarden(Map.Entry<String, List<String>> attribute) {
        return attribute.getValue().stream()
                .map(value -> value.toLowerCase(Locale.ROOT))
                .anyMatch(value -> GARDEN_WORDS.stream().anyMatch(value::contains)
                        // Nokia's filters have numbers, and -2 is the one that goes back to the usual.
                        || (attribute.getKey().equals("Alc-Subscriber-Filter") && !value.contains("-v4:-2")));
    }

    /** @param reducedKbps a download rate up to this one counts as reduced */
    AccessLevel level(int reducedKbps) {
        if (garden) {
            return AccessLevel.BLOCKED;
        }
        return downKbps > 0 && downKbps <= reducedKbps ? AccessLevel.REDUCED : AccessLevel.ACTIVE;
    }

    /** Whether a subscriber would notice no difference. */
    boolean equivalent(Held other) {
        return garden == other.garden && downKbps == other.downKbps && upKbps == other.upKbps;
    }

    @Override
    public String toString() {
        return (garden ? "garden, " : "") + "down " + downKbps + " kbit/s, up " + upKbps + " kbit/s";
    }
}
