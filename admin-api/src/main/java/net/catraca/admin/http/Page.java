package net.catraca.admin.http;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list in a stable order: what is added or removed meanwhile moves nothing from one page to another.
 *
 * @param nextCursor what to send as {@code cursor} for the next page; null on the last one
 */
@Serdeable
public record Page<T>(
        List<T> items,

        @Nullable @Schema(description = "Send it as cursor for the next page; null on the last page.")
        String nextCursor) {

    /**
     * @param found one more than the page holds, if there is one more
     * @param key what the next page starts after, of an item
     */
    public static <S, T> Page<T> of(List<S> found, PageRequest request, Function<S, Object> key, Function<S, T> shown) {
        boolean more = found.size() > request.limit();
        var part = more ? found.subList(0, request.limit()) : found;
        return new Page<>(part.stream().map(shown).toList(), more ? Cursor.write(key.apply(part.getLast())) : null);
    }

    /**
     * As {@link #of(List, PageRequest, Function, Function)}, where one found thing is shown as some items, or none.
     *
     * @param shown its items, which stay on one page
     */
    public static <S, T> Page<T> ofMany(
            List<S> found, PageRequest request, Function<S, Object> key, Function<S, List<T>> shown) {
        var whole = of(found, request, key, shown);
        return new Page<>(whole.items().stream().flatMap(List::stream).toList(), whole.nextCursor());
    }

    /** What a key that is unique finds: one item or none. */
    public static <S, T> Page<T> of(Optional<S> found, Function<S, T> shown) {
        return new Page<>(found.stream().map(shown).toList(), null);
    }
}
