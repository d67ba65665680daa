package net.catraca.radius.nas;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All NASes at one moment, by source prefix; immutable. The longest match wins, and prefixes may nest. */
public final class NasTable {

    public static final NasTable EMPTY = new NasTable(Map.of());

    private final Map<AddressPrefix, NasGroup> groups;
    // One entry a prefix length in use, longest first: a look-up costs a hash probe for each.
    private final ByLength[] lengths;

    private record ByLength(int length, long highMask, long lowMask, Map<AddressPrefix, NasGroup> groups) {}

    private NasTable(Map<AddressPrefix, NasGroup> groups) {
        this.groups = Map.copyOf(groups);
        var byLength = new TreeMap<Integer, Map<AddressPrefix, NasGroup>>();
        groups.forEach((prefix, group) ->
                byLength.computeIfAbsent(prefix.length(), _ -> new HashMap<>()).put(prefix, group));
        this.lengths = byLength.descendingMap().entrySet().stream()
                .map(entry -> new ByLength(
                        entry.getKey(),
                        AddressPrefix.highMask(entry.getKey()),
                        AddressPrefix.lowMask(entry.getKey()),
                        entry.getValue()))
                .toArray(ByLength[]::new);
    }

    /**
     * @param problems why a prefix was left as it was in {@code old}, or out; each names the rows at fault
     */
    public record Built(NasTable table, List<String> problems) {}

    /** A row that is there but cannot be used, for example because its secret does not open. */
    public record Unreadable(String name, String prefix, String why) {}

    /**
     * Puts rows together. A prefix whose rows contradict each other keeps its old group, or is left out when it had
     * none: one bad row must not silence the other routers, nor may we guess which of two secrets is meant.
     */
    public static Built of(
            Collection<Nas> rows, Collection<Unreadable> unreadable, NasTable old, Predicate<String> knownVendor) {
        List<String> problems = new ArrayList<>();
        Map<AddressPrefix, List<Nas>> byPrefix = new LinkedHashMap<>();
        for (var nas : rows) {
            prefixOf(nas.name(), nas.prefix(), problems)
                    .ifPresent(prefix -> byPrefix.computeIfAbsent(prefix, _ -> new ArrayList<>())
                            .add(nas));
        }
        Map<AddressPrefix, NasGroup> groups = new HashMap<>();
        byPrefix.forEach((prefix, sharers) -> {
            List<String> found = problemsOf(prefix, sharers, knownVendor);
            problems.addAll(found);
            put(prefix, found.isEmpty() ? new NasGroup(prefix, sharers) : old.group(prefix), groups);
        });
        for (var row : unreadable) {
            problems.add("nas " + row.name() + ": " + row.why());
            prefixOf(row.name(), row.prefix(), problems).ifPresent(prefix -> put(prefix, old.group(prefix), groups));
        }
        return new Built(new NasTable(groups), List.copyOf(problems));
    }

    private static void put(AddressPrefix prefix, @Nullable NasGroup group, Map<AddressPrefix, NasGroup> groups) {
        if (group == null) {
            groups.remove(prefix);
        } else {
            groups.put(prefix, group);
        }
    }

    private static Optional<AddressPrefix> prefixOf(String name, String prefix, List<String> problems) {
        try {
            return Optional.of(AddressPrefix.parse(prefix));
        } catch (IllegalArgumentException e) {
            problems.add("nas " + name + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    private static List<String> problemsOf(AddressPrefix prefix, List<Nas> sharers, Predicate<String> knownVendor) {
        List<String> problems = new ArrayList<>();
        Nas first = sharers.getFirst();
        Set<String> identifiers = new HashSet<>();
        for (var nas : sharers) {
            if (!knownVendor.test(nas.vendor())) {
                problems.add("nas " + nas.name() + ": vendor: no profile is named \"" + nas.vendor() + "\"");
            }
            if (!nas.secret().equals(first.secret())) {
                problems.add("nas " + nas.name() + " and nas " + first.name() + " share the prefix " + prefix
                        + ": expected one secret for both, since the secret goes by source address alone");
            }
            if (!identifiers.add(nas.nasIdentifier() == null ? "" : nas.nasIdentifier())) {
                problems.add("nas " + nas.name() + ": prefix " + prefix + " has another NAS with "
                        + (nas.nasIdentifier() == null
                                ? "no NAS-Identifier; give them one each"
                                : "the NAS-Identifier \"" + nas.nasIdentifier() + "\""));
            }
        }
        return problems;
    }

    /** Who may ask from that address: the group with the longest prefix that holds it, or null. */
    public @Nullable NasGroup bySource(InetAddress source) {
        long high = AddressPrefix.high(source);
        long low = AddressPrefix.low(source);
        boolean ipv4 = AddressPrefix.isIpv4(high, low);
        for (var candidates : lengths) {
            if (ipv4 && candidates.length < AddressPrefix.MAPPED_BITS) {
                return null; // ::/0 means every IPv6 address, not every address
            }
            var probe = new AddressPrefix(high & candidates.highMask, low & candidates.lowMask, candidates.length);
            NasGroup group = candidates.groups.get(probe);
            if (group != null) {
                return group;
            }
        }
        return null;
    }

    public @Nullable NasGroup group(AddressPrefix prefix) {
        return groups.get(prefix);
    }

    public Collection<NasGroup> groups() {
        return groups.values();
    }

    public List<Nas> all() {
        return groups.values().stream().flatMap(group -> group.all().stream()).toList();
    }
}
