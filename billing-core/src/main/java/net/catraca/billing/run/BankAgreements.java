package net.catraca.billing.run;

import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.bank.FileNumbers;
import org.jspecify.annotations.Nullable;

/** Agreements (convênios) with banks whose return files are expected on every banking day. */
@FunctionalInterface
public interface BankAgreements {

    List<Agreement> watched();

    /**
     * @param coveredThrough the last banking day whose payments are in; null when no file ever came
     * @param missing numbers of files that are missing between two that came, the first of them
     */
    record Agreement(String name, @Nullable LocalDate coveredThrough, List<FileNumbers> missing) {
        public Agreement {
            missing = List.copyOf(missing);
        }
    }
}
