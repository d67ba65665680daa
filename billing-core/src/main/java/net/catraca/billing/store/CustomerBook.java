package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** A customer to be written, whose tax id was checked. */
    public record New(CustomerDraft draft, TaxId taxId) {}

    /** Empty when the external id is taken. */
    public Optional<Customer> insert(New wanted, LocalDate today, Instant now) {
        return insertAll(List.of(wanted), today, now).stream().findFirst();
    }

    /**
     * Inserts many by one statement, each noted whether its tax id owes something that was due before the day; those whose
     * external id is taken are left out.
     */
    public List<Customer> insertAll(Collection<New> customers, LocalDate today, Instant now) {
        if (customers.isEmpty()) {
            return List.of();
        }
        var owing = owingOverdue(customers.stream().map(New::taxId).toList(), today);
        var rows = RowColumns.of(customers)
                .text(one -> one.draft().externalId())
                .text(one -> one.draft().name())
                .text(one -> one.taxId().value())
                .text(one -> one.draft().email())
                .text(one -> one.draft().phone())
                .text(one -> one.draft().written().name())
                .bool(one -> owing.contains(one.taxId().value()));
        return sql.list("""
                insert into customer (
                    external_id, name, tax_id, email, phone, language, registered_again_with_debt, created_at)
                select n.*, ?::timestamptz from unnest(?, ?, ?, ?, ?, ?, ?) as n
                on conflict (external_id) do nothing
                returning *
                """, CustomerBook::customer, rows.after(now));
    }

    private Set<String> owingOverdue(Collection<TaxId> taxIds, LocalDate today) {
        Set<String> owing = new HashSet<>();
        sql.eachPlannedAnew(
                """
                select distinct c.tax_id
                  from customer c
                  join contract k on k.customer_id = c.id
                  join receivable r on r.contract_id = k.id
                 where c.tax_id = any(?) and r.status = 'OPEN' and r.counts_for_blocking and r.due_on < ?
                """,
                row -> owing.add(row.text("tax_id")),
                taxIds.stream().map(TaxId::value).distinct().toArray(String[]::new),
                today);
        return owing;
    }

    /** Writes many by one statement, by id. */
    public List<Customer> updateAll(Map<Long, New> customers) {
        if (customers.isEmpty()) {
            return List.of();
        }
        var rows = RowColumns.of(customers.entrySet())
                .bigint(Map.Entry::getKey)
                .text(one -> one.getValue().draft().externalId())
                .text(one -> one.getValue().draft().name())
                .text(one -> one.getValue().taxId().value())
                .text(one -> one.getValue().draft().email())
                .text(one -> one.getValue().draft().phone())
                .text(one -> one.getValue().draft().written().name());
        List<Customer> updated = new ArrayList<>();
        sql.eachPlannedAnew("""
                update customer c
                   set version = c.version + 1, external_id = n.external_id, name = n.name, tax_id = n.tax_id,
                       email = n.email, phone = n.phone, language = n.language
                  from unnest(?, ?, ?, ?, ?, ?, ?) as n (id, external_id, name, tax_id, email, phone, language)
                 where c.id = n.id
                returning c.*
                """, row -> updated.add(customer(row)), rows.after());
        return updated;
    }

    /** The row, locked until the transaction ends. */
    public Optional<Customer> lock(long id) {
        return sql.first("select * from customer where id = ? for no key update", CustomerBook::customer, id);
    }

    public Customer update(long id, New wanted) {
        return updateAll(Map.of(id, wanted)).getFirst();
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
