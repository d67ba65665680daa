package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.bank.BankFile;
import net.catraca.billing.bank.FileNumbers;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.store.BankBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of the numbers that a bank gives its files: that some will never come, or that they begin anew.
 * Without it one lost number would stop runs until nobody looks any more at why.
 */
@Singleton
public final class BankFileNumbers {

    private final Sql sql;
    private final BankBook banks;
    private final AuditLog audit;
    private final Clock clock;

    BankFileNumbers(Sql sql, BankBook banks, AuditLog audit, Clock clock) {
        this.sql = sql;
        this.banks = banks;
        this.audit = audit;
        this.clock = clock;
    }

    /** @param accepted those of what was named that were missing */
    public record AcceptedGap(
            long agreementId, List<FileNumbers> accepted, String reason, String acceptedBy, Instant acceptedAt) {
        public AcceptedGap {
            accepted = List.copyOf(accepted);
        }
    }

    /**
     * Files of these numbers are expected no longer. Declined as {@code person-needed} for a job, and as {@code
     * not-missing} where none of them is missing now: numbers to come are not given away beforehand.
     */
    public Outcome<AcceptedGap> acceptGap(Actor actor, long agreementId, FileNumbers numbers, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return onAgreement(actor, agreementId, () -> {
            var accepted = banks.acceptGap(agreementId, numbers, reason, actor.name(), now);
            if (accepted.isEmpty()) {
                return Outcome.<AcceptedGap>declined(
                        new Conflict("not-missing", "no file of the numbers " + numbers + " is missing"));
            }
            var gap = new AcceptedGap(agreementId, accepted, reason, actor.name(), now);
            audit.append(actor, "bank-agreement.accept-gap", subject(agreementId), null, gap, now);
            return Outcome.done(gap);
        });
    }

    /**
     * @param fromFileId the first file of the new numbering
     * @param startsAt its first number
     */
    public record Restart(
            long agreementId, long fromFileId, long startsAt, String reason, String declaredBy, Instant declaredAt) {}

    /**
     * From a file on, numbers begin anew: what came before has nothing to do with them.
     *
     * @param startsAt the first number, where the file's is not; null for the file's
     */
    public Outcome<Restart> restart(
            Actor actor, long agreementId, long fromFileId, @Nullable Long startsAt, String reason) {
        var checks = new Checks().text(reason, 500, "reason");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return onAgreement(actor, agreementId, () -> {
            var file = banks.file(fromFileId)
                    .filter(found -> found.agreementId() == agreementId)
                    .orElse(null);
            var number = file == null || file.state() != BankFile.State.IMPORTED ? null : file.sequence();
            if (number == null) {
                return Outcome.<Restart>declined(new Unknown("imported file with a number", fromFileId));
            }
            long first = startsAt == null ? number : startsAt;
            var range = new Checks()
                    .expect(first >= 0 && first <= number, "startsAt", "0 up to the file's number, " + number);
            if (range.failed()) {
                return range.<Restart>declined();
            }
            var restart = new Restart(agreementId, fromFileId, first, reason, actor.name(), now);
            if (!banks.restart(agreementId, fromFileId, first, reason, actor.name(), now)) {
                return Outcome.<Restart>declined(new Conflict("numbers-restarted", "numbers begin anew there already"));
            }
            audit.append(actor, "bank-agreement.restart-numbers", subject(agreementId), null, restart, now);
            return Outcome.done(restart);
        });
    }

    private interface Work<T> {
        Outcome<T> done();
    }

    private <T> Outcome<T> onAgreement(Actor actor, long agreementId, Work<T> work) {
        if (!actor.isPerson()) {
            return Outcome.declined(new Conflict("person-needed", "a job cannot know that a file will never come"));
        }
        return sql.inTransaction(() -> banks.lock(agreementId).isEmpty()
                ? Outcome.<T>declined(new Unknown("bank_agreement", agreementId))
                : work.done());
    }

    private static String subject(long agreementId) {
        return "bank-agreement/" + agreementId;
    }
}
