package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import net.catraca.billing.run.SentNotices;
import org.jspecify.annotations.Nullable;

/** The table {@code notice_sent}. */
@Singleton
public final class NoticeBook implements SentNotices {

    private final Sql sql;

    NoticeBook(Sql sql) {
        this.sql = sql;
    }

    /** What became of a notice, as far as its carrier told. */
    public enum Outcome {
        SENT,
        DELIVERED,
        BOUNCED,
        FAILED
    }

    /**
     * @param receivableId what it spoke of, or null where an ERP keeps the money: then {@code dueOn} tells
     * @param kind email, sms, letter, …
     */
    public record Notice(
            long contractId,
            @Nullable Long receivableId,
            @Nullable LocalDate dueOn,
            String kind,
            Instant sentAt,
            Outcome outcome) {}

    /** Returns its id. */
    public long insert(Notice notice, String by) {
        return sql.first(
                        """
                        insert into notice_sent (contract_id, receivable_id, due_on, kind, sent_at, outcome, recorded_by)
                        values (?, ?, ?, ?, ?, ?, ?)
                        returning id
                        """,
                        row -> row.bigint("id"),
                        notice.contractId(),
                        notice.receivableId(),
                        notice.dueOn(),
                        notice.kind(),
                        notice.sentAt(),
                        notice.outcome(),
                        by)
                .orElseThrow();
    }

    @Override
    public Map<Long, Instant> firstOf(Collection<Long> receivableIds) {
        Map<Long, Instant> first = new HashMap<>();
        sql.each("""
                select receivable_id, min(sent_at) as sent_at
                  from notice_sent
                 where receivable_id = any(?) and outcome in ('SENT', 'DELIVERED')
                 group by receivable_id
                """, row -> first.put(row.bigint("receivable_id"), row.instant("sent_at")), receivableIds);
        return first;
    }

    @Override
    public Map<ErpDebt, Instant> firstOfErp(Collection<Long> contractIds) {
        Map<ErpDebt, Instant> first = new HashMap<>();
        sql.each(
                """
                select contract_id, due_on, min(sent_at) as sent_at
                  from notice_sent
                 where contract_id = any(?) and due_on is not null and outcome in ('SENT', 'DELIVERED')
                 group by contract_id, due_on
                """,
                row -> first.put(new ErpDebt(row.bigint("contract_id"), row.day("due_on")), row.instant("sent_at")),
                contractIds);
        return first;
    }
}
