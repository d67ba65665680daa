package net.catraca.radius.flow;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.HashMap;
import java.util.Map;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.ReplyBuilder;

/**
 * Tells a NAS that we can do our work (RFC 5997): it has no other effect, whatever else the packet holds. Belongs to
 * one event loop.
 */
public final class StatusServer {

    /** A watchdog sends one every few seconds; so many a second leave room for a whole rack behind one address. */
    static final int MOST_PER_SECOND = 20;

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final SubscriberDirectory directory;
    private final ReplyBuilder replies;
    private final Notes notes;
    private final Ticker ticker;
    // One entry a NAS that ever asked.
    private final Map<Long, Second> seconds = new HashMap<>();

    private static final class Second {
        private long since;
        private int answered;
    }

    public StatusServer(SubscriberDirectory directory, ReplyBuilder replies, Notes notes, Ticker ticker) {
        this.directory = directory;
        this.replies = replies;
        this.notes = notes;
        this.ticker = ticker;
    }

    /** @param code Access-Accept on the authentication port, Accounting-Response on the other (RFC 5997 §4.2) */
    Answer answer(Admitted request, PacketCode code) {
        var nas = request.nas();
        if (!request.hasMessageAuthenticator()) {
            return notes.dropped(Drop.MISSING_MESSAGE_AUTHENTICATOR, request);
        }
        if (!nas.statusServerAnswered()) {
            return notes.dropped(Drop.STATUS_SERVER_OFF, request);
        }
        if (!directory.isLoaded()) {
            return notes.dropped(Drop.DIRECTORY_NOT_LOADED, request);
        }
        if (!isWithinRate(nas)) {
            return notes.dropped(Drop.STATUS_SERVER_TOO_OFTEN, request);
        }
        var reply = replies.begin(code, request.packet(), !nas.messageAuthenticatorOmitted())
                .finish(nas.secret());
        if (reply == null) {
            return notes.dropped(Drop.REPLY_TOO_LONG, request);
        }
        notes.statusAnswered(nas);
        return new Answer.Reply(reply);
    }

    private boolean isWithinRate(Nas nas) {
        long now = ticker.read();
        var second = seconds.computeIfAbsent(nas.id(), _ -> new Second());
        if (second.answered == 0 || now - second.since >= SECOND_NANOS) {
            second.since = now;
            second.answered = 0;
        }
        return ++second.answered <= MOST_PER_SECOND;
    }
}
