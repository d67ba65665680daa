package net.catraca.billing.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.BankAgreement.Kind;
import net.catraca.billing.cnab.Layouts;
import net.catraca.billing.cnab.ReturnFileWriter;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.BankFiles;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.TestDatabase;

/**
 * Measures the import of a return file that pays every receivable there is. Not a test; from the repository's root:
 *
 * <pre>./mvnw -q test-compile exec:exec -pl billing-core -Dexec.executable=java -Dexec.classpathScope=test \
 *     -Dexec.args="-Xmx512m -cp %classpath net.catraca.billing.bench.CnabImportMeasurement 200000"</pre>
 */
final class CnabImportMeasurement {

    private static final Actor BANK = Actor.system("measurement");

    private CnabImportMeasurement() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int lines = arguments.length == 0 ? 200_000 : Integer.parseInt(arguments[0]);
        AuditLog unkept = (_, _, _, _, _, _) -> {};
        try (var database = TestDatabase.fresh();
                var context =
                        database.startContext(Map.of(), unkept, SecretKeys.parse("test", SecretKeys.generate()))) {
            var sql = context.getBean(Sql.class);
            var meter = new Meter(sql);
            TestIsp.seed(sql);
            var wanted = new BankAgreement(0, 0, "bank", Kind.CNAB, "237-cnab400", null, false, true, null, null);
            long agreement = context.getBean(BankAgreements.class)
                    .create(BANK, wanted, null)
                    .orThrow()
                    .agreement()
                    .id();
            fill(sql, agreement, lines);
            var file = file(lines);
            var files = context.getBean(BankFiles.class);
            for (String which : new String[] {"first", "again"}) {
                var taken = meter.measure(which, () -> files.take(BANK, agreement, "file", file, null)
                        .orThrow());
                System.out.printf(
                        "    %d lines, %d paid%n",
                        taken.file().lines(), taken.file().paid());
            }
            Files.delete(file);
        }
    }

    private static Path file(int lines) throws IOException {
        var file = Files.createTempFile("retorno", ".ret");
        var layout = Layouts.bundled().find("237-cnab400").orElseThrow();
        try (var out = new BufferedOutputStream(Files.newOutputStream(file));
                var writer = new ReturnFileWriter(out, layout, null, 1, LocalDate.parse("2026-03-27"))) {
            for (int i = 1; i <= lines; i++) {
                // As banks sort it: not as we number contracts.
                long number = 1 + i * 7_919L % lines;
                writer.movement("06", Long.toString(number), "", 99_90, 99_90, 0, LocalDate.parse("2026-03-26"), null);
            }
        }
        return file;
    }

    /** Postpaid contracts, each with a bill that is late and a boleto for it. */
    private static void fill(Sql sql, long agreement, int contracts) {
        sql.inTransaction(() -> {
            sql.update("""
                    insert into contract (
                        customer_id, plan_id, status, billing_mode, financial_base_date, signed_on, activated_on,
                        created_at)
                    select 1, 1, 'ACTIVE', 'POSTPAID', '2026-01-10', '2026-01-10', '2026-01-10', '2026-01-10T12:00Z'
                      from generate_series(1, ?)
                    """, contracts);
            sql.update("""
                    insert into contract_facts (
                        contract_id, version, customer_id, plan_id, zone, status, status_since_day, billing_mode,
                        late_since_day, pauses, exemptions, releases, automatic_restriction, committed_level)
                    select id, 1, 1, 1, zone, status, 20463, billing_mode, 20522, '{}', '{}', '{}', 'NORMAL', 'ACTIVE'
                      from contract
                    """);
            sql.update("""
                    insert into receivable (
                        contract_id, kind, nominal_cents, issued_on, due_on, original_due_on, coverage_first,
                        coverage_last, counts_for_blocking, status, created_at)
                    select id, 'RECURRING', 9990, '2026-02-20', '2026-03-10', '2026-03-10', '2026-02-10', '2026-03-09',
                           true, 'OPEN', '2026-02-20T12:00Z'
                      from contract
                    """);
            sql.update("""
                    insert into charge (agreement_id, our_number, created_at, created_by)
                    select ?, id::text, '2026-02-20T12:00Z', 'measurement' from receivable order by id
                    """, agreement);
            return sql.update("""
                    insert into charge_receivable (charge_id, receivable_id)
                    select c.id, r.id from charge c join receivable r on r.id::text = c.our_number
                    """);
        });
        sql.update("analyze");
    }
}
