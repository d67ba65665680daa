package net.catraca.billing.office;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Instant;
import net.catraca.billing.store.CreditTrail;

/** Puts what was paid with credit into the audit log. */
@Singleton
@Requires(beans = AuditLog.class)
final class CreditAudit implements CreditTrail {

    private static final Actor CREDIT = Actor.system("credit");

    private final AuditLog audit;

    CreditAudit(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    public void used(Used used, Instant now) {
        audit.append(CREDIT, "credit.use", "contract/" + used.contractId(), null, used, now);
    }
}
