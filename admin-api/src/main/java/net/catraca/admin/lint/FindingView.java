package net.catraca.admin.lint;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import net.catraca.billing.lint.LintFinding;
import net.catraca.billing.lint.LintKind;
import org.jspecify.annotations.Nullable;

/** Something that looks wrong. */
@Serdeable
@Schema(name = "LintFinding")
record FindingView(
        long id,
        LintKind kind,
        @Nullable Long contractId,
        @Nullable Long customerId,
        @Schema(description = "In English, for people.") String message,

        @Schema(description = "The facts that the message tells, by name, for words in another language.")
        Map<String, String> facts) {

    static FindingView of(LintFinding finding) {
        return new FindingView(
                finding.id(),
                finding.kind(),
                finding.contractId(),
                finding.customerId(),
                finding.words(),
                finding.facts());
    }
}
