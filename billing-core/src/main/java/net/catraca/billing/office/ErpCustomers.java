package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Customer;
import net.catraca.billing.contract.CustomerDraft;
import net.catraca.billing.contract.TaxId;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.erp.ErpRow.OfCustomer;
import net.catraca.billing.office.AuditLog.Entry;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.store.CustomerBook;
import net.catraca.billing.store.ErpNewsBook;
import org.jspecify.annotations.Nullable;

/** Customers as an ERP tells them. */
@Singleton
final class ErpCustomers implements ErpWriter<OfCustomer> {

    private static final int MOST = 500;

    private final CustomerBook customers;
    private final ErpNewsBook news;
    private final AuditLog audit;

    ErpCustomers(CustomerBook customers, ErpNewsBook news, AuditLog audit) {
        this.customers = customers;
        this.news = news;
        this.audit = audit;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public List<ErpResult> write(Actor actor, List<OfCustomer> rows, Instant now) {
        var told = new News(news, ErpNewsBook.Kind.CUSTOMER, rows, now);
        Map<String, Customer> existing =
                customers
                        .findByExternalIds(rows.stream().map(ErpRow::externalId).collect(Collectors.toSet()))
                        .stream()
                        .collect(Collectors.toMap(
                                customer -> Objects.requireNonNull(customer.externalId()), customer -> customer));
        var writing = new Writing(now);
        List<Supplier<ErpResult>> results = new ArrayList<>();
        for (var row : rows) {
            var passed = told.passes(row);
            if (passed == null) {
                var looked = writing.look(row, existing.get(row.externalId()));
                results.add(() -> told.note(row, looked.get()));
            } else {
                results.add(() -> passed);
            }
        }
        writing.write(actor);
        var inOrder = results.stream().map(Supplier::get).toList();
        told.finish();
        return inOrder;
    }

    /** Customers that are new or changed; they are written when all rows have been looked at. */
    private final class Writing {

        private final Instant now;
        private final List<CustomerBook.New> fresh = new ArrayList<>();
        private final Map<Long, CustomerBook.New> changed = new TreeMap<>();
        private final Map<Long, Customer> before = new HashMap<>();
        private final Map<String, Customer> created = new HashMap<>();

        Writing(Instant now) {
            this.now = now;
        }

        /** @return what became of the row, to be asked when all are written */
        Supplier<ErpResult> look(OfCustomer row, @Nullable Customer known) {
            var draft = new CustomerDraft(row.externalId(), row.name(), row.taxId(), row.email(), row.phone());
            var checks = Customers.check(draft);
            if (checks.failed()) {
                return () -> new Declined(checks.problem());
            }
            var wanted = new CustomerBook.New(draft, TaxId.parse(row.taxId()));
            if (known == null) {
                fresh.add(wanted);
                return () -> created(row.externalId());
            }
            if (isSame(wanted, known)) {
                return () -> new Written(How.UNCHANGED, known.id());
            }
            before.put(known.id(), known);
            changed.put(known.id(), wanted);
            return () -> new Written(How.UPDATED, known.id());
        }

        private ErpResult created(String externalId) {
            var found = created.get(externalId);
            // Not there: another transaction has created it since the external ids were looked up.
            return found == null
                    ? new Declined(new Conflict("external-id-taken", externalId))
                    : new Written(How.CREATED, found.id());
        }

        void write(Actor actor) {
            var today = LocalDate.ofInstant(now, Contract.DEFAULT_ZONE);
            customers
                    .insertAll(fresh, today, now)
                    .forEach(customer -> created.put(Objects.requireNonNull(customer.externalId()), customer));
            audit.appendAll(
                    actor,
                    "customer.create",
                    created.values().stream()
                            .sorted(Comparator.comparingLong(Customer::id))
                            .map(customer -> new Entry(subject(customer), null, customer))
                            .toList(),
                    now);
            audit.appendAll(
                    actor,
                    "customer.update",
                    customers.updateAll(changed).stream()
                            .map(customer -> new Entry(subject(customer), before.get(customer.id()), customer))
                            .toList(),
                    now);
        }
    }

    private static boolean isSame(CustomerBook.New wanted, Customer known) {
        var draft = wanted.draft();
        return known.name().equals(draft.name())
                && known.taxId().equals(wanted.taxId())
                && Objects.equals(known.email(), draft.email())
                && Objects.equals(known.phone(), draft.phone());
    }

    private static String subject(Customer customer) {
        return "customer/" + customer.id();
    }
}
