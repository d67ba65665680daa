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
        var change = new Change(nas);
        change.version = version;
        change.messageAuthenticator = policy;
        change.messageAuthenticatorSeen = seen;
        return change.done();
    }

    /** Written again with another secret. */
    public static Nas with(Nas nas, String secret, long version) {
        var change = new Change(nas);
        change.version = version;
        change.secret = SharedSecret.of(secret);
        return change.done();
    }

    public static Nas inRegion(Nas nas, String region) {
        var change = new Change(nas);
        change.region = region;
        return change.done();
    }

    public static Nas rejectingAtOnce(Nas nas) {
        var change = new Change(nas);
        change.rejectDelayMillis = 0;
        return change.done();
    }

    public static Nas ofVendor(Nas nas, String vendor) {
        var change = new Change(nas);
        change.vendor = vendor;
        return change.done();
    }

    /** One that listens there for CoA and Disconnect. */
    public static Nas atCoaPort(Nas nas, int port) {
        var change = new Change(nas);
        change.coaPort = port;
        return change.done();
    }

    private static final class Change {

        private final Nas before;
        private long version;
        private SharedSecret secret;
        private String vendor;
        private @Nullable String region;
        private int coaPort;
        private MessageAuthenticatorPolicy messageAuthenticator;
        private boolean messageAuthenticatorSeen;
        private @Nullable Integer rejectDelayMillis;

        Change(Nas before) {
            this.before = before;
            this.version = before.version();
            this.secret = before.secret();
            this.vendor = before.vendor();
            this.region = before.region();
            this.coaPort = before.coaPort();
            this.messageAuthenticator = before.messageAuthenticator();
            this.messageAuthenticatorSeen = before.messageAuthenticatorSeen();
            this.rejectDelayMillis = before.rejectDelayMillis();
        }

        Nas done() {
            return new Nas(
                    before.id(),
                    version,
                    before.name(),
                    before.prefix(),
                    before.nasIdentifier(),
                    secret,
                    vendor,
                    region,
                    coaPort,
                    messageAuthenticator,
                    messageAuthenticatorSeen,
                    before.blockedAnswer(),
                    before.msChapV1Allowed(),
                    before.statusServerAnswered(),
                    before.messageAuthenticatorOmitted(),
                    rejectDelayMillis);
        }
    }
}
