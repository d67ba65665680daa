package net.catraca.billing.office;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Instant;
import net.catraca.billing.store.AgreementTrail;

/** Keeps in the audit trail how payments and their reversals took agreements along; theirs says who made them. */
@Singleton
@Requires(beans = AuditLog.class)
final class AgreementAudit implements AgreementTrail {

    private static final Actor FOLLOWER = Actor.system("agreements");

    private final AuditLog audit;

    AgreementAudit(AuditLog audit) {
        this.audit = audit;
    }

    @Override
    public void followed(Moved moved, Instant now) {
        audit.append(
                FOLLOWER, "agreement.follow", "agreement/" + moved.agreementId(), moved.before(), moved.after(), now);
    }
}
