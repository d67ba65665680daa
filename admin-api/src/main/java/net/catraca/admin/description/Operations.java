package net.catraca.admin.description;

import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Part;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.inject.ExecutableMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Kebab;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;

/** Completes an operation with what is written beside its method: permission, once, versions; and what follows. */
final class Operations {

    private static final String PERMISSION = "x-permission";

    /** A parameter that means the same wherever it is: what to say of it, and an example. */
    private record Known(String description, Object example) {}

    private static final Map<String, Known> PARAMETERS = Map.of(
            "limit", new Known("How many items a page has at most", 50),
            "cursor", new Known("The nextCursor of the page before; the first page without it.", "azQy"),
            "id", new Known("Its number.", 1),
            "contractId", new Known("The contract's number.", 1),
            "customerId", new Known("The customer's number.", 1),
            "number", new Known("The version's number within its policy.", 1),
            "login", new Known("The login, in any case.", "blocked"),
            "externalId", new Known("The number that another system gave it.", "erp-4711"),
            "taxId", new Known("A CPF or CNPJ, with or without punctuation.", "529.982.247-25"),
            "subject", new Known("What was changed.", "contract/42"));

    private static final Map<String, Known> MORE_PARAMETERS = Map.ofEntries(
            Map.entry("actor", new Known("Name of a token, or of a job.", "maria")),
            Map.entry("reason", new Known("Why, for the ledger.", "the customer asked")),
            Map.entry("pending", new Known("Only those that can still be decided.", true)),
            Map.entry("notedEntries", new Known("The entries of an earlier verification.", 1)),
            Map.entry("notedHead", new Known("The head of an earlier verification.", "0".repeat(64))),
            Map.entry("report", new Known("Which report.", "paid-until")),
            Map.entry("format", new Known("csv (RFC 4180, UTF-8) or xlsx; csv when absent.", "xlsx")),
            Map.entry("job", new Known("The job's name.", "release-ends")),
            Map.entry("nas", new Known("Name of a router.", "bras-01")),
            Map.entry("name", new Known("The name of the pool.", "cgnat")),
            Map.entry("region", new Known("Region of a router.", "Centro")),
            Map.entry("planId", new Known("The plan's number.", 1)),
            Map.entry("address", new Known("An address of the session, or within its prefixes.", "2001:db8:1::7")),
            Map.entry("mac", new Known("A MAC in any usual spelling.", "00:11:22:aa:bb:cc")),
            Map.entry("plan", new Known("Name of the contract's plan.", "Fibra 300")),
            Map.entry("level", new Known("Level that the router has acknowledged.", "active")),
            Map.entry("target", new Known("Level that the session should have.", "blocked")),
            Map.entry("mismatch", new Known("true: those whose target is not acknowledged; false: the others.", true)),
            Map.entry("unknown", new Known("Only those that belong to nobody we know.", true)),
            Map.entry("kind", new Known("What the rows of the file are.", "customers")),
            Map.entry("dryRun", new Known("Whether nothing is to be changed.", true)),
            Map.entry("update", new Known("Whether what is known already is written anew.", true)),
            Map.entry("asOf", new Known("When the file was written.", "2026-11-23T09:00:00Z")),
            Map.entry("agreementId", new Known("The bank agreement's number.", 1)),
            Map.entry("moneyState", new Known("Only money that stands so.", "repeated")),
            Map.entry("why", new Known("Only what waits for this reason.", "possible-repetition")),
            Map.entry("fileName", new Known("What its sender calls the file.", "CB231100.RET")),
            Map.entry("whole", new Known("Whether one fault refuses the file.", true)),
            Map.entry("agreementState", new Known("Only agreements in this state.", "running")),
            Map.entry("lintKind", new Known("Only findings of this kind.", "unpaid-long")),
            Map.entry("template", new Known("The name of the words.", "before-due")),
            Map.entry("channel", new Known("email, sms or whatsapp.", "sms")),
            Map.entry("language", new Known("pt or en.", "pt")),
            Map.entry("outcome", new Known("What became of it.", "bounced")),
            Map.entry("providerId", new Known("How its carrier names it.", "m-4711")),
            Map.entry("state", new Known("Where it stands.", "waiting")),
            Map.entry("eventId", new Known("The number in evt-42.", 42)),
            Map.entry("waiting", new Known("Only those that wait.", true)),
            Map.entry("months", new Known("How many months past are looked at besides today.", 3)),
            Map.entry("on", new Known("A day; today when absent.", "2026-12-10")),
            Map.entry("at", new Known("An instant that has passed; now when absent.", "2026-11-23T15:00:00Z")),
            Map.entry("withinDays", new Known("How many days ahead.", 60)),
            Map.entry("from", new Known("The first day; 29 days before the last when absent.", "2026-11-01")),
            Map.entry("to", new Known("The last day; today when absent.", "2026-11-30")));

    private final Schemas schemas;

    Operations(Schemas schemas) {
        this.schemas = schemas;
    }

    boolean isComplete(Tree operation) {
        return operation.members().containsKey(PERMISSION);
    }

    /** @return the statuses of the problems that it may answer with */
    Set<Integer> complete(Tree operation, ExecutableMethod<?, ?> method) {
        name(operation, method);
        permission(operation, method);
        operation.with("security", new ArrayList<>(List.of(Map.of(Definition.TOKEN, List.of()))));
        operation.objects("parameters").forEach(Operations::describe);
        headers(operation, method);
        answers(operation, method);
        var statuses = problems(operation, method);
        statuses.forEach(status ->
                operation.object("responses").with(Integer.toString(status), ProblemAnswers.reference(status)));
        return statuses;
    }

    private static void name(Tree operation, ExecutableMethod<?, ?> method) {
        // The generator numbers methods of one name through; a client's author wants to know which.
        String type = method.getDeclaringType().getSimpleName().replace("Controller", "");
        operation.with("operationId", type.toLowerCase(Locale.ROOT) + "-" + method.getMethodName());
    }

    private static void permission(Tree operation, ExecutableMethod<?, ?> method) {
        var permission =
                method.enumValue(RequiresPermission.class, Permission.class).orElseThrow();
        String roles = permission.roles().stream().map(Kebab::of).collect(Collectors.joining(", "));
        String says = operation.text("description").orElse("");
        operation.with("description", says + "\n\nPermission: `" + Kebab.of(permission) + "` (" + roles + ").");
        operation.with(PERMISSION, Kebab.of(permission));
    }

    private static void describe(Tree parameter) {
        String name = parameter.text("name").orElseThrow();
        var schema = parameter.object("schema");
        schema.members().remove("nullable"); // one leaves it out; "null" is a text
        Optional.ofNullable(PARAMETERS.getOrDefault(name, MORE_PARAMETERS.get(name)))
                .ifPresent(known -> describe(parameter, known));
        if (name.equals("limit")) {
            schema.with("minimum", 1).with("maximum", PageRequest.MOST).with("default", PageRequest.USUAL);
        }
    }

    private static void describe(Tree parameter, Known known) {
        if (parameter.text("in").filter("path"::equals).isPresent()) {
            parameter.with("description", known.description()).with("example", known.example());
        } else {
            // Not as its example: the page would send it with every call that somebody tries.
            String says = parameter.text("description").orElse(known.description());
            String end = says.endsWith(".") ? says.substring(0, says.length() - 1) : says;
            parameter.with("description", end + ", such as `" + known.example() + "`.");
        }
    }

    private static void headers(Tree operation, ExecutableMethod<?, ?> method) {
        if (method.hasAnnotation(WritesOnce.class)) {
            operation
                    .list("parameters")
                    .add(header("Idempotency-Key", false, keyMeaning(method), "2f1c9a4e-payment-4711")
                            .members());
        }
        if (method.hasAnnotation(IfMatch.class)) {
            operation
                    .list("parameters")
                    .add(header(
                                    "If-Match",
                                    method.isTrue(IfMatch.class, "required"),
                                    "The ETag of the state that the change is made for.",
                                    "\"1\"")
                            .members());
        }
    }

    private static String keyMeaning(ExecutableMethod<?, ?> method) {
        if (method.isTrue(WritesOnce.class, "ownTransactions")) {
            return "Accepted; sent again, this goes on or answers the same by its nature.";
        }
        return method.isTrue(WritesOnce.class, "secretAnswer")
                ? "1 to 200 visible ASCII characters; sent again within 24 hours, nothing is written twice, and the answer"
                        + " is 409 since its secret is not kept."
                : "1 to 200 visible ASCII characters; sent again within 24 hours, the same answer and no second write.";
    }

    private static Tree header(String name, boolean required, String description, String example) {
        var header = Tree.empty()
                .with("name", name)
                .with("in", "header")
                .with("required", required)
                .with("description", description + " Such as `" + example + "`.");
        header.object("schema").with("type", "string");
        return header;
    }

    private void answers(Tree operation, ExecutableMethod<?, ?> method) {
        var responses = operation.object("responses");
        for (String status : List.copyOf(responses.members().keySet())) {
            var answer = responses.object(status);
            // The generator has "get 200 response".
            if (answer.text("description").orElse("").endsWith(" response")) {
                answer.with("description", status.equals("201") ? "Made." : "As it is now.");
            }
            if (status.equals("201") || status.equals("202")) {
                describe(answer, "Location", "The path of what was made.");
            }
            if (isVersioned(answer)) {
                describe(answer, "ETag", "The state that is shown, for If-Match.");
            }
            if (method.hasAnnotation(WritesOnce.class)) {
                describe(
                        answer, "Idempotency-Replayed", "true when this answers an earlier request with the same key.");
            }
        }
    }

    private static void describe(Tree answer, String header, String says) {
        answer.object("headers")
                .object(header)
                .with("description", says)
                .object("schema")
                .with("type", "string");
    }

    private boolean isVersioned(Tree answer) {
        return reference(answer.object("content").object("application/json").object("schema"))
                .map(schemas::referred)
                .filter(schema -> schema.object("properties").members().containsKey("version"))
                .isPresent();
    }

    private static Optional<String> reference(Tree schema) {
        return schema.text("$ref");
    }

    private Set<Integer> problems(Tree operation, ExecutableMethod<?, ?> method) {
        boolean body = Arrays.stream(method.getArguments())
                .anyMatch(argument -> argument.getAnnotationMetadata().hasAnnotation(Body.class)
                        || argument.getAnnotationMetadata().hasAnnotation(Part.class));
        var statuses = new TreeSet<>(List.of(400, 401, 403, 429, 503));
        if (has(method, PathVariable.class) || refersToOthers(operation)) {
            statuses.add(404);
        }
        if (body) {
            statuses.addAll(List.of(413, 415));
        }
        if (method.hasAnnotation(WritesOnce.class)) {
            statuses.add(409);
            if (!method.isTrue(WritesOnce.class, "ownTransactions")) {
                statuses.add(422);
            }
        }
        if (method.hasAnnotation(IfMatch.class)) {
            statuses.add(412);
            if (method.isTrue(IfMatch.class, "required")) {
                statuses.add(428);
            }
        }
        return statuses;
    }

    private static boolean has(ExecutableMethod<?, ?> method, Class<? extends java.lang.annotation.Annotation> type) {
        return Arrays.stream(method.getArguments())
                .anyMatch(argument -> argument.getAnnotationMetadata().hasAnnotation(type));
    }

    /** Whether the body names something else by its number, which may not be there. */
    private boolean refersToOthers(Tree operation) {
        return operation
                .find("requestBody")
                .flatMap(body -> reference(
                        body.object("content").object("application/json").object("schema")))
                .map(schemas::referred)
                .filter(schema -> schema.object("properties").members().keySet().stream()
                        .anyMatch(name -> name.endsWith("Id")
                                && schema.object("properties")
                                        .object(name)
                                        .text("format")
                                        .filter("int64"::equals)
                                        .isPresent()))
                .isPresent();
    }
}
