package net.catraca.admin.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Entity tags (RFC 9110 §8.8.3) made of the version that rises with every write. */
public final class Etag {

    private static final Pattern STRONG = Pattern.compile("\"([0-9]{1,18})\"");

    private Etag() {}

    public static String of(long version) {
        return "\"" + version + "\"";
    }

    /**
     * The version that a write was made for.
     *
     * @throws ProblemException 428 without If-Match, 412 when it can match no version of ours
     */
    public static long required(HttpRequest<?> request) {
        var version = optional(request);
        if (version == null) {
            throw ProblemException.of(
                    ProblemType.PRECONDITION_REQUIRED,
                    "Read it first and send its ETag in If-Match, so that nobody's change is overwritten unseen.");
        }
        return version;
    }

    /**
     * The same where a write may also be made blindly; null without If-Match.
     *
     * @throws ProblemException 412 when it can match no version of ours
     */
    public static @Nullable Long optional(HttpRequest<?> request) {
        String sent = request.getHeaders().get(HttpHeaders.IF_MATCH);
        if (sent == null || sent.isBlank()) {
            return null;
        }
        var tag = STRONG.matcher(sent.trim());
        if (!tag.matches()) {
            // "*", lists and weak tags: legal, but none of them says which state the caller has seen.
            throw ProblemException.of(
                    ProblemType.PRECONDITION_FAILED, "If-Match: expected one ETag as it was read, such as \"3\".");
        }
        return Long.valueOf(tag.group(1));
    }
}
