package net.catraca.radius.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.radius.dictionary.Dictionary;
import net.catraca.radius.reply.ReplyProfiles.LevelChange;
import net.catraca.radius.reply.ReplyProfiles.RenderedAttribute;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tinyradius.core.attribute.AttributeHolder;

/**
 * The octets that each vendor's NAS gets, compared with files that were written from the vendors' numbers rather than by
 * the code; TinyRadius reads the same octets as a second opinion on what they say.
 */
class GoldenPacketTest {

    private static final Path GOLDEN = Path.of("src/test/resources/net/catraca/radius/reply/golden");
    private static final LoadedProfiles PROFILES = LoadedProfilesTest.open(Path.of("../config"));

    private static final Plan HOME = plan(1, null);
    private static final Plan HOME_WITH_BURST =
            plan(2, new Burst(new Rate(75_000, 15_000), new Rate(40_000, 8_000), 10));

    private static Plan plan(long id, @Nullable Burst burst) {
        var active = new Rate(50_000, 10_000);
        var reduced = new Rate(10_000, 2_000);
        return new Plan(id, 1, null, "Home", 1, 9990, active, burst, reduced, "cgnat", "v6-link", "v6-lan", 1, 900);
    }

    /** @param lines hex and comment; a word instead where no attributes are sent */
    private record Section(List<String> lines) {

        String hex() {
            return String.join("", lines.stream().map(Section::octets).toList());
        }

        private static String octets(String line) {
            return line.split("#", 2)[0].replace(" ", "");
        }

        List<String> comments() {
            return lines.stream()
                    .filter(line -> line.contains("#"))
                    .map(line -> line.split("#", 2)[1].strip())
                    .toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vendors")
    void aLoginGetsTheseOctets(String vendor) throws IOException {
        var golden = golden(vendor);

        assertThat(login(vendor, HOME, AccessLevel.ACTIVE))
                .isEqualTo(named(golden, "active").hex());
        assertThat(login(vendor, HOME_WITH_BURST, AccessLevel.ACTIVE))
                .isEqualTo(named(golden, "active with burst").hex());
        assertThat(login(vendor, HOME, AccessLevel.REDUCED))
                .isEqualTo(named(golden, "reduced").hex());
        assertThat(login(vendor, HOME_WITH_BURST, AccessLevel.REDUCED))
                .isEqualTo(named(golden, "reduced").hex());
        assertThat(login(vendor, HOME, AccessLevel.BLOCKED))
                .isEqualTo(named(golden, "blocked").hex());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vendors")
    void aLiveSessionGetsTheseOctets(String vendor) throws IOException {
        var golden = golden(vendor);

        assertThat(coa(vendor, AccessLevel.ACTIVE, AccessLevel.REDUCED))
                .isEqualTo(named(golden, "coa active to reduced").hex());
        assertThat(coa(vendor, AccessLevel.ACTIVE, AccessLevel.BLOCKED))
                .isEqualTo(named(golden, "coa active to blocked").hex());
        assertThat(coa(vendor, AccessLevel.BLOCKED, AccessLevel.ACTIVE))
                .isEqualTo(named(golden, "coa blocked to active").hex());
        assertThat(coa(vendor, AccessLevel.REDUCED, AccessLevel.ACTIVE))
                .isEqualTo(named(golden, "coa reduced to active").hex());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vendors")
    void theOctetsSayWhatTheCommentsSay(String vendor) throws IOException {
        for (var section : golden(vendor).values()) {
            assertThat(readByTinyRadius(section.hex())).isEqualTo(section.comments());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vendors")
    void peopleAreShownWhatIsSent(String vendor) throws IOException {
        assertThat(PROFILES.rendered(vendor, HOME_WITH_BURST, AccessLevel.ACTIVE))
                .extracting(GoldenPacketTest::words)
                .isEqualTo(named(golden(vendor), "active with burst").comments());
    }

    @Test
    void everyProfileHasItsGoldenFile() throws IOException {
        assertThat(vendors()).containsExactlyInAnyOrderElementsOf(PROFILES.vendors());
    }

    private static String words(RenderedAttribute attribute) {
        return attribute.name() + " = " + attribute.value();
    }

    private static String login(String vendor, Plan plan, AccessLevel level) {
        return level == AccessLevel.BLOCKED && PROFILES.rejectsBlocked(vendor)
                ? "reject"
                : HexFormat.of().formatHex(PROFILES.encoded(vendor, plan, level));
    }

    private static String coa(String vendor, AccessLevel from, AccessLevel to) {
        return switch (PROFILES.change(vendor, HOME, Set.of(from), to)) {
            case LevelChange.ByCoa(var attributes) -> HexFormat.of().formatHex(attributes);
            case LevelChange.ByDisconnect() -> "disconnect";
        };
    }

    private static List<String> readByTinyRadius(String hex) {
        if (!hex.matches("[0-9a-f]+")) {
            return List.of();
        }
        Dictionary dictionary = PROFILES.dictionary();
        var data = Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
        return AttributeHolder.readAttributes(dictionary.tinyRadius(), -1, data).stream()
                .flatMap(attribute -> attribute.flatten().stream())
                .map(attribute -> attribute.getAttributeName()
                        + attribute.getTag().map(tag -> ":" + tag).orElse("")
                        + " = " + attribute.getValueString())
                .toList();
    }

    private static Section named(Map<String, Section> golden, String name) {
        return Objects.requireNonNull(golden.get(name), name);
    }

    private static Map<String, Section> golden(String vendor) throws IOException {
        var sections = new LinkedHashMap<String, Section>();
        var lines = new ArrayList<String>();
        for (var line : Files.readAllLines(GOLDEN.resolve(vendor + ".hex"))) {
            if (line.startsWith("[")) {
                lines = new ArrayList<>();
                sections.put(line.substring(1, line.length() - 1), new Section(lines));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(line);
            }
        }
        return sections;
    }

    private static List<String> vendors() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files.map(file -> file.getFileName().toString().replace(".hex", ""))
                    .sorted()
                    .toList();
        }
    }
}
