package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.run.TighteningProposal;
import net.catraca.billing.run.TighteningProposal.DropReason;
import net.catraca.billing.run.TighteningProposal.Kind;
import net.catraca.billing.run.TighteningProposal.Outcome;
import net.catraca.billing.store.MassActBook;
import net.catraca.billing.store.TighteningBook;
import net.catraca.billing.store.TighteningBook.Concerned;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a bulk would tighten, by whomever it is sent, and lets what is beyond the number per hour wait for a second
 * person. What has waited lately waits again, so that repeating a bulk every hour does not let it through by and by.
 */
@Singleton
final class MassTightening {

    /** How long a contract that waited, or was declined, takes no part in the number per hour. */
    static final Duration REMEMBERED = Duration.ofHours(24);

    private final MassActs acts;
    private final TighteningBook proposals;

    MassTightening(MassActs acts, TighteningBook proposals) {
        this.acts = acts;
        this.proposals = proposals;
    }

    /** One transaction's worth; its contracts are locked. */
    Batch begin(Actor actor, Collection<Long> contractIds, Instant now) {
        return new Batch(actor, contractIds, now);
    }

    /** What would be done to a contract. */
    record Act(
            Kind kind,
            ContractSnapshot contract,
            @Nullable Long subscriberId,
            @Nullable String reason,
            @Nullable LocalDate lastDay,
            @Nullable LocalDate paidUntil,
            @Nullable LocalDate oldestDueOn,
            boolean byStatus,
            @Nullable Long targetContractId,
            @Nullable AccessLevel level,
            Instant asOf) {

        /** A cancellation or a pause, up to a day or without end. */
        static Act ofContract(
                Kind kind,
                ContractSnapshot contract,
                @Nullable String reason,
                @Nullable LocalDate lastDay,
                Instant asOf) {
            return new Act(kind, contract, null, reason, lastDay, null, null, false, null, null, asOf);
        }

        /** What an ERP tells of a contract's money. */
        static Act standing(
                ContractSnapshot contract,
                @Nullable LocalDate paidUntil,
                @Nullable LocalDate oldestDueOn,
                boolean byStatus,
                Instant asOf) {
            return new Act(
                    Kind.PAID_UNTIL, contract, null, null, null, paidUntil, oldestDueOn, byStatus, null, null, asOf);
        }

        /** A login that goes to another contract. */
        static Act move(
                ContractSnapshot contract, long subscriberId, String reason, long targetContractId, Instant asOf) {
            return new Act(
                    Kind.MOVE, contract, subscriberId, reason, null, null, null, false, targetContractId, null, asOf);
        }

        /** A login that is deleted. */
        static Act delete(ContractSnapshot contract, long subscriberId, String reason, Instant asOf) {
            return new Act(Kind.DELETE, contract, subscriberId, reason, null, null, null, false, null, null, asOf);
        }

        /** A commitment of a system of before. */
        static Act adopt(ContractSnapshot contract, AccessLevel level, Instant asOf) {
            return new Act(Kind.ADOPT, contract, null, null, null, null, null, false, null, level, asOf);
        }

        private Concerned concerned() {
            return new Concerned(contract.contractId(), subscriberId);
        }
    }

    final class Batch {

        private final Actor actor;
        private final Collection<Long> contractIds;
        private final Instant now;
        private final Map<Kind, Set<Concerned>> waited = new EnumMap<>(Kind.class);
        private final Set<Kind> usedUp = EnumSet.noneOf(Kind.class);
        private final Map<Kind, Long> open = new EnumMap<>(Kind.class);
        private final Map<Kind, List<TighteningProposal.Row>> waiting = new EnumMap<>(Kind.class);
        private final Map<Kind, Set<Concerned>> told = new EnumMap<>(Kind.class);
        private final Set<Long> toldActive = new LinkedHashSet<>();

        private Batch(Actor actor, Collection<Long> contractIds, Instant now) {
            this.actor = actor;
            this.contractIds = contractIds;
            this.now = now;
        }

        /** Null when it may be done at once; else the proposal in which it waits. */
        @Nullable
        Long wait(Act act) {
            return mayBeDone(act.kind(), act.concerned()) ? null : propose(act);
        }

        /** Lets it wait, however few there are; answers the proposal in which it does. */
        long propose(Act act) {
            long proposal = open.computeIfAbsent(
                    act.kind(), kind -> proposals.open(kind, actor.name(), now, now.plus(TighteningProposals.LIFE)));
            waiting.computeIfAbsent(act.kind(), _ -> new ArrayList<>()).add(row(act, proposal));
            return proposal;
        }

        /** Whether one more may be done at once; counts it. */
        boolean mayBeDone(Kind kind, Concerned concerned) {
            if (usedUp.contains(kind) || waited(kind).contains(concerned)) {
                return false;
            }
            if (acts.take(counted(kind), now)) {
                return true;
            }
            usedUp.add(kind);
            return false;
        }

        /** News says something of it: what waited of these kinds is out of date. */
        void told(Concerned concerned, Kind... kinds) {
            for (var kind : kinds) {
                told.computeIfAbsent(kind, _ -> new LinkedHashSet<>()).add(concerned);
            }
        }

        /** News says that a contract is active: what {@code blocked} told of its debt is out of date, if it waited. */
        void toldActive(long contractId) {
            toldActive.add(contractId);
        }

        /** Writes what waits, and what no longer does. */
        void finish() {
            proposals.supersedeBlocked(toldActive);
            told.forEach((kind, concerned) -> proposals.supersede(Set.of(kind), concerned));
            waiting.forEach((kind, rows) -> proposals.add(rows.getFirst().proposalId(), rows));
        }

        private Set<Concerned> waited(Kind kind) {
            return waited.computeIfAbsent(
                    kind,
                    _ -> proposals.waited(
                            kind, contractIds, now.minus(REMEMBERED).minus(TighteningProposals.LIFE)));
        }

        private TighteningProposal.Row row(Act act, long proposal) {
            return new TighteningProposal.Row(
                    0,
                    proposal,
                    act.contract().contractId(),
                    act.subscriberId(),
                    AccessPolicy.answer(act.contract(), now, now).level(),
                    act.contract().plan().monthlyCents(),
                    act.reason(),
                    act.lastDay(),
                    act.paidUntil(),
                    act.oldestDueOn(),
                    act.byStatus(),
                    act.targetContractId(),
                    act.level(),
                    act.asOf(),
                    Outcome.PENDING,
                    (DropReason) null);
        }
    }

    private static MassActBook.Kind counted(Kind kind) {
        return switch (kind) {
            case CANCEL -> MassActBook.Kind.CANCEL;
            case PAUSE -> MassActBook.Kind.PAUSE;
            case DELETE -> MassActBook.Kind.DELETE;
            case MOVE -> MassActBook.Kind.MOVE;
            case PAID_UNTIL -> MassActBook.Kind.PAID_UNTIL;
            case ADOPT -> throw new IllegalArgumentException("adoptions are not counted by the hour");
        };
    }
}
