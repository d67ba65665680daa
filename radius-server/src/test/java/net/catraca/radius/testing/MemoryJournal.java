package net.catraca.radius.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.catraca.radius.accounting.Journal;
import org.jspecify.annotations.Nullable;

/** A journal that keeps nothing; records are durable at once, or when the test says so, or not at all. */
public final class MemoryJournal implements Journal {

    public final List<byte[]> records = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean slow;
    private @Nullable Why refusal;

    /** From now on nobody is told before {@link #force}. */
    public void slow() {
        slow = true;
    }

    /** From now on records are refused; null: taken again. */
    public void refuse(@Nullable Why why) {
        refusal = why;
    }

    public void force() {
        var now = List.copyOf(waiting);
        waiting.clear();
        now.forEach(Runnable::run);
    }

    @Override
    public void append(byte[] record, Consumer<Kept> whenKnown) {
        if (refusal != null) {
            whenKnown.accept(new Kept.Refused(refusal));
            return;
        }
        records.add(record.clone());
        long number = records.size();
        if (slow) {
            waiting.add(() -> whenKnown.accept(new Kept.Durable(number)));
        } else {
            whenKnown.accept(new Kept.Durable(number));
        }
    }

    @Override
    public void close() {
        force();
    }
}
