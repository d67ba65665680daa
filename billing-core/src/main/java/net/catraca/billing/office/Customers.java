package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Customer;
import net.catraca.billing.contract.CustomerDraft;
import net.catraca.billing.contract.TaxId;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.CustomerBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Persons and companies. */
@Singleton
public final class Customers {

    private final Sql sql;
    private final CustomerBook customers;
    private final AuditLog audit;
    private final Clock clock;

    Customers(Sql sql, CustomerBook customers, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.customers = customers;
        this.audit = audit;
        this.clock = clock;
    }

    /** Registers; a tax id that is registered already and owes something overdue is taken, and flagged. */
    public Outcome<Customer> create(Actor actor, CustomerDraft draft) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        var taxId = TaxId.parse(draft.taxId());
        var now = clock.instant();
        var today = LocalDate.ofInstant(now, Contract.DEFAULT_ZONE);
        return sql.inTransaction(() -> customers
                .insert(new CustomerBook.New(draft, taxId), today, now)
                .map(created -> {
                    audit.append(actor, "customer.create", subject(created), null, created, now);
                    return Outcome.done(created);
                })
                .orElseGet(() -> externalIdTaken(draft)));
    }

    /** @param expectedVersion the version that the caller has read, or null to take any */
    public Outcome<Customer> update(Actor actor, long id, @Nullable Long expectedVersion, CustomerDraft draft) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var found = customers.lock(id);
            if (found.isEmpty()) {
                return Outcome.declined(new Unknown("customer", id));
            }
            var stale = LockedContract.stale(expectedVersion, found.get().version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            var holder = draft.externalId() == null
                    ? null
                    : customers.findByExternalId(draft.externalId()).orElse(null);
            if (holder != null && holder.id() != id) {
                return externalIdTaken(draft);
            }
            var updated = customers.update(id, new CustomerBook.New(draft, TaxId.parse(draft.taxId())));
            audit.append(actor, "customer.update", subject(updated), found.get(), updated, clock.instant());
            return Outcome.done(updated);
        });
    }

    public Optional<Customer> find(long id) {
        return customers.find(id);
    }

    public Optional<Customer> findByExternalId(String externalId) {
        return customers.findByExternalId(externalId);
    }

    /**
     * @param taxId only those with this tax id, or null for all
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Customer> list(@Nullable TaxId taxId, long afterId, int limit) {
        return customers.page(taxId, afterId, limit);
    }

    private static <T> Outcome<T> externalIdTaken(CustomerDraft draft) {
        return Outcome.declined(new Conflict("external-id-taken", String.valueOf(draft.externalId())));
    }

    private static String subject(Customer customer) {
        return "customer/" + customer.id();
    }

    static Checks check(CustomerDraft draft) {
        return new Checks()
                .textOrNone(draft.externalId(), 200, "externalId")
                .text(draft.name(), 200, "name")
                .expect(parsed(draft.taxId()).isPresent(), "taxId", "a CPF or CNPJ with right check digits")
                .textOrNone(draft.email(), 254, "email")
                .textOrNone(draft.phone(), 40, "phone");
    }

    private static Optional<TaxId> parsed(String text) {
        try {
            return Optional.of(TaxId.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // the field's error says what was expected
        }
    }
}
