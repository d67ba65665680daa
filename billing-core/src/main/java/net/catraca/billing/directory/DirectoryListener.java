package net.catraca.billing.directory;

/** Hears what changed in the directory, once it can be read there. Called on the follower's thread: must not wait. */
public interface DirectoryListener {

    /** The contract, its plan, its policy or one of its logins was written, or a login of it is gone. */
    void contractChanged(long contractId);

    /** The directory was loaded whole; anything may differ from what was there before. */
    void everythingChanged();
}
