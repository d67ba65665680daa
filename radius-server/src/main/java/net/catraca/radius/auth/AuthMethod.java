package net.catraca.radius.auth;

/** How a request was proven. */
public enum AuthMethod {
    PAP,
    CHAP,
    MS_CHAP_V1,
    MS_CHAP_V2,
    /** By MAC, or circuit and remote id: there is no password. */
    LINE
}
