package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.Decision;
import net.catraca.billing.bank.IncomingPayment.State;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.office.IncomingMoney.Order;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.Payment;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.IncomingBook.Candidate;
import net.catraca.billing.store.IncomingBook.Waiting;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentReversalBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Money that came in and that nobody could match: it waits for a person, who assigns, splits or dismisses it. */
@Singleton
public final class UnmatchedPayments {

    /** A company's bill for all its contracts. */
    public static final int MOST_SHARES = 100;

    /** As many as a person looks through. */
    private static final int MOST_CANDIDATES = 20;

    private final Sql sql;
    private final AccessWrite access;
    private final IncomingBook incoming;
    private final IncomingMoney money;
    private final ReceivableBook receivables;
    private final PaymentBook payments;
    private final PaymentReversalBook reversals;
    private final Payments office;
    private final ContractBook contracts;
    private final AuditLog audit;
    private final Clock clock;

    UnmatchedPayments(
            Sql sql,
            AccessWrite access,
            IncomingBook incoming,
            IncomingMoney money,
            ReceivableBook receivables,
            PaymentBook payments,
            PaymentReversalBook reversals,
            Payments office,
            ContractBook contracts,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.access = access;
        this.incoming = incoming;
        this.money = money;
        this.receivables = receivables;
        this.payments = payments;
        this.reversals = reversals;
        this.office = office;
        this.contracts = contracts;
        this.audit = audit;
        this.clock = clock;
    }

    /** Whether matched or not: by its id, everything that was told can be found. */
    public Optional<IncomingPayment> find(long id) {
        return incoming.find(id);
    }

    /** Those that wait, oldest first. */
    public List<IncomingPayment> list(@Nullable Long agreementId, long afterId, int limit) {
        return list(agreementId, null, afterId, limit);
    }

    /** @param why null for whatever reason */
    public List<IncomingPayment> list(@Nullable Long agreementId, @Nullable Why why, long afterId, int limit) {
        return incoming.unmatched(agreementId, why, afterId, limit);
    }

    public Waiting waiting() {
        return incoming.waiting();
    }

    /** Open receivables that it may be for, the likeliest first. A person decides: nothing is matched by them alone. */
    public List<Candidate> candidates(IncomingPayment payment) {
        return incoming.candidates(payment, MOST_CANDIDATES);
    }

    /** @param receivableId null: whatever the contract owes, oldest due first */
    public record Share(long contractId, @Nullable Long receivableId, long cents) {}

    private record Assigned(IncomingPayment payment, List<Share> shares) {
        Assigned {
            shares = List.copyOf(shares);
        }
    }

    /**
     * Books it: whole to one contract, or split. It counts as what it is, the bank's word that money came, and not as a
     * payment entered by hand.
     *
     * @param shares together the whole amount
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<IncomingPayment> assign(
            Actor actor, long id, @Nullable Long expectedVersion, List<Share> shares, @Nullable String reason) {
        var found = incoming.find(id);
        if (found.isEmpty()) {
            return Outcome.declined(new Unknown("unmatched_payment", id));
        }
        var problem = problem(found.get(), shares, reason);
        if (problem != null) {
            return Outcome.declined(problem);
        }
        var named = shares.stream().map(Share::contractId).collect(Collectors.toCollection(TreeSet::new));
        var now = clock.instant();
        return access.on(named, now, write -> {
            var outcome = assign(actor, id, expectedVersion, shares, reason, write, now);
            if (outcome instanceof Outcome.Declined) {
                write.leaveAll();
            }
            return outcome;
        });
    }

    private @Nullable Problem problem(IncomingPayment payment, List<Share> shares, @Nullable String reason) {
        long sum = 0;
        var checks = new Checks()
                .textOrNone(reason, 500, "reason")
                .expect(!shares.isEmpty() && shares.size() <= MOST_SHARES, "shares", "1 to " + MOST_SHARES + " shares");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < shares.size(); i++) {
            var share = shares.get(i);
            checks.cents(share.cents(), "shares[" + i + "].amountCents")
                    .expect(
                            seen.add(share.contractId() + "/" + share.receivableId()),
                            "shares[" + i + "]",
                            "another contract or receivable than the shares before");
            sum += Math.max(0, Math.min(share.cents(), Checks.MOST_CENTS));
            var named = share.receivableId() == null
                    ? Optional.<Receivable>empty()
                    : receivables.find(share.receivableId());
            if (share.receivableId() != null && named.isEmpty()) {
                return new Unknown("receivable", share.receivableId());
            }
            checks.expect(
                    named.isEmpty() || named.get().contractId() == share.contractId(),
                    "shares[" + i + "].receivableId",
                    "a receivable of contract " + share.contractId());
        }
        long amount = payment.amountCents() - payment.refundedCents();
        checks.expect(sum == amount, "shares", "shares of " + amount + " cents together");
        return checks.failed() ? checks.problem() : null;
    }

    private Outcome<IncomingPayment> assign(
            Actor actor,
            long id,
            @Nullable Long expectedVersion,
            List<Share> shares,
            @Nullable String reason,
            AccessWrite.Write write,
            Instant now) {
        var held = incoming.hold(id).orElseThrow();
        var refused = refusal(held, expectedVersion);
        if (refused != null) {
            return Outcome.declined(refused);
        }
        for (var share : shares) {
            if (!write.holds(share.contractId())) {
                return Outcome.declined(new Unknown("contract", share.contractId()));
            }
        }
        for (long kept : contracts.keptByErp(write.held())) {
            return Outcome.declined(Payments.keptByErp(kept));
        }
        var news = held.news();
        String payingId = held.payingId();
        List<Order> orders = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            var share = shares.get(i);
            orders.add(new Order(
                    shares.size() == 1 ? payingId : payingId + "/" + (i + 1),
                    share.contractId(),
                    share.receivableId() == null ? null : Set.of(share.receivableId()),
                    share.cents(),
                    i == 0 ? Math.min(share.cents(), held.chargesCents()) : 0,
                    news));
        }
        incoming.decide(id, State.MATCHED, new Decision(now, actor.name(), reason));
        IncomingMoney.leaveOthers(write, orders);
        money.post(actor, write, orders, Map.of(held.externalId(), id), now);
        var assigned = incoming.find(id).orElseThrow();
        audit.append(actor, "unmatched-payment.assign", subject(id), held, new Assigned(assigned, shares), now);
        return Outcome.done(assigned);
    }

    private record TakenBack(IncomingPayment payment, List<Long> reversedPayments) {
        TakenBack {
            reversedPayments = List.copyOf(reversedPayments);
        }
    }

    /**
     * It was matched or assigned wrongly: reverses what was booked of it, and it waits again. Declined as
     * {@code not-matched}, or as {@code money-went-back} where a reversal was told of it by external id.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<IncomingPayment> unassign(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var contracts = payments.ofIncoming(id).stream()
                .filter(payment -> !payment.isReversed())
                .map(Payment::contractId)
                .collect(Collectors.toCollection(TreeSet::new));
        var now = clock.instant();
        return access.on(contracts, now, write -> {
            var outcome = unassign(actor, id, expectedVersion, reason, write, now);
            if (outcome instanceof Outcome.Declined) {
                write.leaveAll();
            }
            return outcome;
        });
    }

    private Outcome<IncomingPayment> unassign(
            Actor actor, long id, @Nullable Long expectedVersion, String reason, AccessWrite.Write write, Instant now) {
        var found = incoming.hold(id);
        if (found.isEmpty()) {
            return Outcome.declined(new Unknown("unmatched_payment", id));
        }
        var held = found.get();
        var stale = LockedContract.stale(expectedVersion, held.version());
        if (stale != null) {
            return Outcome.declined(stale);
        }
        if (held.state() != State.MATCHED && held.state() != State.REVERSED) {
            return Outcome.declined(new Conflict("not-matched", held.state().name()));
        }
        var told = reversals.findByPayment(held.externalId());
        if (told.isPresent()) {
            return Outcome.declined(new Conflict(
                    "money-went-back", "payment reversal " + told.get().id()));
        }
        var standing = payments.ofIncoming(id).stream()
                .filter(payment -> !payment.isReversed())
                .toList();
        if (!standing.stream().allMatch(payment -> write.holds(payment.contractId()))) {
            return Outcome.declined(new Problem.Stale(held.version())); // assigned anew since it was looked up
        }
        for (var payment : standing) {
            var before = Objects.requireNonNull(write.before(payment.contractId()));
            office.reverse(actor, payment.id(), null, reason, new LockedContract.Held(write, before, now))
                    .orThrow();
        }
        incoming.waitAgain(id, Why.TAKEN_BACK, new Decision(now, actor.name(), reason));
        var waiting = incoming.find(id).orElseThrow();
        audit.append(
                actor,
                "unmatched-payment.unassign",
                subject(id),
                held,
                new TakenBack(waiting, standing.stream().map(Payment::id).toList()),
                now);
        return Outcome.done(waiting);
    }

    private static @Nullable Problem refusal(IncomingPayment held, @Nullable Long expectedVersion) {
        var stale = LockedContract.stale(expectedVersion, held.version());
        if (stale != null) {
            return stale;
        }
        return held.state() == State.UNMATCHED
                ? null
                : new Conflict("not-unmatched", held.state().name());
    }

    /**
     * It pays nothing here: another company's, a deposit, a mistake of the bank. It stays on the books.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     */
    public Outcome<IncomingPayment> dismiss(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var held = incoming.hold(id);
            if (held.isEmpty()) {
                return Outcome.declined(new Unknown("unmatched_payment", id));
            }
            var refused = refusal(held.get(), expectedVersion);
            if (refused != null) {
                return Outcome.declined(refused);
            }
            var now = clock.instant();
            incoming.decide(id, State.DISMISSED, new Decision(now, actor.name(), reason));
            var dismissed = incoming.find(id).orElseThrow();
            audit.append(actor, "unmatched-payment.dismiss", subject(id), held.get(), dismissed, now);
            return Outcome.done(dismissed);
        });
    }

    /** It was dismissed by mistake, or is no repetition but money of its own, and waits again. */
    public Outcome<IncomingPayment> restore(Actor actor, long id, @Nullable Long expectedVersion) {
        return sql.inTransaction(() -> {
            var held = incoming.hold(id);
            if (held.isEmpty()) {
                return Outcome.declined(new Unknown("unmatched_payment", id));
            }
            var stale = LockedContract.stale(expectedVersion, held.get().version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            var state = held.get().state();
            if (state != State.DISMISSED && state != State.REPEATED) {
                return Outcome.declined(new Conflict("not-dismissed", state.name()));
            }
            var now = clock.instant();
            var why = held.get().why();
            incoming.waitAgain(id, why == null ? Why.POSSIBLE_REPETITION : why, new Decision(now, actor.name(), null));
            var restored = incoming.find(id).orElseThrow();
            audit.append(actor, "unmatched-payment.restore", subject(id), held.get(), restored, now);
            return Outcome.done(restored);
        });
    }

    private static String subject(long id) {
        return "unmatched-payment/" + id;
    }
}
