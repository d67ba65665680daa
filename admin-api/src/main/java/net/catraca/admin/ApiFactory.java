package net.catraca.admin;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import net.catraca.admin.notice.MailSettings;
import net.catraca.admin.outbound.OutboundSettings;
import net.catraca.admin.security.AccessTokens;
import net.catraca.admin.security.FailedAttempts;
import net.catraca.admin.store.AuditStore;
import net.catraca.admin.store.IdempotencyStore;
import net.catraca.admin.store.TokenStore;
import net.catraca.admin.store.Transactions;

/** Makes the objects behind the API that know nothing of Micronaut. */
@Factory
final class ApiFactory {

    @Singleton
    AuditStore auditLog(Transactions transactions) {
        return new AuditStore(transactions);
    }

    @Singleton
    IdempotencyStore idempotencyKeys(Transactions transactions, Clock clock) {
        return new IdempotencyStore(transactions, clock);
    }

    @Singleton
    TokenStore tokenStore(Transactions transactions) {
        return new TokenStore(transactions);
    }

    @Singleton
    AccessTokens accessTokens(TokenStore store, Transactions transactions, AuditStore audit, Clock clock) {
        return new AccessTokens(store, transactions, audit, clock);
    }

    @Singleton
    @Requires(missingBeans = MailSettings.class)
    MailSettings mailSettings() {
        return MailSettings.NONE;
    }

    @Singleton
    @Requires(missingBeans = OutboundSettings.class)
    OutboundSettings outboundSettings() {
        return OutboundSettings.USUAL;
    }

    @Singleton
    FailedAttempts failedAttempts(Clock clock) {
        return new FailedAttempts(clock);
    }
}
