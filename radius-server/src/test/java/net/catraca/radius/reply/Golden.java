package net.catraca.radius.reply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.catraca.radius.dictionary.AttributeDefinition;
import net.catraca.radius.dictionary.Dictionary;

/** Attributes as text: an attribute a line, its octets in hex, then a comment that names it. */
final class Golden {

    private static final HexFormat HEX = HexFormat.of();

    private Golden() {}

    /** @param value the octets behind all headers, a tag included */
    @SuppressWarnings("ArrayRecordComponent")
    record Decoded(String name, byte[] whole, byte[] value) {}

    /** The octets that a file says, comments left out. */
    static String octets(Path file) throws IOException {
        var hex = new StringBuilder();
        for (var line : Files.readAllLines(file)) {
            hex.append(line.split("#", 2)[0].replace(" ", ""));
        }
        return hex.toString();
    }

    /** Splits attributes by hand, beside the code under test. */
    static List<Decoded> decode(byte[] octets, Dictionary dictionary) {
        var decoded = new ArrayList<Decoded>();
        for (var at = 0; at < octets.length; at += octets[at + 1] & 0xff) {
            var length = octets[at + 1] & 0xff;
            var type = octets[at] & 0xff;
            var whole = HEX.parseHex(HEX.formatHex(octets, at, at + length));
            var vendor = type == 26 ? Integer.parseInt(HEX.formatHex(octets, at + 2, at + 6), 16) : 0;
            var attribute = dictionary
                    .numbered(vendor, vendor == 0 ? type : octets[at + 6] & 0xff)
                    .map(AttributeDefinition::name)
                    .orElseThrow();
            var header = vendor == 0 ? 2 : 8;
            decoded.add(new Decoded(attribute, whole, HEX.parseHex(HEX.formatHex(octets, at + header, at + length))));
        }
        return decoded;
    }
}
