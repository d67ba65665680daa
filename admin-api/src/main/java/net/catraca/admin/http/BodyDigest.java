package net.catraca.admin.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The SHA-256 of a request's body, noted while it is read: later only the record is left of it. */
final class BodyDigest {

    private static final String ATTRIBUTE = "net.catraca.body-digest";

    private BodyDigest() {}

    static void note(byte[] body) {
        ServerRequestContext.currentRequest().ifPresent(request -> request.setAttribute(ATTRIBUTE, digest(body)));
    }

    /** Of the empty body when none was read. */
    static byte[] of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, byte[].class).orElseGet(() -> digest(new byte[0]));
    }

    private static byte[] digest(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
