package net.catraca.admin.description;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpMethod;
import io.micronaut.serde.ObjectMapper;
import io.micronaut.web.router.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.admin.http.Kebab;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.Holder;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.ProvesItself;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiAnswer;
import net.catraca.admin.testing.ApiClient;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.billing.office.Actor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The description is what the server does. {@code DescribedAnswers} holds the answers of all tests against it, too. */
class ApiDescriptionTest {

    private static final ApiServer api = ApiServer.start();
    private static final Isp isp = Isp.on(api);
    private static final Tree document =
            new Tree(json(api.anonymous().get("/openapi.json").expect(200).text()));
    private static final ApiPaths paths = new ApiPaths(isp);

    /** Approvals are for people: a job's token would be refused whatever it sends. */
    private static final ApiClient person = api.withToken(api.bean(AccessTokens.class)
            .issue("joana", Holder.PERSON, Role.ADMIN, Duration.ofDays(1), Actor.system("test"))
            .text()
            .reveal());

    static {
        // Whoever approves has had the token before.
        api.execute("update access_token set created_at = created_at - interval '1 day' where name = 'joana'");
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Map<String, Object> json(String text) {
        try {
            return ObjectMapper.getDefault().readValue(text, Argument.mapOf(String.class, Object.class));
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    /** An operation; its name is shown by the test's report. */
    record Described(String method, String path, Tree operation) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    static Stream<Described> operations() {
        var all = document.object("paths");
        return all.members().keySet().stream().flatMap(path -> all.object(path).members().keySet().stream()
                .map(method -> new Described(
                        method.toUpperCase(Locale.ROOT), path, all.object(path).object(method))));
    }

    static Stream<Described> withBody() {
        return operations()
                .filter(described -> described.operation().find("requestBody").isPresent())
                // A file is no JSON.
                .filter(described -> described
                        .operation()
                        .object("requestBody")
                        .object("content")
                        .find("application/json")
                        .isPresent());
    }

    static Stream<Described> withIfMatch() {
        return operations().filter(described -> ifMatch(described).isPresent());
    }

    private static java.util.Optional<Tree> ifMatch(Described described) {
        return described.operation().objects("parameters").stream()
                .filter(parameter ->
                        parameter.text("name").filter("If-Match"::equals).isPresent())
                .findAny();
    }

    private static Tree bodySchema(Described described) {
        return resolved(described
                .operation()
                .object("requestBody")
                .object("content")
                .object("application/json")
                .object("schema"));
    }

    private static Tree resolved(Tree schema) {
        var reference = schema.text("$ref");
        if (reference.isEmpty()) {
            return schema;
        }
        Tree found = document;
        for (String step : reference.get().substring(2).split("/", -1)) {
            found = found.find(step).orElseThrow(() -> new AssertionError(reference.get() + " leads nowhere"));
        }
        return found;
    }

    @Test
    void everyRouteIsDescribedAndNothingElse() {
        var routes = api.bean(Router.class)
                .uriRoutes()
                .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
                .map(route -> route.getHttpMethod() + " "
                        + route.getUriMatchTemplate().toPathString())
                .filter(route -> route.contains(" /api/"))
                // What proves itself is called by machines that have a description of their own.
                .filter(route -> !route.contains("/pix/webhook/"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(operations().map(Described::toString)).containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void everyOperationNamesItsPermission() {
        var permissions = api.bean(Router.class)
                .uriRoutes()
                .filter(route -> route.getUriMatchTemplate().toPathString().startsWith("/api/"))
                .filter(route -> !route.getTargetMethod().hasAnnotation(ProvesItself.class))
                .collect(Collectors.toMap(
                        route -> route.getHttpMethod() + " "
                                + route.getUriMatchTemplate().toPathString(),
                        route -> route.getTargetMethod()
                                .enumValue(RequiresPermission.class, Permission.class)
                                .orElseThrow(),
                        (one, _) -> one));

        assertThat(operations()).allSatisfy(described -> {
            var permission = Objects.requireNonNull(permissions.get(described.toString()));
            assertThat(described.operation().text("description").orElse(""))
                    .containsOnlyOnce("Permission: `" + Kebab.of(permission) + "`");
        });
    }

    @Test
    void aRoleWithoutThePermissionIsTurnedAway() {
        operations().forEach(described -> {
            var permission = Stream.of(Permission.values())
                    .filter(each -> Kebab.of(each)
                            .equals(described.operation().text("x-permission").orElseThrow()))
                    .findAny()
                    .orElseThrow();
            for (var role : Role.values()) {
                if (!permission.isGrantedTo(role)) {
                    api.as(role)
                            .send(described.method(), filled(described.path()), body(described), mediaType(described))
                            .expectProblem(403, "forbidden");
                }
            }
        });
    }

    private static String filled(String path) {
        return path.replaceAll("\\{[^}]+}", "1");
    }

    private static byte @org.jspecify.annotations.Nullable [] body(Described described) {
        return described.operation().find("requestBody").isPresent() ? new byte[] {'{', '}'} : null;
    }

    private static String mediaType(Described described) {
        var types = described.operation().find("requestBody").stream()
                .flatMap(body -> body.object("content").members().keySet().stream())
                .toList();
        if (types.isEmpty() || types.contains("application/json")) {
            return "application/json";
        }
        return types.getFirst().equals("multipart/form-data") ? "multipart/form-data; boundary=x" : types.getFirst();
    }

    @Test
    void everyOperationIsDescribedWhole() {
        Set<String> ids = new HashSet<>();
        assertThat(operations()).allSatisfy(described -> {
            var operation = described.operation();
            assertThat(operation.text("summary").orElse("")).isNotBlank();
            assertThat(operation.text("summary").orElse("")).endsWith(".");
            assertThat(operation.list("tags")).hasSize(1);
            assertThat(ids.add(operation.text("operationId").orElseThrow()))
                    .as("its id is its own")
                    .isTrue();
            assertThat(operation.object("responses").members()).containsKeys("400", "401", "403", "429", "503");
            var names = new HashSet<String>();
            for (var parameter : operation.objects("parameters")) {
                assertThat(names.add(parameter.text("name").orElseThrow())).isTrue();
                assertThat(parameter.text("description").orElse(""))
                        .as(parameter.toString())
                        .isNotBlank();
                assertThat(parameter.members().containsKey("example")
                                || parameter.text("description").orElse("").contains("uch as `"))
                        .as("an example of " + parameter)
                        .isTrue();
            }
        });
    }

    @Test
    void everyReferenceLeadsSomewhereAndNoEnumIsInCapitals() {
        walk(document.members());
    }

    private static void walk(Object part) {
        if (part instanceof Map<?, ?> members) {
            if (members.get("$ref") instanceof String reference) {
                assertThat(resolved(Tree.empty().with("$ref", reference)).members())
                        .isNotEmpty();
            }
            if (members.get("enum") instanceof List<?> choices) {
                assertThat(choices)
                        .allSatisfy(choice -> assertThat((String) choice).matches("[a-z0-9-]+"));
            }
            members.values().forEach(ApiDescriptionTest::walk);
        } else if (part instanceof List<?> elements) {
            elements.forEach(ApiDescriptionTest::walk);
        }
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void theExampleOfABodyIsAccepted(Described described) {
        var example = bodySchema(described).find("example");
        assertThat(example).as("an example of the body").isPresent();

        String path = paths.fresh(described.method(), described.path());
        var answer = send(described, path, paths.unique(example.orElseThrow().members()));

        assertThat(answer.status()).as(answer.text()).isBetween(200, 202);
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void aMemberMayBeLeftOutOrNullIfTheDescriptionSaysSo(Described described) {
        var schema = bodySchema(described);
        var required = schema.list("required");
        assertThat(schema.members()).containsEntry("additionalProperties", false);
        for (String name : schema.object("properties").members().keySet()) {
            for (boolean asNull : new boolean[] {true, false}) {
                var body = new LinkedHashMap<>(schema.object("example").members());
                body.remove(name);
                if (asNull) {
                    body.put(name, null);
                }

                assertThat(missing(send(described, body)).contains("/" + name))
                        .as("%s %s", asNull ? "null" : "without", name)
                        .isEqualTo(required.contains(name));
            }
        }
        var more = new LinkedHashMap<>(schema.object("example").members());
        more.put("somethingElse", 1);
        assertThat(faults(send(described, more))).containsExactly("/somethingElse");
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void aMemberHasTheDescribedTypeAndNoOther(Described described) {
        var schema = bodySchema(described);
        var properties = schema.object("properties");
        for (String name : properties.members().keySet()) {
            var property = resolved(properties.object(name));
            for (Object wrong : wrong(property)) {
                var body = new LinkedHashMap<>(schema.object("example").members());
                body.put(name, wrong);

                assertThat(faults(send(described, body)))
                        .as("%s as %s", name, wrong)
                        .anyMatch(fault -> fault.startsWith("/" + name));
            }
            for (Object choice : property.list("enum")) {
                var body = new LinkedHashMap<>(schema.object("example").members());
                body.put(name, choice);

                assertThat(expectations(send(described, body))).noneMatch(expected -> expected.startsWith("one of"));
            }
        }
    }

    private static List<Object> wrong(Tree schema) {
        var bound = schema.text("maxLength").map(Integer::valueOf);
        return switch (schema.text("type").orElse("object")) {
            case "string" ->
                bound.isPresent()
                        ? List.of(5, true, List.of(), "x".repeat(bound.get() + 1), "a\u0000b", "\ud800")
                        : List.of(5, true, List.of(), "no such");
            case "integer" -> List.of("5", 1.5, true, List.of(), Map.of());
            case "boolean" -> List.of("true", 1, List.of());
            case "array" -> List.of("x", 1, Map.of());
            default -> List.of("x", 1, List.of());
        };
    }

    @ParameterizedTest
    @MethodSource("withIfMatch")
    void ifMatchIsHeededAsDescribed(Described described) {
        boolean required =
                Boolean.TRUE.equals(ifMatch(described).orElseThrow().members().get("required"));
        String path = paths.fresh(described.method(), described.path());
        String body = described.operation().find("requestBody").isPresent()
                ? write(bodySchema(described).object("example").members())
                : null;

        if (required) {
            person.send(described.method(), path, body).expectProblem(428, "precondition-required");
        }
        for (String garbage : List.of("*", "W/\"1\"", "\"1\", \"2\"", "1", "\"x\"", "\"99999999999999999999\"")) {
            person.ifMatch(garbage).send(described.method(), path, body).expectProblem(412, "precondition-failed");
        }
        person.ifMatch("\"999999\"").send(described.method(), path, body).expectProblem(412, "precondition-failed");
    }

    private static ApiAnswer send(Described described, Map<String, Object> body) {
        return send(described, paths.some(described.method(), described.path()), body);
    }

    private static ApiAnswer send(Described described, String path, Map<String, Object> body) {
        var client = person;
        var etag = ifMatch(described).isPresent() ? paths.etag(path) : "";
        return (etag.isEmpty() ? client : client.ifMatch(etag)).send(described.method(), path, write(body));
    }

    private static String write(Map<String, Object> body) {
        try {
            return ObjectMapper.getDefault().writeValueAsString(body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** What is missing altogether; what a rule wants beside something else is not meant. */
    private static List<String> missing(ApiAnswer answer) {
        return new Tree(json(answer.text()))
                .objects("errors").stream()
                        .filter(error -> Set.of("nothing", "null")
                                .contains(error.text("was").orElse("")))
                        .map(error -> error.text("field").orElse(""))
                        .toList();
    }

    private static List<String> faults(ApiAnswer answer) {
        return members(answer, "field");
    }

    private static List<String> expectations(ApiAnswer answer) {
        return members(answer, "expected");
    }

    private static List<String> members(ApiAnswer answer, String name) {
        return new Tree(json(answer.text()))
                .objects("errors").stream()
                        .map(error -> error.text(name).orElse(""))
                        .toList();
    }
}
