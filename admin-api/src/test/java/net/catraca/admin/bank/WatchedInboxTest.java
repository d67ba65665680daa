package net.catraca.admin.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.catraca.admin.bank.WatchedInbox.Looked;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.cnab.ReturnFileWriter;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.job.JobSettings;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.BankFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No file is lost, read by half or counted twice, however it comes into the folder. */
class WatchedInboxTest {

    private static final ApiServer api = ApiServer.start();
    private static final AtomicInteger made = new AtomicInteger();

    @TempDir
    private Path root;

    private WatchedInbox inbox;

    @BeforeEach
    void aNode() {
        inbox = node();
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private WatchedInbox node() {
        return new WatchedInbox(root.toString(), api.bean(BankAgreements.class), api.bean(BankFiles.class), api.clock);
    }

    /** The folder of a new agreement. */
    private Path agreement(String rest) throws IOException {
        String name = "bank-" + made.incrementAndGet();
        api.as(Role.ADMIN)
                .post("/api/v1/bank-agreements", "{\"name\":\"%s\",%s}".formatted(name, rest))
                .expect(201);
        return Files.createDirectories(root.resolve(name));
    }

    private Path cnabAgreement() throws IOException {
        return agreement("\"kind\":\"cnab\",\"layout\":\"237-cnab400\",\"number\":\"4711\"");
    }

    private Path csvAgreement() throws IOException {
        return agreement("""
                "kind":"csv","csv":{"columns":{"amount":"amount","paidOn":"day","ourNumber":"number"},
                 "delimiter":";","days":"yyyy-MM-dd","decimalComma":false}""");
    }

    private static byte[] cnab(long sequence, String... ourNumbers) throws IOException {
        var out = new ByteArrayOutputStream();
        var layout = Layouts.bundled().find("237-cnab400").orElseThrow();
        try (var writer = new ReturnFileWriter(out, layout, "4711", sequence, LocalDate.parse("2026-11-23"))) {
            for (String number : ourNumbers) {
                writer.movement("06", number, "", 9990, 9990, 0, LocalDate.parse("2026-11-20"), null);
            }
        }
        return out.toByteArray();
    }

    private static String csv(int from, int to) {
        var lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append("99.90;2026-11-20;").append(1_000 + i).append('\n');
        }
        return lines.toString();
    }

    private Looked lookAfter(Duration time) {
        api.clock.advance(time);
        return inbox.look();
    }

    /** Twice, with the quiet time in between: what lies there is taken. */
    private Looked lookUntilTaken() {
        inbox.look();
        return lookAfter(WatchedInbox.QUIET);
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString().replaceFirst("^[0-9]{17}-", ""))
                    .sorted()
                    .toList();
        }
    }

    /** Payments that files of this folder have booked. */
    private static int booked(Path folder) {
        return lines(folder, "<>");
    }

    private static int repeated(Path folder) {
        return lines(folder, "=");
    }

    private static int lines(Path folder, String isRepeated) {
        return Integer.parseInt(
                api.strings("""
                        select count(*) from incoming_payment p join bank_agreement a on a.id = p.agreement_id
                         where a.name = '%s' and p.state %s 'REPEATED'""".formatted(folder.getFileName(), isRepeated)).getFirst());
    }

    @Test
    void aFileThatIsCopiedSlowlyIsTakenOnceItIsWhole() throws IOException {
        var folder = cnabAgreement();
        byte[] whole = cnab(1, "1", "2", "3");
        var file = folder.resolve("slow.ret");
        for (int octets = 0; octets <= whole.length; octets += 401) {
            Files.write(file, Arrays.copyOf(whole, octets));
            assertThat(lookAfter(Duration.ofSeconds(20))).isEqualTo(new Looked(0, List.of()));
        }
        Files.write(file, whole);
        assertThat(lookAfter(Duration.ofSeconds(20)).handled()).isZero();
        assertThat(lookAfter(Duration.ofSeconds(20)).handled()).isZero();

        assertThat(lookAfter(Duration.ofSeconds(20)).handled()).isEqualTo(1);

        assertThat(names(folder.resolve("done"))).containsExactly("slow.ret");
        assertThat(names(folder.resolve("failed"))).isEmpty();
        assertThat(booked(folder)).isEqualTo(3);
    }

    @Test
    void whoGoesOnWritingAfterALongPauseIsReadAgainAndEachLineCountsOnce() throws IOException {
        var folder = csvAgreement();
        var file = folder.resolve("payments.csv");
        try (var writer = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(writer, "amount;day;number\n" + csv(0, 20));
            assertThat(lookUntilTaken().handled()).isEqualTo(1);
            assertThat(names(folder.resolve("done"))).containsExactly("payments.csv");
            assertThat(booked(folder)).isEqualTo(20);

            write(writer, csv(20, 50)); // into the file that was put away
        }

        assertThat(lookUntilTaken().handled()).isEqualTo(1);
        assertThat(names(folder.resolve("done"))).containsExactly("payments.csv");
        assertThat(names(folder)).containsExactly("done", "reading");
        assertThat(booked(folder)).isEqualTo(50);
        assertThat(repeated(folder)).isEqualTo(20);
    }

    @Test
    void oneThatWasRefusedAsCutOffComesBackWhenItIsWhole() throws IOException {
        var folder = cnabAgreement();
        byte[] whole = cnab(1, "11", "12");
        try (var writer =
                FileChannel.open(folder.resolve("a.ret"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            writer.write(ByteBuffer.wrap(whole, 0, 700));
            assertThat(lookUntilTaken().handled()).isEqualTo(1);
            assertThat(names(folder.resolve("failed"))).containsExactly("a.ret", "a.ret.txt");
            assertThat(booked(folder)).isZero();

            writer.write(ByteBuffer.wrap(whole, 700, whole.length - 700));
        }

        assertThat(lookUntilTaken().handled()).isEqualTo(1);
        assertThat(names(folder.resolve("failed"))).isEmpty();
        assertThat(names(folder.resolve("done"))).containsExactly("a.ret");
        assertThat(booked(folder)).isEqualTo(2);
    }

    private static void write(FileChannel to, String text) throws IOException {
        to.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theSameNameTwiceIsTwoFilesEvenWithinAMoment() throws IOException {
        var folder = cnabAgreement();
        var file = folder.resolve("RETORNO.RET");
        Files.write(file, cnab(1, "21"));
        lookUntilTaken();
        Files.write(file, cnab(2, "22", "23"));
        inbox.look();
        api.clock.advance(WatchedInbox.QUIET);
        // As if the clock had been set back to the instant of the first.
        api.clock.set(api.clock.instant().minus(WatchedInbox.QUIET));
        inbox.look();
        lookAfter(WatchedInbox.QUIET);

        assertThat(names(folder.resolve("done"))).containsExactly("RETORNO.RET", "RETORNO.RET");
        assertThat(booked(folder)).isEqualTo(3);
        // The same content under another name changes nothing.
        Files.write(folder.resolve("again.ret"), cnab(2, "22", "23"));
        assertThat(lookUntilTaken().handled()).isEqualTo(1);
        assertThat(booked(folder)).isEqualTo(3);
    }

    @Test
    void aTransferIsLeftAloneWhileItsNameSaysThatItGoesOn() throws IOException {
        var folder = cnabAgreement();
        Files.write(folder.resolve("x.ret.part"), cnab(1, "31"));
        Files.write(folder.resolve(".x.ret"), cnab(1, "31"));
        Files.setLastModifiedTime(folder.resolve("x.ret.part"), FileTime.from(api.clock.instant()));

        assertThat(lookUntilTaken()).isEqualTo(new Looked(0, List.of()));

        assertThat(lookAfter(Duration.ofHours(2)).problems())
                .containsExactly(folder.resolve("x.ret.part") + ": its transfer has broken off");
        Files.move(folder.resolve("x.ret.part"), folder.resolve("x.ret"));
        assertThat(lookUntilTaken().handled()).isEqualTo(1);
        assertThat(booked(folder)).isEqualTo(1);
    }

    @Test
    void whatAKilledNodeLeftIsTakenByTheNextLook() throws IOException {
        var folder = cnabAgreement();
        Files.createDirectories(folder.resolve("reading"));
        Files.write(folder.resolve("reading/20261123150000000-left.ret"), cnab(1, "41"));

        assertThat(node().look().handled()).isEqualTo(1);

        assertThat(names(folder.resolve("reading"))).isEmpty();
        assertThat(names(folder.resolve("done"))).containsExactly("left.ret");
        assertThat(booked(folder)).isEqualTo(1);
    }

    @Test
    void nodesThatShareAFolderTakeEachFileOnce() throws Exception {
        var folder = cnabAgreement();
        for (int i = 0; i < 30; i++) {
            Files.write(folder.resolve("f" + i + ".ret"), cnab(i + 1, "5" + i, "6" + i));
        }
        var nodes = List.of(inbox, node(), node());
        nodes.forEach(WatchedInbox::look);
        api.clock.advance(WatchedInbox.QUIET);

        try (var threads = Executors.newFixedThreadPool(nodes.size())) {
            for (int round = 0; round < 3; round++) {
                var looks = nodes.stream()
                        .<Future<Looked>>map(node -> threads.submit(node::look))
                        .toList();
                for (var look : looks) {
                    assertThat(look.get().problems()).isEmpty();
                }
            }
        }

        assertThat(names(folder.resolve("done"))).hasSize(30).doesNotHaveDuplicates();
        assertThat(names(folder.resolve("failed"))).isEmpty();
        assertThat(names(folder.resolve("reading"))).isEmpty();
        assertThat(booked(folder)).isEqualTo(60);
    }

    @Test
    void oneThatCannotBeHandledStaysIsToldAndKeepsNoOtherBack() throws IOException {
        var broken = cnabAgreement();
        Files.writeString(broken.resolve("reading"), "not a folder");
        Files.write(broken.resolve("a.ret"), cnab(1, "71"));
        Files.createSymbolicLink(broken.resolve("link.ret"), root.resolve("nowhere"));
        var folder = cnabAgreement();
        Files.write(folder.resolve("b.ret"), cnab(1, "72"));
        var job = new ScanInbox(inbox, new JobSettings(2, Map.of()));
        assertThatThrownBy(() -> job.run(api.clock.instant()))
                .hasMessageContaining("link.ret: expected a file, no link");
        api.clock.advance(WatchedInbox.QUIET);

        assertThatThrownBy(() -> job.run(api.clock.instant()))
                .hasMessageContaining("a.ret: ")
                .hasMessageContaining("link.ret: expected a file, no link");

        assertThat(names(broken)).contains("a.ret");
        assertThat(booked(folder)).isEqualTo(1);
        Files.delete(broken.resolve("reading"));
        Files.delete(broken.resolve("link.ret"));
        inbox.look();
        api.clock.advance(WatchedInbox.QUIET);
        assertThat(job.run(api.clock.instant())).isEqualTo(JobReport.of("files", 1));
        assertThat(booked(broken)).isEqualTo(1);
    }

    @Test
    void aFolderThatIsMissingAndFilesThatLieElsewhereAreTold() throws IOException {
        Files.createDirectories(root.resolve("bradesko"));
        Files.write(root.resolve("bradesko/x.ret"), cnab(1, "81"));
        Files.writeString(root.resolve("y.ret"), "y");
        Files.createDirectories(root.resolve("empty"));

        assertThat(inbox.look().problems())
                .containsExactly(
                        root.resolve("y.ret") + ": expected in the folder of an agreement",
                        root.resolve("bradesko") + ": no agreement of this name takes files");
        var gone = new WatchedInbox(
                root.resolve("gone").toString(), api.bean(BankAgreements.class), api.bean(BankFiles.class), api.clock);
        assertThat(gone.look().problems()).containsExactly("inbox " + root.resolve("gone") + ": expected a folder");
    }

    @Test
    void eachNodeHasAJobOfItsOwnUnderOneSetting() {
        var schedule = new JobSchedule.Every(Duration.ofMinutes(1));
        var settings = new JobSettings(2, Map.of("scan-inbox", schedule));
        var job = new ScanInbox(inbox, settings);

        assertThat(job.name()).isEqualTo("scan-inbox-2");
        assertThat(settings.scheduleOf(job)).isEqualTo(schedule);
    }
}
