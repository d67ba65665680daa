package net.catraca.admin.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A place in a list, written so that nobody is tempted to compute with it. */
final class Cursor {

    private Cursor() {}

    static String write(Object key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(("k" + key).getBytes(StandardCharsets.UTF_8));
    }

    static long readLong(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith("k")) {
                return Long.parseLong(text.substring(1));
            }
        } catch (IllegalArgumentException _) {
            // Not base64, or no number in it: said below.
        }
        throw ProblemException.invalid(InvalidField.query("cursor", "the nextCursor of an earlier page"));
    }
}
