package net.catraca.admin.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a NAS knows of a session, from the lines of its ledger. Mutable while it is read.
 */
final class LedgerSession {

    final String nas;
    final String session;
    final String login;
    final Instant startedAt;
    /** The furthest record that was acknowledged, or null. */
    @Nullable
    LedgerLine acknowledged;
    /** Records that were given up: the server may have them or not. */
    final List<LedgerLine> uncertain = new ArrayList<>(0);
    /** When it was last heard of. */
    Instant latest;
    /** How it ended, such as stop or reboot; empty while it lives. */
    String end = "";

    LedgerSession(LedgerLine first) {
        this.nas = first.nas();
        this.session = first.session();
        this.login = first.login();
        this.startedAt = first.startedAt();
        this.latest = first.startedAt();
    }

    void read(LedgerLine line) {
        Instant at = line.startedAt().plusSeconds(line.seconds());
        latest = at.isAfter(latest) ? at : latest;
        switch (line.event()) {
            case "start", "interim", "stop" -> record(line);
            default -> end = line.event();
        }
    }

    private void record(LedgerLine line) {
        if (line.event().equals("stop")) {
            end = "stop";
        }
        if (!line.answered()) {
            uncertain.add(line);
        } else if (acknowledged == null || line.number() > acknowledged.number()) {
            acknowledged = line;
        }
    }

    boolean stopAcknowledged() {
        return acknowledged != null && acknowledged.event().equals("stop");
    }

    /** Whether the server may rightly have these totals: those last acknowledged, or of a later record. */
    boolean mayBe(long inOctets, long outOctets, long seconds) {
        return (acknowledged != null && isOf(acknowledged, inOctets, outOctets, seconds))
                || uncertain.stream()
                        .filter(line -> acknowledged == null || line.number() > acknowledged.number())
                        .anyMatch(line -> isOf(line, inOctets, outOctets, seconds));
    }

    private static boolean isOf(LedgerLine line, long inOctets, long outOctets, long seconds) {
        return line.inOctets() == inOctets && line.outOctets() == outOctets && line.seconds() == seconds;
    }

    @Override
    public String toString() {
        return "session " + session + " of " + login + " at NAS " + nas;
    }
}
