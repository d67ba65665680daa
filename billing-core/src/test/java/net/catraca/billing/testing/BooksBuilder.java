package net.catraca.billing.testing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AutomaticRestriction;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.RunDecision.Tighten;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.ErpMoney;
import net.catraca.billing.contract.Contract.ManualBlock;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Contract.Restriction;
import net.catraca.billing.contract.Contract.TrustUnlockPermission;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.contract.Pause;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.ReceivableKind;
import net.catraca.billing.receivable.ReceivableStatus;
import net.catraca.billing.receivable.Standing;
import net.catraca.billing.release.Release;
import net.catraca.billing.release.ReleaseKind;
import org.jspecify.annotations.Nullable;

/**
 * A contract's books, told act by act as a store would write them; {@link #write} closes each act with facts and
 * commitment as of then.
 */
public final class BooksBuilder {

    private AccessPolicy policy = Fixtures.RESIDENTIAL;
    private BankingCalendar calendar = BankingCalendar.NATIONAL;
    private ZoneId zone = Fixtures.SAO_PAULO;
    private ContractStatus status = ContractStatus.ACTIVE;
    private LocalDate statusSince = LocalDate.of(2025, 1, 10);
    private BillingMode mode = BillingMode.POSTPAID;
    private LocalDate baseDate = LocalDate.of(2026, 1, 1);
    private MoneySource moneySource = MoneySource.LOCAL;
    private @Nullable ErpMoney erp;
    private @Nullable LocalDate doNotBlockUntil;
    private @Nullable LocalDate doNotReduceUntil;
    private Restriction restriction = Restriction.NORMAL;
    private @Nullable ManualBlock manualBlock;
    private final List<Pause> pauses = new ArrayList<>();
    private final List<Exemption> exemptions = new ArrayList<>();
    private final Map<Long, Receivable> receivables = new LinkedHashMap<>();
    private final List<Release> releases = new ArrayList<>();
    private @Nullable Commitment commitment;
    private @Nullable ContractSnapshot facts;

    public BooksBuilder policy(AccessPolicy applied) {
        policy = applied;
        return this;
    }

    public BooksBuilder calendar(BankingCalendar banks) {
        calendar = banks;
        return this;
    }

    public BooksBuilder zone(ZoneId id) {
        zone = id;
        return this;
    }

    public BooksBuilder mode(BillingMode is) {
        mode = is;
        return this;
    }

    public BooksBuilder baseDate(String day) {
        baseDate = LocalDate.parse(day);
        return this;
    }

    public BooksBuilder status(ContractStatus is, LocalDate since) {
        status = is;
        statusSince = since;
        return this;
    }

    public BooksBuilder erp(@Nullable String paidUntil, @Nullable String oldestDueOn) {
        moneySource = MoneySource.ERP;
        erp = new ErpMoney(date(paidUntil), date(oldestDueOn), Instant.EPOCH, false);
        return this;
    }

    public BooksBuilder doNotBlockUntil(@Nullable LocalDate day) {
        doNotBlockUntil = day;
        return this;
    }

    public BooksBuilder doNotReduceUntil(@Nullable LocalDate day) {
        doNotReduceUntil = day;
        return this;
    }

    public BooksBuilder restriction(AutomaticRestriction kind, @Nullable LocalDate until) {
        restriction = new Restriction(kind, until, kind == AutomaticRestriction.NORMAL ? null : "hospital");
        return this;
    }

    public BooksBuilder manualBlock(@Nullable Instant since) {
        manualBlock = since == null ? null : new ManualBlock(since, "fraud", "noc");
        return this;
    }

    public BooksBuilder pause(LocalDate first, @Nullable LocalDate last) {
        pauses.add(new Pause(pauses.size() + 1, 1, first, last, "journey", "noc", Instant.EPOCH));
        return this;
    }

    /** Those without an end get this one, if they have begun. */
    public BooksBuilder endPausesAndExemptions(LocalDate last) {
        pauses.replaceAll(pause -> pause.lastDay() == null && !pause.firstDay().isAfter(last)
                ? new Pause(pause.id(), 1, pause.firstDay(), last, pause.reason(), pause.createdBy(), pause.createdAt())
                : pause);
        exemptions.replaceAll(exemption ->
                exemption.lastDay() == null && !exemption.firstDay().isAfter(last)
                        ? new Exemption(
                                exemption.id(),
                                1,
                                exemption.firstDay(),
                                last,
                                exemption.reason(),
                                exemption.createdBy(),
                                exemption.createdAt())
                        : exemption);
        return this;
    }

    public BooksBuilder exemption(LocalDate first, @Nullable LocalDate last) {
        exemptions.add(new Exemption(exemptions.size() + 1, 1, first, last, "sponsor", "noc", Instant.EPOCH));
        return this;
    }

    /** An open recurring receivable that counts for blocking, issued ten days before it is due. */
    public BooksBuilder recurring(long id, String due, String coverageFirst, String coverageLast) {
        var dueOn = LocalDate.parse(due);
        return receivable(receivable(id, ReceivableKind.RECURRING, dueOn.minusDays(10), dueOn)
                .covering(LocalDate.parse(coverageFirst), LocalDate.parse(coverageLast)));
    }

    /** An open instalment of an agreement. */
    public BooksBuilder instalment(long id, String due) {
        var dueOn = LocalDate.parse(due);
        return receivable(receivable(id, ReceivableKind.RENEGOTIATED, dueOn.minusDays(10), dueOn));
    }

    /** Open, and by the flag no ground for blocking. */
    public BooksBuilder oneOff(long id, String due) {
        var dueOn = LocalDate.parse(due);
        return receivable(receivable(id, ReceivableKind.ONE_OFF, dueOn, dueOn).notCounting());
    }

    public BooksBuilder receivable(ReceivableBuilder receivable) {
        var built = receivable.build();
        receivables.put(built.id(), built);
        return this;
    }

    public static ReceivableBuilder receivable(long id, ReceivableKind kind, LocalDate issuedOn, LocalDate dueOn) {
        return new ReceivableBuilder(id, kind, issuedOn, dueOn);
    }

    public BooksBuilder settle(long id) {
        return change(id, it -> it.status(ReceivableStatus.SETTLED));
    }

    public BooksBuilder reverse(long id) {
        return change(id, it -> it.status(ReceivableStatus.OPEN));
    }

    public BooksBuilder cancel(long id) {
        return change(id, it -> it.status(ReceivableStatus.CANCELLED));
    }

    public BooksBuilder renegotiate(long id) {
        return change(id, it -> it.status(ReceivableStatus.RENEGOTIATED));
    }

    /** Given back by an agreement that broke. */
    public BooksBuilder giveBack(long id) {
        return change(id, it -> it.status(ReceivableStatus.OPEN).in(1, Receivable.Part.RETURNED));
    }

    /** To a later day; the commitment no longer rests on it. */
    public BooksBuilder postpone(long id, String due) {
        commitment = commitment == null ? null : commitment.without(Set.of(id));
        return change(id, it -> it.due(LocalDate.parse(due)));
    }

    private BooksBuilder change(long id, UnaryOperator<ReceivableBuilder> how) {
        var receivable = receivables.get(id);
        if (receivable == null) {
            throw new IllegalArgumentException("receivable: expected one of " + receivables.keySet() + ", was " + id);
        }
        return receivable(how.apply(new ReceivableBuilder(receivable)));
    }

    public BooksBuilder release(ReleaseKind kind, Instant from, @Nullable Instant until) {
        return release(kind, AccessLevel.ACTIVE, from, until);
    }

    public BooksBuilder release(ReleaseKind kind, AccessLevel level, Instant from, @Nullable Instant until) {
        releases.add(new Release(
                releases.size() + 1,
                1,
                1,
                kind,
                level,
                "asked",
                "noc",
                from,
                from,
                until,
                null,
                null,
                false,
                null,
                null));
        return this;
    }

    /** The ledger as it is told here takes the place of what was. */
    public BooksBuilder releases(List<Release> ledger) {
        releases.clear();
        releases.addAll(ledger);
        return this;
    }

    /** Ends all that still run. */
    public BooksBuilder endReleases(Instant at) {
        releases.replaceAll(release -> release.runsAt(at) ? ended(release, at) : release);
        return this;
    }

    private static Release ended(Release release, Instant at) {
        return new Release(
                release.id(),
                release.version(),
                release.contractId(),
                release.kind(),
                release.level(),
                release.reason(),
                release.grantedBy(),
                release.grantedAt(),
                release.startsAt(),
                release.until(),
                release.debtDueOn(),
                release.fromLevel(),
                release.liftedInterval(),
                release.secondedBy(),
                new Release.End(at, "noc", "done"));
    }

    public BooksBuilder committed(@Nullable Commitment fixed) {
        commitment = fixed;
        return this;
    }

    /** The books as they are written, before any balance. */
    public ContractBooks build() {
        var contract = new Contract(
                1,
                1,
                null,
                1,
                Fixtures.FIBER_500.id(),
                null,
                status,
                zone,
                mode,
                baseDate,
                status == ContractStatus.AWAITING_ACTIVATION ? statusSince : baseDate,
                status == ContractStatus.ACTIVE ? statusSince : null,
                status == ContractStatus.CANCELLED ? statusSince : null,
                null,
                doNotBlockUntil,
                doNotReduceUntil,
                restriction,
                TrustUnlockPermission.INHERIT,
                manualBlock,
                moneySource,
                erp,
                Instant.EPOCH);
        return new ContractBooks(contract, pauses, exemptions, List.copyOf(receivables.values()), releases, commitment);
    }

    public Standing standing() {
        return build().standing(calendar);
    }

    public @Nullable Commitment commitment() {
        return commitment;
    }

    /** What the commitment still rests on; empty when there is none. */
    public Set<Long> restsOn() {
        return commitment == null ? Set.of() : commitment.receivableIds();
    }

    public AccessPolicy policy() {
        return policy;
    }

    /** Closes an act: what a store would write at that instant. */
    public ContractSnapshot write(Instant now) {
        var balance = build().balance(facts, Fixtures.FIBER_500, policy, calendar, now);
        commitment = balance.commitment();
        facts = balance.facts();
        return balance.facts();
    }

    /** A run that all guards let pass, previewed and committed at that instant. */
    public ContractSnapshot run(Instant now) {
        var contract = write(now);
        var decision = AccessPolicy.decideForRun(contract, now, now);
        if (decision instanceof Tighten tighten) {
            var fixed = Commitment.fixedBy(tighten, contract, standing(), now);
            if (fixed != null) {
                commitment = fixed;
                releases.replaceAll(release ->
                        release.kind() == ReleaseKind.MANUAL && release.runsAt(now) ? ended(release, now) : release);
                return write(now);
            }
        }
        return contract;
    }

    private static @Nullable LocalDate date(@Nullable String day) {
        return day == null ? null : LocalDate.parse(day);
    }

    /** A receivable of 99.90, open, counting for blocking unless told otherwise. */
    public static final class ReceivableBuilder {

        private final long id;
        private final ReceivableKind kind;
        private final LocalDate issuedOn;
        private final LocalDate originalDueOn;
        private LocalDate dueOn;
        private @Nullable LocalDate coverageFirst;
        private @Nullable LocalDate coverageLast;
        private boolean counts = true;
        private ReceivableStatus status = ReceivableStatus.OPEN;
        private Receivable.@Nullable InAgreement agreement;

        private ReceivableBuilder(long id, ReceivableKind kind, LocalDate issuedOn, LocalDate dueOn) {
            this.id = id;
            this.kind = kind;
            this.issuedOn = issuedOn;
            this.originalDueOn = dueOn;
            this.dueOn = dueOn;
        }

        private ReceivableBuilder(Receivable like) {
            this(like.id(), like.kind(), like.issuedOn(), like.originalDueOn());
            dueOn = like.dueOn();
            coverageFirst = like.coverageFirst();
            coverageLast = like.coverageLast();
            counts = like.countsForBlocking();
            status = like.status();
            agreement = like.agreement();
        }

        public ReceivableBuilder covering(LocalDate first, LocalDate last) {
            coverageFirst = first;
            coverageLast = last;
            return this;
        }

        public ReceivableBuilder due(LocalDate day) {
            dueOn = day;
            return this;
        }

        public ReceivableBuilder notCounting() {
            counts = false;
            return this;
        }

        public ReceivableBuilder status(ReceivableStatus is) {
            status = is;
            return this;
        }

        public ReceivableBuilder in(long agreementId, Receivable.Part part) {
            agreement = new Receivable.InAgreement(agreementId, part);
            return this;
        }

        public Receivable build() {
            boolean settled = status == ReceivableStatus.SETTLED;
            var built = new Receivable(
                    id,
                    1,
                    null,
                    1,
                    kind,
                    9_990,
                    0,
                    null,
                    issuedOn,
                    dueOn,
                    originalDueOn,
                    coverageFirst,
                    coverageLast,
                    counts,
                    status,
                    settled ? 9_990 : 0,
                    settled ? dueOn : null,
                    null);
            return agreement == null ? built : built.in(agreement.agreementId(), agreement.part());
        }
    }
}
