package net.catraca.radius.nas;

import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.nas.Nas.MessageAuthenticatorPolicy;
import org.jspecify.annotations.Nullable;

/** Routers for tests: a MikroTik at a prefix, and what differs from it. */
public final class NasFixtures {

    public static final String SECRET = "a secret of twenty-six o.";

    private NasFixtures() {}

    public static Nas nas(long id, String prefix) {
        return nas(id, prefix, null, SECRET);
    }

    public static Nas nas(long id, String prefix, @Nullable String nasIdentifier, String secret) {
        return new Nas(
                id,
                1,
                "nas-" + id,
                prefix,
                nasIdentifier,
                SharedSecret.of(secret),
                "mikrotik",
                null,
                3799,
                MessageAuthenticatorPolicy.AUTO,
                false,
                BlockedAnswer.POLICY,
                false,
                true,
                false,
                null);
    }

    public static Nas with(Nas nas, MessageAuthenticatorPolicy policy, boolean seen, long version) {
        return new Nas(
                nas.id(),
                version,
                nas.name(),
                nas.prefix(),
                nas.nasIdentifier(),
                nas.secret(),
                nas.vendor(),
                nas.region(),
                nas.coaPort(),
                policy,
                seen,
                nas.blockedAnswer(),
                nas.msChapV1Allowed(),
                nas.statusServerAnswered(),
                nas.messageAuthenticatorOmitted(),
                nas.rejectDelayMillis());
    }

    public static Nas inRegion(Nas nas, String region) {
        return new Nas(
                nas.id(),
                nas.version(),
                nas.name(),
                nas.prefix(),
                nas.nasIdentifier(),
                nas.secret(),
                nas.vendor(),
                region,
                nas.coaPort(),
                nas.messageAuthenticator(),
                nas.messageAuthenticatorSeen(),
                nas.blockedAnswer(),
                nas.msChapV1Allowed(),
                nas.statusServerAnswered(),
                nas.messageAuthenticatorOmitted(),
                nas.rejectDelayMillis());
    }

    public static Nas rejectingAtOnce(Nas nas) {
        return new Nas(
                nas.id(),
                nas.version(),
                nas.name(),
                nas.prefix(),
                nas.nasIdentifier(),
                nas.secret(),
                nas.vendor(),
                nas.region(),
                nas.coaPort(),
                nas.messageAuthenticator(),
                nas.messageAuthenticatorSeen(),
                nas.blockedAnswer(),
                nas.msChapV1Allowed(),
                nas.statusServerAnswered(),
                nas.messageAuthenticatorOmitted(),
                0);
    }

    public static Nas ofVendor(Nas nas, String vendor) {
        return new Nas(
                nas.id(),
                nas.version(),
                nas.name(),
                nas.prefix(),
                nas.nasIdentifier(),
                nas.secret(),
                vendor,
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
}
