package net.catraca.radius.nas;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The NASes behind one prefix: one secret for all, since the secret goes by source address only (RFC 2865 §5.4,
 * §5.32); vendor and policy by the NAS-Identifier that a request names.
 */
public final class NasGroup {

    private final AddressPrefix prefix;
    private final SharedSecret secret;
    private final @Nullable Nas anyOther;
    private final Map<String, Nas> byIdentifier;
    private final List<Nas> all;

    /** @param rows not empty, of one prefix, one secret, and with a NAS-Identifier each of its own */
    NasGroup(AddressPrefix prefix, List<Nas> rows) {
        this.prefix = prefix;
        this.secret = rows.getFirst().secret();
        this.all = List.copyOf(rows);
        Map<String, Nas> named = new HashMap<>();
        Nas unnamed = null;
        for (var nas : rows) {
            if (nas.nasIdentifier() == null) {
                unnamed = nas;
            } else {
                named.put(nas.nasIdentifier(), nas);
            }
        }
        this.anyOther = unnamed;
        this.byIdentifier = Map.copyOf(named);
    }

    public AddressPrefix prefix() {
        return prefix;
    }

    public SharedSecret secret() {
        return secret;
    }

    public List<Nas> all() {
        return all;
    }

    /** Whether a request must name itself to be told apart; if not, {@link #nas} needs no NAS-Identifier. */
    public boolean toldApartByIdentifier() {
        return !byIdentifier.isEmpty();
    }

    /** The NAS of that name, else the one that stands for any other; null when there is no such one either. */
    public @Nullable Nas nas(@Nullable String nasIdentifier) {
        Nas named = nasIdentifier == null ? null : byIdentifier.get(nasIdentifier);
        return named == null ? anyOther : named;
    }
}
