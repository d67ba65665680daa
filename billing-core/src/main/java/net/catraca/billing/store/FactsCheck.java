package net.catraca.billing.store;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.access.ContractSnapshot.NO_INSTANT;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.access.ReleaseWindow;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.lint.LintKind;
import org.jspecify.annotations.Nullable;

/** Makes contracts' facts anew from their books and compares: a difference is a defect, or a hand in the database. */
@Singleton
final class FactsCheck {

    /** Few enough for some ten megabytes, many enough that a statement's fixed price does not matter. */
    private static final int CONTRACTS_AT_ONCE = 2_000;

    /** Portions under way: we make facts of one while the database reads another. */
    private static final int AT_ONCE = 2;

    private final Sql sql;
    private final Books books;
    private final ContractFacts facts;
    private final Catalogs catalogs;
    private final LintBook book;
    private final BankingCalendar calendar;

    FactsCheck(Sql sql, Books books, ContractFacts facts, Catalogs catalogs, LintBook book, BankingCalendar calendar) {
        this.sql = sql;
        this.books = books;
        this.facts = facts;
        this.catalogs = catalogs;
        this.book = book;
        this.calendar = calendar;
    }

    private record Difference(long contractId, long customerId, List<String> fields) {}

    /** Of all contracts, a portion at a time, each as it is at one instant. */
    long check(long runId, Instant at) throws InterruptedException {
        long found = 0;
        long after = 0;
        var running = new ArrayDeque<Future<List<Difference>>>();
        try (var threads = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofVirtual().name("facts ", 1).factory())) {
            for (var ids = portion(after); !ids.isEmpty(); ids = portion(after)) {
                if (running.size() == AT_ONCE) {
                    found = keep(runId, running.removeFirst(), found);
                }
                var some = ids;
                running.addLast(threads.submit(() -> sql.readingOneSnapshot(() -> differences(some, at))));
                after = ids.getLast();
                if (Thread.interrupted()) {
                    throw new InterruptedException("facts, after contract " + after);
                }
            }
            while (!running.isEmpty()) {
                found = keep(runId, running.removeFirst(), found);
            }
        }
        return found;
    }

    private List<Long> portion(long after) {
        return sql.list(
                "select id from contract where id > ? order by id limit ?",
                row -> row.bigint("id"),
                after,
                CONTRACTS_AT_ONCE);
    }

    private long keep(long runId, Future<List<Difference>> portion, long foundBefore) throws InterruptedException {
        long found = foundBefore;
        for (var difference : result(portion)) {
            if (found++ < LintBook.MOST_KEPT) {
                book.keep(
                        runId,
                        LintKind.FACTS_DIFFER,
                        difference.contractId(),
                        difference.customerId(),
                        "fields",
                        String.join(" ", difference.fields()));
            }
        }
        return found;
    }

    private static <T> T result(Future<T> work) throws InterruptedException {
        try {
            return work.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("facts were not checked", failed.getCause());
        }
    }

    private List<Difference> differences(List<Long> ids, Instant at) {
        var catalog = catalogs.read();
        var kept = facts.read(ids, catalog).stream()
                .collect(Collectors.toMap(ContractSnapshot::contractId, snapshot -> snapshot));
        List<Difference> found = new ArrayList<>();
        for (var each : books.readForFacts(ids, at)) {
            var contract = each.contract();
            var stored = kept.get(contract.id());
            var fields = stored == null
                    ? List.of("all")
                    : fields(
                            stored,
                            each.balance(stored, catalog, calendar, at, false).facts(),
                            at);
            if (!fields.isEmpty()) {
                found.add(new Difference(contract.id(), contract.customerId(), fields));
            }
        }
        return found;
    }

    /** What differs; windows that have ended and the instant of a commitment's last look bear on nothing. */
    private static List<String> fields(ContractSnapshot stored, ContractSnapshot made, Instant at) {
        int today = made.dayAt(at);
        var comparison = new Comparison(stored, made);
        comparison.of("version", ContractSnapshot::version);
        comparison.of("customer", ContractSnapshot::customerId);
        comparison.of("plan", each -> each.plan().id());
        comparison.of("policy", each -> each.policy().id());
        comparison.whether("zone", stored.zone().equals(made.zone()));
        comparison.whether("status", stored.status() == made.status());
        comparison.of("status-since", ContractSnapshot::statusSinceDay);
        comparison.whether("billing-mode", stored.billingMode() == made.billingMode());
        comparison.of("paid-until", ContractSnapshot::paidUntilDay);
        comparison.of("late-since", ContractSnapshot::lateSinceDay);
        comparison.of("lapsed-since", ContractSnapshot::lapsedSinceDay);
        comparison.whether("held-lapse", Objects.equals(stored.heldLapse(), made.heldLapse()));
        comparison.of("renegotiated-late-since", ContractSnapshot::renegotiatedLateSinceDay);
        comparison.whether(
                "pauses",
                Objects.equals(
                        bearing(stored.pauses(), oldest(made, today)), bearing(made.pauses(), oldest(made, today))));
        comparison.whether(
                "exemptions", Objects.equals(bearing(stored.exemptions(), today), bearing(made.exemptions(), today)));
        comparison.of("manual-block", ContractSnapshot::manualBlockSince);
        comparison.whether("releases", bearing(stored.releases(), at).equals(bearing(made.releases(), at)));
        comparison.of("do-not-block-until", ContractSnapshot::doNotBlockUntilDay);
        comparison.of("do-not-reduce-until", ContractSnapshot::doNotReduceUntilDay);
        comparison.whether("automatic-restriction", stored.automaticRestriction() == made.automaticRestriction());
        comparison.of("automatic-restriction-until", ContractSnapshot::automaticRestrictionUntilDay);
        comparison.whether("committed-level", committedLevel(stored, at) == committedLevel(made, at));
        if (committedLevel(made, at) == made.committedLevel() && stored.committedLevel() == made.committedLevel()) {
            comparison.of("committed-late-since", ContractSnapshot::committedLateSinceDay);
            comparison.of("committed-renegotiated-late-since", ContractSnapshot::committedRenegotiatedLateSinceDay);
        }
        return comparison.fields;
    }

    /** What a later policy version or protection lowers is lowered in the kept facts, too, when they are read. */
    private static AccessLevel committedLevel(ContractSnapshot contract, Instant at) {
        // Facts that somebody else wrote may lack what the policy wants to read.
        return contract.committedAt() == NO_INSTANT
                ? contract.committedLevel()
                : AccessPolicy.committedLevel(contract, at);
    }

    /** Paused days from here on are left out of days late. */
    private static int oldest(ContractSnapshot made, int today) {
        int oldest = today;
        for (int day : new int[] {made.lateSinceDay(), made.lapsedSinceDay(), made.renegotiatedLateSinceDay()}) {
            oldest = day == NO_DAY ? oldest : Math.min(oldest, day);
        }
        return oldest;
    }

    private static List<List<Integer>> bearing(@Nullable DayWindow chain, int from) {
        List<List<Integer>> windows = new ArrayList<>();
        for (var window = chain; window != null; window = window.next()) {
            if (window.lastDay() >= from) {
                windows.add(List.of(window.firstDay(), window.lastDay()));
            }
        }
        return windows;
    }

    private static List<ReleaseWindow> bearing(@Nullable ReleaseWindow chain, Instant at) {
        List<ReleaseWindow> windows = new ArrayList<>();
        for (var window = chain; window != null; window = window.next()) {
            if (window.until() > at.getEpochSecond()) {
                windows.add(new ReleaseWindow(window.kind(), window.level(), window.from(), window.until(), null));
            }
        }
        return windows;
    }

    /** Gathers what differs. */
    private static final class Comparison {

        private final ContractSnapshot stored;
        private final ContractSnapshot made;
        private final List<String> fields = new ArrayList<>();

        Comparison(ContractSnapshot stored, ContractSnapshot made) {
            this.stored = stored;
            this.made = made;
        }

        void of(String field, ToLongFunction<ContractSnapshot> value) {
            whether(field, value.applyAsLong(stored) == value.applyAsLong(made));
        }

        void whether(String field, boolean same) {
            if (!same) {
                fields.add(field);
            }
        }
    }
}
