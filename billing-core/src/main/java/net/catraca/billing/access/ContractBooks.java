package net.catraca.billing.access;

import static net.catraca.billing.access.ContractSnapshot.NO_DAY;
import static net.catraca.billing.access.ContractSnapshot.NO_INSTANT;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Contract.MoneySource;
import net.catraca.billing.contract.Exemption;
import net.catraca.billing.contract.Pause;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.receivable.PaidUntil;
import net.catraca.billing.receivable.Receivable;
import net.catraca.billing.receivable.Standing;
import net.catraca.billing.release.Release;
import org.jspecify.annotations.Nullable;

/**
 * All that is written of a contract and bears on its access. Its facts follow from it; nothing else makes them.
 *
 * @param receivables all, or at least the open ones and every recurring one since the financial base date
 * @param releases all, or at least those that run or will run
 */
public record ContractBooks(
        Contract contract,
        List<Pause> pauses,
        List<Exemption> exemptions,
        List<Receivable> receivables,
        List<Release> releases,
        @Nullable Commitment commitment) {

    /**
     * For how long after their end releases, pauses and exemptions stay in the facts: in a freeze the clock stands where it
     * was declared, and what is written meanwhile must not make the contract forget what held then. As long as a freeze.
     */
    public static final Duration KEPT_AFTER_END = Duration.ofDays(14);

    public ContractBooks {
        pauses = List.copyOf(pauses);
        exemptions = List.copyOf(exemptions);
        receivables = List.copyOf(receivables);
        releases = List.copyOf(releases);
    }

    /**
     * What a write leaves behind: facts for the directory, and the commitment as it is to be kept from now on.
     *
     * @param commitment null when none is left
     */
    public record Balance(ContractSnapshot facts, @Nullable Commitment commitment) {}

    /** How the contract stands with its money. */
    public Standing standing(BankingCalendar calendar) {
        return contract.moneySource() == MoneySource.ERP
                ? Standing.ofErp(terms(calendar), contract.erp())
                : Standing.of(terms(calendar), receivables);
    }

    /** What makes paid-until what it is; empty where an ERP keeps the money and tells only the day. */
    public Optional<PaidUntil> paidUntil(BankingCalendar calendar) {
        return contract.moneySource() == MoneySource.ERP
                ? Optional.empty()
                : Optional.of(PaidUntil.of(terms(calendar), receivables));
    }

    private Standing.Terms terms(BankingCalendar calendar) {
        return new Standing.Terms(
                contract.billingMode(),
                contract.financialBaseDate(),
                pauseWindows().toList(),
                exemptionWindows().toList(),
                calendar);
    }

    /**
     * The facts as they are after a write, within whose transaction this is called.
     *
     * @param before the facts before the write, null for a new contract
     * @param plan the contract's
     * @param policy the contract's own, or its plan's
     * @param now the instant of the write
     */
    public Balance balance(
            @Nullable ContractSnapshot before, Plan plan, AccessPolicy policy, BankingCalendar calendar, Instant now) {
        return balance(before, plan, policy, calendar, now, false);
    }

    /** @param approved whether a second person has approved what the write tightens: then it may lapse at once */
    public Balance balance(
            @Nullable ContractSnapshot before,
            Plan plan,
            AccessPolicy policy,
            BankingCalendar calendar,
            Instant now,
            boolean approved) {
        var standing = standing(calendar);
        var lapsing = uncommitted(standing, plan, policy, now);
        var uncommitted = approved ? lapsing : lapsing.with(HeldLapse.after(before, lapsing, now));
        var left = commitment == null ? null : commitment.after(before, uncommitted, standing, now);
        return new Balance(left == null ? uncommitted : left.enteredIn(uncommitted, standing), left);
    }

    private ContractSnapshot uncommitted(Standing standing, Plan plan, AccessPolicy policy, Instant now) {
        int today = (int) LocalDate.ofInstant(now, contract.zone()).toEpochDay();
        int lapsedSince = standing.lapsedSinceDay();
        int lately = today - (int) KEPT_AFTER_END.toDays();
        int oldest = earliest(lately, standing.regularDayZero(), standing.renegotiatedLateSinceDay());
        var block = contract.manualBlock();
        var restriction = contract.automaticRestriction();
        return new ContractSnapshot(
                contract.id(),
                contract.version(),
                contract.customerId(),
                plan,
                policy,
                contract.zone(),
                contract.status(),
                day(contract.statusSince()),
                contract.billingMode(),
                standing.paidUntilDay(),
                standing.lateSinceDay(),
                lapsedSince,
                null,
                standing.renegotiatedLateSinceDay(),
                endingFrom(pauseWindows(), oldest),
                endingFrom(exemptionWindows(), earliest(lately, lapsedSince)),
                block == null ? NO_INSTANT : block.since().getEpochSecond(),
                releaseChain(now),
                day(contract.doNotBlockUntil()),
                day(contract.doNotReduceUntil()),
                restriction.kind(),
                day(restriction.until()),
                AccessLevel.ACTIVE,
                NO_INSTANT,
                NO_DAY,
                NO_DAY);
    }

    private Stream<DayWindow> pauseWindows() {
        return pauses.stream().map(pause -> DayWindow.of(pause.firstDay(), pause.lastDay()));
    }

    private Stream<DayWindow> exemptionWindows() {
        return exemptions.stream().map(exemption -> DayWindow.of(exemption.firstDay(), exemption.lastDay()));
    }

    private static @Nullable DayWindow endingFrom(Stream<DayWindow> windows, int day) {
        return DayWindow.chain(windows.filter(window -> window.lastDay() >= day).toList());
    }

    /** Those that run or will run, and those that ended by the clock, which a freeze may hold; a person's end holds at once. */
    private @Nullable ReleaseWindow releaseChain(Instant now) {
        return ReleaseWindow.chain(releases.stream()
                .filter(release -> window(release).until() > since(release, now).getEpochSecond())
                .map(ContractBooks::window)
                .filter(window -> window.until() > window.from())
                .toList());
    }

    private static Instant since(Release release, Instant now) {
        return release.end() == null ? now.minus(KEPT_AFTER_END) : now;
    }

    private static ReleaseWindow window(Release release) {
        long until =
                release.until() == null ? ReleaseWindow.OPEN : release.until().getEpochSecond();
        long end = release.end() == null
                ? until
                : Math.min(until, release.end().at().getEpochSecond());
        return new ReleaseWindow(
                release.kind(), release.level(), release.startsAt().getEpochSecond(), end, null);
    }

    private static int earliest(int first, int... days) {
        return IntStream.of(days).filter(day -> day != NO_DAY).reduce(first, Math::min);
    }

    private static int day(@Nullable LocalDate day) {
        return day == null ? NO_DAY : (int) day.toEpochDay();
    }
}
