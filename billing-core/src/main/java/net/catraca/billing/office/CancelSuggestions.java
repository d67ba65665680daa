package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.run.CancelSuggestion;
import net.catraca.billing.store.CancelSuggestionBook;
import net.catraca.billing.store.CancelSuggestionBook.Suggested;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.Sql;

/** Lists blocked contracts that are late for so long that their policy suggests to cancel them; cancels none. */
@Singleton
public final class CancelSuggestions implements Job {

    /** Waiting to be written, while all contracts stream by. */
    private static final int BATCH = 1_000;

    private final Sql sql;
    private final ContractFacts facts;
    private final CancelSuggestionBook book;

    CancelSuggestions(Sql sql, ContractFacts facts, CancelSuggestionBook book) {
        this.sql = sql;
        this.facts = facts;
        this.book = book;
    }

    @Override
    public String name() {
        return "cancel-suggestions";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Daily(List.of(LocalTime.of(5, 30)), Contract.DEFAULT_ZONE);
    }

    @Override
    public JobReport run(Instant at) {
        return sql.inTransaction(() -> {
            var waiting = new ArrayList<Suggested>();
            long[] suggested = {0};
            facts.each(contract -> {
                if (isSuggested(contract, at)) {
                    suggested[0]++;
                    waiting.add(suggested(contract, at));
                    if (waiting.size() == BATCH) {
                        book.put(waiting, at);
                        waiting.clear();
                    }
                }
            });
            book.put(waiting, at);
            int removed = book.removeOthers(at);
            return JobReport.of("suggested", suggested[0]).and("removed", removed);
        });
    }

    /** Blocked for money, and late for at least so many days. */
    static boolean isSuggested(ContractSnapshot contract, Instant now) {
        var access = AccessPolicy.answer(contract, now, now);
        return access.level() == AccessLevel.BLOCKED
                && access.rule().isMoney()
                && AccessPolicy.daysLate(contract, now) >= cancelDays(contract, now);
    }

    private static int cancelDays(ContractSnapshot contract, Instant now) {
        return contract.policy()
                .versionOn(LocalDate.ofInstant(now, contract.zone()))
                .regular()
                .cancelDays();
    }

    private static Suggested suggested(ContractSnapshot contract, Instant now) {
        return new Suggested(contract.contractId(), AccessPolicy.daysLate(contract, now), cancelDays(contract, now));
    }

    /** By contract, above an id (0 for the first page); those cancelled since are left out. */
    public List<CancelSuggestion> list(long afterContractId, int limit) {
        return book.page(afterContractId, limit);
    }
}
