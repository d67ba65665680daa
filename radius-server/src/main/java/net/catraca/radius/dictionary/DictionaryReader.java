package net.catraca.radius.dictionary;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.catraca.radius.dictionary.Dictionary.Reading;
import org.jspecify.annotations.Nullable;
import org.tinyradius.core.dictionary.MemoryDictionary;
import org.tinyradius.core.dictionary.Vendor;
import org.tinyradius.core.dictionary.parser.ResourceParser;
import org.tinyradius.core.dictionary.parser.resolver.ResourceResolver;

/**
 * Reads every {@code dictionary.*} of a folder, in the flattened format of FreeRADIUS 3.2.
 *
 * <p>TinyRadius parses it, a statement at a time: left alone its parser counts lines from zero, names no file, and
 * takes in what it does not understand (the attributes of an unknown vendor land in the standard space, an unknown type
 * becomes octets). So whatever it would swallow is refused here before it sees it.
 */
public final class DictionaryReader {

    private static final String PREFIX = "dictionary.";

    /** The flags that TinyRadius reads, and those that alter nothing about how a value is written. */
    private static final Set<String> FLAGS =
            Set.of("has_tag", "encrypt=1", "encrypt=2", "encrypt=3", "concat", "array", "secret", "virtual");

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,9}|0[xX][0-9a-fA-F]{1,8}");

    private final MemoryDictionary model = new MemoryDictionary();
    private final Map<String, AttributeDefinition> definitions = new LinkedHashMap<>();
    private final Map<String, Statement> definedBy = new LinkedHashMap<>();

    private DictionaryReader() {}

    /** All dictionaries of a folder, or all that is wrong with them. */
    public static Reading read(Path folder) {
        return new DictionaryReader().readFolder(folder);
    }

    private Reading readFolder(Path folder) {
        var digest = ConfigFile.sha256();
        var lines = new StatementReader(digest);
        try {
            ConfigFile.in(folder, name -> name.startsWith(PREFIX)).forEach(lines::read);
        } catch (IOException e) {
            return new Reading.Broken(List.of(new Problem(folder, 0, 0, "cannot be read: " + e)));
        }
        var problems = new ArrayList<>(lines.problems());
        // By kind, whatever the order of files and lines: a file may add to a vendor that a later one declares.
        var statements = lines.statements();
        problems.addAll(each(statements, "VENDOR", this::vendor));
        problems.addAll(each(statements, "BEGIN-VENDOR", this::block));
        problems.addAll(each(statements, "ATTRIBUTE", this::attribute));
        problems.addAll(each(statements, "VALUE", this::value));
        if (problems.isEmpty() && definitions.isEmpty()) {
            problems.add(new Problem(folder, 0, 0, "expected a file " + PREFIX + "* that defines attributes"));
        }
        return problems.isEmpty()
                ? new Reading.Loaded(new Dictionary(model, definitions), digest.digest())
                : new Reading.Broken(problems);
    }

    private static List<Problem> each(
            List<Statement> statements, String keyword, Function<Statement, Optional<String>> reader) {
        return statements.stream()
                .filter(statement -> statement.keyword().equals(keyword))
                .flatMap(statement -> reader.apply(statement).map(statement::problem).stream())
                .toList();
    }

    private Optional<String> vendor(Statement statement) {
        if (statement.size() < 3 || statement.size() > 4 || !isNumber(statement.word(2))) {
            return Optional.of("expected VENDOR name number");
        }
        if (statement.size() == 4 && !statement.word(3).matches("format=[124],[012]")) {
            return Optional.of("expected format=t,l with 1, 2 or 4 octets of type and 0, 1 or 2 of length, was \""
                    + statement.word(3) + '"');
        }
        return parse(statement, String.join(" ", statement.words()));
    }

    private Optional<String> block(Statement statement) {
        return model.getVendor(statement.word(1)).isPresent()
                ? Optional.empty()
                : Optional.of("there is no VENDOR " + statement.word(1));
    }

    private Optional<String> attribute(Statement statement) {
        if (statement.size() < 4 || statement.size() > 5) {
            return Optional.of("expected ATTRIBUTE name number type, and flags without a space between them");
        }
        var vendor = vendorOf(statement);
        if (statement.vendor() != null && vendor == null) {
            return Optional.empty(); // its BEGIN-VENDOR is a problem already
        }
        var type = DataType.named(statement.word(3));
        if (type.isEmpty()) {
            return Optional.of("there is no type \"" + statement.word(3) + '"');
        }
        return misnumbered(statement.word(2), vendor)
                .or(() -> misflagged(statement))
                .or(() -> define(statement, type.get(), vendor));
    }

    private static Optional<String> misnumbered(String number, @Nullable VendorFormat vendor) {
        var max = (1L << (8 * (vendor == null ? 1 : vendor.typeOctets()))) - 1;
        if (!isNumber(number)) {
            return Optional.of("expected a number, was \"" + number
                    + "\"; attributes within attributes, such as 241.1, are not supported");
        }
        // Colubris and others have a sub-attribute 0; the standard space begins at 1.
        var min = vendor == null ? 1 : 0;
        var type = Long.decode(number);
        return type >= min && type <= max
                ? Optional.empty()
                : Optional.of("expected a number from " + min + " to " + max + ", was " + type);
    }

    private static Optional<String> misflagged(Statement statement) {
        return flags(statement)
                .filter(flag -> !FLAGS.contains(flag.toLowerCase(Locale.ROOT)))
                .findFirst()
                .map(flag -> "there is no flag \"" + flag + '"');
    }

    private static Stream<String> flags(Statement statement) {
        return statement.size() == 5 ? Arrays.stream(statement.word(4).split(",")) : Stream.empty();
    }

    private Optional<String> define(Statement statement, DataType type, @Nullable VendorFormat vendor) {
        var name = statement.word(1);
        var line = "ATTRIBUTE " + name + ' ' + statement.word(2) + ' ' + type.plainName(statement.word(3)) + ' '
                + String.join(",", flags(statement).toList());
        var known = definitions.get(name);
        if (known != null) {
            return sameAgain(statement, line, type, vendor, known);
        }
        var problem = parse(statement, line);
        model.getAttributeTemplate(name).ifPresent(template -> {
            definitions.put(name, new AttributeDefinition(template, type, vendor));
            definedBy.put(name, statement);
        });
        return problem;
    }

    /** Two files may agree on a name, as when an operator adds FreeRADIUS's dictionary to ours; not contradict. */
    private Optional<String> sameAgain(
            Statement statement, String line, DataType type, @Nullable VendorFormat vendor, AttributeDefinition known) {
        var scratch = new MemoryDictionary();
        if (vendor != null) {
            scratch.addVendor(new Vendor(vendor.id(), vendor.name(), vendor.typeOctets(), vendor.lengthOctets()));
        }
        var problem = parse(statement, line, scratch);
        var again = scratch.getAttributeTemplate(known.name())
                .map(template -> new AttributeDefinition(template, type, vendor))
                .map(AttributeDefinition::toString);
        var first = definedBy.get(known.name());
        return problem.isPresent() || again.equals(Optional.of(known.toString())) || first == null
                ? problem
                : Optional.of("defined otherwise at " + first.file() + ':' + first.line() + " (" + known + ')');
    }

    private Optional<String> value(Statement statement) {
        if (statement.size() != 4 || !isNumber(statement.word(3))) {
            return Optional.of("expected VALUE attribute name number");
        }
        var number = Long.decode(statement.word(3));
        if (number > 0xffff_ffffL) {
            return Optional.of("expected a number from 0 to 4294967295, was " + number);
        }
        var template = model.getAttributeTemplate(statement.word(1));
        // Not through the parser, which reads signed numbers only.
        template.ifPresent(known -> known.addEnumerationValue(number.intValue(), statement.word(2)));
        return template.isPresent() ? Optional.empty() : Optional.of("there is no ATTRIBUTE " + statement.word(1));
    }

    /** Decimal or 0x hex, at most 32 bits; a leading zero would be read as octal by some. */
    private static boolean isNumber(String word) {
        return NUMBER.matcher(word).matches();
    }

    private @Nullable VendorFormat vendorOf(Statement statement) {
        return statement.vendor() == null
                ? null
                : model.getVendor(statement.vendor())
                        .map(v -> new VendorFormat(v.getId(), v.getName(), v.getTypeSize(), v.getLengthSize()))
                        .orElse(null);
    }

    private Optional<String> parse(Statement statement, String line) {
        return parse(statement, line, model);
    }

    private static Optional<String> parse(Statement statement, String line, MemoryDictionary into) {
        var text = statement.vendor() == null ? line : "BEGIN-VENDOR " + statement.vendor() + '\n' + line;
        try {
            new ResourceParser(into, new OneText(text)).parseDictionary("");
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of("cannot be read: " + e.getMessage());
        }
    }

    /** Hands TinyRadius's parser a text where it wants a file. */
    private record OneText(String text) implements ResourceResolver {
        @Override
        public String resolve(String current, String next) {
            return "";
        }

        @Override
        public InputStream openStream(String resource) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
