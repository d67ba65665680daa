package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.erp.ErpResult;
import net.catraca.billing.erp.ErpResult.Declined;
import net.catraca.billing.erp.ErpResult.How;
import net.catraca.billing.erp.ErpResult.Older;
import net.catraca.billing.erp.ErpResult.Waiting;
import net.catraca.billing.erp.ErpResult.Written;
import net.catraca.billing.erp.ErpRow;
import net.catraca.billing.erp.ErpRow.OfCommitment;
import net.catraca.billing.erp.ErpRow.OfContract;
import net.catraca.billing.erp.ErpRow.OfCustomer;
import net.catraca.billing.erp.ErpRow.OfPayment;
import net.catraca.billing.erp.ErpRow.OfQuota;
import net.catraca.billing.erp.ErpRow.OfReceivable;
import net.catraca.billing.erp.ErpRow.OfStanding;
import net.catraca.billing.erp.ErpRow.OfStatus;
import net.catraca.billing.erp.ErpRow.OfSubscriber;
import net.catraca.billing.office.MassTightening.Act;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.CommitmentBook;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.CustomerBook;
import net.catraca.billing.store.ErpNewsBook;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.ReleaseLedger;
import net.catraca.billing.store.RunBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.SubscriberBook;
import org.jspecify.annotations.Nullable;

/**
 * What only a cut-over from another system brings: commitments that it has made, and releases that it has granted. The
 * rest comes as an ERP tells it. All of it may be repeated.
 */
@Singleton
public final class CutOver {

    private static final int MOST_DAYS = 60;

    private final Sql sql;
    private final AccessWrite access;
    private final ContractBook contracts;
    private final Adoption adoption;
    private final MassTightening mass;
    private final CommitmentBook commitments;
    private final RunBook runs;
    private final RunSettings settings;
    private final FreezeBook freezes;
    private final ReleaseLedger releases;
    private final CustomerBook customers;
    private final SubscriberBook subscribers;
    private final ReceivableBook receivables;
    private final ErpNewsBook news;
    private final ErpBulk bulk;
    private final AuditLog audit;

    CutOver(
            Sql sql,
            AccessWrite access,
            ContractBook contracts,
            Adoption adoption,
            MassTightening mass,
            CommitmentBook commitments,
            RunBook runs,
            RunSettings settings,
            FreezeBook freezes,
            ReleaseLedger releases,
            CustomerBook customers,
            SubscriberBook subscribers,
            ReceivableBook receivables,
            ErpNewsBook news,
            ErpBulk bulk,
            AuditLog audit) {
        this.sql = sql;
        this.access = access;
        this.contracts = contracts;
        this.adoption = adoption;
        this.mass = mass;
        this.runs = runs;
        this.settings = settings;
        this.freezes = freezes;
        this.commitments = commitments;
        this.releases = releases;
        this.customers = customers;
        this.subscribers = subscribers;
        this.receivables = receivables;
        this.news = news;
        this.bulk = bulk;
        this.audit = audit;
    }

    /**
     * Does work whose writes are taken back, to see what would come of it. Contracts that are there already stay locked
     * until it ends.
     */
    public <T> T rehearse(Supplier<T> work) {
        return sql.tryOut(work);
    }

    /**
     * What of these rows, all of one kind, is here already, or was, as a login that was deleted: repeating an import must
     * not bring back what was changed here since. Of a standing: whether one was told.
     *
     * @return by external id: our id, or null when it is no longer here
     */
    public Map<String, @Nullable Long> known(List<? extends ErpRow> rows) {
        if (rows.isEmpty()) {
            return Map.of();
        }
        var names = rows.stream().map(ErpRow::externalId).collect(Collectors.toSet());
        Map<String, @Nullable Long> known = new HashMap<>();
        switch (rows.getFirst()) {
            case OfCustomer _ ->
                customers.findByExternalIds(names).forEach(one -> known.put(name(one.externalId()), one.id()));
            case OfContract _ ->
                contracts.findByExternalIds(names).forEach(one -> known.put(name(one.externalId()), one.id()));
            case OfSubscriber _ -> {
                news.known(ErpNewsBook.Kind.SUBSCRIBER, names).forEach(login -> known.put(login, null));
                subscribers
                        .findByLogins(names)
                        .forEach(one -> known.put(one.login().toLowerCase(Locale.ROOT), one.id()));
            }
            case OfPayment _ -> throw new IllegalArgumentException("a cut-over brings no payments");
            case OfReceivable _ ->
                receivables.findByExternalIds(names).forEach(one -> known.put(name(one.externalId()), one.id()));
            case OfStanding _ ->
                contracts.findByExternalIds(names).stream()
                        .filter(one -> one.erp() != null)
                        .forEach(one -> known.put(name(one.externalId()), one.id()));
            case OfStatus _, OfCommitment _, OfQuota _ -> {
                // Nothing of theirs is written twice.
            }
        }
        return known;
    }

    private static String name(@Nullable String externalId) {
        return Objects.requireNonNull(externalId);
    }

    /**
     * Adopts commitments: those restricted today stay so without a run. Each rests on what the contract owes now, late and
     * counting for blocking, and goes when that is settled; so one of a contract that owes nothing is declined, and one
     * that policy does not justify so far is adopted as far as it does, or declined. A contract adopts one once: where a
     * commitment has gone, or runs have made theirs, the system of before has no say any more.
     *
     * <p>In a freeze nobody is tightened. Whom it would tighten waits for a second person once this ISP has committed a run
     * of its own, and before that beyond the floor of the blast radius; only from the host, where a cut-over is made, as
     * many come as there are.
     */
    public List<ErpResult> commitments(Actor actor, List<OfCommitment> rows) {
        return bulk.write(actor, rows, AccessWrite.MOST_CONTRACTS, this::adopt);
    }

    /** Enters releases that were granted before. */
    public List<ErpResult> quotas(Actor actor, List<OfQuota> rows) {
        return bulk.write(actor, rows, AccessWrite.MOST_CONTRACTS, this::enter);
    }

    private Map<String, Long> ids(List<? extends ErpRow> rows) {
        return contracts.findByExternalIds(rows.stream().map(ErpRow::externalId).collect(Collectors.toSet())).stream()
                .collect(Collectors.toMap(contract -> Objects.requireNonNull(contract.externalId()), Contract::id));
    }

    private List<ErpResult> adopt(Actor actor, List<OfCommitment> rows, Instant now) {
        var ids = ids(rows);
        var frozen = freezes.heldAt(now)
                .map(freeze -> new Conflict("frozen", "until %s: %s".formatted(freeze.end(), freeze.reason())));
        return access.on(new TreeSet<>(ids.values()), now, write -> {
            var adopting = adoption.of(write.held(), now);
            var batch = mass.begin(actor, write.held(), now);
            int atOnce = atOnce(actor);
            List<ErpResult> results = new ArrayList<>();
            for (var row : rows) {
                long id = ids.getOrDefault(row.externalId(), 0L);
                var before = write.holds(id) ? write.before(id) : null;
                var judged = before == null
                        ? new Adoption.Refused(new Unknown("contract", row.externalId()))
                        : adopting.judge(id, row.level(), before);
                results.add(
                        switch (judged) {
                            case Adoption.Refused(var why) -> new Declined(why);
                            case Adoption.Stands() -> new Written(How.UNCHANGED, id);
                            case Adoption.HadOne() -> new Older();
                            case Adoption.Adopts(var commitment) -> {
                                boolean tightens = tightens(commitment, Objects.requireNonNull(before), now);
                                if (tightens && frozen.isPresent()) {
                                    yield new Declined(frozen.get());
                                }
                                if (tightens && atOnce == 0) {
                                    yield new Waiting(
                                            id, batch.propose(Act.adopt(before, commitment.level(), row.asOf())));
                                }
                                atOnce -= tightens ? 1 : 0;
                                adopting.adopt(actor, id, commitment, now);
                                yield new Written(How.CREATED, id);
                            }
                        });
            }
            adopting.finish();
            batch.finish();
            write.held().stream().filter(id -> !adopting.isAdopted(id)).forEach(write::leave);
            return results;
        });
    }

    /** A release that runs now ends one day. */
    private static boolean tightens(Commitment commitment, ContractSnapshot before, Instant now) {
        return commitment
                .level()
                .stricterThan(AccessPolicy.answer(before, now, now).level());
    }

    /** How many contracts may be tightened without a second person. */
    private int atOnce(Actor actor) {
        if (runs.everCommitted()) {
            return 0;
        }
        return actor.isOfTheHost()
                ? Integer.MAX_VALUE
                : Math.max(0, settings.blast().floor() - commitments.countAdopted());
    }

    private List<ErpResult> enter(Actor actor, List<OfQuota> rows, Instant now) {
        var ids = ids(rows);
        return access.on(new TreeSet<>(ids.values()), now, write -> {
            Set<Long> written = new HashSet<>();
            List<ErpResult> results = new ArrayList<>();
            for (var row : rows) {
                var id = ids.get(row.externalId());
                results.add(
                        id == null || !write.holds(id)
                                ? new Declined(new Unknown("contract", row.externalId()))
                                : enter(actor, row, id, written, now));
            }
            write.held().stream().filter(id -> !written.contains(id)).forEach(write::leave);
            return results;
        });
    }

    private ErpResult enter(Actor actor, OfQuota row, long contractId, Set<Long> written, Instant now) {
        var until = row.grantedAt().plus(Duration.ofDays(row.days()));
        var checks = new Checks()
                .expect(
                        row.kind() == ReleaseKind.TEMPORARY || row.kind() == ReleaseKind.TRUST_UNLOCK,
                        "kind",
                        "temporary or trust-unlock")
                .expect(row.days() >= 1 && row.days() <= MOST_DAYS, "days", "1 to " + MOST_DAYS)
                .expect(!row.grantedAt().isAfter(now), "grantedAt", "an instant that has passed")
                .day(row.debtDueOn(), "debtDueOn");
        if (checks.failed()) {
            return new Declined(checks.problem());
        }
        var entered = releases.adopt(
                contractId,
                row.kind(),
                "from the system of before",
                actor.name(),
                row.grantedAt(),
                until,
                row.debtDueOn());
        if (entered.isEmpty()) {
            return new Written(How.UNCHANGED, contractId);
        }
        written.add(contractId);
        audit.append(actor, "release.adopt", "contract/" + contractId, null, entered.get(), now);
        return new Written(How.CREATED, contractId);
    }
}
