package net.catraca.radius.reply;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import net.catraca.billing.contract.Plan;

/**
 * A value of a vendor profile: text with placeholders in braces.
 *
 * @param text as written
 * @param parts literal texts and placeholders in turn
 */
record ValueTemplate(String text, List<Part> parts) {

    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");

    sealed interface Part {

        record Literal(String text) implements Part {}

        record Filled(Placeholder by) implements Part {}
    }

    ValueTemplate {
        parts = List.copyOf(parts);
    }

    /** The first word in braces that is no placeholder, if any; braces that do not pair count as one. */
    static Optional<String> misspelt(String text) {
        var unknown = BRACES.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(name -> !Placeholder.ALL.containsKey(name))
                .findFirst();
        var rest = BRACES.matcher(text).replaceAll("");
        return unknown.or(() -> rest.contains("{") || rest.contains("}") ? Optional.of("") : Optional.empty());
    }

    /** @param text without {@link #misspelt} placeholders */
    static ValueTemplate of(String text) {
        var parts = new ArrayList<Part>();
        var matcher = BRACES.matcher(text);
        var from = 0;
        while (matcher.find()) {
            literal(parts, text.substring(from, matcher.start()));
            var placeholder = Placeholder.ALL.get(matcher.group(1));
            if (placeholder == null) {
                throw new IllegalArgumentException("no placeholder " + matcher.group());
            }
            parts.add(new Part.Filled(placeholder));
            from = matcher.end();
        }
        literal(parts, text.substring(from));
        return new ValueTemplate(text, parts);
    }

    private static void literal(List<Part> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(new Part.Literal(text));
        }
    }

    /** The value for this plan; empty when the plan has nothing for one of the placeholders. */
    Optional<String> render(Plan plan) {
        var rendered = new StringBuilder();
        for (var part : parts) {
            var text =
                    switch (part) {
                        case Part.Literal literal -> literal.text();
                        case Part.Filled filled -> filled.by().value().of(plan);
                    };
            if (text == null) {
                return Optional.empty();
            }
            rendered.append(text);
        }
        return Optional.of(rendered.toString());
    }

    List<Placeholder> placeholders() {
        return parts.stream()
                .filter(Part.Filled.class::isInstance)
                .map(part -> ((Part.Filled) part).by())
                .toList();
    }

    /** The first placeholder that some plans leave empty. */
    Optional<Placeholder> optional() {
        return placeholders().stream().filter(Placeholder::optional).findFirst();
    }

    boolean tellsRate() {
        return placeholders().stream().anyMatch(Placeholder::rate);
    }

    /** Whether the whole value is one rate, so that it may be cut to what the attribute can say. */
    boolean isOneRate() {
        return parts.size() == 1
                && parts.getFirst() instanceof Part.Filled filled
                && filled.by().rate();
    }
}
