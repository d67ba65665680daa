package net.catraca.billing.cnab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import net.catraca.billing.cnab.Part.Fault;
import net.catraca.billing.cnab.Part.Header;
import net.catraca.billing.cnab.Part.Movement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReturnFileTest {

    private static final Layouts LAYOUTS = Layouts.bundled();
    private static final LocalDate PAID_ON = LocalDate.parse("2026-11-20");

    static List<String> layouts() {
        return LAYOUTS.all().stream().map(Layout::name).toList();
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void whatABankWritesIsReadBack(String name) throws IOException {
        var layout = layout(name);
        String pays = layout.codes().stream()
                .filter(Layout.Code::pays)
                .findFirst()
                .orElseThrow()
                .code();

        var parts = read(layout, file(layout, pays));

        assertThat(parts).noneMatch(Fault.class::isInstance);
        assertThat(parts.getFirst()).isInstanceOfSatisfying(Header.class, header -> assertThat(header.createdOn())
                .isEqualTo("2026-11-23"));
        var movement = movements(parts).getFirst();
        assertThat(movement.ourNumber()).isEqualTo("1234567");
        assertThat(movement.code().pays()).isTrue();
        assertThat(movement.paidCents()).isEqualTo(10_190);
        assertThat(movement.chargesCents()).isEqualTo(200);
        assertThat(movement.nominalCents()).isEqualTo(9_990);
        assertThat(movement.occurredOn()).isEqualTo(PAID_ON);
        assertThat(movements(parts).get(1).code().pays()).isFalse();
    }

    /** Made by hand from the banks' manuals, see README.md beside them: columns are counted there, not by our layouts. */
    @ParameterizedTest
    @CsvSource({
        "001-cnab400, 12345670000000042, 10190, 2026-11-20, 06",
        "033-cnab400, 427, 10190, 2026-11-20, 06",
        "104-cnab400, 14000000000000042, 10190, 2026-11-20, 21",
        "237-cnab400, 42, 10190, 2026-11-20, 06",
        "341-cnab400, 42, 10190, 2026-11-20, 06",
        "756-cnab400, 42, 10190, 2026-11-20, 05",
        "001-cnab240, 12345670000000042, 10190, 2026-11-20, 06",
        "033-cnab240, 427, 10190, 2026-11-20, 06",
        "104-cnab240, 14000000000000042, 10190, 2026-11-20, 06",
        "237-cnab240, 900000000000000427, 10190, 2026-11-20, 06",
        "341-cnab240, 42, 10190, 2026-11-20, 06",
        "756-cnab240, 427, 10190, 2026-11-20, 06"
    })
    void aFileThatIsNotOursIsRead(String name, String number, long cents, LocalDate day, String code)
            throws IOException {
        List<Part> parts = new ArrayList<>();
        try (var file = ReturnFileTest.class.getResourceAsStream("/cnab/" + name + ".ret")) {
            ReturnFile.read(Objects.requireNonNull(file), layout(name), parts::add);
        }

        assertThat(faults(parts)).isEmpty();
        assertThat(movements(parts)).singleElement().satisfies(movement -> {
            assertThat(movement.ourNumber()).isEqualTo(number);
            assertThat(movement.paidCents()).isEqualTo(cents);
            assertThat(movement.chargesCents()).isEqualTo(200);
            assertThat(movement.nominalCents()).isEqualTo(9_990);
            assertThat(movement.occurredOn()).isEqualTo(day);
            assertThat(movement.document()).isEqualTo("R-1");
            assertThat(movement.code().code()).isEqualTo(code);
            assertThat(movement.code().pays()).isTrue();
        });
    }

    @ParameterizedTest
    @CsvSource({
        "237-cnab400, 06 15 17, 02 09 10 16",
        "341-cnab400, 06 07 08, 09 10 17 32",
        "001-cnab400, 05 06 07 08 15, 09 10",
        "033-cnab400, 06 07 08 17, 09 10 16",
        "104-cnab400, 21 22, 02 23 24 25",
        "756-cnab400, 05 06 15, 09 10",
        "237-cnab240, 06 17, 09 10 25",
        "341-cnab240, 06 08, 09 10"
    })
    void onlyLiquidationsAreMoneyAndEachBankHasItsOwn(String name, String money, String none) {
        assertThat(money.split(" ")).allMatch(code -> layout(name).code(code).pays());
        assertThat(none.split(" ")).noneMatch(code -> layout(name).code(code).pays());
        assertThat(layout(name).code("77").pays()).isFalse();
    }

    @Test
    void aBadLineIsNamedAndTheRestIsRead() throws IOException {
        String text = text("237-cnab400").replaceFirst("(?s)(\r\n1.{107}..)201126", "$1322026");

        var parts = read("237-cnab400", text);

        assertThat(faults(parts)).first().satisfies(fault -> {
            assertThat(fault.line()).isEqualTo(2);
            assertThat(fault.field()).isEqualTo("occurred-on");
            assertThat(fault.expected()).isEqualTo("a day as DDMMYY");
            assertThat(fault.found()).isEqualTo("322026");
            assertThat(fault.fatal()).isFalse();
        });
        assertThat(movements(parts)).hasSize(1);
    }

    @Test
    void aFileWithoutItsEndIsNotTrusted() throws IOException {
        String text = text("341-cnab400");

        assertThat(faults(read("341-cnab400", text.substring(0, text.length() - 402))))
                .anyMatch(fault -> fault.fatal() && fault.field().equals("trailer"));
        assertThat(faults(read("341-cnab400", text.substring(0, 900)))).anyMatch(Fault::fatal);
        assertThat(faults(read("341-cnab400", ""))).anyMatch(Fault::fatal);
    }

    @Test
    void anotherBanksFileAndARemittanceAreRefusedAtTheirFirstLine() throws IOException {
        assertThat(faults(read("341-cnab400", text("237-cnab400"))))
                .containsExactly(new Fault(1, "bank", "\"341\"", "237", true));
        assertThat(faults(read("237-cnab400", "01REMESSA" + text("237-cnab400").substring(9))))
                .first()
                .satisfies(fault -> assertThat(fault.field()).isEqualTo("kind"));
        assertThat(faults(read("237-cnab240", text("237-cnab400"))))
                .first()
                .satisfies(fault -> assertThat(fault.fatal()).isTrue());
    }

    @Test
    void whatTheBankCountedIsCompared() throws IOException {
        String text = text("341-cnab400");
        int at = text.lastIndexOf("\r\n9") + 2;
        String changed = text.substring(0, at + 212) + "00000009" + text.substring(at + 220);

        assertThat(faults(read("341-cnab400", changed)))
                .containsExactly(new Fault(4, "details", "2, as counted in the file", "9", false));
    }

    @Test
    void aLineThatFellOutShowsByTheNumbersOfTheOthers() throws IOException {
        String text = text("237-cnab400");

        var faults = faults(read("237-cnab400", text.substring(0, 402) + text.substring(804)));

        assertThat(faults.getFirst().field()).isEqualTo("record");
        assertThat(faults.getFirst().found()).isEqualTo("3");
    }

    @Test
    void aSegmentWithoutItsOtherHalfIsAFault() throws IOException {
        String text = text("237-cnab240");
        int u = text.indexOf("\r\n", text.indexOf("\r\n", text.indexOf("\r\n") + 2) + 2) + 2;

        var parts = read("237-cnab240", text.substring(0, u) + text.substring(u + 242));

        assertThat(faults(parts)).anyMatch(fault -> fault.field().equals("segment") && fault.line() == 3);
        assertThat(movements(parts)).hasSize(1);
    }

    @Test
    void latinLettersLineEndsAndTheOldEndOfTextAreTaken() throws IOException {
        String text = text("237-cnab400").replace("boleto-1  ", "José-ação ");

        for (String variant :
                List.of(text, text.replace("\r\n", "\n"), text.stripTrailing(), text + "\u001a", text + "\r\n\r\n")) {
            var parts = read("237-cnab400", variant);
            assertThat(faults(parts)).isEmpty();
            assertThat(movements(parts).getFirst().document()).isEqualTo("José-ação");
        }
    }

    @Test
    void aMillionOctetsWithoutALineEndCostOneLine() throws IOException {
        var parts = read("237-cnab400", "0".repeat(1_000_000));

        assertThat(parts).hasSize(1);
        assertThat(faults(parts).getFirst().found()).isEqualTo("more than 401 octets");
    }

    private static Layout layout(String name) {
        return LAYOUTS.find(name).orElseThrow();
    }

    private static String text(String layout) throws IOException {
        return new String(file(layout(layout), "06"), StandardCharsets.ISO_8859_1);
    }

    private static byte[] file(Layout layout, String code) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var writer = new ReturnFileWriter(out, layout, "4711", 7, LocalDate.parse("2026-11-23"))) {
            writer.movement(code, "1234567", "boleto-1", 9_990, 10_190, 200, PAID_ON, "52998224725");
            writer.movement("09", "1234568", "boleto-2", 9_990, 0, 0, PAID_ON, null);
        }
        return out.toByteArray();
    }

    private static List<Part> read(String layout, String text) throws IOException {
        return read(layout(layout), text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Part> read(Layout layout, byte[] file) throws IOException {
        List<Part> parts = new ArrayList<>();
        ReturnFile.read(new ByteArrayInputStream(file), layout, parts::add);
        return parts;
    }

    private static List<Movement> movements(List<Part> parts) {
        return parts.stream()
                .filter(Movement.class::isInstance)
                .map(Movement.class::cast)
                .toList();
    }

    private static List<Fault> faults(List<Part> parts) {
        return parts.stream()
                .filter(Fault.class::isInstance)
                .map(Fault.class::cast)
                .toList();
    }
}
