package net.catraca.admin.simulator;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Words for people: of a moment, and of the end. */
public final class ReportText {

    private static final int MOST_LINES = 20;

    private ReportText() {}

    /** One line of a moment, with the rate since an earlier one. */
    public static String line(Progress now, Progress before) {
        double seconds = Math.max(0.001, now.seconds() - before.seconds());
        return String.format(
                Locale.ROOT,
                "%5.0f s  %6.0f req/s  online %d (active %d, reduced %d, blocked %d)  accepts %d  rejects %d"
                        + "  records %d  p50 %.1f p99 %.1f ms  retransmitted %d  unanswered %d  CoA %d/%d obeyed, %d NAK",
                now.seconds(),
                (now.requests().sent() - before.requests().sent()) / seconds,
                now.sessions().online(),
                now.sessions().active(),
                now.sessions().reduced(),
                now.sessions().blocked(),
                now.answers().accepts(),
                now.answers().rejects(),
                now.answers().accounting(),
                now.accept().p50(),
                now.accept().p99(),
                now.requests().retransmitted(),
                now.requests().unanswered(),
                now.coa().obeyed(),
                now.coa().received(),
                naks(now));
    }

    /** The same as a block of lines, for a terminal that can draw over them. */
    public static List<String> block(Progress now, Progress before) {
        double seconds = Math.max(0.001, now.seconds() - before.seconds());
        return List.of(
                String.format(
                        Locale.ROOT,
                        "%.0f s, %.0f requests/s, %d open",
                        now.seconds(),
                        (now.requests().sent() - before.requests().sent()) / seconds,
                        now.openRequests()),
                sessions(now.sessions()),
                answers(now),
                latency("accepts    ", now.accept()),
                latency("accounting ", now.accounting()),
                requests(now),
                coa(now));
    }

    /** The final report. */
    public static String of(SimulationReport report) {
        Progress end = report.totals();
        var text = new StringBuilder();
        add(
                text,
                String.format(
                        Locale.ROOT,
                        "Simulated %d NASes with %d lines for %.0f s, seed %d.",
                        report.nases(),
                        report.lines(),
                        end.seconds(),
                        report.seed()));
        add(text, "  before the end, " + sessions(report.beforeEnd()));
        add(text, "  at the end, " + sessions(end.sessions()));
        add(text, "  " + answers(end));
        add(text, "  " + latency("accepts    ", end.accept()));
        add(text, "  " + latency("rejects    ", end.reject()));
        add(text, "  " + latency("accounting ", end.accounting()));
        add(text, "  " + requests(end));
        add(text, "  " + coa(end));
        add(text, "  " + trust(end));
        list(text, "Problems", end.problems(), end.problemCount());
        var levels = report.levels();
        if (levels != null) {
            add(
                    text,
                    String.format(
                            Locale.ROOT,
                            "Levels: %d sessions checked against the API, %d also against what their NASes are believed"
                                    + " to have acknowledged, %d mismatches.",
                            levels.checked(),
                            levels.believed(),
                            levels.mismatchCount()));
            list(text, "Mismatches", levels.mismatches(), levels.mismatchCount());
        }
        var comparison = report.comparison();
        if (comparison != null) {
            text.append(of(comparison));
        }
        add(text, report.isClean() ? "All is in order." : "NOT all is in order.");
        return text.toString();
    }

    /** Of a comparison of ledger and server. */
    public static String of(Comparison.Result comparison) {
        var text = new StringBuilder();
        add(
                text,
                String.format(
                        Locale.ROOT,
                        "Ledger: %d sessions of %d logins compared with the server, %d with records that were never"
                                + " acknowledged, %d differences.",
                        comparison.sessions(),
                        comparison.logins(),
                        comparison.uncertain(),
                        comparison.differenceCount()));
        list(text, "Differences", comparison.differences(), comparison.differenceCount());
        return text.toString();
    }

    private static void list(StringBuilder text, String title, List<String> lines, long count) {
        if (count == 0) {
            return;
        }
        add(text, title + ':');
        lines.stream().limit(MOST_LINES).forEach(line -> add(text, "  - " + line));
        if (count > MOST_LINES) {
            add(text, "  and " + (count - MOST_LINES) + " more");
        }
    }

    private static String sessions(Progress.Sessions now) {
        return String.format(
                Locale.ROOT,
                "sessions: %d of %d lines online (active %d, reduced %d, blocked %d), %d dial-ins, %d hang-ups, %d"
                        + " reboots",
                now.online(),
                now.lines(),
                now.active(),
                now.reduced(),
                now.blocked(),
                now.dialIns(),
                now.hangUps(),
                now.reboots());
    }

    private static String answers(Progress now) {
        return String.format(
                Locale.ROOT,
                "answers: %d accepts, %d rejects (%d unexpected), %d accounting responses, %d repeated, %d late",
                now.answers().accepts(),
                now.answers().rejects(),
                now.answers().unexpectedRejects(),
                now.answers().accounting(),
                now.answers().repeated(),
                now.answers().late());
    }

    private static String requests(Progress now) {
        return String.format(
                Locale.ROOT,
                "requests: %d sent, %d retransmitted, %d never answered, %d refused by the kernel; lost on purpose %d"
                        + " out, %d in",
                now.requests().sent(),
                now.requests().retransmitted(),
                now.requests().unanswered(),
                now.requests().unreachable(),
                now.requests().lost(),
                now.answers().lost());
    }

    private static String coa(Progress now) {
        return String.format(
                Locale.ROOT,
                "CoA and Disconnect: %d received (%d retransmitted), %d obeyed (%d disconnects), %d acknowledged only,"
                        + " %d met with silence, NAKs %s",
                now.coa().received(),
                now.coa().retransmitted(),
                now.coa().obeyed(),
                now.coa().disconnects(),
                now.coa().ignored(),
                now.coa().silent(),
                now.coa().naks().isEmpty()
                        ? "none"
                        : now.coa().naks().entrySet().stream()
                                .map(nak -> nak.getValue() + " with " + nak.getKey())
                                .collect(Collectors.joining(", ")));
    }

    private static String trust(Progress end) {
        var answers = end.answers();
        return String.format(
                Locale.ROOT,
                "trust: %d wrong authenticators, %d wrong and %d missing Message-Authenticators, %d not first, %d"
                        + " malformed, %d wrong MS-CHAP proofs, %d differing answers to retransmissions, %d forged CoA,"
                        + " %d CoA with Proxy-State",
                answers.badAuthenticator(),
                answers.badMessageAuthenticator(),
                answers.noMessageAuthenticator(),
                answers.lateMessageAuthenticator(),
                answers.malformed(),
                answers.badMsChapProof(),
                answers.differing(),
                end.coa().forged(),
                end.coa().proxyStates());
    }

    private static String latency(String what, Progress.Latency of) {
        return String.format(
                Locale.ROOT, "%s p50 %.2f ms, p99 %.2f ms, max %.2f ms", what, of.p50(), of.p99(), of.max());
    }

    private static long naks(Progress now) {
        return now.coa().naks().values().stream().mapToLong(Long::longValue).sum();
    }

    private static void add(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
