package net.catraca.radius.office;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Clock;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.Sql;
import net.catraca.radius.dynauth.DynauthSettings;
import net.catraca.radius.dynauth.NasBudget;
import net.catraca.radius.nas.CoaRules;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.store.NasBook;
import net.catraca.radius.store.TargetBook;

/** What NASes bear of CoA and Disconnect, and how they are repaired. A change holds at the next look at the leases. */
@Singleton
@Requires(beans = {NasBook.class, DynauthSettings.class, ReplyProfiles.class, AuditLog.class})
public final class CoaBudgets {

    private final TargetBook book;
    private final NasBook nases;
    private final ReplyProfiles profiles;
    private final DynauthSettings settings;
    private final AuditLog audit;
    private final Sql sql;
    private final Clock clock;

    CoaBudgets(
            TargetBook book,
            NasBook nases,
            ReplyProfiles profiles,
            DynauthSettings settings,
            AuditLog audit,
            Sql sql,
            Clock clock) {
        this.book = book;
        this.nases = nases;
        this.profiles = profiles;
        this.settings = settings;
        this.audit = audit;
        this.sql = sql;
        this.clock = clock;
    }

    /** What is said of this NAS. */
    public CoaRules rules(long nasId) {
        return book.rules(nasId);
    }

    /** What holds: as is said of the NAS, else as its vendor's profile says, else as the settings do. */
    public NasBudget inForce(Nas nas, CoaRules rules) {
        var ofVendor = profiles.vendors().contains(nas.vendor()) ? profiles.coa(nas.vendor()) : CoaRules.NONE;
        return settings.budget().with(ofVendor).with(rules);
    }

    /**
     * In place of all that was said of this NAS before. Audited.
     *
     * @throws IllegalArgumentException for a number out of its range
     */
    public Outcome<CoaRules> set(Actor actor, long nasId, CoaRules rules) {
        var _ = settings.budget().with(rules); // refuses what is out of range
        return sql.inTransaction(() -> {
            if (nases.find(nasId).isEmpty()) {
                return Outcome.<CoaRules>declined(new Unknown("nas", nasId));
            }
            var before = book.rules(nasId);
            book.saveRules(nasId, rules);
            audit.append(actor, "nas.coa-rules", "nas/" + nasId, before, rules, clock.instant());
            return Outcome.done(rules);
        });
    }
}
