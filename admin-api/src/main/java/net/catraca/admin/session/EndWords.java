package net.catraca.admin.session;

import net.catraca.radius.session.SessionEnd.Cause;
import org.jspecify.annotations.Nullable;

/** Why a session ended, in words for people. */
final class EndWords {

    private EndWords() {}

    static String of(Cause cause, @Nullable Integer terminateCause) {
        return switch (cause) {
            case STOP -> terminateCause == null ? "ended by the router, which gave no cause" : of(terminateCause);
            case NAS_RESTARTED -> "the router restarted, or was shut down";
            case STALE -> "the router stopped reporting it; it ended at its last report or later";
            case REPLACED -> "a newer session from the same line or address shows that it had ended";
            case UNKNOWN_TO_NAS -> "the router, asked for it, did not know it any more";
        };
    }

    /** Acct-Terminate-Cause: RFC 2866 §5.10, RFC 3580 §3.11, RFC 4372 and IANA's registry. */
    private static String of(int terminateCause) {
        return switch (terminateCause) {
            case 1 -> "the subscriber disconnected";
            case 2 -> "the line went down (lost carrier)";
            case 3 -> "the line's service was lost";
            case 4 -> "nothing was sent for too long (idle time-out)";
            case 5 -> "its time was over (session time-out)";
            case 6 -> "an administrator reset the port or session";
            case 7 -> "an administrator rebooted the router";
            case 8 -> "an error on the port";
            case 9 -> "an error in the router";
            case 10 -> "the router ended it for a reason of its own";
            case 11 -> "the router rebooted without being told to";
            case 12 -> "the port was no longer needed";
            case 13 -> "the port was taken for a more important use";
            case 14 -> "the port was suspended";
            case 15 -> "the router could not provide the service";
            case 16 -> "the router ended it to call back";
            case 17 -> "an error in what the subscriber sent";
            case 18 -> "the host asked for it";
            case 19 -> "the subscriber's equipment started again";
            case 20 -> "authenticating again failed";
            case 21 -> "the port was set up anew";
            case 22 -> "the port was disabled by an administrator";
            case 23 -> "the line lost power";
            default -> "the router gave the cause " + terminateCause;
        };
    }
}
