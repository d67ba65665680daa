package net.catraca.radius.packet;

/** Why a packet was left without an answer: RADIUS discards in silence, so each reason is counted. */
public enum Drop {
    /** Fewer than the 20 octets of a header; RFC 2865 §3. */
    TOO_SHORT,
    /** The Length field is below 20 or above 4096; RFC 2865 §3. */
    BAD_LENGTH,
    /** Fewer octets arrived than Length says; RFC 2865 §3. */
    TRUNCATED,
    /** An attribute is shorter than its own header or runs past the packet's end; RFC 2865 §5, RFC 2866 §5. */
    MALFORMED_ATTRIBUTE,
    /** No packet code that we know; RFC 2865 §3. */
    UNKNOWN_CODE,
    /** A code that is no request, or no request for this port. */
    UNEXPECTED_CODE,
    /** No NAS is set up for the source address; RFC 2865 §3. */
    UNKNOWN_CLIENT,
    /** Wrong, of wrong length, or more than one: a wrong secret or a forgery; RFC 3579 §3.2. */
    BAD_MESSAGE_AUTHENTICATOR,
    /** This NAS must send one (CVE-2024-3596), and so must every Status-Server; RFC 5997 §2. */
    MISSING_MESSAGE_AUTHENTICATOR,
    /** The mark of a forged answer in the making (CVE-2024-3596), where the NAS's policy limits it. */
    PROXY_STATE_WITHOUT_MESSAGE_AUTHENTICATOR,
    /** EAP needs a Message-Authenticator; RFC 3579 §3.1. */
    EAP_WITHOUT_MESSAGE_AUTHENTICATOR,
    /** The Request Authenticator of accounting is a digest and does not match; RFC 2866 §3. */
    BAD_AUTHENTICATOR,
    /** The login's secret is damaged, or sealed with a key that we do not have. */
    CREDENTIAL_UNREADABLE,
    /** Message-Authenticator and the Proxy-States to be returned do not fit into 4096 octets. */
    REPLY_TOO_LONG
}
