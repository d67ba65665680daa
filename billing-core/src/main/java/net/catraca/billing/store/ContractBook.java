package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.contract.Pause;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code contract}, {@code pause} and {@code exemption}. They are written within an {@link AccessWrite} that
 * holds the contract.
 */
@Singleton
public final class ContractBook {

    private final ContractRepository rows;
    private final Sql sql;

    ContractBook(ContractRepository rows, Sql sql) {
        this.rows = rows;
        this.sql = sql;
    }

    public Optional<Contract> find(long id) {
        return rows.findById(id).map(ContractRow::contract);
    }

    public Optional<Contract> findByExternalId(String externalId) {
        return rows.findByExternalId(externalId).map(ContractRow::contract);
    }

    public List<Contract> findAll(Collection<Long> ids) {
        return sql.list(
                "select * from contract where id = any(?)",
                row -> ContractRow.read(row).contract(),
                ids);
    }

    public List<Contract> findByExternalIds(Collection<String> externalIds) {
        return externalIds.isEmpty()
                ? List.of()
                : rows.findByExternalIdInList(externalIds).stream()
                        .map(ContractRow::contract)
                        .toList();
    }

    /** Those of these contracts of which an ERP keeps the money. */
    public Set<Long> keptByErp(Collection<Long> ids) {
        return ids.isEmpty()
                ? Set.of()
                : Set.copyOf(sql.list(
                        "select id from contract where id = any(?) and money_source = 'ERP'",
                        row -> row.bigint("id"),
                        ids));
    }

    /** Where these contracts are as long as no session has told, by contract; those without a region are not in it. */
    public Map<Long, String> regions(Collection<Long> ids) {
        Map<Long, String> regions = new HashMap<>();
        sql.each(
                "select id, region from contract where id = any(?) and region is not null",
                row -> regions.put(row.bigint("id"), row.text("region")),
                ids);
        return regions;
    }

    /** The pauses of these contracts, by contract, by their first day. */
    public Map<Long, List<Pause>> pauses(Collection<Long> contractIds) {
        return sql
                .list(
                        "select * from pause where contract_id = any(?) order by first_day, id",
                        Books::pause,
                        contractIds)
                .stream()
                .collect(Collectors.groupingBy(Pause::contractId));
    }

    /** By id, above one; of one customer or, for null, of all. */
    public List<Contract> page(@Nullable Long customerId, long afterId, int limit) {
        var ids = sql.list(
                "select id from contract where id > ? and (?::bigint is null or customer_id = ?) order by id limit ?",
                row -> row.bigint("id"),
                afterId,
                customerId,
                customerId,
                limit);
        return findAll(ids).stream()
                .sorted(Comparator.comparingLong(Contract::id))
                .toList();
    }

    /**
     * Where it is as long as no session has told; false when there is no such contract. It bears on no access.
     *
     * @param region null for none
     */
    public boolean place(long id, @Nullable String region) {
        return sql.update("update contract set region = ? where id = ?", region, id) == 1;
    }

    /** Inserts a contract, whatever its id says, and returns it with its own. */
    public Contract insert(Contract contract) {
        return rows.save(ContractRow.of(contract, null)).contract();
    }

    /** Writes all columns; the caller holds the row locked. */
    public void update(Contract contract) {
        rows.update(ContractRow.of(contract, contract.id()));
    }

    public List<Pause> pauses(long contractId) {
        return sql.list("select * from pause where contract_id = ? order by first_day, id", Books::pause, contractId);
    }

    public Pause insertPause(
            long contractId, LocalDate first, @Nullable LocalDate last, String reason, String by, Instant at) {
        return sql.first(
                        "insert into pause (contract_id, first_day, last_day, reason, created_by, created_at)"
                                + " values (?, ?, ?, ?, ?, ?) returning *",
                        Books::pause,
                        contractId,
                        first,
                        last,
                        reason,
                        by,
                        at)
                .orElseThrow();
    }

    /** @param last the new last day; before its first day the pause never was, and its row goes */
    public void endPause(Pause pause, LocalDate last) {
        if (last.isBefore(pause.firstDay())) {
            sql.update("delete from pause where id = ?", pause.id());
        } else {
            sql.update("update pause set last_day = ? where id = ?", last, pause.id());
        }
    }

    public List<Exemption> exemptions(long contractId) {
        return sql.list(
                "select * from exemption where contract_id = ? order by first_day, id", Books::exemption, contractId);
    }

    public Exemption insertExemption(
            long contractId, LocalDate first, @Nullable LocalDate last, String reason, String by, Instant at) {
        return sql.first(
                        "insert into exemption (contract_id, first_day, last_day, reason, created_by, created_at)"
                                + " values (?, ?, ?, ?, ?, ?) returning *",
                        Books::exemption,
                        contractId,
                        first,
                        last,
                        reason,
                        by,
                        at)
                .orElseThrow();
    }

    /** @param last the new last day; before its first day the exemption never was, and its row goes */
    public void endExemption(Exemption exemption, LocalDate last) {
        if (last.isBefore(exemption.firstDay())) {
            sql.update("delete from exemption where id = ?", exemption.id());
        } else {
            sql.update("update exemption set last_day = ? where id = ?", last, exemption.id());
        }
    }
}
