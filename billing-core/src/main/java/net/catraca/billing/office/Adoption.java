package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.Commitment;
import net.catraca.billing.access.ContractBooks;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.CommitmentBook;

/**
 * What becomes here of a commitment that a system of before has made: it rests on what the contract owes now, late and
 * counting for blocking. How many at once, and whether a second person must look, is asked elsewhere.
 */
@Singleton
final class Adoption {

    private final Books books;
    private final CommitmentBook commitments;
    private final BankingCalendar calendar;
    private final AuditLog audit;

    Adoption(Books books, CommitmentBook commitments, BankingCalendar calendar, AuditLog audit) {
        this.books = books;
        this.commitments = commitments;
        this.calendar = calendar;
        this.audit = audit;
    }

    sealed interface Judged {}

    record Adopts(Commitment commitment) implements Judged {}

    /** A commitment stands already. */
    record Stands() implements Judged {}

    /** The contract had one: the system of before has no say any more. */
    record HadOne() implements Judged {}

    record Refused(Problem why) implements Judged {}

    /** Of contracts that the caller holds. */
    Batch of(Collection<Long> held, Instant now) {
        return new Batch(held, now);
    }

    final class Batch {

        private final Instant now;
        private final Map<Long, ContractBooks> known;
        private final Set<Long> ever;
        private final Map<Long, Commitment> adopted = new HashMap<>();

        private Batch(Collection<Long> held, Instant now) {
            this.now = now;
            this.known = books.read(held, now).stream()
                    .collect(Collectors.toMap(book -> book.contract().id(), book -> book));
            this.ever = commitments.everOf(held);
        }

        /** @param contract its facts before this write */
        Judged judge(long contractId, AccessLevel level, ContractSnapshot contract) {
            if (level != AccessLevel.REDUCED && level != AccessLevel.BLOCKED) {
                return new Refused(new Invalid("level", "reduced or blocked"));
            }
            var book = known.get(contractId);
            if (book == null || book.contract().status() != ContractStatus.ACTIVE) {
                return new Refused(new Conflict(
                        "wrong-status",
                        book == null ? "unknown" : book.contract().status().name()));
            }
            if (book.commitment() != null || adopted.containsKey(contractId)) {
                return new Stands();
            }
            if (ever.contains(contractId)) {
                return new HadOne();
            }
            var standing = book.standing(calendar);
            var today = (int) LocalDate.ofInstant(now, book.contract().zone()).toEpochDay();
            if (standing.lateOn(today).owed().isEmpty()) {
                return new Refused(new Conflict(
                        "nothing-owed",
                        "a commitment rests on what is late: bring its receivables, or its standing, first"));
            }
            var commitment = Commitment.adopted(level, contract, standing, now);
            return commitment == null
                    ? new Refused(new Conflict("not-justified", "the policy restricts nobody for what it owes"))
                    : new Adopts(commitment);
        }

        void adopt(Actor actor, long contractId, Commitment commitment, Instant at) {
            adopted.put(contractId, commitment);
            audit.append(actor, "contract.adopt-commitment", "contract/" + contractId, null, commitment, at);
        }

        boolean isAdopted(long contractId) {
            return adopted.containsKey(contractId);
        }

        /** Writes what was adopted. */
        void finish() {
            commitments.adopt(adopted);
        }
    }
}
