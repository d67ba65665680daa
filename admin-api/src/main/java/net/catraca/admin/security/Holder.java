package net.catraca.admin.security;

/** Who holds a token. Where two persons are needed, only persons count. */
public enum Holder {
    /** One person, whose name the token bears; another of that name is another token of the same person. */
    PERSON,
    /** An ERP, a billing job, a bot. */
    JOB
}
