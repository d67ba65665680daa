package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.store.ContractFacts.Facts;
import org.jspecify.annotations.Nullable;

/** Makes contracts' facts anew from their books, and keeps what is left of their commitments. */
@Singleton
final class Recompute {

    private final Sql sql;
    private final Books books;
    private final ContractFacts facts;
    private final FactsHistory history;
    private final CommitmentBook commitments;
    private final BankingCalendar calendar;

    Recompute(
            Sql sql,
            Books books,
            ContractFacts facts,
            FactsHistory history,
            CommitmentBook commitments,
            BankingCalendar calendar) {
        this.sql = sql;
        this.books = books;
        this.facts = facts;
        this.history = history;
        this.commitments = commitments;
        this.calendar = calendar;
    }

    /**
     * Raises the versions of contracts that the caller has locked, and writes their facts.
     *
     * @param before their facts before the write; a new contract has none
     * @param catalog plans and policies as they are after the write
     * @param approved whether a second person has approved what the write tightens
     * @return the facts written
     */
    List<ContractSnapshot> facts(
            Collection<Long> contractIds,
            Map<Long, ContractSnapshot> before,
            Catalog catalog,
            Instant now,
            boolean approved) {
        sql.update("update contract set version = version + 1 where id = any(?)", contractIds);
        List<Facts> written = new ArrayList<>();
        Map<Long, @Nullable Commitment> left = new TreeMap<>();
        for (var book : books.readForFacts(contractIds, now)) {
            var contract = book.contract();
            var balance = book.balance(before.get(contract.id()), catalog, calendar, now, approved);
            if (book.commitment() != null && !book.commitment().equals(balance.commitment())) {
                left.put(contract.id(), balance.commitment());
            }
            written.add(new Facts(balance.facts(), contract.policyId()));
        }
        commitments.keep(left);
        facts.write(written);
        history.keep(contractIds, now);
        return written.stream().map(Facts::snapshot).toList();
    }
}
