package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.contract.Pause;
import net.catraca.billing.store.ContractBook;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes of contracts that are locked, with what they mean to billing and the audit log: the same whether a person,
 * an ERP or an approved proposal asks. Whether a change is allowed is decided by whoever calls.
 */
@Singleton
final class ContractChanges {

    private final ContractBook contracts;
    private final ContractBilling billing;
    private final AuditLog audit;

    ContractChanges(ContractBook contracts, ContractBilling billing, AuditLog audit) {
        this.contracts = contracts;
        this.billing = billing;
        this.audit = audit;
    }

    void write(Actor actor, String action, Contract before, Contract after, Instant now) {
        writeBeside(actor, action, before, after, now);
        contracts.update(after);
    }

    /** What goes with a change, for a caller who writes many contracts by one statement. */
    void writeBeside(Actor actor, String action, Contract before, Contract after, Instant now) {
        if (after.planId() != before.planId()) {
            billing.planChanged(before, after.planId(), today(before, now));
        }
        if (before.status() == ContractStatus.CANCELLED && after.status() == ContractStatus.ACTIVE) {
            billing.reactivated(before.id(), today(before, now));
        }
        audit.append(actor, action, subject(before.id()), before, after, now);
    }

    /** @return the contract, refused from today on */
    Contract cancel(Actor actor, Contract contract, String reason, Instant now) {
        var after = contract.change().cancelled(today(contract, now), reason).done();
        write(actor, "contract.cancel", contract, after, now);
        return after;
    }

    /** @param last null while nobody knows when it ends */
    Pause pause(Actor actor, long contractId, LocalDate first, @Nullable LocalDate last, String reason, Instant now) {
        var pause = contracts.insertPause(contractId, first, last, reason, actor.name(), now);
        audit.append(actor, "contract.pause", subject(contractId), null, pause, now);
        return pause;
    }

    /**
     * Ends a pause earlier, or takes back one that had not begun.
     *
     * @param last its last day then; before its first one for none of it
     */
    void endPause(Actor actor, Pause pause, LocalDate last, LocalDate today, Instant now) {
        contracts.endPause(pause, last);
        if (!pause.firstDay().isBefore(today)) {
            billing.freeDaysTakenBack(pause.contractId(), today);
        }
        audit.append(actor, "contract.end-pause", subject(pause.contractId()), pause, null, now);
    }

    /** Ends an exemption with yesterday, or takes back one that had not begun. */
    void endExemption(Actor actor, Exemption exemption, LocalDate today, Instant now) {
        contracts.endExemption(exemption, today.minusDays(1));
        if (!exemption.firstDay().isBefore(today)) {
            billing.freeDaysTakenBack(exemption.contractId(), today);
        }
        audit.append(actor, "contract.end-exemption", subject(exemption.contractId()), exemption, null, now);
    }

    private static LocalDate today(Contract contract, Instant now) {
        return LocalDate.ofInstant(now, contract.zone());
    }

    private static String subject(long contractId) {
        return "contract/" + contractId;
    }
}
