package net.catraca.radius.dynauth;

/**
 * The 256 identifiers of one source port. The one that rested longest is taken next (RFC 5080 §2.2.2), so that a late
 * answer finds nobody rather than somebody else. Not thread-safe.
 */
final class Identifiers {

    static final int NONE = -1;
    static final int ALL = 256;

    private final short[] resting = new short[ALL];
    private int first;
    private int free = ALL;

    /** @param start the first to be given, 0..255: random, so that a restart does not begin where the last one did */
    Identifiers(int start) {
        for (int i = 0; i < ALL; i++) {
            resting[i] = (short) ((start + i) % ALL);
        }
    }

    /** One that is in use nowhere, or {@link #NONE}. */
    int take() {
        if (free == 0) {
            return NONE;
        }
        int identifier = resting[first];
        first = (first + 1) % ALL;
        free--;
        return identifier;
    }

    /** It was answered, or nobody waits for it any longer. */
    void giveBack(int identifier) {
        resting[(first + free) % ALL] = (short) identifier;
        free++;
    }

    boolean allResting() {
        return free == ALL;
    }
}
