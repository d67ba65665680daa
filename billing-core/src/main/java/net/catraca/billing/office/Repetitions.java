package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.bank.IncomingPayment.Why;
import net.catraca.billing.bank.News;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.payment.Charges;
import net.catraca.billing.payment.Charges.PaidBill;
import net.catraca.billing.payment.Settlement;
import net.catraca.billing.store.ChargeBook.Target;
import net.catraca.billing.store.IncomingBook.Waits;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PaymentBook.Telling;
import net.catraca.billing.store.ReceivableBook;

/**
 * Knows money that two ways may have told: a boleto with Pix comes by the webhook and in the bank's file, what the cashier
 * has entered is in the file, too. Whether it came once or twice only a person can say.
 */
@Singleton
final class Repetitions {

    /**
     * A bank books on the next banking day what is paid at night or at a weekend, and some tell the day on which the money
     * was cleared, one or two later.
     */
    private static final int BANKING_DAYS_APART = 3;

    private final PaymentBook payments;
    private final ReceivableBook receivables;
    private final BankingCalendar calendar;

    Repetitions(PaymentBook payments, ReceivableBook receivables, BankingCalendar calendar) {
        this.payments = payments;
        this.receivables = receivables;
        this.calendar = calendar;
    }

    /**
     * Those whose bill misses less than they bring, and was paid as much by another way within some days.
     *
     * @param targets what each is for, by external id; their contracts are locked
     * @param leads of what is named, what takes its money now
     * @return why they wait, by external id
     */
    Map<String, Waits> among(List<News> news, Map<String, List<Target>> targets, Map<Long, Set<Long>> leads) {
        var bills = leads.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        if (bills.isEmpty()) {
            return Map.of();
        }
        var told = payments.tellings(bills).stream().collect(Collectors.groupingBy(Telling::receivableId));
        Map<News, Telling> alike = new LinkedHashMap<>();
        news.forEach(one -> told(one, bills(one, targets, leads), told).ifPresent(other -> alike.put(one, other)));
        if (alike.isEmpty()) {
            return Map.of();
        }
        var open = open(alike.keySet(), targets);
        Map<String, Waits> waits = new HashMap<>();
        alike.forEach((one, other) -> {
            if (missing(one, bills(one, targets, leads), open) < one.amountCents() - one.chargesCents()) {
                waits.put(one.externalId(), new Waits(Why.POSSIBLE_REPETITION, other.incomingId(), other.paymentId()));
            }
        });
        return waits;
    }

    /** What takes its money now; nothing where it is for no bill. */
    private static Set<Long> bills(News news, Map<String, List<Target>> targets, Map<Long, Set<Long>> leads) {
        return targets.getOrDefault(news.externalId(), List.of()).stream()
                .flatMap(each -> leads.getOrDefault(each.receivableId(), Set.of()).stream())
                .collect(Collectors.toSet());
    }

    /** The first that another way told of these bills: as much, and near it. */
    private Optional<Telling> told(News news, Set<Long> bills, Map<Long, List<Telling>> told) {
        return bills.stream()
                .flatMap(bill -> told.getOrDefault(bill, List.of()).stream())
                .filter(other -> isAnotherWay(news, other) && areNear(news.paidOn(), other.paidOn()))
                .filter(other -> isAsMuch(news, other))
                .min(Comparator.comparingLong(Telling::paymentId).thenComparingLong(Telling::receivableId));
    }

    private Map<Long, Settlement> open(Collection<News> news, Map<String, List<Target>> targets) {
        var contracts = news.stream()
                .flatMap(one -> targets.getOrDefault(one.externalId(), List.of()).stream())
                .map(Target::contractId)
                .collect(Collectors.toSet());
        return receivables.openSettlements(contracts).values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toMap(each -> each.receivable().id(), each -> each));
    }

    private static long missing(News news, Set<Long> bills, Map<Long, Settlement> open) {
        return bills.stream()
                .map(open::get)
                .filter(Objects::nonNull)
                .mapToLong(each -> each.missingOn(news.paidOn()))
                .sum();
    }

    /** What no file and no notification told is another way, whatever source it names; but not what bears the same id. */
    private static boolean isAnotherWay(News news, Telling other) {
        return (other.incomingId() == null || !other.source().equals(news.source()))
                && !other.externalId().equals(news.externalId());
    }

    private boolean areNear(LocalDate one, LocalDate other) {
        var last = one.isBefore(other) ? one : other;
        for (int i = 0; i < BANKING_DAYS_APART; i++) {
            last = calendar.nextBankingDay(last.plusDays(1));
        }
        return !one.isAfter(last) && !other.isAfter(last);
    }

    /** One way may tell interest and fine that the other leaves out. */
    private static boolean isAsMuch(News news, Telling other) {
        long net = news.amountCents() - news.chargesCents();
        long apart = Math.min(
                Math.abs(news.amountCents() - other.amountCents()),
                Math.abs(net - other.amountCents() + other.chargesCents()));
        var later = news.paidOn().isAfter(other.paidOn()) ? news.paidOn() : other.paidOn();
        var bill = new PaidBill(Math.min(net, other.amountCents()), other.dueOn());
        return Charges.within(apart, later, List.of(bill)) == apart;
    }
}
