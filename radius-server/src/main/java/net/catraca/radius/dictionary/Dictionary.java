package net.catraca.radius.dictionary;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All attributes that are known by name. Immutable; its model and its parser are TinyRadius's. */
public final class Dictionary {

    private final org.tinyradius.core.dictionary.Dictionary tinyRadius;
    private final Map<String, AttributeDefinition> byName;
    private final Map<Code, AttributeDefinition> byCode = new HashMap<>();

    private record Code(int vendorId, int type) {}

    Dictionary(org.tinyradius.core.dictionary.Dictionary tinyRadius, Map<String, AttributeDefinition> byName) {
        this.tinyRadius = tinyRadius;
        this.byName = Map.copyOf(byName);
        // Of several names for one number, TinyRadius answers with the one that was read last.
        byName.values().forEach(definition -> byCode.put(code(definition), definition));
    }

    private static Code code(AttributeDefinition definition) {
        return new Code(definition.vendorId(), definition.type());
    }

    public Optional<AttributeDefinition> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** @param vendorId {@link AttributeDefinition#STANDARD} for the standard space */
    public Optional<AttributeDefinition> numbered(int vendorId, int type) {
        return Optional.ofNullable(byCode.get(new Code(vendorId, type)));
    }

    public Collection<AttributeDefinition> attributes() {
        return byName.values();
    }

    /** The name that was most likely meant, for an error message. */
    public Optional<String> closestTo(String misspelt) {
        return Nearest.to(misspelt, byName.keySet());
    }

    /** The same for TinyRadius's own tools and packets. Do not write to it. */
    public org.tinyradius.core.dictionary.Dictionary tinyRadius() {
        return tinyRadius;
    }

    /** What became of reading dictionaries. */
    public sealed interface Reading {

        /** @param sha256 over names and contents of the files, in order */
        @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared as a record
        record Loaded(Dictionary dictionary, byte[] sha256) implements Reading {}

        /** @param problems at least one */
        record Broken(List<Problem> problems) implements Reading {
            public Broken {
                problems = List.copyOf(problems);
            }
        }
    }
}
