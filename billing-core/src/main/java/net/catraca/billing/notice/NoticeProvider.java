package net.catraca.billing.notice;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A service that takes an HTTP request for each SMS or WhatsApp message. Headers with its credentials are kept sealed
 * beside it.
 *
 * @param body a Mustache template with {@code to}, {@code digits}, {@code text} and {@code reference}, escaped for the
 *     content type
 * @param success statuses that say it took the message
 * @param idPointer where its answer bears the message's id: names and indices between slashes; null for nowhere
 */
public record NoticeProvider(
        Channel channel,
        long version,
        URI url,
        Method method,
        ContentType contentType,
        String body,
        List<Integer> success,
        @Nullable String idPointer,
        boolean active) {

    public enum Method {
        POST,
        PUT
    }

    public enum ContentType {
        JSON("application/json", Wording.Escape.JSON),
        FORM("application/x-www-form-urlencoded", Wording.Escape.FORM);

        private final String header;
        private final Wording.Escape escape;

        ContentType(String header, Wording.Escape escape) {
            this.header = header;
            this.escape = escape;
        }

        public String header() {
            return header;
        }

        public Wording.Escape escape() {
            return escape;
        }
    }

    public NoticeProvider {
        success = List.copyOf(success);
    }
}
