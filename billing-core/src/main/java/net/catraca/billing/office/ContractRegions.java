package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Where contracts are, for runs and incidents, as long as no session has told: it bears on nobody's access. */
@Singleton
public final class ContractRegions {

    private final Sql sql;
    private final ContractBook contracts;
    private final AuditLog audit;
    private final Clock clock;

    ContractRegions(Sql sql, ContractBook contracts, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.contracts = contracts;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param region null for none */
    public record Placed(long contractId, @Nullable String region) {}

    /** @param region null for none */
    public Outcome<Placed> place(Actor actor, long contractId, @Nullable String region) {
        var checks = new Checks().textOrNone(region, 100, "region");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            if (!contracts.place(contractId, region)) {
                return Outcome.<Placed>declined(new Unknown("contract", contractId));
            }
            var placed = new Placed(contractId, region);
            audit.append(actor, "contract.place", "contract/" + contractId, null, placed, clock.instant());
            return Outcome.done(placed);
        });
    }
}
