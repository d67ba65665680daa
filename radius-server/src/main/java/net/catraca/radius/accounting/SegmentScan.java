package net.catraca.radius.accounting;

import java.io.IOException;
import java.nio.ByteBuffer;
import net.catraca.radius.accounting.Frames.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one segment, one after the other. Octets that had been forced and cannot be read are damage: it is
 * told, and reading goes on behind them. Where octets cannot be read that had not been forced, a power cut tore a write;
 * that is the end, for what such a write has left behind the tear was acknowledged to nobody, and has been written
 * again, in order, elsewhere.
 */
final class SegmentScan {

    private static final int WINDOW_OCTETS = 128 << 10;

    /** Hears of octets that had been forced and are no frame. */
    interface Damage {
        void between(int from, int to);
    }

    private final JournalFiles.Handle file;
    private final Frames frames;
    private final Damage damage;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_OCTETS);
    private int windowAt;
    private int position = Frames.HEADER;
    private boolean torn;

    SegmentScan(JournalFiles.Handle file, Frames frames, Damage damage) {
        this.file = file;
        this.frames = frames;
        this.damage = damage;
        window.limit(0);
    }

    /** Where the next frame is looked for: after null from {@link #next} the end of the last one. */
    int position() {
        return position;
    }

    /**
     * The next frame that ends at or before that place, or null.
     *
     * @param forced how far the segment is known to have been forced; frames may tell of more
     */
    @Nullable
    Frame next(int limit, int forced) throws IOException {
        if (torn || position + Frames.OVERHEAD > limit) {
            return null;
        }
        var frame = frameAt(position, limit);
        if (frame == null) {
            frame = behindDamage(limit, forced);
        }
        if (frame != null) {
            position += frame.octets();
        }
        return frame;
    }

    /** The next frame, if what lies before it had been forced. */
    private @Nullable Frame behindDamage(int limit, int forced) throws IOException {
        int from = position;
        int next = -1;
        int known = forced;
        for (int at = from + Frames.ALIGNMENT; at + Frames.OVERHEAD <= limit; ) {
            var frame = frameAt(at, limit);
            if (frame != null) {
                next = next < 0 ? at : next;
                known = Math.max(known, frame.forcedEnd());
            }
            if (next >= 0 && known > from) {
                damage.between(from, next);
                position = next;
                return frameAt(next, limit);
            }
            at += frame == null ? Frames.ALIGNMENT : frame.octets();
        }
        torn = true;
        if (known > from) {
            damage.between(from, Math.min(known, limit));
        }
        return null;
    }

    private @Nullable Frame frameAt(int at, int limit) throws IOException {
        if (!show(at, Frames.OVERHEAD, limit)) {
            return null;
        }
        int octets = Frames.claimed(window);
        return octets == 0 || at + octets > limit || !show(at, octets, limit) ? null : frames.frame(window);
    }

    /** Puts the window's position there; false when the file is shorter. */
    private boolean show(int at, int octets, int limit) throws IOException {
        int offset = at - windowAt;
        if (offset < 0 || offset + octets > window.limit()) {
            fill(at, limit);
            offset = 0;
        }
        if (octets > window.limit() - offset) {
            return false;
        }
        window.position(offset);
        return true;
    }

    private void fill(int at, int limit) throws IOException {
        window.clear().limit(Math.min(WINDOW_OCTETS, limit - at));
        windowAt = at;
        int read = 0;
        while (window.hasRemaining() && read >= 0) {
            read = file.read(window, (long) at + window.position());
        }
        window.flip();
    }
}
