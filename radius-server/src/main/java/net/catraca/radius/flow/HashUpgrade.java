package net.catraca.radius.flow;

import net.catraca.billing.directory.Credential;

/** What becomes of an imported hash once a password was proven against it. */
@FunctionalInterface
public interface HashUpgrade {

    /** Nothing: the hash stays, and the next log-in takes the worker again. */
    HashUpgrade NONE = (subscriberId, checked, password) -> {};

    /**
     * Returns at once.
     *
     * @param password is wiped after the call; not to be kept
     */
    void proven(long subscriberId, Credential.Imported checked, byte[] password);
}
