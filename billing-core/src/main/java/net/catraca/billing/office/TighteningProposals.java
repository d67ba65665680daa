package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.ErpStanding;
import net.catraca.billing.run.RunTimes;
import net.catraca.billing.run.TighteningProposal;
import net.catraca.billing.run.TighteningProposal.Decision;
import net.catraca.billing.run.TighteningProposal.DropReason;
import net.catraca.billing.run.TighteningProposal.Kind;
import net.catraca.billing.run.TighteningProposal.Row;
import net.catraca.billing.run.TighteningProposal.State;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.ErpStandings;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.SubscriberBook;
import net.catraca.billing.store.TighteningBook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What jobs would tighten en masse beyond the number per hour: a guarded run. It waits for a second person, commits only
 * when runs may, decides each row again under its contract's lock, and goes on where a kill has stopped it.
 */
@Singleton
public final class TighteningProposals {

    /** As previews of runs, and other approvals. */
    public static final Duration LIFE = Duration.ofHours(4);

    /** How long after an approval its rows may still be written; an obstacle that lasts longer wants another look. */
    static final Duration APPROVED_FOR = Duration.ofDays(1);

    private static final Actor RESUME = Actor.system("resume");

    private static final Logger LOG = LoggerFactory.getLogger(TighteningProposals.class);

    /** As of an access run: payments of these contracts wait so long. */
    private static final int BATCH_ROWS = 200;

    private final Sql sql;
    private final AccessWrite access;
    private final TighteningBook book;
    private final ContractBook contracts;
    private final ContractChanges changes;
    private final SubscriberBook subscribers;
    private final ErpStandings standings;
    private final FreezeBook freezes;
    private final Adoption adoption;
    private final RunTimes times;
    private final AuditLog audit;
    private final Clock clock;

    TighteningProposals(
            Sql sql,
            AccessWrite access,
            TighteningBook book,
            ContractBook contracts,
            ContractChanges changes,
            SubscriberBook subscribers,
            ErpStandings standings,
            FreezeBook freezes,
            Adoption adoption,
            RunTimes times,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.access = access;
        this.book = book;
        this.contracts = contracts;
        this.changes = changes;
        this.subscribers = subscribers;
        this.standings = standings;
        this.freezes = freezes;
        this.adoption = adoption;
        this.times = times;
        this.audit = audit;
        this.clock = clock;
    }

    public Optional<TighteningProposal> find(long id) {
        return book.find(id);
    }

    /**
     * Newest first.
     *
     * @param awaitingOnly whether only those that can still be decided
     * @param beforeId only ids below it: the cursor of a page
     */
    public List<TighteningProposal> list(boolean awaitingOnly, long beforeId, int limit) {
        return book.page(awaitingOnly, clock.instant(), beforeId, limit);
    }

    /** @param afterId only ids above it: the cursor of a page, 0 for the first */
    public List<Row> rows(long id, long afterId, int limit) {
        return book.rows(id, afterId, limit);
    }

    /**
     * The second person has seen what it would do: it is done. Declined as {@code second-person-needed} for a job and for
     * who proposed it; as {@code proposal-expired}, {@code frozen} or {@code outside-run-times}. One that was committed
     * is answered as it is; an interrupted one goes on.
     *
     * @param expectedVersion the version that the caller has read: rows may have been added since
     * @param reason may be null
     */
    public Outcome<TighteningProposal> approve(Actor actor, long id, long expectedVersion, @Nullable String reason) {
        var checks = new Checks().textOrNone(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        Outcome<TighteningProposal> begun = sql.inTransaction(() -> {
            var before = book.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<TighteningProposal>declined(new Unknown("tightening-proposal", id));
            }
            if (before.state() == State.COMMITTED || before.state() == State.COMMITTING) {
                return Outcome.done(before);
            }
            var problem = refusal(actor, before, expectedVersion, now);
            if (problem != null) {
                return Outcome.<TighteningProposal>declined(problem);
            }
            book.decide(id, State.COMMITTING, new Decision(actor.name(), now, reason));
            var after = book.find(id).orElseThrow();
            audit.append(actor, "tightening-proposal.approve", subject(id), before, after, now);
            return Outcome.done(after);
        });
        return begun instanceof Outcome.Done<TighteningProposal>(var proposal) && proposal.state() == State.COMMITTING
                ? commit(actor, proposal)
                : begun;
    }

    private @Nullable Problem refusal(Actor actor, TighteningProposal proposal, long expectedVersion, Instant now) {
        var undecidable = undecidable(proposal, now);
        if (undecidable != null) {
            return undecidable;
        }
        var stale = LockedContract.stale(expectedVersion, proposal.version());
        if (stale != null) {
            return stale;
        }
        var objection = SecondPerson.objection(actor, proposal.proposedAt(), proposal.proposedBy());
        if (objection != null) {
            return objection;
        }
        return obstacle(now);
    }

    private static @Nullable Problem undecidable(TighteningProposal proposal, Instant now) {
        return switch (proposal.stateAt(now)) {
            case AWAITING_APPROVAL -> null;
            case EXPIRED ->
                new Conflict("proposal-expired", proposal.expiresAt().toString());
            case COMMITTING, COMMITTED, DECLINED ->
                new Conflict("not-awaiting-approval", proposal.state().name());
        };
    }

    /** What no second person can approve: it tightens, as runs do. */
    private @Nullable Problem obstacle(Instant now) {
        var freeze = freezes.heldAt(now);
        if (freeze.isPresent()) {
            return new Conflict(
                    "frozen",
                    "until %s: %s".formatted(freeze.get().end(), freeze.get().reason()));
        }
        return times.allow(now)
                ? null
                : new Conflict(
                        "outside-run-times",
                        "runs may commit again from " + times.next(now).toString());
    }

    private Outcome<TighteningProposal> commit(Actor actor, TighteningProposal proposal) {
        while (true) {
            var now = clock.instant();
            var decision = proposal.decision();
            if (decision != null && !now.isBefore(decision.at().plus(APPROVED_FOR))) {
                book.dropPending(proposal.id(), DropReason.EXPIRED);
                break;
            }
            var obstacle = obstacle(now);
            if (obstacle != null) {
                return Outcome.declined(obstacle);
            }
            var rows = book.pending(proposal.id(), BATCH_ROWS);
            if (rows.isEmpty()) {
                break;
            }
            batch(actor, proposal, rows, now);
        }
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = book.lock(proposal.id()).orElseThrow();
            if (before.state() == State.COMMITTING) {
                book.end(proposal.id(), State.COMMITTED, now);
                audit.append(
                        actor,
                        "tightening-proposal.committed",
                        subject(proposal.id()),
                        before,
                        book.find(proposal.id()).orElseThrow(),
                        now);
            }
            return Outcome.done(book.find(proposal.id()).orElseThrow());
        });
    }

    private void batch(Actor actor, TighteningProposal proposal, List<Row> rows, Instant now) {
        var ids = rows.stream()
                .flatMap(row -> Stream.of(row.contractId(), row.targetContractId()))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
        access.on(ids, now, write -> {
            write.approved();
            // Read again under the locks: another node may have gone on with it.
            var stillPending = book.pending(proposal.id(), BATCH_ROWS).stream()
                    .map(Row::id)
                    .collect(Collectors.toSet());
            Map<Long, Contract> known = contracts.findAll(write.held()).stream()
                    .collect(Collectors.toMap(Contract::id, contract -> contract));
            var adopting = proposal.kind() == Kind.ADOPT ? adoption.of(write.held(), now) : null;
            Set<Long> written = new HashSet<>();
            List<Long> committed = new ArrayList<>();
            Map<DropReason, List<Long>> dropped = new EnumMap<>(DropReason.class);
            for (var row : rows) {
                if (!stillPending.contains(row.id())) {
                    continue;
                }
                var why = adopting == null
                        ? act(actor, proposal, row, known, write, now)
                        : adopt(actor, row, adopting, write, now);
                if (why == null) {
                    committed.add(row.id());
                    written.add(row.contractId());
                    if (row.targetContractId() != null) {
                        written.add(row.targetContractId());
                    }
                } else {
                    dropped.computeIfAbsent(why, _ -> new ArrayList<>()).add(row.id());
                }
            }
            if (adopting != null) {
                adopting.finish();
            }
            book.committed(committed);
            dropped.forEach((why, ids2) -> book.dropped(ids2, why));
            write.held().stream().filter(id -> !written.contains(id)).forEach(write::leave);
            return committed.size();
        });
    }

    /** Null when it was done. */
    private @Nullable DropReason act(
            Actor actor,
            TighteningProposal proposal,
            Row row,
            Map<Long, Contract> known,
            AccessWrite.Write write,
            Instant now) {
        var contract = known.get(row.contractId());
        if (contract == null) {
            return DropReason.NO_LONGER_POSSIBLE;
        }
        var today = LocalDate.ofInstant(now, contract.zone());
        return switch (proposal.kind()) {
            case CANCEL -> {
                if (contract.status() == ContractStatus.CANCELLED) {
                    yield DropReason.NO_LONGER_POSSIBLE;
                }
                known.put(contract.id(), changes.cancel(actor, contract, String.valueOf(row.reason()), now));
                yield null;
            }
            case PAUSE -> pause(actor, row, contract, today, now);
            case DELETE -> {
                var subscriber = subscribers.find(Objects.requireNonNull(row.subscriberId()));
                if (subscriber.isEmpty() || subscriber.get().contractId() != row.contractId()) {
                    yield DropReason.NO_LONGER_POSSIBLE;
                }
                long id = subscriber.get().id();
                subscribers.delete(id);
                write.subscriberChanged(id);
                audit.append(actor, "subscriber.delete", "subscriber/" + id, subscriber.get(), null, now);
                yield null;
            }
            case MOVE -> {
                var subscriber = subscribers.find(Objects.requireNonNull(row.subscriberId()));
                var target = known.get(Objects.requireNonNull(row.targetContractId()));
                if (subscriber.isEmpty()
                        || subscriber.get().contractId() != row.contractId()
                        || target == null
                        || target.status() == ContractStatus.CANCELLED) {
                    yield DropReason.NO_LONGER_POSSIBLE;
                }
                var moved = subscribers.move(subscriber.get().id(), target.id());
                write.subscriberChanged(moved.id());
                audit.append(
                        actor,
                        "subscriber.move",
                        "subscriber/" + moved.id(),
                        new Subscribers.Move(row.contractId(), null),
                        new Subscribers.Move(target.id(), row.reason()),
                        now);
                yield null;
            }
            case ADOPT -> throw new IllegalStateException("adoptions are judged by what is owed");
            case PAID_UNTIL -> {
                if (contract.moneySource() != MoneySource.ERP) {
                    yield DropReason.NO_LONGER_POSSIBLE;
                }
                var standing =
                        new ErpStanding(contract.id(), row.paidUntil(), row.oldestDueOn(), row.asOf(), row.byStatus());
                if (!standings.write(standing)) {
                    yield DropReason.TOLD_OTHERWISE_SINCE;
                }
                audit.append(actor, "contract.erp", "contract/" + contract.id(), contract.erp(), standing, now);
                yield null;
            }
        };
    }

    /** Null when it was done. What is owed now may justify less than what was proposed, or nothing. */
    private @Nullable DropReason adopt(
            Actor actor, Row row, Adoption.Batch adopting, AccessWrite.Write write, Instant now) {
        var before = write.before(row.contractId());
        var adopted =
                before == null ? null : adopting.judge(row.contractId(), Objects.requireNonNull(row.level()), before);
        if (!(adopted instanceof Adoption.Adopts(var commitment))) {
            return DropReason.NO_LONGER_POSSIBLE;
        }
        adopting.adopt(actor, row.contractId(), commitment, now);
        return null;
    }

    private @Nullable DropReason pause(Actor actor, Row row, Contract contract, LocalDate today, Instant now) {
        boolean overlaps = contracts.pauses(contract.id()).stream()
                .anyMatch(other -> other.lastDay() == null || !other.lastDay().isBefore(today));
        boolean isOver = row.lastDay() != null && row.lastDay().isBefore(today);
        if (contract.status() != ContractStatus.ACTIVE || overlaps || isOver) {
            return DropReason.NO_LONGER_POSSIBLE;
        }
        changes.pause(actor, contract.id(), today, row.lastDay(), String.valueOf(row.reason()), now);
        return null;
    }

    /**
     * Goes on with what was approved and interrupted, by a kill, a freeze or the end of the runs' time; after a day what
     * is left of it is dropped. For a daemon's start, and now and then.
     *
     * @return how many were ended
     */
    public int resumeInterrupted() {
        int ended = 0;
        for (var proposal : book.committing()) {
            LOG.info("tightening proposal {} was interrupted while it committed; going on with it", proposal.id());
            switch (commit(RESUME, proposal)) {
                case Outcome.Done<TighteningProposal> _ -> ended++;
                case Outcome.Declined<TighteningProposal>(var why) ->
                    LOG.warn(
                            "tightening proposal {} is not done whole ({}); tried again until a day after its approval",
                            proposal.id(),
                            why);
            }
        }
        return ended;
    }

    /** What the audit log keeps of a no. */
    record DeclinedProposal(TighteningProposal proposal, String reason) {}

    /** Nothing of it is done. Whoever proposed it may take it back, too. */
    public Outcome<TighteningProposal> decline(Actor actor, long id, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = book.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<TighteningProposal>declined(new Unknown("tightening-proposal", id));
            }
            var undecidable = undecidable(before, now);
            if (undecidable != null) {
                return Outcome.<TighteningProposal>declined(undecidable);
            }
            book.decide(id, State.DECLINED, new Decision(actor.name(), now, reason));
            book.dropPending(id, DropReason.DECLINED);
            var after = book.find(id).orElseThrow();
            audit.append(
                    actor,
                    "tightening-proposal.decline",
                    subject(id),
                    before,
                    new DeclinedProposal(after, reason),
                    now);
            return Outcome.done(after);
        });
    }

    private static String subject(long id) {
        return "tightening-proposal/" + id;
    }
}
