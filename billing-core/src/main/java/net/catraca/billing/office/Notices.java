package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.NoticeBook;
import net.catraca.billing.store.NoticeBook.Kept;
import net.catraca.billing.store.NoticeBook.Notice;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import net.catraca.billing.store.WebhookOutbox;
import org.jspecify.annotations.Nullable;

/** Records that somebody was told of a debt: a policy can demand such a notice before a run may tighten. */
@Singleton
public final class Notices {

    private final Sql sql;
    private final ContractBook contracts;
    private final ReceivableBook receivables;
    private final NoticeBook notices;
    private final WebhookOutbox outbox;
    private final AuditLog audit;
    private final Clock clock;

    Notices(
            Sql sql,
            ContractBook contracts,
            ReceivableBook receivables,
            NoticeBook notices,
            WebhookOutbox outbox,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.contracts = contracts;
        this.receivables = receivables;
        this.notices = notices;
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
    }

    /** @return its id */
    public Outcome<Long> record(Actor actor, Notice notice) {
        var now = clock.instant();
        var receivableId = notice.receivableId();
        var checks = new Checks()
                .text(notice.kind(), 50, "kind")
                .expect(
                        (receivableId == null) != (notice.dueOn() == null),
                        "receivableId",
                        "the receivable, or dueOn where an ERP keeps the money")
                .expect(!notice.sentAt().isAfter(now), "sentAt", "an instant that has passed");
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            if (contracts.find(notice.contractId()).isEmpty()) {
                return Outcome.<Long>declined(new Unknown("contract", notice.contractId()));
            }
            if (receivableId != null && !isOf(notice.contractId(), receivableId)) {
                return Outcome.<Long>declined(new Unknown("receivable", receivableId));
            }
            long id = notices.insert(notice, actor.name());
            audit.append(actor, "notice.record", "contract/" + notice.contractId(), null, notice, now);
            return Outcome.done(id);
        });
    }

    /**
     * What became of a notice, as its carrier told later. A bounced or failed one proves nothing to a run any more; who
     * listens to webhooks is told.
     *
     * @param why in the carrier's words, or null
     */
    public Outcome<Kept> tellOutcome(Actor actor, long id, NoticeBook.Outcome outcome, @Nullable String why) {
        var checks = new Checks().textOrNone(why, 500, "why");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = notices.lock(id).orElse(null);
            if (before == null) {
                return Outcome.<Kept>declined(new Unknown("notice", id));
            }
            if (before.notice().outcome() == outcome) {
                return Outcome.done(before);
            }
            notices.setOutcome(id, outcome, why, now);
            if (outcome == NoticeBook.Outcome.BOUNCED || outcome == NoticeBook.Outcome.FAILED) {
                outbox.notice(id, "notice." + outcome.name().toLowerCase(Locale.ROOT), now);
            }
            var after = notices.find(id).orElseThrow();
            audit.append(actor, "notice.outcome", "notice/" + id, before.notice(), after.notice(), now);
            return Outcome.done(after);
        });
    }

    public Optional<Kept> find(long id) {
        return notices.find(id);
    }

    /**
     * Newest first.
     *
     * @param contractId only this contract's, or null for all
     * @param outcome only those with it, or null for all
     * @param providerId only the one that its carrier names so, or null for all
     * @param beforeId only ids below it: the cursor of a page
     */
    public List<Kept> list(
            @Nullable Long contractId,
            NoticeBook.@Nullable Outcome outcome,
            @Nullable String providerId,
            long beforeId,
            int limit) {
        return notices.page(contractId, outcome, providerId, beforeId, limit);
    }

    private boolean isOf(long contractId, long receivableId) {
        return receivables
                .find(receivableId)
                .filter(receivable -> receivable.contractId() == contractId)
                .isPresent();
    }
}
