package net.catraca.admin.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.catraca.admin.simulator.PacketCheck.Finding;

/** What was counted so far. Used by one thread; {@link Progress} is what others see. */
final class Tally {

    /** Of each kind of trouble a hundred examples tell enough. */
    private static final int MOST_PROBLEMS = 100;

    long sent;
    long received;
    long retransmitted;
    long duplicated;
    long reordered;
    long lostRequests;
    long lostAnswers;
    long unanswered;
    long forgotten;
    long unreachable;
    long strayAnswers;
    long lateAnswers;
    long repeatedAnswers;
    long differingAnswers;
    long badAuthenticators;
    long badMessageAuthenticators;
    long missingMessageAuthenticators;
    long lateMessageAuthenticators;
    long malformedAnswers;
    long badProofs;

    long accepts;
    long rejects;
    long unexpectedRejects;
    long unexpectedAccepts;
    long accountingAnswers;
    long dialIns;
    long hangUps;
    long reboots;

    long coaReceived;
    long coaObeyed;
    long coaIgnored;
    long coaSilent;
    long coaRetransmitted;
    long coaForged;
    long disconnects;
    long proxyStates;
    final Map<Integer, Long> naks = new TreeMap<>();

    final Latencies acceptLatencies = new Latencies();
    final Latencies rejectLatencies = new Latencies();
    final Latencies accountingLatencies = new Latencies();

    private final List<String> problems = new ArrayList<>();
    private long problemCount;

    void answered(byte code, long nanos) {
        switch (code) {
            case 2 -> acceptLatencies.add(nanos);
            case 3 -> rejectLatencies.add(nanos);
            case 5 -> {
                accountingAnswers++;
                accountingLatencies.add(nanos);
            }
            default -> problem("an answer of code " + code + " came where none such can be");
        }
    }

    void count(Finding finding, NasSettings nas, byte[] octets) {
        switch (finding) {
            case GENUINE -> {}
            case MALFORMED -> malformedAnswers++;
            case BAD_AUTHENTICATOR -> badAuthenticators++;
            case BAD_MESSAGE_AUTHENTICATOR -> badMessageAuthenticators++;
            case NO_MESSAGE_AUTHENTICATOR -> missingMessageAuthenticators++;
            case LATE_MESSAGE_AUTHENTICATOR -> lateMessageAuthenticators++;
        }
        if (finding != Finding.GENUINE) {
            problem("NAS " + nas.name() + ": an answer of code " + octets[0] + " and " + octets.length
                    + " octets is not in order: " + finding);
        }
    }

    void nak(int errorCause) {
        naks.merge(errorCause, 1L, Long::sum);
    }

    void problem(String text) {
        problemCount++;
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(text);
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    long problemCount() {
        return problemCount;
    }
}
