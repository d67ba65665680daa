package net.catraca.radius.office;

import java.time.Clock;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.store.Sql;
import net.catraca.radius.dynauth.Reconciler;
import net.catraca.radius.nas.NasRegistry;
import net.catraca.radius.session.SessionTable;
import net.catraca.radius.store.TargetBook;

/** What a person can do at one of several nodes. */
public final class PersonAtNode {

    private PersonAtNode() {}

    public static SessionActions actions(
            Reconciler reconciler,
            SessionTable sessions,
            NasRegistry nases,
            TargetBook book,
            AuditLog audit,
            Sql sql,
            Clock clock) {
        return new SessionActions(reconciler, sessions, nases, book, audit, sql, clock);
    }
}
