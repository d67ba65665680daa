package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.DynauthResult.Acknowledged;
import net.catraca.radius.dynauth.DynauthResult.Refused;
import net.catraca.radius.dynauth.DynauthResult.TimedOut;
import net.catraca.radius.dynauth.DynauthResult.Unreachable;
import net.catraca.radius.dynauth.NasBudget.Repair;
import net.catraca.radius.dynauth.NasQueue.Lane;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.dynauth.TargetRules.Next;
import net.catraca.radius.dynauth.TargetRules.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every transition: what an answer, or none, makes of a target. The budget allows three CoAs and two Disconnects. */
class TargetRulesTest {

    private static final Instant NOW = Fixtures.NOW;
    private static final NasBudget BUDGET = new NasBudget(100, 32, 5, 3, 2);
    private static final Duration TOOK = Duration.ofMillis(3);

    private static Rendering on(AccessLevel level) {
        return new Rendering(level, 1, 1);
    }

    /** From one level to another, not acknowledged yet. */
    private static SessionTarget open(AccessLevel from, AccessLevel to) {
        return SessionTarget.first(1, 1, 1, on(to), on(from), NOW.minusSeconds(600), "access changed", NOW);
    }

    private static SessionTarget restriction() {
        return open(AccessLevel.ACTIVE, AccessLevel.BLOCKED);
    }

    private static SessionTarget restore() {
        return open(AccessLevel.BLOCKED, AccessLevel.ACTIVE);
    }

    private static Next after(SessionTarget target, Method method, DynauthResult result, NasBudget budget) {
        var outcome = new Outcome(method, target.generation(), target.target(), false, null, result);
        return TargetRules.after(target, outcome, budget, NOW, new Random(1));
    }

    private static SessionTarget kept(Next next) {
        return switch (next) {
            case Next.Kept(var target) -> target;
            case Next.SessionGone() -> throw new AssertionError("gone");
        };
    }

    private static SessionTarget failed(SessionTarget target, DynauthResult result) {
        return failed(target, result, BUDGET);
    }

    /** Once more, by the way that the rules want. */
    private static SessionTarget failed(SessionTarget target, DynauthResult result, NasBudget budget) {
        return kept(after(target, TargetRules.method(target, true, budget), result, budget));
    }

    private static DynauthResult result(String word) {
        return switch (word) {
            case "ack" -> new Acknowledged(TOOK);
            case "nak" -> new Refused(null, TOOK);
            case "time-out" -> new TimedOut(5);
            case "unreachable" -> new Unreachable("nobody listens on the NAS's CoA port");
            default -> new Refused(Integer.valueOf(word), TOOK);
        };
    }

    /** How it stands: state, how many failures, and by what it goes on. */
    private static String standing(Next next) {
        return switch (next) {
            case Next.SessionGone() -> "gone";
            case Next.Kept(var target) ->
                switch (target.state()) {
                    case AGREED -> "agreed";
                    case GIVEN_UP -> target.alert() == null ? "given up" : "given up, alert";
                    case OPEN ->
                        TargetRules.method(target, true, BUDGET).name().toLowerCase(Locale.ROOT)
                                + (target.nextAttemptAt() != null
                                                && target.nextAttemptAt().isAfter(NOW)
                                        ? " later"
                                        : " at once")
                                + (target.alert() == null ? "" : ", alert");
                };
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # answer    | restriction by CoA     | restore by CoA             | after Disconnect
            ack         | agreed                 | agreed                     | agreed
            nak         | coa later              | coa later                  | disconnect later
            201         | coa later              | coa later                  | disconnect later
            202         | coa later              | coa later                  | disconnect later
            401         | given up, alert        | disconnect at once, alert  | given up, alert
            402         | given up, alert        | disconnect at once, alert  | given up, alert
            403         | given up, alert        | disconnect at once, alert  | given up, alert
            404         | given up, alert        | disconnect at once, alert  | given up, alert
            405         | given up, alert        | disconnect at once, alert  | given up, alert
            406         | given up, alert        | disconnect at once, alert  | given up, alert
            407         | given up, alert        | disconnect at once, alert  | given up, alert
            501         | disconnect at once     | disconnect at once         | disconnect later
            502         | given up, alert        | disconnect at once, alert  | given up, alert
            503         | gone                   | gone                       | gone
            504         | coa later              | coa later                  | disconnect later
            505         | coa later              | coa later                  | disconnect later
            506         | coa later              | coa later                  | disconnect later
            507         | coa later              | coa later                  | disconnect later
            508         | given up, alert        | disconnect at once, alert  | given up, alert
            509         | coa later              | coa later                  | disconnect later
            601         | coa later              | coa later                  | disconnect later
            999         | coa later              | coa later                  | disconnect later
            time-out    | coa later              | coa later                  | disconnect later
            unreachable | coa later              | coa later                  | disconnect later
            """)
    void everyAnswerHasItsConsequence(String answer, String restriction, String restore, String disconnect) {
        var toDisconnect = kept(after(restriction(), Method.COA, result("501"), BUDGET));
        assertThat(standing(after(restriction(), Method.COA, result(answer), BUDGET)))
                .isEqualTo(restriction);
        assertThat(standing(after(restore(), Method.COA, result(answer), BUDGET)))
                .isEqualTo(restore);
        assertThat(standing(after(toDisconnect, Method.DISCONNECT, result(answer), BUDGET)))
                .isEqualTo(disconnect);
    }

    @Test
    void everyErrorCauseIsInTheTable() {
        assertThat(Arrays.stream(ErrorCause.values()).map(ErrorCause::number))
                .containsExactly(
                        201, 202, 401, 402, 403, 404, 405, 406, 407, 501, 502, 503, 504, 505, 506, 507, 508, 509, 601);
    }

    @Test
    void threeCoasThenTwoDisconnectsThenPeople() {
        var target = restriction();
        for (int i = 1; i <= 5; i++) {
            assertThat(target.state()).isEqualTo(State.OPEN);
            assertThat(TargetRules.method(target, true, BUDGET)).isEqualTo(i <= 3 ? Method.COA : Method.DISCONNECT);
            target = failed(target, result("time-out"));
        }
        assertThat(target.state()).isEqualTo(State.GIVEN_UP);
        assertThat(target.alert()).isEqualTo("gave up after 5 attempts: no answer to 5 transmissions");
        assertThat(target.nextAttemptAt()).isEqualTo(NOW.plus(TargetRules.GIVEN_UP_REST));
    }

    @Test
    void theBackOffDoublesUpToFiveMinutes() {
        var patient = new NasBudget(100, 32, 5, 20, 2);
        var target = restriction();
        long[] seconds = {2, 4, 8, 16, 32, 64, 128, 256, 300, 300};
        for (long expected : seconds) {
            target = failed(target, result("506"), patient);
            var wait = Duration.between(NOW, target.nextAttemptAt());
            assertThat(wait.toMillis()).isBetween(expected * 800, expected * 1200);
        }
    }

    @Test
    void eachKindOfFailureHasItsRule() {
        var budget = new NasBudget(
                100,
                32,
                5,
                10,
                5,
                60,
                2,
                new Repair(0, true, true),
                new Repair(2, false, false),
                new Repair(0, false, true));

        assertThat(TargetRules.method(failed(restriction(), result("nak"), budget), true, budget))
                .isEqualTo(Method.DISCONNECT);
        var silent = failed(failed(restriction(), result("time-out"), budget), result("time-out"), budget);
        assertThat(TargetRules.method(silent, true, budget)).isEqualTo(Method.COA);
        silent = failed(silent, result("time-out"), budget);
        assertThat(silent.state()).isEqualTo(State.GIVEN_UP);
        assertThat(silent.alert()).isNull();
        var agreed = kept(after(restriction(), Method.COA, result("ack"), budget));
        assertThat(TargetRules.contradicted(agreed, "45000 kbit/s down", budget, NOW))
                .satisfies(target -> assertThat(target.state()).isEqualTo(State.GIVEN_UP))
                .satisfies(target -> assertThat(target.alert()).isEqualTo("acknowledged, but 45000 kbit/s down"));
    }

    @Test
    void withoutDisconnectsASessionIsNeverEndedForAFailure() {
        var budget = new NasBudget(100, 32, 5, 1, 0);

        assertThat(failed(restriction(), result("nak"), budget).state()).isEqualTo(State.GIVEN_UP);
        assertThat(failed(restore(), result("401"), budget).state()).isEqualTo(State.GIVEN_UP);
        assertThat(failed(restriction(), result("501"), budget).state()).isEqualTo(State.GIVEN_UP);
    }

    @Test
    void aContradictionIsMetByACoaThenADisconnectThenPeople() {
        var first = kept(after(restriction(), Method.COA, result("ack"), BUDGET));
        var again = TargetRules.contradicted(first, "too fast", BUDGET, NOW);
        assertThat(again.acknowledged()).isNull();
        assertThat(TargetRules.method(again, true, BUDGET)).isEqualTo(Method.COA);

        var acknowledgedAgain = kept(after(again, Method.COA, result("ack"), BUDGET));
        var ended = TargetRules.contradicted(acknowledgedAgain, "too fast", BUDGET, NOW);
        assertThat(TargetRules.method(ended, true, BUDGET)).isEqualTo(Method.DISCONNECT);

        var disconnected = kept(after(ended, Method.DISCONNECT, result("ack"), BUDGET));
        assertThat(disconnected.state()).isEqualTo(State.AGREED);
        var lasting = TargetRules.contradicted(disconnected, "the session goes on", BUDGET, NOW);
        assertThat(lasting.state()).isEqualTo(State.GIVEN_UP);
        assertThat(lasting.alert()).isEqualTo("acknowledged, but the session goes on");
    }

    @Test
    void aContradictedPayerGoesAheadOfRestrictions() {
        var agreed = kept(after(restore(), Method.COA, result("ack"), BUDGET));
        assertThat(TargetRules.lane(TargetRules.contradicted(agreed, "still in the garden", BUDGET, NOW)))
                .isEqualTo(Lane.RESTORE);
        var blocked = kept(after(restriction(), Method.COA, result("ack"), BUDGET));
        assertThat(TargetRules.lane(TargetRules.contradicted(blocked, "too fast", BUDGET, NOW)))
                .isEqualTo(Lane.RESTRICTION);
    }

    // Superseded.

    private static SessionTarget paid(SessionTarget blocked, @Nullable AccessLevel unanswered) {
        return blocked.retargeted(on(AccessLevel.ACTIVE), false, unanswered, "access changed", NOW);
    }

    private static Outcome ofBlock(DynauthResult result) {
        return new Outcome(Method.COA, 1, on(AccessLevel.BLOCKED), false, null, result);
    }

    private static Next after(SessionTarget target, Outcome outcome) {
        return TargetRules.after(target, outcome, BUDGET, NOW, new Random(1));
    }

    @Test
    void theAnswerToAnOlderTargetSaysNothingAgainstTheNewerOne() {
        var paid = paid(restriction(), AccessLevel.BLOCKED);

        assertThat(kept(after(paid, ofBlock(result("time-out")))))
                .satisfies(target -> assertThat(target.attempts()).isZero())
                .satisfies(target -> assertThat(target.state()).isEqualTo(State.OPEN))
                .satisfies(target -> assertThat(target.target()).isEqualTo(on(AccessLevel.ACTIVE)));
        assertThat(kept(after(paid, ofBlock(result("ack")))))
                .satisfies(target -> assertThat(target.state()).isEqualTo(State.OPEN))
                .satisfies(target -> assertThat(target.acknowledged()).isEqualTo(on(AccessLevel.BLOCKED)))
                .satisfies(target -> assertThat(TargetRules.lane(target)).isEqualTo(Lane.RESTORE));
        assertThat(after(paid, ofBlock(result("503")))).isEqualTo(new Next.SessionGone());
    }

    @Test
    void anUnansweredBlockMakesThePaymentARestoreThoughItWasNeverAcknowledged() {
        var unanswered = failed(restriction(), result("time-out"));
        assertThat(unanswered.perhaps()).isEqualTo(AccessLevel.BLOCKED);

        var paid = paid(unanswered, unanswered.perhaps());
        assertThat(TargetRules.lane(paid)).isEqualTo(Lane.RESTORE);
        assertThat(paid.possibleLevels()).containsExactlyInAnyOrder(AccessLevel.ACTIVE, AccessLevel.BLOCKED);
    }

    @Test
    void aRefusedBlockLeavesNoDoubt() {
        assertThat(failed(restriction(), result("506")).perhaps()).isNull();
    }

    @Test
    void aRestoreThatWentPastABlockIsSentOnceMore() {
        var paid = paid(restriction(), AccessLevel.BLOCKED);
        var outcome = new Outcome(
                Method.COA, paid.generation(), on(AccessLevel.ACTIVE), false, AccessLevel.BLOCKED, result("ack"));
        var once = kept(after(paid, outcome));
        assertThat(once.state()).isEqualTo(State.OPEN);
        assertThat(once.nextAttemptAt()).isEqualTo(NOW.plus(TargetRules.STRAGGLERS));
        assertThat(TargetRules.lane(once)).isEqualTo(Lane.RESTORE);
        assertThat(TargetRules.method(once, true, BUDGET)).isEqualTo(Method.COA);

        var twice = kept(after(once, Method.COA, result("ack"), BUDGET));
        assertThat(twice.state()).isEqualTo(State.AGREED);
        assertThat(twice.perhaps()).isNull();
    }

    @Test
    void aBlockAcknowledgedAfterTheRestoreIsUndone() {
        var restored = kept(after(paid(restriction(), null), Method.COA, result("ack"), BUDGET));
        var again = TargetRules.overtakenAcknowledged(restored, on(AccessLevel.BLOCKED), NOW);
        assertThat(again.state()).isEqualTo(State.OPEN);
        assertThat(TargetRules.lane(again)).isEqualTo(Lane.RESTORE);
        assertThat(again.possibleLevels()).contains(AccessLevel.BLOCKED);
    }

    @Test
    void whatARestartFindsOpenMayHaveBeenSent() {
        assertThat(restriction().afterRestart().perhaps()).isEqualTo(AccessLevel.BLOCKED);
        assertThat(kept(after(restriction(), Method.COA, result("ack"), BUDGET))
                        .afterRestart()
                        .perhaps())
                .isNull();
    }

    @Test
    void aNasThatRefusesToUndoWhatItNeverHadGetsTheTargetAlone() {
        var unknown = SessionTarget.first(1, 1, 1, on(AccessLevel.ACTIVE), null, null, "not known", NOW);
        assertThat(unknown.isOfUnknownLevel()).isTrue();
        var outcome = new Outcome(Method.COA, 1, on(AccessLevel.ACTIVE), true, null, result("404"));
        var next = kept(after(unknown, outcome));

        assertThat(standing(new Next.Kept(next))).isEqualTo("coa at once");
        assertThat(next.isOfUnknownLevel()).isFalse();
        assertThat(next.attempts()).as("it has not been tried alone").isZero();
        assertThat(TargetRules.answer(result("404"), true)).isEqualTo(NasQueue.Answer.GONE);
        assertThat(TargetRules.answer(result("404"), false)).isEqualTo(NasQueue.Answer.REFUSED);
        assertThat(kept(after(next, Method.COA, result("404"), BUDGET)).alert()).contains("check the vendor profile");
    }

    @Test
    void whatCoaCannotDoGoesByDisconnect() {
        assertThat(TargetRules.method(restriction(), false, BUDGET)).isEqualTo(Method.DISCONNECT);
        assertThat(TargetRules.method(open(AccessLevel.ACTIVE, AccessLevel.REFUSED), true, BUDGET))
                .isEqualTo(Method.DISCONNECT);
    }
}
