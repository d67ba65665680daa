package net.catraca.admin.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is kept.
 *
 * @param position where its seal stands in the chain
 * @param before JSON
 * @param after JSON
 */
public record AuditEntry(
        long id,
        long position,
        Instant at,
        String actor,
        @Nullable Long tokenId,
        @Nullable String source,
        String action,
        String subject,
        @Nullable String before,
        @Nullable String after) {}
