package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /**
     * How a notice of ours went out.
     *
     * @param templateVersion 0 is built in
     * @param providerId how who carried it names it, or null
     * @param why it failed, or null
     */
    public record Sending(
            String address,
            String template,
            int templateVersion,
            @Nullable String providerId,
            @Nullable String why) {

        @Override
        public String toString() {
            return "Sending[" + template + " " + templateVersion + "]";
        }
    }

    /**
     * A notice as it is kept.
     *
     * @param sending null for one that another system sent
     * @param outcomeAt when an outcome was told later, or null
     */
    public record Kept(
            long id,
            Notice notice,
            @Nullable Sending sending,
            String recordedBy,
            @Nullable Instant outcomeAt) {}

    /** Returns its id. */
    public long insert(Notice notice, String by) {
        return insert(notice, null, by);
    }

    /** Returns its id. */
    public long insert(Notice notice, @Nullable Sending sending, String by) {
        return sql.first(
                        """
                        insert into notice_sent (
                            contract_id, receivable_id, due_on, kind, sent_at, outcome, recorded_by, address, template,
                            template_version, provider_id, outcome_why)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        returning id
                        """,
                        row -> row.bigint("id"),
                        notice.contractId(),
                        notice.receivableId(),
                        notice.dueOn(),
                        notice.kind(),
                        notice.sentAt(),
                        notice.outcome(),
                        by,
                        sending == null ? null : sending.address(),
                        sending == null ? null : sending.template(),
                        sending == null ? null : sending.templateVersion(),
                        sending == null ? null : sending.providerId(),
                        sending == null ? null : sending.why())
                .orElseThrow();
    }

    /** The row, locked until the transaction ends. */
    public Optional<Kept> lock(long id) {
        return sql.first("select * from notice_sent where id = ? for update", NoticeBook::kept, id);
    }

    public Optional<Kept> find(long id) {
        return sql.first("select * from notice_sent where id = ?", NoticeBook::kept, id);
    }

    /** What became of a notice, as its carrier told later. */
    public void setOutcome(long id, Outcome outcome, @Nullable String why, Instant at) {
        sql.update(
                "update notice_sent set outcome = ?, outcome_why = ?, outcome_at = ? where id = ?",
                outcome,
                why,
                at,
                id);
    }

    /**
     * Newest first, below an id.
     *
     * @param contractId only this contract's, or null for all
     * @param outcome only those with it, or null for all
     * @param providerId only the one that its carrier names so, or null for all
     */
    public List<Kept> page(
            @Nullable Long contractId,
            @Nullable Outcome outcome,
            @Nullable String providerId,
            long beforeId,
            int limit) {
        return sql.list(
                """
                select * from notice_sent
                 where id < ? and (?::bigint is null or contract_id = ?) and (?::text is null or outcome = ?)
                   and (?::text is null or provider_id = ?)
                 order by id desc limit ?
                """,
                NoticeBook::kept,
                beforeId,
                contractId,
                contractId,
                outcome,
                outcome,
                providerId,
                providerId,
                limit);
    }

    private static Kept kept(Row row) throws SQLException {
        var template = row.textOrNull("template");
        var address = row.textOrNull("address");
        return new Kept(
                row.bigint("id"),
                new Notice(
                        row.bigint("contract_id"),
                        row.bigintOrNull("receivable_id"),
                        row.dayOrNull("due_on"),
                        row.text("kind"),
                        row.instant("sent_at"),
                        row.oneOf(Outcome.class, "outcome")),
                template == null || address == null
                        ? null
                        : new Sending(
                                address,
                                template,
                                row.integer("template_version"),
                                row.textOrNull("provider_id"),
                                row.textOrNull("outcome_why")),
                row.text("recorded_by"),
                row.instantOrNull("outcome_at"));
    }

    @Override
    public Map<Long, Instant> firstOf(Map<Long, Instant> notBefore) {
        Map<Long, Instant> first = new HashMap<>();
        var asked = List.copyOf(notBefore.entrySet());
        sql.each("""
                with recursive paper (debt, not_before, id, before) as (
                    select r.id, s.not_before, r.id, r.replaces_id
                      from unnest(?, ?) as s (id, not_before) join receivable r on r.id = s.id
                    union all
                    select p.debt, p.not_before, r.id, r.replaces_id from paper p join receivable r on r.id = p.before)
                select p.debt, min(n.sent_at) as sent_at
                  from paper p join notice_sent n on n.receivable_id = p.id
                 where n.outcome in ('SENT', 'DELIVERED') and n.sent_at >= to_timestamp(p.not_before)
                 group by p.debt
                """, row -> first.put(row.bigint("debt"), row.instant("sent_at")), ids(asked), seconds(asked));
        return first;
    }

    @Override
    public Map<ErpDebt, Instant> firstOfErp(Map<Long, Instant> notBefore) {
        Map<ErpDebt, Instant> first = new HashMap<>();
        var asked = List.copyOf(notBefore.entrySet());
        sql.each(
                """
                select n.contract_id, n.due_on, min(n.sent_at) as sent_at
                  from unnest(?, ?) as s (id, not_before) join notice_sent n on n.contract_id = s.id
                 where n.due_on is not null and n.outcome in ('SENT', 'DELIVERED')
                   and n.sent_at >= to_timestamp(s.not_before)
                 group by n.contract_id, n.due_on
                """,
                row -> first.put(new ErpDebt(row.bigint("contract_id"), row.day("due_on")), row.instant("sent_at")),
                ids(asked),
                seconds(asked));
        return first;
    }

    private static long[] ids(List<Map.Entry<Long, Instant>> asked) {
        return asked.stream().mapToLong(Map.Entry::getKey).toArray();
    }

    private static long[] seconds(List<Map.Entry<Long, Instant>> asked) {
        return asked.stream()
                .mapToLong(entry -> entry.getValue().getEpochSecond())
                .toArray();
    }
}
