package net.catraca.admin.simulator;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/**
 * A simulated NAS.
 *
 * @param source the local address that its packets leave from, by which the server knows it
 * @param identifier its NAS-Identifier
 * @param secret shared with the server; never empty
 * @param coaPort where it listens for CoA and Disconnect; 0 for nowhere
 * @param gigawords whether it sends Acct-Input-Gigawords and -Output-Gigawords; without them its octets begin anew at
 *     2<sup>32</sup>
 * @param messageAuthenticator whether its Access-Requests hold one, as those of older routers do not
 * @param delayTime whether a record that was not answered is sent again with another Acct-Delay-Time, and so with
 *     another identifier (RFC 2866 §5.2), rather than in the same octets
 * @param reboots when, after the start, it restarts: all its sessions end without a Stop
 */
public record NasSettings(
        String name,
        InetAddress source,
        String identifier,
        String secret,
        RouterModel model,
        int coaPort,
        CoaBehaviour coa,
        boolean gigawords,
        boolean messageAuthenticator,
        boolean delayTime,
        List<Duration> reboots) {

    public NasSettings {
        reboots = List.copyOf(reboots);
    }

    /** One that does everything as the RFCs want it. */
    public static NasSettings of(String name, InetAddress source, String secret, RouterModel model, int coaPort) {
        return new NasSettings(
                name, source, name, secret, model, coaPort, new CoaBehaviour.Obey(), true, true, false, List.of());
    }

    public NasSettings withCoa(CoaBehaviour other) {
        return new NasSettings(
                name,
                source,
                identifier,
                secret,
                model,
                coaPort,
                other,
                gigawords,
                messageAuthenticator,
                delayTime,
                reboots);
    }

    public NasSettings withoutGigawords() {
        return new NasSettings(
                name, source, identifier, secret, model, coaPort, coa, false, messageAuthenticator, delayTime, reboots);
    }

    public NasSettings withoutMessageAuthenticator() {
        return new NasSettings(
                name, source, identifier, secret, model, coaPort, coa, gigawords, false, delayTime, reboots);
    }

    public NasSettings withDelayTime() {
        return new NasSettings(
                name, source, identifier, secret, model, coaPort, coa, gigawords, messageAuthenticator, true, reboots);
    }

    public NasSettings withReboots(List<Duration> other) {
        return new NasSettings(
                name,
                source,
                identifier,
                secret,
                model,
                coaPort,
                coa,
                gigawords,
                messageAuthenticator,
                delayTime,
                other);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return name + " (" + source.getHostAddress() + ", " + model.word() + ')';
    }
}
