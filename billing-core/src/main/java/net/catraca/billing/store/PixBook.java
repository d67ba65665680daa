package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.bank.PixSetAside;
import net.catraca.billing.run.BookedPix.Unbooked;
import net.catraca.billing.run.BookedPix.UnbookedPix;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code pix_notice}: what notifications told, kept before anybody is answered; and {@code pix_set_aside}: what
 * of them could not be read.
 */
@Singleton
public final class PixBook implements UnbookedPix {

    private final Sql sql;

    PixBook(Sql sql) {
        this.sql = sql;
    }

    /** A notice that waits to be booked. */
    public record Kept(long id, PixNotice notice, int attempts) {}

    /** Keeps what was not told before, in one transaction. */
    public void keep(Collection<PixNotice> notices, Instant now) {
        sql.batch("""
                insert into pix_notice (
                    agreement_id, end_to_end_id, refund_id, amount_cents, txid, paid_at, payer_tax_id, payer_name,
                    received_at)
                values (?, ?, ?, ?, ?, ?, ?, ?, ?)
                on conflict (end_to_end_id, refund_id) do nothing
                """, notices, notice -> new @Nullable Object[] {
            notice.agreementId(),
            notice.endToEndId(),
            notice.refundId(),
            notice.amountCents(),
            notice.txid(),
            notice.paidAt(),
            notice.payerTaxId(),
            notice.payerName(),
            now
        });
    }

    /** An element tells a Pix in some hundred characters; nobody reads more of what is none. */
    private static final int MOST_KEPT = 4_000;

    /**
     * Keeps what could not be read; what was told before is kept already.
     *
     * @return how many were new
     */
    public int setAside(Collection<PixSetAside.Told> told, Instant now) {
        int added = 0;
        for (var one : told) {
            added += sql.update(
                    """
                    insert into pix_set_aside (agreement_id, element, sha256, member, expected, told_at)
                    values (?, left(?, ?), sha256(convert_to(?, 'UTF8')), ?, ?, ?)
                    on conflict (agreement_id, sha256) do nothing
                    """, one.agreementId(), one.element(), MOST_KEPT, one.element(), one.member(), one.expected(), now);
        }
        return added;
    }

    /** Those that nobody has seen to, oldest first. */
    public List<PixSetAside> setAside(long afterId, int limit) {
        return sql.list(
                "select * from pix_set_aside where settled_at is null and id > ? order by id limit ?",
                PixBook::setAside,
                afterId,
                limit);
    }

    public Optional<PixSetAside> findSetAside(long id) {
        return sql.first("select * from pix_set_aside where id = ?", PixBook::setAside, id);
    }

    /** False when somebody has settled it before. */
    public boolean settle(long id, PixSetAside.Settlement settlement) {
        return sql.update("""
                        update pix_set_aside
                           set version = version + 1, settled_at = ?, settled_by = ?, settle_reason = ?
                         where id = ? and settled_at is null
                        """, settlement.at(), settlement.by(), settlement.reason(), id) == 1;
    }

    /** How many nobody has seen to; 0 is right. */
    public long countSetAside() {
        return sql.first("select count(*) as n from pix_set_aside where settled_at is null", row -> row.bigint("n"))
                .orElseThrow();
    }

    private static PixSetAside setAside(Row row) throws SQLException {
        var settledAt = row.instantOrNull("settled_at");
        return new PixSetAside(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("agreement_id"),
                row.text("element"),
                row.text("member"),
                row.text("expected"),
                row.instant("told_at"),
                settledAt == null
                        ? null
                        : new PixSetAside.Settlement(settledAt, row.text("settled_by"), row.text("settle_reason")));
    }

    /** As they were first told: the Pix and its refunds, in that order. */
    public List<Kept> of(String endToEndId) {
        return sql.list(
                "select * from pix_notice where end_to_end_id = ? order by refund_id <> '', id",
                PixBook::kept,
                endToEndId);
    }

    /** Those that are not booked yet, oldest first. */
    public List<Kept> open(int mostAttempts, int limit) {
        return sql.list(
                "select * from pix_notice where state <> 'DONE' and attempts < ? order by id limit ?",
                PixBook::kept,
                mostAttempts,
                limit);
    }

    /** Whether it still waits; nobody else books it until this transaction ends. */
    public boolean holdOpen(long id) {
        return sql.first(
                        "select state <> 'DONE' as open from pix_notice where id = ? for update",
                        row -> row.bool("open"),
                        id)
                .orElse(false);
    }

    public void done(long id) {
        sql.update("update pix_notice set state = 'DONE', fault = null where id = ?", id);
    }

    public void failed(long id, String fault) {
        sql.update(
                "update pix_notice set state = 'FAILED', attempts = attempts + 1, fault = ? where id = ? and state <> 'DONE'",
                fault,
                id);
    }

    /** How many are not booked; 0 is right. */
    public long waiting() {
        return sql.first("select count(*) as n from pix_notice where state <> 'DONE'", row -> row.bigint("n"))
                .orElseThrow();
    }

    @Override
    public Optional<Unbooked> unbooked() {
        return sql.first(
                """
                select id, end_to_end_id, received_at, fault, count(*) over () as n
                  from pix_notice where state <> 'DONE' and refund_id = '' order by id limit 1
                """,
                row -> new Unbooked(
                        row.bigint("n"),
                        row.instant("received_at"),
                        row.text("end_to_end_id"),
                        row.textOrNull("fault")));
    }

    private static Kept kept(Row row) throws SQLException {
        return new Kept(
                row.bigint("id"),
                new PixNotice(
                        row.bigint("agreement_id"),
                        row.text("end_to_end_id"),
                        row.text("refund_id"),
                        row.bigint("amount_cents"),
                        row.textOrNull("txid"),
                        row.instant("paid_at"),
                        row.textOrNull("payer_tax_id"),
                        row.textOrNull("payer_name")),
                row.integer("attempts"));
    }
}
