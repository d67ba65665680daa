package net.catraca.billing.store;

import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.access.DayWindow;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.contract.Pause;
import net.catraca.billing.receivable.Billing;
import net.catraca.billing.receivable.BillingRules;
import net.catraca.billing.receivable.BillingTerms;
import net.catraca.billing.receivable.PriceStep;
import net.catraca.billing.receivable.Receivable;
import org.jspecify.annotations.Nullable;

/**
 * The tables {@code contract_billing}, {@code contract_price} and {@code plan_billing}: how receivables are generated.
 * They bear on no access; those of a contract are written while it is locked, so that generation reads what holds.
 */
@Singleton
public final class BillingBook {

    private static final String RULES =
            "periods_ahead, open_limit, least_days_to_pay, fine_basis_points, interest_basis_points, discount_cents,"
                    + " discount_days";

    /** All of them, of what was to be inserted. */
    private static final String SET_RULES = """
            periods_ahead = excluded.periods_ahead,
            open_limit = excluded.open_limit,
            least_days_to_pay = excluded.least_days_to_pay,
            fine_basis_points = excluded.fine_basis_points,
            interest_basis_points = excluded.interest_basis_points,
            discount_cents = excluded.discount_cents,
            discount_days = excluded.discount_days
            """;

    private final Sql sql;
    private final Books books;
    private final ContractBook contracts;
    private final ReceivableBook receivables;

    BillingBook(Sql sql, Books books, ContractBook contracts, ReceivableBook receivables) {
        this.sql = sql;
        this.books = books;
        this.contracts = contracts;
        this.receivables = receivables;
    }

    public Optional<BillingTerms> terms(long contractId) {
        return sql.first("select * from contract_billing where contract_id = ?", BillingBook::terms, contractId);
    }

    /** Writes all of a contract's terms, whatever their version says, and raises it. */
    public BillingTerms put(BillingTerms terms) {
        var rules = terms.rules();
        return sql.first(
                        "insert into contract_billing (contract_id, billing_day, due_day, starts_on, ends_on, price_cents, "
                                + RULES + """
                                ) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                                on conflict (contract_id) do update set
                                    version = contract_billing.version + 1,
                                    billing_day = excluded.billing_day,
                                    due_day = excluded.due_day,
                                    starts_on = excluded.starts_on,
                                    ends_on = excluded.ends_on,
                                    price_cents = excluded.price_cents,
                                """ + SET_RULES + " returning *",
                        BillingBook::terms,
                        terms.contractId(),
                        terms.billingDay(),
                        terms.dueDay(),
                        terms.startsOn(),
                        terms.endsOn(),
                        terms.priceCents(),
                        rules.periodsAhead(),
                        rules.openLimit(),
                        rules.leastDaysToPay(),
                        rules.fineBasisPoints(),
                        rules.interestBasisPoints(),
                        rules.discountCents(),
                        rules.discountDays())
                .orElseThrow();
    }

    /** The rules of a plan, of some version. */
    public record PlanRules(long planId, long version, BillingRules rules) {}

    public Optional<PlanRules> planRules(long planId) {
        return sql.first("select * from plan_billing where plan_id = ?", BillingBook::planRules, planId);
    }

    /** Writes all rules of a plan, and raises their version. */
    public PlanRules putPlan(long planId, BillingRules rules) {
        return sql.first(
                        "insert into plan_billing (plan_id, " + RULES + """
                                ) values (?, ?, ?, ?, ?, ?, ?, ?)
                                on conflict (plan_id) do update set
                                    version = plan_billing.version + 1,
                                """ + SET_RULES + " returning *",
                        BillingBook::planRules,
                        planId,
                        rules.periodsAhead(),
                        rules.openLimit(),
                        rules.leastDaysToPay(),
                        rules.fineBasisPoints(),
                        rules.interestBasisPoints(),
                        rules.discountCents(),
                        rules.discountDays())
                .orElseThrow();
    }

    /** What a plan costs a month, and its rules. */
    private record Offer(long monthlyCents, BillingRules rules) {

        /** Of a plan that is made just now, by somebody else. */
        private static final Offer UNKNOWN = new Offer(0, BillingRules.NONE);
    }

    private Map<Long, Offer> offers() {
        Map<Long, Offer> offers = new HashMap<>();
        sql.each(
                "select p.id, p.monthly_cents, b.* from plan p left join plan_billing b on b.plan_id = p.id",
                row -> offers.put(row.bigint("id"), new Offer(row.bigint("monthly_cents"), rules(row))));
        return offers;
    }

    /** The rules of contracts, each with its plan's behind it; a contract without terms has its plan's. */
    public Map<Long, BillingRules> rulesOf(Collection<Long> contractIds) {
        var offers = offers();
        Map<Long, BillingRules> found = new HashMap<>();
        sql.each(
                "select c.id, c.plan_id as sold_plan_id, b.* from contract c"
                        + " left join contract_billing b on b.contract_id = c.id where c.id = any(?)",
                row -> found.put(
                        row.bigint("id"),
                        rules(row)
                                .orElse(offers.getOrDefault(row.bigint("sold_plan_id"), Offer.UNKNOWN)
                                        .rules())),
                contractIds);
        return found;
    }

    /** What a contract costs from a day on; a second change on the same day takes the first one's place. */
    public void putPrice(long contractId, PriceStep step) {
        sql.update("""
                insert into contract_price (contract_id, from_day, plan_id, list_cents, own_cents)
                values (?, ?, ?, ?, ?)
                on conflict (contract_id, from_day) do update set
                    plan_id = excluded.plan_id, list_cents = excluded.list_cents, own_cents = excluded.own_cents
                """, contractId, step.from(), step.planId(), step.listCents(), step.ownCents());
    }

    /** By day. */
    public List<PriceStep> prices(long contractId) {
        return prices(List.of(contractId)).getOrDefault(contractId, List.of());
    }

    private Map<Long, List<PriceStep>> prices(Collection<Long> contractIds) {
        Map<Long, List<PriceStep>> prices = new HashMap<>();
        sql.each(
                "select * from contract_price where contract_id = any(?) order by contract_id, from_day",
                row -> prices.computeIfAbsent(row.bigint("contract_id"), _ -> new ArrayList<>())
                        .add(new PriceStep(
                                row.day("from_day"),
                                row.bigint("plan_id"),
                                row.bigint("list_cents"),
                                row.bigintOrNull("own_cents"))),
                contractIds);
        return prices;
    }

    /**
     * What generation reads of contracts; those without terms are left out. It agrees with itself only within a transaction
     * that has the contracts locked, or that reads one snapshot.
     *
     * @param usual what holds where neither contract nor plan says anything
     * @param since where nothing has ever changed, receivables of earlier days are not read: they make no difference
     */
    public List<Billing> read(Collection<Long> contractIds, BillingRules usual, LocalDate since) {
        var terms = termsOf(contractIds);
        var offers = offers();
        var prices = prices(contractIds);
        var adjusted = receivables.adjusted(contractIds);
        var pauses = books.pauses(contractIds).stream()
                .collect(Collectors.groupingBy(
                        Pause::contractId,
                        Collectors.mapping(
                                pause -> DayWindow.of(pause.firstDay(), pause.lastDay()), Collectors.toList())));
        var exemptions = books.exemptions(contractIds).stream()
                .collect(Collectors.groupingBy(
                        Exemption::contractId,
                        Collectors.mapping(
                                exemption -> DayWindow.of(exemption.firstDay(), exemption.lastDay()),
                                Collectors.toList())));
        var billed = contracts.findAll(contractIds).stream()
                .filter(contract -> terms.containsKey(contract.id()))
                .sorted(Comparator.comparingLong(Contract::id))
                .toList();
        var plain = billed.stream()
                .filter(contract -> contract.status() == ContractStatus.ACTIVE
                        && present(terms.get(contract.id())).endsOn() == null
                        && !prices.containsKey(contract.id())
                        && !pauses.containsKey(contract.id())
                        && !exemptions.containsKey(contract.id()))
                .map(Contract::id)
                .collect(Collectors.toSet());
        var others = billed.stream()
                .map(Contract::id)
                .filter(id -> !plain.contains(id))
                .toList();
        var owed = Stream.concat(
                        receivables.forGeneration(plain, since).stream(), receivables.bearingOnAccess(others).stream())
                .collect(Collectors.groupingBy(Receivable::contractId));
        return billed.stream()
                .map(contract -> {
                    var own = present(terms.get(contract.id()));
                    var offer = present(offers.get(contract.planId()));
                    return new Billing(
                            contract,
                            own,
                            own.rules().orElse(offer.rules()).orElse(usual),
                            offer.monthlyCents(),
                            prices.getOrDefault(contract.id(), List.of()),
                            pauses.getOrDefault(contract.id(), List.of()),
                            exemptions.getOrDefault(contract.id(), List.of()),
                            owed.getOrDefault(contract.id(), List.of()),
                            adjusted.getOrDefault(contract.id(), Map.of()));
                })
                .toList();
    }

    private static <T> T present(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    private Map<Long, BillingTerms> termsOf(Collection<Long> contractIds) {
        Map<Long, BillingTerms> terms = new HashMap<>();
        sql.each(
                "select * from contract_billing where contract_id = any(?)",
                row -> terms.put(row.bigint("contract_id"), terms(row)),
                contractIds);
        return terms;
    }

    /**
     * A contract that may be due for a receivable.
     *
     * @param firstDay the first day that generation charges
     * @param isPlain active, without an end, a pause, an exemption or a change of price: whether it needs a receivable is
     *     seen from what is covered
     */
    public record Head(
            long contractId,
            ZoneId zone,
            BillingMode mode,
            LocalDate firstDay,
            BillingTerms terms,
            BillingRules rules,
            boolean isPlain) {}

    /**
     * Contracts with terms, by id.
     *
     * @param planId null for all plans
     * @param contractId null for all contracts
     */
    public List<Head> heads(
            @Nullable Long planId, @Nullable Long contractId, BillingRules usual, long afterId, int limit) {
        var offers = offers();
        return sql.list(
                """
                select c.zone, c.billing_mode, c.plan_id, b.*,
                       greatest(c.financial_base_date, b.starts_on) as first_day,
                       c.status = 'ACTIVE' and c.money_source = 'LOCAL' and b.ends_on is null
                       and not exists (select from pause p where p.contract_id = c.id)
                       and not exists (select from exemption e where e.contract_id = c.id)
                       and not exists (select from contract_price s where s.contract_id = c.id) as plain
                  from contract_billing b
                  join contract c on c.id = b.contract_id
                 where b.contract_id > ? and c.id > ? and (?::bigint is null or c.plan_id = ?)
                   and (?::bigint is null or c.id = ?)
                 order by b.contract_id limit ?
                """,
                row -> {
                    var terms = terms(row);
                    return new Head(
                            terms.contractId(),
                            ZoneId.of(row.text("zone")),
                            row.oneOf(BillingMode.class, "billing_mode"),
                            row.day("first_day"),
                            terms,
                            terms.rules()
                                    .orElse(offers.getOrDefault(row.bigint("plan_id"), Offer.UNKNOWN)
                                            .rules())
                                    .orElse(usual),
                            row.bool("plain"));
                },
                afterId,
                afterId,
                planId,
                planId,
                contractId,
                contractId,
                limit);
    }

    /** Days that a contract should have receivables for, both included. */
    public record Wanted(long contractId, LocalDate first, LocalDate last) {

        private boolean isCoveredBy(List<DayWindow> periods) {
            long next = first.toEpochDay();
            for (var period : periods.stream()
                    .sorted(Comparator.comparingInt(DayWindow::firstDay))
                    .toList()) {
                if (period.firstDay() > next) {
                    break;
                }
                next = Math.max(next, period.lastDay() + 1L);
            }
            return next > last.toEpochDay();
        }
    }

    /** Those contracts of which recurring receivables cover all wanted days. */
    public Set<Long> covered(List<Wanted> wanted) {
        if (wanted.isEmpty()) {
            return Set.of();
        }
        var since = wanted.stream()
                .map(Wanted::first)
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Map<Long, List<DayWindow>> periods = new HashMap<>();
        sql.each(
                """
                select contract_id, coverage_first, coverage_last from receivable
                 where contract_id = any(?) and kind = 'RECURRING' and replaced_by_id is null and not withdrawn
                   and coverage_last >= ?
                """,
                row -> periods.computeIfAbsent(row.bigint("contract_id"), _ -> new ArrayList<>())
                        .add(DayWindow.of(row.day("coverage_first"), row.day("coverage_last"))),
                wanted.stream().map(Wanted::contractId).toList(),
                since);
        return wanted.stream()
                .filter(one -> one.isCoveredBy(periods.getOrDefault(one.contractId(), List.of())))
                .map(Wanted::contractId)
                .collect(Collectors.toSet());
    }

    private static BillingTerms terms(Row row) throws SQLException {
        return new BillingTerms(
                row.bigint("contract_id"),
                row.bigint("version"),
                row.integer("billing_day"),
                row.integer("due_day"),
                row.dayOrNull("starts_on"),
                row.dayOrNull("ends_on"),
                row.bigintOrNull("price_cents"),
                rules(row));
    }

    private static PlanRules planRules(Row row) throws SQLException {
        return new PlanRules(row.bigint("plan_id"), row.bigint("version"), rules(row));
    }

    private static BillingRules rules(Row row) throws SQLException {
        return new BillingRules(
                row.integerOrNull("periods_ahead"),
                row.integerOrNull("open_limit"),
                row.integerOrNull("least_days_to_pay"),
                row.integerOrNull("fine_basis_points"),
                row.integerOrNull("interest_basis_points"),
                row.bigintOrNull("discount_cents"),
                row.integerOrNull("discount_days"));
    }
}
