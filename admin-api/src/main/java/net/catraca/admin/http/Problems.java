package net.catraca.admin.http;

import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import net.catraca.admin.store.DatabaseFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Words every failure as a problem document, those of the framework (no such route, wrong media type, too large)
 * and those nobody expected. The latter are logged under an id that the answer repeats; nothing else of them is told.
 */
@Singleton
final class Problems implements ErrorResponseProcessor<ProblemDocument> {

    static final String MEDIA_TYPE = "application/problem+json";

    /** PostgreSQL restarts or fails over within seconds. */
    private static final Duration DATABASE_RETRY = Duration.ofSeconds(5);

    private static final Duration LOCK_RETRY = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    @Override
    public MutableHttpResponse<ProblemDocument> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        var request = context.getRequest();
        var cause = context.getRootCause();
        if (cause.isPresent()) {
            var known = known(cause.get());
            if (known.isPresent()) {
                return answer(request, response, known.get());
            }
        }
        if (response.code() >= HttpStatus.INTERNAL_SERVER_ERROR.getCode()) {
            return unexpected(request, response, cause);
        }
        return answer(request, response, ofStatus(context, response));
    }

    /** What an exception that has an answer of its own says, wherever it was thrown. */
    private static Optional<ProblemException> known(Throwable failure) {
        return switch (failure) {
            case ProblemException problem -> Optional.of(problem);
            case ConversionErrorException conversion -> Optional.of(conversion(conversion));
            case UnsatisfiedRouteException missing -> Optional.of(missing(missing.getArgument()));
            default -> DatabaseFailure.of(failure).map(Problems::ofDatabase);
        };
    }

    private static ProblemException conversion(ConversionErrorException failure) {
        if (failure.getConversionError().getCause() instanceof ProblemException problem) {
            return problem;
        }
        return ProblemException.invalid(field(failure.getArgument(), "", "another text"));
    }

    private static ProblemException missing(Argument<?> argument) {
        return ProblemException.invalid(field(argument, "", "nothing"));
    }

    private static InvalidField field(Argument<?> argument, String pointer, String was) {
        var metadata = argument.getAnnotationMetadata();
        if (metadata.hasAnnotation(Body.class)) {
            return InvalidField.body(pointer, "a JSON object", was);
        }
        String expected = expected(argument.getType());
        if (metadata.hasAnnotation(PathVariable.class)) {
            return InvalidField.path(argument.getName(), expected);
        }
        return metadata.hasAnnotation(Header.class)
                ? InvalidField.header(argument.getName(), expected)
                : InvalidField.query(argument.getName(), expected);
    }

    @SuppressWarnings("unchecked") // an enum's class is a Class<? extends Enum<?>>
    private static String expected(Class<?> type) {
        if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
            return "a whole number";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == LocalDate.class) {
            return RecordReading.DATE_EXPECTED;
        } else if (type == Instant.class) {
            return RecordReading.INSTANT_EXPECTED;
        }
        return type.isEnum() ? Kebab.choices((Class<? extends Enum<?>>) type) : "a text";
    }

    private static ProblemException ofDatabase(DatabaseFailure failure) {
        return switch (failure) {
            case AWAY -> {
                log.warn("database does not answer; API requests get 503 until it is back, RADIUS goes on from memory");
                yield ProblemException.unavailable(
                        "The database does not answer. Nothing was written; routers are served from memory.",
                        DATABASE_RETRY);
            }
            case BUSY ->
                ProblemException.unavailable(
                        "Another request holds what this one needs. Nothing was written.", LOCK_RETRY);
            case TAKEN ->
                ProblemException.conflict(
                        "already-there", "Something with that name, number or external id is there already.");
            case REFERENCED ->
                ProblemException.conflict(
                        "referenced", "It refers to something that is not there, or something refers to it.");
        };
    }

    private static ProblemException ofStatus(ErrorContext context, MutableHttpResponse<?> response) {
        String path = context.getRequest().getPath();
        return switch (response.code()) {
            case 401 -> ProblemException.of(ProblemType.UNAUTHENTICATED, "Send Authorization: Bearer and a token.");
            case 403 -> ProblemException.of(ProblemType.FORBIDDEN, "This request is not allowed.");
            case 404 -> ProblemException.of(ProblemType.NOT_FOUND, "There is nothing at " + path + ".");
            case 405 ->
                ProblemException.of(
                        ProblemType.METHOD_NOT_ALLOWED,
                        path + " has no " + context.getRequest().getMethodName() + "; see the header Allow.");
            case 406 -> ProblemException.of(ProblemType.NOT_ACCEPTABLE, "Answers here are application/json.");
            case 413 -> hasLargeBody(context.getRequest()) ? bodyTooLarge() : headTooLarge();
            case 414 -> ProblemException.of(ProblemType.URI_TOO_LONG, "Send a shorter address.");
            case 415 -> ProblemException.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send Content-Type: application/json.");
            case 431 -> ProblemException.of(ProblemType.HEADERS_TOO_LARGE, "Send fewer or shorter headers.");
            default -> ProblemException.of(ProblemType.INVALID_REQUEST, "The request is not valid HTTP for this path.");
        };
    }

    private static ProblemException bodyTooLarge() {
        return ProblemException.of(
                ProblemType.TOO_LARGE,
                "A body may have at most " + HttpDefaults.MAX_BODY_OCTETS
                        + " octets: send larger sets in several requests.");
    }

    /** Whether the head of the request was read and announces such a body; else it is the head that is too large. */
    private static boolean hasLargeBody(HttpRequest<?> request) {
        return request.getContentLength() > HttpDefaults.MAX_BODY_OCTETS
                || request.getHeaders().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static ProblemException headTooLarge() {
        return ProblemException.of(
                ProblemType.HEADERS_TOO_LARGE,
                "The first line of a request may have " + HttpDefaults.MAX_LINE_OCTETS
                        + " octets, its headers together " + HttpDefaults.MAX_HEADER_OCTETS + ".");
    }

    private static MutableHttpResponse<ProblemDocument> answer(
            HttpRequest<?> request, MutableHttpResponse<?> response, ProblemException problem) {
        return write(request, response, problem.document(), problem);
    }

    private static MutableHttpResponse<ProblemDocument> write(
            HttpRequest<?> request,
            MutableHttpResponse<?> response,
            ProblemDocument document,
            ProblemException problem) {
        problem.headers().forEach(response::header);
        response.status(document.status()).contentType(MEDIA_TYPE);
        if (document.type().equals(ProblemType.HEADERS_TOO_LARGE.uri())) {
            // Where the next request begins cannot be known: the connection ends, and the client is told so.
            return response.header(HttpHeaders.CONNECTION, "close").body(document); // its path may be unread, too
        }
        return response.body(document.at(request.getPath()));
    }

    private static MutableHttpResponse<ProblemDocument> unexpected(
            HttpRequest<?> request, MutableHttpResponse<?> response, Optional<Throwable> cause) {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        log.error(
                "request failed: error={} {} {}; the client gets 500 and this id",
                id,
                request.getMethodName(),
                request.getPath(),
                cause.orElse(null));
        var problem = ProblemException.of(
                ProblemType.INTERNAL, "The log has a line with the error id that says what. Nothing was written.");
        return write(request, response, problem.document().logged(id), problem);
    }
}
