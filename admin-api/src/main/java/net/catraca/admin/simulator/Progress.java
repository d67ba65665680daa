package net.catraca.admin.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Map;

/**
 * A moment of a simulation.
 *
 * @param seconds since its start
 * @param sessions online, by what their NASes let them do
 * @param openRequests without an answer and not given up
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Progress(
        double seconds,
        Sessions sessions,
        Requests requests,
        Answers answers,
        Coa coa,
        Latency accept,
        Latency reject,
        Latency accounting,
        long openRequests,
        List<String> problems,
        long problemCount) {

    /** @param reboots of NASes */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Sessions(
            int lines, int online, int active, int reduced, int blocked, long dialIns, long hangUps, long reboots) {}

    /**
     * @param sent with retransmissions, without those that were lost or doubled on purpose
     * @param lost on purpose, on the way to the server
     * @param unanswered given up after all retransmissions
     * @param forgotten by a NAS that restarted
     * @param unreachable refused by the kernel: nobody listens, or its buffers are full
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Requests(
            long sent,
            long retransmitted,
            long duplicated,
            long reordered,
            long lost,
            long unanswered,
            long forgotten,
            long unreachable) {}

    /**
     * @param lost on purpose, on the way back
     * @param repeated the same octets once more, as they should be
     * @param differing other octets for the same request, which must not be
     * @param late after the request was given up
     * @param stray to nothing that was asked
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Answers(
            long received,
            long accepts,
            long rejects,
            long accounting,
            long unexpectedRejects,
            long unexpectedAccepts,
            long lost,
            long repeated,
            long differing,
            long late,
            long stray,
            long malformed,
            long badAuthenticator,
            long badMessageAuthenticator,
            long noMessageAuthenticator,
            long lateMessageAuthenticator,
            long badMsChapProof) {}

    /**
     * @param naks by Error-Cause
     * @param proxyStates requests that held a Proxy-State, which many routers refuse
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Coa(
            long received,
            long retransmitted,
            long obeyed,
            long disconnects,
            long ignored,
            long silent,
            long forged,
            long proxyStates,
            Map<Integer, Long> naks) {}

    /** In milliseconds, from the first transmission to the first answer. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Latency(long count, double p50, double p99, double max) {

        static Latency of(Latencies measured) {
            return new Latency(
                    measured.count(), measured.percentile(0.5), measured.percentile(0.99), measured.maxMillis());
        }
    }

    /** Whether the server did nothing that it must not. Losses and time-outs are no fault of it. */
    public boolean isClean() {
        return answers.differing() == 0
                && answers.malformed() == 0
                && answers.badAuthenticator() == 0
                && answers.badMessageAuthenticator() == 0
                && answers.noMessageAuthenticator() == 0
                && answers.badMsChapProof() == 0
                && answers.unexpectedRejects() == 0
                && answers.unexpectedAccepts() == 0
                && coa.forged() == 0;
    }

    static Progress of(double seconds, Sessions sessions, Tally tally, long open) {
        return new Progress(
                seconds,
                sessions,
                new Requests(
                        tally.sent,
                        tally.retransmitted,
                        tally.duplicated,
                        tally.reordered,
                        tally.lostRequests,
                        tally.unanswered,
                        tally.forgotten,
                        tally.unreachable),
                new Answers(
                        tally.received,
                        tally.accepts,
                        tally.rejects,
                        tally.accountingAnswers,
                        tally.unexpectedRejects,
                        tally.unexpectedAccepts,
                        tally.lostAnswers,
                        tally.repeatedAnswers,
                        tally.differingAnswers,
                        tally.lateAnswers,
                        tally.strayAnswers,
                        tally.malformedAnswers,
                        tally.badAuthenticators,
                        tally.badMessageAuthenticators,
                        tally.missingMessageAuthenticators,
                        tally.lateMessageAuthenticators,
                        tally.badProofs),
                new Coa(
                        tally.coaReceived,
                        tally.coaRetransmitted,
                        tally.coaObeyed,
                        tally.disconnects,
                        tally.coaIgnored,
                        tally.coaSilent,
                        tally.coaForged,
                        tally.proxyStates,
                        Map.copyOf(tally.naks)),
                Latency.of(tally.acceptLatencies),
                Latency.of(tally.rejectLatencies),
                Latency.of(tally.accountingLatencies),
                open,
                tally.problems(),
                tally.problemCount());
    }
}
