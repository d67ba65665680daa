package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.ErpMoney;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Older;
import net.catraca.billing.erp.ErpResult.Waiting;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.office.AuditLog.Entry;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.ErpStanding;
import net.catraca.billing.run.TighteningProposal;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.ErpStandings;
import net.catraca.billing.store.TighteningBook.Concerned;
import org.jspecify.annotations.Nullable;

/** What an ERP says of the contracts whose money it keeps. It is an input to runs, not a command. */
@Singleton
public final class ErpFeed {

    /** A row each for as many contracts as one transaction may lock. */
    public static final int MAX_ROWS = AccessWrite.MOST_CONTRACTS;

    private final AccessWrite access;
    private final ContractBook contracts;
    private final ErpStandings standings;
    private final MassTightening mass;
    private final AuditLog audit;
    private final Clock clock;

    ErpFeed(
            AccessWrite access,
            ContractBook contracts,
            ErpStandings standings,
            MassTightening mass,
            AuditLog audit,
            Clock clock) {
        this.access = access;
        this.contracts = contracts;
        this.standings = standings;
        this.mass = mass;
        this.audit = audit;
        this.clock = clock;
    }

    public enum Taken {
        WRITTEN,
        /** It says what is known already, or something older. */
        PASSED_OVER,
        /** It would tighten by itself, as one of too many in an hour: it waits for a second person. */
        WAITING
    }

    /**
     * Writes what is newer than what is known; each row stands for itself.
     *
     * @param rows at most {@link #MAX_ROWS}, a contract once
     * @return one result a row, in their order
     */
    public Outcome<List<Outcome<Taken>>> push(Actor actor, List<ErpStanding> rows) {
        if (rows.size() > MAX_ROWS) {
            return Outcome.declined(new Problem.Invalid("rows", "at most " + MAX_ROWS));
        }
        var now = clock.instant();
        var ids = rows.stream().map(ErpStanding::contractId).collect(Collectors.toCollection(TreeSet::new));
        return Outcome.done(access.on(ids, now, write -> new Push(actor, write, now).all(rows)));
    }

    /** @param batch of the contracts that the caller has locked */
    Taking begin(Actor actor, MassTightening.Batch batch, Instant now) {
        return new Taking(actor, batch, now);
    }

    /** Takes news of contracts whose money an ERP keeps and which the caller has locked; it is written by {@link #finish}. */
    final class Taking {

        private final Actor actor;
        private final MassTightening.Batch batch;
        private final Instant now;
        private final List<ErpStanding> taken = new ArrayList<>();
        private final List<ErpStanding> relieved = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();

        private Taking(Actor actor, MassTightening.Batch batch, Instant now) {
            this.actor = actor;
            this.batch = batch;
            this.now = now;
        }

        /**
         * @param row of a contract once
         * @param before the contract's facts before the write
         */
        ErpResult take(ErpStanding row, Contract contract, ContractSnapshot before) {
            var known = contract.erp();
            boolean same = known != null
                    && Objects.equals(known.paidUntil(), row.paidUntil())
                    && Objects.equals(known.oldestDueOn(), row.oldestDueOn());
            if (known != null && row.asOf().equals(known.asOf())) {
                return takeOfSameInstant(row, contract, known);
            }
            if (known != null && row.asOf().isBefore(known.asOf())) {
                return new Older();
            }
            batch.told(new Concerned(contract.id(), null), TighteningProposal.Kind.PAID_UNTIL);
            if (tightensByItself(row, contract, before, now)) {
                var proposal = batch.wait(MassTightening.Act.standing(
                        before, row.paidUntil(), row.oldestDueOn(), row.byStatus(), row.asOf()));
                if (proposal != null) {
                    return new Waiting(contract.id(), proposal);
                }
            }
            taken.add(row);
            if (same) {
                return new Written(How.UNCHANGED, contract.id());
            }
            entries.add(new Entry("contract/" + contract.id(), known, row));
            return new Written(How.UPDATED, contract.id());
        }

        /** What relieves holds, whichever came first. */
        private ErpResult takeOfSameInstant(ErpStanding row, Contract contract, ErpMoney known) {
            var before = new ErpStanding(
                    contract.id(), known.paidUntil(), known.oldestDueOn(), known.asOf(), known.byStatus());
            var both = before.laxest(row);
            if (both.equals(before)) {
                return isSame(row, before) ? new Written(How.UNCHANGED, contract.id()) : new Older();
            }
            batch.told(new Concerned(contract.id(), null), TighteningProposal.Kind.PAID_UNTIL);
            relieved.add(both);
            entries.add(new Entry("contract/" + contract.id(), known, both));
            return new Written(How.UPDATED, contract.id());
        }

        /** After all else that writes these contracts: that writes their standings as they were read. */
        void finish() {
            standings.writeAll(taken);
            relieved.forEach(standings::relieve);
            audit.appendAll(actor, "contract.erp", entries, now);
        }
    }

    private static boolean isSame(ErpStanding one, ErpStanding other) {
        return Objects.equals(one.paidUntil(), other.paidUntil())
                && Objects.equals(one.oldestDueOn(), other.oldestDueOn());
    }

    /**
     * By run nothing tightens by itself. On time, an end of paid-until that has passed does, and one that is told to be
     * earlier than before does sooner; that a new month is due later is no tightening.
     */
    private static boolean tightensByItself(ErpStanding row, Contract contract, ContractSnapshot before, Instant now) {
        var paidUntil = row.paidUntil();
        if (contract.billingMode() != BillingMode.PREPAID || paidUntil == null || row.oldestDueOn() == null) {
            return false;
        }
        var today = LocalDate.ofInstant(now, contract.zone());
        boolean hasLapsed =
                before.lapsedSinceDay() != ContractSnapshot.NO_DAY && before.lapsedSinceDay() < today.toEpochDay();
        var told = contract.erp() == null ? null : contract.erp().paidUntil();
        return before.policy().versionOn(today).prepaidTightening() == PrepaidTightening.ON_TIME
                && !hasLapsed
                && (paidUntil.isBefore(today) || (told != null && paidUntil.isBefore(told)));
    }

    /** One push under way: its contracts are locked. */
    private final class Push {

        private final Instant now;
        private final AccessWrite.Write write;
        private final Map<Long, Contract> known;
        private final Set<Long> seen = new HashSet<>();
        private final Set<Long> written = new HashSet<>();
        private final MassTightening.Batch batch;
        private final Taking taking;

        Push(Actor actor, AccessWrite.Write write, Instant now) {
            this.now = now;
            this.write = write;
            this.known = contracts.findAll(write.held()).stream()
                    .collect(Collectors.toMap(Contract::id, Function.identity()));
            this.batch = mass.begin(actor, write.held(), now);
            this.taking = begin(actor, batch, now);
        }

        List<Outcome<Taken>> all(List<ErpStanding> rows) {
            List<Outcome<Taken>> results = new ArrayList<>();
            rows.forEach(row -> results.add(one(row)));
            taking.finish();
            batch.finish();
            known.keySet().stream().filter(id -> !written.contains(id)).forEach(write::leave);
            return List.copyOf(results);
        }

        private Outcome<Taken> one(ErpStanding row) {
            var contract = known.get(row.contractId());
            if (contract == null) {
                return Outcome.declined(new Unknown("contract", row.contractId()));
            }
            var problem = problem(row, contract);
            if (problem != null) {
                return Outcome.declined(problem);
            }
            var before = Objects.requireNonNull(write.before(contract.id()));
            var newer =
                    contract.erp() == null || row.asOf().isAfter(contract.erp().asOf());
            return switch (taking.take(row, contract, before)) {
                case Written(var how, var id) -> {
                    boolean changed = how != How.UNCHANGED;
                    if (changed) {
                        written.add(id);
                    }
                    yield Outcome.done(newer || changed ? Taken.WRITTEN : Taken.PASSED_OVER);
                }
                case Older() -> Outcome.done(Taken.PASSED_OVER);
                case Waiting _ -> Outcome.done(Taken.WAITING);
                case ErpResult.Declined(var why) -> Outcome.declined(why);
            };
        }

        private @Nullable Problem problem(ErpStanding row, Contract contract) {
            var problem = ErpFeed.problem(row, contract, now);
            if (problem != null) {
                return problem;
            }
            return seen.add(row.contractId()) ? null : new Conflict("contract-repeated", "contract/" + contract.id());
        }
    }

    static @Nullable Problem problem(ErpStanding row, Contract contract, Instant now) {
        var checks = new Checks()
                .day(row.paidUntil(), "paidUntil")
                .day(row.oldestDueOn(), "oldestDueOn")
                .expect(!ErpWriter.isAhead(row.asOf(), now), "asOf", "an instant no later than now");
        if (checks.failed()) {
            return checks.problem();
        }
        return contract.moneySource() == MoneySource.ERP
                ? null
                : new Conflict("money-source-is-local", "contract/" + contract.id());
    }
}
