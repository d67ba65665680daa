package net.catraca.billing.office;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.catraca.billing.receivable.Billing;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.Cut;
import net.catraca.billing.receivable.Generation;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Skipped;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.BillingBook;
import net.catraca.billing.store.BillingBook.Head;
import net.catraca.billing.store.BillingBook.Wanted;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the recurring receivables of all contracts, batch by batch; each batch decides under its contracts' locks, and a
 * unique index has the last word. So it may be killed, repeated or run twice at once: what is due is issued once.
 */
@Singleton
public final class ReceivableGeneration {

    /** Contracts that are looked at together, without a lock. */
    private static final int PORTION = AccessWrite.MOST_CONTRACTS;

    /** Batches under way: one computes while the database works on two others; more would wait for its processors. */
    private static final int AT_ONCE = 3;

    private static final Logger LOG = LoggerFactory.getLogger(ReceivableGeneration.class);

    private final Sql sql;
    private final Portions portions;
    private final AccessWrite access;
    private final BillingBook billing;
    private final ReceivableBook receivables;
    private final BillingRules usual;
    private final AuditLog audit;
    private final Clock clock;
    private final int batchContracts;

    @Inject
    ReceivableGeneration(
            Sql sql,
            Portions portions,
            AccessWrite access,
            BillingBook billing,
            ReceivableBook receivables,
            BillingRules usual,
            AuditLog audit,
            Clock clock) {
        this(sql, portions, access, billing, receivables, usual, audit, clock, PORTION);
    }

    ReceivableGeneration(
            Sql sql,
            Portions portions,
            AccessWrite access,
            BillingBook billing,
            ReceivableBook receivables,
            BillingRules usual,
            AuditLog audit,
            Clock clock,
            int batchContracts) {
        this.sql = sql;
        this.portions = portions;
        this.access = access;
        this.billing = billing;
        this.receivables = receivables;
        this.usual = usual;
        this.audit = audit;
        this.clock = clock;
        this.batchContracts = batchContracts;
    }

    /**
     * Whose receivables.
     *
     * @param planId null for all plans; so is {@code contractId} for all contracts
     */
    public record Scope(@Nullable Long planId, @Nullable Long contractId) {

        public static final Scope ALL = new Scope(null, null);
    }

    /** What is, or would be, done for one contract. */
    public record Drawn(long contractId, Billing.Outcome outcome) {}

    /**
     * What was, or would be, done.
     *
     * @param contracts that were looked at
     * @param nominalCents of the receivables
     * @param cuts receivables that a contract's end shortened or took back
     * @param skipped how often for which reason; a contract may be counted for several periods
     * @param failed contracts that could not be written; the log says why
     */
    public record Totals(
            long contracts,
            long receivables,
            long nominalCents,
            long cuts,
            Map<Skipped.Reason, Long> skipped,
            long failed) {

        public Totals {
            skipped = Collections.unmodifiableMap(copy(skipped));
        }

        private static Map<Skipped.Reason, Long> copy(Map<Skipped.Reason, Long> counts) {
            var copy = new EnumMap<Skipped.Reason, Long>(Skipped.Reason.class);
            copy.putAll(counts);
            return copy;
        }

        static final Totals NOTHING = new Totals(0, 0, 0, 0, Map.of(), 0);

        Totals plus(Billing.Outcome outcome) {
            var counts = copy(skipped);
            outcome.skipped().forEach(one -> counts.merge(one.reason(), 1L, Long::sum));
            return new Totals(
                    contracts + 1,
                    receivables + outcome.bills().size(),
                    nominalCents
                            + outcome.bills().stream()
                                    .mapToLong(bill -> bill.nominalCents())
                                    .sum(),
                    cuts + outcome.cuts().size(),
                    counts,
                    failed);
        }

        Totals plus(Totals other) {
            var counts = copy(skipped);
            other.skipped.forEach((reason, count) -> counts.merge(reason, count, Long::sum));
            return new Totals(
                    contracts + other.contracts,
                    receivables + other.receivables,
                    nominalCents + other.nominalCents,
                    cuts + other.cuts,
                    counts,
                    failed + other.failed);
        }

        /** Contracts that have all they should have, without looking closer. */
        Totals plusIssued(long more) {
            return more == 0 ? this : plus(new Totals(more, 0, 0, 0, Map.of(Skipped.Reason.ISSUED, more), 0));
        }
    }

    /**
     * What generation would do on a day, by contract; changes nothing.
     *
     * @param on null for today in each contract's zone
     * @param afterId only contracts above it
     * @param limit how many contracts at most, 1 to 500
     */
    public List<Drawn> preview(Scope scope, @Nullable LocalDate on, long afterId, int limit) {
        var now = clock.instant();
        return sql.readingOneSnapshot(() -> {
            var ids = billing.heads(scope.planId(), scope.contractId(), usual, afterId, limit).stream()
                    .map(Head::contractId)
                    .toList();
            return billing.read(ids, usual, since(on, now)).stream()
                    .map(one -> new Drawn(one.contract().id(), draw(one, on, now)))
                    .toList();
        });
    }

    /** The sums of {@link #preview} over all contracts; some tens of seconds for a million. */
    public Totals previewTotals(Scope scope, @Nullable LocalDate on) {
        var totals = Totals.NOTHING;
        long after = 0;
        for (var some = preview(scope, on, after, PORTION);
                !some.isEmpty();
                some = preview(scope, on, after, PORTION)) {
            for (var one : some) {
                totals = totals.plus(one.outcome());
            }
            after = some.getLast().contractId();
        }
        return totals;
    }

    private static Billing.Outcome draw(Billing one, @Nullable LocalDate on, Instant now) {
        return Generation.of(one, on == null ? today(one, now) : on);
    }

    /** The first day of which receivables matter where nothing has changed. */
    private static LocalDate since(@Nullable LocalDate on, Instant now) {
        var day = on == null ? LocalDate.ofInstant(now, ZoneOffset.UTC) : on;
        return day.minusDays(Generation.DAYS_BACK);
    }

    private static LocalDate today(Billing one, Instant now) {
        return LocalDate.ofInstant(now, one.contract().zone());
    }

    /**
     * Issues what is due, in transactions of its own: none may be running.
     *
     * @param now the instant of issue
     * @throws InterruptedException when told to stop; batches that have begun are finished, the rest is for the next run
     */
    public Totals generate(Actor actor, Scope scope, Instant now) throws InterruptedException {
        try (var batches = new Batches(actor, now)) {
            long after = 0;
            for (var heads = heads(scope, after); !heads.isEmpty(); heads = heads(scope, after)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("generation stopped after contract " + after);
                }
                batches.add(heads);
                after = heads.getLast().contractId();
            }
            return batches.finish();
        }
    }

    private List<Head> heads(Scope scope, long after) {
        return billing.heads(scope.planId(), scope.contractId(), usual, after, PORTION);
    }

    /** Batches on their way into the database; whoever reads on waits for a free one, so memory is bounded. */
    private final class Batches implements AutoCloseable {

        private final Actor actor;
        private final Instant now;
        private final ExecutorService threads = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofVirtual().name("generation ", 1).factory());
        private final ArrayDeque<Future<Totals>> running = new ArrayDeque<>();
        private List<Long> batch = new ArrayList<>();
        private Totals totals = Totals.NOTHING;

        Batches(Actor actor, Instant now) {
            this.actor = actor;
            this.now = now;
        }

        void add(List<Head> heads) throws InterruptedException {
            var covered = billing.covered(heads.stream()
                    .filter(Head::isPlain)
                    .map(this::wanted)
                    .filter(wanted -> !wanted.last().isBefore(wanted.first()))
                    .toList());
            totals = totals.plusIssued(covered.size());
            for (var head : heads) {
                if (!covered.contains(head.contractId())) {
                    batch.add(head.contractId());
                    if (batch.size() == batchContracts) {
                        submit();
                    }
                }
            }
        }

        private Wanted wanted(Head head) {
            var range =
                    Generation.looksAt(head.terms(), head.mode(), head.rules(), LocalDate.ofInstant(now, head.zone()));
            // One period further back, so that days too old to be made up for are told.
            var earliest = range[0].plus(-1, head.terms().billingDay()).first();
            return new Wanted(
                    head.contractId(), head.firstDay().isAfter(earliest) ? head.firstDay() : earliest, range[1].last());
        }

        private void submit() throws InterruptedException {
            if (running.size() == AT_ONCE) {
                await(running.removeFirst());
            }
            var ids = List.copyOf(batch);
            batch = new ArrayList<>();
            running.addLast(threads.submit(() -> issueAll(actor, ids, now)));
        }

        Totals finish() throws InterruptedException {
            if (!batch.isEmpty()) {
                submit();
            }
            while (!running.isEmpty()) {
                await(running.removeFirst());
            }
            return totals;
        }

        private void await(Future<Totals> one) throws InterruptedException {
            try {
                totals = totals.plus(one.get());
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException("a batch of receivables was not issued", failed.getCause());
            }
        }

        /** Batches that have begun are finished. */
        @Override
        public void close() {
            threads.close();
        }
    }

    /** One contract that cannot be written costs nobody else a bill: it is told. A database that is away ends the run. */
    private Totals issueAll(Actor actor, List<Long> contractIds, Instant now) {
        return portions.write(contractIds, some -> issue(actor, some, now), ReceivableGeneration::notIssued).stream()
                .reduce(Totals.NOTHING, Totals::plus);
    }

    private static Totals notIssued(long contractId, RuntimeException why) {
        LOG.error("contract {} gets no receivable, for it cannot be written", contractId, why);
        return new Totals(0, 0, 0, 0, Map.of(), 1);
    }

    /** What a batch wrote, for the audit log. */
    record Batch(List<Long> receivableIds, List<Long> cutIds, long nominalCents) {}

    /** One transaction. */
    private Totals issue(Actor actor, Collection<Long> contractIds, Instant now) {
        return access.on(contractIds, now, write -> {
            var batch = new Decided(billing.read(write.held(), usual, since(null, now)), now);
            write.held().stream().filter(id -> !batch.touched(id)).forEach(write::leave);
            if (!batch.isEmpty()) {
                batch.write(actor);
            }
            return batch.totals;
        });
    }

    /** A batch whose contracts are locked. All is decided before anything is written. */
    private final class Decided {

        private final Map<Long, Billing.Outcome> outcomes = new TreeMap<>();
        private final Map<Long, LocalDate> today = new HashMap<>();
        private final Instant now;
        private Totals totals = Totals.NOTHING;

        Decided(List<Billing> contracts, Instant now) {
            this.now = now;
            for (var one : contracts) {
                var outcome = draw(one, null, now);
                totals = totals.plus(outcome);
                if (!outcome.writesNothing()) {
                    outcomes.put(one.contract().id(), outcome);
                    today.put(one.contract().id(), today(one, now));
                }
            }
        }

        boolean touched(long contractId) {
            return outcomes.containsKey(contractId);
        }

        boolean isEmpty() {
            return outcomes.isEmpty();
        }

        void write(Actor actor) {
            List<Long> cut = new ArrayList<>();
            outcomes.values().stream()
                    .flatMap(outcome -> outcome.cuts().stream())
                    .forEach(one -> {
                        cut.add(one.receivable().id());
                        cut(one);
                    });
            var bills = outcomes.values().stream()
                    .flatMap(outcome -> outcome.bills().stream())
                    .toList();
            var issued = receivables.insertAll(bills, now);
            var what = new Batch(
                    issued.stream().map(Receivable::id).toList(),
                    cut,
                    issued.stream().mapToLong(Receivable::nominalCents).sum());
            audit.append(actor, "receivable.generate", "receivable-generation", null, what, now);
        }

        private void cut(Cut one) {
            var old = one.receivable();
            var last = one.coverageLast();
            var generated = old.generated();
            if (last == null || generated == null) {
                receivables.withdraw(old.id(), "the contract had ended");
                return;
            }
            var shorter = old.cut(last, one.nominalCents(), generated.charging(one.ownCents()));
            var day = Objects.requireNonNull(today.get(old.contractId()));
            receivables.replace(old, shorter, "the contract ended", day, now);
        }
    }
}
