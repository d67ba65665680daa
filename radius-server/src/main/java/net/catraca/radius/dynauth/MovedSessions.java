package net.catraca.radius.dynauth;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Sessions by the contract that their login has moved to, until a record of theirs tells of that contract. Bounded by
 * the live sessions. Not thread-safe.
 */
final class MovedSessions {

    private final Map<Long, Set<Long>> byContract = new HashMap<>();

    void add(long contractId, long sessionId) {
        byContract.computeIfAbsent(contractId, _ -> new HashSet<>()).add(sessionId);
    }

    /** As it is now. */
    Set<Long> to(long contractId) {
        return Set.copyOf(byContract.getOrDefault(contractId, Set.of()));
    }

    /** It is that contract's in the books, too. */
    void arrived(long contractId, long sessionId) {
        byContract.computeIfPresent(contractId, (_, moved) -> {
            moved.remove(sessionId);
            return moved.isEmpty() ? null : moved;
        });
    }

    void ended(long sessionId) {
        byContract.values().removeIf(moved -> moved.remove(sessionId) && moved.isEmpty());
    }
}
