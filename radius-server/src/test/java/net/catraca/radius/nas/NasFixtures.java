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

    public static Nas allowingMsChapV1(Nas nas) {
        var change = new Change(nas);
        change.msChapV1Allowed = true;
        return change.done();
    }

    public static Nas answeringTheBlocked(Nas nas, BlockedAnswer how) {
        var change = new Change(nas);
        change.blockedAnswer = how;
        return change.done();
    }

    /** One for which Status-Server is switched off. */
    public static Nas withoutStatusServer(Nas nas) {
        var change = new Change(nas);
        change.statusServerAnswered = false;
        return change.done();
    }

    /** One that drops answers with a Message-Authenticator. */
    public static Nas withoutMessageAuthenticator(Nas nas) {
        var change = new Change(nas);
        change.messageAuthenticatorOmitted = true;
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
        private BlockedAnswer blockedAnswer;
        private boolean msChapV1Allowed;
        private boolean statusServerAnswered;
        private boolean messageAuthenticatorOmitted;
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
            this.blockedAnswer = before.blockedAnswer();
            this.msChapV1Allowed = before.msChapV1Allowed();
            this.statusServerAnswered = before.statusServerAnswered();
            this.messageAuthenticatorOmitted = before.messageAuthenticatorOmitted();
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
                    blockedAnswer,
                    msChapV1Allowed,
                    statusServerAnswered,
                    messageAuthenticatorOmitted,
                    rejectDelayMillis);
        }
    }
}
