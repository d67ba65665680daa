package net.catraca.billing.directory;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by id, for one thread: half the memory of a {@code HashMap<Long, V>}, which a directory of a million logins
 * would have twice. Open addressing with linear probing; 0 stands for a free slot, so an id is never 0 (identities of
 * the database begin at 1).
 */
final class LongMap<V> {

    private static final int SMALLEST = 16;

    private long[] keys = new long[SMALLEST];
    private @Nullable Object[] values = new @Nullable Object[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    @SuppressWarnings("unchecked")
    @Nullable
    V get(long key) {
        return (V) values[slot(key)];
    }

    /** Returns what was there before, or null. */
    @SuppressWarnings("unchecked")
    @Nullable
    V put(long key, V value) {
        if (key == 0) {
            throw new IllegalArgumentException("id: expected one of the database, was 0");
        }
        int slot = slot(key);
        if (keys[slot] == 0) {
            size++;
            // Probes stay short up to two thirds.
            if (size * 3 > keys.length * 2) {
                grow();
                slot = slot(key);
            }
        }
        keys[slot] = key;
        var before = (V) values[slot];
        values[slot] = value;
        return before;
    }

    /** Returns what was there, or null. */
    @SuppressWarnings("unchecked")
    @Nullable
    V remove(long key) {
        int slot = slot(key);
        if (keys[slot] == 0) {
            return null;
        }
        var removed = (V) values[slot];
        size--;
        closeGap(slot);
        return removed;
    }

    @SuppressWarnings("unchecked")
    void forEach(Consumer<V> visitor) {
        for (int slot = 0; slot < keys.length; slot++) {
            if (keys[slot] != 0) {
                visitor.accept((V) values[slot]);
            }
        }
    }

    /** The slot of a key, or the free one where it would go. */
    private int slot(long key) {
        int mask = keys.length - 1;
        int slot = home(key);
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(long key) {
        // Fibonacci hashing: ids that follow each other spread over the table.
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & (keys.length - 1);
    }

    /** Moves back those that probed past the freed slot, so that no search stops too early. */
    private void closeGap(int freed) {
        int mask = keys.length - 1;
        int gap = freed;
        for (int slot = (gap + 1) & mask; keys[slot] != 0; slot = (slot + 1) & mask) {
            int probed = (slot - home(keys[slot])) & mask;
            int toGap = (slot - gap) & mask;
            if (probed >= toGap) {
                keys[gap] = keys[slot];
                values[gap] = values[slot];
                gap = slot;
            }
        }
        keys[gap] = 0;
        values[gap] = null;
    }

    private void grow() {
        var oldKeys = keys;
        var oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new @Nullable Object[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
