package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import net.catraca.billing.bank.Charge;
import net.catraca.billing.cnab.OurNumber;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.ChargeBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** What customers are given to pay by. The bank or the ERP registers it; the numbers are kept here, to know the money by. */
@Singleton
public final class BankCharges {

    /** A family's or a company's contracts on one bill. */
    public static final int MOST_RECEIVABLES = 100;

    /** Charges in one call. */
    public static final int MAX_ROWS = 500;

    private static final Pattern TXID = Pattern.compile("[A-Za-z0-9]{1,35}");
    private static final int LONGEST_NUMBER = 25;

    private final Sql sql;
    private final BankBook banks;
    private final ChargeBook charges;
    private final ReceivableBook receivables;
    private final AuditLog audit;
    private final Clock clock;

    BankCharges(Sql sql, BankBook banks, ChargeBook charges, ReceivableBook receivables, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.banks = banks;
        this.charges = charges;
        this.receivables = receivables;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * @param ourNumber in any spelling; may be null for Pix alone
     * @param txid may be null for a boleto without Pix
     */
    public record Wanted(
            long agreementId,
            @Nullable String ourNumber,
            @Nullable String txid,
            Collection<Long> receivableIds) {}

    public Outcome<Charge> create(Actor actor, Wanted wanted) {
        String number = OurNumber.normal(wanted.ourNumber());
        var ids = new TreeSet<>(wanted.receivableIds());
        var checks = new Checks()
                .expect(number != null || wanted.txid() != null, "ourNumber", "our number or a txid")
                .expect(
                        wanted.ourNumber() == null || (number != null && number.length() <= LONGEST_NUMBER),
                        "ourNumber",
                        "1 to " + LONGEST_NUMBER + " letters and digits")
                .expect(
                        wanted.txid() == null || TXID.matcher(wanted.txid()).matches(),
                        "txid",
                        "1 to 35 letters and digits")
                .expect(
                        !ids.isEmpty() && ids.size() <= MOST_RECEIVABLES,
                        "receivableIds",
                        "1 to " + MOST_RECEIVABLES + " receivables");
        if (checks.failed()) {
            return checks.declined();
        }
        if (banks.agreement(wanted.agreementId()).isEmpty()) {
            return Outcome.declined(new Problem.Unknown("bank_agreement", wanted.agreementId()));
        }
        for (long id : ids) {
            if (receivables.find(id).isEmpty()) {
                return Outcome.declined(new Problem.Unknown("receivable", id));
            }
        }
        var now = clock.instant();
        return sql.inTransaction(
                () -> charges.insert(wanted.agreementId(), number, wanted.txid(), ids, now, actor.name())
                        .map(made -> {
                            audit.append(actor, "charge.create", "charge/" + made.id(), null, made, now);
                            return Outcome.done(made);
                        })
                        .orElseGet(() -> Outcome.declined(new Problem.Conflict(
                                "number-taken", number == null ? String.valueOf(wanted.txid()) : number))));
    }

    public Optional<Charge> find(long id) {
        return charges.find(id);
    }

    /** Those by which a receivable can be paid, newest first. */
    public List<Charge> ofReceivable(long receivableId) {
        return charges.ofReceivable(receivableId);
    }
}
