package net.catraca.admin.http;

import io.micronaut.http.HttpStatus;

/** Every kind of problem that the API answers with; {@link #uri} is stable, clients may switch on it. */
public enum ProblemType {
    MALFORMED_JSON(HttpStatus.BAD_REQUEST, "The body is not JSON"),
    INVALID_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be accepted"),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "An access token is needed"),
    FORBIDDEN(HttpStatus.FORBIDDEN, "This token may not do that"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "There is no such thing"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "This resource has no such method"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "No representation of that media type"),
    CONFLICT(HttpStatus.CONFLICT, "The present state does not allow it"),
    LIMIT_REACHED(HttpStatus.CONFLICT, "A limit does not allow it"),
    PRECONDITION_FAILED(HttpStatus.PRECONDITION_FAILED, "Somebody has changed it since"),
    TOO_LARGE(HttpStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    URI_TOO_LONG(HttpStatus.REQUEST_URI_TOO_LONG, "The address is too long"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "The body has a media type that is not read here"),
    IDEMPOTENCY_KEY_REUSED(HttpStatus.UNPROCESSABLE_ENTITY, "The idempotency key belongs to another request"),
    PRECONDITION_REQUIRED(HttpStatus.PRECONDITION_REQUIRED, "If-Match is needed"),
    TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, "Too many failed attempts"),
    HEADERS_TOO_LARGE(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The headers are too large"),
    INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "Something failed here"),
    UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Not available for the moment");

    private final HttpStatus status;
    private final String title;

    ProblemType(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The member "type" of RFC 9457 §3.1.1. */
    public String uri() {
        return "urn:catraca:problem:" + Kebab.of(this);
    }
}
