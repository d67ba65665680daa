package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static net.catraca.billing.office.TestOffice.PEDRO;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.office.Outcome.Declined;
import net.catraca.billing.office.Outcome.Done;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.store.MassActBook.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Maria is a job, Pedro a person. */
class MassActsTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-31");

    private final TestOffice office = OFFICE;

    @BeforeEach
    void startAnewWithOneActLeftInThisHour() {
        office.startAnewAtNoonOf("2026-03-31");
        office.sql.update("truncate mass_act, mass_allowance");
        for (var kind : Kind.values()) {
            office.sql.update(
                    "insert into mass_act (kind, hour, done) values (?, date_trunc('hour', ?), ?)",
                    kind,
                    office.clock.instant(),
                    MassActs.PER_HOUR - 1);
        }
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    @Test
    void beyondTheNumberPerHourAJobMustWaitAndAPersonIsNotCounted() {
        assertThat(cancel(MARIA)).isInstanceOf(Done.class);
        long refused = contract();
        assertThat(office.contracts.cancel(MARIA, refused, null, "x"))
                .isInstanceOfSatisfying(Declined.class, declined -> assertThat(declined.problem())
                        .isInstanceOfSatisfying(Conflict.class, conflict -> assertThat(conflict.code())
                                .isEqualTo("mass-tightening")));
        assertThat(office.contracts.find(refused).orElseThrow().cancelledOn()).isNull();
        assertThat(cancel(PEDRO)).isInstanceOf(Done.class);

        office.clock.advance(Duration.ofHours(1));
        assertThat(cancel(MARIA)).isInstanceOf(Done.class);
    }

    @Test
    void manualBlocksAndPausesAreCountedApart() {
        assertThat(office.contracts.block(MARIA, contract(), null, "x")).isInstanceOf(Done.class);
        assertThat(office.contracts.block(MARIA, contract(), null, "x")).isInstanceOf(Declined.class);
        assertThat(office.contracts.pause(MARIA, contract(), office.today(), null, "x"))
                .isInstanceOf(Done.class);
        assertThat(office.contracts.pause(MARIA, contract(), office.today(), null, "x"))
                .isInstanceOf(Declined.class);
        assertThat(cancel(MARIA)).isInstanceOf(Done.class);
    }

    @Test
    void aPersonAllowsMoreForSomeHours() {
        cancel(MARIA);
        assertThat(office.massActs.allow(MARIA, Kind.CANCEL, 5, "x")).isInstanceOf(Declined.class);
        office.massActs
                .allow(PEDRO, Kind.CANCEL, 2, "the village without fibre")
                .orThrow();

        assertThat(cancel(MARIA)).isInstanceOf(Done.class);
        assertThat(cancel(MARIA)).isInstanceOf(Done.class);
        assertThat(cancel(MARIA)).isInstanceOf(Declined.class);

        office.massActs.allow(PEDRO, Kind.CANCEL, 2, "again").orThrow();
        office.sql.update(
                "update mass_act set hour = ?, done = ?",
                office.clock.instant().plus(MassActs.ALLOWED_FOR).truncatedTo(ChronoUnit.HOURS),
                MassActs.PER_HOUR);
        office.clock.advance(MassActs.ALLOWED_FOR);
        assertThat(cancel(MARIA)).isInstanceOf(Declined.class);
    }

    @Test
    void ofManyAtOnceExactlyAsManyAreDoneAsAreLeft() throws Exception {
        var contracts = IntStream.range(0, 8).mapToObj(i -> contract()).toList();
        try (var pool = Executors.newFixedThreadPool(8)) {
            var outcomes = contracts.stream()
                    .map(contract -> pool.submit(() -> office.contracts.cancel(MARIA, contract, null, "x")))
                    .toList();
            int done = 0;
            for (var outcome : outcomes) {
                done += outcome.get() instanceof Done ? 1 : 0;
            }
            assertThat(done).isEqualTo(1);
        }
    }

    private Outcome<Contract> cancel(Actor actor) {
        return office.contracts.cancel(actor, contract(), null, "x");
    }

    private long contract() {
        return office.contract(BillingMode.POSTPAID);
    }
}
