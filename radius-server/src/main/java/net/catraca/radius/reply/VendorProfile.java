package net.catraca.radius.reply;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.dictionary.Problem;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.reply.ProfileLine.Place;

/**
 * How one vendor's NASes are spoken to, as its file says.
 *
 * @param identify what names a session in CoA and Disconnect, in this order
 * @param reducedBy how live sessions enter and leave REDUCED
 * @param blockedBy the same for BLOCKED
 * @param coa what NASes of this vendor bear, where it is not the usual
 * @param withBurst lines that replace those of {@code active} with the same name when the plan has burst
 */
record VendorProfile(
        Path file,
        String vendor,
        String description,
        int rejectDelayMillis,
        Identify identify,
        ChangeBy reducedBy,
        ChangeBy blockedBy,
        CoaRules coa,
        Section active,
        Section withBurst,
        Section reduced,
        Blocked blocked,
        Restore restore) {

    /** The key and what it lists. */
    record Identify(Place place, List<SessionAttribute> attributes) {
        Identify {
            attributes = List.copyOf(attributes);
        }
    }

    /** How a live session learns of another level. */
    enum ChangeBy {
        COA,
        DISCONNECT
    }

    /** Lines under one key, and where the key stands. */
    record Section(Place place, List<ProfileLine> lines) {
        Section {
            lines = List.copyOf(lines);
        }
    }

    /** What a blocked subscriber gets. */
    sealed interface Blocked {

        record Reject() implements Blocked {}

        /**
         * A walled garden.
         *
         * @param both restricts IPv4 and IPv6 alike
         * @param also restricts nothing: pools, rates
         */
        record Garden(Place place, Section both, Section v4, Section v6, Section also) implements Blocked {

            List<ProfileLine> restricting() {
                return join(both, v4, v6);
            }

            List<ProfileLine> lines() {
                return join(both, v4, v6, also);
            }
        }
    }

    /** How a laxer level undoes what a stricter one set. */
    sealed interface Restore {

        record Lines(Section section) implements Restore {}

        record Disconnect(Place place) implements Restore {}
    }

    private static List<ProfileLine> join(Section... sections) {
        var lines = new ArrayList<ProfileLine>();
        for (var section : sections) {
            lines.addAll(section.lines());
        }
        return lines;
    }

    List<ProfileLine> lines(AccessLevel level, boolean burst) {
        return switch (level) {
            case ACTIVE -> burst ? activeWithBurst() : active.lines();
            case REDUCED -> reduced.lines();
            case BLOCKED ->
                switch (blocked) {
                    case Blocked.Garden garden -> garden.lines();
                    case Blocked.Reject _ -> List.of();
                };
            case REFUSED -> throw new IllegalArgumentException("an Access-Reject has no profile");
        };
    }

    private List<ProfileLine> activeWithBurst() {
        var names = new LinkedHashSet<String>();
        active.lines().forEach(line -> names.add(line.name()));
        withBurst.lines().forEach(line -> names.add(line.name()));
        return names.stream().flatMap(name -> named(name).stream()).toList();
    }

    private List<ProfileLine> named(String name) {
        var own = withBurst.lines().stream()
                .filter(line -> line.name().equals(name))
                .toList();
        return own.isEmpty()
                ? active.lines().stream()
                        .filter(line -> line.name().equals(name))
                        .toList()
                : own;
    }

    List<ProfileLine> restoring() {
        return switch (restore) {
            case Restore.Lines lines -> lines.section().lines();
            case Restore.Disconnect _ -> List.of();
        };
    }

    /** False where the garden is a pool, which a fixed address would lead past. */
    boolean keepsFixedAddresses(AccessLevel level) {
        return level != AccessLevel.BLOCKED
                || !(blocked instanceof Blocked.Garden garden)
                || garden.restricting().stream().noneMatch(AttributeFacts::isPool);
    }

    Problem problem(Place place, String what) {
        return new Problem(file, place.line(), place.column(), what);
    }
}
