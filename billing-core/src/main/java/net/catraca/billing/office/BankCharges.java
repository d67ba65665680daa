package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.catraca.billing.bank.Charge;
import net.catraca.billing.bank.IncomingPayment;
import net.catraca.billing.cnab.OurNumber;
import net.catraca.billing.store.AccessWrite;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.ChargeBook;
import net.catraca.billing.store.IncomingBook;
import net.catraca.billing.store.IncomingBook.Numbered;
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
    private final IncomingBook incoming;
    private final IncomingMoney money;
    private final AccessWrite access;
    private final AuditLog audit;
    private final Clock clock;

    BankCharges(
            Sql sql,
            BankBook banks,
            ChargeBook charges,
            ReceivableBook receivables,
            IncomingBook incoming,
            IncomingMoney money,
            AccessWrite access,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.banks = banks;
        this.charges = charges;
        this.receivables = receivables;
        this.incoming = incoming;
        this.money = money;
        this.access = access;
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

    /** Money that waited because nobody knew these numbers is booked in the same transaction. */
    public Outcome<Charge> create(Actor actor, Wanted wanted) {
        return createAll(actor, List.of(wanted)).getFirst();
    }

    /**
     * Many in one transaction; each row stands for itself.
     *
     * @param rows at most {@link #MAX_ROWS}
     * @return one outcome a row, in their order
     */
    public List<Outcome<Charge>> createAll(Actor actor, List<Wanted> rows) {
        return sql.inTransaction(() -> {
            incoming.holdNumbers();
            return rows.isEmpty() ? List.of() : new Creation(actor, rows).all();
        });
    }

    /** One creation under way. */
    private final class Creation {

        private final Actor actor;
        private final List<Wanted> rows;
        private final List<Checked> checked;
        private final Map<Long, Long> contractOf = new HashMap<>();
        private final Instant now = clock.instant();

        Creation(Actor actor, List<Wanted> rows) {
            this.actor = actor;
            this.rows = rows;
            var asked =
                    rows.stream().flatMap(row -> row.receivableIds().stream()).collect(Collectors.toSet());
            receivables.contractsOf(asked).forEach(contractOf::put);
            this.checked = rows.stream().map(this::check).toList();
        }

        private Checked check(Wanted wanted) {
            String number = OurNumber.normal(wanted.ourNumber());
            return new Checked(wanted, number, problem(wanted, number));
        }

        private @Nullable Problem problem(Wanted wanted, @Nullable String number) {
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
                return checks.problem();
            }
            if (banks.agreement(wanted.agreementId()).isEmpty()) {
                return new Problem.Unknown("bank_agreement", wanted.agreementId());
            }
            return ids.stream()
                    .filter(id -> !contractOf.containsKey(id))
                    .findFirst()
                    .map(id -> new Problem.Unknown("receivable", id))
                    .orElse(null);
        }

        List<Outcome<Charge>> all() {
            var sound = checked.stream().filter(each -> each.problem() == null).toList();
            var waiting = incoming.waitingFor(
                    sound.stream().flatMap(each -> each.numbered().stream()).toList(),
                    sound.stream()
                            .map(each -> each.wanted().txid())
                            .filter(Objects::nonNull)
                            .toList(),
                    List.of());
            if (waiting.isEmpty()) {
                return insertAll();
            }
            // Only those of charges for which money waits; a charge by itself changes nothing of its contracts.
            var contracts = sound.stream()
                    .filter(each -> waiting.stream().anyMatch(each::isOf))
                    .flatMap(each -> each.wanted().receivableIds().stream())
                    .map(id -> Objects.requireNonNull(contractOf.get(id)))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (contracts.size() > AccessWrite.MOST_CONTRACTS && rows.size() > 1) {
                return inHalves();
            }
            return access.on(contracts, now, write -> {
                var made = insertAll();
                var paid = money.takeWaiting(actor, write, waiting, now);
                contracts.stream().filter(id -> !paid.contains(id)).forEach(write::leave);
                return made;
            });
        }

        private List<Outcome<Charge>> inHalves() {
            var both = new ArrayList<>(createAll(actor, rows.subList(0, rows.size() / 2)));
            both.addAll(createAll(actor, rows.subList(rows.size() / 2, rows.size())));
            return both;
        }

        private List<Outcome<Charge>> insertAll() {
            return checked.stream().map(this::insert).toList();
        }

        private Outcome<Charge> insert(Checked row) {
            if (row.problem() != null) {
                return Outcome.declined(row.problem());
            }
            var wanted = row.wanted();
            var ids = new TreeSet<>(wanted.receivableIds());
            return charges.insert(wanted.agreementId(), row.number(), wanted.txid(), ids, now, actor.name())
                    .map(made -> {
                        audit.append(actor, "charge.create", "charge/" + made.id(), null, made, now);
                        return Outcome.done(made);
                    })
                    .orElseGet(() -> Outcome.declined(new Problem.Conflict(
                            "number-taken", row.number() == null ? String.valueOf(wanted.txid()) : row.number())));
        }
    }

    /** @param number our number in one spelling */
    private record Checked(
            Wanted wanted,
            @Nullable String number,
            @Nullable Problem problem) {

        Optional<Numbered> numbered() {
            return Optional.ofNullable(number).map(known -> new Numbered(wanted.agreementId(), known));
        }

        boolean isOf(IncomingPayment waiting) {
            return (number != null
                            && number.equals(waiting.ourNumber())
                            && wanted.agreementId() == waiting.agreementId())
                    || (wanted.txid() != null && wanted.txid().equals(waiting.txid()));
        }
    }

    public Optional<Charge> find(long id) {
        return charges.find(id);
    }

    /** Those by which a receivable can be paid, newest first. */
    public List<Charge> ofReceivable(long receivableId) {
        return charges.ofReceivable(receivableId);
    }
}
