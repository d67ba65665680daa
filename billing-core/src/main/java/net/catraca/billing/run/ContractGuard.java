package net.catraca.billing.run;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.receivable.Standing;

/**
 * Keeps a run from tightening single contracts. Asked at the preview, and again at the commit with the contracts
 * locked, a batch at a time.
 */
public interface ContractGuard {

    /** Kebab-case and stable: it is kept beside what it skipped. */
    String name();

    /** @return by contract id; who is not in it passes whole */
    Map<Long, Verdict> judge(Collection<Candidate> batch, Instant now);

    /**
     * A contract that money would tighten.
     *
     * @param level REDUCED or BLOCKED
     * @param version of the policy, which decided
     * @param late what is late
     */
    record Candidate(ContractSnapshot contract, AccessLevel level, AccessPolicyVersion version, Standing late) {}

    sealed interface Verdict {
        /** The fact, for the row's list. */
        String why();
    }

    record Skip(String why) implements Verdict {}

    /**
     * The commitment may not rest on these; the others may be enough for a level by themselves.
     *
     * @param receivableIds not empty
     */
    record LeaveOut(Set<Long> receivableIds, String why) implements Verdict {
        public LeaveOut {
            receivableIds = Set.copyOf(receivableIds);
        }
    }
}
