package net.catraca.radius.dictionary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.catraca.radius.dictionary.Dictionary.Reading.Broken;
import net.catraca.radius.dictionary.Dictionary.Reading.Loaded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DictionaryReaderTest {

    private static final Path SHIPPED = Path.of("../config/dictionaries");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit fills it
    Path folder;

    @Test
    void whatWeShipIsRead() {
        var dictionary = loaded(SHIPPED);

        var rateLimit = dictionary.named("Mikrotik-Rate-Limit").orElseThrow();
        assertThat(rateLimit.vendorId()).isEqualTo(14988);
        assertThat(rateLimit.type()).isEqualTo(8);
        assertThat(rateLimit.dataType()).isEqualTo(DataType.TEXT);
        assertThat(dictionary.named("ERX-Service-Activate").orElseThrow().tagged())
                .isTrue();
        assertThat(dictionary.named("Tunnel-Password").orElseThrow().encrypted())
                .isTrue();
        assertThat(dictionary
                        .numbered(AttributeDefinition.STANDARD, 123)
                        .orElseThrow()
                        .name())
                .isEqualTo("Delegated-IPv6-Prefix");
        assertThat(dictionary.named("Error-Cause").orElseThrow().nameOf(503)).contains("Session-Context-Not-Found");
    }

    @Test
    void aFileMayAddToAVendorThatALaterFileDeclares() throws IOException {
        write("dictionary.a", """
                BEGIN-VENDOR Acme
                ATTRIBUTE Acme-Speed 1 integer
                VALUE Acme-Speed Slow 0xffffffff
                END-VENDOR Acme
                """);
        write("dictionary.z", "VENDOR Acme 99999 format=2,2");

        var speed = loaded(folder).named("Acme-Speed").orElseThrow();

        assertThat(speed.vendor()).contains(new VendorFormat(99999, "Acme", 2, 2));
        assertThat(speed.valueNamed("Slow")).hasValue(0xffff_ffffL);
        assertThat(speed.maxOctets()).isEqualTo(253 - 4 - 4);
    }

    @Test
    void filesIncludeOthersOnce() throws IOException {
        write("dictionary.main", "$INCLUDE more.txt\n$INCLUDE more.txt\nATTRIBUTE One 1 string");
        write("more.txt", "$INCLUDE dictionary.main\nATTRIBUTE Two 2 string");

        assertThat(loaded(folder).attributes()).hasSize(2);
    }

    @Test
    void otherFilesOfTheFolderAreNoDictionaries() throws IOException {
        write("dictionary.main", "ATTRIBUTE One 1 string");
        write("README.md", "ATTRIBUTE nonsense");

        assertThat(loaded(folder).attributes()).hasSize(1);
    }

    @Test
    void theSameDefinitionTwiceIsNoContradiction() throws IOException {
        write("dictionary.a", "VENDOR Acme 9\nBEGIN-VENDOR Acme\nATTRIBUTE One 1 string has_tag\nEND-VENDOR Acme");
        write("dictionary.b", "VENDOR Acme 9\nBEGIN-VENDOR Acme\nATTRIBUTE One 0x01 string has_tag\nEND-VENDOR Acme");

        assertThat(loaded(folder).attributes()).hasSize(1);
    }

    @Test
    void theFingerprintFollowsContents() throws IOException {
        write("dictionary.a", "ATTRIBUTE One 1 string");
        var before = fingerprint();

        assertThat(fingerprint()).isEqualTo(before);
        write("dictionary.a", "ATTRIBUTE One 1 string # another comment");
        assertThat(fingerprint()).isNotEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            ATTRIBUTE One 1                          | expected ATTRIBUTE name number type, and flags without a space between them
            ATTRIBUTE One 1 string has_tag encrypt=1 | expected ATTRIBUTE name number type, and flags without a space between them
            ATTRIBUTE One one string                 | expected a number, was "one"; attributes within attributes, such as 241.1, are not supported
            ATTRIBUTE One 241.1 string               | expected a number, was "241.1"; attributes within attributes, such as 241.1, are not supported
            ATTRIBUTE One 256 string                 | expected a number from 1 to 255, was 256
            ATTRIBUTE One 0 string                   | expected a number from 1 to 255, was 0
            ATTRIBUTE One 010 string                 | expected a number, was "010"; attributes within attributes, such as 241.1, are not supported
            ATTRIBUTE One 1 strnig                   | there is no type "strnig"
            ATTRIBUTE One 1 string has_tags          | there is no flag "has_tags"
            VALUE One Two 2                          | there is no ATTRIBUTE One
            VALUE One Two                            | expected VALUE attribute name number
            VALUE Base Two 4294967296                | expected a number from 0 to 4294967295, was 4294967296
            VENDOR Acme                              | expected VENDOR name number
            VENDOR Acme 9 format=3,1                 | expected format=t,l with 1, 2 or 4 octets of type and 0, 1 or 2 of length, was "format=3,1"
            BEGIN-VENDOR Nobody                      | there is no VENDOR Nobody
            END-VENDOR Nobody                        | END-VENDOR without BEGIN-VENDOR
            BEGIN-TLV Something                      | "BEGIN-TLV" is not supported; expected VENDOR, BEGIN-VENDOR, END-VENDOR, ATTRIBUTE, VALUE or $INCLUDE
            $INCLUDE nowhere                         | there is no file
            """)
    void aLineThatSaysNothingSensibleIsNamed(String line, String message) throws IOException {
        write("dictionary.bad", "# a comment\nATTRIBUTE Base 7 integer\n\n" + line + "\n");

        assertThat(problems()).anySatisfy(problem -> assertThat(problem.toString())
                .startsWith(folder.resolve("dictionary.bad") + ":4: " + message));
    }

    @Test
    void anAttributeOfAnUnknownVendorNeverBecomesAStandardOne() throws IOException {
        write("dictionary.bad", "BEGIN-VENDOR Nobody\nATTRIBUTE Acme-Speed 1 integer\nEND-VENDOR Nobody");

        assertThat(problems())
                .extracting(Problem::toString)
                .containsExactly(folder.resolve("dictionary.bad") + ":1: there is no VENDOR Nobody");
    }

    @Test
    void aBlockThatStaysOpenIsNamedWhereItOpened() throws IOException {
        write("dictionary.bad", "VENDOR Acme 9\n\nBEGIN-VENDOR Acme\nATTRIBUTE Acme-Speed 1 integer");

        assertThat(problems())
                .extracting(Problem::toString)
                .containsExactly(folder.resolve("dictionary.bad") + ":3: BEGIN-VENDOR Acme has no END-VENDOR");
    }

    @Test
    void aContradictionNamesBothPlaces() throws IOException {
        write("dictionary.a", "ATTRIBUTE One 1 string");
        write("dictionary.b", "\nATTRIBUTE One 1 integer");

        assertThat(problems())
                .extracting(Problem::toString)
                .containsExactly(folder.resolve("dictionary.b") + ":2: defined otherwise at "
                        + folder.resolve("dictionary.a") + ":1 (One 1 string)");
    }

    @Test
    void twoVendorsCannotShareANumber() throws IOException {
        write("dictionary.a", "ATTRIBUTE One 1 string\nVENDOR Acme 9");
        write("dictionary.b", "VENDOR Other 9");

        assertThat(problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file().getFileName()).hasToString("dictionary.b");
            assertThat(problem.line()).isEqualTo(1);
        });
    }

    @Test
    void everyBadLineIsNamedAtOnce() throws IOException {
        write("dictionary.bad", "ATTRIBUTE One\nATTRIBUTE Two 2 string\nVALUE Three Four 4");

        assertThat(problems()).extracting(Problem::line).containsExactly(1, 3);
    }

    @Test
    void anEmptyFolderAndAMissingOneAreRefused() {
        assertThat(problems())
                .singleElement()
                .hasToString(folder + ": expected a file dictionary.* that defines attributes");
        assertThat(((Broken) DictionaryReader.read(folder.resolve("missing"))).problems())
                .hasSize(1);
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Files.write(folder.resolve("dictionary.bad"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});

        assertThat(problems())
                .first()
                .hasToString(folder.resolve("dictionary.bad") + ": cannot be read: expected UTF-8 text");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private List<Problem> problems() {
        return ((Broken) DictionaryReader.read(folder)).problems();
    }

    private byte[] fingerprint() {
        return ((Loaded) DictionaryReader.read(folder)).sha256();
    }

    private static Dictionary loaded(Path folder) {
        var reading = DictionaryReader.read(folder);
        assertThat(reading).isInstanceOf(Loaded.class);
        return ((Loaded) reading).dictionary();
    }
}
