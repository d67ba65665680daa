package net.catraca.radius.reply;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.catraca.radius.dictionary.AttributeDefinition;
import net.catraca.radius.dictionary.Dictionary;
import net.catraca.radius.dictionary.Nearest;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.reply.ProfileLine.Place;
import net.catraca.radius.reply.VendorProfile.Blocked;
import net.catraca.radius.reply.VendorProfile.ChangeBy;
import net.catraca.radius.reply.VendorProfile.Identify;
import net.catraca.radius.reply.VendorProfile.Restore;
import net.catraca.radius.reply.VendorProfile.Section;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads one vendor profile. It looks at YAML's nodes rather than at objects made of them, for only nodes know their
 * line and column. What the lines mean together is {@link ProfileLint}'s business.
 */
final class ProfileReader {

    private static final Set<String> KEYS = new TreeSet<>(Set.of(
            "vendor",
            "description",
            "reject-delay",
            "identify",
            "change-by",
            "coa",
            "active",
            "active-with-burst",
            "reduced",
            "blocked",
            "restore"));

    private static final Set<String> COA_KEYS = new TreeSet<>(Set.of(
            "rate",
            "window",
            "canary",
            "backoff-seconds",
            "breaker-after",
            "breaker-pause-seconds",
            "disconnect-attempts",
            "after-nak",
            "after-timeout",
            "after-contradiction"));

    private static final int DEFAULT_REJECT_DELAY_MILLIS = 1000;

    /** NASes give up after 3 to 10 seconds, so a longer delay would only look like silence. */
    private static final int MAX_REJECT_DELAY_MILLIS = 5000;

    private final Path file;
    private final Dictionary dictionary;
    private final List<Problem> problems = new ArrayList<>();

    private ProfileReader(Path file, Dictionary dictionary) {
        this.file = file;
        this.dictionary = dictionary;
    }

    /** What became of reading: a profile, or problems. */
    sealed interface Reading {

        record Read(VendorProfile profile) implements Reading {}

        record Unreadable(List<Problem> problems) implements Reading {}
    }

    static Reading read(Path file, String yaml, Dictionary dictionary) {
        var reader = new ProfileReader(file, dictionary);
        var profile = reader.profile(yaml);
        return reader.problems.isEmpty() && profile != null
                ? new Reading.Read(profile)
                : new Reading.Unreadable(reader.problems);
    }

    private @Nullable VendorProfile profile(String yaml) {
        try {
            var root = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
            if (root instanceof MappingNode mapping) {
                return profile(mapping);
            }
            problems.add(new Problem(file, 1, 1, "expected a profile: vendor, active, reduced, blocked, restore"));
        } catch (MarkedYAMLException e) {
            var mark = e.getProblemMark();
            var place = mark == null ? new Place(1, 1) : place(mark);
            problem(place, "this is not YAML: " + e.getProblem() + "; a value that begins with { needs quotes");
        } catch (YAMLException e) {
            problem(new Place(1, 1), "this is not YAML: " + e.getMessage());
        }
        return null;
    }

    private VendorProfile profile(MappingNode root) {
        var keys = keys(root, KEYS);
        var change = changeBy(keys.get("change-by"));
        return new VendorProfile(
                file,
                vendor(keys.get("vendor")),
                text(keys.get("description"), "description"),
                rejectDelayMillis(keys.get("reject-delay")),
                identify(keys.get("identify")),
                change.getOrDefault("reduced", ChangeBy.DISCONNECT),
                change.getOrDefault("blocked", ChangeBy.DISCONNECT),
                coa(keys.get("coa")),
                level(keys.get("active"), "active"),
                section(keys.get("active-with-burst")),
                level(keys.get("reduced"), "reduced"),
                blocked(keys.get("blocked")),
                restore(keys.get("restore")));
    }

    /** A key and its value. */
    private record Entry(Place place, Node value) {}

    private Map<String, Entry> keys(MappingNode mapping, Set<String> known) {
        var keys = new LinkedHashMap<String, Entry>();
        for (var tuple : mapping.getValue()) {
            var key = word(tuple.getKeyNode());
            var place = place(tuple.getKeyNode().getStartMark());
            if (!known.contains(key)) {
                problem(
                        place,
                        "there is no key \"" + key + "\" here" + suggestion(Nearest.to(key, known))
                                + "; expected one of " + String.join(", ", known));
            } else if (keys.putIfAbsent(key, new Entry(place, tuple.getValueNode())) != null) {
                problem(place, "\"" + key + "\" stands here twice");
            }
        }
        return keys;
    }

    private String vendor(@Nullable Entry entry) {
        var name = text(entry, "vendor");
        var expected = file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
        if (entry != null && !name.isEmpty() && !name.equals(expected)) {
            problem(
                    place(entry.value()),
                    "expected \"" + expected + "\", as the file is named; NASes name their profile so");
        }
        return name;
    }

    private String text(@Nullable Entry entry, String key) {
        if (entry == null) {
            problem(new Place(1, 1), "\"" + key + "\" is missing");
            return "";
        }
        var text = word(entry.value());
        if (text.isBlank()) {
            problem(place(entry.value()), "expected a text for \"" + key + '"');
        }
        return text;
    }

    private int rejectDelayMillis(@Nullable Entry entry) {
        if (entry == null) {
            return DEFAULT_REJECT_DELAY_MILLIS;
        }
        var text = word(entry.value());
        var millis = text.matches("[0-9]{1,4}ms")
                ? Integer.parseInt(text.substring(0, text.length() - 2))
                : text.matches("[0-9]{1,2}s") ? 1000 * Integer.parseInt(text.substring(0, text.length() - 1)) : -1;
        if (millis < 0 || millis > MAX_REJECT_DELAY_MILLIS) {
            problem(place(entry.value()), "expected a time from 0s to 5s, such as 1s or 800ms, was \"" + text + '"');
        }
        return millis;
    }

    private Identify identify(@Nullable Entry entry) {
        if (entry == null) {
            return new Identify(new Place(1, 1), SessionAttribute.USUAL);
        }
        if (!(entry.value() instanceof SequenceNode sequence)) {
            problem(place(entry.value()), "expected a list such as [User-Name, Acct-Session-Id, NAS-IP-Address]");
            return new Identify(entry.place(), SessionAttribute.USUAL);
        }
        var attributes = new LinkedHashSet<SessionAttribute>();
        for (var node : sequence.getValue()) {
            var name = word(node);
            SessionAttribute.named(name)
                    .ifPresentOrElse(
                            attribute -> {
                                if (!attributes.add(attribute)) {
                                    problem(place(node), name + " stands here twice");
                                }
                            },
                            () -> problem(
                                    place(node),
                                    "\"" + name + "\" cannot name a session"
                                            + suggestion(Nearest.to(name, new TreeSet<>(SessionAttribute.names())))
                                            + "; expected some of " + String.join(", ", SessionAttribute.names())));
        }
        return new Identify(entry.place(), List.copyOf(attributes));
    }

    private Map<String, ChangeBy> changeBy(@Nullable Entry entry) {
        if (entry == null) {
            problem(new Place(1, 1), "\"change-by\" is missing: coa or disconnect");
            return Map.of();
        }
        var changes = new LinkedHashMap<String, ChangeBy>();
        if (entry.value() instanceof MappingNode mapping) {
            var keys = keys(mapping, new TreeSet<>(Set.of("blocked", "reduced")));
            for (var level : List.of("reduced", "blocked")) {
                var value = keys.get(level);
                if (value == null) {
                    problem(entry.place(), "\"change-by\" does not say how to come to " + level);
                } else {
                    changeBy(value.value()).ifPresent(by -> changes.put(level, by));
                }
            }
        } else {
            changeBy(entry.value()).ifPresent(by -> {
                changes.put("reduced", by);
                changes.put("blocked", by);
            });
        }
        return changes;
    }

    private Optional<ChangeBy> changeBy(Node node) {
        return switch (word(node)) {
            case "coa" -> Optional.of(ChangeBy.COA);
            case "disconnect" -> Optional.of(ChangeBy.DISCONNECT);
            case String other -> {
                problem(place(node), "expected coa or disconnect, was \"" + other + '"');
                yield Optional.empty();
            }
        };
    }

    private CoaRules coa(@Nullable Entry entry) {
        if (entry == null) {
            return CoaRules.NONE;
        }
        if (!(entry.value() instanceof MappingNode mapping)) {
            problem(place(entry.value()), "expected keys such as rate, window, canary");
            return CoaRules.NONE;
        }
        var keys = keys(mapping, COA_KEYS);
        return new CoaRules(
                number(keys.get("rate"), 1, 10_000),
                number(keys.get("window"), 2, 1_024),
                number(keys.get("canary"), 0, 1_000),
                number(keys.get("backoff-seconds"), 1, 300),
                number(keys.get("breaker-after"), 1, 100),
                number(keys.get("breaker-pause-seconds"), 2, 600),
                number(keys.get("disconnect-attempts"), 0, 20),
                after(keys.get("after-nak")),
                after(keys.get("after-timeout")),
                after(keys.get("after-contradiction")));
    }

    private CoaRules.After after(@Nullable Entry entry) {
        if (entry == null) {
            return CoaRules.After.NOTHING;
        }
        if (!(entry.value() instanceof MappingNode mapping)) {
            problem(place(entry.value()), "expected retries, disconnect, alert");
            return CoaRules.After.NOTHING;
        }
        var keys = keys(mapping, new TreeSet<>(Set.of("retries", "disconnect", "alert")));
        return new CoaRules.After(
                number(keys.get("retries"), 0, 19), yesOrNo(keys.get("disconnect")), yesOrNo(keys.get("alert")));
    }

    private @Nullable Integer number(@Nullable Entry entry, int least, int most) {
        if (entry == null) {
            return null;
        }
        var text = word(entry.value());
        int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
        if (number < least || number > most) {
            problem(
                    place(entry.value()),
                    "expected a whole number from " + least + " to " + most + ", was \"" + text + '"');
            return null;
        }
        return number;
    }

    private @Nullable Boolean yesOrNo(@Nullable Entry entry) {
        if (entry == null) {
            return null;
        }
        return switch (word(entry.value())) {
            case "true", "yes" -> Boolean.TRUE;
            case "false", "no" -> Boolean.FALSE;
            case String other -> {
                problem(place(entry.value()), "expected yes or no, was \"" + other + '"');
                yield null;
            }
        };
    }

    private Section level(@Nullable Entry entry, String level) {
        if (entry == null) {
            problem(new Place(1, 1), "the level \"" + level + "\" is missing");
        }
        return section(entry);
    }

    private Blocked blocked(@Nullable Entry entry) {
        if (entry == null) {
            problem(new Place(1, 1), "the level \"blocked\" is missing");
            return new Blocked.Reject();
        }
        if (!(entry.value() instanceof MappingNode mapping)) {
            problem(
                    place(entry.value()),
                    "expected a garden (both, v4, v6, also) or reject: true, was \"" + word(entry.value()) + '"');
            return new Blocked.Reject();
        }
        var keys = keys(mapping, new TreeSet<>(Set.of("reject", "both", "v4", "v6", "also")));
        var reject = keys.remove("reject");
        if (reject == null) {
            return new Blocked.Garden(
                    entry.place(),
                    section(keys.get("both")),
                    section(keys.get("v4")),
                    section(keys.get("v6")),
                    section(keys.get("also")));
        }
        if (!word(reject.value()).equals("true")) {
            problem(place(reject.value()), "expected true, or a garden instead of \"reject\"");
        }
        if (!keys.isEmpty()) {
            problem(reject.place(), "expected either a garden or reject: true, not both");
        }
        return new Blocked.Reject();
    }

    private Restore restore(@Nullable Entry entry) {
        if (entry != null
                && entry.value() instanceof ScalarNode scalar
                && !scalar.getValue().isEmpty()) {
            if (!scalar.getValue().equals("disconnect")) {
                problem(place(scalar), "expected attributes or the word disconnect, was \"" + scalar.getValue() + '"');
            }
            return new Restore.Disconnect(entry.place());
        }
        return new Restore.Lines(section(entry));
    }

    private Section section(@Nullable Entry entry) {
        if (entry == null) {
            return new Section(new Place(1, 1), List.of());
        }
        if (entry.value() instanceof MappingNode mapping) {
            return new Section(entry.place(), lines(mapping));
        }
        problem(place(entry.value()), "expected attributes and their values, or {} for none");
        return new Section(entry.place(), List.of());
    }

    private List<ProfileLine> lines(MappingNode mapping) {
        var lines = new ArrayList<ProfileLine>();
        var seen = new TreeSet<String>();
        for (var tuple : mapping.getValue()) {
            var key = word(tuple.getKeyNode());
            if (!seen.add(key)) {
                problem(
                        place(tuple.getKeyNode()),
                        key + " stands here twice; several values go into one list: [first, second]");
            }
            values(tuple.getValueNode())
                    .forEach(value -> line(tuple.getKeyNode(), key, value).ifPresent(lines::add));
        }
        return lines;
    }

    private static List<Node> values(Node node) {
        return node instanceof SequenceNode sequence && !sequence.getValue().isEmpty()
                ? sequence.getValue()
                : List.of(node);
    }

    private Optional<ProfileLine> line(Node keyNode, String key, Node valueNode) {
        var colon = key.indexOf(':');
        var name = colon < 0 ? key : key.substring(0, colon);
        var attribute = dictionary.named(name);
        if (attribute.isEmpty()) {
            problem(place(keyNode), "no dictionary has an attribute " + name + suggestion(dictionary.closestTo(name)));
            return Optional.empty();
        }
        var tag = tag(keyNode, colon < 0 ? null : key.substring(colon + 1), attribute.get());
        return value(attribute.get(), valueNode)
                .map(value -> new ProfileLine(place(keyNode), place(valueNode), attribute.get(), tag, value));
    }

    /** RFC 2868 §3: a tag is 1 to 31; zero, "no tag", where none is written. */
    private int tag(Node keyNode, @Nullable String tag, AttributeDefinition attribute) {
        if (tag == null) {
            return 0;
        }
        if (!attribute.tagged()) {
            problem(place(keyNode), attribute.name() + " takes no tag");
        } else if (!tag.matches("[1-9][0-9]?") || Integer.parseInt(tag) > AttributeDefinition.MAX_TAG) {
            problem(place(keyNode), "expected a tag from 1 to 31 behind " + attribute.name() + ":, was \"" + tag + '"');
        } else {
            return Integer.parseInt(tag);
        }
        return 0;
    }

    private Optional<ValueTemplate> value(AttributeDefinition attribute, Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            problem(
                    place(node),
                    attribute.name() + ": expected " + attribute.expected()
                            + "; a value that begins with { needs quotes");
            return Optional.empty();
        }
        var text = scalar.getValue();
        var misspelt = ValueTemplate.misspelt(text);
        misspelt.ifPresent(word -> problem(
                place(node),
                word.isEmpty()
                        ? attribute.name() + ": a brace without its partner in \"" + text + '"'
                        : attribute.name() + ": there is no placeholder {" + word + "}"
                                + suggestion(Nearest.to(word, Placeholder.ALL.keySet())
                                        .map(near -> '{' + near + '}'))
                                + "; README.md beside this file lists them"));
        return misspelt.isPresent() ? Optional.empty() : Optional.of(ValueTemplate.of(text));
    }

    private static String suggestion(Optional<String> near) {
        return near.map(word -> "; did you mean " + word + '?').orElse("");
    }

    private static String word(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static Place place(Node node) {
        return place(node.getStartMark());
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private void problem(Place place, String what) {
        problems.add(new Problem(file, place.line(), place.column(), what));
    }
}
