package net.catraca.radius.flow;

import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.accounting.Accounted;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.accounting.GivenAccepts;
import net.catraca.radius.auth.LineIdentity;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;

/** Whom a request speaks of: a login, or the subscriber of a line (IPoE and authorisation by MAC). */
final class SubscriberFinder {

    private static final long CALL_CHECK = 10;

    /** Acct-Status-Type of a Start (RFC 2866 §5.1). */
    private static final int START = 1;

    private final SubscriberDirectory directory;

    SubscriberFinder(SubscriberDirectory directory) {
        this.directory = directory;
    }

    /** Null when nobody is meant that we know. */
    @Nullable
    SubscriberSnapshot find(RadiusPacket packet) {
        String login = packet.text(AttributeType.USER_NAME);
        if (login == null || speaksOfItsLine(packet)) {
            return byLineOrLogin(LineIdentity.of(packet), login);
        }
        var subscriber = directory.byLogin(login);
        if (subscriber != null) {
            return subscriber;
        }
        // accel-ppp and others name the line in User-Name and put any constant into User-Password.
        var line = LineIdentity.of(packet);
        return names(login, line) ? byLine(line) : null;
    }

    /**
     * Whom accounting speaks of: the login, or where that is nobody's or none, the line. Our Class tells where a NAS
     * writes the name in a way of its own; against another's login it tells nothing.
     */
    Accounted accounted(RadiusPacket packet, long nasId, GivenAccepts accepts) {
        var ours = AccountingReader.sessionClass(packet);
        var login = packet.text(AttributeType.USER_NAME);
        var subscriber = login == null ? null : directory.byLogin(login);
        if (subscriber == null) {
            var line = LineIdentity.of(packet);
            var ofLine = byLine(line);
            boolean isMeant = ofLine != null
                    && (login == null
                            || names(login, line)
                            || (ours != null && ours.subscriberId() == ofLine.subscriberId()));
            subscriber = isMeant ? ofLine : null;
        }
        if (subscriber == null) {
            return ours == null ? Accounted.NOBODY : new Accounted(ours.subscriberId(), null, 0);
        }
        boolean isStart = packet.integer(AttributeType.ACCT_STATUS_TYPE).orElse(0) == START;
        var given = ours == null && isStart ? accepts.find(nasId, subscriber.subscriberId(), packet) : null;
        // What is only remembered of the Access-Accept does not promise that this NAS does what that asked for.
        boolean answeredByUs = ours != null && ours.subscriberId() == subscriber.subscriberId();
        var contract = subscriber.contract();
        return new Accounted(
                subscriber.subscriberId(),
                contract.contractId(),
                answeredByUs ? ReplyWriter.longestInterimSeconds(contract.plan()) : 0,
                given);
    }

    /** RFC 2865 §5.6: Call-Check asks for the line before anybody has given a name. Without a credential, too. */
    private static boolean speaksOfItsLine(RadiusPacket packet) {
        return packet.integer(AttributeType.SERVICE_TYPE).orElse(0) == CALL_CHECK
                || (!ForgeryRules.hasCredential(packet) && !packet.has(AttributeType.EAP_MESSAGE));
    }

    private static boolean names(String login, LineIdentity line) {
        return login.equals(line.circuitId())
                || login.equals(line.remoteId())
                || (line.mac() != null && line.mac().equals(LineIdentity.normaliseMac(login)));
    }

    private @Nullable SubscriberSnapshot byLineOrLogin(LineIdentity line, @Nullable String login) {
        var subscriber = byLine(line);
        return subscriber == null && login != null ? directory.byLogin(login) : subscriber;
    }

    private @Nullable SubscriberSnapshot byLine(LineIdentity line) {
        SubscriberSnapshot subscriber = null;
        if (line.circuitId() != null) {
            subscriber = directory.byLine(line.circuitId(), line.remoteId());
            if (subscriber == null && line.remoteId() != null) {
                subscriber = directory.byLine(line.circuitId(), null);
            }
        }
        return subscriber == null && line.mac() != null ? directory.byMac(line.mac()) : subscriber;
    }
}
