package net.catraca.radius.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.catraca.billing.store.RowColumns;
import net.catraca.billing.store.Sql;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingEvent.Unrelated;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.accounting.AccountingReader.Reading;
import net.catraca.radius.accounting.Deliverer;
import net.catraca.radius.accounting.JournalRecord;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.session.Counters;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionKey;
import net.catraca.radius.session.SessionRules;
import net.catraca.radius.session.SessionTable;
import org.jspecify.annotations.Nullable;

/**
 * Writes what journal records say: sessions, daily usage, and the records themselves. The rows it folds them into are
 * the truth, and are put over memory once they are committed.
 *
 * <p>Usage is what a record adds to its session's totals, on the day on which the record happened in the contract's zone:
 * what was used before midnight and reported after it belongs to the new day, as the NAS does not say how much it was.
 */
public final class SessionDelivery implements Deliverer {

    /** Clocks of NASes drift, records are delayed. */
    private static final Duration SAME_INSTANT = Duration.ofMinutes(5);

    private final Sql sql;
    private final SessionBook book;
    private final Partitions partitions;
    private final SessionTable table;
    private final int node;
    private final ZoneId defaultZone;
    private final Clock clock;

    // Of the delivery's thread: what the last call wrote, to be put over memory when it is committed.
    private List<Session> written = List.of();
    private long writtenUpTo;

    /**
     * @param node whose journal is delivered
     * @param defaultZone of days of subscribers that we do not know
     */
    SessionDelivery(
            Sql sql,
            SessionBook book,
            Partitions partitions,
            SessionTable table,
            int node,
            ZoneId defaultZone,
            Clock clock) {
        this.sql = sql;
        this.book = book;
        this.partitions = partitions;
        this.table = table;
        this.node = node;
        this.defaultZone = defaultZone;
        this.clock = clock;
    }

    /** Of no node: all of them read what was written, this one too. */
    static final int NO_NODE = 0;

    /** A session may have closed that long before its record is delivered again, and be found in the history. */
    private static final Duration HISTORY_SEARCHED = Duration.ofDays(40);

    /**
     * Writes a record that had been set aside, within the running transaction. Memory follows as it follows other nodes.
     * Where its session has gone to the history meanwhile, only the record itself is kept: what the session used is
     * counted there.
     *
     * @throws RuntimeException when it is refused again
     */
    public void deliverAgain(JournalRecord record) {
        var parsed = List.of(parsed(record));
        try {
            var folding = new Folding(parsed, NO_NODE);
            var closed = inHistory(parsed.getFirst().event);
            if (closed.isPresent()) {
                folding.sessionOfRecord.put(record.number(), closed.get());
                folding.writeRecords();
            } else {
                folding.fold();
                folding.write();
            }
        } catch (RuntimeException | Error failed) {
            partitions.forget();
            throw failed;
        }
    }

    private Optional<Long> inHistory(AccountingEvent event) {
        if (!(event.what() instanceof OfSession record)) {
            return Optional.empty();
        }
        var key = record.key();
        return sql.first(
                """
                select id from session_history
                 where ended_at between ? and ? and nas_id = ? and acct_session_id = ? and user_name = ? and port = ?
                   and started_at <= ? and ended_at >= ?
                   and not exists (select 1 from session s
                                    where s.nas_id = session_history.nas_id
                                      and s.acct_session_id = session_history.acct_session_id
                                      and s.started_at > session_history.ended_at)
                 order by ended_at limit 1
                """,
                row -> row.bigint("id"),
                event.at().minus(SAME_INSTANT),
                event.at().plus(HISTORY_SEARCHED),
                key.nasId(),
                key.acctSessionId(),
                key.userName(),
                key.port(),
                event.at().plus(SAME_INSTANT),
                event.at().minus(SAME_INSTANT));
    }

    private record Parsed(KeptRecord kept, AccountingEvent event) {}

    @Override
    public void deliver(List<JournalRecord> batch) {
        try {
            var parsed = batch.stream().map(SessionDelivery::parsed).toList();
            var folding = new Folding(parsed, node);
            folding.fold();
            folding.write();
            written = List.copyOf(folding.changed.values());
            writtenUpTo = batch.getLast().number();
        } catch (RuntimeException | Error failed) {
            partitions.forget();
            throw failed;
        }
    }

    @Override
    public void committed(List<JournalRecord> batch) {
        long upTo = batch.getLast().number();
        table.delivered(upTo);
        if (writtenUpTo == upTo) {
            table.put(written);
        }
        written = List.of();
    }

    @Override
    public @Nullable Instant receivedAt(JournalRecord record) {
        return KeptRecord.decode(record.payload()).receivedAt();
    }

    private static Parsed parsed(JournalRecord record) {
        var kept = KeptRecord.decode(record.payload());
        return switch (AccountingReader.read(kept)) {
            case Reading.Understood(var event) -> new Parsed(kept, event.numbered(record.number()));
            case Reading.Unusable(var why) ->
                throw new IllegalArgumentException("accounting record " + record.number() + ": " + why);
        };
    }

    private record Day(LocalDate day, long subscriberId, long contractId) implements Comparable<Day> {
        private static final Comparator<Day> ORDER = Comparator.comparing(Day::day)
                .thenComparingLong(Day::subscriberId)
                .thenComparingLong(Day::contractId);

        @Override
        public int compareTo(Day other) {
            return ORDER.compare(this, other);
        }
    }

    private record Used(long inputOctets, long outputOctets, long seconds) {
        Used plus(Used more) {
            return new Used(inputOctets + more.inputOctets, outputOctets + more.outputOctets, seconds + more.seconds);
        }
    }

    /** One batch. */
    private final class Folding {
        private final List<Parsed> records;
        private final int writer;
        private final Map<SessionKey, List<Session>> sessions = new HashMap<>();
        private final Map<Long, List<Instant>> restarts = new HashMap<>();
        private final List<SessionBook.Restart> newRestarts = new ArrayList<>();
        private final Map<Long, Session> changed = new LinkedHashMap<>();
        private final Map<Long, Long> sessionOfRecord = new HashMap<>();
        // In order, so that two nodes do not wait for each other.
        private final Map<Day, Used> usage = new TreeMap<>();
        private final Map<Long, Long> contractOfSubscriber = new HashMap<>();
        private final Map<Long, ZoneId> zoneOfContract = new HashMap<>();

        /** @param writer whose followers leave it out */
        private Folding(List<Parsed> records, int writer) {
            this.records = records;
            this.writer = writer;
        }

        private void fold() {
            readSessions();
            readContracts();
            for (var parsed : records) {
                var event = parsed.event;
                switch (event.what()) {
                    case OfSession record -> fold(event, record);
                    case NasRestarted _ -> restarted(event);
                    case Unrelated _ -> {}
                }
            }
        }

        private void readSessions() {
            Set<Long> nases = new HashSet<>();
            Set<Long> restarting = new HashSet<>();
            var named = records.stream()
                    .map(Parsed::event)
                    .filter(event -> event.what() instanceof OfSession)
                    .toList();
            for (var parsed : records) {
                nases.add(parsed.event.nasId());
                if (parsed.event.what() instanceof NasRestarted) {
                    restarting.add(parsed.event.nasId());
                }
            }
            book.lock(nases);
            book.lockNamed(
                            named.stream().mapToLong(AccountingEvent::nasId).toArray(),
                            named.stream()
                                    .map(event ->
                                            ((OfSession) event.what()).key().acctSessionId())
                                    .toArray(String[]::new))
                    .forEach(this::know);
            if (!restarting.isEmpty()) {
                book.lockLive(restarting).forEach(this::know);
            }
            book.restarts(nases).forEach(restart -> restarts.computeIfAbsent(restart.nasId(), _ -> new ArrayList<>())
                    .add(restart.at()));
        }

        private void know(Session session) {
            var same = sessions.computeIfAbsent(session.key(), _ -> new ArrayList<>());
            if (same.stream().noneMatch(known -> known.id() == session.id())) {
                same.add(session);
            }
        }

        /** Of a subscriber that only Class told, the contract is not known as yet; of all contracts, the zone. */
        private void readContracts() {
            Set<Long> subscribers = new HashSet<>();
            Set<Long> contracts = new HashSet<>();
            for (var parsed : records) {
                if (parsed.event.what() instanceof OfSession record && record.subscriberId() != null) {
                    if (record.contractId() == null) {
                        subscribers.add(record.subscriberId());
                    } else {
                        contracts.add(record.contractId());
                    }
                }
            }
            sql.each(
                    "select id, contract_id from subscriber where id = any(?)",
                    row -> contractOfSubscriber.put(row.bigint("id"), row.bigint("contract_id")),
                    subscribers);
            contracts.addAll(contractOfSubscriber.values());
            sql.each(
                    "select id, zone from contract where id = any(?)",
                    row -> zoneOfContract.put(row.bigint("id"), ZoneId.of(row.text("zone"))),
                    contracts);
        }

        private void fold(AccountingEvent event, OfSession unresolved) {
            var record = resolved(unresolved);
            var known = sessions.computeIfAbsent(record.key(), _ -> new ArrayList<>());
            var change = SessionRules.fold(event, record, known, restarts.getOrDefault(event.nasId(), List.of()));
            var now = change.now();
            known.removeIf(session -> session.id() == now.id());
            known.add(now);
            changed.put(now.id(), now);
            sessionOfRecord.put(event.number(), now.id());
            use(event, change);
        }

        private OfSession resolved(OfSession record) {
            var subscriberId = record.subscriberId();
            return subscriberId == null || record.contractId() != null
                    ? record
                    : record.ofContract(contractOfSubscriber.get(subscriberId));
        }

        private void use(AccountingEvent event, SessionRules.Change change) {
            var now = change.now();
            var before = change.before();
            var added = now.counted()
                    .total()
                    .since(before == null ? Counters.NONE : before.counted().total());
            long seconds = now.seconds() - (before == null ? 0 : before.seconds());
            if (added.inputOctets() == 0 && added.outputOctets() == 0 && seconds == 0) {
                return;
            }
            var contractId = now.contractId();
            var zone = contractId == null ? defaultZone : zoneOfContract.getOrDefault(contractId, defaultZone);
            var day = new Day(
                    LocalDate.ofInstant(event.at(), zone),
                    now.subscriberId() == null ? 0 : now.subscriberId(),
                    contractId == null ? 0 : contractId);
            usage.merge(day, new Used(added.inputOctets(), added.outputOctets(), seconds), Used::plus);
        }

        private void restarted(AccountingEvent event) {
            var ofNas = restarts.computeIfAbsent(event.nasId(), _ -> new ArrayList<>());
            if (!ofNas.contains(event.at())) {
                ofNas.add(event.at());
                newRestarts.add(new SessionBook.Restart(event.nasId(), event.at()));
            }
            for (var same : sessions.values()) {
                same.replaceAll(session -> session.key().nasId() == event.nasId() ? ended(event, session) : session);
            }
        }

        private Session ended(AccountingEvent restart, Session session) {
            var ended = SessionRules.fold(restart, session);
            if (!ended.equals(session)) {
                changed.put(ended.id(), ended);
            }
            return ended;
        }

        private void write() {
            var now = clock.instant();
            book.write(changed.values(), writer, now);
            book.writeRestarts(newRestarts);
            writeUsage();
            writeRecords();
        }

        private void writeUsage() {
            usage.keySet().forEach(day -> partitions.ensure(Partitions.Kept.USAGE_DAILY, day.day));
            if (usage.isEmpty()) {
                return;
            }
            sql.update(
                    """
                    insert into usage_daily (day, subscriber_id, contract_id, input_octets, output_octets, seconds)
                    select * from unnest(?, ?, ?, ?, ?, ?)
                    on conflict (day, subscriber_id, contract_id) do update set
                        input_octets = usage_daily.input_octets + excluded.input_octets,
                        output_octets = usage_daily.output_octets + excluded.output_octets,
                        seconds = usage_daily.seconds + excluded.seconds
                    """,
                    RowColumns.of(usage.entrySet())
                            .day(used -> used.getKey().day)
                            .bigint(used -> used.getKey().subscriberId)
                            .bigint(used -> used.getKey().contractId)
                            .bigint(used -> used.getValue().inputOctets)
                            .bigint(used -> used.getValue().outputOctets)
                            .bigint(used -> used.getValue().seconds)
                            .after());
        }

        private void writeRecords() {
            days(records).forEach(day -> partitions.ensure(Partitions.Kept.ACCOUNTING_RECORD, day));
            sql.update(
                    """
                    insert into accounting_record (
                        number, received_at, nas_id, session_id, status_type, happened_at, attributes)
                    select * from unnest(?, ?, ?, ?, ?, ?, ?)
                    on conflict do nothing
                    """,
                    RowColumns.of(records)
                            .bigint(parsed -> parsed.event.number())
                            .instant(parsed -> parsed.event.receivedAt())
                            .bigint(parsed -> parsed.event.nasId())
                            .bigint(parsed -> sessionOfRecord.get(parsed.event.number()))
                            .bigint(parsed -> (long) parsed.event.what().statusType())
                            .instant(parsed -> parsed.event.at())
                            .bytes(parsed -> parsed.kept.attributes())
                            .after());
        }
    }

    private static Set<LocalDate> days(Collection<Parsed> records) {
        Set<LocalDate> days = new HashSet<>();
        records.forEach(parsed -> days.add(Partitions.day(parsed.event.receivedAt())));
        return days;
    }
}
