package net.catraca.radius.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.accounting.Accounted;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.accounting.AccountingReader.Reading.Understood;
import net.catraca.radius.accounting.JournalRecord;
import net.catraca.radius.accounting.KeptRecord;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.CounterState;
import net.catraca.radius.session.Counters;
import net.catraca.radius.session.Evidence;
import net.catraca.radius.session.Line;
import net.catraca.radius.session.Readings;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionEnd;
import net.catraca.radius.session.SessionEnd.Cause;
import net.catraca.radius.session.SessionKey;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.session.SessionTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the journal to the rows and back into memory, on a real PostgreSQL. */
class SessionsInPostgresTest {

    private static final int NODE = 1;
    private static final long FIRST = (long) NODE << 48;
    private static final Instant NOON = Instant.parse("2026-09-10T15:00:00Z");
    private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");
    private static final int START = 1;
    private static final int STOP = 2;
    private static final int INTERIM = 3;
    private static final int ON = 7;

    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final SettableClock CLOCK = new SettableClock(NOON);
    private static final SessionTable TABLE_OF_CONTEXT = new SessionTable(NODE);
    private static final ApplicationContext CONTEXT =
            DATABASE.startContext(Map.of(), CLOCK, TABLE_OF_CONTEXT, SessionSettings.of(NODE, SAO_PAULO));

    private final Sql sql = CONTEXT.getBean(Sql.class);
    private final SessionBook book = CONTEXT.getBean(SessionBook.class);
    private final Partitions partitions = CONTEXT.getBean(Partitions.class);
    private final Node node = new Node(NODE);
    private long number = FIRST;

    /** A daemon: its memory and what writes and follows. */
    private final class Node {
        private final SessionSettings settings;
        private final SessionTable table;
        private final SessionDelivery delivery;
        private final SessionUpkeep upkeep;
        private final SessionHistory history;
        private final SessionFollower follower;

        private Node(int id) {
            settings = SessionSettings.of(id, SAO_PAULO);
            table = new SessionTable(id);
            delivery = new SessionDelivery(sql, book, partitions, table, id, SAO_PAULO, CLOCK);
            upkeep = new SessionUpkeep(sql, book, partitions, table, settings);
            history = new SessionHistory(sql, partitions, settings);
            follower = new SessionFollower(sql, book, table, upkeep, settings, CLOCK);
        }

        /** As the flow and the journal do: memory at once, PostgreSQL afterwards. */
        void hear(JournalRecord... records) {
            for (var record : records) {
                fold(record);
            }
            deliver(List.of(records));
        }

        void fold(JournalRecord record) {
            var reading = (Understood) AccountingReader.read(KeptRecord.decode(record.payload()));
            table.fold(reading.event().numbered(record.number()));
        }

        void deliver(List<JournalRecord> batch) {
            sql.inTransaction(() -> {
                delivery.deliver(batch);
                return true;
            });
            delivery.committed(batch);
        }
    }

    @AfterAll
    static void close() {
        CONTEXT.close();
        DATABASE.close();
    }

    @BeforeEach
    void empty() {
        CLOCK.set(NOON);
        sql.update("delete from session");
        sql.update("delete from session_written");
        sql.update("delete from nas_restart");
        node.upkeep.makeParts(NOON);
        for (var table : List.of("session_history", "usage_daily", "accounting_record")) {
            sql.update("delete from " + table);
        }
    }

    private RequestBuilder record(int statusType, String sessionId, long seconds, long octets) {
        return RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, statusType)
                .add(AttributeType.ACCT_SESSION_ID, sessionId)
                .add(AttributeType.USER_NAME, "maria")
                .add(AttributeType.CALLING_STATION_ID, "00:11:22:aa:bb:cc")
                .add(AttributeType.FRAMED_IP_ADDRESS, 0x0A00_0009L)
                .add(AttributeType.ACCT_SESSION_TIME, seconds)
                .add(AttributeType.ACCT_INPUT_OCTETS, octets)
                .add(AttributeType.ACCT_OUTPUT_OCTETS, 2 * octets)
                .add(AttributeType.ACCT_INPUT_GIGAWORDS, 0);
    }

    private JournalRecord journaled(RequestBuilder request) {
        return journaled(request, new Accounted(7L, 70L, 660));
    }

    private JournalRecord journaled(RequestBuilder request, Accounted whom) {
        var kept = KeptRecord.of(
                5, "bras-1", InetAddress.ofLiteral("192.0.2.1"), CLOCK.instant(), whom, request.unsigned());
        return new JournalRecord(++number, kept.encoded());
    }

    private JournalRecord start(String id) {
        return journaled(record(START, id, 0, 0));
    }

    private JournalRecord after(Duration time, int statusType, String id, long octets) {
        CLOCK.set(NOON.plus(time));
        return journaled(record(statusType, id, time.toSeconds(), octets));
    }

    private List<Session> rows() {
        return sql.inTransaction(() -> {
            var all = new ArrayList<Session>();
            book.eachKnown(Instant.EPOCH, all::add);
            return all;
        });
    }

    private static List<Session> live(SessionTable table) {
        var all = new ArrayList<Session>();
        table.forEach(all::add);
        return all;
    }

    private long count(String from) {
        return sql.first("select count(*) as n from " + from, row -> row.bigint("n"))
                .orElseThrow();
    }

    @Test
    void rowsAreWhatMemoryHas() {
        node.hear(start("81a"), after(Duration.ofMinutes(10), INTERIM, "81a", 1_000));

        assertThat(rows()).hasSize(1).isEqualTo(live(node.table));
        assertThat(rows().getFirst().addresses().ipv4()).isEqualTo("10.0.0.9");
        assertThat(rows().getFirst().line().mac()).isEqualTo("001122aabbcc");
        assertThat(count("accounting_record where session_id is not null")).isEqualTo(2);
    }

    @Test
    void manyRecordsOfASessionInOneBatchMakeOneRowWithAllTheyTell() {
        var start = start("81a");
        var interim = after(Duration.ofMinutes(10), INTERIM, "81a", 1_000);
        var other = after(Duration.ofMinutes(15), START, "81b", 0);
        var stop = after(Duration.ofMinutes(20), STOP, "81a", 4_000);

        node.hear(start, interim, other, stop);

        assertThat(sql.list(
                        "select * from session order by id",
                        row -> row.text("acct_session_id") + " " + row.bigint("version") + " "
                                + row.bigint("input_octets") + " " + row.instantOrNull("ended_at")))
                .containsExactly("81a 1 4000 2026-09-10T15:20:00Z", "81b 1 0 null");
        assertThat(sql.list("select input_octets from usage_daily", row -> row.bigint("input_octets")))
                .containsExactly(4_000L);
        assertThat(sql.list(
                        "select session_id from accounting_record order by number", row -> row.bigint("session_id")))
                .containsExactly(start.number(), start.number(), other.number(), start.number());
    }

    @Test
    void everyColumnComesBackAsItWasWrittenWhetherThereIsAValueOrNot() {
        var odd = "\"comma, {brace} and back\\slash\" \u00e3o NULL";
        var full = new Session(
                FIRST + 1,
                new SessionKey(5, odd, "null", ""),
                "bras-1",
                InetAddress.ofLiteral("2001:db8::1"),
                NOON.plusNanos(1_000),
                7L,
                70L,
                new Line("00:11", "0011", odd, "circuit", "remote"),
                new Addresses("10.0.0.9", "2001:db8::9", "2001:db8:1::/64", "2001:db8:2::/56"),
                new SessionClass(1, 2, AccessLevel.REDUCED, 3, 4),
                new CounterState(new Counters(Long.MAX_VALUE, 2, 3, 4), true),
                5,
                NOON.plusSeconds(6),
                NOON.plusSeconds(7),
                8,
                new SessionEnd(NOON.plusSeconds(9), Cause.STOP, 10),
                FIRST + 11,
                new Evidence(NOON.plusSeconds(12), true, Readings.NONE, "told"));
        var bare = new Session(
                FIRST + 2,
                new SessionKey(5, "", "", ""),
                "",
                InetAddress.ofLiteral("192.0.2.1"),
                NOON,
                null,
                null,
                new Line(null, null, null, null, null),
                new Addresses(null, null, null, null),
                null,
                CounterState.NONE,
                0,
                NOON,
                NOON,
                0,
                null,
                FIRST + 2,
                new Evidence(null, false, Readings.NONE, null));

        sql.inTransaction(() -> {
            book.write(List.of(full, bare), NODE, NOON);
            return true;
        });

        assertThat(rows()).containsExactlyInAnyOrder(full, bare);
    }

    @Test
    void anInterimChangesNoColumnOfAnIndexSoThatItsRowIsWrittenInPlace() {
        node.hear(start("81a"));
        var indexed = sql.list("""
                select distinct a.attname from pg_index i
                  join pg_attribute a on a.attrelid = i.indrelid
                 where i.indrelid = 'session'::regclass
                   and (a.attnum = any(i.indkey) or pg_get_expr(i.indpred, i.indrelid) like '%' || a.attname || '%')
                """, row -> row.text("attname"));
        assertThat(indexed).contains("id", "nas_id", "subscriber_id", "ended_at");
        var query = "select row(" + String.join(", ", indexed) + ")::text as entry from session";
        var before = sql.list(query, row -> row.text("entry"));

        node.hear(after(Duration.ofMinutes(10), INTERIM, "81a", 1_000));

        assertThat(sql.list(query, row -> row.text("entry"))).isEqualTo(before);
        assertThat(rows().getFirst().counted().total().inputOctets()).isEqualTo(1_000);
    }

    @Test
    void aRowThatARuleRefusesTakesItsBatchBackAndIsFoundByItself() {
        var good = start("81a");
        var bad = start("81b");
        var late = start("81c");
        sql.update("alter table session add constraint no_such check (acct_session_id <> '81b')");
        try {
            assertThatThrownBy(() -> node.deliver(List.of(good, bad, late)))
                    .matches(JournalCursor::isOfTheRecord, "the record's fault");
            assertThat(rows()).isEmpty();

            node.deliver(List.of(good));
            assertThatThrownBy(() -> node.deliver(List.of(bad))).matches(JournalCursor::isOfTheRecord);
            node.deliver(List.of(late));
        } finally {
            sql.update("alter table session drop constraint no_such");
        }
        assertThat(rows().stream().map(Session::id)).containsExactlyInAnyOrder(good.number(), late.number());
        assertThat(count("accounting_record")).isEqualTo(2);
    }

    @Test
    void aBatchThatIsDeliveredAgainAfterARollBackCountsOnce() {
        var batch = List.of(start("81a"), after(Duration.ofMinutes(10), INTERIM, "81a", 1_000));
        try {
            sql.inTransaction(() -> {
                node.delivery.deliver(batch);
                throw new IllegalStateException("power cut");
            });
        } catch (IllegalStateException expected) {
            assertThat(rows()).isEmpty();
        }

        node.deliver(batch);

        assertThat(rows()).hasSize(1);
        assertThat(usage()).containsExactly("2026-09-10 7 70 in 1000 out 2000 600 s");
    }

    private List<String> usage() {
        return sql.list(
                "select * from usage_daily order by day, subscriber_id",
                row -> row.day("day") + " " + row.bigint("subscriber_id") + " " + row.bigint("contract_id") + " in "
                        + row.bigint("input_octets") + " out " + row.bigint("output_octets") + " "
                        + row.bigint("seconds") + " s");
    }

    @Test
    void usageGoesToTheDayOfTheRecordInTheContractsZone() {
        CLOCK.set(NOON);
        node.hear(start("81a"));
        node.hear(after(Duration.ofHours(11), INTERIM, "81a", 1_000)); // 23:00 in São Paulo
        node.hear(after(Duration.ofHours(13), STOP, "81a", 1_500)); // 01:00 of the next day

        assertThat(usage())
                .containsExactly("2026-09-10 7 70 in 1000 out 2000 39600 s", "2026-09-11 7 70 in 500 out 1000 7200 s");
    }

    @Test
    void nobodysUsageIsKeptAsNobodys() {
        node.hear(journaled(record(INTERIM, "81a", 600, 10), Accounted.NOBODY));

        assertThat(usage()).containsExactly("2026-09-10 0 0 in 10 out 20 600 s");
        assertThat(rows().getFirst().subscriberId()).isNull();
    }

    @Test
    void anyOrderInAnyBatchesComesToTheSameUsage() {
        var records = new ArrayList<JournalRecord>();
        for (int i = 0; i < 20; i++) {
            records.add(journaled(record(START, "s" + i, 0, 0)));
        }
        for (int minute = 10; minute <= 50; minute += 10) {
            CLOCK.set(NOON.plus(Duration.ofMinutes(minute)));
            for (int i = 0; i < 20; i++) {
                records.add(journaled(record(minute == 50 ? STOP : INTERIM, "s" + i, minute * 60L, minute * 100L + i)));
            }
        }
        var random = new Random(5);
        Collections.shuffle(records, random);

        for (int from = 0; from < records.size(); ) {
            int to = Math.min(records.size(), from + 1 + random.nextInt(30));
            node.deliver(records.subList(from, to));
            from = to;
        }

        assertThat(usage()).containsExactly("2026-09-10 7 70 in 100190 out 200380 60000 s");
        assertThat(rows()).hasSize(20).noneMatch(Session::isLive);
    }

    @Test
    void accountingOnEndsTheNassSessionsAndLateRecordsOpenNone() {
        node.hear(start("81a"), start("81b"));
        CLOCK.set(NOON.plusSeconds(60));
        node.hear(journaled(record(ON, "x", 0, 0)));
        node.deliver(List.of(journaled(record(INTERIM, "81c", 90, 10))));

        assertThat(rows()).hasSize(3).allSatisfy(session -> assertThat(
                        requireNonNull(session.end()).cause())
                .isEqualTo(Cause.NAS_RESTARTED));
        assertThat(live(node.table)).isEmpty();
    }

    @Test
    void anotherNodeFollowsWithinItsNextPoll() {
        var other = new Node(2);
        other.follower.follow();
        node.hear(start("81a"));

        other.follower.follow();

        assertThat(live(other.table)).isEqualTo(rows());
        node.hear(after(Duration.ofMinutes(10), STOP, "81a", 5));
        other.follower.follow();
        assertThat(live(other.table)).isEmpty();
    }

    @Test
    void aNodeThatWasAwayForLongerThanWhatWasWrittenIsKeptReadsAllSessionsAnew() throws InterruptedException {
        var other = new Node(2);
        node.hear(start("81a"));
        other.follower.follow();
        node.hear(after(Duration.ofMinutes(10), STOP, "81a", 5), after(Duration.ofMinutes(11), START, "81b", 0));
        var later = NOON.plus(SessionBook.WRITTEN_KEPT.multipliedBy(2));
        CLOCK.set(later);
        node.history.run(later);
        assertThat(count("session_written")).isZero();

        other.follower.follow(); // sees that it was away for too long
        other.follower.follow();

        assertThat(live(other.table))
                .extracting(session -> session.key().acctSessionId())
                .containsExactly("81b");
    }

    @Test
    void whatOthersHaveWrittenIsForgottenAfterSomeHoursOnly() throws InterruptedException {
        node.hear(start("81a"));
        node.history.run(NOON.plus(SessionBook.WRITTEN_KEPT).minusSeconds(1));
        assertThat(count("session_written")).isEqualTo(1);
        node.history.run(NOON.plus(SessionBook.WRITTEN_KEPT).plusSeconds(1));
        assertThat(count("session_written")).isZero();
    }

    @Test
    void aRestartThatAnotherNodeWasToldOfEndsWhatIsOnlyInOurJournal() {
        var other = new Node(2);
        other.follower.follow();
        node.follower.follow();
        node.fold(start("81a")); // durable here, not delivered: no row, so the other node cannot end it
        node.fold(journaled(record(START, "81b", 0, 0), new Accounted(8L, 80L, 660)));
        assertThat(live(node.table)).hasSize(2);

        CLOCK.set(NOON.plusSeconds(60));
        other.deliver(List.of(new JournalRecord(
                (2L << 48) + 1, journaled(record(ON, "x", 0, 0)).payload())));
        node.follower.follow();

        assertThat(live(node.table)).isEmpty();
        node.fold(after(Duration.ofSeconds(90), INTERIM, "81a", 90)); // it began before the restart
        assertThat(live(node.table)).isEmpty();
    }

    @Test
    void aRestartWhoseTransactionEndsLateIsSeenAllTheSame() throws Exception {
        var other = new Node(2);
        node.follower.follow();
        node.fold(start("81a"));
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var writer = Thread.ofPlatform()
                .start(() -> sql.inTransaction(() -> {
                    book.writeRestarts(List.of(new SessionBook.Restart(5, NOON.plusSeconds(60))));
                    begun.countDown();
                    try {
                        return goOn.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
        begun.await();
        for (int poll = 0; poll < 3; poll++) {
            other.hear(journaled(record(START, "other-" + poll, 0, 0), new Accounted(9L, 90L, 660)));
            node.follower.follow();
        }
        assertThat(node.table.ofSubscriber(7)).hasSize(1);
        goOn.countDown();
        writer.join();

        node.follower.follow();
        assertThat(node.table.ofSubscriber(7)).isEmpty();
    }

    @Test
    void whatTheJournalStillTellsOfASessionThatClosedLongAgoIsNotTakenForLive() {
        var start = start("81a");
        var interim = after(Duration.ofMinutes(10), INTERIM, "81a", 5);
        node.deliver(List.of(start, interim));
        node.deliver(List.of(after(Duration.ofMinutes(20), STOP, "81a", 9)));
        sql.update("update session set closed_at = ?", NOON.minus(Duration.ofHours(7)));
        sql.update("""
                insert into journal_cursor (node, journal, number, at) values (?, 1, ?, ?)
                on conflict (node, journal) do update set number = excluded.number
                """, NODE, number, NOON);

        var again = new Node(NODE);
        again.fold(start); // the file with its Stop is gone, or the Stop came to another node
        again.fold(interim);
        again.fold(journaled(record(START, "82b", 0, 0), new Accounted(8L, 80L, 660))); // not delivered yet
        again.follower.follow();

        assertThat(live(again.table))
                .singleElement()
                .satisfies(session -> assertThat(session.key().acctSessionId()).isEqualTo("82b"));
        sql.update("delete from journal_cursor");
    }

    private void deliverAgain(JournalRecord record) {
        sql.inTransaction(() -> {
            node.delivery.deliverAgain(record);
            return true;
        });
    }

    @Test
    void aRecordThatIsDeliveredAgainIsFoldedAndReachesAllNodes() {
        var other = new Node(2);
        other.follower.follow();
        node.follower.follow();
        var start = start("81a");
        var interim = after(Duration.ofMinutes(10), INTERIM, "81a", 50);
        var stop = after(Duration.ofMinutes(20), STOP, "81a", 90);
        node.hear(start, stop); // the interim was set aside

        deliverAgain(interim);
        deliverAgain(interim); // twice does no harm

        assertThat(rows()).singleElement().satisfies(row -> {
            assertThat(row.counted().total().inputOctets()).isEqualTo(90);
            assertThat(requireNonNull(row.end()).cause()).isEqualTo(Cause.STOP);
        });
        var live = journaled(record(START, "82b", 0, 0), new Accounted(8L, 80L, 660));
        deliverAgain(live);
        node.follower.follow();
        other.follower.follow();
        assertThat(live(node.table)).hasSize(1);
        assertThat(live(other.table)).isEqualTo(live(node.table));
        assertThat(sql.list("select number from accounting_record order by number", row -> row.bigint("number")))
                .containsExactly(start.number(), interim.number(), stop.number(), live.number());
        assertThat(sql.list("select input_octets from usage_daily", row -> row.bigint("input_octets")))
                .containsExactly(90L);
    }

    @Test
    void whatIsDeliveredAgainAfterItsSessionWentToTheHistoryIsKeptAndCountsNothingTwice() throws InterruptedException {
        var start = start("81a");
        var interim = after(Duration.ofMinutes(10), INTERIM, "81a", 50);
        var stop = after(Duration.ofMinutes(20), STOP, "81a", 90);
        node.hear(start, stop);
        CLOCK.set(NOON.plus(Duration.ofHours(80)));
        node.history.run(NOON.plus(Duration.ofHours(80)));
        assertThat(rows()).isEmpty();

        deliverAgain(interim);

        assertThat(rows()).isEmpty();
        assertThat(sql.list(
                        "select session_id from accounting_record where number = ?",
                        row -> row.bigint("session_id"),
                        interim.number()))
                .containsExactly(start.number());
        assertThat(sql.list("select input_octets from usage_daily", row -> row.bigint("input_octets")))
                .containsExactly(90L);
    }

    @Test
    void rowsWaitUntilTheJournalIsReplayed() {
        node.hear(start("81a"));
        var again = new Node(NODE);
        again.table.replaying(true);
        again.follower.follow();
        assertThat(again.table.isLoaded()).isFalse();

        again.table.replaying(false);
        again.follower.follow();
        assertThat(again.table.isLoaded()).isTrue();
        assertThat(live(again.table)).hasSize(1);
    }

    @Test
    void aSessionThatGoesOnAtAnotherNodeKeepsItsId() {
        var other = new Node(2);
        other.follower.follow();
        var start = start("81a");
        node.hear(start);
        var interim = after(Duration.ofMinutes(10), INTERIM, "81a", 5);
        var atOther = new JournalRecord((2L << 48) + 1, interim.payload());

        other.fold(atOther); // before it has followed: it knows the session by an id of its own
        assertThat(live(other.table).getFirst().id()).isEqualTo(atOther.number());
        other.deliver(List.of(atOther));

        assertThat(rows()).singleElement().satisfies(row -> assertThat(row.id()).isEqualTo(start.number()));
        assertThat(live(other.table)).isEqualTo(rows());
    }

    @Test
    void whatMemoryHasHeardSinceIsNotPutBack() {
        var start = start("81a");
        node.hear(start);
        node.fold(after(Duration.ofMinutes(10), INTERIM, "81a", 500)); // durable, not delivered

        node.table.put(rows());

        assertThat(live(node.table).getFirst().counted().total().inputOctets()).isEqualTo(500);
    }

    @Test
    void aNewDaemonFindsItsSessions() {
        node.hear(start("81a"), start("81b"));
        node.hear(after(Duration.ofMinutes(10), STOP, "81b", 5));

        var again = new Node(NODE);
        again.follower.follow();

        assertThat(live(again.table)).hasSize(1);
        assertThat(again.table.byAddress("10.0.0.9")).isNotNull();
        again.fold(after(Duration.ofMinutes(5), INTERIM, "81b", 4)); // late: it does not revive
        assertThat(live(again.table)).hasSize(1);
    }

    @Test
    void inferredEndIsWrittenAndALaterRecordUndoesIt() {
        node.hear(start("81a"));
        long id = rows().getFirst().id();
        node.table.end(id, new SessionEnd(NOON.plusSeconds(60), Cause.UNKNOWN_TO_NAS, null));
        assertThat(live(node.table)).isEmpty();

        node.upkeep.writePendingEnds(NOON.plusSeconds(61));

        assertThat(requireNonNull(rows().getFirst().end()).cause()).isEqualTo(Cause.UNKNOWN_TO_NAS);
        assertThat(node.table.pendingEnds()).isEmpty();
        node.hear(after(Duration.ofMinutes(10), INTERIM, "81a", 5));
        assertThat(rows().getFirst().isLive()).isTrue();
        assertThat(live(node.table)).hasSize(1);
    }

    @Test
    void inferredEndOfASessionThatIsNotDeliveredYetIsWrittenWhenItIs() {
        var start = start("81a");
        node.fold(start);
        node.table.end(start.number(), new SessionEnd(NOON.plusSeconds(5), Cause.REPLACED, null));
        node.upkeep.writePendingEnds(NOON.plusSeconds(6));
        assertThat(node.table.pendingEnds()).hasSize(1);

        node.deliver(List.of(start));
        assertThat(live(node.table)).isEmpty();
        node.upkeep.writePendingEnds(NOON.plusSeconds(7));

        assertThat(requireNonNull(rows().getFirst().end()).cause()).isEqualTo(Cause.REPLACED);
    }

    @Test
    void silentSessionIsClosedAfterThreeMissedInterimsWhereItWasLastHeardOf() {
        node.upkeep.run(NOON);
        node.hear(start("81a"));
        node.hear(after(Duration.ofMinutes(10), INTERIM, "81a", 5));

        runEveryFourMinutes(10, 42);
        assertThat(rows().getFirst().isLive()).isTrue();
        runEveryFourMinutes(42, 46);

        assertThat(rows().getFirst().end())
                .isEqualTo(new SessionEnd(NOON.plus(Duration.ofMinutes(10)), Cause.STALE, null));
        assertThat(live(node.table)).isEmpty();
    }

    private void runEveryFourMinutes(int fromMinute, int toMinute) {
        for (int minute = fromMinute; minute <= toMinute; minute += 4) {
            CLOCK.set(NOON.plus(Duration.ofMinutes(minute)));
            node.upkeep.run(CLOCK.instant());
        }
    }

    @Test
    void anOutageOfOursIsNoSilenceOfTheirs() {
        node.upkeep.run(NOON);
        node.hear(start("81a"));
        node.hear(after(Duration.ofMinutes(10), INTERIM, "81a", 5));

        CLOCK.set(NOON.plus(Duration.ofHours(5)));
        node.upkeep.run(CLOCK.instant());

        assertThat(rows().getFirst().isLive()).isTrue();
    }

    @Test
    void whereNoInterimsAreSentSilenceSaysNothing() {
        node.upkeep.run(NOON);
        node.hear(start("81a")); // asked for interims, but this NAS sends none

        runEveryFourMinutes(0, 600);

        assertThat(rows().getFirst().isLive()).isTrue();
    }

    @Test
    void closedSessionsMoveToTheHistoryAfterThreeDays() throws InterruptedException {
        node.hear(start("81a"), start("81b"));
        node.hear(after(Duration.ofMinutes(10), STOP, "81a", 5));

        CLOCK.set(NOON.plus(Duration.ofHours(71)));
        assertThat(node.history.run(CLOCK.instant()).counts()).containsEntry("moved", 0L);
        CLOCK.set(NOON.plus(Duration.ofHours(73)));
        assertThat(node.history.run(CLOCK.instant()).counts()).containsEntry("moved", 1L);

        assertThat(rows()).hasSize(1);
        assertThat(count("session_history where acct_session_id = '81a' and end_cause = 'STOP'"))
                .isEqualTo(1);
    }

    @Test
    void partsAreMadeAheadAndDroppedAfterTheirTime() throws InterruptedException {
        node.hear(start("81a"));
        var in10Days = NOON.plus(Duration.ofDays(10));
        CLOCK.set(in10Days);
        assertThat(count("accounting_record")).isEqualTo(1);

        var done = node.history.run(in10Days);

        assertThat(done.counts().get("parts-dropped")).isPositive();
        assertThat(count("accounting_record")).isZero();
        assertThat(parts("accounting_record"))
                .contains("accounting_record_2026_09_23", "accounting_record_2026_09_13")
                .doesNotContain("accounting_record_2026_09_12");
        assertThat(parts("usage_daily")).contains("usage_daily_2026_10");
        partitions.forget();
        node.upkeep.makeParts(NOON);
    }

    private List<String> parts(String table) {
        return sql.list(
                "select inhrelid::regclass::text as part from pg_inherits where inhparent = cast(? as regclass)",
                row -> row.text("part"),
                table);
    }

    @Test
    void recordsThatWaitedInTheJournalForWeeksAreDeliveredAllTheSame() {
        var start = start("81a");
        CLOCK.set(NOON.plus(Duration.ofDays(40)));

        node.deliver(List.of(start));

        assertThat(count("accounting_record")).isEqualTo(1);
        assertThat(partitions.dropBefore(Partitions.Kept.ACCOUNTING_RECORD, LocalDate.of(2026, 9, 1)))
                .isZero();
    }
}
