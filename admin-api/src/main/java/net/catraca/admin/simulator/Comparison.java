package net.catraca.admin.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.simulator.ServerRecords.Octets;
import net.catraca.admin.simulator.ServerRecords.ServerSession;

/** Compares what NASes know with what the server kept, to the octet and the second. */
public final class Comparison {

    /** So many differences are listed; all are counted. */
    private static final int MOST_LISTED = 1000;

    /** A start that the server derives from a later record's session time may be a second off. */
    private static final int SLACK_SECONDS = 2;

    private final ServerRecords server;

    /** The end of the ledger. */
    private final Instant until;

    private final List<String> differences = new ArrayList<>();
    private long differenceCount;
    private long compared;
    private long uncertain;

    private Comparison(ServerRecords server, Instant until) {
        this.server = server;
        this.until = until;
    }

    /**
     * What came of it.
     *
     * @param sessions of the ledger
     * @param logins of the ledger
     * @param uncertain sessions of which the server may have a record that it did not acknowledge
     * @param differences the first thousand, in words
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Result(long sessions, long logins, long uncertain, long differenceCount, List<String> differences) {

        public boolean isEqual() {
            return differenceCount == 0;
        }
    }

    /** Compares a ledger with the server. */
    public static Result compare(Path ledger, ServerRecords server) {
        return compare(LedgerReader.read(ledger), server);
    }

    static Result compare(Collection<LedgerSession> ledger, ServerRecords server) {
        Map<String, List<LedgerSession>> byLogin = new LinkedHashMap<>();
        ledger.forEach(session ->
                byLogin.computeIfAbsent(session.login, _ -> new ArrayList<>()).add(session));
        // Later runs may have had NASes of the same names.
        Instant until = ledger.stream()
                .map(session -> session.latest)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH)
                .plusSeconds(SLACK_SECONDS);
        var comparison = new Comparison(server, until);
        byLogin.forEach(comparison::login);
        return new Result(
                comparison.compared,
                byLogin.size(),
                comparison.uncertain,
                comparison.differenceCount,
                List.copyOf(comparison.differences));
    }

    private void login(String login, List<LedgerSession> ledger) {
        Instant since = ledger.stream()
                .map(session -> session.startedAt)
                .min(Instant::compareTo)
                .orElse(Instant.EPOCH)
                .minusSeconds(SLACK_SECONDS);
        List<ServerSession> kept = server.sessions(login);
        ledger.forEach(session -> session(
                session,
                kept.stream()
                        .filter(other -> other.nas().equals(session.nas)
                                && other.session().equals(session.session))
                        .toList()));
        kept.stream()
                .filter(other ->
                        !other.startedAt().isBefore(since) && !other.startedAt().isAfter(until))
                .filter(other -> ledger.stream()
                        .noneMatch(session -> other.session().equals(session.session)
                                && other.nas().equals(session.nas)))
                .filter(other -> ledger.stream().anyMatch(session -> session.nas.equals(other.nas())))
                .forEach(other -> differs("the server has a session " + other.session() + " of " + login + " at NAS "
                        + other.nas() + " that the NAS never had"));
        usage(login, kept);
    }

    private void session(LedgerSession mine, List<ServerSession> kept) {
        compared++;
        if (!mine.uncertain.isEmpty()) {
            uncertain++;
        }
        if (kept.size() > 1) {
            differs(mine + ": the server has it " + kept.size() + " times");
            return;
        }
        if (kept.isEmpty()) {
            LedgerLine acknowledged = mine.acknowledged;
            if (acknowledged != null) {
                differs(mine + ": the server acknowledged its " + acknowledged.event() + " (record "
                        + acknowledged.number() + ") and does not have it");
            }
            return;
        }
        ServerSession other = kept.getFirst();
        if (!mine.mayBe(other.inOctets(), other.outOctets(), other.seconds())) {
            differs(mine + ": totals differ, " + totals(mine) + ", the server has in " + other.inOctets() + ", out "
                    + other.outOctets() + ", " + other.seconds() + " s");
        }
        ends(mine, other);
    }

    private static String totals(LedgerSession mine) {
        LedgerLine line = mine.acknowledged;
        return line == null
                ? "nothing was acknowledged"
                : "acknowledged were in " + line.inOctets() + ", out " + line.outOctets() + ", " + line.seconds()
                        + " s";
    }

    private void ends(LedgerSession mine, ServerSession other) {
        if (mine.stopAcknowledged() && !"stop".equals(other.end())) {
            differs(mine + ": its Stop was acknowledged, and the server says " + word(other));
        } else if (mine.end.isEmpty() && other.end() != null) {
            differs(mine + ": it is online, and the server says " + word(other));
        }
    }

    private static String word(ServerSession other) {
        return other.end() == null ? "that it is online" : "that it ended by " + other.end();
    }

    private void usage(String login, List<ServerSession> kept) {
        Octets used = server.usage(login);
        if (used == null) {
            return;
        }
        long in = kept.stream().mapToLong(ServerSession::inOctets).sum();
        long out = kept.stream().mapToLong(ServerSession::outOctets).sum();
        if (used.in() != in || used.out() != out) {
            differs(login + ": the server's usage by day is in " + used.in() + ", out " + used.out()
                    + ", its sessions together in " + in + ", out " + out);
        }
    }

    private void differs(String text) {
        differenceCount++;
        if (differences.size() < MOST_LISTED) {
            differences.add(text);
        }
    }
}
