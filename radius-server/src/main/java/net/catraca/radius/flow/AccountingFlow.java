package net.catraca.radius.flow;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.function.Consumer;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.accounting.AccountingReader.Reading;
import net.catraca.radius.accounting.GivenAccepts;
import net.catraca.radius.accounting.Journal;
import net.catraca.radius.accounting.Journal.Kept;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.duplicate.DuplicateCache;
import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.flow.Admission.Dropped;
import net.catraca.radius.flow.Answer.Journaled;
import net.catraca.radius.flow.Answer.Reply;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.ReplyBuilder;

/**
 * The way of a packet that comes to the accounting port: who asks, was it asked before, what does it say, is it safe;
 * only then the Accounting-Response, which says just that (RFC 2866 §2). What cannot be kept gets no answer, so the NAS
 * keeps it and asks again. Belongs to one event loop; nothing in it waits, and it throws for no input.
 */
public final class AccountingFlow {

    private static final int AUTHENTICATOR_AT = 4;

    private final Gate gate;
    private final StatusServer statusServer;
    private final DuplicateCache duplicates;
    private final SubscriberDirectory directory;
    private final SubscriberFinder finder;
    private final GivenAccepts accepts;
    private final Journal journal;
    private final Consumer<AccountingEvent> sessions;
    private final ReplyBuilder replies;
    private final Notes notes;
    private final Clock clock;

    /**
     * All of them of this loop, or thread-safe.
     *
     * @param sessions what is durable is told them, on the journal's thread and in its order; must not wait
     */
    public AccountingFlow(
            Gate gate,
            StatusServer statusServer,
            DuplicateCache duplicates,
            SubscriberDirectory directory,
            GivenAccepts accepts,
            Journal journal,
            Consumer<AccountingEvent> sessions,
            ReplyBuilder replies,
            Notes notes,
            Clock clock) {
        this.gate = gate;
        this.statusServer = statusServer;
        this.duplicates = duplicates;
        this.directory = directory;
        this.finder = new SubscriberFinder(directory);
        this.accepts = accepts;
        this.journal = journal;
        this.sessions = sessions;
        this.replies = replies;
        this.notes = notes;
        this.clock = clock;
    }

    /** A record on its way to the disk. */
    public final class Waiting {
        private final Admitted request;
        private final DuplicateCache.Key key;
        private final DuplicateCache.Entry entry;
        private final AccountingEvent event;
        private final byte[] record;

        private Waiting(
                Admitted request,
                DuplicateCache.Key key,
                DuplicateCache.Entry entry,
                AccountingEvent event,
                byte[] record) {
            this.request = request;
            this.key = key;
            this.entry = entry;
            this.event = event;
            this.record = record;
        }

        /**
         * Hands it to the journal; returns at once.
         *
         * @param whenKnown told once, on the journal's thread: to go on, on this loop, with {@link #answer}
         */
        public void keep(Consumer<Kept> whenKnown) {
            journal.append(record, kept -> {
                if (kept instanceof Kept.Durable(long number)) {
                    tell(event.numbered(number));
                }
                whenKnown.accept(kept);
            });
        }

        /** The answer, once it is known what became of the record; on the loop. */
        public Answer answer(Kept kept) {
            return switch (kept) {
                case Kept.Durable _ -> acknowledged(this);
                case Kept.Refused(var why) -> unanswered(this, drop(why));
            };
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
            case ACCOUNTING_REQUEST -> account(request);
            case STATUS_SERVER -> statusServer.answer(request, PacketCode.ACCOUNTING_RESPONSE);
            default -> notes.dropped(Drop.UNEXPECTED_CODE, request);
        };
    }

    private Answer account(Admitted request) {
        // Whose a record is, is decided on arrival; before anybody is known everybody would be a stranger.
        if (!directory.isLoaded()) {
            return notes.dropped(Drop.DIRECTORY_NOT_LOADED, request);
        }
        var authenticator = ByteBuffer.wrap(request.packet().octets());
        long high = authenticator.getLong(AUTHENTICATOR_AT);
        long low = authenticator.getLong(AUTHENTICATOR_AT + Long.BYTES);
        var origin = request.origin();
        var key = new DuplicateCache.Key(
                origin.source(), origin.local(), request.packet().identifier());
        var earlier = duplicates.find(key, high, low);
        return earlier == null ? read(request, key, high, low) : again(request, earlier);
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

    private Answer read(Admitted request, DuplicateCache.Key key, long high, long low) {
        var kept = KeptRecord.of(
                request.nas().id(),
                request.nas().name(),
                request.origin().source().getAddress(),
                clock.instant(),
                finder.accounted(request.packet(), request.nas().id(), accepts),
                request.packet());
        return switch (AccountingReader.read(kept)) {
            case Reading.Unusable(var why) -> notes.dropped(why, request);
            case Reading.Understood(var event) ->
                new Journaled(new Waiting(request, key, duplicates.begin(key, high, low), event, kept.encoded()));
        };
    }

    /** The record is safe; a defect in what follows from it must not keep the answer back. */
    private void tell(AccountingEvent event) {
        try {
            sessions.accept(event);
        } catch (RuntimeException defect) {
            notes.notFolded(defect);
        }
    }

    private Answer acknowledged(Waiting waiting) {
        if (!waiting.entry.isCurrent()) {
            return notes.superseded();
        }
        var nas = waiting.request.nas();
        // No RFC asks for one here; a NAS that sends one in its accounting understands it.
        boolean signed = waiting.request.hasMessageAuthenticator() && !nas.messageAuthenticatorOmitted();
        var packet = replies.begin(PacketCode.ACCOUNTING_RESPONSE, waiting.request.packet(), signed)
                .finish(nas.secret());
        if (packet == null) {
            return unanswered(waiting, Drop.REPLY_TOO_LONG);
        }
        notes.accounted(nas, waiting.event);
        duplicates.answered(waiting.entry, packet);
        return new Reply(packet);
    }

    private Answer unanswered(Waiting waiting, Drop why) {
        duplicates.forget(waiting.key, waiting.entry);
        return notes.dropped(why, waiting.request);
    }

    private static Drop drop(Journal.Why why) {
        return switch (why) {
            case QUEUE_FULL -> Drop.JOURNAL_QUEUE_FULL;
            case JOURNAL_FULL -> Drop.JOURNAL_FULL;
            case DISK_FAILED -> Drop.JOURNAL_FAILED;
            case CLOSED -> Drop.JOURNAL_CLOSED;
        };
    }
}
