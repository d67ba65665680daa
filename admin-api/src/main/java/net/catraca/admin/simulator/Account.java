package net.catraca.admin.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A line that dials in.
 *
 * @param method how it proves its password; null for one of {@link SimulationSettings#methods()}, by the seed
 * @param refused whether an Access-Reject is what it should get
 */
public record Account(
        String login, String password, @Nullable Method method, boolean refused) {

    public static Account of(String login, String password) {
        return new Account(login, password, null, false);
    }

    /** How a password is proven. */
    public enum Method {
        PAP,
        CHAP,
        MSCHAPV2
    }

    /** Without the password. */
    @Override
    public String toString() {
        return login;
    }
}
