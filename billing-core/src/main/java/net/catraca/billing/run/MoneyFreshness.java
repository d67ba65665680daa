package net.catraca.billing.run;

import java.time.Instant;
import java.util.List;

/** A source of money that can say whether it is up to date. */
@FunctionalInterface
public interface MoneyFreshness {

    /** @return what is not, empty when all is */
    List<Stale> stale(Instant now);

    /**
     * @param source such as {@code agreement itau-1}, {@code pix} or {@code erp}
     * @param why the fact
     */
    record Stale(String source, String why) {}
}
