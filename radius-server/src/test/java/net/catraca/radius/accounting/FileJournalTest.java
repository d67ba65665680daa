package net.catraca.radius.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.testing.LogCapture;
import net.catraca.radius.accounting.Journal.Kept;
import net.catraca.radius.accounting.Journal.Why;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class FileJournalTest {

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("net.catraca.radius.accounting");

    private final FragileDisk disk = new FragileDisk(1);
    private final JournalRig rig = new JournalRig(disk);

    @TempDir
    private Path folder;

    /** A disk that fails thousands of times has much to say. */
    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        LOG.setLevel(null);
    }

    /** The situation is told when a promise is broken, so that it can be played again. */
    private interface Life {
        void live(JournalRig rig, FileJournal journal) throws IOException;
    }

    /** Cuts the power at each operation of a life, twice in a row, and looks whether what was promised is there. */
    private static void cutPowerEverywhere(JournalSettings settings, long seed, Life life) throws IOException {
        for (long operation = 0; ; operation++) {
            var rig = new JournalRig(new FragileDisk(seed + operation).cutPowerAfter(operation), settings);
            boolean survived = liveUntilTheCut(rig, life);
            String situation = "seed " + seed + ", power cut at operation " + operation;
            rig.disk = rig.disk.afterPowerCut().cutPowerAfter(operation % 7);
            liveUntilTheCut(rig, life); // a second cut soon after, often while recovering from the first
            rig.disk = rig.disk.afterPowerCut();
            try (var journal = rig.open()) {
                rig.requireKept(journal, situation);
                rig.write(journal, 3, 100);
                rig.requireKept(journal, situation + ", with more records behind it");
                assertThat(rig.durable).as(situation).hasSizeGreaterThanOrEqualTo(3);
            }
            if (survived) {
                return;
            }
        }
    }

    private static boolean liveUntilTheCut(JournalRig rig, Life life) throws IOException {
        try {
            var journal = rig.open();
            life.live(rig, journal);
            journal.close();
        } catch (IOException cut) {
            assertThat(rig.disk.isOff()).as(cut.getMessage()).isTrue();
        }
        return !rig.disk.isOff();
    }

    @Test
    void whatWasAcknowledgedSurvivesAPowerCutAtEveryOperation() throws IOException {
        cutPowerEverywhere(JournalRig.SMALL, 100, (rig, journal) -> {
            rig.write(journal, 1, 10);
            rig.write(journal, 40, 900);
            rig.write(journal, 60, 1_000); // into the next segment
            rig.write(journal, 1, 4_000);
        });
    }

    @Test
    void andAtEveryOperationWhileTheDiskFails() throws IOException {
        cutPowerEverywhere(JournalRig.SMALL, 10_000, (rig, journal) -> {
            rig.write(journal, 5, 700);
            rig.disk.failForces(1);
            rig.write(journal, 5, 700);
            rig.disk.failWrites(2);
            rig.write(journal, 5, 700);
            rig.nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
            rig.write(journal, 5, 700);
        });
    }

    @Test
    void andWhileDeliveredSegmentsGo() throws IOException {
        cutPowerEverywhere(JournalRig.SMALL, 20_000, (rig, journal) -> {
            rig.write(journal, 100, 1_000);
            rig.write(journal, 60, 1_000);
            long some = rig.durable.keySet().stream()
                    .skip(rig.durable.size() / 2)
                    .findFirst()
                    .orElse(0L);
            rig.durable.keySet().removeIf(number -> number <= some);
            journal.delivered(some);
            rig.write(journal, 60, 1_000);
        });
    }

    @Test
    void longRandomLivesKeepEveryPromise() throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            randomLives(seed);
        }
    }

    private static void randomLives(long seed) throws IOException {
        var random = new Random(seed);
        var rig = new JournalRig(new FragileDisk(seed));
        for (int life = 0; life < 8; life++) {
            rig.disk.cutPowerAfter(random.nextInt(120));
            liveUntilTheCut(rig, (same, journal) -> randomLife(random, same, journal));
            rig.disk = random.nextInt(3) == 0 ? rig.disk.afterKill() : rig.disk.afterPowerCut();
            rig.clock.advance(Duration.ofMillis(random.nextInt(3) - 1)); // also backwards, and not at all
        }
        try (var journal = rig.open()) {
            rig.requireKept(journal, "random lives of seed " + seed);
        }
    }

    private static void randomLife(Random random, JournalRig rig, FileJournal journal) {
        while (!rig.disk.isOff()) {
            switch (random.nextInt(12)) {
                case 0 -> rig.disk.failForces(1 + random.nextInt(3));
                case 1 -> rig.disk.failWrites(1 + random.nextInt(3));
                case 2 -> rig.nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
                case 3 -> rig.disk.full(random.nextBoolean());
                case 4 -> {
                    int delivered = random.nextInt(rig.durable.size() + 1);
                    long upTo = rig.durable.keySet().stream()
                            .skip(delivered)
                            .findFirst()
                            .orElse(0L);
                    rig.durable.keySet().removeIf(number -> number <= upTo);
                    journal.delivered(upTo);
                }
                default -> rig.write(journal, 1 + random.nextInt(30), 8 + random.nextInt(3_000));
            }
        }
    }

    @Test
    void recordsAreReadInOrderAndOnceAcrossSegmentsAndStarts() throws IOException {
        for (int life = 0; life < 3; life++) {
            try (var journal = rig.open()) {
                rig.write(journal, 100, 1_000);
            }
        }
        try (var journal = rig.open()) {
            rig.requireKept(journal, "three lives");
            assertThat(JournalRig.readAll(journal)).hasSize(300);
            assertThat(journal.undelivered()).isEqualTo(300);
            assertThat(rig.durable.keySet()).allMatch(number -> number >>> 48 == JournalRig.NODE);
        }
    }

    @Test
    void afterAFailedForceTheRecordsGoToANewFileAndNobodyIsRefused() throws IOException {
        try (var journal = rig.open()) {
            rig.write(journal, 10, 100);
            disk.failForces(1);
            rig.write(journal, 10, 100);

            assertThat(rig.durable).hasSize(20);
            assertThat(rig.refused).isEmpty();
            assertThat(disk.segments()).hasSizeGreaterThan(1);
            rig.requireKept(journal, "after a failed force");
        }
        // The failed file shows its records to a new process, and not after a power cut; both read each once.
        rig.disk = disk.afterKill();
        try (var journal = rig.open()) {
            rig.requireKept(journal, "after a kill");
            assertThat(JournalRig.readAll(journal)).hasSize(20);
        }
    }

    @Test
    void aDiskThatFailsTwiceRefusesAndIsLeftAloneForASecond() throws IOException {
        try (var journal = rig.open()) {
            disk.failForces(2);
            rig.write(journal, 3, 100);
            assertThat(rig.refused).containsExactly(Why.DISK_FAILED, Why.DISK_FAILED, Why.DISK_FAILED);

            long before = disk.operations();
            rig.write(journal, 1, 100);
            assertThat(rig.refused).hasSize(4);
            assertThat(disk.operations()).isEqualTo(before);

            rig.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            rig.write(journal, 1, 100);
            assertThat(rig.durable).hasSize(1);
            assertThat(rig.meters
                            .counter("catraca.journal.refused", "reason", "disk-failed")
                            .count())
                    .isEqualTo(4);
        }
    }

    @Test
    void aFullJournalRefusesAndTakesAgainOnceDeliveryHasCaughtUp() throws IOException {
        try (var journal = rig.open()) {
            while (rig.refused.isEmpty()) {
                rig.write(journal, 20, 3_000);
            }
            assertThat(rig.refused).containsOnly(Why.JOURNAL_FULL);
            assertThat(journal.octets()).isLessThanOrEqualTo(rig.settings.mostOctets());
            rig.requireKept(journal, "full");
            long half = rig.durable.keySet().stream()
                    .skip(rig.durable.size() / 2)
                    .findFirst()
                    .orElseThrow();
            journal.delivered(half);
            int refused = rig.refused.size();

            rig.write(journal, 20, 3_000);

            assertThat(rig.refused).hasSize(refused);
        }
    }

    @Test
    void aFullJournalOpensAndCanBeDelivered() throws IOException {
        try (var journal = rig.open()) {
            while (rig.refused.isEmpty()) {
                rig.write(journal, 20, 3_000);
            }
        }
        try (var journal = rig.open()) {
            rig.requireKept(journal, "full at the start");
            journal.delivered(journal.recoveredLast());
            int refused = rig.refused.size();
            rig.write(journal, 1, 100);
            assertThat(rig.refused).hasSize(refused);
        }
    }

    @Test
    void aFullDiskRefusesAndRecoversByItself() throws IOException {
        disk.full(false);
        try (var journal = rig.open()) {
            disk.full(true);
            while (rig.refused.isEmpty()) {
                rig.write(journal, 20, 3_000);
            }
            assertThat(rig.refused).containsOnly(Why.JOURNAL_FULL);
            disk.full(false);
            rig.nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            int durable = rig.durable.size();
            rig.write(journal, 1, 100);
            assertThat(rig.durable).hasSize(durable + 1);
        }
    }

    @Test
    void tooManyWaitingAreRefusedAtOnce() throws IOException {
        try (var journal = rig.open()) {
            rig.append(journal, rig.settings.queueRecords() + 5, 8);
            assertThat(rig.refused).hasSize(5).containsOnly(Why.QUEUE_FULL);
            journal.writeWaiting();
            assertThat(rig.durable).hasSize(rig.settings.queueRecords());
            assertThat(journal.queued()).isZero();
        }
    }

    @Test
    void closingKeepsWhatWasTaken() throws IOException {
        var journal = rig.open();
        rig.append(journal, 50, 100);
        journal.close();
        rig.append(journal, 1, 100);

        assertThat(rig.durable).hasSize(50);
        assertThat(rig.refused).containsExactly(Why.CLOSED);
    }

    @Test
    void damageInTheMiddleIsToldAndCostsNothingElse() throws IOException {
        try (var journal = rig.open()) {
            for (int i = 0; i < 10; i++) {
                rig.write(journal, 1, 100);
            }
        }
        int third = Frames.HEADER + 2 * Frames.octets(100);
        disk.damage(disk.segments().getFirst(), third + 30, third + 40);
        try (var log = new LogCapture(JournalReader.class.getName(), Level.ERROR);
                var journal = rig.open()) {
            var found = JournalRig.readAll(journal);

            assertThat(found).hasSize(9);
            assertThat(log.lines()).singleElement().asString().contains("the journal is damaged");
            assertThat(rig.meters.counter("catraca.journal.damaged").count()).isEqualTo(Frames.octets(100));
        }
    }

    @Test
    void aSectorThatCannotBeReadCostsItsRecordsAndNoOthersAndItsFileIsKept() throws IOException {
        var sectors = new JournalRig(
                new FragileDisk(5), new JournalSettings(Path.of("test"), 7, 64 << 10, 1 << 20, 1_000, 1 << 20));
        try (var journal = sectors.open()) {
            for (int i = 0; i < 300; i++) {
                sectors.write(journal, 1, 400); // three files or so
            }
            var first = sectors.disk.segments().getFirst();
            sectors.disk.failReads(first, 3 * SalvagedFile.SECTOR, 5 * SalvagedFile.SECTOR);
            var found = new ArrayList<Long>();
            for (int attempt = 1; attempt <= JournalReader.ATTEMPTS; attempt++) {
                found.clear();
                try (var reader = journal.reader(0)) {
                    assertThatThrownBy(() -> readInto(reader, found)).hasMessage("input/output error");
                }
            }
            found.clear();
            try (var log = new LogCapture(JournalReader.class.getName(), Level.ERROR);
                    var reader = journal.reader(0)) {
                readInto(reader, found);
                assertThat(log.lines()).hasSize(2).last().asString().contains("the journal is damaged");
            }
            int lost = sectors.durable.size() - found.size();
            int record = Frames.octets(400);
            assertThat(lost).isBetween(2 * SalvagedFile.SECTOR / record, 2 * SalvagedFile.SECTOR / record + 2);
            assertThat(sectors.durable.keySet()).containsAll(found);
            assertThat(found).isSorted();
            assertThat(sectors.meters.counter("catraca.journal.damaged").count())
                    .isEqualTo(lost * record);

            journal.delivered(found.getLast());
            assertThat(sectors.disk.list()).contains(first + ".damaged").doesNotContain(first);
        }
        sectors.disk.readAgain();
        try (var journal = sectors.open()) { // what was kept aside is no part of the journal
            assertThat(journal.undelivered()).isLessThan(200);
        }
    }

    private static void readInto(JournalReader reader, List<Long> found) throws IOException {
        for (var batch = reader.next(100, 100_000, Duration.ZERO);
                !batch.isEmpty();
                batch = reader.next(100, 100_000, Duration.ZERO)) {
            batch.forEach(record -> found.add(record.number()));
        }
    }

    @Test
    void aDiskThatGivesNothingAtAllIsNotTakenForDamage() throws IOException {
        try (var journal = rig.open()) {
            rig.write(journal, 20, 400);
            var first = disk.segments().getFirst();
            disk.failReads(first, 0, Integer.MAX_VALUE);
            for (int attempt = 0; attempt < 10; attempt++) {
                try (var reader = journal.reader(0)) {
                    assertThatThrownBy(() -> readInto(reader, new ArrayList<>()))
                            .hasMessage("input/output error");
                }
            }
            disk.readAgain();
            rig.requireKept(journal, "the cable is back");
            assertThat(rig.meters.counter("catraca.journal.damaged").count()).isZero();
        }
    }

    @Test
    void aStartWithASectorThatCannotBeReadGoesOnWithTheOthers() throws IOException {
        try (var journal = rig.open()) {
            for (int i = 0; i < 100; i++) {
                rig.write(journal, 1, 400);
            }
        }
        var first = disk.segments().getFirst();
        disk.failReads(first, 2 * SalvagedFile.SECTOR, 3 * SalvagedFile.SECTOR);
        try (var journal = rig.open()) {
            var found = JournalRig.readAll(journal);
            assertThat(rig.durable.size() - found.size()).isBetween(9, 12);
            rig.write(journal, 10, 400);
            assertThat(JournalRig.readAll(journal)).hasSize(found.size() + 10);
            disk.readAgain();
        }
        try (var journal = rig.open()) { // nothing of the file was cut off
            rig.requireKept(journal, "another disk read it");
        }
    }

    @Test
    void aDamagedHeaderCostsNoRecord() throws IOException {
        try (var journal = rig.open()) {
            rig.write(journal, 10, 100);
        }
        disk.damage(disk.segments().getFirst(), 0, Frames.HEADER);
        try (var journal = rig.open()) {
            rig.requireKept(journal, "header gone");
        }
    }

    @Test
    void aTornTailIsNoDamage() throws IOException {
        try (var log = new LogCapture(JournalReader.class.getName(), Level.ERROR)) {
            for (int cut = 1; cut < 12; cut++) {
                var torn = new JournalRig(new FragileDisk(cut));
                try (var journal = torn.open()) {
                    torn.write(journal, 5, 900);
                    torn.disk.cutPowerAfter(1); // the write is done, the force is not
                    torn.write(journal, 20, 900);
                }
                assertThat(torn.durable).hasSize(5);
                torn.disk = torn.disk.afterPowerCut();
                try (var journal = torn.open()) {
                    torn.requireKept(journal, "torn " + cut);
                }
            }
            assertThat(log.lines()).isEmpty();
        }
    }

    @Test
    void whatAPacketSaysCannotPassForARecord() throws IOException {
        try (var journal = rig.open()) {
            rig.write(journal, 1, 8);
            // A subscriber who knows the format, but not the journal's identity.
            var forged = ByteBuffer.allocate(200);
            new Frames(1, 1).put(forged, Long.MAX_VALUE, 1_000, "forged".getBytes(StandardCharsets.US_ASCII));
            journal.append(forged.array(), kept -> {});
            journal.writeWaiting();
            rig.write(journal, 1, 8);
        }
        // Damage that makes the reader look for the next record within the packet.
        disk.damage(disk.segments().getFirst(), Frames.HEADER + Frames.octets(8), Frames.HEADER + Frames.octets(8) + 4);
        try (var journal = rig.open()) {
            assertThat(JournalRig.readAll(journal)).hasSize(2).noneMatch(record -> record.number() == Long.MAX_VALUE);
        }
    }

    @Test
    void aLostFolderGivesNoNumberTwice() throws IOException {
        try (var journal = rig.open()) {
            rig.write(journal, 1_000, 10);
        }
        rig.clock.advance(Duration.ofSeconds(1));
        rig.disk = new FragileDisk(2);
        try (var journal = rig.open()) {
            rig.write(journal, 1_000, 10);
        }
        assertThat(rig.durable).hasSize(2_000); // the rig fails on a number that comes twice
    }

    @Test
    void aClockThatWentBackGivesNoNumberTwice() throws IOException {
        try (var journal = rig.open()) {
            rig.write(journal, 1_000, 10);
        }
        rig.clock.advance(Duration.ofDays(-1_000));
        try (var journal = rig.open()) {
            rig.write(journal, 1_000, 10);
        }
        assertThat(rig.durable).hasSize(2_000);
    }

    @Test
    void numbersUsedElsewhereAreAvoided() throws IOException {
        try (var journal = rig.open()) {
            rig.write(journal, 1, 10);
            long elsewhere = journal.openedAt() + 1_000_000;
            journal.numberAbove(elsewhere);
            rig.write(journal, 1, 10);
            assertThat(rig.durable.keySet()).last().isEqualTo(elsewhere + 1);
        }
    }

    @Test
    void manyStartsWithoutDeliveryDoNotFillTheDisk() throws IOException {
        for (int life = 0; life < 50; life++) {
            try (var journal = rig.open()) {
                rig.write(journal, 1, 100);
            }
        }
        assertThat(rig.durable).hasSize(50);
        assertThat(rig.refused).isEmpty();
    }

    @Test
    void folderOfAnotherNodeIsRefused() throws IOException {
        rig.open().close();
        var other = new JournalRig(disk, new JournalSettings(Path.of("test"), 8, 64 << 10, 512 << 10, 1_000, 1 << 20));
        assertThatThrownBy(other::open)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("belongs to node 7 and this is node 8");
    }

    @Test
    void folderIsHeldAgainstASecondJournal() throws IOException {
        var settings = JournalSettings.of(folder, 1, 64 << 20);
        try (var journal = FileJournal.open(settings, Clock.systemUTC(), new SimpleMeterRegistry())) {
            assertThat(journal.octets()).isPositive();
            assertThatThrownBy(() -> FileJournal.open(settings, Clock.systemUTC(), new SimpleMeterRegistry()))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("in use");
        }
        FileJournal.open(settings, Clock.systemUTC(), new SimpleMeterRegistry()).close();
    }

    @Test
    void manyThreadsOnARealDiskAreToldInTheOrderOfNumbersAndReadWhileTheyWrite() throws Exception {
        var settings = new JournalSettings(folder, 1, 256 << 10, 64 << 20, 8_192, 8 << 20);
        List<Long> told = new ArrayList<>(); // by the writer thread only
        List<Long> read = new ArrayList<>();
        int threads = 4;
        int each = 2_000;
        var room = new ArrayBlockingQueue<Integer>(500);
        try (var journal = FileJournal.open(settings, Clock.systemUTC(), new SimpleMeterRegistry())) {
            var writers = new ArrayList<Thread>();
            for (int t = 0; t < threads; t++) {
                writers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) {
                        put(room);
                        journal.append(new byte[300], kept -> {
                            room.remove();
                            if (kept instanceof Kept.Durable(long number)) {
                                told.add(number);
                            }
                        });
                    }
                }));
            }
            try (var reader = journal.reader(0)) {
                while (read.size() < threads * each) {
                    var batch = reader.next(700, 1 << 20, Duration.ofSeconds(5));
                    assertThat(batch).isNotEmpty();
                    batch.forEach(record -> read.add(record.number()));
                    journal.delivered(batch.getLast().number());
                }
            }
            for (var writer : writers) {
                writer.join();
            }
            assertThat(journal.undelivered()).isZero();
        }
        assertThat(told).hasSize(threads * each).isSorted().isEqualTo(read);
    }

    private static void put(ArrayBlockingQueue<Integer> room) {
        try {
            room.put(1);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
