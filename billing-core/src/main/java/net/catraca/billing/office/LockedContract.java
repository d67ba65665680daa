package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.store.AccessWrite;
import org.jspecify.annotations.Nullable;

/** The frame of a request on one contract: lock it, do the work, and write nothing when the work is declined. */
@Singleton
final class LockedContract {

    private final AccessWrite access;
    private final Clock clock;

    LockedContract(AccessWrite access, Clock clock) {
        this.access = access;
        this.clock = clock;
    }

    interface Work<T> {
        /** Declines before it writes, or writes and is done. */
        Outcome<T> on(Held held);
    }

    /** @param before its facts before the work */
    record Held(AccessWrite.Write write, ContractSnapshot before, Instant now) {

        /** Today in the contract's zone. */
        LocalDate today() {
            return LocalDate.ofInstant(now, before.zone());
        }

        long contractId() {
            return before.contractId();
        }
    }

    <T> Outcome<T> with(long contractId, Work<T> work) {
        var now = clock.instant();
        return access.on(contractId, now, write -> {
            var before = write.before(contractId);
            var outcome = before == null
                    ? Outcome.<T>declined(new Problem.Unknown("contract", contractId))
                    : work.on(new Held(write, before, now));
            if (outcome instanceof Outcome.Declined) {
                write.leaveAll();
            }
            return outcome;
        });
    }

    /** Declines a caller who has read another version; null takes any. */
    static @Nullable Problem stale(@Nullable Long expected, long actual) {
        return expected == null || expected == actual ? null : new Problem.Stale(actual);
    }
}
