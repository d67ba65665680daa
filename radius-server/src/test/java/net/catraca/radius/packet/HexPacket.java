package net.catraca.radius.packet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A line of {@code packets.txt}.
 *
 * @param meaning in the small language that the file's head explains
 * @param source RFC and section
 */
@SuppressWarnings("ArrayRecordComponent") // read and decoded, never compared
public record HexPacket(String name, byte[] octets, String meaning, String source) {

    private static final Pattern REPEATED = Pattern.compile("\\{([^{}*]+)\\*(\\d+)}");

    public static List<HexPacket> all() {
        try (var file = Objects.requireNonNull(HexPacket.class.getResourceAsStream("/packets.txt"))) {
            return new String(file.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(HexPacket::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static HexPacket named(String name) {
        return all().stream()
                .filter(packet -> packet.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no packet named " + name));
    }

    private static HexPacket parse(String line) {
        var fields = line.split(" \\| ?", -1);
        if (fields.length != 4 || fields[3].isBlank()) {
            throw new AssertionError("expected name | octets | meaning | source, was: " + line);
        }
        return new HexPacket(fields[0], HexFormat.of().parseHex(unfold(fields[1])), unfold(fields[2]), fields[3]);
    }

    private static String unfold(String text) {
        return REPEATED.matcher(text).replaceAll(found -> found.group(1).repeat(Integer.parseInt(found.group(2))));
    }

    @Override
    public String toString() {
        return name;
    }
}
