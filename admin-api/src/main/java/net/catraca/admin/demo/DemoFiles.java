package net.catraca.admin.demo;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.cnab.Layout;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.cnab.ReturnFileWriter;

/**
 * Writes what banks would send for the demo ISP: a return file that pays 200 boletos, and a Pix notification for the
 * blocked login. See config/demo/README.md.
 */
public final class DemoFiles {

    static final int PAID = 200;

    /** What the demo shows by name stays as it is told in the README. */
    private static final List<String> NAMED = List.of(
            "active",
            "postpaid",
            "reduced",
            "blocked",
            "exempt",
            "paused",
            "manual-block",
            "awaiting",
            "cancelled",
            "unlocked");

    private DemoFiles() {}

    public static void write(Path folder, List<DemoBoleto> boletos, LocalDate today, Instant now) {
        try {
            Files.createDirectories(folder);
            writeReturnFile(folder.resolve("retorno-bradesco.ret"), boletos, today);
            var oldest = boletos.stream()
                    .filter(boleto -> boleto.login().equals("blocked"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(folder.resolve("pix-blocked.json"), pix(oldest, now), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeReturnFile(Path file, List<DemoBoleto> boletos, LocalDate today) throws IOException {
        Layout layout = Layouts.bundled().find(DemoIsp.BANK_LAYOUT).orElseThrow();
        try (OutputStream out = Files.newOutputStream(file);
                var writer = new ReturnFileWriter(out, layout, DemoIsp.AGREEMENT_NUMBER, 1, today)) {
            for (var boleto : boletos.stream()
                    .filter(each -> !NAMED.contains(each.login()))
                    .limit(PAID)
                    .toList()) {
                writer.movement(
                        "06",
                        boleto.ourNumber(),
                        "",
                        boleto.cents(),
                        boleto.cents(),
                        0,
                        today.minusDays(1),
                        boleto.taxId());
            }
            // A bill that was taken back unpaid: no money.
            writer.movement("09", "999999", "", 99_90, 0, 0, today.minusDays(1), null);
        }
    }

    /** As Banco Central's API Pix has it. */
    private static String pix(DemoBoleto boleto, Instant now) {
        return """
                {"pix":[{"endToEndId":"E00000000202611231200DEMOBLOCKED","txid":"%s","valor":"%d.%02d","horario":"%s",
                 "chave":"financeiro@demo.example","pagador":{"cpf":"%s","nome":"Demo blocked"}}]}
                """.formatted(boleto.txid(), boleto.cents() / 100, boleto.cents() % 100, now, boleto.taxId());
    }
}
