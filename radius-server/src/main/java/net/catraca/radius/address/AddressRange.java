package net.catraca.radius.address;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Addresses from first to last, all of them.
 *
 * @param excluded of a pool, and not to be assigned: a gateway, a server
 */
public record AddressRange(IpNumber first, IpNumber last, boolean excluded) {

    /** {@code 100.64.0.10-100.64.3.254}, {@code 100.64.0.0/22} or one address; null when it is none of these. */
    public static @Nullable AddressRange parse(String text, boolean excluded) {
        int dash = text.indexOf('-');
        if (dash >= 0) {
            return of(
                    IpNumber.parse(text.substring(0, dash).strip()),
                    IpNumber.parse(text.substring(dash + 1).strip()),
                    excluded);
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            var one = IpNumber.parse(text.strip());
            return of(one, one, excluded);
        }
        var first = IpNumber.parse(text.substring(0, slash).strip());
        var length = text.substring(slash + 1).strip();
        if (first == null
                || !length.matches("[0-9]{1,3}")
                || Integer.parseInt(length) > first.bits()
                || !first.isUnit(Integer.parseInt(length))) {
            return null;
        }
        return of(first, first.lastOfUnit(Integer.parseInt(length)), excluded);
    }

    private static @Nullable AddressRange of(@Nullable IpNumber first, @Nullable IpNumber last, boolean excluded) {
        return first == null || last == null || first.bits() != last.bits() || first.compareTo(last) > 0
                ? null
                : new AddressRange(first, last, excluded);
    }

    public boolean overlaps(AddressRange other) {
        return first.bits() == other.first.bits()
                && first.compareTo(other.last) <= 0
                && other.first.compareTo(last) <= 0;
    }

    public boolean holds(AddressRange other) {
        return first.bits() == other.first.bits()
                && first.compareTo(other.first) <= 0
                && other.last.compareTo(last) <= 0;
    }

    /** Whether it begins with a unit and ends with one. */
    public boolean isOfUnits(int unitLength) {
        return first.isUnit(unitLength)
                && new IpNumber(last.value().add(BigInteger.ONE), last.bits()).isUnit(unitLength);
    }

    long units(int unitLength) {
        return first.unitsTo(last, unitLength);
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
