package net.catraca.admin.description;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An object of a document that is being completed: members by name, written through to the document. */
record Tree(Map<String, Object> members) {

    static Tree empty() {
        return new Tree(new LinkedHashMap<>());
    }

    /** The member, made where it is not there. */
    Tree object(String name) {
        return of(members.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>()));
    }

    Optional<Tree> find(String name) {
        return members.get(name) instanceof Map<?, ?> ? Optional.of(object(name)) : Optional.empty();
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(members.get(name)).map(Object::toString);
    }

    /** The elements that are objects. */
    List<Tree> objects(String name) {
        var found = new ArrayList<Tree>();
        for (Object element : list(name)) {
            if (element instanceof Map<?, ?>) {
                found.add(of(element));
            }
        }
        return found;
    }

    /** The list itself, made where it is not there. */
    @SuppressWarnings("unchecked") // a parsed document holds lists of anything
    List<Object> list(String name) {
        return (List<Object>) members.computeIfAbsent(name, _ -> new ArrayList<Object>());
    }

    Tree with(String name, Object value) {
        members.put(name, value instanceof Tree(var inner) ? inner : value);
        return this;
    }

    /** Replaces every text that is the value of such a member, or an element of it, however deep. */
    void replaceTexts(String name, UnaryOperator<String> by) {
        for (var member : members.entrySet()) {
            if (member.getKey().equals(name)) {
                member.setValue(replaced(member.getValue(), by));
            }
            descend(member.getValue(), name, by);
        }
    }

    private static Object replaced(Object value, UnaryOperator<String> by) {
        return switch (value) {
            case String text -> by.apply(text);
            case List<?> list ->
                new ArrayList<Object>(list.stream()
                        .map(element -> element instanceof String text ? by.apply(text) : element)
                        .toList());
            default -> value;
        };
    }

    private static void descend(Object value, String name, UnaryOperator<String> by) {
        if (value instanceof Map<?, ?>) {
            of(value).replaceTexts(name, by);
        } else if (value instanceof List<?> list) {
            list.forEach(element -> descend(element, name, by));
        }
    }

    @SuppressWarnings("unchecked") // a parsed document's objects have texts as names
    private static Tree of(Object object) {
        return new Tree((Map<String, Object>) object);
    }
}
