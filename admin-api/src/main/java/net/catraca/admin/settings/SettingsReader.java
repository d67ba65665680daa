package net.catraca.admin.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.catraca.admin.settings.Settings.Mode;
import net.catraca.admin.settings.Settings.Value;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the settings: defaults, then catraca.yml, then the environment. It reads to the end and tells all problems at
 * once, because a person would rather mend three lines than start three times.
 *
 * <p>The demo is the same everywhere, so it takes nothing from catraca.yml: a file that names a production database
 * must not be met by a demo that seeds itself anew.
 */
public final class SettingsReader {

    static final String DEFAULT = "default";
    static final String DEMO = "demo";

    /** The file's settings are few; a file above this is something else. */
    private static final int MOST_CHARACTERS = 1_000_000;

    private static final Map<Setting<?>, String> OF_THE_DEMO = Map.of(
            Schema.DATA, "data/demo",
            Schema.RADIUS_ADDRESSES, "127.0.0.1, ::1",
            Schema.HTTP_ADDRESSES, "127.0.0.1",
            // Its own run of the day of its start counts, too; whoever tries it blocks some more.
            Schema.RUN_APPROVE_FLOOR, "100");

    /** What came of reading. */
    public sealed interface Outcome {
        record Read(Settings settings) implements Outcome {}

        /** @param problems at least one */
        record Refused(List<SettingsProblem> problems) implements Outcome {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    private final Mode mode;
    private final Path home;
    private final Path configFolder;
    private final Map<Setting<?>, Value> values = new LinkedHashMap<>();
    private final List<SettingsProblem> problems = new ArrayList<>();

    private SettingsReader(Mode mode, Path home, Path configFolder) {
        this.mode = mode;
        this.home = home;
        this.configFolder = configFolder;
    }

    /**
     * @param home Catraca's own folder
     * @param environment of the process; CATRACA_CONFIG names the folder of catraca.yml, else it is home's config
     */
    public static Outcome read(Mode mode, Path home, Map<String, String> environment) {
        @Nullable String config = environment.get("CATRACA_CONFIG");
        var reader = new SettingsReader(
                mode, home, home.resolve(config == null ? "config" : config).normalize());
        reader.readDefaults();
        if (!Files.isDirectory(reader.configFolder)) {
            reader.refuse(
                    config == null ? reader.configFolder.toString() : "environment variable CATRACA_CONFIG",
                    "expected a folder with catraca.yml, vendor profiles and dictionaries"
                            + (config == null ? "" : ", was \"" + config + "\""));
        } else if (mode == Mode.SERVE) {
            reader.readFile(reader.configFolder.resolve("catraca.yml"));
        }
        reader.readEnvironment(environment);
        reader.compare();
        return reader.problems.isEmpty()
                ? new Outcome.Read(new Settings(mode, home, reader.configFolder, reader.values))
                : new Outcome.Refused(reader.problems);
    }

    private void readDefaults() {
        for (Setting<?> setting : Schema.ALL) {
            boolean ofTheDemo = mode == Mode.DEMO && OF_THE_DEMO.containsKey(setting);
            @Nullable String text = ofTheDemo ? OF_THE_DEMO.get(setting) : setting.byDefault();
            if (text != null) {
                accept(setting, text, ofTheDemo ? DEMO : DEFAULT, setting.key());
            }
        }
    }

    private void readFile(Path file) {
        if (!Files.exists(file)) {
            return; // every setting has a default that works
        }
        try {
            var options = new LoaderOptions();
            options.setCodePointLimit(MOST_CHARACTERS);
            @Nullable Node root = new Yaml(options).compose(new StringReader(Files.readString(file)));
            if (root != null) {
                readNode(file, 1, "", root);
            }
        } catch (MarkedYAMLException broken) {
            refuse(at(file, broken), "not YAML: " + broken.getProblem());
        } catch (CharacterCodingException notText) {
            refuse(shown(file), "expected UTF-8 text");
        } catch (IOException | YAMLException unreadable) {
            refuse(shown(file), "cannot be read: " + unreadable.getMessage());
        }
    }

    private void readNode(Path file, int line, String key, Node node) {
        String where = shown(file) + ", line " + line;
        Optional<Setting<?>> setting =
                Schema.ALL.stream().filter(known -> known.key().equals(key)).findFirst();
        if (setting.isPresent()) {
            readValue(setting.get(), node, where);
        } else if (!isSection(key)) {
            refuse(where, key + ": there is no such setting" + suggestion(key));
        } else if (node instanceof MappingNode mapping) {
            readMapping(file, key, mapping);
        } else if (!node.getTag().equals(Tag.NULL)) { // nothing below a section: all of it is commented out
            refuse(where, (key.isEmpty() ? "" : key + ": ") + "expected keys below it, such as " + anExampleBelow(key));
        }
    }

    private void readMapping(Path file, String key, MappingNode mapping) {
        var seen = new TreeMap<String, Integer>();
        for (NodeTuple entry : mapping.getValue()) {
            String name = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            String below = key.isEmpty() ? name : key + "." + name;
            int line = entry.getKeyNode().getStartMark().getLine() + 1;
            @Nullable Integer first = seen.putIfAbsent(name, line);
            if (first != null) {
                refuse(shown(file) + ", line " + line, below + ": already set in line " + first);
            } else {
                readNode(file, line, below, entry.getValueNode());
            }
        }
    }

    private void readValue(Setting<?> setting, Node node, String where) {
        if (node.getTag().equals(Tag.NULL)) {
            refuse(where, setting.key() + ": expected " + setting.type().expected() + ", was nothing");
        } else if (node instanceof ScalarNode scalar) {
            accept(setting, scalar.getValue(), where, setting.key());
        } else if (node instanceof SequenceNode list && setting.type().isList() && isOfScalars(list)) {
            accept(setting, joined(list), where, setting.key());
        } else {
            refuse(where, setting.key() + ": expected " + setting.type().expected());
        }
    }

    private void readEnvironment(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((variable, text) -> {
            if (!variable.startsWith("CATRACA_")
                    || Schema.LAUNCHER_VARIABLES.contains(variable)
                    || isOfKubernetes(variable)) {
                return;
            }
            Schema.ALL.stream()
                    .filter(setting -> setting.variable().equals(variable))
                    .findFirst()
                    .ifPresentOrElse(
                            setting -> accept(setting, text, variable(variable), null),
                            () -> refuse(
                                    variable(variable), "there is no such setting" + variableSuggestion(variable)));
        });
    }

    /** What one setting alone cannot tell. */
    private void compare() {
        if (mode == Mode.DEMO && values.containsKey(Schema.DB_URL)) {
            refuse(origin(Schema.DB_URL), "the demo brings its own database and would write over this one; use serve");
        }
        if (values.containsKey(Schema.DB_URL) && !values.containsKey(Schema.DB_USER)) {
            refuse(origin(Schema.DB_URL), "catraca.db.user: expected the user of that database, was nothing");
        }
        @Nullable Value auth = values.get(Schema.RADIUS_AUTH_PORT);
        @Nullable Value acct = values.get(Schema.RADIUS_ACCT_PORT);
        if (auth != null
                && acct != null
                && !auth.value().equals(0)
                && auth.value().equals(acct.value())) {
            refuse(
                    origin(Schema.RADIUS_ACCT_PORT),
                    "catraca.radius.acct-port: expected another port than catraca.radius.auth-port, was " + acct.value()
                            + " too");
        }
        @Nullable Value http = values.get(Schema.HTTP_ADDRESSES);
        if (http != null
                && http.value() instanceof SettingType.Addresses.Listen listen
                && listen.addresses().size() > 1) {
            refuse(http.origin(), "catraca.http.addresses: expected \"all\" or one address, was \"" + listen + "\"");
        }
    }

    private String origin(Setting<?> setting) {
        @Nullable Value value = values.get(setting);
        return value == null ? DEFAULT : value.origin();
    }

    private void accept(Setting<?> setting, String text, String origin, @Nullable String key) {
        @Nullable Object value = setting.type().parse(text.strip());
        if (value == null) {
            String was = setting.secret() ? "" : ", was \"" + text + "\"";
            refuse(
                    origin,
                    (key == null ? "" : key + ": ") + "expected "
                            + setting.type().expected() + was);
        } else {
            values.put(setting, new Value(value, origin));
        }
    }

    private void refuse(String where, String what) {
        problems.add(new SettingsProblem(where, what));
    }

    private static boolean isSection(String key) {
        return key.isEmpty()
                || Schema.ALL.stream().anyMatch(setting -> setting.key().startsWith(key + "."));
    }

    private static String anExampleBelow(String key) {
        return Schema.ALL.stream()
                .map(Setting::key)
                .filter(known -> known.startsWith(key))
                .findFirst()
                .orElse("catraca");
    }

    private static boolean isOfScalars(SequenceNode list) {
        return list.getValue().stream().allMatch(ScalarNode.class::isInstance);
    }

    private static String joined(SequenceNode list) {
        return list.getValue().stream()
                .map(item -> ((ScalarNode) item).getValue())
                .collect(Collectors.joining(","));
    }

    /** Kubernetes gives these to every pod beside a service that is called catraca; nobody meant them for us. */
    private static boolean isOfKubernetes(String variable) {
        return variable.startsWith("CATRACA_SERVICE_")
                || variable.equals("CATRACA_PORT")
                || variable.startsWith("CATRACA_PORT_");
    }

    private static String variable(String name) {
        return "environment variable " + name;
    }

    private static String suggestion(String key) {
        return Spelling.nearest(key, Schema.ALL.stream().map(Setting::key).toList())
                .map(near -> "; did you mean " + near + "?")
                .orElse("; docs/configuration.md lists them");
    }

    private static String variableSuggestion(String variable) {
        return Spelling.nearest(
                        variable, Schema.ALL.stream().map(Setting::variable).toList())
                .map(near -> "; did you mean " + near + "?")
                .orElse("; docs/configuration.md lists them");
    }

    private String at(Path file, MarkedYAMLException broken) {
        return broken.getProblemMark() == null
                ? shown(file)
                : shown(file) + ", line " + (broken.getProblemMark().getLine() + 1);
    }

    /** As a person would type it. */
    private String shown(Path file) {
        return file.startsWith(home) ? home.relativize(file).toString() : file.toString();
    }
}
