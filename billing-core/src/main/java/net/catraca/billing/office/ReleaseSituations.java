package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.util.List;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.office.LockedContract.Held;
import net.catraca.billing.release.ReleaseRules.Situation;
import net.catraca.billing.store.Books;
import net.catraca.billing.store.DebtReliefBook;
import net.catraca.billing.store.ReleaseLedger;

/** Reads what the rules of releases look at. */
@Singleton
final class ReleaseSituations {

    private final Books books;
    private final ReleaseLedger ledger;
    private final DebtReliefBook otherRelief;
    private final BankingCalendar calendar;

    ReleaseSituations(Books books, ReleaseLedger ledger, DebtReliefBook otherRelief, BankingCalendar calendar) {
        this.books = books;
        this.ledger = ledger;
        this.otherRelief = otherRelief;
        this.calendar = calendar;
    }

    Situation of(Held held) {
        long contract = held.contractId();
        var book = books.read(List.of(contract), held.now()).getFirst();
        return new Situation(
                held.before(),
                book.contract().trustUnlock(),
                book.standing(calendar),
                ledger.of(contract),
                otherRelief.of(contract));
    }
}
