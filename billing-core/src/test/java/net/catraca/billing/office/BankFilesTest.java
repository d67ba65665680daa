package net.catraca.billing.office;

import static net.catraca.billing.office.TestOffice.MARIA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.CsvFormat;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.cnab.ReturnFileWriter;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.store.IncomingBook;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BankFilesTest {

    private static final TestOffice OFFICE = TestOffice.openAtNoonOf("2026-03-27");

    private final TestOffice office = OFFICE;
    private final BankFiles files = OFFICE.bean(BankFiles.class);
    private final BankAgreements agreements = OFFICE.bean(BankAgreements.class);
    private final BankCharges charges = OFFICE.bean(BankCharges.class);
    private final UnmatchedPayments unmatched = OFFICE.bean(UnmatchedPayments.class);
    private final MoneyNews news = OFFICE.bean(MoneyNews.class);
    private final PaymentTraces traces = OFFICE.bean(PaymentTraces.class);

    @TempDir
    Path folder;

    private long agreement;

    @BeforeEach
    void startAnew() {
        office.sql.update("truncate bank_agreement restart identity cascade");
        office.startAnewAtNoonOf("2026-03-27");
        agreement = agreement("bradesco", false);
    }

    @AfterAll
    static void close() {
        OFFICE.close();
    }

    private long agreement(String name, boolean whole) {
        var wanted = new BankAgreement(0, 0, name, Kind.CNAB, "237-cnab400", "4711", whole, true, null, null);
        return agreements.create(MARIA, wanted, null).orThrow().agreement().id();
    }

    /** A contract that is blocked for a bill with that number. */
    private Receivable blockedFor(String ourNumber) {
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        charge(ourNumber, bill.id());
        office.run();
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.BLOCKED);
        return bill;
    }

    private void charge(String ourNumber, Long... receivables) {
        charges.create(MARIA, new BankCharges.Wanted(agreement, ourNumber, null, List.of(receivables)))
                .orThrow();
    }

    private record Line(String code, String ourNumber, long cents, long chargesCents, String on) {
        static Line paid(String ourNumber) {
            return new Line("06", ourNumber, 99_90, 0, "2026-03-26");
        }
    }

    private Path file(long sequence, Line... lines) throws IOException {
        var path = Files.createTempFile(folder, "retorno", ".ret");
        var layout = Layouts.bundled().find("237-cnab400").orElseThrow();
        try (OutputStream out = Files.newOutputStream(path);
                var writer = new ReturnFileWriter(out, layout, "4711", sequence, LocalDate.parse("2026-03-27"))) {
            for (var line : lines) {
                writer.movement(
                        line.code(),
                        line.ourNumber(),
                        "",
                        99_90,
                        line.cents(),
                        line.chargesCents(),
                        LocalDate.parse(line.on()),
                        null);
            }
        }
        return path;
    }

    private BankFiles.Taken take(Path file) {
        return files.take(MARIA, agreement, "retorno.ret", file, null).orThrow();
    }

    private Receivable now(Receivable bill) {
        return office.receivables.find(bill.id()).orElseThrow();
    }

    @Test
    void aFilePaysAndGivesBackAtOnceAndPaysNothingTwice() throws IOException {
        var bill = blockedFor("00000123456");
        var file = file(1, Line.paid("123456"));

        var taken = take(file);

        assertThat(taken.file().paid()).isEqualTo(1);
        assertThat(taken.file().paidCents()).isEqualTo(99_90);
        assertThat(taken.file().order()).isEqualTo(BankFile.Order.FIRST);
        assertThat(taken.file().coversUntil()).isEqualTo("2026-03-26");
        assertThat(now(bill).settledOn()).isEqualTo("2026-03-26");
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);

        long feed = office.count("feed");
        assertThat(take(file).repeated()).isTrue();
        var sameLines = take(file(2, Line.paid("123456")));
        assertThat(sameLines.file().repeated()).isEqualTo(1);
        assertThat(sameLines.file().paid()).isZero();
        assertThat(office.count("payment")).isEqualTo(1);
        assertThat(office.count("feed")).isEqualTo(feed);
    }

    @Test
    void aBaixaIsNoMoney() throws IOException {
        var bill = blockedFor("9");

        var taken =
                take(file(1, new Line("09", "9", 99_90, 0, "2026-03-26"), new Line("10", "9", 99_90, 0, "2026-03-26")));

        assertThat(taken.file().other()).isEqualTo(2);
        assertThat(taken.findings().codes())
                .extracting(BankFile.CodeTotal::code)
                .containsExactly("09", "10");
        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.BLOCKED);
    }

    @Test
    void twoEqualLinesOfOneFileAreTwoPaymentsAndTheSecondIsCreditForTheNextBill() throws IOException {
        var bill = blockedFor("9");

        assertThat(take(file(1, Line.paid("9"), Line.paid("9"))).file().paid()).isEqualTo(2);

        assertThat(office.count("payment")).isEqualTo(2);
        var next = office.monthly(bill.contractId(), "2026-04-10");
        assertThat(next.status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(next.paidCents()).isEqualTo(99_90);
    }

    @Test
    void interestAndFineBecomeNoCredit() throws IOException {
        var bill = blockedFor("9");

        take(file(1, new Line("06", "9", 103_00, 3_10, "2026-03-26")));

        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.SETTLED);
        var payment = office.payments.list(bill.contractId(), 0, 10).getFirst();
        assertThat(payment.chargesCents()).isEqualTo(3_10);
        assertThat(payment.creditCents()).isZero();
        assertThat(office.monthly(bill.contractId(), "2026-04-10").paidCents()).isZero();
    }

    @Test
    void oneBoletoMaySettleTheReceivablesOfSeveralContracts() throws IOException {
        var one = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        var other = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        charge("55", one.id(), other.id());
        office.run();

        take(file(1, new Line("06", "55", 199_80, 0, "2026-03-26")));

        assertThat(List.of(now(one), now(other))).allMatch(bill -> bill.status() == ReceivableStatus.SETTLED);
        assertThat(office.effective(one.contractId())).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.effective(other.contractId())).isEqualTo(AccessLevel.ACTIVE);
        var told = unmatched.find(1).orElseThrow();
        assertThat(told.state()).isEqualTo(State.MATCHED);
        assertThat(office.count("payment")).isEqualTo(2);
    }

    @Test
    void whatNobodyKnowsWaitsShieldsAndIsAssignedOrSplit() throws IOException {
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        var other = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");

        assertThat(take(file(1, new Line("06", "404", 199_80, 0, "2026-03-26"), Line.paid("405")))
                        .file()
                        .unmatched())
                .isEqualTo(2);

        var waiting = unmatched.list(null, 0, 10);
        assertThat(waiting).hasSize(2);
        assertThat(news.onItsWay(List.of(bill.contractId()), office.clock.instant()))
                .containsKey(bill.contractId());
        assertThat(unmatched.candidates(waiting.get(1)))
                .extracting("receivableId")
                .contains(bill.id(), other.id());
        var half = List.of(
                new UnmatchedPayments.Share(bill.contractId(), bill.id(), 99_90),
                new UnmatchedPayments.Share(other.contractId(), null, 99_90));
        assertThat(unmatched.assign(MARIA, waiting.getFirst().id(), null, half.subList(0, 1), null))
                .isInstanceOf(Outcome.Declined.class);
        unmatched.assign(MARIA, waiting.getFirst().id(), null, half, "called").orThrow();
        assertThat(List.of(now(bill), now(other))).allMatch(each -> each.status() == ReceivableStatus.SETTLED);
        assertThat(unmatched.assign(MARIA, waiting.getFirst().id(), null, half, "again"))
                .isInstanceOf(Outcome.Declined.class);
        unmatched.dismiss(MARIA, waiting.get(1).id(), null, "a deposit").orThrow();
        assertThat(unmatched.waiting().count()).isZero();
        assertThat(office.count("incoming_payment")).isEqualTo(2);
    }

    @Test
    void gapsRepetitionsAndLateFilesAreTold() throws IOException {
        blockedFor("1");
        assertThat(take(file(5, Line.paid("1"))).file().order()).isEqualTo(BankFile.Order.FIRST);
        assertThat(take(file(6, Line.paid("2"))).file().order()).isEqualTo(BankFile.Order.NEXT);
        assertThat(take(file(8, Line.paid("3"))).file().order()).isEqualTo(BankFile.Order.GAP);
        assertThat(news.freshness().getFirst().missingSequences()).isEqualTo(1);
        assertThat(take(file(8, Line.paid("4"))).file().order()).isEqualTo(BankFile.Order.REPEATED);
        assertThat(take(file(7, Line.paid("5"))).file().order()).isEqualTo(BankFile.Order.LATE);
        assertThat(news.freshness().getFirst().missingSequences()).isZero();
        assertThat(news.freshness().getFirst().lastSequence()).isEqualTo(8);
        assertThat(news.received(LocalDate.parse("2026-03-26"), LocalDate.parse("2026-03-26"))
                        .getFirst()
                        .payments())
                .isEqualTo(5);
    }

    @Test
    void aBadLineLeavesTheRestUnlessTheFileCountsAsAWhole() throws IOException {
        var bill = blockedFor("9");
        String text = Files.readString(file(1, Line.paid("8"), Line.paid("9")), StandardCharsets.ISO_8859_1);
        // The first detail's amount.
        String bad = text.substring(0, 402 + 253) + "00000000X9990" + text.substring(402 + 266);
        var path = Files.writeString(folder.resolve("bad.ret"), bad, StandardCharsets.ISO_8859_1);

        var whole = files.take(MARIA, agreement, "bad.ret", path, true);
        assertThat(whole).isInstanceOfSatisfying(Outcome.Declined.class, declined -> assertThat(
                        declined.problem().toString())
                .contains("line 2, paid: expected an amount in cents, found 00000000X9990"));
        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.OPEN);

        var rows = files.take(MARIA, agreement, "bad.ret", path, false).orThrow();
        assertThat(rows.file().paid()).isEqualTo(1);
        assertThat(rows.findings().faults().getFirst().line()).isEqualTo(2);
        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void aTruncatedFileAndAnotherAgreementsFilePayNothing() throws IOException {
        var bill = blockedFor("9");
        byte[] octets = Files.readAllBytes(file(1, Line.paid("9")));
        var half = Files.write(folder.resolve("half.ret"), java.util.Arrays.copyOf(octets, octets.length - 402));
        var other = Files.writeString(
                folder.resolve("other.ret"),
                new String(octets, StandardCharsets.ISO_8859_1).replace("00004711", "00004712"),
                StandardCharsets.ISO_8859_1);

        assertThat(files.take(MARIA, agreement, "half.ret", half, null)).isInstanceOf(Outcome.Declined.class);
        assertThat(files.take(MARIA, agreement, "other.ret", other, null)).isInstanceOf(Outcome.Declined.class);

        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.OPEN);
        assertThat(files.list(agreement, Long.MAX_VALUE, 10)).allMatch(file -> file.state() == BankFile.State.REFUSED);
    }

    @Test
    void anImportThatDiedGoesOnWhenTheFileComesAgain() throws IOException {
        var bill = blockedFor("9");
        var file = file(1, Line.paid("9"), Line.paid("8"));
        var first = take(file).file();
        // As a node that died between its last batch and the end would leave it.
        office.sql.update("update bank_file set state = 'IMPORTING', ended_at = null where id = ?", first.id());

        assertThat(files.take(MARIA, agreement, "retorno.ret", file, null)).isInstanceOf(Outcome.Declined.class);
        office.clock.set(office.clock.instant().plusSeconds(300));
        var again = take(file).file();

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.state()).isEqualTo(BankFile.State.IMPORTED);
        assertThat(again.paid()).isEqualTo(1);
        assertThat(again.unmatched()).isEqualTo(1);
        assertThat(now(bill).paidCents()).isEqualTo(99_90);
    }

    @Test
    void aPaymentIsTracedFromTheBanksLineToTheAccessChange() throws IOException {
        var bill = blockedFor("9");
        take(file(1, Line.paid("9")));
        var payment = office.payments.list(bill.contractId(), 0, 10).getFirst();

        var trace = traces.of(payment.id()).orElseThrow();

        assertThat(java.util.Objects.requireNonNull(trace.incoming()).line()).isEqualTo(2);
        assertThat(java.util.Objects.requireNonNull(trace.file()).name()).isEqualTo("retorno.ret");
        assertThat(trace.receivables()).extracting(Receivable::id).containsExactly(bill.id());
        var effect = trace.effects().getFirst();
        assertThat(effect.before().effective()).isEqualTo("BLOCKED");
        assertThat(effect.before().committed()).isEqualTo("BLOCKED");
        assertThat(effect.after().effective()).isEqualTo("ACTIVE");
        assertThat(effect.after().factsVersion())
                .isEqualTo(office.facts.find(bill.contractId()).orElseThrow().version());
        assertThat(effect.feedId()).isPositive();
        office.payments.reverse(MARIA, payment.id(), null, "charged back").orThrow();
        assertThat(traces.ofContract(bill.contractId()))
                .extracting(each -> each.what().name())
                .containsExactly("REVERSED", "BOOKED");
    }

    @Test
    void aCsvIsReadByItsColumns() throws IOException {
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        var format = new CsvFormat(
                Map.of("amount", "Valor", "paid-on", "Data", "our-number", "Nosso número", "external-id", "Id"),
                ';',
                "dd/MM/yyyy",
                true);
        var wanted = new BankAgreement(0, 0, "provider", Kind.CSV, null, null, false, true, format, null);
        agreement = agreements.create(MARIA, wanted, null).orThrow().agreement().id();
        charge("77", bill.id());
        var path = Files.writeString(folder.resolve("p.csv"), """
                \ufeffId;Data;Valor;Nosso número
                a1;26/03/2026;"R$ 99,90";0077
                a2;2026-03-26;1,00;0078
                a3;26/03/2026;1.234,5;
                """);

        var taken = take(path);

        assertThat(taken.file().paid()).isEqualTo(1);
        assertThat(taken.file().unmatched()).isEqualTo(1);
        assertThat(taken.file().paidCents()).isEqualTo(99_90 + 1234_50);
        assertThat(taken.findings().faults())
                .containsExactly(new BankFile.Fault(1, 3, "paid-on", "a day as dd/MM/yyyy", "2026-03-26"));
        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    /** Of a provider whose rows often name nothing. */
    private void csvAgreement() {
        var format = new CsvFormat(
                Map.of(
                        "amount",
                        "valor",
                        "paid-on",
                        "data",
                        "document",
                        "doc",
                        "payer-tax-id",
                        "cpf",
                        "payer-name",
                        "nome"),
                ';',
                "yyyy-MM-dd",
                true);
        var wanted = new BankAgreement(0, 0, "provider", Kind.CSV, null, null, false, true, format, null);
        agreement = agreements.create(MARIA, wanted, null).orThrow().agreement().id();
    }

    private BankFile csv(String... rows) throws IOException {
        var path = Files.createTempFile(folder, "pagamentos", ".csv");
        Files.writeString(path, "valor;data;doc;cpf;nome\n" + String.join("\n", rows) + "\n");
        return files.take(MARIA, agreement, "p.csv", path, null).orThrow().file();
    }

    private List<IncomingPayment> queue() {
        return unmatched.list(null, 0, 50);
    }

    @Test
    void twoPayersWithoutANumberBothWaitWhateverTheirFilesDayAndAmount() throws IOException {
        csvAgreement();

        assertThat(csv("99,90;2026-03-26;;52998224725;Ana").unmatched()).isEqualTo(1);
        var evening = csv("99,90;2026-03-26;000;11144477735;Bruno", "99,90;2026-03-26;;11144477735;Bruno");

        assertThat(evening.unmatched()).isEqualTo(2);
        assertThat(evening.repeated()).isZero();
        assertThat(queue()).extracting(IncomingPayment::payerName).containsExactly("Ana", "Bruno", "Bruno");
        assertThat(queue()).allMatch(each -> each.why() == Why.NO_CHARGE);
    }

    @Test
    void linesOfABankWithoutANumberAllWait() throws IOException {
        take(file(1, Line.paid("0"), Line.paid("000")));
        var again = take(file(2, Line.paid("0"))).file();

        assertThat(again.repeated()).isZero();
        assertThat(queue())
                .extracting(IncomingPayment::why)
                .containsExactly(Why.NO_CHARGE, Why.NO_CHARGE, Why.POSSIBLE_REPETITION);
    }

    @Test
    void aFileWithoutNumbersThatIsSentAgainAnewBooksNothingTwiceAndAPersonSeesWhatItRepeats() throws IOException {
        csvAgreement();
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10");
        csv("99,90;2026-03-26;;52998224725;Ana");
        var ana = queue().getFirst();
        unmatched.assign(MARIA, ana.id(), null, List.of(whole(bill)), null).orThrow();

        csv("99,90;2026-03-26;;52998224725;Ana", "10,00;2026-03-26;;;");

        assertThat(office.count("payment")).isEqualTo(1);
        assertThat(queue()).extracting(IncomingPayment::why).containsExactly(Why.POSSIBLE_REPETITION, Why.NO_CHARGE);
        assertThat(queue().getFirst().repeatsId()).isEqualTo(ana.id());
        assertThat(news.received(LocalDate.parse("2026-03-26"), LocalDate.parse("2026-03-26")))
                .as("what may be the same money is not counted as received")
                .singleElement()
                .matches(received -> received.cents() == 99_90 + 10_00);
    }

    @Test
    void aLineThatAnotherFileToldIsShownWithItsPaymentAndAPersonMayBookIt() throws IOException {
        var bill = blockedFor("9");
        take(file(1, Line.paid("9")));
        var first = unmatched.find(1).orElseThrow();

        var evening = take(file(2, Line.paid("9"))).file();

        assertThat(evening.repeated()).isEqualTo(1);
        assertThat(queue()).isEmpty();
        var line = files.lines(evening.id(), State.REPEATED, 0, 9).getFirst();
        assertThat(line.line()).isEqualTo(2);
        assertThat(line.repeatsId()).isEqualTo(first.id());
        assertThat(files.lines(evening.id(), null, 0, 9)).containsExactly(line);
        assertThat(news.received(LocalDate.parse("2026-03-26"), LocalDate.parse("2026-03-26"))
                        .getFirst()
                        .payments())
                .isEqualTo(1);

        // He did pay twice that day.
        unmatched.restore(MARIA, line.id(), line.version()).orThrow();
        assertThat(queue()).singleElement().matches(each -> each.why() == Why.POSSIBLE_REPETITION);
        unmatched
                .assign(MARIA, line.id(), null, List.of(whole(bill)), "asked the bank")
                .orThrow();
        assertThat(office.payments.list(bill.contractId(), 0, 9)).hasSize(2);
        assertThat(office.monthly(bill.contractId(), "2026-04-10").status()).isEqualTo(ReceivableStatus.SETTLED);
    }

    @Test
    void aDayToComeIsAFaultOfItsLineAndCoversNothing() throws IOException {
        var bill = blockedFor("9");

        var taken = take(file(
                1,
                Line.paid("9"),
                new Line("06", "10", 99_90, 0, "2027-03-26"),
                new Line("06", "11", 99_90, 0, "2026-03-28"),
                new Line("02", "12", 99_90, 0, "2027-03-26")));

        assertThat(taken.file().paid()).isEqualTo(1);
        assertThat(taken.file().unmatched()).isZero();
        assertThat(taken.findings().faults())
                .containsExactly(
                        new BankFile.Fault(1, 3, "occurred-on", "a day no later than 2026-03-27", "2027-03-26"),
                        new BankFile.Fault(2, 4, "occurred-on", "a day no later than 2026-03-27", "2026-03-28"));
        assertThat(taken.file().coversUntil()).isEqualTo("2026-03-26");
        assertThat(now(bill).status()).isEqualTo(ReceivableStatus.SETTLED);
        assertThat(files.take(MARIA, agreement, "w.ret", file(2, new Line("06", "9", 99_90, 0, "2027-03-26")), true))
                .isInstanceOf(Outcome.Declined.class);
    }

    @Test
    void aFileMadeAtNoonDoesNotCoverItsOwnDay() throws IOException {
        var taken = take(file(1, new Line("06", "9", 99_90, 0, "2026-03-27"))).file();

        assertThat(taken.unmatched()).as("the line itself goes in").isEqualTo(1);
        assertThat(taken.coversUntil()).isEqualTo("2026-03-26");
    }

    @Test
    void aFileThatWasMadeInDaysToComeIsFaultyAndCoversNoMoreThanYesterday() throws IOException {
        office.clock.set(office.clock.instant().minus(Duration.ofDays(3))); // Tuesday, 24 March

        var taken = take(file(1, new Line("06", "9", 99_90, 0, "2026-03-24")));

        assertThat(taken.findings().faults()).extracting(BankFile.Fault::field).containsExactly("created-on");
        assertThat(taken.file().unmatched()).isEqualTo(1);
        assertThat(taken.file().coversUntil()).isEqualTo("2026-03-23");
    }

    @Test
    void aCsvCoversNoMoreThanYesterdayAndTakesTomorrowOnly() throws IOException {
        csvAgreement();

        var file = csv("1,00;2026-03-25;;;", "2,00;2026-03-28;;;", "3,00;2026-03-29;;;");

        assertThat(file.unmatched()).isEqualTo(2);
        assertThat(files.findings(file.id()).faults())
                .containsExactly(new BankFile.Fault(1, 4, "paid-on", "a day no later than 2026-03-28", "2026-03-29"));
        assertThat(file.coversUntil()).isEqualTo("2026-03-26");
        assertThat(csv("1,00;2026-03-20;;;").coversUntil()).isEqualTo("2026-03-20");
    }

    @Test
    void candidatesAreThoseThatTheAmountMayBeForWithFineAndInterest() throws IOException {
        var bill = office.monthly(office.contract(BillingMode.POSTPAID), "2026-02-10");
        var next = office.monthly(bill.contractId(), "2026-03-10");
        var other = office.monthly(office.contract(BillingMode.POSTPAID), "2026-04-10");
        csvAgreement();

        csv("103,36;2026-03-26;;;"); // 44 days late
        csv("205,00;2026-03-26;;;"); // both
        csv("150,00;2026-03-26;;;");

        assertThat(candidates(0)).containsExactly(bill.id());
        assertThat(candidates(1)).containsExactlyInAnyOrder(bill.id(), next.id());
        assertThat(candidates(2)).isEmpty();
        csv("99,90;2026-03-26;;;");
        assertThat(candidates(3)).containsExactlyInAnyOrder(bill.id(), next.id(), other.id());
    }

    private List<Long> candidates(int place) {
        return unmatched.candidates(queue().get(place)).stream()
                .map(IncomingBook.Candidate::receivableId)
                .toList();
    }

    @Test
    void manyLinesGoInInBatches() throws IOException {
        var lines = new ArrayList<Line>();
        var bills = new ArrayList<Receivable>();
        for (int i = 1; i <= 1_203; i++) {
            if (i % 20 == 0) {
                bills.add(office.monthly(office.contract(BillingMode.POSTPAID), "2026-03-10"));
                charge(Integer.toString(i), bills.getLast().id());
            }
            lines.add(Line.paid(Integer.toString(i)));
        }

        var taken = take(file(1, lines.toArray(Line[]::new)));

        assertThat(taken.file().paid()).isEqualTo(60);
        assertThat(taken.file().unmatched()).isEqualTo(1_143);
        assertThat(bills).allMatch(bill -> now(bill).status() == ReceivableStatus.SETTLED);
    }

    /** Until it is removed, PostgreSQL refuses the payments of one contract so many times. */
    private void refuse(Receivable bill, String sqlState, int times) {
        office.sql.update("create sequence refusals");
        office.sql.update("""
                create function refuse() returns trigger language plpgsql as $$
                begin
                    if new.contract_id = %d and nextval('refusals') <= %d then
                        raise exception 'refused' using errcode = '%s';
                    end if;
                    return new;
                end $$
                """.formatted(bill.contractId(), times, sqlState));
        office.sql.update("create trigger refusing before insert on payment for each row execute function refuse()");
    }

    private void refuseNoMore() {
        office.sql.update("drop trigger refusing on payment");
        office.sql.update("drop function refuse");
        office.sql.update("drop sequence refusals");
    }

    @Test
    void aDeadlockIsNoReasonToKeepAPayerWaiting() throws IOException {
        var bill = blockedFor("1");
        var other = blockedFor("2");
        refuse(bill, "40P01", 2);
        try {
            var taken = take(file(1, Line.paid("1"), Line.paid("2")));

            assertThat(taken.file().paid()).isEqualTo(2);
            assertThat(taken.file().unmatched()).isZero();
        } finally {
            refuseNoMore();
        }
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
        assertThat(office.effective(other.contractId())).isEqualTo(AccessLevel.ACTIVE);
    }

    @Test
    void aDatabaseThatGoesAwayLeavesTheFileToComeAgainAndNothingToAPerson() throws IOException {
        var bill = blockedFor("1");
        var file = file(1, Line.paid("1"));
        refuse(bill, "57P01", 1);
        try {
            assertThatThrownBy(() -> take(file)).isInstanceOf(RuntimeException.class);
            assertThat(office.count("incoming_payment")).isZero();

            office.clock.set(office.clock.instant().plus(Duration.ofMinutes(3)));
            assertThat(take(file).file().paid()).isEqualTo(1);
        } finally {
            refuseNoMore();
        }
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
    }

    @Test
    void aLineThatTheDatabaseRefusesWaitsForAPersonAndTheOthersPay() throws IOException {
        var bill = blockedFor("1");
        var other = blockedFor("2");
        refuse(bill, "23514", 2);
        try {
            var taken = take(file(1, Line.paid("1"), Line.paid("2")));

            assertThat(taken.file().paid()).isEqualTo(1);
            assertThat(taken.file().unmatched()).isEqualTo(1);
            assertThat(office.effective(other.contractId())).isEqualTo(AccessLevel.ACTIVE);
            var waiting = unmatched.list(agreement, 0, 9).getFirst();
            assertThat(waiting.ourNumber()).isEqualTo("1");
            assertThat(waiting.why()).isEqualTo(Why.FAILED);
            unmatched
                    .assign(MARIA, waiting.id(), null, List.of(whole(bill)), null)
                    .orThrow();
        } finally {
            refuseNoMore();
        }
        assertThat(office.effective(bill.contractId())).isEqualTo(AccessLevel.ACTIVE);
    }

    private static UnmatchedPayments.Share whole(Receivable bill) {
        return new UnmatchedPayments.Share(bill.contractId(), bill.id(), 99_90);
    }
}
