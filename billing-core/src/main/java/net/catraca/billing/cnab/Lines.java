package net.catraca.billing.cnab;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into lines that end with LF, CR LF or the stream, without holding more than one. */
final class Lines {

    /** Ctrl-Z: DOS ends a text with it. */
    private static final int END_OF_TEXT = 0x1a;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final byte[] line;
    private int at;
    private int end;
    private int length;
    private boolean tooLong;

    /** @param most longer lines are cut to this and told to be too long */
    Lines(InputStream in, int most) {
        this.in = in;
        this.line = new byte[most];
    }

    /** The next line without its end; null after the last. Empty lines and a lone Ctrl-Z are lines, too. */
    byte @Nullable [] next() throws IOException {
        length = 0;
        tooLong = false;
        boolean any = false;
        for (int octet = read(); octet >= 0; octet = read()) {
            any = true;
            if (octet == '\n') {
                return cut();
            }
            keep(octet);
        }
        return any ? cut() : null;
    }

    boolean wasTooLong() {
        return tooLong;
    }

    static boolean isEndOfText(byte[] line) {
        return line.length == 0 || (line.length == 1 && line[0] == END_OF_TEXT);
    }

    private void keep(int octet) {
        if (length < line.length) {
            line[length++] = (byte) octet;
        } else {
            tooLong = true;
        }
    }

    private byte[] cut() {
        boolean carriageReturn = length > 0 && line[length - 1] == '\r' && !tooLong;
        return Arrays.copyOf(line, carriageReturn ? length - 1 : length);
    }

    private int read() throws IOException {
        if (at == end) {
            end = in.read(buffer);
            at = 0;
            if (end <= 0) {
                end = 0;
                return -1;
            }
        }
        return buffer[at++] & 0xff;
    }
}
