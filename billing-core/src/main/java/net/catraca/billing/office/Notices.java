package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.NoticeBook;
import net.catraca.billing.store.NoticeBook.Notice;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;

/** Records that somebody was told of a debt: a policy can demand such a notice before a run may tighten. */
@Singleton
public final class Notices {

    private final Sql sql;
    private final ContractBook contracts;
    private final ReceivableBook receivables;
    private final NoticeBook notices;
    private final AuditLog audit;
    private final Clock clock;

    Notices(
            Sql sql,
            ContractBook contracts,
            ReceivableBook receivables,
            NoticeBook notices,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.contracts = contracts;
        this.receivables = receivables;
        this.notices = notices;
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

    private boolean isOf(long contractId, long receivableId) {
        return receivables
                .find(receivableId)
                .filter(receivable -> receivable.contractId() == contractId)
                .isPresent();
    }
}
