package net.catraca.radius.reply;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.radius.dictionary.AttributeDefinition.Encoding;
import net.catraca.radius.dictionary.ConfigFile;
import net.catraca.radius.dictionary.Dictionary;
import net.catraca.radius.dictionary.DictionaryReader;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.reply.ReplyProfiles.LevelChange;
import net.catraca.radius.reply.ReplyProfiles.RenderedAttribute;
import net.catraca.radius.reply.VendorProfile.Blocked;
import net.catraca.radius.reply.VendorProfile.ChangeBy;
import net.catraca.radius.reply.VendorProfile.Restore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The dictionaries and vendor profiles of one moment, whole and without problems. Immutable but for its cache. */
final class ProfileSet {

    /**
     * Rendered replies: 9 vendors × 3 levels × 600 plans. One is about 200 octets, 3 KiB at most. What falls out is
     * rendered again, in microseconds.
     */
    static final int MAX_RENDERED = 16_384;

    /** The levels that an accepted session may be on. */
    private static final List<AccessLevel> ANY_LEVEL =
            List.of(AccessLevel.ACTIVE, AccessLevel.REDUCED, AccessLevel.BLOCKED);

    private static final Logger log = LoggerFactory.getLogger(ProfileSet.class);

    private final Dictionary dictionary;
    private final Map<String, VendorProfile> profiles;
    private final String sha256;

    private final Cache<Key, byte[]> rendered = Caffeine.newBuilder()
            .maximumSize(MAX_RENDERED)
            .executor(Runnable::run)
            .build();

    private record Key(String vendor, long planId, long planVersion, AccessLevel level) {}

    private ProfileSet(Dictionary dictionary, Map<String, VendorProfile> profiles, String sha256) {
        this.dictionary = dictionary;
        this.profiles = Map.copyOf(profiles);
        this.sha256 = sha256;
    }

    /** What became of reading a configuration folder. */
    sealed interface Reading {

        record Loaded(ProfileSet profiles) implements Reading {}

        /** @param problems at least one */
        record Refused(List<Problem> problems) implements Reading {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /** @param config holds the folders {@code dictionaries} and {@code vendors} */
    static Reading read(Path config) {
        return switch (DictionaryReader.read(config.resolve("dictionaries"))) {
            case Dictionary.Reading.Broken(var problems) -> new Reading.Refused(problems);
            case Dictionary.Reading.Loaded(var dictionary, var digest) ->
                read(config.resolve("vendors"), dictionary, digest);
        };
    }

    private static Reading read(Path vendors, Dictionary dictionary, byte[] dictionaryDigest) {
        var profiles = new TreeMap<String, VendorProfile>();
        var problems = new ArrayList<Problem>();
        var digest = ConfigFile.sha256();
        digest.update(dictionaryDigest);
        try {
            for (var file : ConfigFile.in(vendors, name -> name.matches("[^.].*\\.ya?ml"))) {
                problems.addAll(read(file, dictionary, digest, profiles));
            }
        } catch (IOException e) {
            problems.add(new Problem(vendors, 0, 0, "cannot be read: " + e));
        }
        if (profiles.isEmpty() && problems.isEmpty()) {
            problems.add(new Problem(vendors, 0, 0, "expected at least one vendor profile, such as generic.yaml"));
        }
        return problems.isEmpty()
                ? new Reading.Loaded(
                        new ProfileSet(dictionary, profiles, HexFormat.of().formatHex(digest.digest())))
                : new Reading.Refused(problems);
    }

    private static List<Problem> read(
            Path file, Dictionary dictionary, MessageDigest digest, Map<String, VendorProfile> profiles) {
        try {
            return switch (ProfileReader.read(file, ConfigFile.read(file, digest), dictionary)) {
                case ProfileReader.Reading.Unreadable(var problems) -> problems;
                case ProfileReader.Reading.Read(var profile) -> add(profile, profiles);
            };
        } catch (IOException e) {
            return List.of(new Problem(file, 0, 0, "cannot be read: " + e.getMessage()));
        }
    }

    private static List<Problem> add(VendorProfile profile, Map<String, VendorProfile> profiles) {
        var other = profiles.putIfAbsent(profile.vendor(), profile);
        return other == null
                ? ProfileLint.problems(profile)
                : List.of(new Problem(
                        profile.file(), 0, 0, "the profile " + profile.vendor() + " is " + other.file() + " already"));
    }

    Dictionary dictionary() {
        return dictionary;
    }

    Map<String, VendorProfile> profiles() {
        return profiles;
    }

    /** Hex, over the names and contents of all files: equal on two nodes when they give the same replies. */
    String sha256() {
        return sha256;
    }

    /** @throws IllegalArgumentException when there is no such vendor */
    VendorProfile profile(String vendor) {
        var profile = profiles.get(vendor);
        if (profile == null) {
            throw new IllegalArgumentException("vendor: expected one of " + profiles.keySet() + ", was " + vendor);
        }
        return profile;
    }

    byte[] encoded(String vendor, Plan plan, AccessLevel level) {
        var key = new Key(vendor, plan.id(), plan.version(), level);
        var known = rendered.getIfPresent(key);
        if (known != null) {
            return known;
        }
        var fresh = encode(lines(vendor, plan, level), plan, cut -> warn(vendor, plan, cut));
        rendered.put(key, fresh);
        return fresh;
    }

    private List<ProfileLine> lines(String vendor, Plan plan, AccessLevel level) {
        return profile(vendor).lines(level, plan.burst() != null);
    }

    private static void warn(String vendor, Plan plan, ProfileLine line) {
        log.warn(
                "plan={} vendor={} {} is longer than {} octets and was cut: the NAS will not know that name",
                plan.name(),
                vendor,
                line.name(),
                line.attribute().maxOctets());
    }

    /** @param cut is told of texts that a plan makes too long; the lint has excluded any other misfit */
    static byte[] encode(List<ProfileLine> lines, Plan plan, Consumer<ProfileLine> cut) {
        var encoder = new AttributeEncoder();
        for (var line : lines) {
            line.text(plan).ifPresent(text -> {
                switch (line.encode(text)) {
                    case Encoding.Encoded(var octets) -> line.write(encoder, octets);
                    case Encoding.Malformed _ -> {
                        cut.accept(line);
                        if (line.encode(shortened(line, text)) instanceof Encoding.Encoded(var octets)) {
                            line.write(encoder, octets);
                        }
                    }
                }
            });
        }
        return encoder.toByteArray();
    }

    private static String shortened(ProfileLine line, String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        var length = AttributeEncoder.fitting(utf8, 0, line.attribute().maxOctets());
        return new String(Arrays.copyOf(utf8, length), StandardCharsets.UTF_8);
    }

    List<RenderedAttribute> rendered(String vendor, Plan plan, AccessLevel level) {
        return lines(vendor, plan, level).stream()
                .flatMap(line -> line.text(plan).map(text -> new RenderedAttribute(line.name(), text)).stream())
                .toList();
    }

    LevelChange change(String vendor, Plan plan, Set<AccessLevel> from, AccessLevel to) {
        var profile = profile(vendor);
        if (by(profile, to) == ChangeBy.DISCONNECT
                || from.stream().anyMatch(level -> needsDisconnect(profile, level, to))) {
            return new LevelChange.ByDisconnect();
        }
        var lines = new ArrayList<ProfileLine>();
        for (var level : ANY_LEVEL) {
            if (from.contains(level)) {
                undoing(profile, profile.lines(level, plan.burst() != null), level, to).stream()
                        .filter(line -> !lines.contains(line))
                        .forEach(lines::add);
            }
        }
        profile.lines(to, plan.burst() != null).stream()
                .filter(line -> !AttributeFacts.atStartOnly(line))
                .forEach(lines::add);
        var attributes = encode(lines, plan, cut -> warn(vendor, plan, cut));
        return attributes.length == 0 ? new LevelChange.ByDisconnect() : new LevelChange.ByCoa(attributes);
    }

    LevelChange changeFromUnknown(String vendor, Plan plan, AccessLevel to) {
        var profile = profile(vendor);
        var undoable = ANY_LEVEL.stream()
                .filter(level -> !needsDisconnect(profile, level, to))
                .collect(Collectors.toSet());
        return change(vendor, plan, undoable, to);
    }

    private static boolean needsDisconnect(VendorProfile profile, AccessLevel from, AccessLevel to) {
        return by(profile, from) == ChangeBy.DISCONNECT
                || (from.stricterThan(to) && profile.restore() instanceof Restore.Disconnect);
    }

    private static ChangeBy by(VendorProfile profile, AccessLevel level) {
        return switch (level) {
            case ACTIVE -> ChangeBy.COA;
            case REDUCED -> profile.reducedBy();
            case BLOCKED -> profile.blocked() instanceof Blocked.Reject ? ChangeBy.DISCONNECT : profile.blockedBy();
            case REFUSED -> ChangeBy.DISCONNECT;
        };
    }

    /**
     * The lines of restore that undo what the old level set and the new one does not set again. Only those: a NAS may
     * refuse a CoA that ends what it never started.
     */
    private static List<ProfileLine> undoing(
            VendorProfile profile, List<ProfileLine> old, AccessLevel from, AccessLevel to) {
        if (from == AccessLevel.ACTIVE || from == to) {
            return List.of();
        }
        return profile.restoring().stream()
                .filter(restore -> old.stream().anyMatch(line -> ProfileLint.undoes(restore, line)))
                .filter(restore -> profile.lines(to, false).stream()
                        .noneMatch(line -> line.identity().equals(restore.identity())))
                .toList();
    }
}
