package net.catraca.radius.store;

import net.catraca.radius.nas.Nas;
import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import net.catraca.radius.nas.SharedSecret;
import org.jspecify.annotations.Nullable;

/** A {@link Nas} as the sealed copy on the disk keeps it: its secret is octets there. */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record KeptNas(
        long id,
        long version,
        String name,
        String prefix,
        @Nullable String nasIdentifier,
        byte[] secret,
        String vendor,
        @Nullable String region,
        int coaPort,
        MessageAuthenticatorPolicy messageAuthenticator,
        boolean messageAuthenticatorSeen,
        BlockedAnswer blockedAnswer,
        boolean msChapV1Allowed,
        boolean statusServerAnswered,
        boolean messageAuthenticatorOmitted,
        @Nullable Integer rejectDelayMillis) {

    static KeptNas of(Nas nas) {
        return new KeptNas(
                nas.id(),
                nas.version(),
                nas.name(),
                nas.prefix(),
                nas.nasIdentifier(),
                nas.secret().octets().clone(),
                nas.vendor(),
                nas.region(),
                nas.coaPort(),
                nas.messageAuthenticator(),
                nas.messageAuthenticatorSeen(),
                nas.blockedAnswer(),
                nas.msChapV1Allowed(),
                nas.statusServerAnswered(),
                nas.messageAuthenticatorOmitted(),
                nas.rejectDelayMillis());
    }

    Nas nas() {
        return new Nas(
                id,
                version,
                name,
                prefix,
                nasIdentifier,
                new SharedSecret(secret),
                vendor,
                region,
                coaPort,
                messageAuthenticator,
                messageAuthenticatorSeen,
                blockedAnswer,
                msChapV1Allowed,
                statusServerAnswered,
                messageAuthenticatorOmitted,
                rejectDelayMillis);
    }

    @Override
    public String toString() {
        return "KeptNas[" + name + ", hidden]";
    }
}
