package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.bank.News;
import net.catraca.billing.bank.PaymentEffect;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.payment.Spreading;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ChargeBook;
import net.catraca.billing.store.ChargeBook.Target;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.IncomingBook.Waits;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentBook.Entry;
import net.catraca.billing.store.PaymentBook.Share;
import net.catraca.billing.store.PaymentEffectBook;
import net.catraca.billing.store.PaymentReversalBook;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From news of money to payments, many at once: each piece is kept, matched and booked in one transaction that ends with
 * its contracts' access. What was told before changes nothing; what cannot be matched is kept for a person.
 */
@Singleton
final class IncomingMoney {

    private static final Logger LOG = LoggerFactory.getLogger(IncomingMoney.class);

    private final Portions portions;
    private final AccessWrite access;
    private final ContractBook contracts;
    private final ChargeBook charges;
    private final IncomingBook incoming;
    private final Repetitions repetitions;
    private final PaymentBook payments;
    private final ReceivableBook receivables;
    private final PaymentEffectBook effects;
    private final PaymentReversalBook reversals;
    private final Payments told;
    private final Clock clock;

    IncomingMoney(
            Portions portions,
            AccessWrite access,
            ContractBook contracts,
            ChargeBook charges,
            IncomingBook incoming,
            Repetitions repetitions,
            PaymentBook payments,
            ReceivableBook receivables,
            PaymentEffectBook effects,
            PaymentReversalBook reversals,
            Payments told,
            Clock clock) {
        this.portions = portions;
        this.access = access;
        this.contracts = contracts;
        this.charges = charges;
        this.incoming = incoming;
        this.repetitions = repetitions;
        this.payments = payments;
        this.receivables = receivables;
        this.effects = effects;
        this.reversals = reversals;
        this.told = told;
        this.clock = clock;
    }

    /**
     * What one piece of news pays: one share a contract.
     *
     * @param receivableIds null: whatever the contract owes
     * @param cents 0: how much it gets turns out when the receivables are read
     */
    record Order(
            String externalId,
            long contractId,
            @Nullable Set<Long> receivableIds,
            long cents,
            long chargesCents,
            News of) {}

    /**
     * Books many pieces, in one transaction if it can be. One that would be refused the next time, too, is kept for a
     * person. When the database is away or busy this throws, and nothing is kept: the news is told again, and a payer
     * whose news a person must find would wait for no reason.
     */
    void take(Actor actor, List<News> news) {
        portions.write(news, some -> book(actor, some), (one, why) -> keptForAPerson(actor, one, why));
    }

    private boolean keptForAPerson(Actor actor, News news, RuntimeException why) {
        LOG.error("news {} could not be booked; it waits among the unmatched payments", news.externalId(), why);
        // When this fails too, the database is not there: the file or notification is told again.
        incoming.insertAll(
                List.of(news), Map.of(news.externalId(), new Waits(Why.FAILED)), clock.instant(), actor.name());
        return true;
    }

    private boolean book(Actor actor, List<News> news) {
        var targets = targets(news);
        if (news.stream().anyMatch(one -> !one.namesNothing() && !targets.containsKey(one.externalId()))) {
            // Its bill may be written at this moment. Whoever comes after us finds what we keep as unmatched.
            incoming.waitForNumbers();
            targets.putAll(targets(news));
        }
        var kept = keptByErp(targets);
        targets.keySet().removeAll(kept.keySet());
        var unmatched = unmatched(news, targets.keySet());
        kept.keySet().forEach(id -> unmatched.put(id, new Waits(Why.KEPT_BY_ERP)));
        var booked = targets.values().stream()
                .flatMap(List::stream)
                .map(Target::contractId)
                .collect(Collectors.toCollection(TreeSet::new));
        var now = clock.instant();
        return access.on(booked, now, write -> {
            // Inserted under the locks: a second teller of the same news waits here, and then finds it told.
            var leads = leads(targets);
            var waits = new HashMap<>(unmatched);
            waits.putAll(repetitions.among(news, targets, leads));
            var ids = incoming.insertAll(news, waits, now, actor.name());
            incoming.setContracts(kept.keySet().stream()
                    .filter(ids::containsKey)
                    .collect(Collectors.toMap(ids::get, id -> Objects.requireNonNull(kept.get(id)))));
            var orders = news.stream()
                    .filter(one -> ids.containsKey(one.externalId()) && !waits.containsKey(one.externalId()))
                    .flatMap(one ->
                            orders(one.externalId(), one, Objects.requireNonNull(targets.get(one.externalId())))
                                    .stream())
                    .toList();
            leaveOthers(write, orders);
            post(actor, write, orders, leads, ids, now);
            return true;
        });
    }

    /**
     * Books what waited for numbers that are known now, within a write that holds the contracts that these name.
     *
     * @param waiting as it was found; what a person has decided upon since is left alone
     * @return the contracts that got money
     */
    Set<Long> takeWaiting(Actor actor, AccessWrite.Write write, Collection<IncomingPayment> waiting, Instant now) {
        Set<Long> paid = new HashSet<>();
        incoming.holdWaiting(waiting.stream().map(IncomingPayment::id).toList()).stream()
                .collect(Collectors.groupingBy(IncomingPayment::agreementId, TreeMap::new, Collectors.toList()))
                .values()
                .forEach(some -> paid.addAll(takeOfOneAgreement(actor, write, some, now)));
        return paid;
    }

    private Set<Long> takeOfOneAgreement(
            Actor actor, AccessWrite.Write write, List<IncomingPayment> waiting, Instant now) {
        var news = waiting.stream().map(IncomingPayment::news).toList();
        var targets = targets(news);
        targets.values()
                .removeIf(target -> !target.stream().map(Target::contractId).allMatch(write::holds));
        targets.keySet().removeAll(keptByErp(targets).keySet());
        var leads = leads(targets);
        var repeated = repetitions.among(news, targets, leads);
        Map<Long, Waits> waits = new HashMap<>();
        Map<String, Long> ids = new HashMap<>();
        List<Order> orders = new ArrayList<>();
        for (var one : waiting) {
            String externalId = one.externalId();
            var target = targets.get(externalId);
            if (repeated.containsKey(externalId)) {
                waits.put(one.id(), Objects.requireNonNull(repeated.get(externalId)));
            } else if (target != null) {
                ids.put(externalId, one.id());
                orders.addAll(orders(one.payingId(), one.news(), target));
            }
        }
        incoming.mayRepeat(waits);
        incoming.matched(ids.values());
        post(actor, write, orders, leads, ids, now);
        return orders.stream().map(Order::contractId).collect(Collectors.toSet());
    }

    /** By external id, what waits for a person. A line without a number may be one that another file has told. */
    private Map<String, Waits> unmatched(List<News> news, Set<String> matched) {
        var same = incoming.sayingTheSame(news.stream().filter(News::byLine).toList());
        Map<String, Waits> unmatched = new HashMap<>();
        for (var one : news) {
            String id = one.externalId();
            if (!matched.contains(id)) {
                unmatched.put(
                        id,
                        same.containsKey(id)
                                ? new Waits(Why.POSSIBLE_REPETITION, same.get(id), null)
                                : new Waits(one.namesNothing() ? Why.NO_CHARGE : Why.UNKNOWN_NUMBER));
            }
        }
        return unmatched;
    }

    /** What is for a contract of which an ERP keeps the money: its contracts, by external id. It is not booked in part. */
    private Map<String, Collection<Long>> keptByErp(Map<String, List<Target>> targets) {
        var all = targets.values().stream()
                .flatMap(List::stream)
                .map(Target::contractId)
                .collect(Collectors.toSet());
        var erp = contracts.keptByErp(all);
        Map<String, Collection<Long>> kept = new HashMap<>();
        targets.forEach((externalId, theirs) -> {
            var ids = theirs.stream().map(Target::contractId).collect(Collectors.toSet());
            if (ids.stream().anyMatch(erp::contains)) {
                kept.put(externalId, ids);
            }
        });
        return kept;
    }

    /** What each piece is for, by its external id: by our number, then by txid, then by the bill's own number. */
    private Map<String, List<Target>> targets(List<News> news) {
        Map<String, List<Target>> found = new HashMap<>();
        find(
                found,
                news,
                News::ourNumber,
                keys -> charges.byOurNumbers(news.getFirst().agreementId(), keys));
        find(found, news, News::txid, charges::byTxids);
        find(found, news, News::document, charges::byDocuments);
        return found;
    }

    private static void find(
            Map<String, List<Target>> found,
            List<News> news,
            Function<News, @Nullable String> key,
            Function<Collection<String>, List<Target>> lookUp) {
        var keys = news.stream()
                .filter(one -> !found.containsKey(one.externalId()))
                .map(key)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        if (keys.isEmpty()) {
            return;
        }
        var targets = lookUp.apply(keys).stream().collect(Collectors.groupingBy(Target::key));
        for (var one : news) {
            String number = key.apply(one);
            var target = number == null ? null : targets.get(number);
            if (target != null) {
                found.putIfAbsent(one.externalId(), target);
            }
        }
    }

    /** One a contract; how much each gets turns out when the receivables are read. */
    private static List<Order> orders(String payingId, News news, List<Target> targets) {
        var byContract = targets.stream()
                .collect(Collectors.groupingBy(
                        Target::contractId,
                        LinkedHashMap::new,
                        Collectors.mapping(Target::receivableId, Collectors.toSet())));
        List<Order> orders = new ArrayList<>();
        byContract.forEach((contract, receivableIds) -> orders.add(new Order(
                byContract.size() == 1 ? payingId : payingId + "/" + contract, contract, receivableIds, 0, 0, news)));
        return orders;
    }

    /** @param leads from what is named to what takes its money now */
    private static boolean wants(Order order, Settlement settlement, Map<Long, Set<Long>> leads) {
        var named = order.receivableIds();
        long id = settlement.receivable().id();
        return named == null
                || named.stream()
                        .anyMatch(one -> leads.getOrDefault(one, Set.of()).contains(id));
    }

    /** Of a write that does nothing else: contracts that get nothing stay as they are. */
    static void leaveOthers(AccessWrite.Write write, List<Order> wanted) {
        var contracts = wanted.stream().map(Order::contractId).collect(Collectors.toSet());
        write.held().stream().filter(id -> !contracts.contains(id)).forEach(write::leave);
    }

    /**
     * Books what is ordered, within a write that holds the contracts.
     *
     * @param incomingIds of the news, by external id
     */
    void post(Actor actor, AccessWrite.Write write, List<Order> wanted, Map<String, Long> incomingIds, Instant now) {
        var named = wanted.stream()
                .map(Order::receivableIds)
                .filter(Objects::nonNull)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
        post(actor, write, wanted, receivables.leads(named), incomingIds, now);
    }

    /**
     * Read under the locks: what a charge is for may have been written anew, or agreed upon, since it was looked up.
     *
     * @return of all that is named, what takes its money now
     */
    private Map<Long, Set<Long>> leads(Map<String, List<Target>> targets) {
        return receivables.leads(targets.values().stream()
                .flatMap(List::stream)
                .map(Target::receivableId)
                .collect(Collectors.toSet()));
    }

    /** @param leads of all that is named, read under the locks */
    private void post(
            Actor actor,
            AccessWrite.Write write,
            List<Order> wanted,
            Map<Long, Set<Long>> leads,
            Map<String, Long> incomingIds,
            Instant now) {
        if (wanted.isEmpty()) {
            return;
        }
        var contracts = wanted.stream().map(Order::contractId).collect(Collectors.toSet());
        Map<Long, List<Settlement>> open = new HashMap<>();
        receivables.openSettlements(contracts).forEach((contract, list) -> open.put(contract, new ArrayList<>(list)));
        var several = wanted.stream()
                .map(Order::receivableIds)
                .filter(ids -> ids != null && ids.size() > 1)
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(HashSet::new));
        several.addAll(onOneBill(wanted));
        var standing = receivables.standingFor(several);
        new Posting(actor, write, open, leads, standing, receivables.nominalCents(Set.copyOf(standing.values())), now)
                .all(wanted, incomingIds);
    }

    /** What is named by news that is for several contracts. */
    private static Set<Long> onOneBill(List<Order> wanted) {
        return wanted.stream().collect(Collectors.groupingBy(order -> order.of().externalId())).values().stream()
                .filter(orders -> orders.size() > 1)
                .flatMap(List::stream)
                .map(Order::receivableIds)
                .filter(Objects::nonNull)
                .flatMap(Set::stream)
                .collect(Collectors.toSet());
    }

    /** One posting under way: what is open changes as it goes. */
    private final class Posting {

        private final Actor actor;
        private final AccessWrite.Write write;
        private final Map<Long, List<Settlement>> open;
        private final Map<Long, Set<Long>> leads;
        private final Map<Long, Long> standing;
        private final Map<Long, Long> worths;
        private final Instant now;
        private final List<Share> shares = new ArrayList<>();
        private final Map<Long, Receivable> settled = new LinkedHashMap<>();
        private final Map<Long, Long> chargesOf = new HashMap<>();
        private final Map<Long, Long> contractOf = new HashMap<>();
        /** By the external ids of payments, and by that of the news that they are parts of. */
        private final Map<String, List<Long>> booked = new HashMap<>();

        private final Map<Long, Long> differences = new HashMap<>();

        Posting(
                Actor actor,
                AccessWrite.Write write,
                Map<Long, List<Settlement>> open,
                Map<Long, Set<Long>> leads,
                Map<Long, Long> standing,
                Map<Long, Long> worths,
                Instant now) {
            this.actor = actor;
            this.write = write;
            this.open = open;
            this.leads = leads;
            this.standing = standing;
            this.worths = worths;
            this.now = now;
        }

        void all(List<Order> wanted, Map<String, Long> incomingIds) {
            // In rounds of news: what an earlier one of the batch has paid, a later one finds paid.
            var byNews = wanted.stream()
                    .collect(Collectors.groupingBy(
                            order -> order.of().externalId(), LinkedHashMap::new, Collectors.toList()));
            boolean severalContracts = byNews.values().stream().anyMatch(orders -> orders.size() > 1);
            if (severalContracts) {
                byNews.values().forEach(orders -> {
                    var dealt = dealOf(orders);
                    noteLeftOut(orders, dealt, incomingIds);
                    round(dealt, incomingIds);
                });
            } else {
                round(
                        byNews.values().stream()
                                .flatMap(orders -> dealOf(orders).stream())
                                .toList(),
                        incomingIds);
            }
            payments.allocateAll(shares);
            receivables.settleAll(settled.values());
            payments.setCharges(chargesOf);
            incoming.differ(differences);
            effects.note(write, contractOf, PaymentEffect.What.BOOKED, now);
            told.applyWaiting(actor, booked, payment -> held(payment.contractId()));
        }

        private LockedContract.Held held(long contractId) {
            return new LockedContract.Held(write, Objects.requireNonNull(write.before(contractId)), now);
        }

        /** Contracts for which no money is left miss what they miss. */
        private void noteLeftOut(List<Order> orders, List<Order> dealt, Map<String, Long> incomingIds) {
            var paid = dealt.stream().map(Order::contractId).collect(Collectors.toSet());
            for (var order : orders) {
                Long id = incomingIds.get(order.of().externalId());
                if (id != null && order.receivableIds() != null && !paid.contains(order.contractId())) {
                    differences.merge(id, -missing(order, payable(order)), Long::sum);
                }
            }
        }

        private List<Settlement> payable(Order order) {
            return open.computeIfAbsent(order.contractId(), _ -> new ArrayList<>()).stream()
                    .filter(settlement -> wants(order, settlement, leads))
                    .toList();
        }

        private static long missing(Order order, List<Settlement> payable) {
            return payable.stream()
                    .mapToLong(settlement -> settlement.missingOn(order.of().paidOn()))
                    .sum();
        }

        private List<Order> dealOf(List<Order> orders) {
            if (orders.size() == 1 || orders.getFirst().cents() > 0) {
                return orders.stream()
                        .map(order -> order.cents() > 0
                                ? order
                                : new Order(
                                        order.externalId(),
                                        order.contractId(),
                                        order.receivableIds(),
                                        order.of().amountCents(),
                                        order.of().chargesCents(),
                                        order.of()))
                        .toList();
            }
            return deal(orders);
        }

        /**
         * Deals a bill's amount out to its contracts: each what its receivables miss; of the rest, each as much as it has on
         * the bill, for who pays twice pays for all of them twice; what is above that in the proportion of the bill.
         */
        private List<Order> deal(List<Order> orders) {
            var news = orders.getFirst().of();
            var shares = new long[orders.size()];
            var worths = new long[orders.size()];
            long left = news.amountCents();
            for (int i = 0; i < shares.length; i++) {
                worths[i] = worth(orders.get(i));
                shares[i] = Math.min(left, missing(orders.get(i), payable(orders.get(i))));
                left -= shares[i];
            }
            for (int i = 0; i < shares.length; i++) {
                long again = Math.min(left, Math.max(0, worths[i] - shares[i]));
                shares[i] += again;
                left -= again;
            }
            var rest = inProportion(left, worths);
            var charges = inProportion(Math.min(news.chargesCents(), news.amountCents()), worths);
            List<Order> dealt = new ArrayList<>();
            for (int i = 0; i < shares.length; i++) {
                var order = orders.get(i);
                long cents = shares[i] + rest[i];
                if (cents > 0) {
                    dealt.add(new Order(
                            order.externalId(),
                            order.contractId(),
                            order.receivableIds(),
                            cents,
                            Math.min(cents, charges[i]),
                            news));
                }
            }
            return dealt;
        }

        private long worth(Order order) {
            return Objects.requireNonNull(order.receivableIds()).stream()
                    .map(id -> standing.getOrDefault(id, id))
                    .distinct()
                    .mapToLong(id -> worths.getOrDefault(id, 0L))
                    .sum();
        }

        /** To the cent: the first gets what cannot be divided. */
        private static long[] inProportion(long cents, long[] worths) {
            long all = LongStream.of(worths).sum();
            var parts = LongStream.of(worths)
                    .map(worth -> all == 0 ? 0 : Math.floorDiv(Math.multiplyExact(cents, worth), all))
                    .toArray();
            parts[0] += cents - LongStream.of(parts).sum();
            return parts;
        }

        private void round(List<Order> orders, Map<String, Long> incomingIds) {
            var rows = orders.stream()
                    .map(order -> new Entry(
                            draft(order),
                            order.contractId(),
                            incomingIds.get(order.of().externalId())))
                    .toList();
            reversals.lockPayments(
                    orders.stream().flatMap(order -> names(order).stream()).collect(Collectors.toSet()));
            var ids = payments.insertAll(rows, now, actor.name());
            for (var order : orders) {
                Long id = ids.get(order.externalId());
                if (id != null) {
                    names(order).forEach(name -> booked.computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(id));
                    spread(id, order, incomingIds.get(order.of().externalId()));
                } else {
                    // The API has told the same external id before, and it counts once.
                    payments.link(
                            order.externalId(),
                            Objects.requireNonNull(incomingIds.get(order.of().externalId())));
                }
            }
        }

        /** By which a reversal may name it: itself, or the whole of which it is a part. */
        private static Set<String> names(Order order) {
            return Set.copyOf(List.of(order.externalId(), order.of().externalId()));
        }

        private PaymentDraft draft(Order order) {
            return new PaymentDraft(
                    order.externalId(),
                    order.contractId(),
                    theOnlyOne(order.receivableIds()),
                    order.cents(),
                    order.of().paidOn(),
                    order.of().source(),
                    order.chargesCents());
        }

        /** The papers of one bill are one. */
        private @Nullable Long theOnlyOne(@Nullable Set<Long> named) {
            if (named == null || named.size() == 1) {
                return named == null ? null : named.iterator().next();
            }
            var standingOnes =
                    named.stream().map(id -> standing.getOrDefault(id, id)).collect(Collectors.toSet());
            return standingOnes.size() == 1 ? standingOnes.iterator().next() : null;
        }

        /** To what was asked for; what is above it by interest and fine is no difference. */
        private static long difference(Order order, List<Settlement> payable, Spreading.Spread spread) {
            long difference = order.cents() - missing(order, payable);
            return difference <= 0
                    ? difference
                    : Math.max(
                            0,
                            difference
                                    - spread.chargesCents(
                                            order.chargesCents(), order.of().paidOn()));
        }

        private void spread(long paymentId, Order order, @Nullable Long incomingId) {
            contractOf.put(paymentId, order.contractId());
            var owed = open.computeIfAbsent(order.contractId(), _ -> new ArrayList<>());
            var payable = payable(order);
            var spread =
                    Spreading.oldestFirst(paymentId, order.cents(), order.of().paidOn(), payable);
            if (order.receivableIds() != null && incomingId != null) {
                differences.merge(incomingId, difference(order, payable, spread), Long::sum);
            }
            spread.shares().forEach(share -> shares.add(new Share(paymentId, share.receivableId(), share.cents())));
            if (spread.left() > 0) {
                chargesOf.put(
                        paymentId,
                        spread.chargesCents(order.chargesCents(), order.of().paidOn()));
            } else if (order.chargesCents() > 0) {
                chargesOf.put(paymentId, 0L);
            }
            var policy =
                    Objects.requireNonNull(write.before(order.contractId())).policy();
            for (var settlement : spread.settlements()) {
                long id = settlement.receivable().id();
                owed.removeIf(each -> each.receivable().id() == id);
                var receivable =
                        settlement.settle(day -> policy.versionOn(day).limits().toleranceCents());
                settled.put(id, receivable);
                if (receivable.isOpen()) {
                    owed.add(settlement.of(receivable));
                }
            }
        }
    }
}
