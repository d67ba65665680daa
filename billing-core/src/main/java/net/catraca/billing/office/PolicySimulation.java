package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.KeptVersion;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.FactsHistory;
import net.catraca.billing.store.PolicyBook;
import net.catraca.billing.store.Sql;

/** What a policy's version would do if it held: on today's contracts, and on what contracts were in months past. */
@Singleton
public final class PolicySimulation {

    /** A screen shows no more; who wants all looks at a run's preview after the activation. */
    private static final int SAMPLE = 20;

    /** As far as history goes. */
    public static final int MOST_MONTHS = 12;

    private final Sql sql;
    private final PolicyBook policies;
    private final ContractFacts facts;
    private final FactsHistory history;
    private final Clock clock;

    PolicySimulation(Sql sql, PolicyBook policies, ContractFacts facts, FactsHistory history, Clock clock) {
        this.sql = sql;
        this.policies = policies;
        this.facts = facts;
        this.history = history;
        this.clock = clock;
    }

    /**
     * @param at the instant that is looked at; now, or one a month earlier than another
     * @param contracts of the policy then; 0 where history does not reach
     * @param moves how many would be computed otherwise, those first that tighten most
     * @param sample some of them
     */
    public record Simulated(Instant at, int contracts, List<Move> moves, List<Sample> sample) {
        public Simulated {
            moves = List.copyOf(moves);
            sample = List.copyOf(sample);
        }
    }

    /** @param monthlyCents revenue of these contracts */
    public record Move(AccessLevel from, AccessLevel to, int contracts, long monthlyCents) {}

    public record Sample(long contractId, AccessLevel from, AccessLevel to, int daysLate) {}

    /**
     * Changes nothing.
     *
     * @param months how many of the months past are looked at besides today, 0 to {@value #MOST_MONTHS}
     */
    public Outcome<List<Simulated>> simulate(long policyId, int number, int months) {
        var checks = new Checks().expect(months >= 0 && months <= MOST_MONTHS, "months", "0 to " + MOST_MONTHS);
        if (checks.failed()) {
            return checks.declined();
        }
        var version = policies.versions(policyId).stream()
                .map(KeptVersion::version)
                .filter(one -> one.number() == number)
                .findFirst();
        if (version.isEmpty()) {
            return Outcome.declined(new Unknown("policy version", policyId + "/" + number));
        }
        return sql.readingOneSnapshot(() -> Outcome.done(simulate(policyId, version.get(), months)));
    }

    private List<Simulated> simulate(long policyId, AccessPolicyVersion version, int months) {
        List<Simulated> all = new ArrayList<>();
        var now = clock.instant();
        var today = new Comparison(policyId, version, now);
        facts.each(today::compare);
        all.add(today.simulated());
        for (int back = 1; back <= months; back++) {
            var at = ZonedDateTime.ofInstant(now, Contract.DEFAULT_ZONE)
                    .minusMonths(back)
                    .toInstant();
            var then = new Comparison(policyId, version, at);
            history.each(at, then::compare);
            all.add(then.simulated());
        }
        return all;
    }

    private static final class Comparison {

        private final long policyId;
        private final AccessPolicyVersion version;
        private final Instant at;
        private final Map<AccessLevel, Map<AccessLevel, Move>> moves = new EnumMap<>(AccessLevel.class);
        private final List<Sample> sample = new ArrayList<>();
        private int contracts;

        Comparison(long policyId, AccessPolicyVersion version, Instant at) {
            this.policyId = policyId;
            this.version = version;
            this.at = at;
        }

        void compare(ContractSnapshot contract) {
            if (contract.policy().id() != policyId) {
                return;
            }
            contracts++;
            var from = computed(contract);
            var to = computed(contract.with(contract.plan(), contract.policy().onlyWith(version)));
            if (from == to) {
                return;
            }
            moves.computeIfAbsent(from, _ -> new EnumMap<>(AccessLevel.class))
                    .merge(to, new Move(from, to, 1, contract.plan().monthlyCents()), Comparison::together);
            if (sample.size() < SAMPLE) {
                sample.add(new Sample(contract.contractId(), from, to, AccessPolicy.daysLate(contract, at)));
            }
        }

        private AccessLevel computed(ContractSnapshot contract) {
            return AccessPolicy.decideForRun(contract, at, at).decision().level();
        }

        private static Move together(Move one, Move other) {
            return new Move(
                    one.from(),
                    one.to(),
                    one.contracts() + other.contracts(),
                    one.monthlyCents() + other.monthlyCents());
        }

        Simulated simulated() {
            var all = moves.values().stream()
                    .flatMap(to -> to.values().stream())
                    .sorted((one, other) -> Integer.compare(steps(other), steps(one)))
                    .toList();
            return new Simulated(at, contracts, all, sample);
        }

        private static int steps(Move move) {
            return move.to().compareTo(move.from());
        }
    }
}
