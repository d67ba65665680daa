package net.catraca.admin.description;

import io.micronaut.core.type.Argument;
import io.micronaut.core.util.SupplierUtil;
import io.micronaut.http.HttpMethod;
import io.micronaut.inject.ExecutableMethod;
import io.micronaut.json.JsonMapper;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import net.catraca.admin.http.HttpDefaults;

/**
 * The OpenAPI document. The build reads paths, records and their comments off the controllers; what stands in our own
 * annotations it cannot know, so it is added here, from the routes that this server has. Made when first asked for.
 */
@Singleton
final class ApiDescription {

    /** As {@code micronaut.openapi.filename} names it in the POM. */
    private static final String GENERATED = "/META-INF/swagger/catraca.json";

    private final Router router;
    private final JsonMapper json;
    private final Supplier<byte[]> document = SupplierUtil.memoized(this::write);

    ApiDescription(Router router, JsonMapper json) {
        this.router = router;
        this.json = json;
    }

    /** JSON. */
    byte[] document() {
        return document.get();
    }

    private byte[] write() {
        try {
            return json.writeValueAsBytes(completed().members());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Tree completed() {
        var root = generated();
        var schemas = new Schemas(root, HttpDefaults.MAX_TEXT);
        schemas.complete();
        var operations = new Operations(schemas);
        var statuses = new TreeSet<Integer>();
        router.uriRoutes()
                .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
                .forEach(route -> operation(root, route)
                        // The router has some routes twice.
                        .filter(operation -> !operations.isComplete(operation))
                        .ifPresent(operation -> statuses.addAll(operations.complete(operation, method(route)))));
        statuses.forEach(status -> ProblemAnswers.describe(root.object("components"), status));
        return root;
    }

    private static Optional<Tree> operation(Tree root, UriRouteInfo<?, ?> route) {
        return root.object("paths")
                .find(route.getUriMatchTemplate().toPathString())
                .flatMap(path -> path.find(route.getHttpMethod().name().toLowerCase(Locale.ROOT)));
    }

    private static ExecutableMethod<?, ?> method(UriRouteInfo<?, ?> route) {
        return route.getTargetMethod().getExecutableMethod();
    }

    private Tree generated() {
        try (var in = Objects.requireNonNull(ApiDescription.class.getResourceAsStream(GENERATED), GENERATED)) {
            return new Tree(json.readValue(in, Argument.mapOf(String.class, Object.class)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
