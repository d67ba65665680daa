package net.catraca.radius.office;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.Sql;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.accounting.AccountingReader.Reading;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.store.SessionDelivery;
import net.catraca.radius.store.SetAsideBook;
import net.catraca.radius.store.SetAsideBook.SetAside;
import org.jspecify.annotations.Nullable;

/** Accounting records that PostgreSQL refused one by one, and their way back once the cause is gone. Audited. */
@Singleton
@Requires(beans = {SessionDelivery.class, AuditLog.class})
public final class SetAsideRecords {

    /** One transaction of a second or so. */
    public static final int MOST_AT_ONCE = 500;

    private final SetAsideBook book;
    private final SessionDelivery delivery;
    private final AuditLog audit;
    private final Sql sql;
    private final Clock clock;
    private final Counter delivered;
    private final Counter refused;

    SetAsideRecords(
            SetAsideBook book, SessionDelivery delivery, AuditLog audit, Sql sql, Clock clock, MeterRegistry registry) {
        this.book = book;
        this.delivery = delivery;
        this.audit = audit;
        this.sql = sql;
        this.clock = clock;
        this.delivered = counter(registry, "delivered");
        this.refused = counter(registry, "refused");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("catraca.accounting.delivered.again")
                .description("Records that had been set aside and were delivered again by a person")
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * What a record says; null where it cannot be read.
     *
     * @param login as the NAS sent it
     * @param statusType Acct-Status-Type
     * @param happenedAt by the NAS
     */
    public record Contents(
            String nasName,
            String nasAddress,
            @Nullable String login,
            @Nullable String acctSessionId,
            int statusType,
            Instant happenedAt,
            @Nullable Long contractId) {}

    /** What was done with many. */
    public record Many(int delivered, int refused) {}

    /** Of the audit; the record itself may say what a subscriber did. */
    private record Noted(String reason, int tries) {}

    public List<SetAside> list(long afterNumber, int limit) {
        return book.list(afterNumber, limit);
    }

    public Optional<SetAside> find(long number) {
        return book.find(number);
    }

    /** Nothing when the octets are no record of ours. */
    public Optional<Contents> contents(SetAside record) {
        try {
            var kept = KeptRecord.decode(record.record().payload());
            return switch (AccountingReader.read(kept)) {
                case Reading.Unusable _ -> Optional.empty();
                case Reading.Understood(var event) -> {
                    var session = event.what() instanceof OfSession known ? known : null;
                    yield Optional.of(new Contents(
                            kept.nasName(),
                            kept.nasAddress().getHostAddress(),
                            session == null ? null : session.key().userName(),
                            session == null ? null : session.key().acctSessionId(),
                            event.what().statusType(),
                            event.at(),
                            session == null ? null : session.contractId()));
                }
            };
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * Delivers one again, in a transaction of its own. Refused once more it stays, with the new reason.
     *
     * @return the reason why it was refused, empty when it was delivered; or declined when there is no such record
     */
    public Outcome<Optional<String>> deliverAgain(Actor actor, long number) {
        var record = book.find(number).orElse(null);
        return record == null
                ? Outcome.declined(new Unknown("set-aside record", number))
                : Outcome.done(again(actor, record));
    }

    /** The same of the oldest, at most {@link #MOST_AT_ONCE}, behind that number: whoever goes on gives the last one. */
    public Many deliverMany(Actor actor, long afterNumber) {
        int well = 0;
        int ill = 0;
        for (var record : book.list(afterNumber, MOST_AT_ONCE)) {
            if (again(actor, record).isEmpty()) {
                well++;
            } else {
                ill++;
            }
        }
        return new Many(well, ill);
    }

    private Optional<String> again(Actor actor, SetAside record) {
        var before = new Noted(record.reason(), record.tries());
        var now = clock.instant();
        var why = book.tried(() -> {
            // Somebody else may have delivered it meanwhile.
            if (book.lock(record.number()).isPresent()) {
                delivery.deliverAgain(record.record());
                book.delete(record.number());
                audit.append(actor, "accounting.deliver-again", subject(record), before, null, now);
            }
        });
        why.ifPresent(reason -> sql.inTransaction(() -> {
            book.refusedAgain(record.number(), reason, now);
            var after = new Noted(reason, record.tries() + 1);
            audit.append(actor, "accounting.deliver-again", subject(record), before, after, now);
            return true;
        }));
        (why.isEmpty() ? delivered : refused).increment();
        return why;
    }

    private static String subject(SetAside record) {
        return "accounting-record/" + record.number();
    }
}
