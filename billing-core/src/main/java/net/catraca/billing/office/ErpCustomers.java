package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        List<ErpResult> results = new ArrayList<>();
        for (var row : rows) {
            var passed = told.passes(row);
            results.add(
                    passed == null ? told.note(row, write(actor, row, existing.get(row.externalId()), now)) : passed);
        }
        told.finish();
        return results;
    }

    private ErpResult write(Actor actor, OfCustomer row, @Nullable Customer before, Instant now) {
        var draft = new CustomerDraft(row.externalId(), row.name(), row.taxId(), row.email(), row.phone());
        var checks = Customers.check(draft);
        if (checks.failed()) {
            return new Declined(checks.problem());
        }
        var taxId = TaxId.parse(row.taxId());
        return before == null ? create(actor, draft, taxId, now) : update(actor, draft, taxId, before, now);
    }

    private ErpResult create(Actor actor, CustomerDraft draft, TaxId taxId, Instant now) {
        var today = LocalDate.ofInstant(now, Contract.DEFAULT_ZONE);
        var created = customers.insert(draft, taxId, customers.owesOverdue(taxId, today), now);
        if (created.isEmpty()) {
            // Another transaction has created it since the external ids were looked up.
            return new Declined(new Conflict("external-id-taken", String.valueOf(draft.externalId())));
        }
        audit.append(actor, "customer.create", subject(created.get()), null, created.get(), now);
        return new Written(How.CREATED, created.get().id());
    }

    private ErpResult update(Actor actor, CustomerDraft draft, TaxId taxId, Customer before, Instant now) {
        boolean same = before.name().equals(draft.name())
                && before.taxId().equals(taxId)
                && Objects.equals(before.email(), draft.email())
                && Objects.equals(before.phone(), draft.phone());
        if (same) {
            return new Written(How.UNCHANGED, before.id());
        }
        var updated = customers.update(before.id(), draft, taxId);
        audit.append(actor, "customer.update", subject(updated), before, updated, now);
        return new Written(How.UPDATED, updated.id());
    }

    private static String subject(Customer customer) {
        return "customer/" + customer.id();
    }
}
