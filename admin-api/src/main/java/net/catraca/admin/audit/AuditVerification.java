package net.catraca.admin.audit;

import org.jspecify.annotations.Nullable;

/**
 * What a walk along the chain of seals found.
 *
 * @param entries how many entries bear a seal that fits
 * @param fault the first thing that is wrong, or null when nothing is
 * @param head hexadecimal hash of the newest seal, to be noted elsewhere; null when the log is empty
 */
public record AuditVerification(
        long entries, @Nullable Fault fault, @Nullable String head) {

    /**
     * @param position of the seal at fault; 0 for an entry without one
     * @param auditId of the entry at fault
     */
    public record Fault(long position, long auditId, Kind kind) {}

    public enum Kind {
        /** The entry was changed, or a seal before it was. */
        HASH_DIFFERS,
        /** A position is missing. */
        SEAL_MISSING,
        /** A sealed entry is gone. */
        ENTRY_MISSING,
        /** An entry was slipped in without a seal. */
        ENTRY_UNSEALED,
        /** The chain is whole in itself but does not contain the seal that was noted elsewhere. */
        NOTED_SEAL_DIFFERS
    }
}
