package net.catraca.radius.reply;

import java.util.List;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;

/** Turns a level into the attributes of a NAS's vendor. Thread-safe; a reload swaps all profiles at once. */
public interface ReplyProfiles {

    /** Names of the loaded vendor profiles. */
    Set<String> vendors();

    /**
     * The attributes of an Access-Accept that depend on vendor, plan and level alone, encoded as in a packet and
     * rendered before: the array is shared, do not write to it.
     *
     * @param level ACTIVE, REDUCED or BLOCKED (its garden)
     * @throws IllegalArgumentException when there is no such vendor
     */
    byte[] encoded(String vendor, Plan plan, AccessLevel level);

    /** The same for people: name and value of each attribute, in order. */
    List<RenderedAttribute> rendered(String vendor, Plan plan, AccessLevel level);

    /** Whether this vendor's profile answers BLOCKED with Access-Reject because its NAS knows no garden. */
    boolean rejectsBlocked(String vendor);

    /** How long this vendor's NAS should wait for a reject; below its time-out. */
    int rejectDelayMillis(String vendor);

    /** @param name as in the dictionary, such as Mikrotik-Rate-Limit */
    record RenderedAttribute(String name, String value) {}
}
