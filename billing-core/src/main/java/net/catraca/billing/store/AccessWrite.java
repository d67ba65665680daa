package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.receivable.Receivable;
import org.jspecify.annotations.Nullable;

/**
 * The one way to write what can change a contract's access. In one READ COMMITTED transaction: lock the contracts in
 * the order of their ids, write, take agreements along, let credit pay what is owed, recompute their facts with the
 * pure functions, raise their versions, append to the change feed. So the facts are always those of the rows beside
 * them, and no node misses a change.
 *
 * <pre>{@code
 * accessWrite.on(contractId, now, write -> {
 *     if (!write.holds(contractId)) return Outcome.declined(new Unknown("contract", contractId));
 *     …
 * });
 * }</pre>
 *
 * <p>A transaction that is already running is joined; a second AccessWrite in it should not lock other contracts, or
 * two of them could wait for each other (PostgreSQL then ends one).
 */
@Singleton
public final class AccessWrite {

    /** A transaction of more would hold its locks for more than about half a second. */
    public static final int MOST_CONTRACTS = 500;

    /** Relief to more at once is bulk, which does not notify; followers see it at their next poll. */
    private static final int MOST_NOTIFIED = 10;

    private final Sql sql;
    private final Feed feed;
    private final ContractFacts facts;
    private final Catalogs catalogs;
    private final AgreementProgress agreements;
    private final Credits credits;
    private final Recompute recompute;
    private final WebhookOutbox outbox;

    AccessWrite(
            Sql sql,
            Feed feed,
            ContractFacts facts,
            Catalogs catalogs,
            AgreementProgress agreements,
            Credits credits,
            Recompute recompute,
            WebhookOutbox outbox) {
        this.sql = sql;
        this.feed = feed;
        this.facts = facts;
        this.catalogs = catalogs;
        this.agreements = agreements;
        this.credits = credits;
        this.recompute = recompute;
        this.outbox = outbox;
    }

    /** As {@link #on(Collection, Instant, Function)} for one contract. */
    public <T> T on(long contractId, Instant now, Function<Write, T> work) {
        return on(List.of(contractId), now, work);
    }

    /**
     * Runs {@code work} while it holds the contracts, and writes their facts after it. An exception rolls all back.
     *
     * @param contractIds at most {@link #MOST_CONTRACTS}; those that do not exist are not held. Empty for a write that
     *     only creates contracts
     * @param now the instant of the write, for the facts and the feed
     */
    public <T> T on(Collection<Long> contractIds, Instant now, Function<Write, T> work) {
        requireFew(contractIds.size());
        return sql.inTransaction(() -> {
            var held = lock(contractIds);
            var write = new Write(held, factsOf(held), now);
            T result = work.apply(write);
            write.finish();
            return result;
        });
    }

    private static void requireFew(int contracts) {
        if (contracts > MOST_CONTRACTS) {
            throw new IllegalArgumentException(
                    "contracts: expected at most " + MOST_CONTRACTS + " in one transaction, were " + contracts);
        }
    }

    private Set<Long> lock(Collection<Long> contractIds) {
        // In the order of ids, so that two writes never wait for each other. NO KEY: a receivable's foreign key, as
        // another transaction inserts it, does not wait.
        return new TreeSet<>(sql.list(
                "select id from contract where id = any(?) order by id for no key update",
                row -> row.bigint("id"),
                contractIds));
    }

    private Map<Long, ContractSnapshot> factsOf(Collection<Long> contractIds) {
        return facts.read(contractIds).stream()
                .collect(Collectors.toMap(ContractSnapshot::contractId, Function.identity()));
    }

    /** A contract's facts before and after a write. */
    public record Change(ContractSnapshot before, ContractSnapshot after) {}

    /** A write under way: what it holds, and what it adds to the feed besides. Used by one thread, within the work. */
    public final class Write {

        private final Set<Long> held;
        private final Map<Long, ContractSnapshot> before;
        private final Set<Long> written;
        private final Instant now;
        private final Set<Long> subscribers = new TreeSet<>();
        private final List<Consumer<List<Change>>> tellers = new ArrayList<>();
        private boolean approved;
        private final Set<Noted> noted = new HashSet<>();
        private boolean creditUsed;

        private Write(Set<Long> held, Map<Long, ContractSnapshot> before, Instant now) {
            this.held = held;
            this.before = before;
            this.written = new TreeSet<>(held);
            this.now = now;
        }

        /** Whether the contract exists, and is locked until the transaction ends. */
        public boolean holds(long contractId) {
            return held.contains(contractId);
        }

        /** Ids of the contracts that exist and are locked, ascending. */
        public Set<Long> held() {
            return Set.copyOf(held);
        }

        /** The facts as they were before this write, or null for a contract that is not held. */
        public @Nullable ContractSnapshot before(long contractId) {
            return before.get(contractId);
        }

        /** All held contracts' facts as they were before this write. */
        public Collection<ContractSnapshot> before() {
            return List.copyOf(before.values());
        }

        /** A contract that the work inserted: it gets its first facts. */
        public void created(long contractId) {
            requireFew(written.size() + 1);
            written.add(contractId);
        }

        /** Nothing of this contract was written after all: its facts and version stay. */
        public void leave(long contractId) {
            written.remove(contractId);
        }

        /** Nothing was written after all, as when the request is declined. */
        public void leaveAll() {
            written.clear();
        }

        /** A second person has approved what it tightens: what lapses by it does so at once (see HeldLapse). */
        public void approved() {
            approved = true;
        }

        /** A login that was created or changed; moved ones too. */
        public void subscriberChanged(long subscriberId) {
            subscribers.add(subscriberId);
        }

        /**
         * Tells what the write did to contracts that were there before, when their facts and the feed are written and
         * the transaction still runs.
         */
        public void afterwards(Consumer<List<Change>> teller) {
            tellers.add(teller);
        }

        private record Noted(PaymentEffect.What what, long paymentId) {}

        /** Whether what a payment did was not noted before in this write. */
        boolean notes(PaymentEffect.What what, long paymentId) {
            return noted.add(new Noted(what, paymentId));
        }

        /**
         * What the contracts paid too much pays what they owe, what blocks before what does not, oldest due first. Each
         * write ends with that by itself; work that tells of its receivables or payments does it before, as the last
         * thing that it writes of money.
         *
         * @return the receivables that took some, as they are now but for their version
         */
        public List<Receivable> useCredit() {
            creditUsed = true;
            return credits.use(this, written, now);
        }

        private void takeMoneyAlong() {
            boolean moved = agreements.follow(written, now);
            if ((moved || !creditUsed) && !useCredit().isEmpty()) {
                agreements.follow(written, now);
            }
        }

        private void tell(List<ContractSnapshot> after) {
            if (tellers.isEmpty()) {
                return;
            }
            var changes = after.stream()
                    .filter(each -> before.containsKey(each.contractId()))
                    .map(each -> new Change(Objects.requireNonNull(before.get(each.contractId())), each))
                    .toList();
            tellers.forEach(teller -> teller.accept(changes));
        }

        private void finish() {
            feed.append(Feed.Kind.SUBSCRIBER, subscribers, now);
            if (written.isEmpty()) {
                return;
            }
            takeMoneyAlong();
            var after = recompute.facts(written, before, catalogs.read(), now, approved);
            feed.append(Feed.Kind.CONTRACT, written, now);
            if (written.size() <= MOST_NOTIFIED && after.stream().anyMatch(this::isRelief)) {
                feed.notifyOfRelief();
            }
            tell(after);
            outbox.access(after, before, now);
        }

        private boolean isRelief(ContractSnapshot after) {
            var old = before.get(after.contractId());
            return old != null && level(old).stricterThan(level(after));
        }

        private AccessLevel level(ContractSnapshot contract) {
            return AccessPolicy.answer(contract, now, now).level();
        }
    }
}
