package net.catraca.radius.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.address.Assignment.Assigned;
import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.ReplyBuilder;
import net.catraca.radius.reply.AttributeEncoder;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.SessionClass;
import org.jspecify.annotations.Nullable;

/** Writes Access-Accepts and Access-Rejects. Belongs to one event loop. */
public final class ReplyWriter {

    private static final int SHORTEST_INTERIM_SECONDS = 60;

    private final ReplyProfiles profiles;
    private final ReplyBuilder replies;
    private final RandomGenerator random;
    private final int spreadSeconds;
    private final Notes notes;

    /**
     * @param random for jitter
     * @param spreadSeconds over how long sessions are spread that end at the same instant
     */
    public ReplyWriter(
            ReplyProfiles profiles, ReplyBuilder replies, RandomGenerator random, int spreadSeconds, Notes notes) {
        this.profiles = profiles;
        this.replies = replies;
        this.random = random;
        this.spreadSeconds = spreadSeconds;
        this.notes = notes;
    }

    /** @return null when it does not fit into a packet */
    byte @Nullable [] accept(Admitted request, Verdict.Accept verdict) {
        var nas = request.nas();
        var plan = verdict.subscriber().contract().plan();
        byte[] profile = profiles.encoded(nas.vendor(), plan, verdict.level());
        byte[] own = own(verdict, plan, profiles.keepsFixedAddresses(nas.vendor(), verdict.level()));
        var reply = replies.begin(PacketCode.ACCESS_ACCEPT, request.packet(), !nas.messageAuthenticatorOmitted());
        // All or silence: an Accept that lost its rate or its garden would be free internet.
        if (!reply.append(verdict.proof()) || !reply.append(profile) || !reply.append(own)) {
            return null;
        }
        appendMessage(reply, verdict.message());
        return reply.finish(nas.secret());
    }

    /**
     * RFC 2865 §5.44: nothing that authorises, only a message (and what a method demands of its failure, RFC 2759 §6).
     *
     * @return null when it does not fit into a packet
     */
    byte @Nullable [] reject(Admitted request, Verdict.Reject verdict) {
        var nas = request.nas();
        var reply = replies.begin(PacketCode.ACCESS_REJECT, request.packet(), !nas.messageAuthenticatorOmitted());
        if (!reply.append(verdict.proof())) {
            return null;
        }
        appendMessage(reply, verdict.message());
        return reply.finish(nas.secret());
    }

    private byte[] own(Verdict.Accept verdict, Plan plan, boolean withFixedAddresses) {
        var subscriber = verdict.subscriber();
        var attributes = new AttributeEncoder();
        if (withFixedAddresses) {
            addFixedAddresses(subscriber, attributes);
            addAssigned(verdict.addresses(), attributes);
        }
        attributes.accountingClass(sessionClass(verdict, plan).encoded());
        attributes.acctInterimInterval(interimSeconds(plan));
        var certainTightening = verdict.answer().certainTightening();
        if (certainTightening != null) {
            attributes.sessionTimeout(sessionSeconds(certainTightening, verdict.now()));
        }
        attributes.leftOut().forEach(what -> notes.leftOut(subscriber.login(), what));
        return attributes.toByteArray();
    }

    private static void addFixedAddresses(SubscriberSnapshot subscriber, AttributeEncoder attributes) {
        if (subscriber.framedIpv4() != null) {
            attributes.framedIpAddress(subscriber.framedIpv4());
        }
        if (subscriber.framedIpv6Prefix() != null) {
            attributes.framedIpv6Prefix(subscriber.framedIpv6Prefix());
        }
        if (subscriber.delegatedIpv6Prefix() != null) {
            attributes.delegatedIpv6Prefix(subscriber.delegatedIpv6Prefix());
        }
        subscriber.framedRoutes().forEach(attributes::framedRoute);
    }

    /** One has a fixed address or one of a pool, never both. */
    private static void addAssigned(Assigned addresses, AttributeEncoder attributes) {
        if (addresses.ipv4() != null) {
            attributes.framedIpAddress(addresses.ipv4());
        }
        if (addresses.ipv6Prefix() != null) {
            attributes.framedIpv6Prefix(addresses.ipv6Prefix());
        }
        if (addresses.delegatedIpv6Prefix() != null) {
            attributes.delegatedIpv6Prefix(addresses.delegatedIpv6Prefix());
        }
    }

    /** Correlates accounting with this very answer; a key it is not (a NAS may lose or repeat it). */
    private static SessionClass sessionClass(Verdict.Accept verdict, Plan plan) {
        return new SessionClass(
                verdict.subscriber().subscriberId(), verdict.nonce(), verdict.level(), plan.id(), plan.version());
    }

    /** What a session may at most have been asked for, see {@link #interimSeconds}. */
    static int longestInterimSeconds(Plan plan) {
        return Math.max(SHORTEST_INTERIM_SECONDS, plan.interimSeconds() + plan.interimSeconds() / 10);
    }

    /** A tenth more or less for each session, so that a city that dialled in at once does not report at once. */
    private int interimSeconds(Plan plan) {
        int tenth = plan.interimSeconds() / 10;
        return Math.max(SHORTEST_INTERIM_SECONDS, plan.interimSeconds() - tenth + random.nextInt(2 * tenth + 1));
    }

    /** Until the tightening, and a little longer: never before it, and not for all sessions at once. */
    private long sessionSeconds(Instant certainTightening, Instant now) {
        long until = Math.max(0, Duration.between(now, certainTightening).toSeconds());
        return until + 1 + random.nextInt(spreadSeconds + 1);
    }

    private static void appendMessage(ReplyBuilder reply, @Nullable String message) {
        if (message != null) {
            // What people read is the first thing to leave out where there is no room.
            boolean _ =
                    reply.append(new AttributeEncoder().replyMessage(message).toByteArray());
        }
    }
}
