package net.catraca.radius.nas;

import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of a NAS; for the meaning of each see {@link Nas}.
 *
 * @param secret null for the one it has, or the one that the others behind its prefix have; changing it changes theirs,
 *     too
 */
public record NasDraft(
        String name,
        String prefix,
        @Nullable String nasIdentifier,
        @Nullable SharedSecret secret,
        String vendor,
        @Nullable String region,
        int coaPort,
        MessageAuthenticatorPolicy messageAuthenticator,
        BlockedAnswer blockedAnswer,
        boolean msChapV1Allowed,
        boolean statusServerAnswered,
        boolean messageAuthenticatorOmitted,
        @Nullable Integer rejectDelayMillis) {

    /** With what most NASes need for the rest. */
    public static NasDraft of(String name, String prefix, SharedSecret secret, String vendor) {
        return new NasDraft(
                name,
                prefix,
                null,
                secret,
                vendor,
                null,
                3799,
                MessageAuthenticatorPolicy.AUTO,
                BlockedAnswer.POLICY,
                false,
                true,
                false,
                null);
    }

    /** As the NAS is, with the secret it has. */
    public static NasDraft of(Nas nas) {
        return new NasDraft(
                nas.name(),
                nas.prefix(),
                nas.nasIdentifier(),
                null,
                nas.vendor(),
                nas.region(),
                nas.coaPort(),
                nas.messageAuthenticator(),
                nas.blockedAnswer(),
                nas.msChapV1Allowed(),
                nas.statusServerAnswered(),
                nas.messageAuthenticatorOmitted(),
                nas.rejectDelayMillis());
    }

    public NasDraft withPrefix(String other) {
        return new NasDraft(
                name,
                other,
                nasIdentifier,
                secret,
                vendor,
                region,
                coaPort,
                messageAuthenticator,
                blockedAnswer,
                msChapV1Allowed,
                statusServerAnswered,
                messageAuthenticatorOmitted,
                rejectDelayMillis);
    }

    public NasDraft withSecret(@Nullable SharedSecret other) {
        return new NasDraft(
                name,
                prefix,
                nasIdentifier,
                other,
                vendor,
                region,
                coaPort,
                messageAuthenticator,
                blockedAnswer,
                msChapV1Allowed,
                statusServerAnswered,
                messageAuthenticatorOmitted,
                rejectDelayMillis);
    }

    public NasDraft withNasIdentifier(@Nullable String other) {
        return new NasDraft(
                name,
                prefix,
                other,
                secret,
                vendor,
                region,
                coaPort,
                messageAuthenticator,
                blockedAnswer,
                msChapV1Allowed,
                statusServerAnswered,
                messageAuthenticatorOmitted,
                rejectDelayMillis);
    }

    public NasDraft withMessageAuthenticator(MessageAuthenticatorPolicy policy) {
        return new NasDraft(
                name,
                prefix,
                nasIdentifier,
                secret,
                vendor,
                region,
                coaPort,
                policy,
                blockedAnswer,
                msChapV1Allowed,
                statusServerAnswered,
                messageAuthenticatorOmitted,
                rejectDelayMillis);
    }

    public NasDraft withRegion(@Nullable String other) {
        return new NasDraft(
                name,
                prefix,
                nasIdentifier,
                secret,
                vendor,
                other,
                coaPort,
                messageAuthenticator,
                blockedAnswer,
                msChapV1Allowed,
                statusServerAnswered,
                messageAuthenticatorOmitted,
                rejectDelayMillis);
    }

    public NasDraft withCoaPort(int port) {
        return new NasDraft(
                name,
                prefix,
                nasIdentifier,
                secret,
                vendor,
                region,
                port,
                messageAuthenticator,
                blockedAnswer,
                msChapV1Allowed,
                statusServerAnswered,
                messageAuthenticatorOmitted,
                rejectDelayMillis);
    }
}
