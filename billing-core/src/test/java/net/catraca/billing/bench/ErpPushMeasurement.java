package net.catraca.billing.bench;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Password;
import net.catraca.billing.contract.SessionLimit;
import net.catraca.billing.contract.Subscriber.CredentialKind;
import net.catraca.billing.contract.SubscriberLocks;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.erp.ErpRow.StatusWord;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.ErpBulk;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.TestIsp;
import net.catraca.billing.testing.TestDatabase;

/**
 * Measures bulks of an ERP, each kind when it is new and when it is sent again. Not a test; from the repository's root:
 *
 * <pre>./mvnw -q test-compile exec:exec -pl billing-core -Dexec.executable=java -Dexec.classpathScope=test \
 *     -Dexec.args="-Xmx512m -cp %classpath net.catraca.billing.bench.ErpPushMeasurement 10000"</pre>
 */
final class ErpPushMeasurement {

    private static final Actor ERP = Actor.system("measurement");

    private ErpPushMeasurement() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rows = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        AuditLog unkept = (_, _, _, _, _, _) -> {};
        try (var database = TestDatabase.fresh();
                var context =
                        database.startContext(Map.of(), unkept, SecretKeys.parse("test", SecretKeys.generate()))) {
            var sql = context.getBean(Sql.class);
            var meter = new Meter(sql);
            TestIsp.seed(sql);
            var bulk = context.getBean(ErpBulk.class);
            var asOf = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS); // as precise as it is kept
            var first = LocalDate.parse("2026-01-10");
            measure(
                    meter,
                    "customers",
                    rows,
                    some -> bulk.customers(ERP, some),
                    n -> customer(n, "Customer ", asOf),
                    n -> customer(n, "Other ", asOf));
            measure(
                    meter,
                    "contracts with money here",
                    rows,
                    some -> bulk.contracts(ERP, some),
                    n -> contract(n, "l", MoneySource.LOCAL, first, asOf),
                    n -> contract(n, "l", MoneySource.LOCAL, first.minusDays(1), asOf));
            measure(
                    meter,
                    "contracts with money there",
                    rows,
                    some -> bulk.contracts(ERP, some),
                    n -> contract(n, "e", MoneySource.ERP, first, asOf),
                    n -> contract(n, "e", MoneySource.ERP, first.minusDays(1), asOf));
            measure(
                    meter,
                    "logins",
                    rows,
                    some -> bulk.subscribers(ERP, some),
                    n -> login(n, "secret-", asOf),
                    n -> login(n, "other-", asOf));
            measure(
                    meter,
                    "standings",
                    rows,
                    some -> bulk.standings(ERP, some),
                    n -> new ErpRow.OfStanding("e-" + n, first.plusMonths(9), first.plusMonths(10), asOf),
                    n -> new ErpRow.OfStanding(
                            "e-" + n, first.plusMonths(10), first.plusMonths(11), asOf.plusMillis(1)));
            measure(
                    meter,
                    "receivables",
                    rows,
                    some -> bulk.receivables(ERP, some),
                    n -> receivable(n, 99_90, asOf),
                    n -> receivable(n, 89_90, asOf));
            measure(
                    meter,
                    "statuses",
                    rows,
                    some -> bulk.statuses(ERP, some),
                    n -> new ErpRow.OfStatus("e-" + n, StatusWord.ACTIVE, null, null, null, asOf));
        }
    }

    /** @param rows as they are when they are new; and as they are when they have changed */
    @SafeVarargs
    private static <R> void measure(
            Meter meter, String what, int many, Function<List<R>, List<ErpResult>> push, IntFunction<R>... rows)
            throws InterruptedException {
        push(meter, what, many, rows[0], push);
        push(meter, what + ", again", many, rows[0], push);
        if (rows.length > 1) {
            push(meter, what + ", changed", many, rows[1], push);
        }
    }

    private static <R> void push(
            Meter meter, String what, int many, IntFunction<R> row, Function<List<R>, List<ErpResult>> push)
            throws InterruptedException {
        var all = IntStream.range(0, many).mapToObj(row).toList();
        int taken = meter.measure(what, () -> {
            int written = 0;
            for (int from = 0; from < many; from += ErpBulk.PORTION) {
                var results = push.apply(all.subList(from, Math.min(many, from + ErpBulk.PORTION)));
                written +=
                        (int) results.stream().filter(Written.class::isInstance).count();
            }
            return written;
        });
        System.out.println("    " + taken + " taken");
    }

    private static ErpRow.OfCustomer customer(int number, String name, Instant asOf) {
        return new ErpRow.OfCustomer("c-" + number, name + number, "52998224725", "a@isp.example", null, asOf);
    }

    private static ErpRow.OfContract contract(
            int number, String prefix, MoneySource money, LocalDate first, Instant asOf) {
        return new ErpRow.OfContract(
                prefix + "-" + number,
                "c-" + number,
                "Fibra 300",
                null,
                BillingMode.POSTPAID,
                money,
                first,
                null,
                first,
                "Centro",
                StatusWord.ACTIVE,
                null,
                asOf);
    }

    private static ErpRow.OfSubscriber login(int number, String secret, Instant asOf) {
        return new ErpRow.OfSubscriber(
                "login-" + number,
                "l-" + number,
                CredentialKind.RECOVERABLE,
                new Password(secret + number),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                SubscriberLocks.NONE,
                SessionLimit.OF_PLAN,
                false,
                asOf);
    }

    private static ErpRow.OfReceivable receivable(int number, long cents, Instant asOf) {
        var due = LocalDate.parse("2026-12-10");
        return new ErpRow.OfReceivable(
                "r-" + number,
                "l-" + number,
                ReceivableKind.RECURRING,
                cents,
                0,
                null,
                due.minusDays(20),
                due,
                due.minusMonths(1),
                due.minusDays(1),
                null,
                false,
                asOf);
    }
}
