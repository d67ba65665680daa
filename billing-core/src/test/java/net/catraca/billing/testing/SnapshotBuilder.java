package net.catraca.billing.testing;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.access.ContractSnapshot.NO_INSTANT;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.access.HeldLapse;
import net.catraca.billing.access.ReleaseWindow;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/** Tells a contract's facts one after the other; see {@link Fixtures} for whole situations. */
public final class SnapshotBuilder {

    private long contractId = 1;
    private long version = 1;
    private long customerId = 1;
    private Plan plan = Fixtures.FIBER_500;
    private AccessPolicy policy = Fixtures.RESIDENTIAL;
    private ZoneId zone = Fixtures.SAO_PAULO;
    private ContractStatus status = ContractStatus.ACTIVE;
    private int statusSinceDay = epochDay("2025-01-10");
    private BillingMode mode = BillingMode.POSTPAID;
    private int paidUntilDay = NO_DAY;
    private int lateSinceDay = NO_DAY;
    private int lapsedSinceDay = NO_DAY;
    private @Nullable HeldLapse heldLapse;
    private int renegotiatedLateSinceDay = NO_DAY;
    private final List<DayWindow> pauses = new ArrayList<>();
    private final List<DayWindow> exemptions = new ArrayList<>();
    private long manualBlockSince = NO_INSTANT;
    private final List<ReleaseWindow> releases = new ArrayList<>();
    private int doNotBlockUntilDay = NO_DAY;
    private int doNotReduceUntilDay = NO_DAY;
    private AutomaticRestriction automaticRestriction = AutomaticRestriction.NORMAL;
    private int automaticRestrictionUntilDay = NO_DAY;
    private AccessLevel committedLevel = AccessLevel.ACTIVE;
    private long committedAt = NO_INSTANT;
    private @Nullable Integer committedLateSinceDay;
    private @Nullable Integer committedRenegotiatedLateSinceDay;

    public SnapshotBuilder id(long id) {
        contractId = id;
        return this;
    }

    public SnapshotBuilder version(long number) {
        version = number;
        return this;
    }

    public SnapshotBuilder customer(long id) {
        customerId = id;
        return this;
    }

    public SnapshotBuilder plan(Plan sold) {
        plan = sold;
        return this;
    }

    public SnapshotBuilder policy(AccessPolicy applied) {
        policy = applied;
        return this;
    }

    public SnapshotBuilder policy(AccessPolicyVersion... versions) {
        return policy(Fixtures.policy(versions));
    }

    public SnapshotBuilder zone(String id) {
        zone = ZoneId.of(id);
        return this;
    }

    public SnapshotBuilder status(ContractStatus is, String since) {
        status = is;
        statusSinceDay = epochDay(since);
        return this;
    }

    public SnapshotBuilder mode(BillingMode is) {
        mode = is;
        return this;
    }

    public SnapshotBuilder paidUntil(String day) {
        paidUntilDay = epochDay(day);
        return this;
    }

    public SnapshotBuilder lateSince(String day) {
        return lateSince(LocalDate.parse(day));
    }

    public SnapshotBuilder lateSince(LocalDate day) {
        lateSinceDay = (int) day.toEpochDay();
        return this;
    }

    public SnapshotBuilder lapsedSince(String day) {
        lapsedSinceDay = epochDay(day);
        return this;
    }

    /** @param day the first on which the lapse restricts more than the level */
    public SnapshotBuilder lapseHeld(String day, AccessLevel level) {
        heldLapse = new HeldLapse(epochDay(day), level);
        return this;
    }

    public SnapshotBuilder renegotiatedLateSince(String day) {
        renegotiatedLateSinceDay = epochDay(day);
        return this;
    }

    /** @param last null while nobody has said when it ends */
    public SnapshotBuilder pause(String first, @Nullable String last) {
        pauses.add(window(first, last));
        return this;
    }

    /** @param last null while nobody has said when it ends */
    public SnapshotBuilder exemption(String first, @Nullable String last) {
        exemptions.add(window(first, last));
        return this;
    }

    public SnapshotBuilder manualBlockSince(Instant since) {
        manualBlockSince = since.getEpochSecond();
        return this;
    }

    public SnapshotBuilder release(ReleaseKind kind, AccessLevel level, Instant from, @Nullable Instant until) {
        long end = until == null ? ReleaseWindow.OPEN : until.getEpochSecond();
        releases.add(new ReleaseWindow(kind, level, from.getEpochSecond(), end, null));
        return this;
    }

    public SnapshotBuilder manualRelease(Instant from) {
        return release(ReleaseKind.MANUAL, AccessLevel.ACTIVE, from, null);
    }

    public SnapshotBuilder temporaryRelease(Instant from, Instant until) {
        return release(ReleaseKind.TEMPORARY, AccessLevel.ACTIVE, from, until);
    }

    public SnapshotBuilder trustUnlock(Instant from, Instant until) {
        return release(ReleaseKind.TRUST_UNLOCK, AccessLevel.ACTIVE, from, until);
    }

    public SnapshotBuilder doNotBlockUntil(String day) {
        doNotBlockUntilDay = epochDay(day);
        return this;
    }

    public SnapshotBuilder doNotReduceUntil(String day) {
        doNotReduceUntilDay = epochDay(day);
        return this;
    }

    /** @param until last day of it, or null when without end */
    public SnapshotBuilder automaticRestriction(AutomaticRestriction restriction, @Nullable String until) {
        automaticRestriction = restriction;
        automaticRestrictionUntilDay = until == null ? NO_DAY : epochDay(until);
        return this;
    }

    /** Rests on all that is owed, unless {@link #committedLateSince} says otherwise. */
    public SnapshotBuilder committed(AccessLevel level, Instant at) {
        committedLevel = level;
        committedAt = at.getEpochSecond();
        return this;
    }

    public SnapshotBuilder committedLateSince(@Nullable String regular, @Nullable String renegotiated) {
        committedLateSinceDay = regular == null ? NO_DAY : epochDay(regular);
        committedRenegotiatedLateSinceDay = renegotiated == null ? NO_DAY : epochDay(renegotiated);
        return this;
    }

    /** Goes on with what a function says: a situation within a situation. */
    public SnapshotBuilder with(UnaryOperator<SnapshotBuilder> more) {
        return more.apply(this);
    }

    public ContractSnapshot build() {
        boolean nothing = committedLevel == AccessLevel.ACTIVE;
        return new ContractSnapshot(
                contractId,
                version,
                customerId,
                plan,
                policy,
                zone,
                status,
                statusSinceDay,
                mode,
                paidUntilDay,
                lateSinceDay,
                lapsedSinceDay,
                heldLapse,
                renegotiatedLateSinceDay,
                chain(pauses),
                chain(exemptions),
                manualBlockSince,
                releaseChain(),
                doNotBlockUntilDay,
                doNotReduceUntilDay,
                automaticRestriction,
                automaticRestrictionUntilDay,
                committedLevel,
                committedAt,
                nothing ? NO_DAY : restsOnRegular(),
                nothing ? NO_DAY : restsOnRenegotiated());
    }

    private int restsOnRegular() {
        if (committedLateSinceDay != null) {
            return committedLateSinceDay;
        }
        return lapsedSinceDay == NO_DAY || (lateSinceDay != NO_DAY && lateSinceDay < lapsedSinceDay)
                ? lateSinceDay
                : lapsedSinceDay;
    }

    private int restsOnRenegotiated() {
        return committedRenegotiatedLateSinceDay == null ? renegotiatedLateSinceDay : committedRenegotiatedLateSinceDay;
    }

    private @Nullable ReleaseWindow releaseChain() {
        ReleaseWindow chain = null;
        for (var release : releases.reversed()) {
            chain = new ReleaseWindow(release.kind(), release.level(), release.from(), release.until(), chain);
        }
        return chain;
    }

    private static @Nullable DayWindow chain(List<DayWindow> windows) {
        DayWindow chain = null;
        var descending = windows.stream()
                .sorted(Comparator.comparingInt(DayWindow::firstDay).reversed())
                .toList();
        for (var window : descending) {
            chain = new DayWindow(window.firstDay(), window.lastDay(), chain);
        }
        return chain;
    }

    private static DayWindow window(String first, @Nullable String last) {
        return new DayWindow(epochDay(first), last == null ? DayWindow.OPEN : epochDay(last), null);
    }

    private static int epochDay(String day) {
        return (int) LocalDate.parse(day).toEpochDay();
    }
}
