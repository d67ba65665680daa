package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Customer;
import net.catraca.billing.contract.Pause;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Waiting;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.erp.ErpRow.OfContract;
import net.catraca.billing.erp.ErpRow.OfStatus;
import net.catraca.billing.erp.ErpRow.StatusWord;
import net.catraca.billing.office.AuditLog.Entry;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.payment.ErpStanding;
import net.catraca.billing.run.TighteningProposal.Kind;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.Catalog;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.CustomerBook;
import net.catraca.billing.store.ErpNewsBook;
import net.catraca.billing.store.ErpNewsBook.Last;
import net.catraca.billing.store.TighteningBook.Concerned;
import org.jspecify.annotations.Nullable;

/** Contracts and their statuses as an ERP tells them. What relieves holds at once; what tightens is counted. */
@Singleton
final class ErpContracts {

    private static final String USUAL_REASON = "as the ERP says";

    private final AccessWrite access;
    private final ContractBook contracts;
    private final ContractChanges changes;
    private final CustomerBook customers;
    private final Catalogs catalogs;
    private final ErpFeed money;
    private final MassTightening mass;
    private final ErpNewsBook news;
    private final AuditLog audit;

    ErpContracts(
            AccessWrite access,
            ContractBook contracts,
            ContractChanges changes,
            CustomerBook customers,
            Catalogs catalogs,
            ErpFeed money,
            MassTightening mass,
            ErpNewsBook news,
            AuditLog audit) {
        this.access = access;
        this.contracts = contracts;
        this.changes = changes;
        this.customers = customers;
        this.catalogs = catalogs;
        this.money = money;
        this.mass = mass;
        this.news = news;
        this.audit = audit;
    }

    ErpWriter<OfContract> contracts() {
        return new ErpWriter<>() {
            @Override
            public int most() {
                return AccessWrite.MOST_CONTRACTS;
            }

            @Override
            public List<ErpResult> write(Actor actor, List<OfContract> rows, Instant now) {
                return locked(rows, now, (write, known) -> new Contracting(actor, rows, write, known, now).all());
            }
        };
    }

    ErpWriter<OfStatus> statuses() {
        return new ErpWriter<>() {
            @Override
            public int most() {
                return AccessWrite.MOST_CONTRACTS;
            }

            @Override
            public List<ErpResult> write(Actor actor, List<OfStatus> rows, Instant now) {
                return locked(rows, now, (write, known) -> new Stating(actor, rows, write, known, now).all());
            }
        };
    }

    private interface Work {
        List<ErpResult> on(AccessWrite.Write write, Map<String, Contract> known);
    }

    private List<ErpResult> locked(List<? extends ErpRow> rows, Instant now, Work work) {
        var externalIds = rows.stream().map(ErpRow::externalId).collect(Collectors.toSet());
        var ids = contracts.findByExternalIds(externalIds).stream()
                .map(Contract::id)
                .collect(Collectors.toCollection(TreeSet::new));
        return access.on(ids, now, write -> {
            // Read again: only now nobody else can write them.
            Map<String, Contract> known = contracts.findAll(write.held()).stream()
                    .filter(contract -> contract.externalId() != null)
                    .collect(Collectors.toMap(
                            contract -> Objects.requireNonNull(contract.externalId()), contract -> contract));
            return work.on(write, known);
        });
    }

    /** Contracts whose statuses change: they are locked. */
    private class Statuses {

        final Actor actor;
        final AccessWrite.Write write;
        final Map<String, Contract> known;
        final Instant now;
        final MassTightening.Batch batch;
        private final ErpFeed.Taking taking;
        private final Map<Long, Contract> toWrite = new TreeMap<>();
        final Set<Long> written = new HashSet<>();
        private final Map<Long, List<Pause>> pauses;

        Statuses(Actor actor, AccessWrite.Write write, Map<String, Contract> known, Instant now) {
            this.actor = actor;
            this.write = write;
            this.known = known;
            this.now = now;
            this.batch = mass.begin(actor, write.held(), now);
            this.taking = money.begin(actor, batch, now);
            this.pauses = contracts.pauses(write.held());
        }

        void finish() {
            contracts.updateAll(toWrite.values());
            taking.finish();
            batch.finish();
            write.held().stream().filter(id -> !written.contains(id)).forEach(write::leave);
        }

        /** Why the contract cannot have the wanted status, or null; asked before anything of the row is written. */
        @Nullable
        ErpResult refusal(Contract contract, OfStatus wanted) {
            return switch (wanted.status()) {
                case AWAITING_ACTIVATION ->
                    contract.status() == ContractStatus.AWAITING_ACTIVATION ? null : wrongStatus(contract);
                case ACTIVE -> null;
                case BLOCKED -> blockedRefusal(contract, wanted);
                case PAUSED -> pausedRefusal(contract, wanted);
                case CANCELLED -> declined(new Checks().textOrNone(wanted.reason(), 500, "reason"));
            };
        }

        /**
         * Gives the contract the wanted status, which was not refused.
         *
         * @param changed the contract with what else of it has changed already
         */
        ErpResult state(Contract changed, OfStatus wanted) {
            return switch (wanted.status()) {
                case AWAITING_ACTIVATION -> new Written(How.UNCHANGED, changed.id());
                case ACTIVE -> active(changed, wanted);
                case BLOCKED -> blocked(changed, wanted);
                case PAUSED -> paused(changed, wanted);
                case CANCELLED -> cancelled(changed, wanted);
            };
        }

        private ErpResult active(Contract contract, OfStatus wanted) {
            told(contract);
            boolean changed = activate(contract);
            return takesBackBlocked(contract, wanted) || changed
                    ? updated(contract)
                    : new Written(How.UNCHANGED, contract.id());
        }

        /** Whether a pause was ended or the contract made active. */
        private boolean activate(Contract contract) {
            var today = today(contract);
            boolean unpaused = false;
            for (var pause : pauses.getOrDefault(contract.id(), List.of())) {
                if (pause.lastDay() == null || !pause.lastDay().isBefore(today)) {
                    changes.endPause(actor, pause, today.minusDays(1), today, now);
                    unpaused = true;
                }
            }
            if (contract.status() != ContractStatus.ACTIVE) {
                String action =
                        contract.status() == ContractStatus.CANCELLED ? "contract.reactivate" : "contract.activate";
                write(action, contract, contract.change().reactivated(today).done());
                return true;
            }
            return unpaused;
        }

        /**
         * What {@code blocked} said is owed is owed no longer, here or in a proposal. A due date that was told with
         * paid-until stands: {@code active} says nothing of it.
         */
        private boolean takesBackBlocked(Contract contract, OfStatus wanted) {
            batch.toldActive(contract.id());
            var erp = contract.erp();
            if (erp == null || !erp.byStatus() || erp.oldestDueOn() == null) {
                return false;
            }
            var standing = new ErpStanding(contract.id(), erp.paidUntil(), null, wanted.asOf());
            return taking.take(standing, contract, facts(contract)) instanceof Written;
        }

        private @Nullable ErpResult blockedRefusal(Contract contract, OfStatus wanted) {
            var declined = declined(new Checks()
                    .expect(
                            contract.moneySource() == Contract.MoneySource.ERP,
                            "status",
                            "another status: the money of this contract is kept here, and its receivables say what it owes")
                    .expect(
                            wanted.oldestDueOn() != null,
                            "oldestDueOn",
                            "the due date that a run can rest on, with the status blocked")
                    .day(wanted.oldestDueOn(), "oldestDueOn"));
            return declined == null && contract.status() == ContractStatus.CANCELLED ? wrongStatus(contract) : declined;
        }

        /** An input to a run: the run decides, by the policy and behind its guards. */
        private ErpResult blocked(Contract contract, OfStatus wanted) {
            told(contract);
            var erp = contract.erp();
            var standing = new ErpStanding(
                    contract.id(), erp == null ? null : erp.paidUntil(), wanted.oldestDueOn(), wanted.asOf(), true);
            var result = taking.take(standing, contract, facts(contract));
            if (result instanceof Written written && written.how() == How.UPDATED) {
                this.written.add(contract.id());
            }
            return result;
        }

        private @Nullable ErpResult pausedRefusal(Contract contract, OfStatus wanted) {
            var today = today(contract);
            var until = wanted.pausedUntil();
            var declined = declined(new Checks()
                    .day(until, "pausedUntil")
                    .expect(until == null || !until.isBefore(today), "pausedUntil", "a day no earlier than today")
                    .textOrNone(wanted.reason(), 500, "reason"));
            if (declined != null) {
                return declined;
            }
            if (contract.status() != ContractStatus.ACTIVE) {
                return wrongStatus(contract);
            }
            var pause = notEnded(contract, today);
            boolean isInTheWay = pause != null
                    && (pause.firstDay().isAfter(today)
                            || !(Objects.equals(pause.lastDay(), until) || isEarlier(until, pause.lastDay())));
            return isInTheWay
                    ? new Declined(new Conflict(
                            "pause-exists",
                            "from " + Objects.requireNonNull(pause).firstDay()))
                    : null;
        }

        /** The pause that runs, or the next one. */
        private @Nullable Pause notEnded(Contract contract, LocalDate today) {
            return pauses.getOrDefault(contract.id(), List.of()).stream()
                    .filter(pause -> pause.lastDay() == null || !pause.lastDay().isBefore(today))
                    .findFirst()
                    .orElse(null);
        }

        private static boolean isEarlier(@Nullable LocalDate end, @Nullable LocalDate than) {
            return end != null && (than == null || end.isBefore(than));
        }

        private ErpResult paused(Contract contract, OfStatus wanted) {
            var today = today(contract);
            var until = wanted.pausedUntil();
            told(contract);
            var running = notEnded(contract, today);
            if (running != null && until != null && isEarlier(until, running.lastDay())) {
                changes.endPause(actor, running, until, today, now); // relief
                return updated(contract);
            }
            if (running != null) {
                return new Written(How.UNCHANGED, contract.id());
            }
            var proposal = batch.wait(act(Kind.PAUSE, contract, wanted, until));
            if (proposal != null) {
                return new Waiting(contract.id(), proposal);
            }
            changes.pause(actor, contract.id(), today, until, reason(wanted.reason()), now);
            return updated(contract);
        }

        private ErpResult cancelled(Contract contract, OfStatus wanted) {
            told(contract);
            if (contract.status() == ContractStatus.CANCELLED) {
                return new Written(How.UNCHANGED, contract.id());
            }
            var proposal = batch.wait(act(Kind.CANCEL, contract, wanted, null));
            if (proposal != null) {
                return new Waiting(contract.id(), proposal);
            }
            write(
                    "contract.cancel",
                    contract,
                    contract.change()
                            .cancelled(today(contract), reason(wanted.reason()))
                            .done());
            return updated(contract);
        }

        private MassTightening.Act act(Kind kind, Contract contract, OfStatus wanted, @Nullable LocalDate until) {
            return MassTightening.Act.ofContract(kind, facts(contract), reason(wanted.reason()), until, wanted.asOf());
        }

        private void told(Contract contract) {
            batch.told(new Concerned(contract.id(), null), Kind.CANCEL, Kind.PAUSE);
        }

        void write(String action, Contract before, Contract after) {
            changes.writeBeside(actor, action, before, after, now);
            toWrite.put(after.id(), after);
            known.put(Objects.requireNonNull(after.externalId()), after);
        }

        ErpResult updated(Contract contract) {
            written.add(contract.id());
            return new Written(How.UPDATED, contract.id());
        }

        ContractSnapshot facts(Contract contract) {
            return Objects.requireNonNull(write.before(contract.id()));
        }

        LocalDate today(Contract contract) {
            return LocalDate.ofInstant(now, contract.zone());
        }

        private static @Nullable ErpResult declined(Checks checks) {
            return checks.failed() ? new Declined(checks.problem()) : null;
        }

        private static ErpResult wrongStatus(Contract contract) {
            return new Declined(new Conflict("wrong-status", contract.status().name()));
        }
    }

    private final class Stating extends Statuses {

        private final List<OfStatus> rows;
        private final ErpWriter.News told;

        Stating(Actor actor, List<OfStatus> rows, AccessWrite.Write write, Map<String, Contract> known, Instant now) {
            super(actor, write, known, now);
            this.rows = rows;
            this.told = new ErpWriter.News(news, ErpNewsBook.Kind.STATUS, rows, now);
        }

        List<ErpResult> all() {
            List<ErpResult> results = new ArrayList<>();
            for (var row : rows) {
                var passed = told.passes(row);
                results.add(passed == null ? told.note(row, one(row)) : passed);
            }
            told.finish();
            finish();
            return results;
        }

        private ErpResult one(OfStatus row) {
            var contract = known.get(row.externalId());
            if (contract == null) {
                return new Declined(new Unknown("contract", row.externalId()));
            }
            var refusal = refusal(contract, row);
            return refusal == null ? state(contract, row) : refusal;
        }
    }

    private final class Contracting extends Statuses {

        private final List<OfContract> rows;
        private final ErpWriter.News told;
        private final Map<String, Last> statusNews;
        private final Map<String, Last> newStatusNews = new HashMap<>();
        private final Map<String, Customer> customersById;
        private final Catalog catalog = catalogs.read();
        private final Map<String, Plan> plans = new HashMap<>();
        private final Map<String, Long> policies = new HashMap<>();
        private final Map<Long, String> regions;
        private final Map<String, OfContract> fresh = new LinkedHashMap<>();
        private final List<Contract> wanted = new ArrayList<>();
        private final Map<String, Contract> created = new HashMap<>();
        private final Map<Long, @Nullable String> places = new TreeMap<>();

        Contracting(
                Actor actor, List<OfContract> rows, AccessWrite.Write write, Map<String, Contract> known, Instant now) {
            super(actor, write, known, now);
            this.rows = rows;
            this.told = new ErpWriter.News(news, ErpNewsBook.Kind.CONTRACT, rows, now);
            this.statusNews = news.lock(
                    ErpNewsBook.Kind.STATUS,
                    rows.stream()
                            .filter(row -> row.status() != null)
                            .map(OfContract::externalId)
                            .collect(Collectors.toSet()));
            this.customersById =
                    customers
                            .findByExternalIds(
                                    rows.stream().map(OfContract::customer).collect(Collectors.toSet()))
                            .stream()
                            .collect(Collectors.toMap(
                                    customer -> Objects.requireNonNull(customer.externalId()), customer -> customer));
            this.regions = contracts.regions(write.held());
            catalog.policies().forEach((id, policy) -> policies.put(policy.name(), id));
            catalog.plans().values().forEach(plan -> plans.put(plan.name(), plan));
            catalog.plans().values().stream()
                    .filter(plan -> plan.externalId() != null)
                    .forEach(plan -> plans.put(Objects.requireNonNull(plan.externalId()), plan));
        }

        List<ErpResult> all() {
            List<Supplier<ErpResult>> results = new ArrayList<>();
            for (var row : rows) {
                var passed = told.passes(row);
                if (passed == null) {
                    var looked = one(row);
                    results.add(() -> told.note(row, looked.get()));
                } else {
                    results.add(() -> passed);
                }
            }
            create();
            contracts.placeAll(places);
            var inOrder = results.stream().map(Supplier::get).toList();
            told.finish();
            news.note(ErpNewsBook.Kind.STATUS, newStatusNews);
            finish();
            return inOrder;
        }

        /** @return what became of the row, to be asked when all are written */
        private Supplier<ErpResult> one(OfContract row) {
            var customer = customersById.get(row.customer());
            var plan = plans.get(row.plan());
            var policyId = row.policy() == null ? null : policies.get(row.policy());
            var signedOn = row.signedOn() == null ? row.financialBaseDate() : row.signedOn();
            var activatedOn = row.activatedOn();
            var checks = new Checks()
                    .text(row.externalId(), 200, "externalId")
                    .expect(customer != null, "customer", "the external id of a customer, found " + row.customer())
                    .expect(plan != null, "plan", "the external id or the name of a plan, found " + row.plan())
                    .expect(row.policy() == null || policyId != null, "policy", "the name of an active policy")
                    .day(row.financialBaseDate(), "financialBaseDate")
                    .day(signedOn, "signedOn")
                    .day(activatedOn, "activatedOn")
                    .expect(
                            activatedOn == null || !activatedOn.isBefore(signedOn),
                            "activatedOn",
                            "a day no earlier than signedOn")
                    .expect(
                            row.status() != StatusWord.BLOCKED,
                            "status",
                            "another one here; blocked is told with the due date that it rests on")
                    .textOrNone(row.region(), 100, "region")
                    .textOrNone(row.reason(), 500, "reason");
            if (checks.failed() || customer == null || plan == null) {
                return () -> new Declined(checks.problem());
            }
            var before = known.get(row.externalId());
            if (before == null) {
                return fresh(row, customer, plan, policyId, signedOn);
            }
            var updated = update(row, before, customer, plan, policyId, signedOn);
            return () -> updated;
        }

        private Supplier<ErpResult> fresh(
                OfContract row, Customer customer, Plan plan, @Nullable Long policyId, LocalDate signedOn) {
            var today = LocalDate.ofInstant(now, Contract.DEFAULT_ZONE);
            var status = row.status();
            boolean awaits = status == StatusWord.AWAITING_ACTIVATION || (status == null && row.activatedOn() == null);
            if (awaits && row.activatedOn() != null) {
                return () -> new Declined(new Invalid("activatedOn", "nothing while it awaits activation"));
            }
            boolean isCancelled = status == StatusWord.CANCELLED;
            fresh.put(row.externalId(), row);
            wanted.add(new Contract(
                    0,
                    1,
                    row.externalId(),
                    customer.id(),
                    plan.id(),
                    policyId,
                    awaits
                            ? ContractStatus.AWAITING_ACTIVATION
                            : isCancelled ? ContractStatus.CANCELLED : ContractStatus.ACTIVE,
                    Contract.DEFAULT_ZONE,
                    row.billingMode(),
                    row.financialBaseDate(),
                    signedOn,
                    awaits ? null : row.activatedOn() == null ? signedOn : row.activatedOn(),
                    isCancelled ? today : null,
                    isCancelled ? reason(row.reason()) : null,
                    null,
                    null,
                    Restriction.NORMAL,
                    TrustUnlockPermission.INHERIT,
                    null,
                    row.moneySource(),
                    null,
                    now));
            return () -> new Written(
                    How.CREATED,
                    Objects.requireNonNull(created.get(row.externalId())).id());
        }

        private void create() {
            var inserted = contracts.insertAll(wanted);
            audit.appendAll(
                    actor,
                    "contract.create",
                    inserted.stream()
                            .map(contract -> new Entry(subject(contract), null, contract))
                            .toList(),
                    now);
            for (var contract : inserted) {
                var row = Objects.requireNonNull(fresh.get(contract.externalId()));
                created.put(row.externalId(), contract);
                write.created(contract.id());
                if (row.region() != null) {
                    places.put(contract.id(), row.region());
                }
                if (row.status() == StatusWord.PAUSED) {
                    changes.pause(actor, contract.id(), today(contract), null, reason(row.reason()), now);
                }
                if (row.status() != null) {
                    newStatusNews.put(row.externalId(), Last.of(row.asOf(), row.status() == StatusWord.ACTIVE, true));
                }
            }
        }

        private ErpResult update(
                OfContract row,
                Contract before,
                Customer customer,
                Plan plan,
                @Nullable Long policyId,
                LocalDate signedOn) {
            var change = before.change()
                    .customer(customer.id())
                    .plan(plan.id())
                    .policy(policyId)
                    .billingMode(row.billingMode())
                    .moneySource(row.moneySource())
                    .financialBaseDate(row.financialBaseDate())
                    .signedOn(signedOn);
            if (row.activatedOn() != null && before.status() != ContractStatus.CANCELLED) {
                change.activated(row.activatedOn());
            }
            var after = change.done();
            var status = wantedStatus(row);
            var refusal = status == null ? null : refusal(after, status);
            if (refusal != null) {
                return refusal;
            }
            boolean changed = !after.equals(before);
            if (changed) {
                write("contract.update", before, after);
                written.add(before.id());
            }
            boolean moved = !Objects.equals(regions.get(before.id()), row.region());
            if (moved) {
                places.put(before.id(), row.region());
                audit.append(
                        actor,
                        "contract.place",
                        subject(before),
                        null,
                        new ContractRegions.Placed(before.id(), row.region()),
                        now);
            }
            if (status != null) {
                newStatusNews.put(row.externalId(), Last.of(status.asOf(), status.relieves(), true));
            }
            var stated = status == null ? new Written(How.UNCHANGED, after.id()) : state(after, status);
            if (stated instanceof Written(var how, var id)) {
                return how == How.UPDATED || changed || moved
                        ? new Written(How.UPDATED, id)
                        : new Written(How.UNCHANGED, id);
            }
            return stated;
        }

        /** Null when the row has none, or newer news of it is known. */
        private @Nullable OfStatus wantedStatus(OfContract row) {
            var status = row.status();
            if (status == null) {
                return null;
            }
            var told = new OfStatus(row.externalId(), status, null, null, row.reason(), row.asOf());
            var last = Last.of(told.asOf(), told.relieves(), true);
            return last.isOlderThan(statusNews.get(row.externalId())) ? null : told;
        }
    }

    private static String reason(@Nullable String given) {
        return given == null ? USUAL_REASON : given;
    }

    private static String subject(Contract contract) {
        return "contract/" + contract.id();
    }
}
