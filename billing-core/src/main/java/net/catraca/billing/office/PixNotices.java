package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.bank.News;
import net.catraca.billing.bank.PixNotice;
import net.catraca.billing.bank.PixSetAside;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.payment.PaymentDraft;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.PaymentBook;
import net.catraca.billing.store.PixBook;
import net.catraca.billing.store.PixBook.Kept;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pix, as notifications tell them: kept first, then booked once by endToEndId. A refund (devolução) reverses; of one in
 * part, what was not given back is booked again as of the same day. What could not be booked is tried again.
 */
@Singleton
public final class PixNotices {

    /** One notification's, and one round's. */
    public static final int MOST_AT_ONCE = 500;

    /** A round every ten seconds: some three hours, after which a person must look. */
    private static final int MOST_ATTEMPTS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(PixNotices.class);

    private final Sql sql;
    private final PixBook notices;
    private final IncomingBook incoming;
    private final IncomingMoney money;
    private final PaymentBook payments;
    private final Payments office;
    private final AuditLog audit;
    private final Clock clock;

    PixNotices(
            Sql sql,
            PixBook notices,
            IncomingBook incoming,
            IncomingMoney money,
            PaymentBook payments,
            Payments office,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.notices = notices;
        this.incoming = incoming;
        this.money = money;
        this.payments = payments;
        this.office = office;
        this.audit = audit;
        this.clock = clock;
    }

    /** Keeps what a notification told. When this returns, it is durable, and the teller may be answered. */
    public void keep(Collection<PixNotice> told) {
        notices.keep(told, clock.instant());
        told.stream().filter(notice -> !notice.isRefund()).forEach(this::compare);
    }

    /**
     * Keeps elements that could not be read, each once, for a person. Durable when it returns; what the others told is booked
     * none the less.
     */
    public void setAside(Collection<PixSetAside.Told> told) {
        if (notices.setAside(told, clock.instant()) > 0) {
            told.forEach(one -> LOG.error(
                    "an element of a Pix notification of agreement {} is set aside, for {} is not {}; a person must look",
                    one.agreementId(),
                    one.member(),
                    one.expected()));
        }
    }

    /** Those that nobody has seen to, oldest first. */
    public List<PixSetAside> setAside(long afterId, int limit) {
        return notices.setAside(afterId, limit);
    }

    public Optional<PixSetAside> findSetAside(long id) {
        return notices.findSetAside(id);
    }

    /** A person has seen to it: booked it by hand, had it told again, or found that it is no money. */
    public Outcome<PixSetAside> settleSetAside(Actor actor, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var found = notices.findSetAside(id);
            if (found.isEmpty()) {
                return Outcome.declined(new Problem.Unknown("pix_set_aside", id));
            }
            var stale = LockedContract.stale(expectedVersion, found.get().version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            var now = clock.instant();
            if (!notices.settle(id, new PixSetAside.Settlement(now, actor.name(), reason))) {
                return Outcome.declined(new Problem.Conflict("already-settled", Long.toString(id)));
            }
            var settled = notices.findSetAside(id).orElseThrow();
            audit.append(actor, "pix-set-aside.settle", "pix-set-aside/" + id, found.get(), settled, now);
            return Outcome.done(settled);
        });
    }

    /** A Pix told again with another amount is no second one; a person should ask the bank. */
    private void compare(PixNotice told) {
        notices.of(told.endToEndId()).stream()
                .map(Kept::notice)
                .filter(kept -> !kept.isRefund() && kept.amountCents() != told.amountCents())
                .forEach(kept -> LOG.error(
                        "Pix {} is told again with {} cents, first were {}; the first amount stays",
                        told.endToEndId(),
                        told.amountCents(),
                        kept.amountCents()));
    }

    /** Books what these tell, as far as it can; the rest stays for {@link #bookOpen}. */
    public void book(Actor actor, Collection<PixNotice> told) {
        told.stream().map(PixNotice::endToEndId).distinct().forEach(id -> notices.of(id)
                .forEach(kept -> book(actor, kept)));
    }

    /** Tries what was kept and not booked. @return how many were tried */
    public int bookOpen(Actor actor) {
        List<Kept> open = notices.open(MOST_ATTEMPTS, MOST_AT_ONCE);
        open.forEach(kept -> book(actor, kept));
        return open.size();
    }

    /** How many wait to be booked; 0 is right. */
    public long waiting() {
        return notices.waiting();
    }

    private void book(Actor actor, Kept kept) {
        try {
            boolean done = kept.notice().isRefund() ? refund(actor, kept) : pay(actor, kept);
            if (!done) {
                notices.failed(kept.id(), "the Pix itself is not known yet");
            }
        } catch (RuntimeException failed) {
            LOG.error("Pix {} could not be booked; trying again", kept.notice().endToEndId(), failed);
            notices.failed(kept.id(), String.valueOf(failed.getMessage()));
        }
    }

    private boolean pay(Actor actor, Kept kept) {
        var notice = kept.notice();
        // Told again it is found and changes nothing.
        money.take(
                actor,
                List.of(new News(
                        notice.endToEndId(),
                        notice.agreementId(),
                        null,
                        0,
                        "pix",
                        null,
                        notice.txid(),
                        null,
                        notice.payerTaxId(),
                        notice.payerName(),
                        notice.amountCents(),
                        0,
                        paidOn(notice),
                        false)));
        notices.done(kept.id());
        return true;
    }

    private static LocalDate paidOn(PixNotice notice) {
        return LocalDate.ofInstant(notice.paidAt(), Contract.DEFAULT_ZONE);
    }

    /** False while the Pix itself was not told. */
    private boolean refund(Actor actor, Kept kept) {
        var notice = kept.notice();
        return sql.inTransaction(() -> {
            if (!notices.holdOpen(kept.id())) {
                return true;
            }
            var told = incoming.findByExternalId(notice.endToEndId());
            if (told.isEmpty()) {
                return false;
            }
            var payment = told.get();
            long refunded = Math.min(payment.amountCents(), payment.refundedCents() + notice.amountCents());
            takeBack(actor, notice, payment, payment.amountCents() - refunded);
            incoming.refund(payment.id(), refunded == payment.amountCents(), refunded);
            notices.done(kept.id());
            return true;
        });
    }

    /** Reverses what it had paid, and books what is left for the same contract and receivable. */
    private void takeBack(Actor actor, PixNotice refund, IncomingPayment of, long left) {
        long toBook = left;
        for (var payment : payments.ofIncoming(of.id())) {
            if (payment.isReversed()) {
                continue;
            }
            office.reverse(actor, payment.id(), null, "Pix refunded: " + refund.refundId())
                    .orThrow();
            long again = Math.min(toBook, payment.amountCents());
            if (again > 0) {
                toBook -= again;
                var booked = office.receive(
                                actor,
                                new PaymentDraft(
                                        payment.externalId() + "/" + refund.refundId(),
                                        payment.contractId(),
                                        payment.receivableId(),
                                        again,
                                        payment.paidOn(),
                                        payment.source()))
                        .orThrow()
                        .payment();
                payments.link(booked.externalId(), of.id());
            }
        }
    }
}
