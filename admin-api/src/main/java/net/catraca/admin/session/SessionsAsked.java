package net.catraca.admin.session;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.annotation.QueryValue;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.ProblemException;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.auth.LineIdentity;
import net.catraca.radius.store.SessionQueries.Filter;
import org.jspecify.annotations.Nullable;

/**
 * Which live sessions a query asks for: those that meet all that is said. Its parameters mean what {@link Filter} says.
 *
 * @param address in any spelling, as is {@code mac}
 */
@Introspected
record SessionsAsked(
        @Nullable @QueryValue String nas,
        @Nullable @QueryValue String region,
        @Nullable @QueryValue Long planId,
        @Nullable @QueryValue String plan,
        @Nullable @QueryValue String login,
        @Nullable @QueryValue String address,
        @Nullable @QueryValue String mac,
        @Nullable @QueryValue Boolean unknown,
        @Nullable @QueryValue AccessLevel level,
        @Nullable @QueryValue AccessLevel target,
        @Nullable @QueryValue Boolean mismatch) {

    /** @throws ProblemException naming what cannot be read */
    Filter filter() {
        var wantedAddress = address == null ? null : AccountingReader.address(address);
        if (address != null && wantedAddress == null) {
            throw ProblemException.invalid(InvalidField.query("address", "an IPv4 or IPv6 address"));
        }
        var wantedMac = mac == null ? null : LineIdentity.normaliseMac(mac);
        if (mac != null && wantedMac == null) {
            throw ProblemException.invalid(InvalidField.query("mac", "a MAC address such as 0011aa22bb33"));
        }
        return new Filter(
                nas,
                region,
                planId,
                login,
                wantedAddress,
                wantedMac,
                Boolean.TRUE.equals(unknown),
                plan,
                level,
                target,
                mismatch);
    }
}
