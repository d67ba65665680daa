package net.catraca.radius.duplicate;

import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells a retransmission from a new request, and keeps the answer so that the same request gets the same octets
 * without being worked on again (RFC 5080 §2.2.2). Belongs to one event loop: a NAS's port always lands on the same
 * one, so nothing here is shared between threads.
 *
 * <p>Only requests that passed every check of their authenticity may be shown to it: a forged one must not push out
 * the answer of a true one. A request that ends in silence leaves nothing behind, so that its retransmission is
 * judged anew.
 */
public final class DuplicateCache {

    /**
     * What a request is known by.
     *
     * @param local the socket it came to: two sockets of ours are two servers to a NAS
     */
    public record Key(InetSocketAddress source, InetSocketAddress local, int identifier) {}

    /** A request that is being worked on or was answered. */
    public static final class Entry {
        private final long authenticatorHigh;
        private final long authenticatorLow;
        private final long since;
        private boolean current = true;
        private boolean held = true;
        private byte @Nullable [] answer;

        private Entry(long authenticatorHigh, long authenticatorLow, long since) {
            this.authenticatorHigh = authenticatorHigh;
            this.authenticatorLow = authenticatorLow;
            this.since = since;
        }

        /** The octets it was answered with, or null while it is in progress. Do not write to them. */
        public byte @Nullable [] answer() {
            return answer;
        }

        /** False once the NAS has used the identifier for another request: nobody waits for this answer any more. */
        public boolean isCurrent() {
            return current;
        }

        private int octets() {
            return answer == null ? 0 : answer.length;
        }
    }

    private final int maxEntries;
    private final long maxOctets;
    private final long lifetimeNanos;
    private final Ticker ticker;
    // In order of arrival, so that the oldest leaves first.
    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private long octets;
    private long evicted;

    /**
     * @param maxEntries more push out the oldest
     * @param maxOctets of all answers together; more push out the oldest
     * @param lifetimeSeconds how long a request is remembered, 5 to 30 (RFC 5080 §2.2.2)
     */
    public DuplicateCache(int maxEntries, long maxOctets, int lifetimeSeconds, Ticker ticker) {
        if (lifetimeSeconds < 5 || lifetimeSeconds > 30) {
            throw new IllegalArgumentException("duplicate lifetime: expected 5 to 30 seconds, was " + lifetimeSeconds);
        }
        this.maxEntries = maxEntries;
        this.maxOctets = maxOctets;
        this.lifetimeNanos = lifetimeSeconds * 1_000_000_000L;
        this.ticker = ticker;
    }

    /**
     * The earlier copy of this very request, or null when it is new. The same identifier with another authenticator
     * is a new request, and ends what was known of the old one.
     */
    public @Nullable Entry find(Key key, long authenticatorHigh, long authenticatorLow) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        boolean same = entry.authenticatorHigh == authenticatorHigh && entry.authenticatorLow == authenticatorLow;
        if (same && ticker.read() - entry.since < lifetimeNanos) {
            return entry;
        }
        forget(key, entry);
        return null;
    }

    /** From now on that request is in progress. To be called when {@link #find} found none. */
    public Entry begin(Key key, long authenticatorHigh, long authenticatorLow) {
        long now = ticker.read();
        expire(now);
        var entry = new Entry(authenticatorHigh, authenticatorLow, now);
        Entry replaced = entries.put(key, entry);
        if (replaced != null) {
            throw new IllegalStateException("a request began twice; expected find before begin");
        }
        makeRoom();
        return entry;
    }

    /** That request was answered so; from now on its copies are, too. */
    public void answered(Entry entry, byte[] answer) {
        if (!entry.held || entry.answer != null) {
            return;
        }
        entry.answer = answer;
        octets += answer.length;
        makeRoom();
    }

    /** That request ends without an answer: its next copy is new. */
    public void forget(Key key, Entry entry) {
        if (entries.remove(key, entry)) {
            dropped(entry);
        }
        entry.current = false;
    }

    public int size() {
        return entries.size();
    }

    /** How many entries were pushed out before their time, since the start. */
    public long evicted() {
        return evicted;
    }

    private void expire(long now) {
        var oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            Entry entry = oldest.next();
            if (now - entry.since < lifetimeNanos) {
                return;
            }
            oldest.remove();
            dropped(entry);
        }
    }

    private void makeRoom() {
        var oldest = entries.values().iterator();
        while (oldest.hasNext() && (entries.size() > maxEntries || octets > maxOctets)) {
            Entry entry = oldest.next();
            oldest.remove();
            dropped(entry);
            evicted++;
        }
    }

    private void dropped(Entry entry) {
        entry.held = false;
        octets -= entry.octets();
    }
}
