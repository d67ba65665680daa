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

    /** Of {@link ContractRow}, but for the id. */
    private static final String COLUMNS = """
            version, external_id, customer_id, plan_id, policy_id, status, zone, billing_mode, financial_base_date,
            signed_on, activated_on, cancelled_on, cancel_reason, do_not_block_until, do_not_reduce_until,
            automatic_restriction, automatic_restriction_until, automatic_restriction_reason, trust_unlock,
            manual_block_since, manual_block_reason, manual_block_by, money_source, erp_paid_until, erp_oldest_due_on,
            erp_as_of, erp_by_status, created_at
            """;

    /** The id's, and one for each of them. */
    private static final String MARKS = "?" + ", ?".repeat(COLUMNS.split(",").length);

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

    /** The same of many, by contract. */
    public void placeAll(Map<Long, @Nullable String> regions) {
        if (!regions.isEmpty()) {
            var rows =
                    RowColumns.of(regions.entrySet()).bigint(Map.Entry::getKey).text(Map.Entry::getValue);
            sql.updatePlannedAnew(
                    "update contract c set region = n.region from unnest(?, ?) as n (id, region) where c.id = n.id",
                    rows.after());
        }
    }

    /** Inserts a contract, whatever its id says, and returns it with its own. */
    public Contract insert(Contract contract) {
        return rows.save(ContractRow.of(contract, null)).contract();
    }

    /** Inserts many by one statement, whatever their ids say, and returns them with their own. */
    public List<Contract> insertAll(Collection<Contract> contracts) {
        if (contracts.isEmpty()) {
            return List.of();
        }
        var rows = columns(contracts);
        return sql.list(
                """
                insert into contract (%1$s)
                select %1$s from unnest(%2$s) as n (id, %1$s)
                returning *
                """.formatted(COLUMNS, MARKS), row -> ContractRow.read(row).contract(), rows.after());
    }

    private static RowColumns<ContractRow> columns(Collection<Contract> contracts) {
        return RowColumns.of(contracts.stream()
                        .map(contract -> ContractRow.of(contract, contract.id()))
                        .toList())
                .bigint(ContractRow::id)
                .bigint(ContractRow::version)
                .text(ContractRow::externalId)
                .bigint(ContractRow::customerId)
                .bigint(ContractRow::planId)
                .bigint(ContractRow::policyId)
                .text(row -> row.status().name())
                .text(ContractRow::zone)
                .text(row -> row.billingMode().name())
                .day(ContractRow::financialBaseDate)
                .day(ContractRow::signedOn)
                .day(ContractRow::activatedOn)
                .day(ContractRow::cancelledOn)
                .text(ContractRow::cancelReason)
                .day(ContractRow::doNotBlockUntil)
                .day(ContractRow::doNotReduceUntil)
                .text(row -> row.automaticRestriction().name())
                .day(ContractRow::automaticRestrictionUntil)
                .text(ContractRow::automaticRestrictionReason)
                .text(row -> row.trustUnlock().name())
                .instant(ContractRow::manualBlockSince)
                .text(ContractRow::manualBlockReason)
                .text(ContractRow::manualBlockBy)
                .text(row -> row.moneySource().name())
                .day(ContractRow::erpPaidUntil)
                .day(ContractRow::erpOldestDueOn)
                .instant(ContractRow::erpAsOf)
                .bool(ContractRow::erpByStatus)
                .instant(ContractRow::createdAt);
    }

    /** Writes all columns of many by one statement; the caller holds the rows locked. */
    public void updateAll(Collection<Contract> contracts) {
        if (!contracts.isEmpty()) {
            sql.updatePlannedAnew(
                    "update contract c set (%s) = row(%s) from unnest(%s) as n (id, %s) where c.id = n.id"
                            .formatted(COLUMNS, COLUMNS.replaceAll("\\b(?=[a-z])", "n."), MARKS, COLUMNS),
                    columns(contracts).after());
        }
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
