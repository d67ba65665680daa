package net.catraca.admin.security;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is kept: everything but the token itself.
 *
 * @param name the person or job that acts with it
 * @param holder whether that is a person or a job
 * @param expiresAt the first instant at which it no longer works
 * @param lastUsedOn day in UTC
 */
public record AccessToken(
        long id,
        String name,
        Holder holder,
        Role role,
        Instant createdAt,
        String createdBy,
        Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable String revokedBy,
        @Nullable LocalDate lastUsedOn) {

    public boolean worksAt(Instant now) {
        return revokedAt == null && now.isBefore(expiresAt);
    }
}
