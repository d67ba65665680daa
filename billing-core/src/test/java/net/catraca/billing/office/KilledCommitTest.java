package net.catraca.billing.office;

import static net.catraca.billing.access.AccessLevel.ACTIVE;
import static net.catraca.billing.access.AccessLevel.BLOCKED;
import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.run.AccessRun.State;
import net.catraca.billing.run.RunScope;
import org.junit.jupiter.api.Test;

/** A process that commits a run is killed, as by a power cut, in the middle of a batch. */
class KilledCommitTest {

    @Test
    void whatWasCommittedStaysAndTheRestIsCommittedOnceByWhoGoesOn() throws IOException, InterruptedException {
        try (var office = TestOffice.openAtNoonOf("2026-03-31")) {
            var contracts = LongStream.range(0, 7)
                    .map(i -> {
                        long contract = office.contract(BillingMode.POSTPAID);
                        office.monthly(contract, "2026-03-10");
                        return contract;
                    })
                    .toArray();
            var run = office.runs.preview(MARIA, RunScope.ALL).orThrow();
            var child = child(office, run.id());
            try {
                awaitSecondBatch(child);
            } finally {
                child.destroyForcibly().waitFor();
            }

            // PostgreSQL notices that the process is gone and lets its locks go; then what it has written stands.
            office.access.on(LongStream.of(contracts).boxed().toList(), office.clock.instant(), write -> {
                write.leaveAll();
                return true;
            });
            var killed = office.runs.find(run.id()).orElseThrow();
            assertThat(killed.state()).isEqualTo(State.COMMITTING);
            // Two batches were under way: one stood still, the other has ended or was killed, too.
            assertThat(killed.totals().committed()).isIn(0, 2);
            var blocked = LongStream.of(contracts)
                    .mapToObj(contract -> office.effective(contract) == BLOCKED)
                    .toList();
            assertThat(blocked.stream().filter(one -> one))
                    .hasSize(killed.totals().committed());
            var versions = versions(office, contracts);

            await().atMost(Duration.ofSeconds(30)).until(() -> office.runs.resumeInterrupted() == 1);

            var ended = office.runs.find(run.id()).orElseThrow();
            assertThat(ended.state()).isEqualTo(State.COMMITTED);
            assertThat(ended.totals().committed()).isEqualTo(7);
            assertThat(LongStream.of(contracts).mapToObj(office::effective)).doesNotContain(ACTIVE);
            var after = versions(office, contracts);
            for (int i = 0; i < contracts.length; i++) {
                assertThat(after.get(i) - versions.get(i)).isEqualTo(blocked.get(i) ? 0 : 1);
            }
        }
    }

    private static Process child(TestOffice office, long runId) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledCommit.class.getName(),
                Long.toString(runId),
                office.clock.instant().toString()));
        office.database.properties().forEach((name, value) -> command.add(name + "=" + value));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static void awaitSecondBatch(Process child) throws IOException {
        List<String> said = new ArrayList<>();
        var reader = child.inputReader();
        for (var line = reader.readLine(); line != null; line = reader.readLine()) {
            said.add(line);
            if (line.equals(KilledCommit.IN_THE_SECOND_BATCH)) {
                return;
            }
        }
        throw new AssertionError("the child ended before its second batch: " + said);
    }

    private static List<Long> versions(TestOffice office, long[] contracts) {
        return LongStream.of(contracts)
                .mapToObj(contract -> office.facts.find(contract).orElseThrow().version())
                .toList();
    }
}
