package net.catraca.billing.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every rule and boundary day, as {@code decisions.txt} tells them. */
class DecisionTableTest {

    @TestFactory
    Stream<DynamicContainer> decisions() throws Exception {
        return read().entrySet().stream()
                .map(section -> DynamicContainer.dynamicContainer(
                        section.getKey(),
                        section.getValue().stream().map(line -> DynamicTest.dynamicTest(line, () -> check(line)))));
    }

    private static void check(String line) {
        var columns = line.split("\\|", -1);
        assertThat(columns).hasSize(5);
        var contract = FactsText.read(columns[1]);
        var now = FactsText.instant(columns[0].trim(), contract.zone());
        var access = AccessPolicy.effective(contract, now, now);
        var computed = access.computed();
        assertThat(computed.level() + " by " + computed.rule()).isEqualTo(columns[2].trim());
        assertThat(access.effective().level()).hasToString(columns[3].trim());
        assertThat(computed.nextChange()).isEqualTo(nextChange(columns[4].trim(), contract));
        assertThat(AccessPolicy.decide(contract, now)).isEqualTo(computed);
        assertThat(AccessPolicy.answer(contract, now, now).level())
                .isEqualTo(access.effective().level());
    }

    private static @Nullable Instant nextChange(String text, ContractSnapshot contract) {
        return text.equals("never") ? null : FactsText.instant(text, contract.zone());
    }

    private static Map<String, List<String>> read() throws Exception {
        var sections = new LinkedHashMap<String, List<String>>();
        var lines = new ArrayList<String>();
        try (var file = new BufferedReader(new InputStreamReader(
                requireNonNull(DecisionTableTest.class.getResourceAsStream("decisions.txt")), UTF_8))) {
            for (var line = file.readLine(); line != null; line = file.readLine()) {
                if (line.startsWith("== ")) {
                    lines = new ArrayList<>();
                    sections.put(line.substring(3), lines);
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    lines.add(line);
                }
            }
        }
        return sections;
    }
}
