package net.catraca.radius.accounting;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import net.catraca.radius.store.JournalCursor;
import net.catraca.radius.store.JournalCursor.Outcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is in the journal to PostgreSQL, on a thread of its own: each batch in one transaction with the cursor, so
 * that a crash at any instant delivers nothing twice and leaves nothing out. While the database is away it waits and
 * tries again. A record that fails though the database is there is found by splitting its batch, and set aside.
 */
public final class Delivery implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /** A transaction of a fraction of a second: what a crash repeats, and what one bad record makes wait. */
    private static final int BATCH_RECORDS = 2_000;

    private static final int BATCH_OCTETS = 1 << 20;

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration SAY_AGAIN = Duration.ofMinutes(1);

    /** So many bad ones in a row are hardly the records' fault: from there on one in {@link #LONGEST_BACKOFF}. */
    private static final int SET_ASIDE_IN_A_ROW = 100;

    private final FileJournal journal;
    private final JournalCursor cursor;
    private final Deliverer deliverer;
    private final Clock clock;
    private final DeliveryMeters meters;

    private final CountDownLatch contact = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closingBegun = lock.newCondition();
    private volatile boolean closing;
    private volatile long endNanos;
    private volatile boolean delivering;
    private volatile @Nullable Instant oldest;
    private @Nullable Thread thread;

    // Of the delivery's thread only.
    private @Nullable JournalReader reader;
    private boolean contactedBefore;
    private long position;
    private Duration backoff = Duration.ZERO;
    private Instant saidAwayAt = Instant.EPOCH;
    private int setAsideInARow;
    private long waitedFor;

    public Delivery(
            FileJournal journal, JournalCursor cursor, Deliverer deliverer, Clock clock, MeterRegistry registry) {
        this.journal = journal;
        this.cursor = cursor;
        this.deliverer = deliverer;
        this.clock = clock;
        this.meters = new DeliveryMeters(registry);
        meters.show(() -> lag().toMillis() / 1000.0, () -> delivering ? 1 : 0);
    }

    /** Begins to deliver; returns at once. */
    public synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform().name("accounting-delivery").daemon().start(this::deliverForEver);
        }
    }

    /**
     * Waits until PostgreSQL has said which numbers have been used; false when it has not within the time. Without it
     * the journal's own numbers hold.
     */
    public boolean awaitContact(Duration most) throws InterruptedException {
        return contact.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Age of the oldest record that is not in PostgreSQL yet. */
    public Duration lag() {
        var since = oldest;
        if (since == null) {
            return Duration.ZERO;
        }
        var age = Duration.between(since, clock.instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /** As {@link #close(Duration)}, within two seconds. */
    @Override
    public void close() {
        close(Duration.ofSeconds(2));
    }

    /** Delivers what is there, as far as the time reaches and the database is there, and ends. */
    public synchronized void close(Duration most) {
        lock.lock();
        try {
            endNanos = System.nanoTime() + most.toNanos();
            closing = true;
            closingBegun.signalAll();
        } finally {
            lock.unlock();
        }
        var running = thread;
        if (running == null) {
            return;
        }
        try {
            if (!running.join(most.plus(LOOK_EVERY))) {
                log.warn("delivery is in the middle of a batch; the next start does it again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean goesOn() {
        return !closing || System.nanoTime() - endNanos < 0;
    }

    private void deliverForEver() {
        while (goesOn()) {
            try {
                if (!deliverNext()) {
                    break;
                }
            } catch (IOException | RuntimeException | Error failed) {
                meters.failed();
                log.error("the journal cannot be read or delivered; trying again", failed);
                forget(); // from the cursor on, so that nothing is passed over
                pause(LONGEST_BACKOFF);
            }
        }
        forget();
    }

    /** False when it is to end and all has been delivered. */
    private boolean deliverNext() throws IOException {
        var from = reader == null ? begin() : reader;
        if (from == null) {
            return !closing; // the database is away: waiting for it at the end would gain nothing
        }
        var batch = from.next(BATCH_RECORDS, BATCH_OCTETS, closing ? Duration.ZERO : LOOK_EVERY);
        if (batch.isEmpty()) {
            return !closing && !journal.isClosed();
        }
        deliver(batch);
        return true;
    }

    private @Nullable JournalReader begin() {
        var ends = new DeliveryStart.Ends(
                journal.identity(),
                journal.place(),
                journal.node(),
                journal.taken(),
                contactedBefore ? journal.lastDurable() : journal.recoveredLast(),
                contactedBefore ? journal.lastDurable() + 1 : journal.openedAt());
        var decided = new Decided();
        var outcome = cursor.open(
                journal.node(),
                journal.identity(),
                known -> decided.by(DeliveryStart.of(ends, known)),
                clock.instant());
        return switch (outcome) {
            case Outcome.Done(long number) -> {
                begun(decided.start, number);
                var begun = journal.reader(number);
                reader = begun;
                yield begun;
            }
            case Outcome.Away(var why) -> away(why);
            case Outcome.Faulty(var why) -> away(why);
            case Outcome.Elsewhere(var number) -> away(new IllegalStateException("cursor at " + number));
        };
    }

    private static final class Decided {
        private @Nullable DeliveryStart start;

        private long by(DeliveryStart decision) {
            start = decision;
            return decision.after();
        }
    }

    private void begun(@Nullable DeliveryStart start, long number) {
        position = number;
        contactedBefore = true;
        if (start != null) {
            start.warnings().forEach(log::error);
            meters.missing(start.missing());
            if (start.used() > 0) {
                journal.numberAbove(start.used());
            }
        }
        back();
        journal.delivered(number);
        contact.countDown();
    }

    private @Nullable JournalReader away(Throwable why) {
        later(why);
        return null;
    }

    /** All of the batch, in order, unless it is to end before. */
    private void deliver(List<JournalRecord> batch) {
        Deque<List<JournalRecord>> todo = new ArrayDeque<>();
        todo.push(batch);
        while (!todo.isEmpty() && reader != null && goesOn()) {
            var part = todo.pop();
            oldest = receivedAt(part.getFirst());
            var again =
                    switch (attempt(part)) {
                        case DONE -> List.<List<JournalRecord>>of();
                        case LATER -> List.of(part);
                        case FAULTY ->
                            List.of(part.subList(0, part.size() / 2), part.subList(part.size() / 2, part.size()));
                    };
            again.reversed().forEach(todo::push);
            if (closing && backoff.compareTo(Duration.ZERO) > 0) {
                endNanos = System.nanoTime(); // the database is away
            }
        }
        if (todo.isEmpty()) {
            oldest = null;
        }
    }

    private enum Attempt {
        DONE,
        LATER,
        /** More than one record, and one of them fails. */
        FAULTY
    }

    private Attempt attempt(List<JournalRecord> part) {
        long began = System.nanoTime();
        long to = part.getLast().number();
        var outcome = cursor.move(
                journal.node(), journal.identity(), position, to, clock.instant(), () -> deliverer.deliver(part));
        return switch (outcome) {
            case Outcome.Done _ -> {
                setAsideInARow = 0;
                yield done(part, System.nanoTime() - began);
            }
            case Outcome.Elsewhere(var number)
            when number != null && number == to -> // its end had not been heard
                done(part, System.nanoTime() - began);
            case Outcome.Elsewhere(var number) -> moved(number);
            case Outcome.Away(var why) -> later(why);
            case Outcome.Faulty(var why) -> part.size() > 1 ? Attempt.FAULTY : setAside(part.getFirst(), why);
        };
    }

    private Attempt done(List<JournalRecord> part, long nanos) {
        position = part.getLast().number();
        meters.delivered(part.size(), nanos);
        back();
        journal.delivered(position);
        try {
            deliverer.committed(part);
        } catch (RuntimeException defect) {
            log.error("memory could not follow what was delivered up to {}; PostgreSQL has it", position, defect);
        }
        return Attempt.DONE;
    }

    /** The cursor has been moved by others than us. */
    private Attempt moved(@Nullable Long number) {
        if (number == null || number < position) {
            log.error(
                    "PostgreSQL has gone back from record {} to {}: a fail-over or a restore; what the journal still holds"
                            + " is delivered again",
                    position,
                    number);
            forget();
            return Attempt.LATER;
        }
        return later(new IllegalStateException("the cursor of journal " + journal.place() + " stands at " + number
                + " and we left it at " + position
                + ": another daemon delivers from a copy of this folder; stop it, and never copy a journal"));
    }

    private Attempt setAside(JournalRecord record, Throwable why) {
        if (setAsideInARow >= SET_ASIDE_IN_A_ROW && waitedFor != record.number()) {
            waitedFor = record.number();
            log.error("{} records in a row could not be delivered; going on slowly", setAsideInARow, why);
            pause(LONGEST_BACKOFF);
            return Attempt.LATER;
        }
        var now = clock.instant();
        var outcome = cursor.move(
                journal.node(),
                journal.identity(),
                position,
                record.number(),
                now,
                () -> cursor.setAside(
                        record.number(),
                        deliverer.receivedAt(record),
                        now,
                        JournalCursor.reason(why),
                        record.payload()));
        return switch (outcome) {
            case Outcome.Done(long number) -> {
                setAsideInARow++;
                meters.setAside();
                log.error(
                        "record {} cannot be delivered and lies in accounting_set_aside; going on behind it",
                        number,
                        why);
                position = number;
                journal.delivered(number);
                yield Attempt.DONE;
            }
            case Outcome.Elsewhere(var number) -> moved(number);
            case Outcome.Away(var away) -> later(away);
            case Outcome.Faulty(var faulty) -> later(faulty);
        };
    }

    private @Nullable Instant receivedAt(JournalRecord record) {
        try {
            var arrived = deliverer.receivedAt(record);
            return arrived == null ? clock.instant() : arrived;
        } catch (RuntimeException unreadable) {
            log.debug("a record does not say when it arrived", unreadable);
            return clock.instant();
        }
    }

    /** Says so once and then every minute, and waits, longer each time. */
    private Attempt later(Throwable why) {
        meters.failed();
        delivering = false;
        var now = clock.instant();
        boolean isNews = backoff.isZero();
        var twice = backoff.multipliedBy(2);
        backoff = isNews ? FIRST_BACKOFF : twice.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : twice;
        if (isNews || !saidAwayAt.plus(SAY_AGAIN).isAfter(now)) {
            saidAwayAt = now;
            log.warn(
                    "PostgreSQL does not take accounting records ({}); {} wait in the journal, more are acknowledged until"
                            + " it is full; trying again in {} ms",
                    JournalCursor.reason(why),
                    journal.undelivered(),
                    backoff.toMillis());
            log.debug("because of", why);
        }
        pause(backoff);
        return Attempt.LATER;
    }

    private void back() {
        delivering = true;
        if (!backoff.isZero()) {
            backoff = Duration.ZERO;
            log.info("PostgreSQL takes accounting records again; {} wait", journal.undelivered());
        }
    }

    /** Wakes when told to close. */
    private void pause(Duration time) {
        long left = time.toNanos();
        lock.lock();
        try {
            while (!closing && left > 0) {
                left = closingBegun.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread; if one did, it would end
            closing = true;
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        var before = reader;
        reader = null;
        if (before != null) {
            try {
                before.close();
            } catch (IOException failed) {
                log.debug("a file that was only read was not closed cleanly", failed);
            }
        }
    }
}
