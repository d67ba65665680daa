package net.catraca.billing.lint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that looks wrong.
 *
 * @param contractId null when it concerns none in particular
 * @param facts by name, in the order in which they are told
 */
public record LintFinding(
        long id,
        LintKind kind,
        @Nullable Long contractId,
        @Nullable Long customerId,
        Map<String, String> facts) {

    public LintFinding {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** In English. */
    public String words() {
        String words = kind.words();
        for (var fact : facts.entrySet()) {
            words = words.replace("{" + fact.getKey() + "}", fact.getValue());
        }
        return words;
    }
}
