package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.ManualBlock;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractDraft;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.contract.Pause;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.CustomerBook;
import net.catraca.billing.store.MassActBook.Kind;
import net.catraca.billing.store.PlanBook;
import net.catraca.billing.store.PolicyBook;
import org.jspecify.annotations.Nullable;

/**
 * Contracts through their lives. What each act leaves of a commitment is decided where facts are made, in the same
 * transaction. Where a method takes an {@code expectedVersion}, it is the version that the caller has read, or null to
 * take any.
 */
@Singleton
public final class Contracts {

    private final AccessWrite access;
    private final LockedContract locked;
    private final ContractBook contracts;
    private final CustomerBook customers;
    private final PlanBook plans;
    private final PolicyBook policies;
    private final MassActs massActs;
    private final ContractChanges changes;
    private final AuditLog audit;
    private final Clock clock;

    Contracts(
            AccessWrite access,
            LockedContract locked,
            ContractBook contracts,
            CustomerBook customers,
            PlanBook plans,
            PolicyBook policies,
            MassActs massActs,
            ContractChanges changes,
            AuditLog audit,
            Clock clock) {
        this.access = access;
        this.locked = locked;
        this.contracts = contracts;
        this.customers = customers;
        this.plans = plans;
        this.policies = policies;
        this.massActs = massActs;
        this.changes = changes;
        this.audit = audit;
        this.clock = clock;
    }

    /** A contract that awaits activation, or is active from the day that the draft names. */
    public Outcome<Contract> create(Actor actor, ContractDraft draft) {
        var checks = check(draft);
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        Outcome<Contract> created = access.on(List.of(), now, write -> {
            if (draft.externalId() != null
                    && contracts.findByExternalId(draft.externalId()).isPresent()) {
                return Outcome.declined(new Conflict("external-id-taken", draft.externalId()));
            }
            var contract = contracts.insert(contract(draft, now));
            write.created(contract.id());
            audit.append(actor, "contract.create", subject(contract.id()), null, contract, now);
            return Outcome.done(contract);
        });
        return created.map(this::asKept);
    }

    /** As it is after the write, which raised its version. */
    private Contract asKept(Contract written) {
        return contracts.find(written.id()).orElseThrow();
    }

    private Checks check(ContractDraft draft) {
        var activatedOn = draft.activatedOn();
        return new Checks()
                .textOrNone(draft.externalId(), 200, "externalId")
                .expect(customers.find(draft.customerId()).isPresent(), "customerId", "a customer")
                .expect(plans.find(draft.planId()).isPresent(), "planId", "a plan")
                .expect(isPolicy(draft.policyId()), "policyId", "a policy with an active version, or none")
                .day(draft.financialBaseDate(), "financialBaseDate")
                .day(draft.signedOn(), "signedOn")
                .day(activatedOn, "activatedOn")
                .expect(
                        activatedOn == null || !activatedOn.isBefore(draft.signedOn()),
                        "activatedOn",
                        "a day no earlier than signedOn");
    }

    private boolean isPolicy(@Nullable Long policyId) {
        return policyId == null || policies.isActive(policyId);
    }

    private static Contract contract(ContractDraft draft, Instant now) {
        return new Contract(
                0,
                1,
                draft.externalId(),
                draft.customerId(),
                draft.planId(),
                draft.policyId(),
                draft.activatedOn() == null ? ContractStatus.AWAITING_ACTIVATION : ContractStatus.ACTIVE,
                draft.zone(),
                draft.billingMode(),
                draft.financialBaseDate(),
                draft.signedOn(),
                draft.activatedOn(),
                null,
                null,
                null,
                null,
                Restriction.NORMAL,
                TrustUnlockPermission.INHERIT,
                null,
                draft.moneySource(),
                null,
                now);
    }

    /** From today on; the contract awaited it. */
    public Outcome<Contract> activate(Actor actor, long id, @Nullable Long expectedVersion) {
        return change(actor, "contract.activate", id, expectedVersion, (contract, held) -> {
            if (contract.status() != ContractStatus.AWAITING_ACTIVATION) {
                return wrongStatus(contract);
            }
            return Outcome.done(contract.change().activated(held.today()));
        });
    }

    /** Refused from now on, whatever is paid. */
    public Outcome<Contract> cancel(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        return reasoned(
                reason,
                () -> change(actor, "contract.cancel", id, expectedVersion, (contract, held) -> {
                    if (contract.status() == ContractStatus.CANCELLED) {
                        return wrongStatus(contract);
                    }
                    var mass = massActs.refusal(actor, Kind.CANCEL, held.now());
                    return mass == null
                            ? Outcome.done(contract.change().cancelled(held.today(), reason))
                            : Outcome.declined(mass);
                }));
    }

    /**
     * A cancelled contract is active again from today on, without any commitment of before. Days between are owed by
     * nobody: where there are any, today is its financial base date.
     */
    public Outcome<Contract> reactivate(Actor actor, long id, @Nullable Long expectedVersion) {
        return change(actor, "contract.reactivate", id, expectedVersion, (contract, held) -> {
            if (contract.status() != ContractStatus.CANCELLED) {
                return wrongStatus(contract);
            }
            return Outcome.done(contract.change().reactivated(held.today()));
        });
    }

    /** @param policyId the contract's own policy, or null for the plan's */
    public Outcome<Contract> changePlan(
            Actor actor, long id, @Nullable Long expectedVersion, long planId, @Nullable Long policyId) {
        var checks = new Checks()
                .expect(plans.find(planId).isPresent(), "planId", "a plan")
                .expect(isPolicy(policyId), "policyId", "a policy with an active version, or none");
        if (checks.failed()) {
            return checks.declined();
        }
        return change(
                actor,
                "contract.change-plan",
                id,
                expectedVersion,
                (contract, held) -> Outcome.done(contract.change().plan(planId).policy(policyId)));
    }

    /** The first day of coverage as it was and as it is, in the audit log. */
    record BaseDate(LocalDate day, @Nullable String reason) {}

    /**
     * Coverage counts from another day on. Paid-until and days late follow at once; a commitment stays as it is, and none
     * is made: that is a run's.
     */
    public Outcome<Contract> moveBaseDate(
            Actor actor, long id, @Nullable Long expectedVersion, LocalDate day, String reason) {
        var checks = new Checks().day(day, "day").text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        Outcome<Contract> moved = locked.with(id, held -> {
            var before = contracts.find(id).orElseThrow();
            var stale = LockedContract.stale(expectedVersion, before.version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            var after = before.change().financialBaseDate(day).done();
            contracts.update(after);
            audit.append(
                    actor,
                    "contract.move-base-date",
                    subject(id),
                    new BaseDate(before.financialBaseDate(), null),
                    new BaseDate(day, reason),
                    held.now());
            return Outcome.done(after);
        });
        return moved.map(this::asKept);
    }

    /**
     * Keeps money from blocking, or from reducing, through a last day.
     *
     * @param doNotBlockUntil null for no such protection; so is {@code doNotReduceUntil}
     */
    public Outcome<Contract> protect(
            Actor actor,
            long id,
            @Nullable Long expectedVersion,
            @Nullable LocalDate doNotBlockUntil,
            @Nullable LocalDate doNotReduceUntil,
            String reason) {
        var checks = new Checks()
                .text(reason, 500, "reason")
                .day(doNotBlockUntil, "doNotBlockUntil")
                .day(doNotReduceUntil, "doNotReduceUntil");
        if (checks.failed()) {
            return checks.declined();
        }
        return change(
                actor,
                "contract.protect",
                id,
                expectedVersion,
                (contract, held) -> Outcome.done(
                        contract.change().doNotBlockUntil(doNotBlockUntil).doNotReduceUntil(doNotReduceUntil)));
    }

    /** How far money may restrict the contract; anything but NORMAL says why. */
    public Outcome<Contract> restrict(Actor actor, long id, @Nullable Long expectedVersion, Restriction restriction) {
        var checks = new Checks()
                .day(restriction.until(), "until")
                .expect(
                        restriction.kind() == AutomaticRestriction.NORMAL
                                || (restriction.reason() != null
                                        && !restriction.reason().isBlank()),
                        "reason",
                        "why money may not restrict this contract as usual");
        if (checks.failed()) {
            return checks.declined();
        }
        return change(
                actor,
                "contract.restrict",
                id,
                expectedVersion,
                (contract, held) -> Outcome.done(contract.change().automaticRestriction(restriction)));
    }

    public Outcome<Contract> permitTrustUnlock(
            Actor actor, long id, @Nullable Long expectedVersion, TrustUnlockPermission permission) {
        return change(
                actor,
                "contract.permit-trust-unlock",
                id,
                expectedVersion,
                (contract, held) -> Outcome.done(contract.change().trustUnlock(permission)));
    }

    /** An operator's block; only an operator lifts it, a payment does not. */
    public Outcome<Contract> block(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        return reasoned(
                reason,
                () -> change(actor, "contract.block", id, expectedVersion, (contract, held) -> {
                    if (contract.manualBlock() != null) {
                        return Outcome.declined(new Conflict(
                                "already-blocked",
                                contract.manualBlock().since().toString()));
                    }
                    var mass = massActs.refusal(actor, Kind.MANUAL_BLOCK, held.now());
                    return mass == null
                            ? Outcome.done(
                                    contract.change().manualBlock(new ManualBlock(held.now(), reason, actor.name())))
                            : Outcome.declined(mass);
                }));
    }

    public Outcome<Contract> liftBlock(Actor actor, long id, @Nullable Long expectedVersion) {
        return change(actor, "contract.lift-block", id, expectedVersion, (contract, held) -> {
            if (contract.manualBlock() == null) {
                return Outcome.declined(new Conflict("not-blocked", "contract " + id));
            }
            return Outcome.done(contract.change().manualBlock(null));
        });
    }

    /** @param last null while nobody knows when it ends */
    public Outcome<Pause> pause(Actor actor, long id, LocalDate first, @Nullable LocalDate last, String reason) {
        var checks = window(first, last, reason);
        if (checks.failed()) {
            return checks.declined();
        }
        return locked.with(id, held -> {
            if (isCancelled(id)) {
                return cancelled();
            }
            if (contracts.pauses(id).stream()
                    .anyMatch(other -> overlap(first, last, other.firstDay(), other.lastDay()))) {
                return Outcome.declined(new Invalid("firstDay", "days that no other pause of the contract has"));
            }
            var mass = massActs.refusal(actor, Kind.PAUSE, held.now());
            if (mass != null) {
                return Outcome.declined(mass);
            }
            return Outcome.done(changes.pause(actor, id, first, last, reason, held.now()));
        });
    }

    /** Ends the running pause with yesterday, or takes back one that has not begun. */
    public Outcome<Pause> endPause(Actor actor, long id, long pauseId) {
        return locked.with(id, held -> {
            var found = contracts.pauses(id).stream()
                    .filter(pause -> pause.id() == pauseId)
                    .findFirst();
            if (found.isEmpty()) {
                return Outcome.declined(new Unknown("pause", pauseId));
            }
            if (hasEnded(found.get().lastDay(), held.today())) {
                return Outcome.declined(
                        new Conflict("already-ended", String.valueOf(found.get().lastDay())));
            }
            changes.endPause(actor, found.get(), held.today().minusDays(1), held.today(), held.now());
            return Outcome.done(found.get());
        });
    }

    /** @param last null while nobody knows when it ends */
    public Outcome<Exemption> exempt(Actor actor, long id, LocalDate first, @Nullable LocalDate last, String reason) {
        var checks = window(first, last, reason);
        if (checks.failed()) {
            return checks.declined();
        }
        return locked.with(id, held -> {
            if (isCancelled(id)) {
                return cancelled();
            }
            if (contracts.exemptions(id).stream()
                    .anyMatch(other -> overlap(first, last, other.firstDay(), other.lastDay()))) {
                return Outcome.declined(new Invalid("firstDay", "days that no other exemption of the contract has"));
            }
            var exemption = contracts.insertExemption(id, first, last, reason, actor.name(), held.now());
            audit.append(actor, "contract.exempt", subject(id), null, exemption, held.now());
            return Outcome.done(exemption);
        });
    }

    /** Ends the running exemption with yesterday, or takes back one that has not begun. */
    public Outcome<Exemption> endExemption(Actor actor, long id, long exemptionId) {
        return locked.with(id, held -> {
            var found = contracts.exemptions(id).stream()
                    .filter(exemption -> exemption.id() == exemptionId)
                    .findFirst();
            if (found.isEmpty()) {
                return Outcome.declined(new Unknown("exemption", exemptionId));
            }
            if (hasEnded(found.get().lastDay(), held.today())) {
                return Outcome.declined(
                        new Conflict("already-ended", String.valueOf(found.get().lastDay())));
            }
            changes.endExemption(actor, found.get(), held.today(), held.now());
            return Outcome.done(found.get());
        });
    }

    public Optional<Contract> find(long id) {
        return contracts.find(id);
    }

    public Optional<Contract> findByExternalId(String externalId) {
        return contracts.findByExternalId(externalId);
    }

    /**
     * @param customerId only this customer's, or null for all
     * @param afterId only ids above it: the cursor of a page, 0 for the first
     * @param limit 1 to 500
     */
    public List<Contract> list(@Nullable Long customerId, long afterId, int limit) {
        return contracts.page(customerId, afterId, limit);
    }

    /** Where these contracts are as long as no session has told, by contract; those without a region are not in it. */
    public Map<Long, String> regions(Collection<Long> ids) {
        return contracts.regions(ids);
    }

    /** By their first day. */
    public List<Pause> pauses(long id) {
        return contracts.pauses(id);
    }

    /** By their first day. */
    public List<Exemption> exemptions(long id) {
        return contracts.exemptions(id);
    }

    private interface OnContract {
        Outcome<Contract.Change> apply(Contract contract, Held held);
    }

    private Outcome<Contract> change(
            Actor actor, String action, long id, @Nullable Long expectedVersion, OnContract work) {
        Outcome<Contract> changed = locked.with(id, held -> {
            var before = contracts.find(id).orElseThrow();
            var stale = LockedContract.stale(expectedVersion, before.version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            return work.apply(before, held).map(change -> {
                var after = change.done();
                changes.write(actor, action, before, after, held.now());
                return after;
            });
        });
        return changed.map(this::asKept);
    }

    private interface Act {
        Outcome<Contract> perform();
    }

    private static Outcome<Contract> reasoned(String reason, Act act) {
        var checks = new Checks().text(reason, 500, "reason");
        return checks.failed() ? checks.declined() : act.perform();
    }

    private static Checks window(LocalDate first, @Nullable LocalDate last, String reason) {
        return new Checks()
                .day(first, "firstDay")
                .day(last, "lastDay")
                .expect(last == null || !last.isBefore(first), "lastDay", "a day no earlier than firstDay")
                .text(reason, 500, "reason");
    }

    private static boolean overlap(
            LocalDate first, @Nullable LocalDate last, LocalDate otherFirst, @Nullable LocalDate otherLast) {
        return (otherLast == null || !first.isAfter(otherLast)) && (last == null || !otherFirst.isAfter(last));
    }

    private static boolean hasEnded(@Nullable LocalDate last, LocalDate today) {
        return last != null && last.isBefore(today);
    }

    /** What is written for days after its end would hold of a sudden when it is reactivated. */
    private boolean isCancelled(long id) {
        return contracts.find(id).orElseThrow().status() == ContractStatus.CANCELLED;
    }

    private static <T> Outcome<T> cancelled() {
        return Outcome.declined(new Conflict("wrong-status", ContractStatus.CANCELLED.name()));
    }

    private static Outcome<Contract.Change> wrongStatus(Contract contract) {
        return Outcome.declined(new Conflict("wrong-status", contract.status().name()));
    }

    private static String subject(long id) {
        return "contract/" + id;
    }
}
