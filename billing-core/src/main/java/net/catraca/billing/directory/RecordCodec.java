package net.catraca.billing.directory;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes records component by component, and reads them back. A record that gains a component needs no change here;
 * its {@link #shape} then differs, and what was written in the old one is not read.
 *
 * <p>Knows the types that a directory is made of: records, sealed interfaces of records, enums, lists, {@code int},
 * {@code long}, {@code boolean} and their boxes, text, octets, days, instants, durations and zones. Objects of the
 * shared types are written once and referred to after that, so that what was shared is shared again. One codec is for
 * one stream.
 */
final class RecordCodec {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();
    private static final int FIRST_TIME = -1;

    private final Set<Class<?>> shared;
    private final Map<Class<?>, Parts> parts = new HashMap<>();
    private final IdentityHashMap<Object, Integer> written = new IdentityHashMap<>();
    private final List<Object> read = new ArrayList<>();

    RecordCodec(Set<Class<?>> shared) {
        this.shared = Set.copyOf(shared);
    }

    private record Parts(MethodHandle constructor, List<MethodHandle> accessors, List<Type> types) {

        static Parts of(Class<?> type) {
            var components = type.getRecordComponents();
            var types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                var constructor = LOOKUP.unreflectConstructor(type.getDeclaredConstructor(types))
                        .asSpreader(Object[].class, types.length);
                List<MethodHandle> accessors = new ArrayList<>();
                for (var component : components) {
                    accessors.add(LOOKUP.unreflect(component.getAccessor()));
                }
                return new Parts(
                        constructor,
                        accessors,
                        Stream.of(components)
                                .map(RecordComponent::getGenericType)
                                .toList());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(type + ": expected a public record", e);
            }
        }
    }

    /** A text that differs whenever a record reachable from {@code root} has other components or an enum other names. */
    static String shape(Class<?> root) {
        var reached = new LinkedHashSet<Class<?>>();
        var text = new StringBuilder();
        describe(root, reached, text);
        return text.toString();
    }

    private static void describe(Type type, Set<Class<?>> reached, StringBuilder text) {
        if (type instanceof ParameterizedType list) {
            describe(list.getActualTypeArguments()[0], reached, text);
            return;
        }
        var raw = (Class<?>) type;
        if (!raw.getName().startsWith("net.catraca.") || !reached.add(raw)) {
            return;
        }
        text.append(raw.getName());
        if (raw.isEnum()) {
            text.append(Arrays.toString(raw.getEnumConstants()));
        } else if (raw.isRecord()) {
            text.append(Arrays.toString(raw.getRecordComponents()));
            for (var component : raw.getRecordComponents()) {
                describe(component.getGenericType(), reached, text);
            }
        } else {
            for (var permitted : raw.getPermittedSubclasses()) {
                describe(permitted, reached, text);
            }
        }
    }

    void write(DataOutput out, Type type, @Nullable Object value) throws IOException {
        var raw = raw(type);
        if (raw == int.class && value instanceof Integer number) {
            out.writeInt(number);
        } else if (raw == long.class && value instanceof Long number) {
            out.writeLong(number);
        } else if (raw == boolean.class && value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else {
            out.writeBoolean(value != null);
            if (value != null) {
                writeObject(out, type, value);
            }
        }
    }

    private void writeObject(DataOutput out, Type type, Object value) throws IOException {
        if (!isShared(value.getClass())) {
            writeContent(out, type, value);
            return;
        }
        var known = written.putIfAbsent(value, written.size());
        if (known != null) {
            out.writeInt(known);
        } else {
            out.writeInt(FIRST_TIME);
            writeContent(out, type, value);
        }
    }

    private boolean isShared(Class<?> type) {
        return shared.stream().anyMatch(one -> one.isAssignableFrom(type));
    }

    private void writeContent(DataOutput out, Type type, Object value) throws IOException {
        switch (value) {
            case Integer number -> out.writeInt(number);
            case Long number -> out.writeLong(number);
            case Boolean flag -> out.writeBoolean(flag);
            case String text -> out.writeUTF(text);
            case byte[] octets -> {
                out.writeInt(octets.length);
                out.write(octets);
            }
            case Enum<?> constant -> out.writeUTF(constant.name());
            case LocalDate day -> out.writeLong(day.toEpochDay());
            case Instant instant -> {
                out.writeLong(instant.getEpochSecond());
                out.writeInt(instant.getNano());
            }
            case Duration duration -> {
                out.writeLong(duration.getSeconds());
                out.writeInt(duration.getNano());
            }
            case ZoneId zone -> out.writeUTF(zone.getId());
            case List<?> list -> {
                out.writeInt(list.size());
                for (var element : list) {
                    write(out, elementType(type), element);
                }
            }
            case Record one -> writeRecord(out, raw(type), one);
            default -> throw unknown(value.getClass());
        }
    }

    private void writeRecord(DataOutput out, Class<?> declared, Record value) throws IOException {
        if (declared.isSealed()) {
            out.writeInt(List.of(declared.getPermittedSubclasses()).indexOf(value.getClass()));
        }
        var of = parts.computeIfAbsent(value.getClass(), Parts::of);
        for (int i = 0; i < of.types().size(); i++) {
            write(out, of.types().get(i), component(of.accessors().get(i), value));
        }
    }

    private static @Nullable Object component(MethodHandle accessor, Record value) {
        try {
            return accessor.invoke(value);
        } catch (Throwable e) {
            throw new IllegalStateException("an accessor of a record failed", e);
        }
    }

    @Nullable
    Object read(DataInput in, Type type) throws IOException {
        var raw = raw(type);
        if (raw == int.class) {
            return in.readInt();
        }
        if (raw == long.class) {
            return in.readLong();
        }
        if (raw == boolean.class) {
            return in.readBoolean();
        }
        return in.readBoolean() ? readObject(in, type, raw) : null;
    }

    private Object readObject(DataInput in, Type type, Class<?> raw) throws IOException {
        if (!isShared(raw)) {
            return readContent(in, type, raw);
        }
        int known = in.readInt();
        if (known != FIRST_TIME) {
            return read.get(known);
        }
        // Numbered as when it was written: before the shared objects inside it.
        int number = read.size();
        read.add(raw);
        var value = readContent(in, type, raw);
        read.set(number, value);
        return value;
    }

    private Object readContent(DataInput in, Type type, Class<?> raw) throws IOException {
        if (raw == Integer.class) {
            return in.readInt();
        }
        if (raw == Long.class) {
            return in.readLong();
        }
        if (raw == Boolean.class) {
            return in.readBoolean();
        }
        if (raw == String.class) {
            return in.readUTF();
        }
        if (raw == byte[].class) {
            return octets(in);
        }
        if (raw.isEnum()) {
            return constant(raw, in.readUTF());
        }
        if (raw == LocalDate.class) {
            return LocalDate.ofEpochDay(in.readLong());
        }
        if (raw == Instant.class) {
            return Instant.ofEpochSecond(in.readLong(), in.readInt());
        }
        if (raw == Duration.class) {
            return Duration.ofSeconds(in.readLong(), in.readInt());
        }
        if (raw == ZoneId.class) {
            return ZoneId.of(in.readUTF());
        }
        if (raw == List.class) {
            return list(in, type);
        }
        if (raw.isSealed()) {
            return readRecord(in, raw.getPermittedSubclasses()[in.readInt()]);
        }
        if (raw.isRecord()) {
            return readRecord(in, raw);
        }
        throw unknown(raw);
    }

    private static Object constant(Class<?> type, String name) throws IOException {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new IOException(type.getSimpleName() + ": expected one of its names");
    }

    private static byte[] octets(DataInput in) throws IOException {
        var octets = new byte[in.readInt()];
        in.readFully(octets);
        return octets;
    }

    private List<@Nullable Object> list(DataInput in, Type type) throws IOException {
        int size = in.readInt();
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(read(in, elementType(type)));
        }
        return list;
    }

    private Object readRecord(DataInput in, Class<?> type) throws IOException {
        var of = parts.computeIfAbsent(type, Parts::of);
        var values = new @Nullable Object[of.types().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = read(in, of.types().get(i));
        }
        try {
            return of.constructor().invoke(values);
        } catch (Throwable e) {
            throw new IOException(type.getSimpleName() + ": expected components that make one", e);
        }
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType list ? (Class<?>) list.getRawType() : (Class<?>) type;
    }

    private static Type elementType(Type type) {
        return ((ParameterizedType) type).getActualTypeArguments()[0];
    }

    private static IllegalStateException unknown(Class<?> type) {
        return new IllegalStateException(type + ": expected a type that a directory is made of");
    }
}
