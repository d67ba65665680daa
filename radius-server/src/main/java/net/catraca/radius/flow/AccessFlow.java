package net.catraca.radius.flow;

import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.ByteBuffer;
import net.catraca.radius.accounting.GivenAccepts;
import net.catraca.radius.auth.ImportedHash;
import net.catraca.radius.duplicate.DuplicateCache;
import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.flow.Admission.Dropped;
import net.catraca.radius.flow.Answer.DelayedReply;
import net.catraca.radius.flow.Answer.Pending;
import net.catraca.radius.flow.Answer.Reply;
import net.catraca.radius.flow.Answer.Silence;
import net.catraca.radius.flow.Verdict.AfterWorker;
import net.catraca.radius.packet.Decoding;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.PacketCodec;
import org.jspecify.annotations.Nullable;

/**
 * The way of a packet that comes to the authentication port, from memory alone: who asks, is it forged, was it asked
 * before, what does it deserve, in which octets. Belongs to one event loop; nothing in it waits, and it throws for no
 * input.
 */
public final class AccessFlow {

    private static final int AUTHENTICATOR_AT = 4;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private final Gate gate;
    private final ForgeryRules forgeryRules;
    private final StatusServer statusServer;
    private final DuplicateCache duplicates;
    private final AccessJudge judge;
    private final ReplyWriter replies;
    private final RejectDelay rejectDelay;
    private final GivenAccepts accepts;
    private final Notes notes;
    private final Ticker ticker;

    /** All of them of this loop, or thread-safe. */
    public AccessFlow(
            Gate gate,
            ForgeryRules forgeryRules,
            StatusServer statusServer,
            DuplicateCache duplicates,
            AccessJudge judge,
            ReplyWriter replies,
            RejectDelay rejectDelay,
            GivenAccepts accepts,
            Notes notes,
            Ticker ticker) {
        this.gate = gate;
        this.forgeryRules = forgeryRules;
        this.statusServer = statusServer;
        this.duplicates = duplicates;
        this.judge = judge;
        this.replies = replies;
        this.rejectDelay = rejectDelay;
        this.accepts = accepts;
        this.notes = notes;
        this.ticker = ticker;
    }

    /** A request that is being worked on. */
    private record Asked(Admitted request, DuplicateCache.Key key, DuplicateCache.Entry entry) {}

    /** A request that waits for a worker. */
    public static final class Waiting {
        private final Asked asked;
        private final AfterWorker verdict;

        private Waiting(Asked asked, AfterWorker verdict) {
            this.asked = asked;
            this.verdict = verdict;
        }

        /**
         * Compares the hash, for which it takes up to a second, and wipes the password. Off the loop.
         *
         * @param upgrade hears of a match while the password is still there
         */
        public boolean check(HashUpgrade upgrade) {
            var work = verdict.work();
            try (var password = work.password()) {
                boolean matched = ImportedHash.matches(work.credential().hash(), password.octets());
                if (matched) {
                    upgrade.proven(verdict.subscriber().subscriberId(), work.credential(), password.octets());
                }
                return matched;
            }
        }

        /** When its request was read, in nanoseconds of the loop's ticker. */
        public long arrivedAt() {
            return asked.request.origin().arrivedAt();
        }

        public long subscriberId() {
            return verdict.subscriber().subscriberId();
        }
    }

    public Answer answer(Datagram in) {
        try {
            return switch (gate.open(in)) {
                case Dropped(var why, var nas) -> notes.dropped(why, in.origin(), nas);
                case Admitted request -> answer(request);
            };
        } catch (RuntimeException defect) {
            return notes.failed(defect, in.origin());
        }
    }

    private Answer answer(Admitted request) {
        return switch (request.packet().code()) {
            case ACCESS_REQUEST -> access(request);
            case STATUS_SERVER -> statusServer.answer(request, PacketCode.ACCESS_ACCEPT);
            default -> notes.dropped(Drop.UNEXPECTED_CODE, request);
        };
    }

    private Answer access(Admitted request) {
        notes.asked(request);
        var objection = forgeryRules.objection(request);
        if (objection != null) {
            return notes.dropped(objection, request);
        }
        var authenticator = ByteBuffer.wrap(request.packet().octets());
        long high = authenticator.getLong(AUTHENTICATOR_AT);
        long low = authenticator.getLong(AUTHENTICATOR_AT + Long.BYTES);
        var origin = request.origin();
        var key = new DuplicateCache.Key(
                origin.source(), origin.local(), request.packet().identifier());
        var earlier = duplicates.find(key, high, low);
        return earlier == null
                ? judge(new Asked(request, key, duplicates.begin(key, high, low)))
                : again(request, earlier);
    }

    /** RFC 5080 §2.2.2: the same octets again, or silence while there are none. */
    private Answer again(Admitted request, DuplicateCache.Entry earlier) {
        byte[] answer = earlier.answer();
        if (answer == null) {
            return notes.dropped(Drop.DUPLICATE_IN_PROGRESS, request);
        }
        notes.answeredAgain();
        return new Reply(answer);
    }

    private Answer judge(Asked asked) {
        try {
            return answer(asked, judge.judge(asked.request));
        } catch (RuntimeException defect) {
            duplicates.forget(asked.key, asked.entry);
            return notes.failed(defect, asked.request.origin());
        }
    }

    private Answer answer(Asked asked, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Accept accept -> accept(asked, accept);
            case Verdict.Reject reject -> reject(asked, reject);
            case AfterWorker work -> new Pending(new Waiting(asked, work));
            case Verdict.Unjudged(var why) -> unanswered(asked, why);
        };
    }

    private Answer accept(Asked asked, Verdict.Accept accept) {
        byte[] packet = replies.accept(asked.request, accept);
        if (packet == null) {
            return unanswered(asked, Drop.REPLY_TOO_LONG);
        }
        notes.accepted(asked.request, accept);
        remember(asked.request, packet);
        duplicates.answered(asked.entry, packet);
        return new Reply(packet);
    }

    /** Before it leaves: the Start may come on another loop at once. */
    private void remember(Admitted request, byte[] accept) {
        if (PacketCodec.decode(accept) instanceof Decoding.Decoded(var packet)) {
            accepts.remember(request.nas().id(), request.packet(), packet);
        }
    }

    private Answer reject(Asked asked, Verdict.Reject reject) {
        byte[] packet = replies.reject(asked.request, reject);
        if (packet == null) {
            return unanswered(asked, Drop.REPLY_TOO_LONG);
        }
        notes.rejected(asked.request, reject);
        // Counted from arrival: a proof that took a worker to refute is answered when any other is.
        long elapsed = (ticker.read() - asked.request.origin().arrivedAt()) / NANOS_PER_MILLI;
        long delay = rejectDelay.millis(asked.request.nas()) - elapsed;
        return new DelayedReply(packet, (int) Math.max(0, delay), asked.entry);
    }

    private Silence unanswered(Asked asked, Drop why) {
        duplicates.forget(asked.key, asked.entry);
        return notes.dropped(why, asked.request);
    }

    /** The octets of a delayed reply whose time has come; null when the NAS no longer waits for them. */
    public byte @Nullable [] due(DelayedReply delayed) {
        if (!delayed.entry().isCurrent()) {
            notes.superseded();
            return null;
        }
        duplicates.answered(delayed.entry(), delayed.packet());
        return delayed.packet();
    }

    /** Goes on where a worker was needed; on the loop. */
    public Answer resume(Waiting waiting, boolean matched) {
        notes.hashChecked();
        if (!waiting.asked.entry.isCurrent()) {
            return notes.superseded();
        }
        try {
            return answer(waiting.asked, judge.judge(waiting.asked.request, waiting.verdict, matched));
        } catch (RuntimeException defect) {
            return failed(waiting, defect);
        }
    }

    /** The worker had no room for it, or came to it too late; on the loop. */
    public Answer abandon(Waiting waiting, Drop why) {
        waiting.verdict.work().password().close();
        return unanswered(waiting.asked, why);
    }

    /** The worker failed at it; on the loop. */
    public Answer failed(Waiting waiting, RuntimeException defect) {
        duplicates.forget(waiting.asked.key, waiting.asked.entry);
        return notes.failed(defect, waiting.asked.request.origin());
    }
}
