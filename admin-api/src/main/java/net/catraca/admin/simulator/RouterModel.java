package net.catraca.admin.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** How routers of a vendor read what a session may do. */
public enum RouterModel {
    MIKROTIK(14988),
    CISCO(9),
    CISCO_XR(9),
    JUNIPER(4874),
    HUAWEI(2011),
    NOKIA(6527),
    ZTE(3902),
    ACCEL_PPP(0),
    WISPR(14122),
    GENERIC(0);

    private static final Pattern LAST_NUMBER = Pattern.compile("([0-9]+)(?:-v6)?$");
    private static final Pattern PEAK = Pattern.compile(":pir=([0-9]+)");

    private final int vendor;

    RouterModel(int vendor) {
        this.vendor = vendor;
    }

    /** As the vendor profile is called. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException listing the words */
    public static RouterModel parse(String word) {
        return Arrays.stream(values())
                .filter(model -> model.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of "
                        + Arrays.stream(values()).map(RouterModel::word).collect(Collectors.joining(", "))
                        + ", was \"" + word + '"'));
    }

    /** Whether it obeys an attribute of this vendor, 0 for the standard space. */
    boolean understands(int vendorId) {
        return vendorId == 0 || vendorId == vendor;
    }

    /** Download in kbit/s; 0 when nothing limits it. */
    long downKbps(Map<String, List<String>> held) {
        return switch (this) {
            case MIKROTIK -> mikrotik(held, 1);
            case CISCO, CISCO_XR -> lastNumber(ciscoPolicy(held, "out"));
            case JUNIPER -> juniperShapingRate(held) / 1000;
            case HUAWEI -> number(held, "Huawei-Output-Average-Rate") / 1000;
            case NOKIA -> nokia(held, "e:");
            // What IPv6 gets counts as much: the faster of the two is what the subscriber has.
            case ZTE -> Math.max(number(held, "ZTE-Rate-Ctrl-SCR-Down"), number(held, "ZTE-Rate-Ctrl-SCR-Down-v6"));
            case ACCEL_PPP -> part(first(held, "Filter-Id"), "/", 0);
            case WISPR -> number(held, "WISPr-Bandwidth-Max-Down") / 1000;
            case GENERIC -> part(first(held, "Filter-Id"), "-", 1);
        };
    }

    /** Upload in kbit/s; 0 when nothing limits it. */
    long upKbps(Map<String, List<String>> held) {
        return switch (this) {
            case MIKROTIK -> mikrotik(held, 0);
            case CISCO, CISCO_XR -> lastNumber(ciscoPolicy(held, "in"));
            case JUNIPER -> lastNumber(first(held, "ERX-Ingress-Policy-Name"));
            case HUAWEI -> number(held, "Huawei-Input-Average-Rate") / 1000;
            case NOKIA -> nokia(held, "i:");
            case ZTE -> Math.max(number(held, "ZTE-Rate-Ctrl-SCR-Up"), number(held, "ZTE-Rate-Ctrl-SCR-Up-v6"));
            case ACCEL_PPP -> part(first(held, "Filter-Id"), "/", 1);
            case WISPR -> number(held, "WISPr-Bandwidth-Max-Up") / 1000;
            case GENERIC -> part(first(held, "Filter-Id"), "-", 2);
        };
    }

    private static String first(Map<String, List<String>> held, String name) {
        return held.getOrDefault(name, List.of("")).getFirst();
    }

    private static long number(Map<String, List<String>> held, String name) {
        return digits(first(held, name));
    }

    private static long digits(String text) {
        return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
    }

    private static long part(String text, String separator, int which) {
        String[] parts = text.split(separator, -1);
        return which < parts.length ? digits(parts[which]) : 0;
    }

    private static long lastNumber(String text) {
        var found = LAST_NUMBER.matcher(text);
        return found.find() ? digits(found.group(1)) : 0;
    }

    private static String ciscoPolicy(Map<String, List<String>> held, String direction) {
        return held.getOrDefault("Cisco-AVPair", List.of()).stream()
                .filter(pair -> pair.startsWith("subscriber:sub-qos-policy-" + direction + '='))
                .findFirst()
                .orElse("");
    }

    private static long juniperShapingRate(Map<String, List<String>> held) {
        return held.getOrDefault("ERX-CoS-Shaping-Pmt-Type", List.of()).stream()
                .filter(parameter -> parameter.startsWith("T02 "))
                .mapToLong(parameter -> digits(parameter.substring("T02 ".length())))
                .findFirst()
                .orElse(0);
    }

    private static long nokia(Map<String, List<String>> held, String direction) {
        return held.getOrDefault("Alc-Subscriber-QoS-Override", List.of()).stream()
                .filter(override -> override.startsWith(direction))
                .map(PEAK::matcher)
                .filter(java.util.regex.Matcher::find)
                .mapToLong(found -> digits(found.group(1)))
                .findFirst()
                .orElse(0);
    }

    /** The router's own view: rx, the subscriber's upload, stands first. */
    private static long mikrotik(Map<String, List<String>> held, int which) {
        String[] rates = first(held, "Mikrotik-Rate-Limit").split(" ", 2)[0].split("/", 2);
        String rate = rates[Math.min(which, rates.length - 1)];
        if (rate.isEmpty()) {
            return 0;
        }
        long unit =
                switch (rate.charAt(rate.length() - 1)) {
                    case 'k' -> 1_000;
                    case 'M' -> 1_000_000;
                    case 'G' -> 1_000_000_000;
                    default -> 1;
                };
        return digits(unit == 1 ? rate : rate.substring(0, rate.length() - 1)) * unit / 1000;
    }
}
