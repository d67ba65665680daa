package net.catraca.radius.dynauth;

import org.jspecify.annotations.Nullable;

/** Error-Cause of a NAK (RFC 5176 §3.5, and the values that IANA added), with what it means to us. */
public enum ErrorCause {
    RESIDUAL_CONTEXT_REMOVED(201, Meaning.OTHER, "the NAS has removed what was left of the session"),
    INVALID_EAP_PACKET(202, Meaning.OTHER, "the NAS found an invalid EAP packet"),
    UNSUPPORTED_ATTRIBUTE(401, Meaning.OUR_FAULT, "the NAS does not know one of the attributes"),
    MISSING_ATTRIBUTE(402, Meaning.OUR_FAULT, "the NAS misses an attribute"),
    NAS_IDENTIFICATION_MISMATCH(
            403, Meaning.OUR_FAULT, "the NAS does not recognise itself in NAS-IP-Address or NAS-Identifier"),
    INVALID_REQUEST(404, Meaning.OUR_FAULT, "the NAS calls the request invalid"),
    UNSUPPORTED_SERVICE(405, Meaning.OUR_FAULT, "the NAS does not know the Service-Type"),
    UNSUPPORTED_EXTENSION(406, Meaning.OUR_FAULT, "the NAS does not support CoA or Disconnect"),
    INVALID_ATTRIBUTE_VALUE(407, Meaning.OUR_FAULT, "the NAS does not accept the value of an attribute"),
    ADMINISTRATIVELY_PROHIBITED(501, Meaning.POLICY, "the NAS is set up to refuse such requests"),
    REQUEST_NOT_ROUTABLE(502, Meaning.OUR_FAULT, "a proxy does not know the way to the NAS"),
    SESSION_CONTEXT_NOT_FOUND(503, Meaning.SESSION_GONE, "the NAS has no such session"),
    SESSION_CONTEXT_NOT_REMOVABLE(504, Meaning.LATER, "the NAS cannot end the session now"),
    OTHER_PROXY_PROCESSING_ERROR(505, Meaning.LATER, "a proxy failed"),
    RESOURCES_UNAVAILABLE(506, Meaning.LATER, "the NAS lacks resources now"),
    REQUEST_INITIATED(507, Meaning.OTHER, "the NAS asks for authorization anew"),
    MULTIPLE_SESSION_SELECTION(
            508, Meaning.OUR_FAULT, "the request fits several sessions and the NAS cannot change them all"),
    LOCATION_INFO_REQUIRED(509, Meaning.OTHER, "the NAS wants location information"),
    RESPONSE_TOO_BIG(601, Meaning.OTHER, "the answer does not fit into a packet");

    /** What is to be done about it. */
    public enum Meaning {
        /** There is nothing to change any more: the session is closed. */
        SESSION_GONE,
        /** To be tried again, later. */
        LATER,
        /** The profile, the NAS's data or the NAS's set-up is wrong; the same request will fail for ever. */
        OUR_FAULT,
        /** The NAS does not want to. */
        POLICY,
        OTHER
    }

    private final int number;
    private final Meaning meaning;
    private final String words;

    ErrorCause(int number, Meaning meaning, String words) {
        this.number = number;
        this.meaning = meaning;
        this.words = words;
    }

    /** Null for a number that has no name. */
    public static @Nullable ErrorCause of(long number) {
        for (var cause : values()) {
            if (cause.number == number) {
                return cause;
            }
        }
        return null;
    }

    /** What a number means to us; null, a NAK without Error-Cause, and unknown numbers are {@link Meaning#OTHER}. */
    public static Meaning meaning(@Nullable Integer number) {
        var cause = number == null ? null : of(number);
        return cause == null ? Meaning.OTHER : cause.meaning;
    }

    /** A clause for people, such as "the NAS has no such session (503)". */
    public static String words(@Nullable Integer number) {
        if (number == null) {
            return "the NAS gave no cause";
        }
        var cause = of(number);
        return (cause == null ? "the NAS gave a cause without a name" : cause.words) + " (" + number + ')';
    }

    public int number() {
        return number;
    }
}
