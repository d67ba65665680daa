package net.catraca.billing.office;

import java.util.List;
import net.catraca.billing.payment.ErpStanding;

/** What an ERP says of the contracts whose money it keeps. It is an input to runs, not a command. */
public interface ErpFeed {

    /** Most rows of one push: a transaction locks no more than 500 contracts. */
    int MAX_ROWS = 500;

    /**
     * Writes what is newer than what is known; each row stands for itself.
     *
     * @param standings at most {@link #MAX_ROWS}, a contract once
     * @return one result a row, in their order
     */
    Outcome<List<Outcome<Taken>>> push(Actor actor, List<ErpStanding> standings);

    enum Taken {
        WRITTEN,
        /** It says what is known already, or something older. */
        PASSED_OVER
    }
}
