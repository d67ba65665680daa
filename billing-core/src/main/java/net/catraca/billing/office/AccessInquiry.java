package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.EffectiveAccess;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.Rule;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.directory.Freezes;
import net.catraca.billing.receivable.PaidUntil;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Standing;
import net.catraca.billing.release.Release;
import net.catraca.billing.run.Freeze;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.FactsHistory;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.SubscriberBook;
import org.jspecify.annotations.Nullable;

/** Why a contract has the access it has, from the books themselves and not from a replica. */
@Singleton
public final class AccessInquiry {

    /** A screen shows no more changes ahead, and none so far ahead that plans and prices will be others by then. */
    private static final int MOST_CHANGES = 10;

    /** Contracts have a few; of a wholesale one with more, a screen shows the first. */
    private static final int MOST_LOGINS = 100;

    private static final Duration FORECAST = Duration.ofDays(400);

    private final Sql sql;
    private final ContractFacts facts;
    private final Books books;
    private final SubscriberBook subscribers;
    private final FreezeBook freezes;
    private final FactsHistory history;
    private final Agreements agreements;
    private final BankingCalendar calendar;
    private final Clock clock;

    AccessInquiry(
            Sql sql,
            ContractFacts facts,
            Books books,
            SubscriberBook subscribers,
            FreezeBook freezes,
            FactsHistory history,
            Agreements agreements,
            BankingCalendar calendar,
            Clock clock) {
        this.sql = sql;
        this.facts = facts;
        this.books = books;
        this.subscribers = subscribers;
        this.freezes = freezes;
        this.history = history;
        this.agreements = agreements;
        this.calendar = calendar;
        this.clock = clock;
    }

    /**
     * @param at the instant of the answer
     * @param logins of the contract, the first hundred
     * @param freeze the one that holds now, in which nothing tightens; else null
     * @param policyVersion the number of the version that decided
     * @param daysLate 0 when nothing is late
     * @param paidUntil null when nothing was covered yet
     * @param receivables open ones that count for blocking and are late, those first that are late longest
     * @param releases those that run
     * @param agreements those that run or wait for their first payment
     * @param forecast what the clock alone will change
     */
    public record Explanation(
            Instant at,
            ContractSnapshot contract,
            List<String> logins,
            EffectiveAccess access,
            @Nullable Freeze freeze,
            String policyName,
            int policyVersion,
            int daysLate,
            @Nullable LocalDate paidUntil,
            List<Receivable> receivables,
            List<Release> releases,
            List<Agreements.Detail> agreements,
            List<Change> forecast) {

        public Explanation {
            logins = List.copyOf(logins);
            receivables = List.copyOf(receivables);
            releases = List.copyOf(releases);
            agreements = List.copyOf(agreements);
            forecast = List.copyOf(forecast);
        }
    }

    /**
     * A change that comes by the clock alone.
     *
     * @param computed what policy will say, and so what a run may commit from then on
     * @param effective what the contract will get if no run commits and nobody writes anything
     * @param rule of the computed level
     * @param why of the computed level
     */
    public record Change(Instant at, AccessLevel computed, AccessLevel effective, Rule rule, Reason why) {}

    /**
     * What makes paid-until and days late what they are.
     *
     * @param contract its facts, with paid-until itself
     * @param paidUntil null where an ERP keeps the money and tells only the day
     * @param owed what is owed and counts for blocking, those first that are late first
     * @param daysLate by the policy's count: paused days are left out; 0 when nothing is late
     */
    public record Paid(
            Instant at,
            ContractSnapshot contract,
            @Nullable PaidUntil paidUntil,
            List<Standing.Owed> owed,
            int daysLate) {

        public Paid {
            owed = List.copyOf(owed);
        }
    }

    public Optional<Paid> paidUntil(long contractId) {
        var now = clock.instant();
        return sql.readingOneSnapshot(() -> facts.find(contractId).map(contract -> {
            var book = books.read(List.of(contractId), now).getFirst();
            return new Paid(
                    now,
                    contract,
                    book.paidUntil(calendar).orElse(null),
                    book.standing(calendar).owed(),
                    AccessPolicy.daysLate(contract, now));
        }));
    }

    public Optional<Explanation> ofContract(long contractId) {
        return sql.readingOneSnapshot(() -> facts.find(contractId).map(this::explain));
    }

    /**
     * What was decided at an instant that has passed, and why: made again from the facts, policies and freezes as they
     * were known then. Receivables and releases of then are left out. Empty when nothing is kept of then.
     */
    public Optional<Explanation> ofContract(long contractId, Instant at) {
        return sql.readingOneSnapshot(() -> history.at(contractId, at).map(contract -> explain(contract, at)));
    }

    /** Whether an instant has passed, so that what was decided then can be told. */
    public boolean hasPassed(Instant at) {
        return !at.isAfter(clock.instant());
    }

    private Explanation explain(ContractSnapshot contract, Instant at) {
        var access = effective(contract, at);
        return new Explanation(
                at,
                contract,
                logins(contract),
                access,
                freezes.heldAt(at).orElse(null),
                contract.policy().name(),
                access.computed().policyVersion(),
                AccessPolicy.daysLate(contract, at),
                contract.paidUntil(),
                List.of(),
                List.of(),
                List.of(),
                forecast(contract, at));
    }

    private EffectiveAccess effective(ContractSnapshot contract, Instant at) {
        // The books were those of then: nothing was older than the answer, but a freeze held the clock back.
        var freshUntil = new Freezes(freezes.endingFrom(at)).cappedFor(contract.contractId(), at);
        return AccessPolicy.effective(contract, at, freshUntil);
    }

    /** By a login of the contract, without regard to case. */
    public Optional<Explanation> ofLogin(String login) {
        return sql.readingOneSnapshot(() -> subscribers
                .findByLogin(login)
                .map(Subscriber::contractId)
                .flatMap(facts::find)
                .map(this::explain));
    }

    private Explanation explain(ContractSnapshot contract) {
        var now = clock.instant();
        var access = effective(contract, now);
        var book = books.read(List.of(contract.contractId()), now).getFirst();
        return new Explanation(
                now,
                contract,
                logins(contract),
                access,
                freezes.heldAt(now).orElse(null),
                contract.policy().name(),
                access.computed().policyVersion(),
                AccessPolicy.daysLate(contract, now),
                contract.paidUntil(),
                late(book, contract, now),
                book.releases().stream().filter(release -> release.runsAt(now)).toList(),
                agreements.standing(contract.contractId()),
                forecast(contract, now));
    }

    private List<String> logins(ContractSnapshot contract) {
        return subscribers.page(contract.contractId(), 0, MOST_LOGINS).stream()
                .map(Subscriber::login)
                .toList();
    }

    private List<Receivable> late(ContractBooks book, ContractSnapshot contract, Instant now) {
        return book.standing(calendar).lateOn(contract.dayAt(now)).owed().stream()
                .map(Standing.Owed::receivable)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Change> forecast(ContractSnapshot contract, Instant now) {
        List<Change> changes = new ArrayList<>();
        var access = AccessPolicy.effective(contract, now, now);
        for (var at = next(access); at != null && changes.size() < MOST_CHANGES; at = next(access)) {
            if (at.isAfter(now.plus(FORECAST))) {
                break;
            }
            access = AccessPolicy.effective(contract, at, at);
            var computed = access.computed();
            changes.add(new Change(at, computed.level(), access.effective().level(), computed.rule(), computed.why()));
        }
        return changes;
    }

    /** The first instant at which the computed or the effective answer will be another. */
    private static @Nullable Instant next(EffectiveAccess access) {
        var computed = access.computed().nextChange();
        var effective = access.effective().nextChange();
        if (computed == null || effective == null) {
            return computed == null ? effective : computed;
        }
        return computed.isBefore(effective) ? computed : effective;
    }
}
