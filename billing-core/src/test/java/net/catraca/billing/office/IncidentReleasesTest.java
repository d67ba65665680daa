package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static net.catraca.billing.office.TestOffice.RITA;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.release.IncidentRelease;
import net.catraca.billing.release.IncidentRelease.State;
import net.catraca.billing.release.IncidentScope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blocked contracts on lines of two NASes, on 31 March 2026. Pedro and Rita are persons, Maria is a job. */
class IncidentReleasesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private final TestOffice office = OFFICE;
    private final IncidentReleases incidents = OFFICE.incidents;
    private long south;
    private long north;
    private long unknown;

    @BeforeEach
    void startAnew() {
        office.startAnewAtNoonOf("2026-03-31");
        south = blocked();
        north = blocked();
        unknown = blocked();
        line(south, 1, "bras-1", "sul", "olt-1/1/3", 1);
        line(north, 2, "bras-2", "norte", "olt-12/1/3", 89);
        office.run();
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void oneAsksAnotherPersonApprovesAndThoseBehindTheNasAreLetThrough() {
        var asked = ask(new IncidentScope(1L, null, null));
        assertThat(asked.state()).isEqualTo(State.PENDING);
        assertThat(asked.contracts()).isEqualTo(1);
        assertThat(office.effective(south)).isEqualTo(BLOCKED);

        var granted = incidents.approve(RITA, asked.id(), null, "seen").orThrow();

        assertThat(granted.state()).isEqualTo(State.GRANTED);
        assertThat(granted.granted()).isEqualTo(1);
        assertThat(office.effective(south)).isEqualTo(ACTIVE);
        assertThat(office.effective(north)).isEqualTo(BLOCKED);
    }

    @Test
    void byRegionTheContractsOwnCountsWhereNoLineIsKnown() {
        office.sql.update("update contract set region = 'norte' where id = ?", unknown);

        grant(new IncidentScope(null, "norte", null));

        assertThat(office.effective(north)).isEqualTo(ACTIVE);
        assertThat(office.effective(unknown)).isEqualTo(ACTIVE);
        assertThat(office.effective(south)).isEqualTo(BLOCKED);
    }

    @Test
    void byTheBeginningOfTheCircuitId() {
        grant(new IncidentScope(null, null, "olt-1/"));

        assertThat(office.effective(south)).isEqualTo(ACTIVE);
        assertThat(office.effective(north)).isEqualTo(BLOCKED);
    }

    @Test
    void aPlaceThatNobodyKnowsIsRefused() {
        var until = office.clock.instant().plus(Duration.ofHours(6));
        assertThat(incidents.ask(PEDRO, new IncidentScope(9L, null, null), "x", until))
                .isEqualTo(Outcome.declined(new Problem.Unknown("nas", 9L)));
        assertThat(incidents.ask(PEDRO, new IncidentScope(null, "suk", null), "x", until))
                .isEqualTo(Outcome.declined(new Problem.Unknown("region", "suk")));
    }

    @Test
    void aLineThatWasSeenLastMoreThanNinetyDaysAgoIsNotKnown() {
        office.clock.advance(Duration.ofDays(2));
        assertThat(ask(new IncidentScope(2L, null, null)).contracts()).isZero();
        assertThat(ask(new IncidentScope(1L, null, null)).contracts()).isEqualTo(1);
    }

    @Test
    void theEndsAreSpreadAndTheBlockReturns() {
        var asked = grant(new IncidentScope(1L, null, null));
        var end = asked.untilFor(south);
        assertThat(end).isBetween(asked.until(), asked.until().plus(asked.spread()));
        office.clock.set(end.minusSeconds(1));
        assertThat(office.effective(south)).isEqualTo(ACTIVE);
        office.clock.set(end);
        assertThat(office.effective(south)).isEqualTo(BLOCKED);
    }

    @Test
    void anEarlyEndMovesTheEndToNowAndIsSpreadAsTheOrdinaryOneIs() {
        List<Long> others = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            others.add(office.contract(BillingMode.POSTPAID));
            office.monthly(others.getLast(), "2026-03-10");
            line(others.getLast(), 1, "bras-1", "sul", "olt-9/" + i, 1);
        }
        office.run();
        assertThat(blocked(others)).isEqualTo(others.size());
        var asked = grant(new IncidentScope(1L, null, null));
        assertThat(others).allMatch(contract -> office.effective(contract) == ACTIVE);
        office.clock.advance(Duration.ofMinutes(10));
        var now = office.clock.instant();

        var ended = incidents.end(PEDRO, asked.id(), "repaired").orThrow();
        assertThat(ended.state()).isEqualTo(State.ENDED);
        assertThat(ended.until()).isEqualTo(now);
        office.clock.advance(Duration.ofSeconds(1));
        assertThat(blocked(others)).isLessThan(others.size() / 2);
        office.clock.set(now.plus(asked.spread().dividedBy(2)));
        assertThat(blocked(others)).isBetween(others.size() / 4L, 3L * others.size() / 4);
        office.clock.set(ended.untilFor(south).minusSeconds(1));
        assertThat(office.effective(south)).isEqualTo(ACTIVE);
        office.clock.set(ended.untilFor(south));
        assertThat(office.effective(south)).isEqualTo(BLOCKED);
        office.clock.set(now.plus(asked.spread()));
        assertThat(blocked(others)).isEqualTo(others.size());
        assertThat(code(incidents.end(PEDRO, asked.id(), "again"))).isEqualTo("not-granted");
    }

    private long blocked(List<Long> contracts) {
        return contracts.stream()
                .filter(contract -> office.effective(contract) == BLOCKED)
                .count();
    }

    @Test
    void aTokenThatWasIssuedAfterItWasAskedForApprovesNothing() {
        var asked = ask(new IncidentScope(1L, null, null));
        var mine = new Actor("not me", 9L, null, true, office.clock.instant().plusSeconds(1));
        assertThat(code(incidents.approve(mine, asked.id(), null, null))).isEqualTo("second-person-needed");
        var before = new Actor("somebody", 8L, null, true, office.clock.instant());
        assertThat(incidents.approve(before, asked.id(), null, null).orThrow().state())
                .isEqualTo(State.GRANTED);
    }

    @Test
    void neitherAJobNorWhoAskedApprovesNorAnybodyTooLate() {
        var asked = ask(new IncidentScope(1L, null, null));
        assertThat(code(incidents.approve(PEDRO, asked.id(), null, null))).isEqualTo("second-person-needed");
        assertThat(code(incidents.approve(MARIA, asked.id(), null, null))).isEqualTo("second-person-needed");
        office.clock.advance(Duration.ofHours(4));
        assertThat(code(incidents.approve(RITA, asked.id(), null, null))).isEqualTo("approval-expired");
    }

    @Test
    void aDeclinedOneLetsNobodyThrough() {
        var asked = ask(new IncidentScope(1L, null, null));
        assertThat(incidents.decline(RITA, asked.id(), null, "no").orThrow().state())
                .isEqualTo(State.DECLINED);
        assertThat(code(incidents.approve(RITA, asked.id(), null, null))).isEqualTo("already-decided");
        assertThat(office.effective(south)).isEqualTo(BLOCKED);
    }

    @Test
    void exactlyOneScopeAnEndAndAReasonAreNeeded() {
        var until = office.clock.instant().plus(Duration.ofHours(1));
        assertThat(incidents.ask(PEDRO, new IncidentScope(1L, "sul", null), "x", until))
                .isInstanceOf(Declined.class);
        assertThat(incidents.ask(PEDRO, new IncidentScope(null, null, null), "x", until))
                .isInstanceOf(Declined.class);
        assertThat(incidents.ask(PEDRO, new IncidentScope(1L, null, null), "x", office.clock.instant()))
                .isInstanceOf(Declined.class);
        assertThat(incidents.ask(PEDRO, new IncidentScope(1L, null, null), "", until))
                .isInstanceOf(Declined.class);
    }

    private IncidentRelease ask(IncidentScope scope) {
        return incidents
                .ask(PEDRO, scope, "fibre cut", office.clock.instant().plus(Duration.ofHours(6)))
                .orThrow();
    }

    private IncidentRelease grant(IncidentScope scope) {
        return incidents.approve(RITA, ask(scope).id(), null, null).orThrow();
    }

    private static String code(Outcome<?> outcome) {
        return outcome instanceof Declined<?>(Conflict(var code, var _)) ? code : outcome.toString();
    }

    private long blocked() {
        long contract = office.contract(BillingMode.POSTPAID);
        office.monthly(contract, "2026-03-10");
        return contract;
    }

    private void line(long contract, long nas, String name, @Nullable String region, String circuit, int seenDaysAgo) {
        office.sql.update(
                """
                insert into contract_line (contract_id, nas_id, nas_name, region, circuit_id, last_seen_at)
                values (?, ?, ?, ?, ?, ?)
                """,
                contract,
                nas,
                name,
                region,
                circuit,
                office.clock.instant().minus(Duration.ofDays(seenDaysAgo)));
    }
}
