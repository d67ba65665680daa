package net.catraca.billing.access;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.access.AccessLevel.REDUCED;
import static net.catraca.billing.testing.Fixtures.NOW;
import static net.catraca.billing.testing.Fixtures.SAO_PAULO;
import static net.catraca.billing.testing.Fixtures.TODAY;
import static net.catraca.billing.testing.Fixtures.blockedContract;
import static net.catraca.billing.testing.Fixtures.contract;
import static net.catraca.billing.testing.Fixtures.day;
import static net.catraca.billing.testing.Fixtures.lapsedContract;
import static net.catraca.billing.testing.Fixtures.noon;
import static net.catraca.billing.testing.Fixtures.overdueContract;
import static net.catraca.billing.testing.Fixtures.reducedContract;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.access.RunDecision.Leave;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.testing.BooksBuilder;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SnapshotBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The rule at the heart, sentence by sentence: money tightens only through a run, relief is immediate. Boundary days
 * are in {@code decisions.txt}. The policy warns from 3 days late, reduces from 15, blocks from 30.
 */
class RuleAtTheHeartTest {

    @Nested
    class Rule1DecideIsPure {

        @Test
        void itAnswersWithLevelReasonRulePolicyVersionAndNextChange() {
            var decision =
                    AccessPolicy.decide(contract().lateSince("2026-09-01").build(), NOW);
            assertThat(decision)
                    .isEqualTo(new AccessDecision(
                            REDUCED,
                            Rule.REDUCE_THRESHOLD,
                            new Reason.Late(day("2026-09-01"), 15, 15, false, false),
                            1,
                            local("2026-10-01T00:00")));
        }

        @Test
        void anEarlierInstantReplaysWhatTheseFactsGaveThen() {
            var facts = blockedContract().build();
            AccessPolicy.decide(facts, NOW);
            assertThat(AccessPolicy.decide(facts, noon("2026-08-10")).rule()).isEqualTo(Rule.WARN_THRESHOLD);
            assertThat(AccessPolicy.decide(facts, noon("2026-08-30")).rule()).isEqualTo(Rule.REDUCE_THRESHOLD);
        }

        @Test
        void reasonsAreFacts() {
            assertThat(why(Fixtures.cancelledContract())).isEqualTo(new Reason.Cancelled(day("2026-09-01")));
            assertThat(why(Fixtures.awaitingContract())).isEqualTo(new Reason.AwaitingActivation(null));
            assertThat(why(Fixtures.manuallyBlockedContract()))
                    .isEqualTo(new Reason.ManuallyBlocked(noon("2026-09-10")));
            assertThat(why(Fixtures.pausedContract()))
                    .isEqualTo(new Reason.Paused(day("2026-09-10"), day("2026-09-30")));
            assertThat(why(contract().pause("2026-09-10", null))).isEqualTo(new Reason.Paused(day("2026-09-10"), null));
            assertThat(why(Fixtures.exemptContract())).isEqualTo(new Reason.Exempt(day("2026-01-01"), null));
            var until = noon("2026-09-18");
            assertThat(why(blockedContract().trustUnlock(NOW, until)))
                    .isEqualTo(new Reason.Released(ReleaseKind.TRUST_UNLOCK, NOW, until));
            assertThat(why(blockedContract().manualRelease(NOW)))
                    .isEqualTo(new Reason.Released(ReleaseKind.MANUAL, NOW, null));
            assertThat(why(contract().paidUntil("2026-09-30"))).isEqualTo(new Reason.InGoodStanding(day("2026-09-30")));
            assertThat(why(contract())).isEqualTo(new Reason.InGoodStanding(null));
        }

        @Test
        void whereBothDebtsAskForTheSameTheRegularOneIsTheReason() {
            assertThat(why(contract().renegotiatedLateSince("2026-09-01").lateSince("2026-08-10")))
                    .isEqualTo(new Reason.Late(day("2026-08-10"), 37, 30, false, false));
        }

        @Test
        void aReasonForBeingLateTellsWhichCountDecided() {
            assertThat(why(lapsedContract("2026-08-31")))
                    .isEqualTo(new Reason.Late(day("2026-08-31"), 16, 15, false, true));
            assertThat(why(contract().renegotiatedLateSince("2026-09-06").lateSince("2026-09-01")))
                    .isEqualTo(new Reason.Late(day("2026-09-06"), 10, 10, true, false));
            assertThat(why(overdueContract().doNotBlockUntil("2026-09-20")))
                    .isEqualTo(new Reason.Protected(
                            Rule.DO_NOT_BLOCK_UNTIL,
                            day("2026-09-20"),
                            BLOCKED,
                            new Reason.Late(TODAY.minusDays(40), 40, 30, false, false)));
        }
    }

    @Nested
    class Rule2TheFirstWithAnOpinionWins {

        @Test
        void aPolicyMayLetAReleaseGiveReducedSpeedOnly() {
            var contract = blockedContract().release(ReleaseKind.TEMPORARY, REDUCED, NOW, noon("2026-09-18"));
            assertThat(effective(contract, NOW)).isEqualTo(REDUCED);
        }

        @Test
        void warnedTheNetworkSeesNoDifference() {
            var access =
                    AccessPolicy.effective(contract().lateSince("2026-09-10").build(), NOW, NOW);
            assertThat(access.effective().level()).isEqualTo(ACTIVE);
            assertThat(access.effective().rule()).isEqualTo(Rule.WARN_THRESHOLD);
        }

        @Test
        void otherRulesThanMoneyDecideAloneAndAtOnce() {
            assertThat(effective(Fixtures.manuallyBlockedContract(), NOW))
                    .as("blocked, though nothing is committed")
                    .isEqualTo(BLOCKED);
            assertThat(effective(Fixtures.pausedContract(), NOW)).isEqualTo(BLOCKED);
            assertThat(effective(blockedContract().exemption("2026-09-16", null), NOW))
                    .isEqualTo(ACTIVE);
        }

        @Test
        void forMoneyEffectiveIsTheLaxerOfComputedAndCommitted() {
            var access = AccessPolicy.effective(overdueContract().build(), NOW, NOW);
            assertThat(access.computed().level()).isEqualTo(BLOCKED);
            assertThat(access.committed()).isEqualTo(ACTIVE);
            assertThat(access.effective().level()).isEqualTo(ACTIVE);
            assertThat(access.effective().rule()).isEqualTo(Rule.BLOCK_THRESHOLD);
            assertThat(access.effective().why())
                    .isEqualTo(new Reason.AwaitingRun(
                            BLOCKED, ACTIVE, new Reason.Late(TODAY.minusDays(40), 40, 30, false, false)));
        }
    }

    @Nested
    class Rule3ACommitmentNamesTheReceivablesItRestsOn {

        @Test
        void lastWintersBlockNeverComesBackByItself() {
            var books = new BooksBuilder()
                    .recurring(6, "2026-06-10", "2026-06-01", "2026-06-30")
                    .recurring(7, "2026-07-10", "2026-07-01", "2026-07-31");
            books.run(noon("2026-07-15"));
            assertThat(effective(books, "2026-07-15")).isEqualTo(BLOCKED);
            books.settle(6).settle(7);
            assertThat(effective(books, "2026-07-20")).isEqualTo(ACTIVE);

            books.recurring(9, "2026-09-10", "2026-09-01", "2026-09-30");
            books.write(noon("2026-09-01"));
            assertThat(effective(books, "2026-12-16"))
                    .as("97 days late again, and no run since")
                    .isEqualTo(ACTIVE);
            books.reverse(6);
            assertThat(effective(books, "2026-12-17"))
                    .as("even the debt of that winter does not bring it back")
                    .isEqualTo(ACTIVE);
        }

        @Test
        void theLevelIsRecomputedFromTheReceivablesLeftAndOnlyFalls() {
            var books = blockedBooks();
            books.settle(1);
            assertThat(effective(books, "2026-09-16")).isEqualTo(REDUCED);
            assertThat(books.restsOn()).isEqualTo(Set.of(2L));
            assertThat(effective(books, "2026-10-16"))
                    .as("50 days late now, but only a run raises")
                    .isEqualTo(REDUCED);
        }

        @Test
        void onlyARunAddsWhatBecameDueSince() {
            var books = blockedBooks();
            books.recurring(3, "2026-09-28", "2026-09-01", "2026-09-30")
                    .settle(1)
                    .settle(2);
            assertThat(effective(books, "2026-10-29")).isEqualTo(ACTIVE);
            books.run(noon("2026-10-29"));
            assertThat(effective(books, "2026-10-29")).isEqualTo(BLOCKED);
            assertThat(books.restsOn()).isEqualTo(Set.of(3L));
        }

        @Test
        void whatTheGuardsDidNotLetPassJustifiesNothing() {
            var books = new BooksBuilder()
                    .recurring(1, "2026-08-07", "2026-07-01", "2026-07-31")
                    .recurring(2, "2026-08-27", "2026-08-01", "2026-08-31");
            var facts = books.write(NOW);
            var decided = (Tighten) AccessPolicy.decideForRun(facts, NOW, NOW);
            assertThat(decided.decision().level()).isEqualTo(BLOCKED);
            var passed = books.standing().restrictedTo(Set.of(2L));
            var commitment = Commitment.fixedBy(decided, facts, passed, NOW);
            assertThat(commitment)
                    .as("the younger receivable by itself is 20 days late")
                    .isEqualTo(new Commitment(REDUCED, NOW, NOW, Set.of(2L), null));
            var nothing = books.standing().restrictedTo(Set.of());
            assertThat(Commitment.fixedBy(decided, facts, nothing, NOW)).isNull();
        }

        @Test
        void aReversedPaymentBringsDaysLateBackAndNeverACommitment() {
            var books = blockedBooks().settle(1).settle(2);
            books.write(noon("2026-09-17"));
            books.reverse(1);
            var facts = books.write(noon("2026-09-18"));
            assertThat(AccessPolicy.daysLate(facts, noon("2026-09-18"))).isEqualTo(42);
            assertThat(AccessPolicy.committedLevel(facts, noon("2026-09-18"))).isEqualTo(ACTIVE);
            books.run(noon("2026-09-21"));
            assertThat(effective(books, "2026-09-21"))
                    .as("the next run decides")
                    .isEqualTo(BLOCKED);
        }

        @Test
        void reactivationDoesNotBringACommitmentBack() {
            var books = blockedBooks().status(ContractStatus.CANCELLED, day("2026-09-17"));
            books.write(noon("2026-09-17"));
            books.status(ContractStatus.ACTIVE, day("2026-09-20"));
            assertThat(effective(books, "2026-09-20")).isEqualTo(ACTIVE);
        }

        @Test
        void doNotBlockUntilEmptiesItForGood() {
            var books = blockedBooks().doNotBlockUntil(day("2026-09-20"));
            assertThat(effective(books, "2026-09-17")).isEqualTo(ACTIVE);
            assertThat(effective(books, "2026-09-21")).isEqualTo(ACTIVE);
        }

        @Test
        void aRunMayReduceWhileBlockingIsForbiddenAndThatStandsAfterwards() {
            var books = blockedBooks().doNotBlockUntil(day("2026-09-20"));
            books.write(noon("2026-09-16"));
            books.run(noon("2026-09-17"));
            assertThat(effective(books, "2026-09-17")).isEqualTo(REDUCED);
            assertThat(effective(books, "2026-09-25")).isEqualTo(REDUCED);
        }

        @Test
        void aProtectionTakenBackDoesNotRaiseWhatItLowered() {
            var books = blockedBooks().restriction(AutomaticRestriction.REDUCE_ONLY, null);
            assertThat(effective(books, "2026-09-17")).isEqualTo(REDUCED);
            books.restriction(AutomaticRestriction.NORMAL, null);
            assertThat(effective(books, "2026-09-18")).isEqualTo(REDUCED);
        }

        @Test
        void aLaxerPlanLowersIt() {
            var books = blockedBooks();
            books.policy(Fixtures.policy(Fixtures.version(1, "2020-01-01", new Thresholds(3, 15, 60, 90))));
            assertThat(effective(books, "2026-09-17")).isEqualTo(REDUCED);
            books.policy(Fixtures.RESIDENTIAL);
            assertThat(effective(books, "2026-09-18"))
                    .as("going back to the stricter plan is no run")
                    .isEqualTo(REDUCED);
        }

        @Test
        void aLaxerVersionOfThePolicyLowersItFromItsFirstDayOnAndNoneOfBeforeRaisesIt() {
            var books = blockedBooks();
            var strict = Fixtures.version(1, "2020-01-01", new Thresholds(3, 15, 30, 90));
            var laxer = Fixtures.version(2, "2026-09-18", new Thresholds(3, 15, 60, 90));
            books.policy(Fixtures.policy(strict, laxer));
            assertThat(effective(books, "2026-09-17")).as("the day before").isEqualTo(BLOCKED);
            assertThat(effective(books, "2026-09-18")).isEqualTo(REDUCED);

            books.policy(
                    Fixtures.policy(strict, laxer, Fixtures.version(3, "2026-09-20", new Thresholds(3, 15, 30, 90))));
            assertThat(effective(books, "2026-09-20"))
                    .as("a stricter version that follows is no run")
                    .isEqualTo(REDUCED);
        }

        @Test
        void aPlanThatIsLaxerButNotForSoOldADebtLeavesIt() {
            var books = blockedBooks();
            books.policy(Fixtures.policy(Fixtures.version(1, "2020-01-01", new Thresholds(3, 15, 41, 90))));
            assertThat(effective(books, "2026-09-17")).as("41 days late").isEqualTo(BLOCKED);
        }
    }

    @Nested
    class Rule4WhatFollowsARelease {

        @Test
        void itsEndReturnsToTheBlockIfTheCommitmentStillStands() {
            var contract = blockedContract().trustUnlock(NOW, noon("2026-09-18"));
            assertThat(effective(contract, noon("2026-09-18").minusSeconds(1))).isEqualTo(ACTIVE);
            assertThat(effective(contract, noon("2026-09-18"))).isEqualTo(BLOCKED);
        }

        @Test
        void itsEndReturnsToNoBlockIfNoneIsCommittedAny() {
            var books = blockedBooks().release(ReleaseKind.TRUST_UNLOCK, NOW, noon("2026-09-18"));
            books.write(NOW);
            books.settle(1).settle(2);
            books.write(noon("2026-09-17"));
            books.reverse(1);
            assertThat(effective(books, "2026-09-18")).isEqualTo(ACTIVE);
        }

        @Test
        void itsEndReturnsToWhatIsLeft() {
            var books = blockedBooks().release(ReleaseKind.TEMPORARY, NOW, noon("2026-09-18"));
            books.settle(1);
            books.write(noon("2026-09-17"));
            assertThat(effective(books, "2026-09-18")).isEqualTo(REDUCED);
        }

        @Test
        void aManualReleaseHoldsUntilALaterRunCommits() {
            var books = blockedBooks().release(ReleaseKind.MANUAL, noon("2026-09-16"), null);
            assertThat(effective(books, "2026-09-20")).isEqualTo(ACTIVE);
            books.run(noon("2026-09-21"));
            assertThat(effective(books, "2026-09-21")).isEqualTo(BLOCKED);
            assertThat(books.build().releases()).allMatch(release -> release.end() != null);
        }

        @Test
        void aRunThatWasPreviewedBeforeAManualReleaseDoesNotEndIt() {
            var preview = noon("2026-09-15");
            var facts = overdueContract().manualRelease(noon("2026-09-16")).build();
            assertThat(AccessPolicy.decideForRun(facts, noon("2026-09-16"), preview))
                    .isInstanceOf(Leave.class);
            assertThat(AccessPolicy.decideForRun(facts, noon("2026-09-17"), noon("2026-09-17")))
                    .isInstanceOf(Tighten.class);
        }

        @Test
        void aPreviewAloneEndsNoRelease() {
            var facts = overdueContract().manualRelease(noon("2026-09-10")).build();
            assertThat(AccessPolicy.decideForRun(facts, NOW, NOW)).isInstanceOf(Tighten.class);
            assertThat(effective(facts, NOW)).isEqualTo(ACTIVE);
        }

        @Test
        void aRunLeavesTheOtherReleasesAlone() {
            for (var kind : Set.of(ReleaseKind.TEMPORARY, ReleaseKind.TRUST_UNLOCK, ReleaseKind.INCIDENT)) {
                var facts = overdueContract()
                        .release(kind, ACTIVE, noon("2026-09-10"), noon("2026-09-30"))
                        .build();
                assertThat(AccessPolicy.decideForRun(facts, NOW, NOW)).isInstanceOf(Leave.class);
            }
        }

        @Test
        void afterAnExemptionAContractIsActiveUntilARun() {
            var books = blockedBooks().exemption(day("2026-09-18"), day("2026-09-20"));
            assertThat(effective(books, "2026-09-17")).isEqualTo(BLOCKED);
            assertThat(effective(books, "2026-09-21")).isEqualTo(ACTIVE);
            books.run(noon("2026-09-21"));
            assertThat(effective(books, "2026-09-21")).isEqualTo(BLOCKED);
        }

        @Test
        void anExemptionThatCameAndWentUnwrittenVoidsTheCommitmentAllTheSame() {
            var books = blockedBooks().exemption(day("2026-09-18"), day("2026-09-20"));
            var facts = books.write(noon("2026-09-17"));
            assertThat(AccessPolicy.committedLevel(facts, noon("2026-09-17"))).isEqualTo(BLOCKED);
            assertThat(effective(facts, noon("2026-09-25")))
                    .as("nobody wrote since, and it is over")
                    .isEqualTo(ACTIVE);
        }

        @Test
        void afterAPauseAContractIsActiveUntilARunAndPausedDaysDoNotCount() {
            var books = blockedBooks().pause(day("2026-09-18"), day("2026-10-17"));
            books.write(noon("2026-09-17"));
            var facts = books.write(noon("2026-10-18"));
            assertThat(effective(facts, noon("2026-10-18"))).isEqualTo(ACTIVE);
            assertThat(AccessPolicy.daysLate(facts, noon("2026-10-18")))
                    .as("72 days since the due day, 30 of them paused")
                    .isEqualTo(42);
        }
    }

    @Nested
    class Rule5OnTimeInsteadOfByRun {

        private static final Thresholds DAY_AFTER = new Thresholds(1, 1, 3, 90);

        @Test
        void theEndOfPaidUntilThenTightensByItself() {
            var contract = lapsedContract("2026-09-15").policy(Fixtures.onTime(DAY_AFTER));
            assertThat(effective(contract, local("2026-09-15T23:59:59"))).isEqualTo(ACTIVE);
            assertThat(effective(contract, local("2026-09-16T00:00"))).isEqualTo(REDUCED);
            assertThat(effective(contract, local("2026-09-18T00:00"))).isEqualTo(BLOCKED);
        }

        @Test
        void byRunIsTheDefaultAndItDoesNot() {
            var contract = lapsedContract("2026-06-15");
            assertThat(effective(contract, NOW)).isEqualTo(ACTIVE);
        }

        @Test
        void afterAPauseOrAnExemptionItIsActiveUntilARunThoughPaidUntilEndedBefore() {
            var contract = lapsedContract("2026-08-31").policy(Fixtures.onTime(DAY_AFTER));
            assertThat(effective(contract, local("2026-09-09T12:00"))).isEqualTo(BLOCKED);
            contract.exemption("2026-09-10", "2026-09-12");
            assertThat(effective(contract, local("2026-09-12T12:00"))).isEqualTo(ACTIVE);
            assertThat(effective(contract, local("2026-09-13T00:00"))).isEqualTo(ACTIVE);
            assertThat(AccessPolicy.decideForRun(contract.build(), NOW, NOW)).isInstanceOf(Tighten.class);
            var paused = lapsedContract("2026-08-31").policy(Fixtures.onTime(DAY_AFTER));
            paused.pause("2026-09-10", "2026-09-12");
            assertThat(effective(paused, local("2026-09-13T00:00"))).isEqualTo(ACTIVE);
            assertThat(AccessPolicy.decideForRun(paused.build(), NOW, NOW)).isInstanceOf(Tighten.class);
        }

        @Test
        void onePausedLongAgoLapsesAsOthersDo() {
            var contract = lapsedContract("2026-09-15")
                    .pause("2026-09-01", "2026-09-14")
                    .policy(Fixtures.onTime(DAY_AFTER));
            assertThat(effective(contract, local("2026-09-16T00:00"))).isEqualTo(REDUCED);
        }

        @Test
        void aDueDateDoesNot() {
            var contract = overdueContract().policy(Fixtures.onTime(DAY_AFTER));
            assertThat(effective(contract, NOW)).isEqualTo(ACTIVE);
        }

        @Test
        void aCommitmentMayBeStricterThanTheLapse() {
            var contract = lapsedContract("2026-09-15")
                    .lateSince("2026-08-01")
                    .policy(Fixtures.onTime(DAY_AFTER))
                    .committed(BLOCKED, noon("2026-09-14"))
                    .committedLateSince("2026-08-01", null);
            assertThat(effective(contract, NOW)).isEqualTo(BLOCKED);
        }

        @Test
        void payingEndsItAtOnce() {
            var books = prepaidBooks().policy(Fixtures.policy(Fixtures.onTime(DAY_AFTER)));
            books.write(noon("2026-08-31"));
            assertThat(effective(books, "2026-09-03")).isEqualTo(BLOCKED);
            assertThat(effective(books.settle(9), "2026-09-03")).isEqualTo(ACTIVE);
        }
    }

    @Nested
    class Rule5WhatAWriteMakesLapse {

        private final Instant noon = noon("2026-09-15");
        private final Thresholds dayAfter = new Thresholds(1, 1, 3, 90);

        @Test
        void waitsForTheNextMidnight() {
            var books = prepaidBooks().policy(Fixtures.policy(Fixtures.onTime(dayAfter)));
            books.settle(9).write(noon);
            var facts = books.reverse(9).write(noon);
            assertThat(effective(facts, noon)).isEqualTo(ACTIVE);
            assertThat(effective(facts, local("2026-09-15T23:59:59"))).isEqualTo(ACTIVE);
            assertThat(effective(facts, local("2026-09-16T00:00"))).isEqualTo(BLOCKED);
            assertThat(AccessPolicy.decide(facts, noon).level()).as("computed").isEqualTo(BLOCKED);
        }

        @Test
        void aNewContractsLapseWaitsToo() {
            var books = prepaidBooks().policy(Fixtures.policy(Fixtures.onTime(dayAfter)));
            assertThat(books.write(noon).heldLapse()).isEqualTo(held("2026-09-16"));
        }

        @Test
        void theMidnightIsAnHourAheadOrMore() {
            for (var line :
                    Map.of("22:59:59", "2026-09-16", "23:00:00", "2026-09-17").entrySet()) {
                var books = prepaidBooks().policy(Fixtures.policy(Fixtures.onTime(dayAfter)));
                var facts = books.write(local("2026-09-15T" + line.getKey()));
                assertThat(facts.heldLapse()).isEqualTo(held(line.getValue()));
            }
        }

        @Test
        void whatLapsesByTheClockIsNotHeld() {
            var books = prepaidBooks().policy(Fixtures.policy(Fixtures.onTime(dayAfter)));
            books.write(local("2026-08-31T12:00"));
            var facts = books.doNotReduceUntil(null).write(local("2026-08-31T23:30"));
            assertThat(facts.heldLapse()).isNull();
            assertThat(effective(facts, local("2026-09-01T00:00"))).isEqualTo(REDUCED);
        }

        @Test
        void aSecondPersonsApprovalLetsItLapseAtOnce() {
            var balance = prepaidBooks()
                    .build()
                    .balance(
                            null,
                            Fixtures.FIBER_500,
                            Fixtures.policy(Fixtures.onTime(dayAfter)),
                            BankingCalendar.NATIONAL,
                            noon,
                            true);
            assertThat(effective(balance.facts(), noon)).isEqualTo(BLOCKED);
        }

        private HeldLapse held(String untilDay) {
            return new HeldLapse((int) day(untilDay).toEpochDay(), ACTIVE);
        }
    }

    @Nested
    class Rule6NothingTightensBlindly {

        private final Instant lapse = local("2026-09-18T10:00");
        private final Instant after = lapse.plus(Duration.ofMinutes(5));

        @Test
        void aReleasesEndWaitsWhileTheDirectoryIsStaleAndThatIsVisible() {
            var facts = blockedContract().trustUnlock(NOW, lapse).build();
            var access = AccessPolicy.effective(facts, after, lapse.minusSeconds(1));
            assertThat(access.effective().level()).isEqualTo(ACTIVE);
            assertThat(access.effective().why()).isInstanceOf(Reason.Released.class);
            assertThat(access.computed().level()).isEqualTo(BLOCKED);
            assertThat(access.held()).isTrue();
            var caughtUp = AccessPolicy.effective(facts, after, lapse);
            assertThat(caughtUp.effective().level()).isEqualTo(BLOCKED);
            assertThat(caughtUp.held()).isFalse();
        }

        @Test
        void aReleaseThatBeganSinceIsNotEndedByTheClockEither() {
            var facts = blockedContract().trustUnlock(NOW, lapse).build();
            assertThat(level(facts, NOW.minusSeconds(1), noon("2026-09-10"))).isEqualTo(BLOCKED);
            assertThat(level(facts, NOW, noon("2026-09-10"))).isEqualTo(ACTIVE);
            var access = AccessPolicy.effective(facts, after, noon("2026-09-10"));
            assertThat(access.effective().level()).isEqualTo(ACTIVE);
            assertThat(access.held()).isTrue();
            assertThat(level(facts, after, after)).isEqualTo(BLOCKED);
        }

        @Test
        void whoWasPausedThenMayNotLapseSince() {
            var facts = lapsedContract("2026-09-15")
                    .pause("2026-09-01", "2026-09-10")
                    .policy(Fixtures.onTime(new Thresholds(1, 1, 3, 90)))
                    .build();
            var whilePaused = noon("2026-09-05");
            assertThat(level(facts, noon("2026-09-11"), whilePaused))
                    .as("a pause's end is relief")
                    .isEqualTo(ACTIVE);
            assertThat(level(facts, noon("2026-09-20"), whilePaused)).isEqualTo(ACTIVE);
            assertThat(level(facts, noon("2026-09-20"), noon("2026-09-20"))).isEqualTo(BLOCKED);
        }

        @Test
        void onTimeExpiryWaitsToo() {
            var facts = lapsedContract("2026-09-15")
                    .policy(Fixtures.onTime(new Thresholds(1, 1, 3, 90)))
                    .build();
            var midnight = local("2026-09-16T00:00");
            assertThat(level(facts, NOW, midnight.minusSeconds(1))).isEqualTo(ACTIVE);
            assertThat(level(facts, NOW, midnight)).isEqualTo(REDUCED);
        }

        @Test
        void soDoesTheFirstDayOfAPause() {
            var facts = contract().pause("2026-09-16", "2026-09-20").build();
            assertThat(level(facts, NOW, noon("2026-09-15"))).isEqualTo(ACTIVE);
            assertThat(level(facts, NOW, noon("2026-09-16"))).isEqualTo(BLOCKED);
        }

        @Test
        void reliefByTheClockDoesNotWait() {
            var facts = contract().pause("2026-09-01", "2026-09-15").build();
            assertThat(level(facts, NOW, noon("2026-09-10"))).isEqualTo(ACTIVE);
        }

        @Test
        void actsOfAPersonHoldHoweverStaleTheDirectoryIs() {
            var longAgo = noon("2026-01-01");
            assertThat(level(Fixtures.manuallyBlockedContract().build(), NOW, longAgo))
                    .isEqualTo(BLOCKED);
            assertThat(level(Fixtures.cancelledContract().build(), NOW, longAgo))
                    .isEqualTo(AccessLevel.REFUSED);
        }

        @Test
        void whatARunHasCommittedGoesOnInAnOutage() {
            assertThat(level(blockedContract().build(), NOW, noon("2026-09-10")))
                    .isEqualTo(BLOCKED);
            assertThat(level(reducedContract().build(), NOW, noon("2026-09-13")))
                    .isEqualTo(REDUCED);
        }

        @Test
        void thePacketPathIsToldACertainTighteningAheadOnly() {
            assertThat(certain(blockedContract().trustUnlock(NOW, lapse))).isEqualTo(lapse);
            assertThat(certain(overdueContract().trustUnlock(NOW, lapse)))
                    .as("nothing is committed, so nothing follows")
                    .isNull();
            assertThat(certain(contract().lateSince("2026-09-10")))
                    .as("a threshold needs a run")
                    .isNull();
            assertThat(certain(blockedContract())).as("there is no stricter").isNull();
            var onTime = Fixtures.onTime(new Thresholds(1, 1, 3, 90));
            assertThat(certain(lapsedContract("2026-09-30").policy(onTime))).isEqualTo(local("2026-10-01T00:00"));
            assertThat(certain(lapsedContract("2026-09-30"))).as("by run").isNull();
            assertThat(certain(contract().pause("2026-09-20", null))).isEqualTo(local("2026-09-20T00:00"));
            assertThat(certain(Fixtures.pausedContract()))
                    .as("its end is relief")
                    .isNull();
            assertThat(certain(blockedContract().manualRelease(NOW)))
                    .as("a run ends it")
                    .isNull();
        }
    }

    @Nested
    class Rule7Policies {

        @Test
        void theVersionOfTheDayDecides() {
            var contract = contract()
                    .lateSince("2026-09-01")
                    .policy(
                            Fixtures.version(1, "2020-01-01"),
                            Fixtures.version(2, "2026-09-20", new Thresholds(1, 2, 3, 9)));
            var before = AccessPolicy.decide(contract.build(), local("2026-09-19T23:59:59"));
            assertThat(before.level()).isEqualTo(REDUCED);
            assertThat(before.policyVersion()).isEqualTo(1);
            assertThat(before.nextChange()).isEqualTo(local("2026-09-20T00:00"));
            var from = AccessPolicy.decide(contract.build(), local("2026-09-20T00:00"));
            assertThat(from.level()).isEqualTo(BLOCKED);
            assertThat(from.policyVersion()).isEqualTo(2);
        }

        @Test
        void aHospitalIsBilledButNotBlocked() {
            var hospital = overdueContract().automaticRestriction(AutomaticRestriction.REDUCE_ONLY, null);
            var decided = AccessPolicy.decideForRun(hospital.build(), NOW, NOW);
            assertThat(decided.decision().level()).isEqualTo(REDUCED);
            assertThat(decided).isInstanceOf(Tighten.class);
            var never = overdueContract().automaticRestriction(AutomaticRestriction.NEVER, null);
            assertThat(AccessPolicy.decideForRun(never.build(), NOW, NOW)).isInstanceOf(Leave.class);
        }

        @Test
        void neverIsNotExemption() {
            var never = overdueContract()
                    .automaticRestriction(AutomaticRestriction.NEVER, null)
                    .build();
            assertThat(AccessPolicy.daysLate(never, NOW)).isEqualTo(40);
            assertThat(AccessPolicy.decide(never, NOW).why()).isInstanceOf(Reason.Protected.class);
        }
    }

    @Nested
    class Rule8DaysAndDebts {

        @Test
        void nobodyIsLateForAPeriodWithoutAnIssuedReceivable() {
            var facts = new BooksBuilder()
                    .mode(BillingMode.PREPAID)
                    .baseDate("2026-08-01")
                    .recurring(8, "2026-08-01", "2026-08-01", "2026-08-31")
                    .settle(8)
                    .write(NOW);
            assertThat(facts.paidUntil()).isEqualTo("2026-08-31");
            assertThat(AccessPolicy.daysLate(facts, noon("2027-01-01"))).isZero();
        }

        @Test
        void aReceivableThatDoesNotCountForBlockingMakesNobodyLate() {
            var facts = new BooksBuilder().oneOff(1, "2026-01-10").write(NOW);
            assertThat(AccessPolicy.daysLate(facts, NOW)).isZero();
        }

        @Test
        void aRunRestsOnWhatIsLateAndNotOnWhatIsYetToFallDue() {
            var books = blockedBooks().recurring(3, "2026-10-10", "2026-09-01", "2026-09-30");
            books.run(noon("2026-09-17"));
            assertThat(books.restsOn()).isEqualTo(Set.of(1L, 2L));
        }
    }

    @Nested
    class Rule9MoneyOfAnErp {

        @Test
        void whatItSaysIsAnInputToARunAndNotACommand() {
            var books = new BooksBuilder().erp("2026-06-30", "2026-07-10");
            assertThat(effective(books, "2026-09-16")).isEqualTo(ACTIVE);
            books.run(noon("2026-09-16"));
            assertThat(effective(books, "2026-09-16")).isEqualTo(BLOCKED);
        }

        @Test
        void aNewerOldestDueDateMeansThatTheOldOneIsSettled() {
            var books = new BooksBuilder().erp("2026-06-30", "2026-07-10");
            books.run(noon("2026-09-16"));
            books.erp("2026-07-31", "2026-08-10");
            assertThat(effective(books, "2026-09-17"))
                    .as("38 days late still, but the commitment rested on July")
                    .isEqualTo(ACTIVE);
            books.erp("2026-06-30", "2026-07-10");
            assertThat(effective(books, "2026-09-18"))
                    .as("nor does July's return bring it back")
                    .isEqualTo(ACTIVE);
        }

        @Test
        void theSameWordAgainChangesNothing() {
            var books = new BooksBuilder().erp("2026-06-30", "2026-07-10");
            books.run(noon("2026-09-16"));
            books.erp("2026-06-30", "2026-07-10");
            assertThat(effective(books, "2026-09-17")).isEqualTo(BLOCKED);
        }

        @Test
        void nothingOwedMeansNotLateWhateverPaidUntilSays() {
            var books = new BooksBuilder().mode(BillingMode.PREPAID).erp("2026-06-30", null);
            assertThat(AccessPolicy.daysLate(books.write(NOW), NOW)).isZero();
            books.erp(null, null);
            assertThat(books.write(NOW).paidUntil()).isNull();
        }

        @Test
        void aPrepaidOneIsLateFromPaidUntil() {
            var facts = new BooksBuilder()
                    .mode(BillingMode.PREPAID)
                    .erp("2026-08-31", "2026-09-10")
                    .write(NOW);
            assertThat(AccessPolicy.daysLate(facts, NOW)).isEqualTo(16);
        }
    }

    @Nested
    class Runs {

        @Test
        void aRunRaisesButDoesNotRepeat() {
            assertThat(AccessPolicy.decideForRun(overdueContract().build(), NOW, NOW))
                    .isInstanceOfSatisfying(Tighten.class, tighten -> {
                        assertThat(tighten.committed()).isEqualTo(ACTIVE);
                        assertThat(tighten.decision().level()).isEqualTo(BLOCKED);
                    });
            assertThat(AccessPolicy.decideForRun(blockedContract().build(), NOW, NOW))
                    .isInstanceOf(Leave.class);
            var reducedBefore = overdueContract().committed(REDUCED, noon("2026-08-25"));
            assertThat(AccessPolicy.decideForRun(reducedBefore.build(), NOW, NOW))
                    .isInstanceOfSatisfying(Tighten.class, tighten -> assertThat(tighten.committed())
                            .isEqualTo(REDUCED));
        }

        @Test
        void whereMoneyDoesNotDecideARunHasNothingToCommit() {
            assertThat(AccessPolicy.decideForRun(
                            overdueContract().pause("2026-09-10", null).build(), NOW, NOW))
                    .isInstanceOf(Leave.class);
            assertThat(AccessPolicy.decideForRun(
                            overdueContract().manualBlockSince(NOW).build(), NOW, NOW))
                    .isInstanceOf(Leave.class);
            assertThat(AccessPolicy.decideForRun(
                            overdueContract().exemption("2026-09-10", null).build(), NOW, NOW))
                    .isInstanceOf(Leave.class);
            assertThat(AccessPolicy.decideForRun(contract().build(), NOW, NOW)).isInstanceOf(Leave.class);
        }
    }

    /** July is 40 days late on 16 September, August 20; blocked by the run of that day. */
    private static BooksBuilder blockedBooks() {
        var books = new BooksBuilder()
                .recurring(1, "2026-08-07", "2026-07-01", "2026-07-31")
                .recurring(2, "2026-08-27", "2026-08-01", "2026-08-31");
        books.run(NOW);
        return books;
    }

    /** Prepaid, August paid, September issued, due on its first day and unpaid. */
    private static BooksBuilder prepaidBooks() {
        return new BooksBuilder()
                .mode(BillingMode.PREPAID)
                .baseDate("2026-08-01")
                .recurring(8, "2026-08-03", "2026-08-01", "2026-08-31")
                .settle(8)
                .recurring(9, "2026-09-01", "2026-09-01", "2026-09-30");
    }

    private static Reason why(SnapshotBuilder contract) {
        return AccessPolicy.decide(contract.build(), NOW).why();
    }

    private static AccessLevel effective(SnapshotBuilder contract, Instant at) {
        return effective(contract.build(), at);
    }

    private static AccessLevel effective(ContractSnapshot contract, Instant at) {
        return level(contract, at, at);
    }

    private static AccessLevel effective(BooksBuilder books, String day) {
        return effective(books.write(noon(day)), noon(day));
    }

    private static AccessLevel level(ContractSnapshot contract, Instant at, Instant freshUntil) {
        return AccessPolicy.effective(contract, at, freshUntil).effective().level();
    }

    private static @Nullable Instant certain(SnapshotBuilder contract) {
        return AccessPolicy.answer(contract.build(), NOW, NOW).certainTightening();
    }

    private static Instant local(String time) {
        return LocalDateTime.parse(time).atZone(SAO_PAULO).toInstant();
    }
}
