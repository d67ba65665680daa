package net.catraca.billing.notice;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fills templates in: Mustache without partials or raw values, so that what a customer is called can never become markup,
 * a header or a piece of JSON. A variable that is not known is an error.
 */
public final class Wording {

    /** How values are written into a text. */
    public enum Escape {
        NONE(Escapers.NONE),
        HTML(Escapers.HTML),
        JSON(Wording::json),
        FORM(raw -> java.net.URLEncoder.encode(raw, java.nio.charset.StandardCharsets.UTF_8));

        @SuppressWarnings("ImmutableEnumChecker") // functions without state
        private final Mustache.Escaper escaper;

        Escape(Mustache.Escaper escaper) {
            this.escaper = escaper;
        }
    }

    private Wording() {}

    /**
     * A message in words.
     *
     * @param subject of e-mails
     */
    public record Words(
            @Nullable String subject, String body, @Nullable String html) {

        @Override
        public String toString() {
            return "Words[hidden]"; // names and amounts
        }
    }

    /** @throws IllegalArgumentException when the template is not in order */
    public static Words words(NoticeTemplate template, Map<String, Object> variables) {
        var subject = template.subject();
        var html = template.html();
        return new Words(
                subject == null ? null : fill(subject, Escape.NONE, variables).replaceAll("[\\p{Cntrl}]+", " "),
                fill(template.body(), Escape.NONE, variables),
                html == null ? null : fill(html, Escape.HTML, variables));
    }

    /** @throws IllegalArgumentException when the template is not in order */
    public static String fill(String template, Escape escape, Map<String, Object> variables) {
        if (template.contains("{{{")
                || template.contains("{{&")
                || template.contains("{{>")
                || template.contains("{{=")) {
            throw new IllegalArgumentException("no raw values, partials or other delimiters");
        }
        try {
            return Mustache.compiler()
                    .withEscaper(escape.escaper)
                    .emptyStringIsFalse(true)
                    .compile(template)
                    .execute(variables);
        } catch (RuntimeException wrong) {
            throw new IllegalArgumentException(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** What is wrong with a template, for whoever wrote it; empty when nothing is. */
    public static Optional<String> fault(String template, Escape escape, Map<String, Object> sample) {
        try {
            fill(template, escape, sample);
            return Optional.empty();
        } catch (IllegalArgumentException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private static String json(String raw) {
        var out = new StringBuilder(raw.length() + 8);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ' || c == '\u2028' || c == '\u2029') {
                        out.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }

    /** Variables beside those of a notice that the body of a provider's request may use. */
    public static Map<String, Object> ofRequest(String to, String text, String reference) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("to", to);
        values.put("digits", to.replaceAll("[^0-9]", ""));
        values.put("text", text);
        values.put("reference", reference);
        return values;
    }
}
