package net.catraca.admin.security;

import io.micronaut.http.HttpRequest;
import java.time.Instant;
import net.catraca.admin.http.Kebab;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.ProblemType;
import net.catraca.billing.office.Actor;

/**
 * Who sent a request, as its token says.
 *
 * @param from the address at the other end of the connection
 * @param tokenIssuedAt a token that is younger than what is to be approved approves nothing
 */
public record Caller(long tokenId, String name, Holder holder, Role role, String from, Instant tokenIssuedAt) {

    private static final String ATTRIBUTE = "net.catraca.caller";

    /** The caller of a request that has passed the filter. */
    public static Caller of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Caller.class)
                .orElseThrow(() -> new IllegalStateException(request.getPath() + " was not authenticated"));
    }

    void attachTo(HttpRequest<?> request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    public Actor actor() {
        return new Actor(name, tokenId, from, holder == Holder.PERSON, tokenIssuedAt);
    }

    /** For what depends on the request's content rather than on its path alone. */
    public void require(Permission permission) {
        if (!permission.isGrantedTo(role)) {
            throw ProblemException.of(
                    ProblemType.FORBIDDEN,
                    "This needs the permission " + Kebab.of(permission) + ", which the role " + Kebab.of(role)
                            + " does not have.");
        }
    }
}
