package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.catraca.billing.bank.PaymentClaim;
import net.catraca.billing.bank.PaymentClaim.End;
import org.jspecify.annotations.Nullable;

/** The table {@code payment_claim}, and what else tells that money may be on its way. */
@Singleton
public final class ClaimBook {

    private final Sql sql;

    ClaimBook(Sql sql) {
        this.sql = sql;
    }

    public Optional<PaymentClaim> find(long id) {
        return sql.first("select * from payment_claim where id = ?", ClaimBook::claim, id);
    }

    /** Of a contract, newest first. */
    public List<PaymentClaim> of(long contractId, int limit) {
        return sql.list(
                "select * from payment_claim where contract_id = ? order by claimed_at desc, id desc limit ?",
                ClaimBook::claim,
                contractId,
                limit);
    }

    public PaymentClaim insert(
            long contractId, long cents, LocalDate paidOn, String receipt, Instant now, Instant until, String by) {
        return sql.first("""
                        insert into payment_claim (
                            contract_id, amount_cents, paid_on, receipt, claimed_by, claimed_at, holds_until)
                        values (?, ?, ?, ?, ?, ?, ?)
                        returning *
                        """, ClaimBook::claim, contractId, cents, paidOn, receipt, by, now, until)
                .orElseThrow();
    }

    /** False when it has ended already. */
    public boolean end(long id, End end) {
        return sql.update("""
                        update payment_claim
                           set version = version + 1, ended_at = ?, ended_by = ?, end_reason = ?
                         where id = ? and ended_at is null
                        """, end.at(), end.by(), end.reason(), id) == 1;
    }

    /** Why money may be on its way to a contract. */
    public enum Why {
        /** A payment of the same CPF or CNPJ waits among the unmatched. */
        UNMATCHED_TAX_ID,
        /** A payment of the amount of an open receivable waits among the unmatched. */
        UNMATCHED_AMOUNT,
        /** Somebody showed a receipt. */
        CLAIMED
    }

    /** @param sourceId of the unmatched payment or the claim */
    public record OnItsWay(
            long contractId,
            Why why,
            long sourceId,
            @Nullable Instant until) {}

    /** Of these contracts, those for which money may be on its way, each with the first reason. */
    public Map<Long, OnItsWay> onItsWay(Collection<Long> contractIds, Instant now) {
        return sql
                .list(
                        """
                        select distinct on (contract_id) contract_id, why, source_id, until
                          from money_on_its_way
                         where contract_id = any(?) and (until is null or until > ?)
                         order by contract_id, why, source_id
                        """,
                        row -> new OnItsWay(
                                row.bigint("contract_id"),
                                row.oneOf(Why.class, "why"),
                                row.bigint("source_id"),
                                row.instantOrNull("until")),
                        contractIds,
                        now)
                .stream()
                .collect(Collectors.toMap(OnItsWay::contractId, one -> one));
    }

    private static PaymentClaim claim(Row row) throws SQLException {
        var endedAt = row.instantOrNull("ended_at");
        return new PaymentClaim(
                row.bigint("id"),
                row.bigint("version"),
                row.bigint("contract_id"),
                row.bigint("amount_cents"),
                row.day("paid_on"),
                row.text("receipt"),
                row.text("claimed_by"),
                row.instant("claimed_at"),
                row.instant("holds_until"),
                endedAt == null ? null : new End(endedAt, row.text("ended_by"), row.text("end_reason")));
    }
}
