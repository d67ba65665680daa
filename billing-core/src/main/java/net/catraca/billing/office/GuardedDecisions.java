package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessDecision;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.receivable.Standing;
import net.catraca.billing.run.ContractGuard;
import net.catraca.billing.run.ContractGuard.Candidate;
import net.catraca.billing.run.ContractGuard.LeaveOut;
import net.catraca.billing.run.ContractGuard.Skip;
import net.catraca.billing.run.ContractGuard.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a run's decisions once the guards of single contracts have spoken: a commitment that rests on the
 * debts that passed, perhaps a lighter one, or nothing. The preview and the commit ask the same.
 */
@Singleton
final class GuardedDecisions {

    private final List<ContractGuard> guards;
    private final BankingCalendar calendar;

    GuardedDecisions(List<ContractGuard> guards, BankingCalendar calendar) {
        this.guards = List.copyOf(guards);
        this.calendar = calendar;
    }

    /** @param tighten what money asks for, or as much of it as was previewed */
    record Wanted(ContractSnapshot contract, Tighten tighten, ContractBooks books) {}

    sealed interface Left {}

    record Fix(Commitment commitment) implements Left {}

    record Skipped(String guard, String why) implements Left {}

    /** Nobody objected; what is owed justifies no more than is committed. */
    record Nothing() implements Left {}

    /** @return an entry for each contract */
    Map<Long, Left> of(Collection<Wanted> wanted, Instant now) {
        Map<Long, Left> left = new HashMap<>();
        var blocked = wanted.stream()
                .map(one -> new Asked(one, AccessLevel.BLOCKED, now))
                .filter(asked -> level(asked.wanted.tighten()) == AccessLevel.BLOCKED)
                .toList();
        judge(blocked, now, left);
        // Who may not be blocked may be reduced: for that the policy may demand less.
        var reduced = wanted.stream()
                .filter(one -> level(one.tighten()) == AccessLevel.REDUCED || isLeftUnblocked(one, left))
                .map(one -> new Asked(one, AccessLevel.REDUCED, now))
                .toList();
        judge(reduced, now, left);
        return left;
    }

    private static AccessLevel level(Tighten tighten) {
        return tighten.decision().level();
    }

    private static boolean isLeftUnblocked(Wanted wanted, Map<Long, Left> left) {
        return left.get(wanted.contract().contractId()) instanceof Skipped
                && AccessLevel.REDUCED.stricterThan(wanted.tighten().committed());
    }

    private void judge(List<Asked> asked, Instant now, Map<Long, Left> left) {
        if (asked.isEmpty()) {
            return;
        }
        var candidates = asked.stream().map(Asked::candidate).toList();
        for (var guard : guards) {
            var verdicts = guard.judge(candidates, now);
            asked.forEach(one -> one.hear(guard, verdicts.get(one.id())));
        }
        asked.forEach(one -> {
            var before = left.get(one.id());
            var after = one.left(now);
            // The stricter level's guard is the one to tell, where the lighter one was refused, too.
            left.put(one.id(), before != null && !(after instanceof Fix) ? before : after);
        });
    }

    /** One contract, asked for one level. */
    private final class Asked {

        private final Wanted wanted;
        private final AccessLevel level;
        private final Standing late;
        private final Set<Long> leftOut = new HashSet<>();
        private final List<Skipped> objections = new ArrayList<>();
        private boolean skipped;

        Asked(Wanted wanted, AccessLevel level, Instant now) {
            this.wanted = wanted;
            this.level = level;
            this.late =
                    wanted.books().standing(calendar).lateOn(wanted.contract().dayAt(now));
        }

        long id() {
            return wanted.contract().contractId();
        }

        Candidate candidate() {
            return new Candidate(wanted.contract(), level, version(), late);
        }

        private AccessPolicyVersion version() {
            int number = wanted.tighten().decision().policyVersion();
            return wanted.contract().policy().versions().stream()
                    .filter(version -> version.number() == number)
                    .findFirst()
                    .orElseThrow();
        }

        void hear(ContractGuard guard, @Nullable Verdict verdict) {
            switch (verdict) {
                case null -> {}
                case Skip(var why) -> {
                    skipped = true;
                    objections.add(new Skipped(guard.name(), why));
                }
                case LeaveOut(var receivables, var why) -> {
                    leftOut.addAll(receivables);
                    objections.add(new Skipped(guard.name(), why));
                }
            }
        }

        Left left(Instant now) {
            if (skipped) {
                return objections.getFirst();
            }
            var commitment = Commitment.fixedBy(atLevel(), wanted.contract(), passed(), now);
            if (commitment != null && commitment.level() == level) {
                return new Fix(commitment);
            }
            return objections.isEmpty() ? new Nothing() : objections.getFirst();
        }

        private Standing passed() {
            var ids = late.receivableIds().stream()
                    .filter(id -> !leftOut.contains(id))
                    .collect(Collectors.toSet());
            return leftOut.isEmpty() ? late : late.restrictedTo(ids);
        }

        private Tighten atLevel() {
            var decision = wanted.tighten().decision();
            return new Tighten(
                    wanted.tighten().committed(),
                    new AccessDecision(
                            level, decision.rule(), decision.why(), decision.policyVersion(), decision.nextChange()));
        }
    }
}
