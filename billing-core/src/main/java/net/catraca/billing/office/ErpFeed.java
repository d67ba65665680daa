package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.ErpStanding;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.ErpStandings;
import org.jspecify.annotations.Nullable;

/** What an ERP says of the contracts whose money it keeps. It is an input to runs, not a command. */
@Singleton
public final class ErpFeed {

    /** A row each for as many contracts as one transaction may lock. */
    public static final int MAX_ROWS = AccessWrite.MOST_CONTRACTS;

    /** An ERP's clock may run ahead so far; news from further ahead would keep true ones out. */
    private static final Duration CLOCK_AHEAD = Duration.ofMinutes(5);

    private final AccessWrite access;
    private final ContractBook contracts;
    private final ErpStandings standings;
    private final AuditLog audit;
    private final Clock clock;

    ErpFeed(AccessWrite access, ContractBook contracts, ErpStandings standings, AuditLog audit, Clock clock) {
        this.access = access;
        this.contracts = contracts;
        this.standings = standings;
        this.audit = audit;
        this.clock = clock;
    }

    public enum Taken {
        WRITTEN,
        /** It says what is known already, or something older. */
        PASSED_OVER
    }

    /**
     * Writes what is newer than what is known; each row stands for itself.
     *
     * @param rows at most {@link #MAX_ROWS}, a contract once
     * @return one result a row, in their order
     */
    public Outcome<List<Outcome<Taken>>> push(Actor actor, List<ErpStanding> rows) {
        if (rows.size() > MAX_ROWS) {
            return Outcome.declined(new Problem.Invalid("rows", "at most " + MAX_ROWS));
        }
        var now = clock.instant();
        var ids = rows.stream().map(ErpStanding::contractId).collect(Collectors.toCollection(TreeSet::new));
        return Outcome.done(access.on(ids, now, write -> new Push(actor, write, now).all(rows)));
    }

    /** One push under way: its contracts are locked. */
    private final class Push {

        private final Actor actor;
        private final Instant now;
        private final AccessWrite.Write write;
        private final Map<Long, Contract> known;
        private final Set<Long> seen = new HashSet<>();
        private final Set<Long> written = new HashSet<>();

        Push(Actor actor, AccessWrite.Write write, Instant now) {
            this.actor = actor;
            this.now = now;
            this.write = write;
            this.known = contracts.findAll(write.held()).stream()
                    .collect(Collectors.toMap(Contract::id, Function.identity()));
        }

        List<Outcome<Taken>> all(List<ErpStanding> rows) {
            List<Outcome<Taken>> results = new ArrayList<>();
            rows.forEach(row -> results.add(one(row)));
            known.keySet().stream().filter(id -> !written.contains(id)).forEach(write::leave);
            return List.copyOf(results);
        }

        private Outcome<Taken> one(ErpStanding row) {
            var contract = known.get(row.contractId());
            if (contract == null) {
                return Outcome.declined(new Unknown("contract", row.contractId()));
            }
            var problem = problem(row, contract);
            if (problem != null) {
                return Outcome.declined(problem);
            }
            if (!standings.write(row)) {
                return Outcome.done(Taken.PASSED_OVER);
            }
            written.add(row.contractId());
            audit.append(actor, "contract.erp", "contract/" + contract.id(), contract.erp(), row, now);
            return Outcome.done(Taken.WRITTEN);
        }

        private @Nullable Problem problem(ErpStanding row, Contract contract) {
            var checks = new Checks()
                    .day(row.paidUntil(), "paidUntil")
                    .day(row.oldestDueOn(), "oldestDueOn")
                    .expect(!row.asOf().isAfter(now.plus(CLOCK_AHEAD)), "asOf", "an instant no later than now");
            if (checks.failed()) {
                return checks.problem();
            }
            if (contract.moneySource() != MoneySource.ERP) {
                return new Conflict("money-source-is-local", "contract/" + contract.id());
            }
            return seen.add(row.contractId()) ? null : new Conflict("contract-repeated", "contract/" + contract.id());
        }
    }
}
