package net.catraca.billing.access;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.access.AccessLevel.REFUSED;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/**
 * The rules of access told a second time and naively, as an oracle: from the rows as they are written, one day after
 * the other, with nothing remembered but the commitment. It shares the records with the product, and no code.
 */
final class NaiveAccess {

    /** The holidays of the years that the tests live in, typed off a calendar: no computed Easter here. */
    private static final Set<LocalDate> HOLIDAYS = Set.of(
            holiday("2018-01-01"),
            holiday("2018-02-12"),
            holiday("2018-02-13"),
            holiday("2018-03-30"),
            holiday("2018-04-21"),
            holiday("2018-05-01"),
            holiday("2018-05-31"),
            holiday("2018-09-07"),
            holiday("2018-10-12"),
            holiday("2018-11-02"),
            holiday("2018-11-15"),
            holiday("2018-12-25"),
            holiday("2019-01-01"),
            holiday("2019-03-04"),
            holiday("2019-03-05"),
            holiday("2019-04-19"),
            holiday("2019-04-21"),
            holiday("2019-05-01"),
            holiday("2019-06-20"),
            holiday("2019-09-07"),
            holiday("2019-10-12"),
            holiday("2019-11-02"),
            holiday("2019-11-15"),
            holiday("2019-12-25"),
            holiday("2026-01-01"),
            holiday("2026-02-16"),
            holiday("2026-02-17"),
            holiday("2026-04-03"),
            holiday("2026-04-21"),
            holiday("2026-05-01"),
            holiday("2026-06-04"),
            holiday("2026-09-07"),
            holiday("2026-10-12"),
            holiday("2026-11-02"),
            holiday("2026-11-15"),
            holiday("2026-11-20"),
            holiday("2026-12-25"),
            holiday("2027-01-01"),
            holiday("2027-02-08"),
            holiday("2027-02-09"),
            holiday("2027-03-26"),
            holiday("2027-04-21"),
            holiday("2027-05-01"),
            holiday("2027-05-27"),
            holiday("2027-09-07"),
            holiday("2027-10-12"),
            holiday("2027-11-02"),
            holiday("2027-11-15"),
            holiday("2027-11-20"),
            holiday("2027-12-25"),
            holiday("2028-01-01"),
            holiday("2028-02-28"),
            holiday("2028-02-29"),
            holiday("2028-04-14"),
            holiday("2028-04-21"),
            holiday("2028-05-01"),
            holiday("2028-06-15"),
            holiday("2028-09-07"),
            holiday("2028-10-12"),
            holiday("2028-11-02"),
            holiday("2028-11-15"),
            holiday("2028-11-20"),
            holiday("2028-12-25"),
            holiday("2029-01-01"));

    private final List<AccessPolicyVersion> versions;
    private AccessLevel committed = ACTIVE;
    private Set<Long> restsOn = Set.of();
    private @Nullable LocalDate judgedOn;
    private @Nullable ContractBooks writtenLast;
    private @Nullable LocalDate heldUntil;
    private AccessLevel heldAt = BLOCKED;

    /** What the oracle says: the level and the rule's name. */
    record Answer(AccessLevel level, Rule rule) {}

    /** @param versions by effectiveFrom, each on a day of its own */
    NaiveAccess(List<AccessPolicyVersion> versions) {
        this.versions = versions;
    }

    private NaiveAccess(NaiveAccess like) {
        this.versions = like.versions;
        this.committed = like.committed;
        this.restsOn = like.restsOn;
        this.judgedOn = like.judgedOn;
    }

    // --- the commitment, day after day

    /** Days go by, and nobody writes anything. */
    void passTime(ContractBooks rows, Instant to) {
        var today = day(rows, to);
        for (var day = judgedOn == null ? today : judgedOn.plusDays(1); !day.isAfter(today); day = day.plusDays(1)) {
            judge(rows, day);
        }
        judgedOn = today;
    }

    /** Somebody wrote; time has passed up to now already. */
    void written(ContractBooks rows, Instant now, Set<Long> postponed, boolean newDoNotBlockUntil) {
        var left = new HashSet<Long>();
        for (var receivable : rows.receivables()) {
            if (restsOn.contains(receivable.id())
                    && !postponed.contains(receivable.id())
                    && receivable.status() == ReceivableStatus.OPEN
                    && receivable.countsForBlocking()) {
                left.add(receivable.id());
            }
        }
        restsOn = left;
        boolean manualRelease = false;
        for (var release : rows.releases()) {
            manualRelease |= release.kind() == ReleaseKind.MANUAL && runs(release, now);
        }
        if (manualRelease || newDoNotBlockUntil || restsOn.isEmpty()) {
            committed = ACTIVE;
        }
        judge(rows, day(rows, now));
        hold(rows, now);
    }

    /** What now lapses, and did not as it was written before, waits for the midnight that is an hour ahead or more. */
    private void hold(ContractBooks rows, Instant now) {
        var today = day(rows, now);
        var lastDay = day(rows, now.plusSeconds(3600));
        boolean tightened = false;
        var least = heldUntil == null ? BLOCKED : heldAt;
        for (var day = today; !day.isAfter(lastDay); day = day.plusDays(1)) {
            var had = writtenLast == null ? ACTIVE : onTime(writtenLast, day);
            tightened |= onTime(rows, day).stricterThan(had);
            least = least.stricterThan(had) ? had : least;
        }
        if (lapsedSince(rows) == null) {
            heldUntil = null;
        } else if (tightened) {
            heldUntil = lastDay.plusDays(1);
            heldAt = least;
        }
        writtenLast = rows;
    }

    /** Whether a run commits, and so ends manual releases. */
    boolean run(ContractBooks rows, Instant now) {
        var answer = computed(rows, now, true);
        if (!answer.rule().isMoney() || !answer.level().stricterThan(committed)) {
            return false;
        }
        var today = day(rows, now);
        var late = new HashSet<Long>();
        for (var receivable : rows.receivables()) {
            for (var since : daysZero(rows, receivable)) {
                if (since.isBefore(today)) {
                    late.add(receivable.id());
                }
            }
        }
        restsOn = late;
        committed = answer.level();
        judge(rows, today);
        return true;
    }

    private void judge(ContractBooks rows, LocalDate day) {
        if (rows.contract().status() != ContractStatus.ACTIVE || paused(rows, day) || exempt(rows, day)) {
            committed = ACTIVE;
        }
        var allowed = ACTIVE;
        for (var receivable : rows.receivables()) {
            if (restsOn.contains(receivable.id())) {
                for (var since : daysZero(rows, receivable)) {
                    var level = level(rows, day, daysLate(rows, since, day), isRenegotiated(receivable), true);
                    allowed = level.stricterThan(allowed) ? level : allowed;
                }
            }
        }
        committed = committed.stricterThan(allowed) ? allowed : committed;
        if (committed == ACTIVE) {
            restsOn = Set.of();
        }
    }

    AccessLevel committed(ContractBooks rows, Instant now) {
        var later = new NaiveAccess(this);
        later.passTime(rows, now);
        return later.committed;
    }

    // --- the answers

    Answer computed(ContractBooks rows, Instant now) {
        return computed(rows, now, false);
    }

    private Answer computed(ContractBooks rows, Instant now, boolean forARun) {
        var contract = rows.contract();
        var today = day(rows, now);
        if (contract.status() == ContractStatus.CANCELLED) {
            return new Answer(REFUSED, Rule.CANCELLED);
        }
        if (contract.status() == ContractStatus.AWAITING_ACTIVATION) {
            boolean installing = false;
            for (int i = 0; i < version(today).awaitingActiveDays(); i++) {
                installing |= contract.signedOn().plusDays(i).equals(today);
            }
            return new Answer(installing ? ACTIVE : BLOCKED, Rule.AWAITING_ACTIVATION);
        }
        if (contract.manualBlock() != null) {
            return new Answer(BLOCKED, Rule.MANUAL_BLOCK);
        }
        if (paused(rows, today)) {
            return new Answer(BLOCKED, Rule.PAUSE);
        }
        if (exempt(rows, today)) {
            return new Answer(ACTIVE, Rule.EXEMPT);
        }
        var money = money(rows, today);
        for (var level : List.of(ACTIVE, REDUCED)) {
            for (var release : rows.releases()) {
                boolean ended = forARun
                        && release.kind() == ReleaseKind.MANUAL
                        && release.startsAt().isBefore(now);
                if (runs(release, now) && !ended && release.level() == level) {
                    if (level == ACTIVE || money.level() == BLOCKED) {
                        return new Answer(level, Rule.RELEASE);
                    }
                }
            }
        }
        return money;
    }

    Answer effective(ContractBooks rows, Instant now) {
        var computed = computed(rows, now);
        if (computed.rule() == Rule.RELEASE && computed.level() == REDUCED) {
            var without = throughRun(rows, now, money(rows, day(rows, now)));
            return without.level() == ACTIVE ? without : computed;
        }
        return computed.rule().isMoney() ? throughRun(rows, now, computed) : computed;
    }

    Answer effective(ContractBooks rows, Instant now, Instant freshUntil) {
        var laxest = effective(rows, now);
        for (var at : instantsBetween(rows, freshUntil, now)) {
            var then = effective(rows, at);
            laxest = laxest.level().stricterThan(then.level()) ? then : laxest;
        }
        return laxest;
    }

    /** The first of them, and every later one at which a day or a release begins or ends. */
    private static Set<Instant> instantsBetween(ContractBooks rows, Instant first, Instant now) {
        var instants = new TreeSet<Instant>();
        for (var day = day(rows, first); !day.isAfter(day(rows, now)); day = day.plusDays(1)) {
            instants.add(day.atStartOfDay(rows.contract().zone()).toInstant());
        }
        for (var release : rows.releases()) {
            instants.add(release.startsAt());
            if (release.until() != null) {
                instants.add(release.until());
            }
        }
        instants.removeIf(at -> at.isBefore(first) || !at.isBefore(now));
        if (first.isBefore(now)) {
            instants.add(first);
        }
        return instants;
    }

    int daysLate(ContractBooks rows, Instant now) {
        var today = day(rows, now);
        return Math.max(daysLate(rows, today, false), daysLate(rows, today, true));
    }

    @Nullable
    LocalDate paidUntil(ContractBooks rows) {
        LocalDate paidUntil = null;
        for (var day = rows.contract().financialBaseDate(); covered(rows, day); day = day.plusDays(1)) {
            paidUntil = day;
        }
        return paidUntil;
    }

    private Answer throughRun(ContractBooks rows, Instant now, Answer money) {
        var committedNow = committed(rows, now);
        var onTime = onTime(rows, day(rows, now));
        var allowed = committedNow.stricterThan(onTime) ? committedNow : onTime;
        return money.level().stricterThan(allowed) ? new Answer(allowed, money.rule()) : money;
    }

    private AccessLevel onTime(ContractBooks rows, LocalDate today) {
        var since = lapsedSince(rows);
        if (rows.contract().status() != ContractStatus.ACTIVE
                || since == null
                || version(today).prepaidTightening() == PrepaidTightening.BY_RUN) {
            return ACTIVE;
        }
        for (var day = since; !day.isAfter(today); day = day.plusDays(1)) {
            if (paused(rows, day) || exempt(rows, day)) {
                return ACTIVE;
            }
        }
        var level = level(rows, today, daysLate(rows, since, today), false, true);
        boolean held = heldUntil != null && today.isBefore(heldUntil);
        return held && level.stricterThan(heldAt) ? heldAt : level;
    }

    private @Nullable LocalDate lapsedSince(ContractBooks rows) {
        LocalDate since = null;
        for (var receivable : rows.receivables()) {
            var lapsed = lapsedSince(rows, receivable);
            since = lapsed == null || (since != null && since.isBefore(lapsed)) ? since : lapsed;
        }
        return since;
    }

    private Answer money(ContractBooks rows, LocalDate today) {
        int regular = daysLate(rows, today, false);
        int renegotiated = daysLate(rows, today, true);
        var asked = stricter(level(rows, today, regular, false, false), level(rows, today, renegotiated, true, false));
        var permitted =
                stricter(level(rows, today, regular, false, true), level(rows, today, renegotiated, true, true));
        if (asked == ACTIVE) {
            boolean warned = regular >= version(today).regular().warnDays()
                    || renegotiated >= version(today).renegotiated().warnDays();
            return new Answer(ACTIVE, warned ? Rule.WARN_THRESHOLD : Rule.IN_GOOD_STANDING);
        }
        if (permitted == asked) {
            return new Answer(asked, asked == BLOCKED ? Rule.BLOCK_THRESHOLD : Rule.REDUCE_THRESHOLD);
        }
        var restriction = restriction(rows, today);
        boolean byRestriction = restriction == AutomaticRestriction.NEVER
                || (asked == BLOCKED && restriction == AutomaticRestriction.REDUCE_ONLY);
        var byDate = asked == BLOCKED ? Rule.DO_NOT_BLOCK_UNTIL : Rule.DO_NOT_REDUCE_UNTIL;
        return new Answer(permitted, byRestriction ? Rule.AUTOMATIC_RESTRICTION : byDate);
    }

    private AccessLevel level(
            ContractBooks rows, LocalDate day, int daysLate, boolean renegotiated, boolean withProtection) {
        var contract = rows.contract();
        var thresholds =
                renegotiated ? version(day).renegotiated() : version(day).regular();
        var restriction = restriction(rows, day);
        boolean mayBlock = restriction == AutomaticRestriction.NORMAL && !reaches(contract.doNotBlockUntil(), day);
        boolean mayReduce = restriction != AutomaticRestriction.NEVER && !reaches(contract.doNotReduceUntil(), day);
        if (daysLate >= thresholds.blockDays() && (mayBlock || !withProtection)) {
            return BLOCKED;
        }
        return daysLate >= thresholds.reduceDays() && (mayReduce || !withProtection) ? REDUCED : ACTIVE;
    }

    private static AutomaticRestriction restriction(ContractBooks rows, LocalDate day) {
        Contract.Restriction restriction = rows.contract().automaticRestriction();
        boolean over = restriction.until() != null && day.isAfter(restriction.until());
        return over ? AutomaticRestriction.NORMAL : restriction.kind();
    }

    private static boolean reaches(@Nullable LocalDate until, LocalDate day) {
        return until != null && !day.isAfter(until);
    }

    // --- the money

    private int daysLate(ContractBooks rows, LocalDate today, boolean renegotiated) {
        int most = 0;
        for (var receivable : rows.receivables()) {
            if (isRenegotiated(receivable) == renegotiated) {
                for (var since : daysZero(rows, receivable)) {
                    most = Math.max(most, daysLate(rows, since, today));
                }
            }
        }
        return most;
    }

    private static int daysLate(ContractBooks rows, LocalDate since, LocalDate today) {
        int days = 0;
        for (var day = since.plusDays(1); !day.isAfter(today); day = day.plusDays(1)) {
            days += paused(rows, day) ? 0 : 1;
        }
        return days;
    }

    /** None when it is not owed or does not count. */
    private Set<LocalDate> daysZero(ContractBooks rows, Receivable receivable) {
        var days = new HashSet<LocalDate>();
        if (receivable.status() == ReceivableStatus.OPEN && receivable.countsForBlocking()) {
            var due = receivable.dueOn();
            while (due.getDayOfWeek() == DayOfWeek.SATURDAY
                    || due.getDayOfWeek() == DayOfWeek.SUNDAY
                    || HOLIDAYS.contains(due)) {
                due = due.plusDays(1);
            }
            days.add(due);
            var lapsed = lapsedSince(rows, receivable);
            if (lapsed != null) {
                days.add(lapsed);
            }
        }
        return days;
    }

    private @Nullable LocalDate lapsedSince(ContractBooks rows, Receivable receivable) {
        if (rows.contract().billingMode() == BillingMode.POSTPAID
                || receivable.kind() != ReceivableKind.RECURRING
                || receivable.status() != ReceivableStatus.OPEN
                || !receivable.countsForBlocking()
                || receivable.dueOn().isAfter(receivable.originalDueOn())
                || (receivable.agreement() != null
                        && receivable.agreement().part().name().equals("RETURNED"))) {
            return null;
        }
        var paidUntil = paidUntil(rows);
        if (paidUntil == null || !covers(receivable, paidUntil.plusDays(1))) {
            return null;
        }
        return receivable.issuedOn().isAfter(paidUntil) ? receivable.issuedOn() : paidUntil;
    }

    private static boolean covered(ContractBooks rows, LocalDate day) {
        for (var receivable : rows.receivables()) {
            boolean paid = receivable.status() == ReceivableStatus.SETTLED
                    || receivable.status() == ReceivableStatus.RENEGOTIATED;
            if (paid && receivable.kind() == ReceivableKind.RECURRING && covers(receivable, day)) {
                return true;
            }
        }
        for (var pause : rows.pauses()) {
            if (pause.lastDay() != null && holds(pause.firstDay(), pause.lastDay(), day)) {
                return true;
            }
        }
        for (var exemption : rows.exemptions()) {
            if (exemption.lastDay() != null && holds(exemption.firstDay(), exemption.lastDay(), day)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(Receivable receivable, LocalDate day) {
        return receivable.coverageFirst() != null && holds(receivable.coverageFirst(), receivable.coverageLast(), day);
    }

    private static boolean isRenegotiated(Receivable receivable) {
        return receivable.kind() == ReceivableKind.RENEGOTIATED;
    }

    // --- days and windows

    private static boolean paused(ContractBooks rows, LocalDate day) {
        for (var pause : rows.pauses()) {
            if (holds(pause.firstDay(), pause.lastDay(), day)) {
                return true;
            }
        }
        return false;
    }

    private static boolean exempt(ContractBooks rows, LocalDate day) {
        for (var exemption : rows.exemptions()) {
            if (holds(exemption.firstDay(), exemption.lastDay(), day)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(LocalDate first, @Nullable LocalDate last, LocalDate day) {
        return !day.isBefore(first) && (last == null || !day.isAfter(last));
    }

    private static boolean runs(Release release, Instant now) {
        return !now.isBefore(release.startsAt())
                && (release.until() == null || now.isBefore(release.until()))
                && (release.end() == null || now.isBefore(release.end().at()));
    }

    private AccessPolicyVersion version(LocalDate day) {
        var inForce = versions.getFirst();
        for (var version : versions) {
            if (!version.effectiveFrom().isAfter(day)) {
                inForce = version;
            }
        }
        return inForce;
    }

    private static LocalDate day(ContractBooks rows, Instant instant) {
        return LocalDateTime.ofInstant(instant, rows.contract().zone()).toLocalDate();
    }

    private static AccessLevel stricter(AccessLevel a, AccessLevel b) {
        return a.stricterThan(b) ? a : b;
    }

    private static LocalDate holiday(String day) {
        return LocalDate.parse(day);
    }
}
