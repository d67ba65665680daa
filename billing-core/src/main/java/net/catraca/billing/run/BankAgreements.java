package net.catraca.billing.run;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Agreements (convênios) with banks whose return files are expected on every banking day. */
@FunctionalInterface
public interface BankAgreements {

    List<Agreement> watched();

    /**
     * @param coveredThrough the last banking day whose payments are in; null when no file ever came
     * @param missingSequences numbers of files that are missing between two that came
     */
    record Agreement(String name, @Nullable LocalDate coveredThrough, List<Long> missingSequences) {
        public Agreement {
            missingSequences = List.copyOf(missingSequences);
        }
    }
}
