package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.bank.PaymentClaim;
import net.catraca.billing.bank.PaymentClaim.End;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.calendar.RunCalendar;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.LimitReached;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.ClaimBook;
import net.catraca.billing.store.ReceivableBook;
import org.jspecify.annotations.Nullable;

/**
 * Receipts that customers show (comprovantes). A claim is no payment and lets nobody through: runs leave the contract
 * alone until the bank had time to tell of the money. Who is blocked already has a trust unlock for that.
 */
@Singleton
public final class PaymentClaims {

    /** A boleto that was paid today is told by the bank on the night after, so the second banking day knows of it. */
    private static final int HELD_BANKING_DAYS = 2;

    /** Claims of one contract within {@link #QUOTA_DAYS}: who shows more without money arriving pays first. */
    private static final int QUOTA = 2;

    private static final int QUOTA_DAYS = 60;

    /** An older receipt has cleared long ago, or never will. */
    private static final int OLDEST_DAYS = 10;

    private final LockedContract contracts;
    private final ClaimBook claims;
    private final ReceivableBook receivables;
    private final BankingCalendar calendar;
    private final AuditLog audit;

    PaymentClaims(
            LockedContract contracts,
            ClaimBook claims,
            ReceivableBook receivables,
            BankingCalendar calendar,
            AuditLog audit) {
        this.contracts = contracts;
        this.claims = claims;
        this.receivables = receivables;
        this.calendar = calendar;
        this.audit = audit;
    }

    /**
     * Keeps a claim, whose hold begins at once. Declined with {@link LimitReached} while another runs, or when the
     * contract's quota is used, and as {@code nothing-owed} where there is nothing to pay.
     */
    public Outcome<PaymentClaim> claim(Actor actor, long contractId, long cents, LocalDate paidOn, String receipt) {
        var checks =
                new Checks().cents(cents, "amountCents").day(paidOn, "paidOn").text(receipt, 200, "receipt");
        if (checks.failed()) {
            return checks.declined();
        }
        return contracts.with(contractId, held -> {
            // Its facts stay: a claim changes no access.
            held.write().leaveAll();
            return claim(actor, held, cents, paidOn, receipt);
        });
    }

    private Outcome<PaymentClaim> claim(Actor actor, Held held, long cents, LocalDate paidOn, String receipt) {
        var today = held.today();
        if (paidOn.isAfter(today) || paidOn.isBefore(today.minusDays(OLDEST_DAYS))) {
            return Outcome.declined(
                    new Problem.Invalid("paidOn", "a day from " + today.minusDays(OLDEST_DAYS) + " to " + today));
        }
        var recent = claims.of(held.contractId(), QUOTA + 1).stream()
                .filter(claim -> claim.claimedAt().isAfter(held.now().minus(Duration.ofDays(QUOTA_DAYS))))
                .toList();
        if (owesNothing(held)) {
            return Outcome.declined(new Conflict("nothing-owed", "contract " + held.contractId()));
        }
        var limit = limit(recent, held.now());
        if (limit != null) {
            return Outcome.declined(limit);
        }
        var made =
                claims.insert(held.contractId(), cents, paidOn, receipt, held.now(), until(today, held), actor.name());
        audit.append(actor, "payment-claim.make", subject(made.id()), null, made, held.now());
        return Outcome.done(made);
    }

    /** A hold that nothing needs would only use up the quota. */
    private boolean owesNothing(Held held) {
        var facts = held.before();
        boolean late = facts.lateSinceDay() != ContractSnapshot.NO_DAY
                || facts.lapsedSinceDay() != ContractSnapshot.NO_DAY
                || facts.renegotiatedLateSinceDay() != ContractSnapshot.NO_DAY;
        return !late && receivables.open(held.contractId()).isEmpty();
    }

    private static @Nullable Problem limit(List<PaymentClaim> recent, Instant now) {
        var running = recent.stream().filter(claim -> claim.holdsAt(now)).findFirst();
        if (running.isPresent()) {
            return new LimitReached(
                    "payment-claim-running",
                    "A claim of this contract holds until " + running.get().holdsUntil() + ".",
                    running.get().holdsUntil(),
                    null);
        }
        if (recent.size() >= QUOTA) {
            var again = recent.get(QUOTA - 1).claimedAt().plus(Duration.ofDays(QUOTA_DAYS));
            return new LimitReached(
                    "payment-claim-quota",
                    "A contract has " + QUOTA + " claims in " + QUOTA_DAYS + " days.",
                    again,
                    null);
        }
        return null;
    }

    /** 10:00 of the banking day after those that the bank needs: then files were read and people are at work. */
    private Instant until(LocalDate today, Held held) {
        var day = today;
        for (int i = 0; i < HELD_BANKING_DAYS; i++) {
            day = calendar.nextBankingDay(day.plusDays(1));
        }
        return day.atTime(RunCalendar.RELEASES_END_AT)
                .atZone(held.before().zone())
                .toInstant();
    }

    /** Ends the hold early: the receipt was false, or was for something else. */
    public Outcome<PaymentClaim> end(
            Actor actor, long contractId, long id, @Nullable Long expectedVersion, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        return contracts.with(contractId, held -> {
            held.write().leaveAll();
            var claim = claims.find(id).filter(found -> found.contractId() == contractId);
            if (claim.isEmpty()) {
                return Outcome.declined(new Unknown("payment_claim", id));
            }
            var stale = LockedContract.stale(expectedVersion, claim.get().version());
            if (stale != null) {
                return Outcome.declined(stale);
            }
            if (!claim.get().holdsAt(held.now()) || !claims.end(id, new End(held.now(), actor.name(), reason))) {
                return Outcome.declined(new Conflict("already-ended", "payment claim " + id));
            }
            var ended = claims.find(id).orElseThrow();
            audit.append(actor, "payment-claim.end", subject(id), claim.get(), ended, held.now());
            return Outcome.done(ended);
        });
    }

    /** Of a contract, newest first. */
    public List<PaymentClaim> list(long contractId, int limit) {
        return claims.of(contractId, limit);
    }

    private static String subject(long id) {
        return "payment-claim/" + id;
    }
}
