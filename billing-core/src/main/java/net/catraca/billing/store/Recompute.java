package net.catraca.billing.store;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.access.ContractSnapshot.NO_INSTANT;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.store.ContractFacts.Facts;
import org.jspecify.annotations.Nullable;

/** Reads all that contracts' access rests on and writes their facts anew, within an {@link AccessWrite}. */
@Singleton
final class Recompute {

    private final Sql sql;
    private final Contracts contracts;
    private final ContractFacts facts;

    Recompute(Sql sql, Contracts contracts, ContractFacts facts) {
        this.sql = sql;
        this.contracts = contracts;
        this.facts = facts;
    }

    /** Raises the versions of contracts that the caller has locked, and writes their facts. */
    void facts(Collection<Long> contractIds, Catalog catalog, Instant now) {
        sql.update("update contract set version = version + 1 where id = any(?)", contractIds);
        facts.write(contracts.findAll(contractIds).stream()
                .map(contract -> new Facts(snapshot(contract, catalog), contract.policyId()))
                .toList());
    }

    private static ContractSnapshot snapshot(Contract contract, Catalog catalog) {
        var plan = catalog.plan(contract.planId());
        var ownPolicy = contract.policyId();
        var block = contract.manualBlock();
        var restriction = contract.automaticRestriction();
        return new ContractSnapshot(
                contract.id(),
                contract.version(),
                contract.customerId(),
                plan,
                catalog.policy(ownPolicy == null ? plan.policyId() : ownPolicy),
                contract.zone(),
                contract.status(),
                day(contract.statusSince()),
                contract.billingMode(),
                NO_DAY,
                NO_DAY,
                NO_DAY,
                NO_DAY,
                null,
                null,
                block == null ? NO_INSTANT : block.since().getEpochSecond(),
                null,
                day(contract.doNotBlockUntil()),
                day(contract.doNotReduceUntil()),
                restriction.kind(),
                day(restriction.until()),
                AccessLevel.ACTIVE,
                NO_INSTANT,
                NO_DAY,
                NO_DAY);
    }

    private static int day(@Nullable LocalDate day) {
        return day == null ? NO_DAY : Math.toIntExact(day.toEpochDay());
    }
}
