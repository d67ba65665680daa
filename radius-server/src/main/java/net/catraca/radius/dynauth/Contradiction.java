package net.catraca.radius.dynauth;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.radius.accounting.LevelSigns;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Whether records of a session contradict what its NAS has acknowledged. Only what is clear counts: silence, or a slow
 * session, proves nothing. Pure.
 */
final class Contradiction {

    /** Before it, octets of the old level may still be in the counters. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** A shorter interval says too little: bursts and the NAS's own counting are in it. */
    private static final Duration SHORTEST = Duration.ofSeconds(60);

    /**
     * Where a NAS limits IPv4 and IPv6 apart, a line that obeys in both reaches twice its rate; and shapers count other
     * octets than accounting does, and let bursts through, which is the half beyond.
     */
    private static final double FAR_ABOVE = 2.5;

    /** Below it a garden's block page and the payer's bank fill the line. */
    private static final long LEAST_KBPS = 512;

    /** Nobody's line is faster: the counters are nonsense. */
    private static final long MOST_KBPS = 100_000_000;

    private static final List<AccessLevel> STRICTEST_FIRST =
            List.of(AccessLevel.BLOCKED, AccessLevel.REDUCED, AccessLevel.ACTIVE);

    private Contradiction() {}

    /** In words what contradicts, or null. */
    static @Nullable String of(@Nullable Session before, Session now, SessionTarget target, Plan plan) {
        var acknowledgedAt = target.acknowledgedAt();
        if (before == null || acknowledgedAt == null || target.state() != SessionTarget.State.AGREED) {
            return null;
        }
        if (target.lastMethod() == Method.DISCONNECT
                && now.isLive()
                && now.lastEventAt().isAfter(acknowledgedAt.plus(GRACE))) {
            return "the session goes on after its Disconnect was acknowledged";
        }
        var acknowledged = target.acknowledged();
        boolean whollyAfter = !before.lastEventAt().isBefore(acknowledgedAt.plus(GRACE));
        var time = Duration.between(before.lastEventAt(), now.lastEventAt());
        if (acknowledged == null
                || !whollyAfter
                || time.compareTo(SHORTEST) < 0
                || acknowledged.planId() != plan.id()) {
            return null;
        }
        var used = now.counted().total().since(before.counted().total());
        long downKbps = used.outputOctets() * 8 / time.toMillis();
        long upKbps = used.inputOctets() * 8 / time.toMillis();
        var allowed = allowed(plan, acknowledged.level());
        if (isFarAbove(downKbps, allowed.downKbps())) {
            return downKbps + " kbit/s down over " + time.toSeconds() + " s, where " + allowed.downKbps()
                    + " is allowed";
        }
        if (isFarAbove(upKbps, allowed.upKbps())) {
            return upKbps + " kbit/s up over " + time.toSeconds() + " s, where " + allowed.upKbps() + " is allowed";
        }
        return null;
    }

    /**
     * By pool, filter or list, in words, or null. Only a value that belongs to another level counts: one that belongs to
     * none may be a plan's of yesterday, or the router's own.
     *
     * @param signs what the profile sends on a level
     */
    static @Nullable String ofSigns(Session now, SessionTarget target, Function<AccessLevel, Set<String>> signs) {
        var told = now.evidence().told();
        var acknowledged = target.acknowledged();
        var acknowledgedAt = target.acknowledgedAt();
        if (told == null
                || acknowledged == null
                || acknowledgedAt == null
                || target.state() != SessionTarget.State.AGREED
                || acknowledged.level() == AccessLevel.REFUSED
                || now.lastEventAt().isBefore(acknowledgedAt.plus(GRACE))) {
            return null;
        }
        var own = signs.apply(acknowledged.level());
        var lines = LevelSigns.lines(told);
        for (var level : STRICTEST_FIRST) {
            for (var line : level == acknowledged.level() ? Set.<String>of() : signs.apply(level)) {
                if (lines.contains(line) && !own.contains(line) && !tellsOwn(lines, own, line)) {
                    return "reports " + line + ", which is of " + level;
                }
            }
        }
        return null;
    }

    /** A NAS may report both what it was told first and what it was told last. */
    private static boolean tellsOwn(Collection<String> lines, Set<String> own, String line) {
        var name = LevelSigns.name(line);
        return lines.stream()
                .anyMatch(other -> own.contains(other) && LevelSigns.name(other).equals(name));
    }

    private static boolean isFarAbove(long kbps, long allowedKbps) {
        return kbps > FAR_ABOVE * Math.max(LEAST_KBPS, allowedKbps) && kbps <= MOST_KBPS;
    }

    private static Plan.Rate allowed(Plan plan, AccessLevel level) {
        return switch (level) {
            case ACTIVE -> {
                var burst = plan.burst();
                yield burst == null ? plan.active() : burst.peak();
            }
            case REDUCED, BLOCKED, REFUSED -> plan.reduced();
        };
    }
}
