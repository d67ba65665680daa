package net.catraca.radius.flow;

import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.Drop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why packets get no answer: a line for each reason and source, and then one every ten seconds with their count,
 * so that neither a misconfigured router nor an attacker fills the log. Belongs to one event loop.
 */
public final class DropLog {

    static final long INTERVAL_NANOS = 10_000_000_000L;
    /** Forged sources have no end: beyond so many, a reason's further sources share one line. */
    static final int MOST_SOURCES = 1_000;

    private static final Logger log = LoggerFactory.getLogger("net.catraca.radius.drops");

    private final Ticker ticker;
    private final Map<Key, Line> lines = new HashMap<>();

    private record Key(Drop why, @Nullable InetAddress source) {}

    private static final class Line {
        private long nextAt;
        private long silent;
    }

    public DropLog(Ticker ticker) {
        this.ticker = ticker;
    }

    /** @param nas null where nobody knows whose packet it was */
    void dropped(Drop why, InetAddress source, @Nullable Nas nas) {
        if (why == Drop.DUPLICATE_IN_PROGRESS || why == Drop.SUPERSEDED) {
            return; // a NAS's normal impatience
        }
        long now = ticker.read();
        var line = line(why, source, now);
        if (now - line.nextAt < 0) {
            line.silent++;
            return;
        }
        log.warn(
                "{}{}: no answer: {}{}",
                source.getHostAddress(),
                nas == null ? "" : " nas=" + nas.name(),
                words(why),
                line.silent == 0 ? "" : " (and " + line.silent + " times since this was last said)");
        line.silent = 0;
        line.nextAt = now + INTERVAL_NANOS;
    }

    /** With its stack, as often as other drops. */
    void failed(RuntimeException defect, InetAddress source) {
        long now = ticker.read();
        var line = line(Drop.INTERNAL_ERROR, source, now);
        if (now - line.nextAt >= 0) {
            log.error("{}: its packet brought a defect of Catraca to light", source.getHostAddress(), defect);
        }
    }

    private Line line(Drop why, InetAddress source, long now) {
        var key = new Key(why, source);
        var line = lines.get(key);
        if (line == null && lines.size() >= MOST_SOURCES) {
            lines.values().removeIf(old -> now - old.nextAt >= INTERVAL_NANOS);
            key = lines.size() >= MOST_SOURCES ? new Key(why, null) : key;
        }
        return line != null ? line : lines.computeIfAbsent(key, _ -> newLine(now));
    }

    private static Line newLine(long now) {
        var line = new Line();
        line.nextAt = now;
        return line;
    }

    /** What it was, and what to do about it. */
    private static String words(Drop why) {
        return switch (why) {
            case TOO_SHORT, BAD_LENGTH, TRUNCATED, MALFORMED_ATTRIBUTE, UNKNOWN_CODE ->
                "it is no RADIUS packet (" + why + ")";
            case UNEXPECTED_CODE -> "such a packet does not belong on this port";
            case UNKNOWN_CLIENT -> "no NAS has this source address; create it, or keep it out by a firewall";
            case BAD_MESSAGE_AUTHENTICATOR -> "wrong Message-Authenticator; compare the shared secrets";
            case BAD_AUTHENTICATOR -> "wrong Request Authenticator; compare the shared secrets";
            case MISSING_MESSAGE_AUTHENTICATOR ->
                "no Message-Authenticator, but this NAS must send one; turn it on there,"
                        + " or reset what was seen or set its policy to accept";
            case PROXY_STATE_WITHOUT_MESSAGE_AUTHENTICATOR ->
                "Proxy-State without Message-Authenticator, as in an attack by CVE-2024-3596; if this is a proxy,"
                        + " turn Message-Authenticator on there";
            case AUTHORIZATION_WITHOUT_MESSAGE_AUTHENTICATOR ->
                "neither a password nor a Message-Authenticator, so anybody could have sent it;"
                        + " turn Message-Authenticator on, or set the policy to accept";
            case EAP_WITHOUT_MESSAGE_AUTHENTICATOR -> "EAP without Message-Authenticator";
            case CREDENTIAL_UNREADABLE ->
                "the login's secret does not open; bring back the key it was sealed with, or set a new password";
            case REPLY_TOO_LONG -> "the answer would not fit into 4096 octets";
            case UNKNOWN_NAS_IDENTIFIER -> "several NASes have this source address, none its NAS-Identifier";
            case ADDRESSES_NOT_READY -> "no address of the plan's pool is at hand; the NAS will ask again";
            case DIRECTORY_NOT_LOADED -> "the subscribers are still being loaded; the NAS will ask again";
            case DIRECTORY_STALE ->
                "nobody has that name, but the database is away and somebody may have been added; another server may know";
            case NO_VENDOR_PROFILE -> "the vendor profile of this NAS is not loaded";
            case WORKER_BUSY -> "too many imported password hashes to check at once; the NAS will ask again";
            case TOO_OLD -> "it waited so long that the NAS has given up";
            case STATUS_SERVER_OFF -> "Status-Server is switched off for this NAS";
            case STATUS_SERVER_TOO_OFTEN -> "more Status-Servers a second than a watchdog sends";
            case NO_ACCT_STATUS_TYPE -> "accounting without Acct-Status-Type says nothing; look at the NAS";
            case NO_ACCT_SESSION_ID -> "accounting without Acct-Session-Id belongs to no session; look at the NAS";
            case JOURNAL_QUEUE_FULL -> "more accounting than the disk takes at the moment; the NAS will send it again";
            case JOURNAL_FULL ->
                "the accounting journal is full because the database has been away for long; bring the database back";
            case JOURNAL_FAILED -> "the disk of the accounting journal fails; the NAS keeps its records meanwhile";
            case JOURNAL_CLOSED -> "Catraca is stopping";
            case DUPLICATE_IN_PROGRESS, SUPERSEDED -> "a retransmission";
            case SEND_QUEUE_FULL -> "the kernel takes no more answers for the moment";
            case INTERNAL_ERROR -> "a defect of Catraca; the log has it with its stack";
        };
    }
}
