package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.contract.Customer;
import net.catraca.billing.contract.CustomerDraft;
import net.catraca.billing.contract.Language;
import net.catraca.billing.contract.TaxId;
import net.catraca.billing.run.UnmatchedPaymentGuard.PayerTaxIds;
import org.jspecify.annotations.Nullable;

/** The table {@code customer}. */
@Singleton
public final class CustomerBook implements PayerTaxIds {

    private final Sql sql;

    CustomerBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<Customer> find(long id) {
        return sql.first("select * from customer where id = ?", CustomerBook::customer, id);
    }

    public Optional<Customer> findByExternalId(String externalId) {
        return sql.first("select * from customer where external_id = ?", CustomerBook::customer, externalId);
    }

    public List<Customer> findByExternalIds(Collection<String> externalIds) {
        return sql.list("select * from customer where external_id = any(?)", CustomerBook::customer, (Object)
                externalIds.toArray(String[]::new));
    }

    /** By id, above one; only those with a tax id, or for null all. */
    public List<Customer> page(@Nullable TaxId taxId, long afterId, int limit) {
        return sql.list(
                "select * from customer where id > ? and (?::text is null or tax_id = ?) order by id limit ?",
                CustomerBook::customer,
                afterId,
                taxId == null ? null : taxId.value(),
                taxId == null ? null : taxId.value(),
                limit);
    }

    @Override
    public Map<Long, String> ofCustomers(Collection<Long> customerIds) {
        Map<Long, String> taxIds = new HashMap<>();
        sql.each(
                "select id, tax_id from customer where id = any(?)",
                row -> taxIds.put(row.bigint("id"), row.text("tax_id")),
                customerIds);
        return taxIds;
    }

    /** Whether a customer with this tax id owes something that counts for blocking and was due before the day. */
    public boolean owesOverdue(TaxId taxId, LocalDate today) {
        return sql.first("""
                        select 1 as one
                          from customer c
                          join contract k on k.customer_id = c.id
                          join receivable r on r.contract_id = k.id
                         where c.tax_id = ? and r.status = 'OPEN' and r.counts_for_blocking and r.due_on < ?
                         limit 1
                        """, row -> row.integer("one"), taxId.value(), today).isPresent();
    }

    /** Empty when the external id is taken. */
    public Optional<Customer> insert(CustomerDraft draft, TaxId taxId, boolean registeredAgainWithDebt, Instant now) {
        return sql.first(
                """
                insert into customer (
                    external_id, name, tax_id, email, phone, language, registered_again_with_debt, created_at)
                values (?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (external_id) do nothing
                returning *
                """,
                CustomerBook::customer,
                draft.externalId(),
                draft.name(),
                taxId.value(),
                draft.email(),
                draft.phone(),
                draft.written(),
                registeredAgainWithDebt,
                now);
    }

    /** The row, locked until the transaction ends. */
    public Optional<Customer> lock(long id) {
        return sql.first("select * from customer where id = ? for no key update", CustomerBook::customer, id);
    }

    public Customer update(long id, CustomerDraft draft, TaxId taxId) {
        return sql.first(
                        """
                        update customer
                           set version = version + 1, external_id = ?, name = ?, tax_id = ?, email = ?, phone = ?,
                               language = ?
                         where id = ?
                        returning *
                        """,
                        CustomerBook::customer,
                        draft.externalId(),
                        draft.name(),
                        taxId.value(),
                        draft.email(),
                        draft.phone(),
                        draft.written(),
                        id)
                .orElseThrow();
    }

    private static Customer customer(Row row) throws SQLException {
        return new Customer(
                row.bigint("id"),
                row.bigint("version"),
                row.textOrNull("external_id"),
                row.text("name"),
                new TaxId(row.text("tax_id")),
                row.textOrNull("email"),
                row.textOrNull("phone"),
                row.oneOf(Language.class, "language"),
                row.bool("registered_again_with_debt"),
                row.instant("created_at"));
    }
}
