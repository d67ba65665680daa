package net.catraca.radius.accounting;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk as bad as disks may be: what was written and not forced is kept apart, and a power cut leaves of it any
 * sectors it likes. After a failed force the unforced octets are forgotten as if they had been written, as Linux does:
 * they can be read, a later force succeeds, and a power cut loses them.
 */
final class FragileDisk implements JournalFiles {

    private static final int SECTOR = 512;

    private final Map<String, Content> files = new TreeMap<>();
    private final Random random;
    private boolean held;
    private boolean off;
    private long operations;
    private long cutAt = Long.MAX_VALUE;
    private int failingWrites;
    private int failingForces;
    private boolean full;
    private final Map<String, int[]> unreadable = new TreeMap<>();

    /** @param seed of what a power cut leaves */
    FragileDisk(long seed) {
        random = new Random(seed);
    }

    private static final class Content {
        private byte[] seen;
        private byte[] forced;

        private Content(byte[] octets) {
            seen = octets.clone();
            forced = octets.clone();
        }
    }

    /** The power goes with that many more operations done; the last of them half. */
    FragileDisk cutPowerAfter(long moreOperations) {
        cutAt = operations + moreOperations;
        return this;
    }

    void failWrites(int next) {
        failingWrites = next;
    }

    void failForces(int next) {
        failingForces = next;
    }

    /** These octets of a file are on sectors that the disk does not give any more. */
    synchronized void failReads(String name, int from, int to) {
        unreadable.put(name, new int[] {from, to});
    }

    /** The cable is in its place again. */
    synchronized void readAgain() {
        unreadable.clear();
    }

    void full(boolean isFull) {
        full = isFull;
    }

    boolean isOff() {
        return off;
    }

    long operations() {
        return operations;
    }

    /** What is on the disk when the power is back. */
    FragileDisk afterPowerCut() {
        var next = new FragileDisk(random.nextLong());
        files.forEach((name, content) -> next.files.put(name, new Content(survivor(content))));
        return next;
    }

    /** What a process finds that is started after another was killed: the kernel kept what was written. */
    FragileDisk afterKill() {
        var next = new FragileDisk(random.nextLong());
        files.forEach((name, content) -> {
            var kept = new Content(content.seen);
            kept.forced = content.forced.clone();
            next.files.put(name, kept);
        });
        return next;
    }

    private byte[] survivor(Content content) {
        byte[] octets = Arrays.copyOf(content.forced, content.seen.length);
        // Often all or nothing, for these are the ones that a program forgets; else each sector for itself.
        int mood = random.nextInt(4);
        for (int at = 0; at < octets.length; at += SECTOR) {
            int end = Math.min(at + SECTOR, octets.length);
            boolean differs = !Arrays.equals(content.seen, at, end, octets, at, end);
            if (differs && (mood == 0 || (mood > 1 && random.nextBoolean()))) {
                int torn = mood == 3 ? at + random.nextInt(end - at + 1) : end;
                System.arraycopy(content.seen, at, octets, at, torn - at);
            }
        }
        return octets;
    }

    /** Turns octets of a file to rubbish, as a dying disk does. */
    void damage(String name, int from, int to) {
        for (var octets : List.of(content(name).seen, content(name).forced)) {
            for (int i = from; i < to; i++) {
                octets[i] ^= 0x5A;
            }
        }
    }

    List<String> segments() {
        return files.keySet().stream().filter(Segment::isName).toList();
    }

    private Content content(String name) {
        @Nullable Content content = files.get(name);
        if (content == null) {
            throw new AssertionError(name + " is not there");
        }
        return content;
    }

    /** Counts an operation; true when it is the one in which the power goes. */
    private boolean isLast() throws IOException {
        if (off) {
            throw new IOException("no power");
        }
        off = ++operations > cutAt;
        return off;
    }

    private void step() throws IOException {
        if (isLast()) {
            throw new IOException("no power");
        }
    }

    @Override
    public synchronized Closeable lock() throws IOException {
        if (held) {
            throw new JournalException("in use");
        }
        held = true;
        return () -> held = false;
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized Handle create(String name, int octets) throws IOException {
        if (full) {
            throw new NoRoomException("full");
        }
        boolean cut = isLast();
        if (!cut || random.nextBoolean()) {
            int length = cut ? random.nextInt(octets + 1) : octets;
            if (files.put(name, new Content(new byte[length])) != null) {
                throw new AssertionError(name + " is there already");
            }
        }
        if (cut) {
            throw new IOException("no power");
        }
        return new Open(name);
    }

    @Override
    public synchronized Handle open(String name) throws IOException {
        step();
        content(name);
        return new Open(name);
    }

    @Override
    public synchronized void truncate(String name, long octets) throws IOException {
        boolean cut = isLast();
        if (!cut || random.nextBoolean()) {
            var content = content(name);
            content.seen = Arrays.copyOf(content.seen, (int) octets);
            content.forced = Arrays.copyOf(content.forced, (int) octets);
        }
        if (cut) {
            throw new IOException("no power");
        }
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        boolean cut = isLast();
        if (!cut || random.nextBoolean()) {
            files.remove(name);
        }
        if (cut) {
            throw new IOException("no power");
        }
    }

    @Override
    public synchronized void rename(String name, String to) throws IOException {
        step();
        files.put(to, content(name));
        files.remove(name);
    }

    private final class Open implements Handle {

        private final String name;
        private final Content content;
        private boolean forceFailed;

        private Open(String name) {
            this.name = name;
            content = content(name);
        }

        @Override
        public long octets() {
            return content.seen.length;
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (FragileDisk.this) {
                if (forceFailed) {
                    throw new AssertionError("written to after a failed force");
                }
                boolean cut = isLast();
                boolean fails = failingWrites > 0;
                failingWrites = Math.max(0, failingWrites - 1);
                var octets = new byte[from.remaining()];
                from.get(octets);
                int length = cut || fails ? random.nextInt(octets.length + 1) : octets.length;
                System.arraycopy(octets, 0, content.seen, (int) position, length);
                if (cut || fails) {
                    throw new IOException(cut ? "no power" : "input/output error");
                }
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            synchronized (FragileDisk.this) {
                if (off) {
                    throw new IOException("no power");
                }
                int length = (int) Math.min(into.remaining(), content.seen.length - position);
                if (length <= 0) {
                    return -1;
                }
                var gone = unreadable.get(name);
                if (gone != null && position < gone[1] && position + length > gone[0]) {
                    throw new IOException("input/output error");
                }
                into.put(content.seen, (int) position, length);
                return length;
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (FragileDisk.this) {
                if (forceFailed) {
                    throw new AssertionError("forced again after a failed force");
                }
                if (isLast()) {
                    throw new IOException("no power");
                }
                if (failingForces > 0) {
                    failingForces--;
                    forceFailed = true;
                    throw new IOException("input/output error");
                }
                content.forced = content.seen.clone();
            }
        }

        @Override
        public void close() {}
    }

    /** Names and sizes, for the message of a failed test. */
    @Override
    public synchronized String toString() {
        List<String> lines = new ArrayList<>();
        files.forEach((name, content) -> lines.add(name + " " + content.seen.length));
        return lines.toString();
    }
}
