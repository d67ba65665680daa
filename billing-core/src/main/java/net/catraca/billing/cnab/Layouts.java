package net.catraca.billing.cnab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.catraca.billing.cnab.Layout.Code;
import net.catraca.billing.cnab.RecordLayout.Kind;
import net.catraca.billing.cnab.RecordLayout.Mark;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** All layouts there are, read from the resources once. A layout that does not add up stops the start. */
public final class Layouts {

    private static final String FOLDER = "/cnab/";

    private final Map<String, Layout> layouts;

    private Layouts(Map<String, Layout> layouts) {
        this.layouts = layouts;
    }

    public static Layouts bundled() {
        var layouts = new TreeMap<String, Layout>();
        for (String name : resource("index.txt").lines().toList()) {
            layouts.put(name, read(name, resource(name + ".yaml")));
        }
        return new Layouts(layouts);
    }

    private static String resource(String name) {
        try (InputStream in = Layouts.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + name + ": expected among the resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Collection<Layout> all() {
        return List.copyOf(layouts.values());
    }

    public Optional<Layout> find(String name) {
        return Optional.ofNullable(layouts.get(name));
    }

    /** @throws IllegalArgumentException when it does not add up, saying where */
    static Layout read(String name, String yaml) {
        var root = map(new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml), name);
        int width = integer(root, "width", name);
        List<RecordLayout> records = new ArrayList<>();
        map(root.get("records"), name)
                .forEach((kind, record) -> records.add(record(kind, map(record, kind), width, name)));
        Map<String, Code> codes = new LinkedHashMap<>();
        map(root.get("codes"), name).forEach((code, what) -> {
            var entry = map(what, code);
            codes.put(code, new Code(code, text(entry, "meaning", code), Boolean.TRUE.equals(entry.get("pays"))));
        });
        requireMovements(records, name);
        return new Layout(
                text(root, "layout", name),
                text(root, "bank", name),
                text(root, "name", name),
                width,
                Boolean.TRUE.equals(root.get("charges-apart")),
                records,
                codes);
    }

    private static void requireMovements(List<RecordLayout> records, String name) {
        require(find(records, Kind.HEADER) != null, name + ": expected a header");
        require(find(records, Kind.TRAILER) != null, name + ": expected a trailer");
        var detail = find(records, Kind.DETAIL);
        var title = detail == null ? find(records, Kind.TITLE) : detail;
        var value = detail == null ? find(records, Kind.VALUE) : detail;
        require(
                title != null && title.has("code") && title.has("our-number"),
                name + ": expected code and our-number in detail or title");
        require(
                value != null && value.has("paid") && value.has("occurred-on"),
                name + ": expected paid and occurred-on in detail or value");
    }

    private static @Nullable RecordLayout find(List<RecordLayout> records, Kind kind) {
        return records.stream()
                .filter(record -> record.kind() == kind)
                .findFirst()
                .orElse(null);
    }

    private static RecordLayout record(String word, Map<String, Object> record, int width, String layout) {
        Kind kind = java.util.Arrays.stream(Kind.values())
                .filter(each -> each.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(layout + ": expected a kind of record, was " + word));
        List<Mark> when = list(record.get("when"), word).stream()
                .map(mark -> new Mark(integer(map(mark, word), "at", word), text(map(mark, word), "is", word)))
                .toList();
        Map<String, Field> fields = new LinkedHashMap<>();
        for (var entry : list(record.get("fields"), word)) {
            var field = field(map(entry, word), word);
            require(field.to() <= width, layout + ", " + word + ", " + field.name() + ": expected within " + width);
            fields.put(field.name(), field);
        }
        return new RecordLayout(kind, when, fields);
    }

    private static Field field(Map<String, Object> field, String record) {
        var expected = field.get("expected");
        return new Field(
                text(field, "field", record),
                integer(field, "from", record),
                integer(field, "length", record),
                Field.Type.valueOf(text(field, "type", record).toUpperCase(java.util.Locale.ROOT)),
                expected == null ? null : expected.toString(),
                text(field, "meaning", record));
    }

    private static Map<String, Object> map(@Nullable Object value, String where) {
        require(value instanceof Map, where + ": expected a mapping");
        var read = new LinkedHashMap<String, Object>();
        ((Map<?, ?>) java.util.Objects.requireNonNull(value)).forEach((key, each) -> read.put(key.toString(), each));
        return read;
    }

    private static List<Object> list(@Nullable Object value, String where) {
        require(value instanceof List, where + ": expected a list");
        return new ArrayList<>((List<?>) java.util.Objects.requireNonNull(value));
    }

    private static String text(Map<String, Object> from, String key, String where) {
        var value = from.get(key);
        require(value != null, where + ": expected " + key);
        return java.util.Objects.requireNonNull(value).toString();
    }

    private static int integer(Map<String, Object> from, String key, String where) {
        require(from.get(key) instanceof Integer, where + ": expected a whole number in " + key);
        return (Integer) java.util.Objects.requireNonNull(from.get(key));
    }

    private static void require(boolean holds, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(expected);
        }
    }
}
