package net.catraca.radius.dynauth;

import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.radius.nas.NasIdentities;
import net.catraca.radius.packet.AttributeWriter;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.Session;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is due: for each session whose turn has come in its NAS's queue, what it should have at that moment, or the
 * end that a person wants. Of the reconciler's thread only; answers come back by way of {@link Reports}.
 */
final class Sender {

    /** As the directory lags behind by a poll and clocks differ by a little; beyond, nothing tightens. */
    private static final Duration FRESH_ENOUGH = Duration.ofSeconds(5);

    private static final byte[] NOTHING = {};

    private final SubscriberDirectory directory;
    private final WantedAccess wantedAccess;
    private final ReplyProfiles profiles;
    private final NasIdentities identities;
    private final DynauthClient client;
    private final TargetStore store;
    private final Targets targets;
    private final Orders orders;
    private final Reports reports;
    private final Clock clock;
    private final Ticker ticker;

    Sender(
            SubscriberDirectory directory,
            WantedAccess wantedAccess,
            ReplyProfiles profiles,
            NasIdentities identities,
            DynauthClient client,
            TargetStore store,
            Targets targets,
            Orders orders,
            Reports reports,
            Clock clock,
            Ticker ticker) {
        this.directory = directory;
        this.wantedAccess = wantedAccess;
        this.profiles = profiles;
        this.identities = identities;
        this.client = client;
        this.store = store;
        this.targets = targets;
        this.orders = orders;
        this.reports = reports;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** All whose turn it is at that NAS. */
    void send(HeldNas nas) {
        // Not freshUntil: what a freeze holds back is not wanted yet, and a person's act goes on in one.
        boolean mayTighten =
                !store.isAway() && clock.instant().minus(FRESH_ENOUGH).isBefore(directory.knownUntil());
        for (var id = nas.queue().next(ticker.read(), mayTighten);
                id != null;
                id = nas.queue().next(ticker.read(), mayTighten)) {
            send(nas, id);
        }
    }

    private void send(HeldNas nas, long sessionId) {
        var order = orders.take(sessionId);
        var session = orders.session(sessionId, order);
        if (session == null) {
            nas.queue().notSent(sessionId, ticker.read());
            reports.sessionChanged(sessionId);
            Orders.complete(order, new OrderResult.NoSuchSession());
            return;
        }
        var target = targets.of(sessionId);
        var now = clock.instant();
        var wanted = wantedAccess.of(session, nas.nas(), now);
        if (order != null && order.what() == Order.What.DISCONNECT) {
            var sent = wanted != null ? wanted.rendering() : new Rendering(AccessLevel.ACTIVE, 0, 0);
            transmit(nas, Flight.ending(session, target, sent, order, now), NOTHING);
        } else if (target == null || !target.isOpen() || wanted == null) {
            nas.queue().notSent(sessionId, ticker.read());
            Orders.complete(order, new OrderResult.NothingToSend());
        } else {
            bring(nas, session, target, wanted, order);
        }
    }

    private void bring(
            HeldNas nas, Session session, SessionTarget target, WantedAccess.Wanted wanted, @Nullable Order order) {
        boolean withUndoing = target.isOfUnknownLevel() || (order != null && !target.wasRefused());
        var change = withUndoing
                ? wantedAccess.changeFromUnknown(nas.nas(), wanted)
                : wantedAccess.change(nas.nas(), wanted, target.possibleLevels());
        var method = TargetRules.method(
                target, WantedAccess.isByCoa(change), nas.queue().budget());
        transmit(
                nas,
                Flight.to(target, session, method, wanted.rendering(), withUndoing, order, clock.instant()),
                WantedAccess.attributes(change, method));
    }

    private void transmit(HeldNas held, Flight flight, byte[] change) {
        held.departed(flight);
        var nas = held.nas();
        var session = flight.session;
        var attributes = new AttributeWriter()
                .addEncoded(Identification.of(
                        session, nas, identities.of(session.nasAddress()), profiles.identify(nas.vendor())))
                .addEncoded(change)
                .toByteArray();
        Consumer<DynauthResult> whenKnown = result -> reports.answered(flight, result);
        if (attributes.length > DynauthRequest.MAX_ATTRIBUTE_OCTETS) {
            whenKnown.accept(new DynauthResult.Unreachable("the attributes do not fit into a packet"));
            return;
        }
        var destination = new Destination(
                new InetSocketAddress(session.nasAddress(), nas.coaPort()),
                nas.secret(),
                !nas.messageAuthenticatorOmitted());
        flight.departed(client.send(destination, new DynauthRequest(flight.method, attributes), whenKnown));
    }
}
