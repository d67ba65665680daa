package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractBooks.Balance;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.contract.Pause;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.release.Release;
import org.jspecify.annotations.Nullable;

/** Reads all that is written of contracts and bears on their access. */
@Singleton
public final class Books {

    private final Sql sql;
    private final ContractBook contracts;
    private final ReceivableBook receivables;
    private final ReleaseLedger releases;
    private final CommitmentBook commitments;

    Books(
            Sql sql,
            ContractBook contracts,
            ReceivableBook receivables,
            ReleaseLedger releases,
            CommitmentBook commitments) {
        this.sql = sql;
        this.contracts = contracts;
        this.receivables = receivables;
        this.releases = releases;
        this.commitments = commitments;
    }

    /**
     * The books of contracts, those that do not exist left out. They agree with each other only within a transaction
     * that has the contracts locked, or that reads one snapshot.
     */
    public List<ContractBooks> read(Collection<Long> contractIds, Instant now) {
        return read(contractIds, receivables.bearingOnAccess(contractIds), now);
    }

    private List<ContractBooks> read(Collection<Long> contractIds, List<Receivable> bearingOnAccess, Instant now) {
        var pauses = byContract(pauses(contractIds), Pause::contractId);
        var exemptions = byContract(exemptions(contractIds), Exemption::contractId);
        var owed = byContract(bearingOnAccess, Receivable::contractId);
        var released = byContract(releases.bearingOnAccess(contractIds, now), Release::contractId);
        var committed = commitments.of(contractIds);
        return contracts.findAll(contractIds).stream()
                .map(contract -> new ContractBooks(
                        contract,
                        pauses.getOrDefault(contract.id(), List.of()),
                        exemptions.getOrDefault(contract.id(), List.of()),
                        owed.getOrDefault(contract.id(), List.of()),
                        released.getOrDefault(contract.id(), List.of()),
                        committed.get(contract.id())))
                .toList();
    }

    /**
     * As {@link #read}, but only what facts are made of: of receivables no amounts, no payment days and no papers. Several
     * times as cheap, for each contract has dozens of them.
     */
    List<ForFacts> readForFacts(Collection<Long> contractIds, Instant now) {
        return read(contractIds, receivables.forFacts(contractIds), now).stream()
                .map(ForFacts::new)
                .toList();
    }

    /** Books of which nothing but facts is to be made: the rest is not in them. */
    static final class ForFacts {

        private final ContractBooks books;

        private ForFacts(ContractBooks books) {
            this.books = books;
        }

        Contract contract() {
            return books.contract();
        }

        @Nullable
        Commitment commitment() {
            return books.commitment();
        }

        /** See {@link ContractBooks#balance}. */
        Balance balance(
                @Nullable ContractSnapshot before,
                Catalog catalog,
                BankingCalendar calendar,
                Instant now,
                boolean approved) {
            var plan = catalog.plan(contract().planId());
            var own = contract().policyId();
            var policy = catalog.policy(own == null ? plan.policyId() : own);
            return books.balance(before, plan, policy, calendar, now, approved);
        }
    }

    List<Pause> pauses(Collection<Long> contractIds) {
        return sql.list(
                "select * from pause where contract_id = any(?) order by first_day, id", Books::pause, contractIds);
    }

    List<Exemption> exemptions(Collection<Long> contractIds) {
        return sql.list(
                "select * from exemption where contract_id = any(?) order by first_day, id",
                Books::exemption,
                contractIds);
    }

    private static <T> Map<Long, List<T>> byContract(List<T> rows, Function<T, Long> contractId) {
        return rows.stream().collect(Collectors.groupingBy(contractId));
    }

    static Pause pause(Row row) throws SQLException {
        return new Pause(
                row.bigint("id"),
                row.bigint("contract_id"),
                row.day("first_day"),
                row.dayOrNull("last_day"),
                row.text("reason"),
                row.text("created_by"),
                row.instant("created_at"));
    }

    static Exemption exemption(Row row) throws SQLException {
        return new Exemption(
                row.bigint("id"),
                row.bigint("contract_id"),
                row.day("first_day"),
                row.dayOrNull("last_day"),
                row.text("reason"),
                row.text("created_by"),
                row.instant("created_at"));
    }
}
