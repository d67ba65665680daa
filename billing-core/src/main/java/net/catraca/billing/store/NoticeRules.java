package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.catraca.billing.contract.Language;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.NoticeProvider;
import net.catraca.billing.notice.NoticeProvider.ContentType;
import net.catraca.billing.notice.NoticeProvider.Method;
import net.catraca.billing.notice.NoticeStep;
import net.catraca.billing.notice.NoticeTemplate;
import org.jspecify.annotations.Nullable;

/** The tables {@code notice_schedule}, {@code notice_step}, {@code notice_template} and {@code notice_provider}. */
@Singleton
public final class NoticeRules {

    private final Sql sql;

    NoticeRules(Sql sql) {
        this.sql = sql;
    }

    /**
     * A schedule as it holds from a day on.
     *
     * @param policyId null: of all policies without one of their own
     */
    public record Schedule(
            long id,
            @Nullable Long policyId,
            LocalDate effectiveFrom,
            List<NoticeStep> steps,
            Instant createdAt,
            String createdBy) {
        public Schedule {
            steps = List.copyOf(steps);
        }
    }

    public Schedule insert(
            @Nullable Long policyId, LocalDate effectiveFrom, List<NoticeStep> steps, Instant now, String by) {
        long id = sql.first("""
                        insert into notice_schedule (policy_id, effective_from, created_at, created_by)
                        values (?, ?, ?, ?) returning id
                        """, row -> row.bigint("id"), policyId, effectiveFrom, now, by)
                .orElseThrow();
        sql.batch(
                "insert into notice_step (schedule_id, day_offset, channel, template) values (?, ?, ?, ?)",
                steps,
                step -> new @Nullable Object[] {id, step.dayOffset(), step.channel(), step.template()});
        return new Schedule(id, policyId, effectiveFrom, steps, now, by);
    }

    /** One that has not begun. */
    public void delete(long id) {
        sql.update("delete from notice_schedule where id = ?", id);
    }

    public Optional<Schedule> schedule(long id) {
        return sql.first("select * from notice_schedule where id = ?", row -> schedule(row, steps()), id);
    }

    /** Newest first, below an id. */
    public List<Schedule> schedules(long beforeId, int limit) {
        var steps = steps();
        return sql.list(
                "select * from notice_schedule where id < ? order by id desc limit ?",
                row -> schedule(row, steps),
                beforeId,
                limit);
    }

    /** Of all policies, the steps that hold on a day: their own, the general ones, or those that are built in. */
    public Map<Long, List<NoticeStep>> stepsOn(LocalDate day) {
        Map<Long, List<NoticeStep>> own = new HashMap<>();
        var general = new ArrayList<>(NoticeStep.USUAL);
        var steps = steps();
        sql.each(
                """
                select distinct on (policy_id) * from notice_schedule where effective_from <= ?
                 order by policy_id, effective_from desc, id desc
                """,
                row -> {
                    var schedule = schedule(row, steps);
                    if (schedule.policyId() == null) {
                        general.clear();
                        general.addAll(schedule.steps());
                    } else {
                        own.put(schedule.policyId(), schedule.steps());
                    }
                },
                day);
        Map<Long, List<NoticeStep>> all = new HashMap<>();
        sql.each("select id from access_policy", row -> {
            long id = row.bigint("id");
            all.put(id, own.getOrDefault(id, List.copyOf(general)));
        });
        return all;
    }

    /** Steps are few: some for each schedule that there ever was. */
    private Map<Long, List<NoticeStep>> steps() {
        Map<Long, List<NoticeStep>> steps = new HashMap<>();
        sql.each("select * from notice_step order by day_offset, channel", row -> steps.computeIfAbsent(
                        row.bigint("schedule_id"), _ -> new ArrayList<>())
                .add(new NoticeStep(
                        row.integer("day_offset"), row.oneOf(Channel.class, "channel"), row.text("template"))));
        return steps;
    }

    private static Schedule schedule(Row row, Map<Long, List<NoticeStep>> steps) throws SQLException {
        long id = row.bigint("id");
        return new Schedule(
                id,
                row.bigintOrNull("policy_id"),
                row.day("effective_from"),
                steps.getOrDefault(id, List.of()),
                row.instant("created_at"),
                row.text("created_by"));
    }

    /** The newest version, or the built-in one; empty when there is neither. */
    public Optional<NoticeTemplate> template(String name, Channel channel, Language language) {
        return sql.first("""
                        select * from notice_template where name = ? and channel = ? and language = ?
                         order by version desc limit 1
                        """, NoticeRules::template, name, channel, language)
                .or(() -> NoticeTemplate.builtIn(name, channel, language));
    }

    /** The newest version of each, the built-in ones that nobody has edited among them. */
    public List<NoticeTemplate> templates() {
        Map<String, NoticeTemplate> all = new java.util.TreeMap<>();
        NoticeTemplate.BUILT_IN.forEach(each -> all.put(key(each), each));
        sql.each("""
                select distinct on (name, channel, language) * from notice_template
                 order by name, channel, language, version desc
                """, row -> {
            var found = template(row);
            all.put(key(found), found);
        });
        return List.copyOf(all.values());
    }

    private static String key(NoticeTemplate template) {
        return template.name() + " " + template.channel() + " " + template.language();
    }

    /** Serialises editors of one template: the next version's number is theirs until the transaction ends. */
    public NoticeTemplate insert(NoticeTemplate template, Instant now, String by) {
        sql.list("select pg_advisory_xact_lock(hashtext(?))::text as locked", row -> "", "notice " + key(template));
        return sql.first(
                        """
                        insert into notice_template (
                            name, channel, language, version, subject, body, html, created_at, created_by)
                        select ?, ?, ?, coalesce(max(version), 0) + 1, ?, ?, ?, ?, ?
                          from notice_template where name = ? and channel = ? and language = ?
                        returning *
                        """,
                        NoticeRules::template,
                        template.name(),
                        template.channel(),
                        template.language(),
                        template.subject(),
                        template.body(),
                        template.html(),
                        now,
                        by,
                        template.name(),
                        template.channel(),
                        template.language())
                .orElseThrow();
    }

    private static NoticeTemplate template(Row row) throws SQLException {
        return new NoticeTemplate(
                row.text("name"),
                row.oneOf(Channel.class, "channel"),
                row.oneOf(Language.class, "language"),
                row.integer("version"),
                row.textOrNull("subject"),
                row.text("body"),
                row.textOrNull("html"));
    }

    public List<NoticeProvider> providers() {
        return sql.list("select * from notice_provider order by channel", NoticeRules::provider);
    }

    public Optional<NoticeProvider> provider(Channel channel) {
        return sql.first("select * from notice_provider where channel = ?", NoticeRules::provider, channel);
    }

    /** The headers with credentials, sealed; empty when it has none. */
    public Optional<byte[]> sealedHeaders(Channel channel) {
        return sql.first(
                "select secret from notice_provider where channel = ? and secret is not null",
                row -> row.bytes("secret"),
                channel);
    }

    /** Writes all of it; the version is not read. */
    public NoticeProvider write(NoticeProvider provider, byte @Nullable [] sealedHeaders, Instant now) {
        return sql.first(
                        """
                        insert into notice_provider (
                            channel, url, method, content_type, body, success, id_pointer, active, secret, updated_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict (channel) do update set version = notice_provider.version + 1, url = excluded.url,
                            method = excluded.method, content_type = excluded.content_type, body = excluded.body,
                            success = excluded.success, id_pointer = excluded.id_pointer, active = excluded.active,
                            secret = excluded.secret, updated_at = excluded.updated_at
                        returning *
                        """,
                        NoticeRules::provider,
                        provider.channel(),
                        provider.url().toString(),
                        provider.method(),
                        provider.contentType(),
                        provider.body(),
                        provider.success().stream().mapToInt(Integer::intValue).toArray(),
                        provider.idPointer(),
                        provider.active(),
                        sealedHeaders,
                        now)
                .orElseThrow();
    }

    private static NoticeProvider provider(Row row) throws SQLException {
        return new NoticeProvider(
                row.oneOf(Channel.class, "channel"),
                row.bigint("version"),
                URI.create(row.text("url")),
                row.oneOf(Method.class, "method"),
                row.oneOf(ContentType.class, "content_type"),
                row.text("body"),
                Arrays.asList(row.integers("success")),
                row.textOrNull("id_pointer"),
                row.bool("active"));
    }
}
