package net.catraca.radius.accounting;

import io.micronaut.context.ApplicationContext;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.store.Sql;

/** Delivers to {@code accounting_record}; a record of the test is its arrival in milliseconds, then anything. */
final class RecordRows implements Deliverer {

    private final Sql sql;

    RecordRows(ApplicationContext context) {
        sql = context.getBean(Sql.class);
    }

    /** The table has no partitions of its own before a job makes them. */
    void prepare() {
        sql.update("create table if not exists accounting_record_any partition of accounting_record default");
    }

    static byte[] record(Instant receivedAt, int octets) {
        return ByteBuffer.allocate(octets).putLong(receivedAt.toEpochMilli()).array();
    }

    @Override
    public Instant receivedAt(JournalRecord record) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(record.payload()).getLong());
    }

    @Override
    public void deliver(List<JournalRecord> batch) {
        sql.batch("""
                insert into accounting_record (number, received_at, nas_id, status_type, happened_at, attributes)
                values (?, ?, 1, 3, ?, ?)
                """, batch, record ->
                new Object[] {record.number(), receivedAt(record), receivedAt(record), record.payload()});
    }

    /** Their numbers; fails when one is there twice. */
    List<Long> delivered() {
        return sql.list("select number from accounting_record order by number", row -> row.bigint("number"));
    }

    long count() {
        return sql.first("select count(*) as n from accounting_record", row -> row.bigint("n"))
                .orElseThrow();
    }
}
