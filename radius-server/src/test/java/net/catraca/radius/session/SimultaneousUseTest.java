package net.catraca.radius.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.catraca.billing.contract.SimultaneousPolicy;
import net.catraca.radius.session.SimultaneousUse.Admitted;
import net.catraca.radius.session.SimultaneousUse.AdmittedReplacing;
import net.catraca.radius.session.SimultaneousUse.InFlight;
import net.catraca.radius.session.SimultaneousUse.Refused;
import net.catraca.radius.session.SimultaneousUse.Ruling;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SimultaneousUseTest {

    private static final Instant NOW = Instant.parse("2026-09-10T12:00:00Z");
    private static final String HOME = "00:00:00:00:00:01";
    private static final String OTHER = "00:00:00:00:00:02";

    private long lastId;

    private static Place place(long nas, String port, @Nullable String mac, @Nullable String circuit) {
        return Place.of(nas, port, new Line(mac, null, null, circuit, null), null);
    }

    private Session session(
            long nas, String port, @Nullable String mac, @Nullable String circuit, Duration ago, int interim) {
        return session(nas, port, mac, circuit, null, ago, ago, interim);
    }

    private Session session(
            long nas,
            String port,
            @Nullable String mac,
            @Nullable String circuit,
            @Nullable String ipv4,
            Duration startedAgo,
            Duration heardAgo,
            int interim) {
        return new Session(
                ++lastId,
                new SessionKey(nas, "s" + lastId, "maria", port),
                "nas-" + nas,
                RecordBuilder.NAS,
                NOW.minus(startedAgo),
                7L,
                107L,
                new Line(mac, mac == null ? null : mac.replace(":", ""), null, circuit, null),
                new Addresses(ipv4, null, null, null),
                null,
                CounterState.NONE,
                0,
                NOW.minus(heardAgo),
                NOW.minus(heardAgo),
                interim,
                null,
                lastId);
    }

    private static Ruling rule(
            int allowed, SimultaneousPolicy policy, Place asking, List<Session> live, List<InFlight> inFlight) {
        return SimultaneousUse.rule(allowed, policy, asking, live, inFlight, NOW);
    }

    private static String word(Ruling ruling) {
        return switch (ruling) {
            case Admitted _ -> "admitted";
            case AdmittedReplacing _ -> "replacing";
            case Refused _ -> "refused";
        };
    }

    /** The one session is of NAS 1, port p1, MAC …01, circuit c1, heard of a minute ago, interims every 15 minutes. */
    @ParameterizedTest
    @CsvSource({
        // policy, NAS, port, MAC, circuit, ruling
        "REFUSE, 1, p9, 00:00:00:00:00:01, c9, replacing",
        "REFUSE, 2, p9, 00-00-00-00-00-01, , replacing",
        "REFUSE, 1, p9, , c1, replacing",
        "REFUSE, 2, p9, , c1, replacing",
        "REFUSE, 1, p1, , , replacing",
        "REFUSE, 1, p9, 00:00:00:00:00:02, c1, refused",
        "REFUSE, 1, p1, 00:00:00:00:00:02, , refused",
        "REFUSE, 1, p1, , c9, refused",
        "REFUSE, 2, p1, 00:00:00:00:00:02, c9, refused",
        "REFUSE, 2, '', , , replacing",
        "REPLACE_SAME_LINE, 1, p9, 00:00:00:00:00:02, c1, replacing",
        "REPLACE_SAME_LINE, 1, p1, 00:00:00:00:00:02, , replacing",
        "REPLACE_SAME_LINE, 2, p1, 00:00:00:00:00:02, , refused",
        "REPLACE_SAME_LINE, 2, p9, 00:00:00:00:00:02, c9, refused",
        "REPLACE_SAME_LINE, 2, p9, 00:00:00:00:00:01, c9, replacing",
        "REPLACE_OLDEST, 2, p9, 00:00:00:00:00:02, c9, replacing",
        "REPLACE_OLDEST, 1, p1, 00:00:00:00:00:01, c1, replacing",
    })
    void oneMoreThanAllowedIsRuledByItsPlaceAndThePolicy(
            SimultaneousPolicy policy,
            long nas,
            String port,
            @Nullable String mac,
            @Nullable String circuit,
            String expected) {
        var live = List.of(session(1, "p1", HOME, "c1", Duration.ofMinutes(1), 900));

        assertThat(word(rule(1, policy, place(nas, port, mac, circuit), live, List.of())))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(SimultaneousPolicy.class)
    void whoHasRoomReplacesNobodyNotEvenOnItsOwnLine(SimultaneousPolicy policy) {
        var live = List.of(session(1, "p1", HOME, "c1", Duration.ofMinutes(1), 900));

        assertThat(rule(2, policy, place(1, "p1", HOME, "c1"), live, List.of())).isInstanceOf(Admitted.class);
    }

    @ParameterizedTest
    @CsvSource({
        // heard of so many seconds ago, interims every, ruling
        "900, 900, refused",
        "960, 900, refused",
        "961, 900, admitted",
        "1, 0, admitted", // this NAS tells nothing in between, so nobody knows
        "86000, 86400, refused",
    })
    void whatIsNotHeardOfInItsTimeStandsInNobodysWay(long heardAgo, int interim, String expected) {
        var live = List.of(session(1, "p1", HOME, "c1", Duration.ofSeconds(heardAgo), interim));

        assertThat(word(rule(1, SimultaneousPolicy.REFUSE, place(2, "p2", OTHER, "c2"), live, List.of())))
                .isEqualTo(expected);
    }

    @Test
    void sessionWithTheAddressThatTheNewOneAsksForIsItsGhost() {
        var ghost = session(1, "p1", null, null, "100.64.0.9", Duration.ofMinutes(9), Duration.ofMinutes(1), 900);
        var asking = Place.of(2, "p2", Line.UNKNOWN, "100.64.0.9");

        assertThat(rule(1, SimultaneousPolicy.REFUSE, asking, List.of(ghost), List.of()))
                .isEqualTo(new AdmittedReplacing(List.of(ghost), List.of()));
    }

    @Test
    void oldestIsTheOneThatBeganFirstButASessionOfTheSameLineGoesBeforeIt() {
        var oldest = session(1, "p1", HOME, "c1", null, Duration.ofHours(9), Duration.ofMinutes(1), 900);
        var newer = session(1, "p2", OTHER, "c2", null, Duration.ofHours(2), Duration.ofMinutes(8), 900);

        assertThat(rule(
                        2,
                        SimultaneousPolicy.REPLACE_OLDEST,
                        place(3, "p3", "00:00:00:00:00:03", "c3"),
                        List.of(newer, oldest),
                        List.of()))
                .isEqualTo(new AdmittedReplacing(List.of(oldest), List.of()));
        assertThat(rule(
                        2,
                        SimultaneousPolicy.REPLACE_OLDEST,
                        place(3, "p3", OTHER, null),
                        List.of(newer, oldest),
                        List.of()))
                .isEqualTo(new AdmittedReplacing(List.of(newer), List.of()));
    }

    @Test
    void planThatShrankReplacesAsManyAsAreTooMany() {
        var first = session(1, "p1", HOME, "c1", null, Duration.ofHours(3), Duration.ofMinutes(1), 900);
        var second = session(1, "p2", OTHER, "c2", null, Duration.ofHours(2), Duration.ofMinutes(1), 900);

        assertThat(rule(
                        1,
                        SimultaneousPolicy.REPLACE_OLDEST,
                        place(3, "p3", null, "c3"),
                        List.of(first, second),
                        List.of()))
                .isEqualTo(new AdmittedReplacing(List.of(first, second), List.of()));
    }

    @Test
    void whoWasLetInAMomentAgoCountsAndARetryOfItDoesNot() {
        var first = new InFlight(1, place(1, "p1", HOME, "c1"), NOW.minusMillis(1), List.of(), false);

        assertThat(rule(1, SimultaneousPolicy.REFUSE, place(2, "p2", OTHER, "c2"), List.of(), List.of(first)))
                .isEqualTo(new Refused(1, List.of(), 1));
        assertThat(rule(1, SimultaneousPolicy.REFUSE, place(1, "p1", HOME, "c1"), List.of(), List.of(first)))
                .isEqualTo(new AdmittedReplacing(List.of(), List.of(first)));
        assertThat(rule(1, SimultaneousPolicy.REPLACE_OLDEST, place(2, "p2", OTHER, "c2"), List.of(), List.of(first)))
                .isEqualTo(new AdmittedReplacing(List.of(), List.of(first)));
        assertThat(rule(
                        1,
                        SimultaneousPolicy.REFUSE,
                        place(2, "p2", OTHER, "c2"),
                        List.of(),
                        List.of(first.supersede())))
                .isInstanceOf(Admitted.class);
    }

    @Test
    void refusalNamesWhatStandsInTheWay() {
        var away = session(1, "p1", HOME, "c1", Duration.ofMinutes(1), 900);

        var ruling = rule(1, SimultaneousPolicy.REFUSE, place(2, "p2", OTHER, "c2"), List.of(away), List.of());

        assertThat(SessionAdmission.words((Refused) ruling))
                .contains("all 1 sessions in use")
                .contains("session s1 since 2026-09-10T11:59:00Z at nas-1")
                .contains("mac 000000000001")
                .contains("circuit c1");
    }

    private Session began(long minutesAgo, String port, String mac, String circuit) {
        var ago = Duration.ofMinutes(minutesAgo);
        return session(1, port, mac, circuit, null, ago, Duration.ofMinutes(1), 900);
    }

    private static List<Long> excess(int allowed, SimultaneousPolicy policy, List<Session> live) {
        return SimultaneousUse.excess(allowed, policy, live, NOW).stream()
                .map(Session::id)
                .toList();
    }

    @Test
    void ofTwoFromElsewhereTheLaterOneGoesUnlessTheOldestIsReplaced() {
        var first = began(20, "p1", HOME, "c1");
        var second = began(10, "p2", OTHER, "c2");
        for (var order : List.of(List.of(first, second), List.of(second, first))) {
            assertThat(excess(1, SimultaneousPolicy.REFUSE, order)).containsExactly(second.id());
            assertThat(excess(1, SimultaneousPolicy.REPLACE_SAME_LINE, order)).containsExactly(second.id());
            assertThat(excess(1, SimultaneousPolicy.REPLACE_OLDEST, order)).containsExactly(first.id());
        }
        assertThat(excess(2, SimultaneousPolicy.REFUSE, List.of(first, second))).isEmpty();
    }

    @Test
    void ofTwoOfOneLineTheEarlierOneGoesWhereItsDeviceOrThePolicySaysSo() {
        var first = began(20, "p1", HOME, "c1");
        var sameDevice = began(10, "p1", HOME, "c1");
        var otherDevice = began(10, "p1", OTHER, "c1");

        assertThat(excess(1, SimultaneousPolicy.REFUSE, List.of(first, sameDevice)))
                .containsExactly(first.id());
        assertThat(excess(1, SimultaneousPolicy.REFUSE, List.of(first, otherDevice)))
                .containsExactly(otherDevice.id());
        assertThat(excess(1, SimultaneousPolicy.REPLACE_SAME_LINE, List.of(first, otherDevice)))
                .containsExactly(first.id());
    }

    @Test
    void whatMayBeAGhostNeitherCountsNorGoes() {
        var silent = session(1, "p1", HOME, "c1", null, Duration.ofHours(3), Duration.ofHours(2), 900);
        var live = began(10, "p2", OTHER, "c2");
        assertThat(excess(1, SimultaneousPolicy.REFUSE, List.of(silent, live))).isEmpty();
    }

    /** Whatever order they are known in, the same ones go, and as many stay as may. */
    @ParameterizedTest
    @EnumSource(SimultaneousPolicy.class)
    void allNodesComeToTheSame(SimultaneousPolicy policy) {
        var random = new Random(16);
        for (int round = 0; round < 500; round++) {
            var live = new ArrayList<Session>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                live.add(began(
                        random.nextInt(1, 40),
                        "p" + random.nextInt(3),
                        random.nextBoolean() ? HOME : OTHER,
                        "c" + random.nextInt(3)));
            }
            int allowed = random.nextInt(1, 4);
            var expected = excess(allowed, policy, live);
            Collections.shuffle(live, random);
            assertThat(excess(allowed, policy, live)).isEqualTo(expected);
            assertThat(expected).hasSize(Math.max(0, live.size() - allowed));
        }
    }
}
