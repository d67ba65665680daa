package net.catraca.radius.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.reply.LoadedProfiles.Opening;
import net.catraca.radius.reply.LoadedProfiles.Reload.Refused;
import net.catraca.radius.reply.LoadedProfiles.Reload.Reloaded;
import net.catraca.radius.reply.ReplyProfiles.LevelChange.ByCoa;
import net.catraca.radius.reply.ReplyProfiles.LevelChange.ByDisconnect;
import net.catraca.radius.reply.ReplyProfiles.RenderedAttribute;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tinyradius.core.attribute.AttributeHolder;
import org.tinyradius.core.attribute.type.RadiusAttribute;

class LoadedProfilesTest {

    private static final Path SHIPPED = Path.of("../config");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit fills it
    Path folder;

    @Test
    void whatWeShipHasNoProblems() {
        assertThat(LoadedProfiles.problems(SHIPPED)).isEmpty();
        assertThat(shipped().vendors())
                .containsExactlyInAnyOrder(
                        "mikrotik",
                        "cisco",
                        "cisco-xr",
                        "juniper",
                        "huawei",
                        "nokia",
                        "zte",
                        "accel-ppp",
                        "wispr",
                        "generic");
    }

    @Test
    void everyAttributeThatTheLintKnowsStandsInADictionary() {
        var dictionary = shipped().dictionary();

        assertThat(AttributeFacts.names())
                .allSatisfy(name -> assertThat(dictionary.named(name)).as(name).isPresent());
    }

    @Test
    void everyPlaceholderIsExplained() throws IOException {
        var explained = Files.readString(SHIPPED.resolve("vendors/README.md"));

        assertThat(Placeholder.ALL.keySet()).allSatisfy(name -> assertThat(explained)
                .contains('{' + name.replaceFirst("-(kbps|bps|rate)$", "-kbps").replace("-up-", "-down-") + '}'));
    }

    @Test
    void mikrotikSaysBurstAsItsManualDoes() {
        assertThat(value("mikrotik", Plans.homeWithBurst(), AccessLevel.ACTIVE, "Mikrotik-Rate-Limit"))
                .isEqualTo("10M/50M 15M/75M 8M/40M 10/10 8 2M/10M");
    }

    @Test
    void mikrotikRatesStayExactWhereTheyAreNoWholeMegabits() {
        var plan = Plans.plan(9, new Rate(1_500, 999), null, new Rate(1_000_000, 512));

        assertThat(value("mikrotik", plan, AccessLevel.ACTIVE, "Mikrotik-Rate-Limit"))
                .isEqualTo("999k/1500k");
    }

    @Test
    void aReductionNeverRaisesARate() {
        var plan = Plans.plan(
                9, new Rate(5_000, 1_000), new Burst(new Rate(1, 1), new Rate(1, 1), 1), new Rate(9_000, 512));

        assertThat(value("mikrotik", plan, AccessLevel.REDUCED, "Mikrotik-Rate-Limit"))
                .isEqualTo("512k/5M");
        assertThat(value("mikrotik", plan, AccessLevel.ACTIVE, "Mikrotik-Rate-Limit"))
                .endsWith(" 8 512k/5M");
    }

    @Test
    void aRateBeyond32BitsIsSentAsTheMostThatTheyHold() {
        var plan = Plans.plan(9, new Rate(10_000_000, 4_294_967), null, new Rate(1, 1));

        assertThat(value("huawei", plan, AccessLevel.ACTIVE, "Huawei-Output-Average-Rate"))
                .isEqualTo("4294967295");
        assertThat(value("huawei", plan, AccessLevel.ACTIVE, "Huawei-Input-Average-Rate"))
                .isEqualTo("4294967000");
        assertThat(value("juniper", plan, AccessLevel.ACTIVE, "ERX-CoS-Shaping-Pmt-Type"))
                .isEqualTo("T02 10000000000");
    }

    @Test
    void anAttributeWhosePlaceholderThePlanLacksIsNotSent() {
        assertThat(names(Plans.home(), AccessLevel.ACTIVE)).containsExactly("Filter-Id");
        assertThat(names(Plans.homeWithPools(), AccessLevel.ACTIVE))
                .containsExactly("Filter-Id", "Framed-Pool", "Framed-IPv6-Pool", "Delegated-IPv6-Prefix-Pool");
    }

    @Test
    void aBlankPoolIsNoPool() {
        var plan = new Plan(9, 1, null, "Home", 1, 0, new Rate(2, 2), null, new Rate(1, 1), " ", "", null, 1, 900);

        assertThat(names(plan, AccessLevel.ACTIVE)).containsExactly("Filter-Id");
    }

    @Test
    void aNameTooLongForItsAttributeIsCutBetweenCharacters() {
        var pool = "é".repeat(130);
        var plan = new Plan(9, 1, null, "Home", 1, 0, new Rate(2, 2), null, new Rate(1, 1), pool, null, null, 1, 900);

        var octets = shipped().encoded("generic", plan, AccessLevel.ACTIVE);

        assertThat(HexFormat.of().formatHex(octets)).endsWith("58fe" + "c3a9".repeat(126));
    }

    @Test
    void repliesAreRenderedOncePerPlanVersion() {
        var profiles = shipped();
        var plan = Plans.home();

        assertThat(profiles.encoded("generic", plan, AccessLevel.ACTIVE))
                .isSameAs(profiles.encoded("generic", plan, AccessLevel.ACTIVE))
                .isNotSameAs(profiles.encoded("generic", plan, AccessLevel.REDUCED))
                .isNotSameAs(profiles.encoded("generic", Plans.homeWithPools(), AccessLevel.ACTIVE));
    }

    @Test
    void anotherVersionOfAPlanIsRenderedAnew() {
        var profiles = shipped();
        var before = Plans.plan(7, new Rate(2_000, 1_000), null, new Rate(1, 1));
        var after = new Plan(
                7, 2, null, "Home", 1, 9990, new Rate(4_000, 1_000), null, new Rate(1, 1), null, null, null, 1, 900);

        assertThat(profiles.encoded("generic", before, AccessLevel.ACTIVE))
                .isNotEqualTo(profiles.encoded("generic", after, AccessLevel.ACTIVE));
    }

    @Test
    void aVendorWithoutGardenRejectsTheBlocked() {
        var profiles = shipped();

        assertThat(profiles.rejectsBlocked("wispr")).isTrue();
        assertThat(profiles.encoded("wispr", Plans.home(), AccessLevel.BLOCKED)).isEmpty();
        assertThat(profiles.rejectsBlocked("mikrotik")).isFalse();
    }

    @Test
    void aGardenOfPoolsLeavesOutFixedAddresses() {
        var profiles = shipped();

        assertThat(profiles.keepsFixedAddresses("generic", AccessLevel.BLOCKED)).isFalse();
        assertThat(profiles.keepsFixedAddresses("accel-ppp", AccessLevel.BLOCKED))
                .isFalse();
        assertThat(profiles.keepsFixedAddresses("generic", AccessLevel.REDUCED)).isTrue();
        assertThat(profiles.keepsFixedAddresses("mikrotik", AccessLevel.BLOCKED))
                .isTrue();
        assertThat(profiles.keepsFixedAddresses("wispr", AccessLevel.BLOCKED)).isTrue();
    }

    @Test
    void anUnknownVendorAndTheLevelRefusedHaveNoAttributes() {
        var profiles = shipped();

        assertThatThrownBy(() -> profiles.encoded("nobody", Plans.home(), AccessLevel.ACTIVE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was nobody");
        assertThatThrownBy(() -> profiles.encoded("generic", Plans.home(), AccessLevel.REFUSED))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRestoreDropsTheListAndBringsTheRate() {
        var change =
                shipped().change("mikrotik", Plans.homeWithPools(), Set.of(AccessLevel.BLOCKED), AccessLevel.ACTIVE);

        assertThat(change).isInstanceOfSatisfying(ByCoa.class, coa -> assertThat(text(coa.attributes()))
                .contains("catraca-active", "default", "10M/50M")
                .as("a pool cannot change in a live session")
                .doesNotContain("v4"));
    }

    @Test
    void aRestoreEndsOnlyWhatTheLevelBeforeHadStarted() {
        var profiles = shipped();
        var deactivate = "ERX-Service-Deactivate";

        assertThat(attributes(profiles, "juniper", AccessLevel.BLOCKED, AccessLevel.ACTIVE))
                .contains(deactivate);
        assertThat(attributes(profiles, "juniper", AccessLevel.BLOCKED, AccessLevel.REDUCED))
                .contains(deactivate);
        assertThat(attributes(profiles, "juniper", AccessLevel.REDUCED, AccessLevel.ACTIVE))
                .doesNotContain(deactivate);
        assertThat(attributes(profiles, "juniper", AccessLevel.ACTIVE, AccessLevel.BLOCKED))
                .contains("ERX-Service-Activate")
                .doesNotContain(deactivate);
    }

    @Test
    void whatNobodyKnowsIsUndoneAsFarAsCoaCan() {
        var plan = Plans.home();
        var mikrotik = shipped().changeFromUnknown("mikrotik", plan, AccessLevel.ACTIVE);
        assertThat(mikrotik).isInstanceOfSatisfying(ByCoa.class, coa -> assertThat(text(coa.attributes()))
                .contains("catraca-active", "default", "10M/50M"));

        // Its garden ends by Disconnect alone, and nobody is disconnected for what may never have been.
        assertThat(shipped().changeFromUnknown("accel-ppp", plan, AccessLevel.ACTIVE))
                .isInstanceOf(ByCoa.class);
        assertThat(shipped()
                        .change("accel-ppp", plan, Set.of(AccessLevel.ACTIVE, AccessLevel.BLOCKED), AccessLevel.ACTIVE))
                .isInstanceOf(ByDisconnect.class);
    }

    @Test
    void eachVendorMayBearSomethingElse() throws IOException {
        var profiles = own();
        edit("other.yaml", "change-by:", "coa: {rate: 7, after-nak: {retries: 0, disconnect: no}}\nchange-by:");
        profiles.reload();

        assertThat(profiles.coa("other").rate()).isEqualTo(7);
        assertThat(profiles.coa("other").window()).isNull();
        assertThat(profiles.coa("other").nak()).isEqualTo(new CoaRules.After(0, false, null));
        assertThat(profiles.coa("rejected")).isEqualTo(CoaRules.NONE);
    }

    @Test
    void whatCoaCannotDoIsDoneByDisconnect() {
        var profiles = shipped();
        var plan = Plans.home();

        assertThat(profiles.change("accel-ppp", plan, Set.of(AccessLevel.ACTIVE), AccessLevel.REDUCED))
                .isInstanceOf(ByCoa.class);
        assertThat(profiles.change("accel-ppp", plan, Set.of(AccessLevel.REDUCED), AccessLevel.BLOCKED))
                .isInstanceOf(ByDisconnect.class);
        assertThat(profiles.change("accel-ppp", plan, Set.of(AccessLevel.BLOCKED), AccessLevel.ACTIVE))
                .isInstanceOf(ByDisconnect.class);
        assertThat(profiles.change("wispr", plan, Set.of(AccessLevel.ACTIVE), AccessLevel.BLOCKED))
                .isInstanceOf(ByDisconnect.class);
    }

    @Test
    void aReloadSwapsEverythingAtOnce() throws IOException {
        var profiles = own();
        var before = profiles.sha256();
        edit("rejected.yaml", "reject-delay: 1s", "reject-delay: 800ms");

        assertThat(profiles.reload()).isInstanceOfSatisfying(Reloaded.class, reloaded -> assertThat(reloaded.sha256())
                .isNotEqualTo(before)
                .isEqualTo(profiles.sha256()));
        assertThat(profiles.rejectDelayMillis("rejected")).isEqualTo(800);
    }

    @Test
    void aReloadWithoutAChangeKeepsTheFingerprint() throws IOException {
        var profiles = own();
        var before = profiles.sha256();

        assertThat(profiles.reload()).isEqualTo(new Reloaded(before));
        assertThat(before).hasSize(64);
    }

    @Test
    void aBadEditIsRefusedWholeAndTheOldProfilesGoOn() throws IOException {
        var profiles = own();
        var before = profiles.sha256();
        edit("rejected.yaml", "reject-delay: 1s", "reject-delay: 800ms");
        edit("other.yaml", "Filter-Id: fast", "Filterid: fast");

        assertThat(profiles.reload()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problems())
                .singleElement()
                .hasToString(folder.resolve("vendors/other.yaml")
                        + ":5:3: no dictionary has an attribute Filterid; did you mean Filter-Id?"));
        assertThat(profiles.sha256()).isEqualTo(before);
        assertThat(profiles.rejectDelayMillis("rejected")).isEqualTo(1000);
    }

    @Test
    void aBadDictionaryIsRefusedToo() throws IOException {
        var profiles = own();
        Files.writeString(folder.resolve("dictionaries/dictionary.local"), "ATTRIBUTE Acme-Speed");

        assertThat(profiles.reload()).isInstanceOf(Refused.class);
        assertThat(LoadedProfiles.problems(folder))
                .singleElement()
                .asString()
                .startsWith(
                        folder.resolve("dictionaries/dictionary.local") + ":1: expected ATTRIBUTE name number type");
    }

    @Test
    void aProfileThatIsNoTextIsNamed() throws IOException {
        var profiles = own();
        Files.write(folder.resolve("vendors/other.yaml"), new byte[] {(byte) 0xff, 0, 1});

        assertThat(profiles.reload()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problems())
                .singleElement()
                .hasToString(folder.resolve("vendors/other.yaml") + ": cannot be read: expected UTF-8 text"));
    }

    @Test
    void twoFilesCannotBeTheSameProfile() throws IOException {
        var profiles = own();
        Files.writeString(folder.resolve("vendors/other.yml"), profile("other"));

        assertThat(profiles.reload()).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problems())
                .singleElement()
                .hasToString(folder.resolve("vendors/other.yml") + ": the profile other is "
                        + folder.resolve("vendors/other.yaml") + " already"));
    }

    @Test
    void afterAReloadNothingOfTheOldRenderingIsLeft() throws IOException {
        var profiles = own();
        var before = profiles.encoded("other", Plans.home(), AccessLevel.ACTIVE);
        edit("other.yaml", "Filter-Id: fast", "Filter-Id: faster");

        assertThat(profiles.reload()).isInstanceOf(Reloaded.class);
        assertThat(profiles.encoded("other", Plans.home(), AccessLevel.ACTIVE)).isNotEqualTo(before);
    }

    @Test
    void aFolderWithoutProfilesDoesNotOpen() throws IOException {
        Files.createDirectories(folder.resolve("vendors"));
        Files.createDirectories(folder.resolve("dictionaries"));
        Files.writeString(folder.resolve("dictionaries/dictionary.one"), "ATTRIBUTE Filter-Id 11 string");

        assertThat(LoadedProfiles.open(folder))
                .isInstanceOfSatisfying(Opening.Refused.class, refused -> assertThat(refused.problems())
                        .singleElement()
                        .hasToString(folder.resolve("vendors")
                                + ": expected at least one vendor profile, such as generic.yaml"));
    }

    private LoadedProfiles own() throws IOException {
        Files.createDirectories(folder.resolve("vendors"));
        Files.createDirectories(folder.resolve("dictionaries"));
        Files.writeString(folder.resolve("dictionaries/dictionary.one"), "ATTRIBUTE Filter-Id 11 string");
        Files.writeString(folder.resolve("vendors/rejected.yaml"), profile("rejected"));
        Files.writeString(folder.resolve("vendors/other.yaml"), profile("other"));
        return open(folder);
    }

    private static String profile(String vendor) {
        return """
                vendor: %s
                description: a NAS of this test
                change-by: disconnect
                active:
                  Filter-Id: fast
                reduced:
                  Filter-Id: slow
                blocked:
                  reject: true
                reject-delay: 1s
                """.formatted(vendor);
    }

    private void edit(String file, String from, String to) throws IOException {
        var path = folder.resolve("vendors").resolve(file);
        var text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }

    private static LoadedProfiles shipped() {
        return open(SHIPPED);
    }

    static LoadedProfiles open(Path config) {
        return switch (LoadedProfiles.open(config)) {
            case Opening.Opened(var profiles) -> profiles;
            case Opening.Refused(var problems) -> throw new AssertionError(problems);
        };
    }

    private static String value(String vendor, Plan plan, AccessLevel level, String attribute) {
        return shipped().rendered(vendor, plan, level).stream()
                .filter(rendered -> rendered.name().equals(attribute))
                .map(RenderedAttribute::value)
                .reduce((one, two) -> {
                    throw new AssertionError(attribute + " twice");
                })
                .orElseThrow();
    }

    private static List<String> names(Plan plan, AccessLevel level) {
        return shipped().rendered("generic", plan, level).stream()
                .map(RenderedAttribute::name)
                .toList();
    }

    /** Names of what a CoA carries, as TinyRadius reads it. */
    private static List<String> attributes(LoadedProfiles profiles, String vendor, AccessLevel from, AccessLevel to) {
        return switch (profiles.change(vendor, Plans.home(), Set.of(from), to)) {
            case ByCoa(var octets) ->
                AttributeHolder.readAttributes(profiles.dictionary().tinyRadius(), -1, Unpooled.wrappedBuffer(octets))
                        .stream()
                        .flatMap(attribute -> attribute.flatten().stream())
                        .map(RadiusAttribute::getAttributeName)
                        .toList();
            case ByDisconnect() -> throw new AssertionError("expected a CoA");
        };
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
