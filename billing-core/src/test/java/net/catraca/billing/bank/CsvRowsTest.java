package net.catraca.billing.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CsvRowsTest {

    private static List<String> read(String text) throws IOException {
        var rows = new CsvRows(new StringReader(text), ';');
        var read = new ArrayList<String>();
        for (var row = rows.next(); row != null; row = rows.next()) {
            read.add(row.isBroken() ? "broken" : String.join("|", row.cells()));
        }
        return read;
    }

    @Test
    void cellsMayHoldDelimitersQuotesAndLineEnds() throws IOException {
        assertThat(read("a;b\r\n\"x;y\";\"says \"\"hi\"\"\"\r\n\"two\nlines\";\n"))
                .containsExactly("a|b", "x;y|says \"hi\"", "two\nlines|");
        assertThat(read("a;5\" pipe\nb;c")).containsExactly("a|5\" pipe", "b|c");
        assertThat(read("")).isEmpty();
    }

    @Test
    void aQuoteThatNobodyClosesSpoilsItsOwnLineAlone() throws IOException {
        assertThat(read("1;\"João\n2;Ana\n3;Rui\n")).containsExactly("broken", "2|Ana", "3|Rui");
    }

    @Test
    void noMoreDoesOneThatALaterRowsQuoteSeemsToClose() throws IOException {
        assertThat(read("1;\"João\n2;\"Ana\"\n3;Rui\n")).containsExactly("broken", "2|Ana", "3|Rui");
    }

    @Test
    void afterAnEndlessLineTheNextOneIsRead() throws IOException {
        String endless = "x".repeat(CsvRows.MOST_CHARACTERS * 3);
        assertThat(read("1;a\n2;" + endless + "\n3;c\n")).containsExactly("1|a", "broken", "3|c");
        assertThat(read("1;\"" + endless + "\n3;c\n")).containsExactly("broken", "3|c");
    }

    @Test
    void manyRowsAfterAStrayQuoteAreAllThere() throws IOException {
        var random = new Random(7);
        for (int round = 0; round < 20; round++) {
            int stray = random.nextInt(3_000);
            var text = new StringBuilder();
            for (int i = 0; i < 3_000; i++) {
                text.append(i).append(i == stray ? ";\"João\n" : ";\"Ana " + i + "\"\n");
            }
            var read = read(text.toString());
            assertThat(read).hasSize(3_000);
            assertThat(read.stream().filter("broken"::equals)).hasSize(1);
            assertThat(read.get(stray)).isEqualTo("broken");
        }
    }
}
