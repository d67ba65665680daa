package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.reply.Garden;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.reply.ReplyProfiles.LevelChange;
import net.catraca.radius.session.AccessLocks;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/** What a live session should have, and by which attributes its NAS comes there. For one thread. */
final class WantedAccess {

    /** While the directory is stale, a held tightening is looked at again so often. */
    private static final Duration HELD_AGAIN = Duration.ofMillis(200);

    /** Plans as they were, to see whether a newer version of one says anything else to a NAS; 600 plans, some versions. */
    private static final int MOST_PLANS = 10_000;

    private final SubscriberDirectory directory;
    private final ReplyProfiles profiles;
    private final Cache<PlanVersion, Plan> plans = Caffeine.newBuilder()
            .maximumSize(MOST_PLANS)
            .executor(Runnable::run)
            .build();

    private record PlanVersion(long id, long version) {}

    WantedAccess(SubscriberDirectory directory, ReplyProfiles profiles) {
        this.directory = directory;
        this.profiles = profiles;
    }

    /**
     * @param nextChange when it changes by the clock, or null
     * @param refusedAtLogin whether a login at this level gets an Access-Reject, so that only a Disconnect brings it there
     */
    record Wanted(
            SubscriberSnapshot subscriber,
            Rendering rendering,
            @Nullable Instant nextChange,
            boolean refusedAtLogin) {

        Plan plan() {
            return subscriber.contract().plan();
        }
    }

    /** Null when the session's subscriber is not known. */
    @Nullable
    Wanted of(Session session, Nas nas, Instant now) {
        var subscriber = subscriber(session);
        if (subscriber == null || !profiles.vendors().contains(nas.vendor())) {
            return null;
        }
        var contract = subscriber.contract();
        var plan = contract.plan();
        plans.put(new PlanVersion(plan.id(), plan.version()), plan);
        var access = AccessPolicy.effective(contract, now, directory.freshUntil(contract.contractId()));
        var effective = access.effective();
        var level = AccessLevel.BLOCKED.stricterThan(effective.level()) && isHeldByALock(subscriber, session)
                ? AccessLevel.BLOCKED
                : effective.level();
        boolean refused = level == AccessLevel.REFUSED
                || (level == AccessLevel.BLOCKED
                        && Garden.isMissing(profiles, nas, contract, effective.policyVersion()));
        return new Wanted(
                subscriber,
                new Rendering(level, plan.id(), plan.version()),
                access.held() ? now.plus(HELD_AGAIN) : effective.nextChange(),
                refused);
    }

    /**
     * Whether a session was let into the garden from where its login may not be used, and still is there: the contract's
     * level is for its owner. Only what the login was given says so, since records often tell less of a place than the
     * request did.
     */
    private static boolean isHeldByALock(SubscriberSnapshot subscriber, Session session) {
        var opened = session.sessionClass();
        return opened != null && opened.level() == AccessLevel.BLOCKED && AccessLocks.isViolatedBy(subscriber, session);
    }

    /** By name, MAC or circuit, whichever the line's identity is; the id tells that it is the same one still. */
    @Nullable
    SubscriberSnapshot subscriber(Session session) {
        if (session.subscriberId() == null) {
            return null;
        }
        long id = session.subscriberId();
        var byLogin = directory.byLogin(session.key().userName());
        if (byLogin != null && byLogin.subscriberId() == id) {
            return byLogin;
        }
        var line = session.line();
        var byMac = line.mac() == null ? null : directory.byMac(line.mac());
        if (byMac != null && byMac.subscriberId() == id) {
            return byMac;
        }
        if (line.circuitId() == null) {
            return null;
        }
        var byLine = directory.byLine(line.circuitId(), line.remoteId());
        if (byLine == null || byLine.subscriberId() != id) {
            byLine = directory.byLine(line.circuitId(), null);
        }
        return byLine != null && byLine.subscriberId() == id ? byLine : null;
    }

    /** Whether a session on the one needs nothing to be on the other: a plan may have been renamed, or its price changed. */
    boolean same(Nas nas, Rendering wanted, @Nullable Rendering had) {
        if (had == null || wanted.level() != had.level()) {
            return false;
        }
        if (wanted.equals(had) || wanted.level() == AccessLevel.REFUSED) {
            return true;
        }
        var wantedPlan = plans.getIfPresent(new PlanVersion(wanted.planId(), wanted.planVersion()));
        var hadPlan = plans.getIfPresent(new PlanVersion(had.planId(), had.planVersion()));
        return wantedPlan != null
                && hadPlan != null
                && Arrays.equals(
                        profiles.encoded(nas.vendor(), wantedPlan, wanted.level()),
                        profiles.encoded(nas.vendor(), hadPlan, had.level()));
    }

    /**
     * How the NAS comes to the wanted level.
     *
     * @param had the levels that the session may be on; empty when nobody knows, and then the level is set as if it were
     *     the same
     */
    LevelChange change(Nas nas, Wanted wanted, Set<AccessLevel> had) {
        var to = wanted.rendering().level();
        if (wanted.refusedAtLogin()) {
            return new LevelChange.ByDisconnect();
        }
        return profiles.change(nas.vendor(), wanted.plan(), had.isEmpty() ? Set.of(to) : had, to);
    }

    /** The same with all that undoes what any other level may have left behind. */
    LevelChange changeFromUnknown(Nas nas, Wanted wanted) {
        return wanted.refusedAtLogin()
                ? new LevelChange.ByDisconnect()
                : profiles.changeFromUnknown(
                        nas.vendor(), wanted.plan(), wanted.rendering().level());
    }

    static boolean isByCoa(LevelChange change) {
        return switch (change) {
            case LevelChange.ByCoa _ -> true;
            case LevelChange.ByDisconnect _ -> false;
        };
    }

    /** The attributes that go with that method. */
    static byte[] attributes(LevelChange change, Method method) {
        return change instanceof LevelChange.ByCoa(var attributes) && method == Method.COA ? attributes : new byte[0];
    }
}
