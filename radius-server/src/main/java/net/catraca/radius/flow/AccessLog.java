package net.catraca.radius.flow;

import com.github.benmanes.caffeine.cache.Ticker;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.Reason;
import net.catraca.billing.access.Thresholds;
import net.catraca.radius.nas.Nas;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what became of Access-Requests, in an operator's words and without passwords: a bounded number of lines a
 * second, since a whole city may dial in at once; at level DEBUG all of them. Belongs to one event loop.
 */
public final class AccessLog {

    /** A line costs about as much as ten answers. */
    static final int LINES_PER_SECOND = 20;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int LONGEST_LOGIN = 64;
    private static final Logger log = LoggerFactory.getLogger("net.catraca.radius.access");

    private final Ticker ticker;
    private long second;
    private int lines;
    private long silent;

    public AccessLog(Ticker ticker) {
        this.ticker = ticker;
        this.second = ticker.read();
    }

    void accepted(@Nullable String login, Nas nas, Outcome outcome, ContractSnapshot contract, AccessAnswer answer) {
        if (mayWrite()) {
            write("login={} nas={} → {}: {}", printable(login), nas.name(), outcome.label(), words(contract, answer));
        }
    }

    /** Into the garden for another reason than the contract's. */
    void gardened(@Nullable String login, Nas nas, Outcome outcome, String why) {
        if (mayWrite()) {
            write("login={} nas={} → {}: {}", printable(login), nas.name(), outcome.label(), oneLine(why));
        }
    }

    void rejected(@Nullable String login, Nas nas, Outcome outcome, String why) {
        if (mayWrite()) {
            write("login={} nas={} → reject: {} ({})", printable(login), nas.name(), oneLine(why), outcome.label());
        }
    }

    /** An attribute of the subscriber could not be written; the answer went out without it. */
    void leftOut(String login, String what) {
        if (mayWrite()) {
            log.warn("login={}: left out of the answer: {}; correct it on the subscriber", printable(login), what);
        }
    }

    private boolean mayWrite() {
        if (log.isDebugEnabled()) {
            return true;
        }
        if (!log.isInfoEnabled()) {
            return false;
        }
        long now = ticker.read();
        if (now - second >= SECOND_NANOS) {
            second = now;
            lines = 0;
            sayHowManyWereSilent();
        }
        if (lines >= LINES_PER_SECOND) {
            silent++;
            return false;
        }
        lines++;
        return true;
    }

    private void sayHowManyWereSilent() {
        if (silent > 0) {
            log.info("{} more answers since then, not logged one by one; the metrics have them", silent);
            silent = 0;
        }
    }

    private static void write(String format, Object... arguments) {
        if (log.isDebugEnabled()) {
            log.debug(format, arguments);
        } else {
            log.info(format, arguments);
        }
    }

    /** Reasons name ports and circuits, which are a NAS's octets. */
    private static String oneLine(String why) {
        return why.chars().noneMatch(Character::isISOControl) ? why : why.replaceAll("\\p{Cntrl}", "?");
    }

    /** A login is a client's octets: it must not write lines of its own into the log. */
    static String printable(@Nullable String login) {
        if (login == null) {
            return "-";
        }
        var text = new StringBuilder();
        login.codePoints()
                .limit(LONGEST_LOGIN)
                .forEach(c -> text.appendCodePoint(
                        Character.isISOControl(c)
                                        || Character.isWhitespace(c)
                                        || Character.getType(c) == Character.FORMAT
                                ? '?'
                                : c));
        return text.toString();
    }

    static String words(ContractSnapshot contract, AccessAnswer answer) {
        String policy = "policy " + contract.policy().name() + " v" + answer.policyVersion();
        return switch (answer.why()) {
            case Reason.Cancelled(var on) -> "cancelled on " + on;
            case Reason.AwaitingActivation(var until) ->
                "awaiting activation" + (until == null ? "" : ", open for the installer until " + until);
            case Reason.ManuallyBlocked(var since) -> "blocked by an operator since " + since;
            case Reason.Paused(var first, var last) -> "paused from " + first + (last == null ? "" : " to " + last);
            case Reason.Exempt(var first, var last) -> "exempt from " + first + (last == null ? "" : " to " + last);
            case Reason.Released released ->
                "released (" + released.kind() + ") until "
                        + (released.until() == null ? "a later run" : released.until());
            case Reason.Late late -> late(late) + ", " + policy + verb(answer) + threshold(late);
            case Reason.Protected(var by, var until, var withheld, var late) ->
                late(late) + ", not " + withheld + " by " + by + (until == null ? "" : " until " + until);
            case Reason.AwaitingRun(var computed, var committed, var late) ->
                late(late) + ", " + policy + " says " + computed + ", a run has committed " + committed;
            case Reason.InGoodStanding(var paidUntil) ->
                paidUntil == null ? "nothing is late" : "nothing is late, paid until " + paidUntil;
        };
    }

    private static String late(Reason.Late late) {
        return late.daysLate() + " days late since " + late.since()
                + (late.lapsed() ? " (end of paid-until)" : "")
                + (late.renegotiated() ? " (renegotiated)" : "");
    }

    private static String verb(AccessAnswer answer) {
        return answer.level() == AccessLevel.BLOCKED
                ? " blocks at "
                : answer.level() == AccessLevel.REDUCED ? " reduces at " : " warns at ";
    }

    private static String threshold(Reason.Late late) {
        return late.threshold() == Thresholds.NEVER ? "no day" : String.valueOf(late.threshold());
    }
}
