package net.catraca.billing.office;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.EffectiveAccess;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.Rule;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.release.Release;
import org.jspecify.annotations.Nullable;

/** Why a contract has the access it has, from the books themselves and not from a replica. */
public interface AccessInquiry {

    Optional<Explanation> ofContract(long contractId);

    /** By a login of the contract, without regard to case. */
    Optional<Explanation> ofLogin(String login);

    /**
     * @param at the instant of the answer
     * @param logins of the contract
     * @param daysLate 0 when nothing is late
     * @param paidUntil null when nothing was covered yet
     * @param receivables open ones that count for blocking and are due, oldest first
     * @param releases those that run
     * @param forecast what the clock alone will change
     */
    record Explanation(
            Instant at,
            ContractSnapshot contract,
            List<String> logins,
            EffectiveAccess access,
            String policyName,
            int policyVersion,
            int daysLate,
            @Nullable LocalDate paidUntil,
            List<Receivable> receivables,
            List<Release> releases,
            List<Change> forecast) {

        public Explanation {
            logins = List.copyOf(logins);
            receivables = List.copyOf(receivables);
            releases = List.copyOf(releases);
            forecast = List.copyOf(forecast);
        }
    }

    /**
     * @param at when it comes
     * @param computed what policy will say, and so what a run may commit from then on
     * @param effective what the contract will get if no run commits and nobody writes anything
     */
    record Change(Instant at, AccessLevel computed, AccessLevel effective, Rule rule, Reason why) {}
}
