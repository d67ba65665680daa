package net.catraca.radius.dynauth;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.NasTable;
import net.catraca.radius.reply.ReplyProfiles;
import org.jspecify.annotations.Nullable;

/**
 * The NASes to which this node sends, because it holds their leases, with the budget that each of them has.
 *
 * <p>The table of all NASes is replaced by whoever loads it and read by any thread; all else is of the reconciler's
 * thread only, which takes up a new table by {@link #applyTable}.
 */
final class HeldNases {

    private final ReplyProfiles profiles;
    private final NasBudget usual;
    private volatile NasTable table = NasTable.EMPTY;

    // Of the reconciler's thread only.
    private final Map<Long, HeldNas> nases = new HashMap<>();
    private Map<Long, CoaRules> rules = Map.of();
    private @Nullable NasTable appliedTable;
    /** The profiles' hash when it was last looked at. */
    private String sentWith;

    /**
     * What an edited table means to NASes that are held.
     *
     * @param removed ids of those that there are no more; they are held until {@link #remove}
     * @param startingOver those that are reached or told otherwise than before
     */
    record Edits(List<Long> removed, List<HeldNas> startingOver) {

        private static final Edits NONE = new Edits(List.of(), List.of());
    }

    /** @param usual the budget of a NAS of which, and of whose vendor, nothing else is said */
    HeldNases(ReplyProfiles profiles, NasBudget usual) {
        this.profiles = profiles;
        this.usual = usual;
        this.sentWith = profiles.sha256();
    }

    /** On any thread: this is the table from now on. */
    void table(NasTable now) {
        table = now;
    }

    /** On any thread: the ids of all NASes there are, held here or not. */
    List<Long> known() {
        return table.all().stream().map(Nas::id).toList();
    }

    /** On any thread: the NAS, held here or not; null for one that there is no more. */
    @Nullable
    Nas known(long nasId) {
        for (var nas : table.all()) {
            if (nas.id() == nasId) {
                return nas;
            }
        }
        return null;
    }

    /** Null when another node sends to it. */
    @Nullable
    HeldNas of(long nasId) {
        return nases.get(nasId);
    }

    Collection<HeldNas> all() {
        return nases.values();
    }

    /** Takes up a table that was edited since. */
    @SuppressWarnings("ReferenceEquality") // tables are immutable: another one is news
    Edits applyTable() {
        var current = table;
        if (current == appliedTable) {
            return Edits.NONE;
        }
        appliedTable = current;
        var byId = new HashMap<Long, Nas>();
        current.all().forEach(nas -> byId.put(nas.id(), nas));
        var removed = new ArrayList<Long>();
        var startingOver = new ArrayList<HeldNas>();
        nases.forEach((nasId, held) -> {
            var nas = byId.get(nasId);
            if (nas == null) {
                removed.add(nasId);
            } else if (edited(held, nas)) {
                startingOver.add(held);
            }
        });
        return new Edits(removed, startingOver);
    }

    private boolean edited(HeldNas held, Nas nas) {
        var before = held.nas();
        held.edited(nas);
        boolean isReachedOtherwise = before.coaPort() != nas.coaPort()
                || !before.secret().equals(nas.secret())
                || !before.prefix().equals(nas.prefix())
                || !Objects.equals(before.nasIdentifier(), nas.nasIdentifier())
                || !before.vendor().equals(nas.vendor())
                || before.blockedAnswer() != nas.blockedAnswer()
                || before.messageAuthenticatorOmitted() != nas.messageAuthenticatorOmitted();
        if (isReachedOtherwise) {
            held.queue().budget(budget(nas));
        }
        return isReachedOtherwise;
    }

    /**
     * Takes up what is said of single NASes, and profiles that were loaded since.
     *
     * @return those whose budget or profile says something else than before
     */
    List<HeldNas> rules(Map<Long, CoaRules> byNas) {
        rules = byNas;
        var loaded = profiles.sha256();
        boolean isMended = !loaded.equals(sentWith);
        sentWith = loaded;
        var startingOver = new ArrayList<HeldNas>();
        for (var held : nases.values()) {
            var now = budget(held.nas());
            if (isMended || !now.equals(held.queue().budget())) {
                held.queue().budget(now);
                startingOver.add(held);
            }
        }
        return startingOver;
    }

    /** This node sends to it from now on. Null when there is no such NAS any more. */
    @Nullable
    HeldNas gain(long nasId, long nanos) {
        var nas = known(nasId);
        if (nas == null) {
            return null;
        }
        var held = new HeldNas(nas, new NasQueue(budget(nas), nanos));
        nases.put(nasId, held);
        return held;
    }

    /** It does no more, or there is no such NAS. */
    void remove(long nasId) {
        nases.remove(nasId);
    }

    /** What is said of this NAS, else of its vendor, else of all. */
    private NasBudget budget(Nas nas) {
        var ofVendor = profiles.vendors().contains(nas.vendor()) ? usual.with(profiles.coa(nas.vendor())) : usual;
        return ofVendor.with(rules.getOrDefault(nas.id(), CoaRules.NONE));
    }
}
