package net.catraca.radius.reply;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.radius.dictionary.AttributeDefinition.Encoding.Malformed;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.reply.AttributeFacts.Reach;
import net.catraca.radius.reply.ProfileLine.Place;
import net.catraca.radius.reply.VendorProfile.Blocked;
import net.catraca.radius.reply.VendorProfile.Blocked.Garden;
import net.catraca.radius.reply.VendorProfile.ChangeBy;
import net.catraca.radius.reply.VendorProfile.Restore;
import net.catraca.radius.reply.VendorProfile.Section;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what is wrong with a profile that can be read: values that some plan makes impossible, gardens with a hole,
 * reductions and restores that do not do what they promise. Each rule is one method.
 */
final class ProfileLint {

    /** Leaves a quarter of the packet to what is added per subscriber. */
    private static final int MAX_LEVEL_OCTETS = 3072;

    private static final Rate LEAST = new Rate(1, 1);
    private static final Rate MOST = new Rate(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private static final Rate FULL = new Rate(50_000, 10_000);
    private static final Rate SLOW = new Rate(1_000, 512);

    /** As long as a plan's name may be; routers take shorter pool names still. */
    private static final String LONG_NAME = "x".repeat(100);

    private static final Plan ORDINARY = plan("Home", FULL, null, SLOW, null);
    private static final List<Plan> SAMPLES = List.of(
            ORDINARY,
            plan("Home", FULL, new Burst(new Rate(75_000, 15_000), new Rate(40_000, 8_000), 10), SLOW, "pool"),
            plan("A", LEAST, new Burst(LEAST, LEAST, 1), LEAST, "p"),
            plan(LONG_NAME, MOST, new Burst(MOST, MOST, 3600), MOST, LONG_NAME));

    private final VendorProfile profile;
    private final Set<Problem> problems = new LinkedHashSet<>();

    private ProfileLint(VendorProfile profile) {
        this.profile = profile;
    }

    /** All that is wrong with a profile, in the order of its lines. */
    static List<Problem> problems(VendorProfile profile) {
        var lint = new ProfileLint(profile);
        lint.everyAttributeBelongsHere();
        lint.everyValueFitsWhateverThePlan();
        lint.everyLevelFitsIntoAPacket();
        lint.noLevelHasTwoFilters();
        lint.ratesDoNotHangOnWhatAPlanMayLack();
        lint.reductionReduces();
        lint.bothProtocolsAreTreatedAlike();
        lint.committedRatesHaveTheirPeak();
        if (profile.blocked() instanceof Garden garden) {
            lint.gardenLinesStandWhereTheyAct(garden);
            lint.gardenRestrictsBothProtocols(garden);
            lint.gardenOfPoolsLeavesNoPoolOut(
                    garden, Reach.V4, Stream.concat(lines(garden.both()), lines(garden.v4())));
            lint.gardenOfPoolsLeavesNoPoolOut(
                    garden, Reach.V6, Stream.concat(lines(garden.both()), lines(garden.v6())));
        }
        lint.sessionsAreNamed();
        lint.changesReachLiveSessions();
        lint.restoreUndoesWhatWasSet();
        return lint.problems.stream()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }

    /** RFC 5176 §3: what is not named cannot be changed, and what is named ambiguously may hit a neighbour. */
    private void sessionsAreNamed() {
        var identify = profile.identify();
        if (!identify.attributes().contains(SessionAttribute.ACCT_SESSION_ID)) {
            problems.add(profile.problem(
                    identify.place(),
                    "identify: expected Acct-Session-Id among them; without it a CoA may hit another session of the"
                            + " same subscriber"));
        }
        if (!identify.attributes().contains(SessionAttribute.NAS_IP_ADDRESS)
                && !identify.attributes().contains(SessionAttribute.NAS_IDENTIFIER)) {
            problems.add(profile.problem(
                    identify.place(), "identify: expected NAS-IP-Address or NAS-Identifier, which name the NAS"));
        }
    }

    private static Plan plan(String name, Rate active, @Nullable Burst burst, Rate reduced, @Nullable String pool) {
        return new Plan(0, 0, null, name, 0, 0, active, burst, reduced, pool, pool, pool, 1, 900);
    }

    private Stream<ProfileLine> allLines() {
        return Stream.of(
                        profile.active().lines(),
                        profile.withBurst().lines(),
                        profile.lines(AccessLevel.REDUCED, false),
                        profile.lines(AccessLevel.BLOCKED, false),
                        profile.restoring())
                .flatMap(List::stream);
    }

    private List<List<ProfileLine>> levels() {
        return List.of(
                profile.lines(AccessLevel.ACTIVE, false),
                profile.lines(AccessLevel.ACTIVE, true),
                profile.lines(AccessLevel.REDUCED, false),
                profile.lines(AccessLevel.BLOCKED, false));
    }

    private void everyAttributeBelongsHere() {
        allLines().forEach(line -> {
            var attribute = line.attribute();
            AttributeFacts.forbidden(attribute.name())
                    .ifPresent(why -> problem(line, attribute.name() + " does not belong into a profile: " + why));
            if (attribute.encrypted()) {
                problem(
                        line,
                        attribute.name()
                                + " does not belong into a profile: it is hidden anew in every packet, and profiles"
                                + " are rendered before");
            }
        });
    }

    private void everyValueFitsWhateverThePlan() {
        allLines().forEach(line -> SAMPLES.stream()
                .flatMap(plan -> misfit(line, plan).stream())
                .findFirst()
                .ifPresent(what -> problems.add(profile.problem(line.valuePlace(), what))));
    }

    private static Optional<String> misfit(ProfileLine line, Plan plan) {
        return line.text(plan)
                .filter(text -> line.encode(text) instanceof Malformed)
                .map(text -> line.name() + ": expected " + ((Malformed) line.encode(text)).expected() + ", "
                        + (line.value().placeholders().isEmpty() ? "was" : "becomes") + " \"" + shortened(text) + '"');
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }

    private void everyLevelFitsIntoAPacket() {
        for (var level : levels()) {
            var octets = SAMPLES.stream()
                    .mapToInt(plan -> ProfileSet.encode(level, plan, cut -> {}).length)
                    .max()
                    .orElse(0);
            if (octets > MAX_LEVEL_OCTETS) {
                problem(
                        level.getFirst(),
                        "the level takes up to " + octets + " octets; expected at most " + MAX_LEVEL_OCTETS
                                + ", as the subscriber's own attributes need room too");
            }
        }
    }

    /** RFC 5080 §2.4 and what NASes make of it: one Filter-Id, or each vendor takes another one. */
    private void noLevelHasTwoFilters() {
        levels().forEach(level -> level.stream()
                .filter(line -> line.attribute().name().equals("Filter-Id"))
                .skip(1)
                .forEach(line -> problem(line, "a second Filter-Id: NASes differ in which of two they obey")));
    }

    private void ratesDoNotHangOnWhatAPlanMayLack() {
        Stream.of(profile.active(), profile.reduced())
                .flatMap(section -> section.lines().stream())
                .filter(line -> line.value().tellsRate())
                .forEach(line -> line.value()
                        .optional()
                        .ifPresent(placeholder -> problem(
                                line.valuePlace(),
                                line.name() + ": a plan may lack {" + placeholder.name()
                                        + "}, and then no rate at all would be sent"
                                        + (placeholder.name().startsWith("burst")
                                                ? "; put it under active-with-burst"
                                                : ""))));
    }

    private void reductionReduces() {
        if (sent(AccessLevel.REDUCED).equals(sent(AccessLevel.ACTIVE))) {
            problem(profile.reduced().place(), "reduced sends what active sends, so nothing is reduced");
        }
    }

    /** What an ordinary plan gets, but for what is no speed: pools. */
    private Set<String> sent(AccessLevel level) {
        return profile.lines(level, false).stream()
                .filter(line -> !AttributeFacts.isPool(line))
                .map(line -> line.name() + '=' + line.text(ORDINARY).orElse(""))
                .collect(Collectors.toSet());
    }

    /** Where a vendor has one attribute for IPv4 and another for IPv6, one without the other leaves a hole. */
    private void bothProtocolsAreTreatedAlike() {
        for (var level : levels()) {
            var names = level.stream().map(line -> line.attribute().name()).collect(Collectors.toSet());
            for (var line : level) {
                AttributeFacts.twin(line.attribute().name())
                        .filter(twin -> !names.contains(twin))
                        .ifPresent(twin -> problem(
                                line,
                                line.attribute().name() + " acts on " + protocol(AttributeFacts.reach(line))
                                        + " alone; set " + twin + " beside it"));
            }
        }
    }

    /** A NAS that is told a lower committed rate alone may leave the peak where it was, and the subscriber as fast. */
    private void committedRatesHaveTheirPeak() {
        for (var level : levels()) {
            var names = level.stream().map(line -> line.attribute().name()).collect(Collectors.toSet());
            for (var line : level) {
                AttributeFacts.peak(line.attribute().name())
                        .filter(peak -> !names.contains(peak))
                        .ifPresent(peak -> problem(
                                line,
                                line.attribute().name()
                                        + " says what is committed, not the most that is let through; set " + peak
                                        + " beside it"));
            }
        }
    }

    private void gardenLinesStandWhereTheyAct(Garden garden) {
        garden.restricting().forEach(line -> {
            if (AttributeFacts.restrictsNothing(line)) {
                problem(line, line.name() + " keeps nobody out of anything; put it under also");
            }
            if (sameAsActive(line)) {
                problem(line, line.name() + " is what active sends too, so it restricts nothing");
            }
            line.value()
                    .optional()
                    .ifPresent(placeholder -> problem(
                            line.valuePlace(),
                            line.name() + ": a plan may lack {" + placeholder.name()
                                    + "}, and then it would have no garden"));
        });
        misplaced(garden.both(), Reach.V4);
        misplaced(garden.both(), Reach.V6);
        misplaced(garden.v4(), Reach.V6);
        misplaced(garden.v6(), Reach.V4);
    }

    private void misplaced(Section section, Reach wrong) {
        section.lines().stream()
                .filter(line -> AttributeFacts.reach(line) == wrong)
                .forEach(line -> problem(
                        line,
                        line.name() + " acts on " + protocol(wrong) + " alone; put it under "
                                + wrong.name().toLowerCase(Locale.ROOT)));
    }

    private void gardenRestrictsBothProtocols(Garden garden) {
        var v4 = restricts(garden.both(), Reach.V6) || restricts(garden.v4(), Reach.V6);
        var v6 = restricts(garden.both(), Reach.V4) || restricts(garden.v6(), Reach.V4);
        if (!v4 && !v6) {
            problem(
                    garden.place(),
                    "blocked restricts nothing: say what does under both, or under v4 and v6, or say reject: true");
        } else if (!v6) {
            problem(
                    garden.place(),
                    "blocked restricts IPv4 and forgets IPv6: say under v6 what restricts it, or the subscriber goes on"
                            + " over IPv6");
        } else if (!v4) {
            problem(
                    garden.place(),
                    "blocked restricts IPv6 and forgets IPv4: say under v4 what restricts it, or the subscriber goes on"
                            + " over IPv4");
        }
    }

    /** Whether a section has a line that keeps someone out, other than of the protocol that does not count. */
    private boolean restricts(Section section, Reach other) {
        return section.lines().stream()
                .anyMatch(line -> AttributeFacts.reach(line) != other
                        && !AttributeFacts.restrictsNothing(line)
                        && !sameAsActive(line));
    }

    /** A prefix from the ordinary pool leads past a garden that is only another pool. */
    private void gardenOfPoolsLeavesNoPoolOut(Garden garden, Reach protocol, Stream<ProfileLine> restricting) {
        var lines = restricting.toList();
        var names = lines.stream().map(ProfileLine::name).collect(Collectors.toSet());
        if (!lines.isEmpty() && lines.stream().allMatch(AttributeFacts::isPool)) {
            profile.active().lines().stream()
                    .filter(line -> AttributeFacts.isPool(line) && AttributeFacts.reach(line) == protocol)
                    .filter(line -> !names.contains(line.name()))
                    .forEach(line -> problem(
                            garden.place(),
                            "blocked restricts " + protocol(protocol) + " by pools and leaves out " + line.name()
                                    + ", which active names: what comes from there would lead past the garden"));
        }
    }

    private static Stream<ProfileLine> lines(Section section) {
        return section.lines().stream();
    }

    private boolean sameAsActive(ProfileLine line) {
        return profile.active().lines().stream()
                .anyMatch(active -> active.name().equals(line.name())
                        && active.value().text().equals(line.value().text()));
    }

    /** What a CoA to a stricter level cannot bring, or would leave as it was. */
    private void changesReachLiveSessions() {
        for (var level : coaLevels()) {
            var word = level.name().toLowerCase(Locale.ROOT);
            profile.lines(level, false).stream()
                    .filter(line -> AttributeFacts.atStartOnly(line) && !sameAsActive(line))
                    .forEach(line -> problem(
                            line,
                            line.name()
                                    + " is read only when a session starts, so no CoA can bring it: write what active"
                                    + " has, or change-by: disconnect for " + word));
            profile.lines(AccessLevel.ACTIVE, true).stream()
                    .filter(line -> AttributeFacts.atStartOnly(line)
                            && sets(level, line).isEmpty())
                    .forEach(
                            line -> problem(
                                    line,
                                    word + " does not set " + line.name()
                                            + " too, so a session that starts there and is restored by CoA would never get it"));
        }
        if (coaLevels().contains(AccessLevel.REDUCED)) {
            Stream.of(profile.active(), profile.withBurst())
                    .flatMap(section -> section.lines().stream())
                    .filter(line -> line.value().tellsRate()
                            && sets(AccessLevel.REDUCED, line).isEmpty())
                    .forEach(line -> problem(
                            line,
                            "reduced does not set " + line.name()
                                    + " too, so a CoA to reduced would leave the full rate"));
        }
    }

    private void restoreUndoesWhatWasSet() {
        if (profile.restore() instanceof Restore.Lines(var section)) {
            var undone = new HashSet<ProfileLine>();
            for (var level : coaLevels()) {
                profile.lines(level, false).stream()
                        .filter(line -> !AttributeFacts.atStartOnly(line))
                        .forEach(line -> undone(level, line).ifPresent(undone::add));
            }
            section.lines().stream()
                    .filter(line -> !undone.contains(line))
                    .forEach(line -> problem(
                            line,
                            line.name() + " undoes nothing that reduced or blocked set by CoA; expected no such line"));
        }
    }

    /** The line of restore that undoes this one; a problem when neither it nor active does. */
    private Optional<ProfileLine> undone(AccessLevel level, ProfileLine line) {
        var word = level.name().toLowerCase(Locale.ROOT);
        var by = profile.restoring().stream()
                .filter(restore -> undoes(restore, line))
                .findFirst();
        if (by.isEmpty() && !activeOverwrites(line)) {
            problem(
                    line,
                    "restore does not undo " + line.name() + ", which " + word
                            + " sets and active does not: a NAS keeps what it is not told to drop");
        } else if (by.isPresent()
                && by.get().name().equals(line.name())
                && by.get().value().text().equals(line.value().text())) {
            problem(by.get(), "restore sends the same " + line.name() + " as " + word + ", so nothing is undone");
        }
        return by;
    }

    private boolean activeOverwrites(ProfileLine line) {
        return profile.active().lines().stream()
                .anyMatch(active -> active.identity().equals(line.identity())
                        && active.value().optional().isEmpty());
    }

    /** Whether a line of restore undoes a line of a stricter level: by another value, or by ending what it started. */
    static boolean undoes(ProfileLine restore, ProfileLine line) {
        var ended = AttributeFacts.endedBy(line.attribute().name())
                .map(name -> AttributeFacts.identity(name, line.value().text()));
        return restore.identity().equals(ended.orElse(line.identity()));
    }

    private Optional<ProfileLine> sets(AccessLevel level, ProfileLine wanted) {
        return profile.lines(level, false).stream()
                .filter(line -> Objects.equals(line.identity(), wanted.identity()))
                .findFirst();
    }

    /** The levels that live sessions come to by CoA. */
    private List<AccessLevel> coaLevels() {
        var reduced =
                profile.reducedBy() == ChangeBy.COA ? Stream.of(AccessLevel.REDUCED) : Stream.<AccessLevel>empty();
        var blocked = profile.blockedBy() == ChangeBy.COA && !(profile.blocked() instanceof Blocked.Reject)
                ? Stream.of(AccessLevel.BLOCKED)
                : Stream.<AccessLevel>empty();
        return Stream.concat(reduced, blocked).toList();
    }

    private static String protocol(Reach reach) {
        return switch (reach) {
            case V4 -> "IPv4";
            case V6 -> "IPv6";
            case BOTH -> "IPv4 and IPv6";
        };
    }

    private void problem(ProfileLine line, String what) {
        problem(line.place(), what);
    }

    private void problem(Place place, String what) {
        problems.add(profile.problem(place, what));
    }
}
