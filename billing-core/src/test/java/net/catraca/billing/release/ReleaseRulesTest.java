package net.catraca.billing.release;

import static net.catraca.billing.testing.Fixtures.NOW;
import static net.catraca.billing.testing.Fixtures.SAO_PAULO;
import static net.catraca.billing.testing.Fixtures.TODAY;
import static net.catraca.billing.testing.Fixtures.day;
import static net.catraca.billing.testing.Fixtures.noon;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.ReleaseLimits;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.release.ReleaseDecision.Granted;
import net.catraca.billing.release.ReleaseDecision.Later;
import net.catraca.billing.release.ReleaseDecision.Refused;
import net.catraca.billing.release.ReleaseRules.Situation;
import net.catraca.billing.testing.BooksBuilder;
import net.catraca.billing.testing.Fixtures;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Today is Wednesday, 16 September 2026, noon. The policy's limits are {@link Fixtures#RELEASE_LIMITS}. */
class ReleaseRulesTest {

    private static final ReleaseRules RULES = new ReleaseRules(RunCalendar.careful(BankingCalendar.NATIONAL));
    private static final Requester NOC = Requester.operator(0);

    private final BooksBuilder books = blockedFor(40);
    private final List<Release> ledger = new ArrayList<>();
    private final List<DebtRelief> otherRelief = new ArrayList<>();
    private TrustUnlockPermission permission = TrustUnlockPermission.INHERIT;

    @Test
    void trustUnlockLastsItsDaysAndThenUntilARunMayTighten() {
        // Three days from Wednesday are Saturday; Monday is the next day on which a run may tighten.
        assertThat(trustUnlock(NOW)).isEqualTo(granted("2026-09-21T10:00"));
    }

    @Test
    void trustUnlockOverAHolidayAndItsEveEndsAfterThem() {
        // Three days from Tuesday, 6 October, are Friday; 12 October, a Monday, is a holiday.
        assertThat(trustUnlock(noon("2026-10-06"))).isEqualTo(granted("2026-10-13T10:00"));
    }

    @Test
    void trustUnlockMayBeShorterThanThePolicyGives() {
        assertThat(ask(ReleaseKind.TRUST_UNLOCK, noon("2026-09-17"), Requester.SUBSCRIBER, NOW))
                .as("not before the end that was wanted, which is after 10:00")
                .isEqualTo(granted("2026-09-21T10:00"));
        assertThat(ask(ReleaseKind.TRUST_UNLOCK, instant("2026-09-17T09:00"), Requester.SUBSCRIBER, NOW))
                .isEqualTo(granted("2026-09-17T10:00"));
        assertThat(ask(ReleaseKind.TRUST_UNLOCK, noon("2026-09-20"), Requester.SUBSCRIBER, NOW))
                .isEqualTo(new Refused(ReleaseLimit.TRUST_UNLOCK_DAYS, 3, 4, null));
    }

    @Test
    void nextTrustUnlockIsPossibleOnTheDayWhenTheIntervalEnds() {
        books.policy(policy(limits(10, 60, false, 40)));
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-08", "2026-09-14");
        assertThat(trustUnlock(NOW))
                .isEqualTo(new Refused(ReleaseLimit.TRUST_UNLOCK_INTERVAL, 10, 8, instant("2026-09-18T00:00")));
        assertThat(trustUnlock(instant("2026-09-17T23:59:59"))).isInstanceOf(Refused.class);
        assertThat(trustUnlock(instant("2026-09-18T00:00"))).isInstanceOf(Granted.class);
    }

    @Test
    void anIntervalThatEndsWhenTheDebtIsTooOldGivesNoDate() {
        // Blocked 40 days late; in 25 days it is above 60.
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-11", "2026-09-14");
        assertThat(trustUnlock(NOW))
                .isEqualTo(new Refused(
                        ReleaseLimit.TRUST_UNLOCK_INTERVAL,
                        30,
                        5,
                        null,
                        new Later(ReleaseLimit.TRUST_UNLOCK_DEBT_AGE, 60, 65, instant("2026-10-11T00:00"))));
    }

    @Test
    void aTrustUnlockEndedEarlyIsUsedAllTheSame() {
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-15", "2026-09-21");
        end(0, NOW.minusSeconds(60));
        assertThat(limit(trustUnlock(NOW))).isEqualTo(ReleaseLimit.TRUST_UNLOCK_INTERVAL);
    }

    @Test
    void aPermittedUserLiftsTheIntervalButNoOtherLimit() {
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-08", "2026-09-14");
        assertThat(ask(ReleaseKind.TRUST_UNLOCK, null, NOC.liftingInterval(), NOW))
                .isInstanceOf(Granted.class);
        had(ReleaseKind.TRUST_UNLOCK, "2026-08-18", "2026-08-25");
        assertThat(limit(ask(ReleaseKind.TRUST_UNLOCK, null, NOC.liftingInterval(), NOW)))
                .isEqualTo(ReleaseLimit.RELEASED_DAYS_PER_DEBT);
    }

    @Test
    void theIntervalIsLiftedOnceADebt() {
        books.policy(policy(limits(30, 90, false, 60)));
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-08", "2026-09-10");
        var lifting = NOC.liftingInterval();
        assertThat(((Granted) ask(ReleaseKind.TRUST_UNLOCK, null, lifting, NOW)).liftsInterval())
                .isTrue();
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-11", "2026-09-14", true);
        assertThat(ask(ReleaseKind.TRUST_UNLOCK, null, lifting, NOW))
                .isEqualTo(new Refused(ReleaseLimit.TRUST_UNLOCK_INTERVAL_LIFTED, 1, 2, instant("2026-10-11T00:00")));
        assertThat(((Granted) ask(ReleaseKind.TRUST_UNLOCK, null, lifting, instant("2026-10-11T00:00")))
                        .liftsInterval())
                .as("nothing to lift by then")
                .isFalse();
    }

    @Test
    void aLiftOfAnEarlierDebtIsNotCounted() {
        had(ReleaseKind.TRUST_UNLOCK, "2026-07-20", "2026-07-23", true);
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-08", "2026-09-10");
        assertThat(ask(ReleaseKind.TRUST_UNLOCK, null, NOC.liftingInterval(), NOW))
                .isInstanceOf(Granted.class);
    }

    @Test
    void aPolicyMayLetNobodyLiftTheInterval() {
        books.policy(policy(new ReleaseLimits(100, 7, 30, 3, 30, 90, false, 3, 30, false, 60, 20)));
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-08", "2026-09-10");
        assertThat(ask(ReleaseKind.TRUST_UNLOCK, null, NOC.liftingInterval(), NOW))
                .isEqualTo(new Refused(
                        ReleaseLimit.TRUST_UNLOCK_INTERVAL_LIFT_NOT_OFFERED, 0, 0, instant("2026-10-08T00:00")));
        assertThat(limit(ask(ReleaseKind.TEMPORARY, null, NOC.liftingInterval(), NOW)))
                .isEqualTo(ReleaseLimit.NO_INTERVAL_TO_LIFT);
    }

    /** Three days every 30 for the blocked, two every 10 for the reduced; the last unlock began eight days ago. */
    @ParameterizedTest
    @CsvSource({
        "40, BLOCKED, 2026-10-08T00:00",
        "40, REDUCED, ",
        "20, BLOCKED, ",
        "20, REDUCED, 2026-09-18T00:00",
        "40, , 2026-10-08T00:00", // an entry that did not note it counts to both
        "20, , 2026-09-18T00:00",
    })
    void theReducedHaveAQuotaOfTheirOwn(
            int daysLate, @Nullable AccessLevel lastFrom, @Nullable LocalDateTime nextUnlock) {
        var contract = blockedFor(daysLate)
                .policy(policy(new ReleaseLimits(100, 7, 30, 3, 30, 90, true, 2, 10, true, 60, 20)));
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-08", "2026-09-10", lastFrom, false);
        if (nextUnlock == null) {
            assertThat(trustUnlock(contract, NOW)).isInstanceOf(Granted.class);
        } else {
            assertThat(trustUnlock(contract, NOW)).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.limit()).isEqualTo(ReleaseLimit.TRUST_UNLOCK_INTERVAL);
                assertThat(refused.possibleFrom())
                        .isEqualTo(nextUnlock.atZone(SAO_PAULO).toInstant());
            });
        }
    }

    @Test
    void theReducedGetTheirOwnDays() {
        var limits = new ReleaseLimits(100, 7, 30, 6, 30, 90, true, 1, 10, true, 60, 20);
        assertThat(((Granted) trustUnlock(blockedFor(20).policy(policy(limits)), NOW)).until())
                .isEqualTo(instant("2026-09-17T10:00"));
        assertThat(((Granted) trustUnlock(blockedFor(40).policy(policy(limits)), NOW)).until())
                .isEqualTo(instant("2026-09-22T10:00"));
    }

    @Test
    void noTrustUnlockWhenTheDebtIsOlderThanAllowed() {
        assertThat(trustUnlock(blockedFor(60), NOW)).isInstanceOf(Granted.class);
        assertThat(trustUnlock(blockedFor(61), NOW))
                .isEqualTo(new Refused(ReleaseLimit.TRUST_UNLOCK_DEBT_AGE, 60, 61, null));
    }

    @Test
    void reducedSpeedNeedsItsOwnPermission() {
        assertThat(limit(trustUnlock(blockedFor(20), NOW))).isEqualTo(ReleaseLimit.TRUST_UNLOCK_WHEN_REDUCED);
        permission = TrustUnlockPermission.ALLOW;
        assertThat(trustUnlock(blockedFor(20), NOW)).isInstanceOf(Granted.class);
        permission = TrustUnlockPermission.INHERIT;
        var permitted = blockedFor(20).policy(policy(limits(30, 60, true, 15)));
        assertThat(trustUnlock(permitted, NOW)).isInstanceOf(Granted.class);
    }

    @Test
    void aContractMayBeDeniedOrAlwaysAllowed() {
        permission = TrustUnlockPermission.DENY;
        assertThat(limit(trustUnlock(NOW))).isEqualTo(ReleaseLimit.TRUST_UNLOCK_DENIED);
        var notOffered = blockedFor(40).policy(policy(new ReleaseLimits(100, 7, 30, 0, 30, 60, false, 15, 20)));
        permission = TrustUnlockPermission.INHERIT;
        assertThat(limit(trustUnlock(notOffered, NOW))).isEqualTo(ReleaseLimit.TRUST_UNLOCK_NOT_OFFERED);
        permission = TrustUnlockPermission.ALLOW;
        assertThat(trustUnlock(notOffered, NOW)).as("a day").isEqualTo(granted("2026-09-17T10:00"));
    }

    @Test
    void trustUnlockIsNotUsedUpWhereNothingIsRestricted() {
        assertThat(limit(trustUnlock(overdue(40), NOW))).isEqualTo(ReleaseLimit.TRUST_UNLOCK_NOT_NEEDED);
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-15", "2026-09-21");
        assertThat(trustUnlock(NOW))
                .isEqualTo(new Refused(
                        ReleaseLimit.RELEASED_ALREADY,
                        0,
                        0,
                        null,
                        new Later(ReleaseLimit.TRUST_UNLOCK_DEBT_AGE, 60, 69, instant("2026-10-15T00:00"))));
    }

    @Test
    void aSecondTrustUnlockWhileTheFirstRunsTellsWhenTheNextIsPossible() {
        var young = blockedFor(31);
        young.policy(policy(limits(8, 90, false, 60)));
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-15", "2026-09-21");
        assertThat(trustUnlock(young, NOW))
                .isEqualTo(new Refused(
                        ReleaseLimit.RELEASED_ALREADY,
                        0,
                        0,
                        instant("2026-09-23T00:00"),
                        new Later(ReleaseLimit.TRUST_UNLOCK_INTERVAL, 8, 6, instant("2026-09-21T10:00"))));
    }

    /**
     * Under a running trust unlock since yesterday, which ends on Monday, 21 September, at 10:00; the debt is 30 days
     * late (day 0 was a Monday) and had no other release. In each line: interval, most days late, days a debt; the date or, without one,
     * what makes waiting useless.
     */
    @ParameterizedTest
    @CsvSource({
        // The release's own end is past the interval.
        "  5, 90, 60, 2026-09-21T10:00, ",
        "  6, 90, 60, 2026-09-21T10:00, ",
        "  7, 90, 60, 2026-09-22T00:00, TRUST_UNLOCK_INTERVAL",
        " 30, 90, 60, 2026-10-15T00:00, TRUST_UNLOCK_INTERVAL",
        " 30, 59, 60, 2026-10-15T00:00, TRUST_UNLOCK_INTERVAL", // 59 days late on that day
        " 30, 58, 60, , TRUST_UNLOCK_DEBT_AGE",
        " 30, 90,  9, 2026-10-15T00:00, TRUST_UNLOCK_INTERVAL", // six days of the first and three more
        " 30, 90,  8, , RELEASED_DAYS_PER_DEBT",
        "  5, 90,  8, , RELEASED_DAYS_PER_DEBT",
        "  5, 34, 60, , TRUST_UNLOCK_DEBT_AGE",
    })
    void theDateOfARefusalIsThatOfTheLastLimitAndTheWishIsGrantedThenAndNotBefore(
            int interval,
            int maxDebtDays,
            int daysPerDebt,
            @Nullable LocalDateTime date,
            @Nullable ReleaseLimit deciding) {
        var contract = blockedFor(31).policy(policy(limits(interval, maxDebtDays, false, daysPerDebt)));
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-15", "2026-09-21");

        var refused = (Refused) trustUnlock(contract, NOW);

        assertThat(refused.limit()).isEqualTo(ReleaseLimit.RELEASED_ALREADY);
        assertThat(refused.later() == null ? null : refused.later().limit()).isEqualTo(deciding);
        if (date == null) {
            assertThat(refused.possibleFrom()).isNull();
        } else {
            var from = date.atZone(SAO_PAULO).toInstant();
            assertThat(refused.possibleFrom()).isEqualTo(from);
            assertThat(trustUnlock(contract, from.minusSeconds(1))).isInstanceOf(Refused.class);
            assertThat(trustUnlock(contract, from)).isInstanceOf(Granted.class);
        }
    }

    @Test
    void aChainOfReleasesIsWaitedForToItsEnd() {
        var young = blockedFor(31).policy(policy(limits(2, 90, false, 60)));
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-14", "2026-09-17");
        had(ReleaseKind.TEMPORARY, "2026-09-15", "2026-09-22");
        assertThat(trustUnlock(young, NOW))
                .isEqualTo(new Refused(ReleaseLimit.RELEASED_ALREADY, 0, 0, instant("2026-09-22T10:00")));
    }

    @Test
    void whoIsPausedIsToldWhenTheDebtCanBeReleasedAgain() {
        var paused = blockedFor(40).pause(TODAY, day("2026-09-20"));
        assertThat(manual(paused))
                .isEqualTo(new Refused(ReleaseLimit.CONTRACT_PAUSED, 0, 0, instant("2026-09-21T00:00")));
        // After a pause a contract is active until a run: nothing for a trust unlock.
        assertThat(trustUnlock(paused, NOW))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.possibleFrom())
                        .isNull());
    }

    @Test
    void temporaryReleaseGrantsTheDaysThatAreAskedForUpToThePolicys() {
        assertThat(temporary(null)).as("seven days, Wednesday").isEqualTo(granted("2026-09-23T10:00"));
        assertThat(temporary(instant("2026-09-22T08:00"))).isEqualTo(granted("2026-09-22T10:00"));
        assertThat(temporary(instant("2026-09-24T08:00")))
                .isEqualTo(new Refused(ReleaseLimit.TEMPORARY_RELEASE_DAYS, 7, 8, null));
        assertThat(limit(temporary(NOW))).isEqualTo(ReleaseLimit.UNTIL_HAS_PASSED);
    }

    @Test
    void temporaryReleasesKeepTheirInterval() {
        books.policy(policy(new ReleaseLimits(100, 7, 9, 3, 30, 60, false, 60, 20)));
        had(ReleaseKind.TEMPORARY, "2026-09-08", "2026-09-14");
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-14", "2026-09-15");
        assertThat(temporary(null))
                .as("counted from the last temporary one")
                .isEqualTo(new Refused(ReleaseLimit.TEMPORARY_RELEASE_INTERVAL, 9, 8, instant("2026-09-17T00:00")));
    }

    @Test
    void temporaryReleaseProlongsATrustUnlockButDoesNotShortenIt() {
        had(ReleaseKind.TRUST_UNLOCK, "2026-09-15", "2026-09-21");
        assertThat(limit(temporary(instant("2026-09-18T08:00")))).isEqualTo(ReleaseLimit.RELEASED_ALREADY);
        assertThat(temporary(instant("2026-09-22T08:00")))
                .isEqualTo(new Granted(
                        instant("2026-09-22T10:00"), AccessLevel.ACTIVE, day("2026-08-07"), AccessLevel.ACTIVE, false));
    }

    @Test
    void noReleaseOfAManualBlock() {
        books.manualBlock(NOW.minusSeconds(60));
        assertThat(limit(temporary(null))).isEqualTo(ReleaseLimit.CONTRACT_BLOCKED_MANUALLY);
        assertThat(limit(trustUnlock(NOW))).isEqualTo(ReleaseLimit.CONTRACT_BLOCKED_MANUALLY);
        assertThat(limit(manual(NOC))).isEqualTo(ReleaseLimit.CONTRACT_BLOCKED_MANUALLY);
    }

    @Test
    void whereNothingWouldChangeNothingIsGranted() {
        assertThat(limit(manual(blockedFor(40).status(ContractStatus.CANCELLED, TODAY))))
                .isEqualTo(ReleaseLimit.CONTRACT_CANCELLED);
        assertThat(limit(manual(blockedFor(40).status(ContractStatus.AWAITING_ACTIVATION, TODAY))))
                .isEqualTo(ReleaseLimit.CONTRACT_AWAITING_ACTIVATION);
        assertThat(limit(manual(blockedFor(40).pause(TODAY, null)))).isEqualTo(ReleaseLimit.CONTRACT_PAUSED);
        assertThat(limit(manual(blockedFor(40).exemption(TODAY, null)))).isEqualTo(ReleaseLimit.NOTHING_TO_RELEASE);
        assertThat(limit(manual(new BooksBuilder()))).isEqualTo(ReleaseLimit.NOTHING_TO_RELEASE);
        assertThat(manual(overdue(40))).as("late, and a run may be near").isInstanceOf(Granted.class);
    }

    @Test
    void manualReleaseHasNoEndAndNeedsAReason() {
        assertThat(manual(NOC))
                .isEqualTo(new Granted(null, AccessLevel.ACTIVE, day("2026-08-07"), AccessLevel.BLOCKED, false));
        var withoutReason = new ReleaseRequest(1, ReleaseKind.MANUAL, "  ", null);
        assertThat(limit(RULES.decide(withoutReason, NOC, situation(books, NOW), NOW)))
                .isEqualTo(ReleaseLimit.REASON_MISSING);
        assertThat(limit(ask(ReleaseKind.MANUAL, noon("2026-09-30"), NOC, NOW)))
                .isEqualTo(ReleaseLimit.MANUAL_RELEASE_UNTIL);
        had(ReleaseKind.MANUAL, "2026-09-15", null);
        assertThat(manual(NOC)).isEqualTo(new Refused(ReleaseLimit.RELEASED_ALREADY, 0, 0, null));
    }

    @Test
    void manualReleaseIsGrantedHoweverManyThereWere() {
        for (int i = 10; i < 15; i++) {
            had(ReleaseKind.MANUAL, "2026-09-" + i, "2026-09-" + (i + 1));
        }
        assertThat(manual(NOC)).isInstanceOf(Granted.class);
    }

    @Test
    void anOperatorsDailyCeilingIsLiftedByASecondPersonOrTheNextDay() {
        assertThat(manual(Requester.operator(19))).isInstanceOf(Granted.class);
        assertThat(manual(Requester.operator(20)))
                .isEqualTo(new Refused(ReleaseLimit.MANUAL_RELEASES_PER_DAY, 20, 21, instant("2026-09-17T00:00")));
        assertThat(manual(Requester.operator(20).withSecondPerson())).isInstanceOf(Granted.class);
    }

    @Test
    void aSubscriberMayOnlyUnlockOnTrust() {
        assertThat(limit(ask(ReleaseKind.TEMPORARY, null, Requester.SUBSCRIBER, NOW)))
                .isEqualTo(ReleaseLimit.NOT_FOR_SUBSCRIBERS);
        assertThat(limit(ask(ReleaseKind.MANUAL, null, Requester.SUBSCRIBER, NOW)))
                .isEqualTo(ReleaseLimit.NOT_FOR_SUBSCRIBERS);
        assertThat(limit(ask(ReleaseKind.INCIDENT, null, NOC, NOW))).isEqualTo(ReleaseLimit.INCIDENT_RELEASE);
    }

    @Test
    void chainedReleasesAddUpForOneDebt() {
        had(ReleaseKind.TEMPORARY, "2026-08-10", "2026-08-17");
        had(ReleaseKind.MANUAL, "2026-08-20", "2026-08-25");
        assertThat(trustUnlock(NOW)).as("7 + 5 + 3 of 15 days").isInstanceOf(Granted.class);
        had(ReleaseKind.TRUST_UNLOCK, "2026-08-17", "2026-08-18");
        assertThat(trustUnlock(NOW)).isEqualTo(new Refused(ReleaseLimit.RELEASED_DAYS_PER_DEBT, 15, 16, null));
    }

    @Test
    void releasesOfAnEarlierDebtAndOfIncidentsDoNotCount() {
        had(ReleaseKind.TEMPORARY, "2026-07-01", "2026-07-30");
        had(ReleaseKind.INCIDENT, "2026-08-20", "2026-09-10");
        assertThat(trustUnlock(NOW)).isInstanceOf(Granted.class);
    }

    /** The debt is owed since 7 August; three days are wanted of the fifteen that one debt gets. */
    @ParameterizedTest
    @CsvSource({
        "POSTPONED,    2026-08-10, 2026-08-22, true",
        "POSTPONED,    2026-08-10, 2026-08-23, false",
        "PAID_BY_HAND, 2026-08-10, 2026-08-22, true",
        "PAID_BY_HAND, 2026-08-10, 2026-08-23, false",
        "PAID_BY_HAND, 2026-07-01, 2026-07-31, true", // of an earlier debt
    })
    void whatElseLetTheDebtThroughCountsToItsDays(
            DebtRelief.Kind kind, LocalDate first, LocalDate until, boolean granted) {
        otherRelief.add(new DebtRelief(kind, first, until));
        if (granted) {
            assertThat(trustUnlock(NOW)).isInstanceOf(Granted.class);
        } else {
            assertThat(trustUnlock(NOW)).isEqualTo(new Refused(ReleaseLimit.RELEASED_DAYS_PER_DEBT, 15, 16, null));
        }
    }

    /** Due on Friday, 7 August, fifteen days a debt, today 16 September: late, so the days count from today. */
    @ParameterizedTest
    @CsvSource({"2026-10-01, ", "2026-10-02, 16", "2026-12-31, 106"})
    void postponingIsNoWayAroundTheDaysOfADebt(LocalDate to, @Nullable Integer found) {
        var open = Objects.requireNonNull(books.standing().owed().getFirst().receivable());
        var relief = RULES.postponed(open, to, TODAY);
        assertThat(relief).isEqualTo(new DebtRelief(DebtRelief.Kind.POSTPONED, TODAY, to));
        assertThat(RULES.refusesPostponing(open, relief, situation(books, NOW), NOW))
                .isEqualTo(found == null ? null : new Refused(ReleaseLimit.RELEASED_DAYS_PER_DEBT, 15, found, null));
    }

    @Test
    void postponingWhatIsNotDueCountsFromItsDueDay() {
        var open = BooksBuilder.receivable(7, ReceivableKind.ONE_OFF, TODAY, day("2026-09-20"))
                .build();
        assertThat(RULES.postponed(open, day("2026-09-25"), TODAY))
                .isEqualTo(new DebtRelief(DebtRelief.Kind.POSTPONED, day("2026-09-20"), day("2026-09-25")));
        assertThat(RULES.postponed(open, day("2026-09-20"), TODAY)).isNull();
    }

    /** To today, or to a day that is late still: else a debt that is postponed each day would never grow old. */
    @ParameterizedTest
    @ValueSource(strings = {"2026-09-16", "2026-09-10"})
    void postponingWhatIsLateUsesUpADayHoweverLittleItIsMoved(LocalDate to) {
        var open = Objects.requireNonNull(books.standing().owed().getFirst().receivable());
        assertThat(RULES.postponed(open, to, TODAY))
                .isEqualTo(new DebtRelief(DebtRelief.Kind.POSTPONED, TODAY, TODAY.plusDays(1)));
    }

    @Test
    void postponingDoesNotMakeANewDebt() {
        var postponed = new BooksBuilder()
                .recurring(1, "2026-07-08", "2026-07-01", "2026-07-31")
                .postpone(1, "2026-08-07");
        postponed.run(noon("2026-09-07"));
        had(ReleaseKind.TEMPORARY, "2026-07-10", "2026-07-24");
        assertThat(limit(trustUnlock(postponed, NOW))).isEqualTo(ReleaseLimit.RELEASED_DAYS_PER_DEBT);
    }

    @Test
    void aPaymentEnteredByHandAndReversedDoesNotMakeANewDebt() {
        had(ReleaseKind.TEMPORARY, "2026-08-10", "2026-08-24");
        books.settle(1);
        books.write(noon("2026-09-14"));
        books.reverse(1);
        books.run(noon("2026-09-15"));
        assertThat(limit(trustUnlock(NOW))).isEqualTo(ReleaseLimit.RELEASED_DAYS_PER_DEBT);
    }

    @Test
    void aReleaseAtReducedSpeedIsNoReliefForTheReduced() {
        var version = Fixtures.RESIDENTIAL_V1;
        var atReducedSpeed = Fixtures.policy(new AccessPolicyVersion(
                1,
                version.effectiveFrom(),
                version.regular(),
                version.renegotiated(),
                version.prepaidTightening(),
                version.blockedAs(),
                0,
                AccessLevel.REDUCED,
                version.limits()));
        assertThat(trustUnlock(blockedFor(40).policy(atReducedSpeed), NOW))
                .isEqualTo(new Granted(
                        instant("2026-09-21T10:00"),
                        AccessLevel.REDUCED,
                        day("2026-08-07"),
                        AccessLevel.BLOCKED,
                        false));
        assertThat(limit(manual(blockedFor(20).policy(atReducedSpeed)))).isEqualTo(ReleaseLimit.NOTHING_TO_RELEASE);
    }

    private static BooksBuilder overdue(int daysLate) {
        var due = TODAY.minusDays(daysLate);
        return new BooksBuilder()
                .receivable(BooksBuilder.receivable(1, ReceivableKind.RECURRING, due.minusDays(10), due)
                        .covering(due.withDayOfMonth(1), due.withDayOfMonth(28)));
    }

    /** By a run of today, under the policy of {@link Fixtures}; 30 days and more are blocked, 15 and more reduced. */
    private static BooksBuilder blockedFor(int daysLate) {
        var books = overdue(daysLate);
        books.run(NOW.minusSeconds(3600));
        return books;
    }

    private static ReleaseLimits limits(int trustInterval, int maxDebtDays, boolean whenReduced, int daysPerDebt) {
        return new ReleaseLimits(100, 7, 30, 3, trustInterval, maxDebtDays, whenReduced, daysPerDebt, 20);
    }

    private static AccessPolicy policy(ReleaseLimits limits) {
        var version = Fixtures.RESIDENTIAL_V1;
        return Fixtures.policy(new AccessPolicyVersion(
                1,
                version.effectiveFrom(),
                version.regular(),
                version.renegotiated(),
                version.prepaidTightening(),
                version.blockedAs(),
                version.awaitingActiveDays(),
                version.releaseLevel(),
                limits));
    }

    /** From 09:00 of the one day to 10:00 of the other. */
    private void had(ReleaseKind kind, String from, @Nullable String until) {
        had(kind, from, until, false);
    }

    private void had(ReleaseKind kind, String from, @Nullable String until, boolean lifted) {
        had(kind, from, until, null, lifted);
    }

    private void had(
            ReleaseKind kind, String from, @Nullable String until, @Nullable AccessLevel fromLevel, boolean lifted) {
        var start = instant(from + "T09:00");
        var end = until == null ? null : instant(until + "T10:00");
        ledger.add(new Release(
                ledger.size() + 1,
                1,
                1,
                kind,
                AccessLevel.ACTIVE,
                "asked",
                "noc",
                start,
                start,
                end,
                null,
                fromLevel,
                lifted,
                null,
                null));
    }

    private void end(int index, Instant at) {
        var entry = ledger.get(index);
        ledger.set(
                index,
                new Release(
                        entry.id(),
                        2,
                        1,
                        entry.kind(),
                        entry.level(),
                        entry.reason(),
                        entry.grantedBy(),
                        entry.grantedAt(),
                        entry.startsAt(),
                        entry.until(),
                        entry.debtDueOn(),
                        entry.fromLevel(),
                        entry.liftedInterval(),
                        entry.secondedBy(),
                        new Release.End(at, "noc", "mistake")));
    }

    private ReleaseDecision trustUnlock(Instant now) {
        return trustUnlock(books, now);
    }

    private ReleaseDecision trustUnlock(BooksBuilder contract, Instant now) {
        return ask(contract, ReleaseKind.TRUST_UNLOCK, null, Requester.SUBSCRIBER, now);
    }

    private ReleaseDecision temporary(@Nullable Instant until) {
        return ask(ReleaseKind.TEMPORARY, until, NOC, NOW);
    }

    private ReleaseDecision manual(Requester operator) {
        return ask(ReleaseKind.MANUAL, null, operator, NOW);
    }

    private ReleaseDecision manual(BooksBuilder contract) {
        return ask(contract, ReleaseKind.MANUAL, null, NOC, NOW);
    }

    private ReleaseDecision ask(ReleaseKind kind, @Nullable Instant until, Requester who, Instant now) {
        return ask(books, kind, until, who, now);
    }

    private ReleaseDecision ask(
            BooksBuilder contract, ReleaseKind kind, @Nullable Instant until, Requester who, Instant now) {
        var request = new ReleaseRequest(1, kind, "customer promised to pay", until);
        return RULES.decide(request, who, situation(contract, now), now);
    }

    private Situation situation(BooksBuilder contract, Instant now) {
        contract.releases(ledger);
        return new Situation(contract.write(now), permission, contract.standing(), ledger, otherRelief);
    }

    private static Granted granted(String until) {
        return new Granted(instant(until), AccessLevel.ACTIVE, day("2026-08-07"), AccessLevel.BLOCKED, false);
    }

    private static ReleaseLimit limit(ReleaseDecision decision) {
        assertThat(decision).isInstanceOf(Refused.class);
        return ((Refused) decision).limit();
    }

    private static Instant instant(String local) {
        return LocalDateTime.parse(local).atZone(SAO_PAULO).toInstant();
    }
}
