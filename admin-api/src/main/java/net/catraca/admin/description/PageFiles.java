package net.catraca.admin.description;

import io.micronaut.http.MediaType;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;

/** The files of the description's page: two of ours, the others out of Swagger UI's jar. No others can be asked for. */
@Singleton
final class PageFiles {

    /** @param tag an entity tag */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record PageFile(byte[] octets, MediaType type, String tag) {}

    private static final MediaType SCRIPT = new MediaType("text/javascript;charset=utf-8");
    private static final MediaType STYLE = new MediaType("text/css;charset=utf-8");
    private static final MediaType PAGE = new MediaType("text/html;charset=utf-8");
    private static final MediaType PICTURE = MediaType.IMAGE_PNG_TYPE;

    private static final Map<String, MediaType> OURS =
            Map.of("index.html", PAGE, "start.js", SCRIPT, "page.css", STYLE);

    private static final Map<String, MediaType> THEIRS = Map.of(
            "swagger-ui.css", STYLE,
            "swagger-ui-bundle.js", SCRIPT,
            "favicon-32x32.png", PICTURE);

    /** As many as there are names: 2 MB, kept once somebody has looked. */
    private final Map<String, PageFile> read = new ConcurrentHashMap<>();

    private final String webjar = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";

    Optional<PageFile> find(String name) {
        if (OURS.containsKey(name)) {
            return Optional.of(read.computeIfAbsent(name, _ -> file(name, type(OURS, name))));
        }
        return THEIRS.containsKey(name)
                ? Optional.of(read.computeIfAbsent(name, _ -> file(webjar + name, type(THEIRS, name))))
                : Optional.empty();
    }

    private static MediaType type(Map<String, MediaType> types, String name) {
        return Objects.requireNonNull(types.get(name), name);
    }

    private static PageFile file(String resource, MediaType type) {
        byte[] octets = octets(resource);
        var sum = new CRC32();
        sum.update(octets);
        return new PageFile(octets, type, "\"" + HexFormat.of().toHexDigits(sum.getValue()) + "\"");
    }

    private static byte[] octets(String resource) {
        try (var in = Objects.requireNonNull(PageFiles.class.getResourceAsStream(resource), resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder in the jar bears its version, and so does this file beside it. */
    private static String version() {
        String resource = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
        try (var in = Objects.requireNonNull(PageFiles.class.getResourceAsStream(resource), resource)) {
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
