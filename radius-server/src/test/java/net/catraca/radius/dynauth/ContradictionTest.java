package net.catraca.radius.dynauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Rate;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContradictionTest {

    private static final Plan PLAN = new Plan(
            1,
            1,
            null,
            "Home",
            1,
            9990,
            new Rate(50_000, 10_000),
            null,
            new Rate(2_000, 1_000),
            null,
            null,
            null,
            1,
            300);
    private static final Instant ACKNOWLEDGED = Fixtures.NOW;
    private static final Instant FIRST = ACKNOWLEDGED.plusSeconds(60);

    private static SessionTarget acknowledged(Method method, AccessLevel level) {
        var rendering = new Rendering(level, 1, 1);
        return SessionTarget.first(1, 1, 1, rendering, null, null, "access changed", ACKNOWLEDGED.minusSeconds(1))
                .acknowledged(method, rendering, 900, ACKNOWLEDGED);
    }

    /** Between two records, the first of which comes a minute after the acknowledgement. */
    private static @Nullable String told(AccessLevel level, Duration time, long downKbps) {
        return told(FIRST, level, time, downKbps);
    }

    private static @Nullable String told(Instant first, AccessLevel level, Duration time, long downKbps) {
        var before = TestSessions.later(session(), first, 0, 1_000);
        var now = TestSessions.later(before, first.plus(time), 0, 1_000 + downKbps * 1_000 / 8 * time.toSeconds());
        return Contradiction.of(before, now, acknowledged(Method.COA, level), PLAN);
    }

    private static Session session() {
        return TestSessions.session(1, 1, "ana", 1, 1, null, Fixtures.NOW.minusSeconds(600));
    }

    @Test
    void fullSpeedInTheGardenContradicts() {
        assertThat(told(AccessLevel.BLOCKED, Duration.ofMinutes(5), 45_000))
                .isEqualTo("45000 kbit/s down over 300 s, where 2000 is allowed");
        assertThat(told(AccessLevel.REDUCED, Duration.ofMinutes(5), 45_000)).isNotNull();
    }

    @Test
    void silenceAndWhatIsAllowedProveNothing() {
        assertThat(told(AccessLevel.BLOCKED, Duration.ofMinutes(5), 0)).isNull();
        assertThat(told(AccessLevel.REDUCED, Duration.ofMinutes(5), 2_300)).isNull();
        assertThat(told(AccessLevel.ACTIVE, Duration.ofMinutes(5), 49_000)).isNull();
    }

    @Test
    void aLineThatIsFullInBothProtocolsObeys() {
        assertThat(told(AccessLevel.REDUCED, Duration.ofMinutes(5), 2 * 2_000 + 400))
                .as("twice 2000 kbit/s, and headers that the shaper does not count")
                .isNull();
        assertThat(told(AccessLevel.ACTIVE, Duration.ofMinutes(5), 110_000)).isNull();
        assertThat(told(AccessLevel.REDUCED, Duration.ofMinutes(5), 5_100)).isNotNull();
    }

    @Test
    void anIntervalThatBeganBeforeTheChangeProvesNothing() {
        assertThat(told(ACKNOWLEDGED.minusSeconds(100), AccessLevel.BLOCKED, Duration.ofMinutes(5), 45_000))
                .isNull();
    }

    @Test
    void neitherDoesAShortOneNorNonsense() {
        assertThat(told(AccessLevel.BLOCKED, Duration.ofSeconds(20), 45_000)).isNull();
        assertThat(told(AccessLevel.BLOCKED, Duration.ofMinutes(5), 200_000_000))
                .isNull();
    }

    @Test
    void aSessionThatOutlivesItsDisconnectContradicts() {
        var target = acknowledged(Method.DISCONNECT, AccessLevel.BLOCKED);
        var soon = TestSessions.later(session(), ACKNOWLEDGED.plusSeconds(5), 0, 0);
        var later = TestSessions.later(session(), ACKNOWLEDGED.plusSeconds(90), 0, 0);

        assertThat(Contradiction.of(session(), soon, target, PLAN)).isNull();
        assertThat(Contradiction.of(soon, later, target, PLAN)).contains("goes on after its Disconnect");
    }

    private static @Nullable String reports(AccessLevel acknowledged, long seconds, @Nullable String told) {
        var later = TestSessions.later(session(), ACKNOWLEDGED.plusSeconds(seconds), 0, 0);
        return Contradiction.ofSigns(
                TestSessions.telling(later, told), acknowledged(Method.COA, acknowledged), level -> switch (level) {
                    case ACTIVE -> Set.of("Framed-Pool=home");
                    case REDUCED -> Set.of("Framed-Pool=home", "Filter-Id=slow");
                    case BLOCKED -> Set.of("Framed-Pool=garden", "Filter-Id=garden");
                    case REFUSED -> throw new AssertionError(level);
                });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            ACTIVE  | 60 | Framed-Pool=garden                  | reports Framed-Pool=garden, which is of BLOCKED
            ACTIVE  | 60 | Filter-Id=slow                      | reports Filter-Id=slow, which is of REDUCED
            BLOCKED | 60 | Framed-Pool=home                    | reports Framed-Pool=home, which is of REDUCED
            REDUCED | 60 | Filter-Id=garden                    | reports Filter-Id=garden, which is of BLOCKED
            BLOCKED | 60 | Filter-Id=garden                    | none
            ACTIVE  | 60 | Framed-Pool=home                    | none
            ACTIVE  | 60 | Framed-Pool=of-the-router           | none
            ACTIVE  | 60 | Filter-Id=garden2                   | none
            ACTIVE  | 60 | Framed-Pool=garden;Framed-Pool=home | none
            ACTIVE  | 60 | none                                | none
            ACTIVE  | 10 | Framed-Pool=garden                  | none
            """)
    void aPoolOrFilterOfAnotherLevelContradicts(
            AccessLevel acknowledged, long seconds, @Nullable String told, @Nullable String expected) {
        assertThat(reports(acknowledged, seconds, told == null ? null : told.replace(';', '\n')))
                .isEqualTo(expected);
    }
}
