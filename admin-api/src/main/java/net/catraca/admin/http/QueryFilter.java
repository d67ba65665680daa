package net.catraca.admin.http;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.beans.BeanIntrospection;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.MethodBasedRouteMatch;
import io.micronaut.web.router.RouteAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Refuses query parameters that a resource does not have: a mistyped filter would otherwise answer with everything. And
 * texts in queries and paths that no text of ours can be: PostgreSQL cannot even look for U+0000.
 */
@ServerFilter("/api/**")
@Order(Ordered.LOWEST_PRECEDENCE) // after the caller is known
final class QueryFilter {

    @RequestFilter
    void check(HttpRequest<?> request) {
        if (RouteAttributes.getRouteMatch(request).orElse(null) instanceof MethodBasedRouteMatch<?, ?> route) {
            refuseUnknown(request, known(route));
            refuseOddTexts(request, route);
        }
    }

    private static void refuseOddTexts(HttpRequest<?> request, MethodBasedRouteMatch<?, ?> route) {
        for (var parameter : request.getParameters()) {
            if (!parameter.getValue().stream().allMatch(QueryFilter::isUsual)) {
                throw ProblemException.invalid(InvalidField.query(parameter.getKey(), RecordReading.TEXT_EXPECTED));
            }
        }
        route.getVariableValues().forEach((name, value) -> {
            if (value instanceof CharSequence text && !isUsual(text.toString())) {
                throw ProblemException.invalid(InvalidField.path(name, RecordReading.TEXT_EXPECTED));
            }
        });
    }

    private static boolean isUsual(String text) {
        return text.length() <= HttpDefaults.MAX_TEXT && RecordReading.isOneLine(text);
    }

    private static List<String> known(MethodBasedRouteMatch<?, ?> route) {
        return Arrays.stream(route.getArguments())
                .flatMap(QueryFilter::parameters)
                .filter(argument -> argument.getAnnotationMetadata().hasAnnotation(QueryValue.class))
                .map(Argument::getName)
                .toList();
    }

    /** The argument itself, or what is gathered in it. */
    private static Stream<Argument<?>> parameters(Argument<?> argument) {
        return argument.getAnnotationMetadata().hasAnnotation(RequestBean.class)
                ? Arrays.stream(
                        BeanIntrospection.getIntrospection(argument.getType()).getConstructorArguments())
                : Stream.of(argument);
    }

    private static void refuseUnknown(HttpRequest<?> request, List<String> known) {
        for (String name : request.getParameters().names()) {
            if (!known.contains(name)) {
                throw ProblemException.invalid(InvalidField.query(
                        name.length() <= 100 ? name : name.substring(0, 100) + "…",
                        known.isEmpty() ? "no query" : "one of " + String.join(", ", known)));
            }
        }
    }
}
