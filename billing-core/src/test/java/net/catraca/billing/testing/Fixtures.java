package net.catraca.billing.testing;

import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.access.Thresholds;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.run.RunSettings;

/**
 * Contracts in the situations of an ISP's day, seen from {@link #TODAY} at noon in São Paulo under the policy
 * "residential": warned from 3 days late, reduced from 15, blocked from 30.
 */
public final class Fixtures {

    public static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");

    /** A Wednesday in the middle of a month without holidays nearby. */
    public static final LocalDate TODAY = LocalDate.of(2026, 9, 16);

    public static final Instant NOW = noon("2026-09-16");

    public static final ReleaseLimits RELEASE_LIMITS = new ReleaseLimits(100, 7, 30, 3, 30, 60, false, 15, 20);

    public static final AccessPolicyVersion RESIDENTIAL_V1 = version(1, "2020-01-01");

    public static final AccessPolicy RESIDENTIAL = policy(RESIDENTIAL_V1);

    public static final Plan FIBER_500 = new Plan(
            1,
            1,
            null,
            "Fibra 500",
            RESIDENTIAL.id(),
            9_990,
            new Plan.Rate(500_000, 250_000),
            null,
            new Plan.Rate(2_000, 1_000),
            null,
            null,
            null,
            1,
            900);

    /** The careful guards, at any time of any day. */
    public static final RunSettings RUNS_ON_ANY_DAY =
            new RunSettings(RunSettings.Blast.CAREFUL, RunSettings.Money.CAREFUL, RunSettings.Times.ANY);

    private Fixtures() {}

    /** Secret keys as text with one more, as an operator adds it: it seals from then on. */
    public static String rotated(String keys) {
        int newest = Pattern.compile("(?m)^(\\d+):")
                .matcher(keys)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElseThrow();
        byte[] octets = new byte[32];
        new SecureRandom().nextBytes(octets);
        return keys.stripTrailing() + "\n" + (newest + 1) + ":"
                + Base64.getEncoder().encodeToString(octets) + "\n";
    }

    public static LocalDate day(String day) {
        return LocalDate.parse(day);
    }

    /** Noon in São Paulo: the same day in UTC. */
    public static Instant noon(String day) {
        return LocalDate.parse(day).atTime(LocalTime.NOON).atZone(SAO_PAULO).toInstant();
    }

    /** Warned from 3, reduced from 15, blocked from 30 days late; by run; renegotiated debt 1, 5, 10. */
    public static AccessPolicyVersion version(int number, String effectiveFrom) {
        return version(number, effectiveFrom, new Thresholds(3, 15, 30, 90));
    }

    public static AccessPolicyVersion version(int number, String effectiveFrom, Thresholds regular) {
        return new AccessPolicyVersion(
                number,
                LocalDate.parse(effectiveFrom),
                regular,
                new Thresholds(1, 5, 10, 60),
                PrepaidTightening.BY_RUN,
                BlockedAs.GARDEN,
                0,
                AccessLevel.ACTIVE,
                RELEASE_LIMITS);
    }

    /** A version as {@link #RESIDENTIAL_V1}, whose prepaid contracts are tightened by the end of paid-until itself. */
    public static AccessPolicyVersion onTime(Thresholds regular) {
        var byRun = version(1, "2020-01-01", regular);
        return new AccessPolicyVersion(
                1,
                byRun.effectiveFrom(),
                regular,
                byRun.renegotiated(),
                PrepaidTightening.ON_TIME,
                byRun.blockedAs(),
                byRun.awaitingActiveDays(),
                byRun.releaseLevel(),
                byRun.limits());
    }

    public static AccessPolicy policy(AccessPolicyVersion... versions) {
        return new AccessPolicy(1, versions.length, "residential", List.of(versions));
    }

    /** Active since 2025, postpaid, nothing owed, nothing committed: the start of every other situation. */
    public static SnapshotBuilder contract() {
        return new SnapshotBuilder();
    }

    /** Prepaid and paid; the next receivable is not issued yet. */
    public static SnapshotBuilder paidUntil(String day) {
        return contract().mode(BillingMode.PREPAID).paidUntil(day);
    }

    /** Prepaid, and the receivable of the period after {@code day} is issued, due then and unpaid. */
    public static SnapshotBuilder lapsedContract(String day) {
        return paidUntil(day).lapsedSince(day).lateSince(LocalDate.parse(day).plusDays(1));
    }

    /** Postpaid, paid-until in the past, nothing overdue. */
    public static SnapshotBuilder postpaidInGoodStanding() {
        return contract().paidUntil("2026-07-31").lateSince("2026-09-20");
    }

    /** 40 days late, but no run has committed anything. */
    public static SnapshotBuilder overdueContract() {
        return contract().paidUntil("2026-06-30").lateSince(TODAY.minusDays(40));
    }

    /** 20 days late, reduced by a run four days ago. */
    public static SnapshotBuilder reducedContract() {
        return contract().lateSince(TODAY.minusDays(20)).committed(REDUCED, noon("2026-09-12"));
    }

    /** 40 days late, blocked by a run nine days ago. */
    public static SnapshotBuilder blockedContract() {
        return overdueContract().committed(BLOCKED, noon("2026-09-07"));
    }

    public static SnapshotBuilder manuallyBlockedContract() {
        return contract().manualBlockSince(noon("2026-09-10"));
    }

    public static SnapshotBuilder pausedContract() {
        return contract().pause("2026-09-10", "2026-09-30");
    }

    /** Exempt without an end. */
    public static SnapshotBuilder exemptContract() {
        return contract().exemption("2026-01-01", null);
    }

    public static SnapshotBuilder awaitingContract() {
        return contract().status(ContractStatus.AWAITING_ACTIVATION, "2026-09-14");
    }

    public static SnapshotBuilder cancelledContract() {
        return contract().status(ContractStatus.CANCELLED, "2026-09-01");
    }
}
