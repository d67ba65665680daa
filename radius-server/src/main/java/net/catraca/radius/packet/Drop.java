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
    REPLY_TOO_LONG,
    /** The source address is known, but several NASes share it and none has this NAS-Identifier; RFC 2865 §5.32. */
    UNKNOWN_NAS_IDENTIFIER,
    /** No credential and no Message-Authenticator: anybody could have made it; RFC 2869 §5.19, RFC 3579 §3.3. */
    AUTHORIZATION_WITHOUT_MESSAGE_AUTHENTICATOR,
    /** A retransmission of what is being worked on; RFC 5080 §2.2.2. */
    DUPLICATE_IN_PROGRESS,
    /** The NAS has used the identifier again and no longer waits for this answer; RFC 5080 §2.2.2. */
    SUPERSEDED,
    /** No address of the plan's pool is at hand in this moment; the NAS shall ask again, or its next server. */
    ADDRESSES_NOT_READY,
    /** Nobody may be called unknown before everybody is known. */
    DIRECTORY_NOT_LOADED,
    /** Nobody of that name, but the database has been away so long that somebody may have come since. */
    DIRECTORY_STALE,
    /** No vendor profile for this NAS: an Accept without its attributes would be free internet. */
    NO_VENDOR_PROFILE,
    /** The worker that checks imported hashes has no room. */
    WORKER_BUSY,
    /** The NAS has given up on it. */
    TOO_OLD,
    /** Status-Server is switched off for this NAS; RFC 5997 §4.2. */
    STATUS_SERVER_OFF,
    /** More Status-Servers than a watchdog sends; RFC 5997 §4.2. */
    STATUS_SERVER_TOO_OFTEN,
    /** Accounting that does not say whether it starts, goes on or stops; RFC 2866 §5.1. */
    NO_ACCT_STATUS_TYPE,
    /** A session's accounting without its Acct-Session-Id; RFC 2866 §5.5. */
    NO_ACCT_SESSION_ID,
    /** Too many records wait for the disk, and only what is safe may be acknowledged; RFC 2866 §2. */
    JOURNAL_QUEUE_FULL,
    /** The journal has reached its size because PostgreSQL has been away for long; RFC 2866 §2. */
    JOURNAL_FULL,
    /** The journal's disk fails; RFC 2866 §2. */
    JOURNAL_FAILED,
    /** The daemon stops; the next one takes it. */
    JOURNAL_CLOSED,
    /** The kernel takes no more answers for the moment; the retransmission gets this one from the duplicate cache. */
    SEND_QUEUE_FULL,
    /** A defect of ours; the log has it. */
    INTERNAL_ERROR
}
