package net.catraca.admin.description;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.admin.http.Kebab;

/** Makes the schemas that the build read off the records say what the wire says. */
final class Schemas {

    private static final String PREFIX = "#/components/schemas/";

    /** Of a text in a request without a bound of its own. */
    private final int maxText;

    private final Tree document;
    private final Tree all;

    Schemas(Tree document, int maxText) {
        this.document = document;
        this.all = document.object("components").object("schemas");
        this.maxText = maxText;
    }

    void complete() {
        all.replaceTexts("enum", Kebab::of);
        rename();
        for (String name : sent()) {
            all.find(name).ifPresent(this::refuseOthers);
        }
    }

    /** The schema that a reference points to. */
    Tree referred(String reference) {
        return all.object(nameIn(reference));
    }

    private static String nameIn(String reference) {
        return reference.substring(PREFIX.length());
    }

    /** Classes within classes and pages get names that a generated client can bear. */
    private void rename() {
        var names = new LinkedHashMap<String, String>();
        for (String name : all.members().keySet()) {
            names.put(name, readable(name));
        }
        var renamed = new LinkedHashMap<String, Object>();
        all.members().forEach((name, schema) -> renamed.put(names.getOrDefault(name, name), schema));
        all.members().clear();
        all.members().putAll(renamed);
        document.replaceTexts(
                "$ref",
                reference -> reference.startsWith(PREFIX)
                        ? PREFIX + names.getOrDefault(nameIn(reference), nameIn(reference))
                        : reference);
    }

    private String readable(String name) {
        if (name.startsWith("Page_")) {
            var items = all.object(name).object("properties").object("items").object("items");
            return nameIn(items.text("$ref").orElseThrow()) + "Page";
        }
        return name.replace(".", "");
    }

    /** The names of all schemas that requests are made of. */
    private Set<String> sent() {
        var names = new LinkedHashSet<String>();
        for (String path : document.object("paths").members().keySet()) {
            var operations = document.object("paths").object(path);
            for (String method : operations.members().keySet()) {
                operations.object(method).find("requestBody").ifPresent(body -> gather(body.members(), names));
            }
        }
        return names;
    }

    private void gather(Object part, Set<String> names) {
        if (part instanceof Map<?, ?> members) {
            if (members.get("$ref") instanceof String reference && names.add(nameIn(reference))) {
                gather(referred(reference).members(), names);
            }
            members.values().forEach(member -> gather(member, names));
        } else if (part instanceof List<?> elements) {
            elements.forEach(element -> gather(element, names));
        }
    }

    private void refuseOthers(Tree schema) {
        if (schema.find("properties").isEmpty()) {
            return;
        }
        schema.with("additionalProperties", false);
        var properties = schema.object("properties");
        for (String name : properties.members().keySet()) {
            var property = properties.object(name);
            boolean text = property.text("type").filter("string"::equals).isPresent();
            boolean free = property.text("format")
                    .filter(format -> !format.equals("password"))
                    .isEmpty();
            if (text && free) {
                property.members().putIfAbsent("maxLength", maxText);
            }
        }
    }
}
