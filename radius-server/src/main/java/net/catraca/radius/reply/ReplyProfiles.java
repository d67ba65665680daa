package net.catraca.radius.reply;

import java.util.List;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.radius.nas.CoaRules;

/** Turns a level into the attributes of a NAS's vendor. Thread-safe; a reload swaps all profiles at once. */
public interface ReplyProfiles {

    /** Names of the loaded vendor profiles. */
    Set<String> vendors();

    /** Over all that was read: another one once the profiles say anything else. */
    default String sha256() {
        return "";
    }

    /**
     * The attributes of an Access-Accept that depend on vendor, plan and level alone, encoded as in a packet and
     * rendered before: the array is shared, do not write to it.
     *
     * @param level ACTIVE, REDUCED or BLOCKED (its garden; empty where {@link #rejectsBlocked})
     * @throws IllegalArgumentException when there is no such vendor, or for REFUSED, which gets no attributes
     */
    byte[] encoded(String vendor, Plan plan, AccessLevel level);

    /** The same for people: name and value of each attribute, in order. */
    List<RenderedAttribute> rendered(String vendor, Plan plan, AccessLevel level);

    /** Whether this vendor's profile answers BLOCKED with Access-Reject because its NAS knows no garden. */
    boolean rejectsBlocked(String vendor);

    /**
     * Whether a session on this level keeps the subscriber's fixed addresses, prefixes and routes. False where the
     * garden is a pool: a fixed address would lead past it, so the reply must leave them out.
     */
    boolean keepsFixedAddresses(String vendor, AccessLevel level);

    /**
     * How a live session of this plan comes from one level to another: what undoes the one, then what makes the other.
     *
     * @param from at least one of ACTIVE, REDUCED, BLOCKED: several where the NAS may have it on any of them, for a
     *     request was sent and not answered
     */
    LevelChange change(String vendor, Plan plan, Set<AccessLevel> from, AccessLevel to);

    /**
     * The same from a level that nobody knows: undoes what CoA can undo of every other level, so that an old garden does
     * not stay. Never by Disconnect for the old level's sake, for that is not known.
     */
    LevelChange changeFromUnknown(String vendor, Plan plan, AccessLevel to);

    /** What names a session in CoA and Disconnect to this vendor's NAS, in this order. */
    default List<SessionAttribute> identify(String vendor) {
        return SessionAttribute.USUAL;
    }

    /** What this vendor's NASes bear and how they are repaired, where its profile says so. */
    default CoaRules coa(String vendor) {
        return CoaRules.NONE;
    }

    /** How long this vendor's NAS should wait for a reject; below its time-out. */
    int rejectDelayMillis(String vendor);

    /** @param name as in the dictionary, such as Mikrotik-Rate-Limit */
    record RenderedAttribute(String name, String value) {}

    /** The way by which a NAS learns of another level. */
    sealed interface LevelChange {

        /**
         * A CoA-Request with these attributes beside those that name the session.
         *
         * @param attributes what undoes the old level, then what makes the new one, encoded; shared, do not write to it
         */
        @SuppressWarnings("ArrayRecordComponent") // shared octets, never compared as a record
        record ByCoa(byte[] attributes) implements LevelChange {}

        /** CoA cannot do it: the session must be ended, and dials in again to the new level. */
        record ByDisconnect() implements LevelChange {}
    }
}
