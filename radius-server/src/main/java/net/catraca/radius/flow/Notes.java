package net.catraca.radius.flow;

import com.github.benmanes.caffeine.cache.Ticker;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.flow.Verdict.Accept;
import net.catraca.radius.flow.Verdict.Reject;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.RadiusPacket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one event loop tells of its packets: counters and sampled log lines. */
public final class Notes {

    private static final Logger log = LoggerFactory.getLogger(Notes.class);

    private final RadiusMeters meters;
    private final AccessLog accessLog;
    private final DropLog dropLog;

    public Notes(RadiusMeters meters, Ticker ticker) {
        this.meters = meters;
        this.accessLog = new AccessLog(ticker);
        this.dropLog = new DropLog(ticker);
    }

    /** An attribute of the subscriber could not be written; the answer goes out without it. */
    void leftOut(String login, String what) {
        accessLog.leftOut(login, what);
    }

    Answer.Silence dropped(Drop why, Datagram.Origin origin, @Nullable Nas nas) {
        meters.dropped(why);
        dropLog.dropped(why, origin.source().getAddress(), nas);
        return new Answer.Silence(why);
    }

    Answer.Silence dropped(Drop why, Admitted request) {
        return dropped(why, request.origin(), request.nas());
    }

    /** A defect of ours that this packet brought to light. */
    Answer.Silence failed(RuntimeException defect, Datagram.Origin origin) {
        dropLog.failed(defect, origin.source().getAddress());
        return dropped(Drop.INTERNAL_ERROR, origin, null);
    }

    /** An Access-Request that is well-framed and signed right, or not at all. */
    void asked(Admitted request) {
        if (!request.hasMessageAuthenticator()) {
            meters.withoutMessageAuthenticator(request.nas());
        }
        if (!namesItsNas(request.packet())) {
            meters.withoutNasIdentification(request.nas());
        }
    }

    /**
     * RFC 2865 §4.1 and RFC 3162 §2.1 want one of the three, and RFC 5080 §2.7.1 does not let a link-local address
     * pass for one. The source address tells us who asks, so a request without them is only counted.
     */
    private static boolean namesItsNas(RadiusPacket packet) {
        if (packet.has(AttributeType.NAS_IP_ADDRESS) || packet.has(AttributeType.NAS_IDENTIFIER)) {
            return true;
        }
        int at = packet.find(AttributeType.NAS_IPV6_ADDRESS);
        return at != RadiusPacket.NONE && packet.valueLength(at) == 16 && !isLinkLocal(packet, at);
    }

    private static boolean isLinkLocal(RadiusPacket packet, int at) {
        byte[] octets = packet.octets();
        int start = packet.valueStart(at);
        return (octets[start] & 0xFF) == 0xFE && (octets[start + 1] & 0xC0) == 0x80;
    }

    void accepted(Admitted request, Accept verdict) {
        meters.answered(request.nas(), verdict.outcome());
        if (verdict.violation() != null) {
            meters.lockViolated(request.nas(), verdict.violation().lock());
            accessLog.gardened(
                    request.login(),
                    request.nas(),
                    verdict.outcome(),
                    verdict.violation().words());
            return;
        }
        accessLog.accepted(
                request.login(),
                request.nas(),
                verdict.outcome(),
                verdict.subscriber().contract(),
                verdict.answer());
    }

    void rejected(Admitted request, Reject verdict) {
        if (verdict.violation() != null) {
            meters.lockViolated(request.nas(), verdict.violation().lock());
        }
        meters.answered(request.nas(), verdict.outcome());
        accessLog.rejected(request.login(), request.nas(), verdict.outcome(), verdict.why());
    }

    /** A record is safe, and its NAS is told so. */
    void accounted(Nas nas, AccountingEvent event) {
        meters.accounted(nas, event);
    }

    /** A defect of ours: the record is safe, but what is in memory does not know of it until it is delivered. */
    void notFolded(RuntimeException defect) {
        meters.recordNotFolded();
        log.error("an accounting record was kept but not understood; its session follows when it is delivered", defect);
    }

    /** The NAS has used the identifier for another request meanwhile. */
    Answer.Silence superseded() {
        meters.dropped(Drop.SUPERSEDED);
        return new Answer.Silence(Drop.SUPERSEDED);
    }

    void answeredAgain() {
        meters.duplicateAnswered();
    }

    /** A worker has compared an imported hash. */
    void hashChecked() {
        meters.hashChecked();
    }

    void statusAnswered(Nas nas) {
        meters.statusAnswered(nas);
    }
}
