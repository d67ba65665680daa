package net.catraca.admin.http;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import java.net.URI;
import java.util.Optional;
import net.catraca.billing.office.Outcome;

/** From what the office answers to what HTTP does. */
public final class Outcomes {

    private Outcomes() {}

    /** @throws ProblemException when it was declined, which also rolls back the request's transaction */
    public static <T> T granted(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(var value) -> value;
            case Outcome.Declined<T>(var problem) -> throw ProblemException.of(problem);
        };
    }

    /** @throws ProblemException 404 when there is nothing */
    public static <T> T found(Optional<T> found, String kind, Object key) {
        return found.orElseThrow(() -> ProblemException.notFound(kind, key.toString()));
    }

    /** 201 with the path and the ETag of what was made. */
    public static <T> MutableHttpResponse<T> created(T body, String path, long version) {
        return HttpResponse.created(body, URI.create(path)).header(HttpHeaders.ETAG, Etag.of(version));
    }

    /** 202 with the path and the ETag of what waits. */
    public static <T> MutableHttpResponse<T> accepted(T body, String path, long version) {
        return HttpResponse.<T>accepted(URI.create(path)).body(body).header(HttpHeaders.ETAG, Etag.of(version));
    }

    /** 200 with the ETag of what is shown. */
    public static <T> MutableHttpResponse<T> shown(T body, long version) {
        return HttpResponse.ok(body).header(HttpHeaders.ETAG, Etag.of(version));
    }
}
