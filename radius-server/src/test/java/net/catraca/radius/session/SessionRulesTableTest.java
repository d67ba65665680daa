package net.catraca.radius.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.Kind;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.session.SessionEnd.Cause;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules as {@code sessions.txt} tells them: records in the order of their arrival, and the sessions that result. */
class SessionRulesTableTest {

    record Example(String what, List<String> records, List<String> expected) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Example> examples() throws IOException {
        var examples = new ArrayList<Example>();
        try (var in = new BufferedReader(new InputStreamReader(
                requireNonNull(SessionRulesTableTest.class.getResourceAsStream("sessions.txt")),
                StandardCharsets.UTF_8))) {
            for (var line : in.lines().map(String::strip).toList()) {
                if (line.startsWith("#") || line.isEmpty()) {
                    continue;
                }
                if (line.startsWith("= ")) {
                    examples.getLast().expected.add(line.substring(2).replaceAll("\\s+", " "));
                } else if (line.startsWith("- ")) {
                    examples.getLast().records.add(line.substring(2));
                } else {
                    examples.add(new Example(line, new ArrayList<>(), new ArrayList<>()));
                }
            }
        }
        return examples.stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void recordsMakeTheseSessions(Example example) {
        var sessions = new ArrayList<Session>();
        var restarts = new ArrayList<Instant>();
        long number = 0;
        for (var line : example.records) {
            take(line, ++number, sessions, restarts);
        }
        sessions.sort(Comparator.comparing(Session::startedAt));
        assertThat(sessions.stream().map(SessionRulesTableTest::words)).isEqualTo(example.expected);
    }

    private static void take(String line, long number, List<Session> sessions, List<Instant> restarts) {
        var words = line.split("\\s+");
        double minute = Double.parseDouble(words[0]);
        switch (words[1]) {
            case "on", "off" -> {
                var at = RecordBuilder.minute(minute);
                var event = new AccountingEvent(
                        number, 1, "nas-1", RecordBuilder.NAS, at, at, new NasRestarted(words[1].equals("on")));
                restarts.add(at);
                sessions.replaceAll(session -> SessionRules.fold(event, session));
            }
            case "stale", "replaced", "unknown-to-nas" -> {
                var cause = Cause.valueOf(
                        words[1].toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
                sessions.replaceAll(session ->
                        SessionRules.infer(session, new SessionEnd(RecordBuilder.minute(minute), cause, null)));
            }
            default -> fold(record(words, minute, number), sessions, restarts);
        }
    }

    private static void fold(AccountingEvent event, List<Session> sessions, List<Instant> restarts) {
        var change = SessionRules.fold(event, (OfSession) event.what(), sessions, restarts);
        if (change.before() != null) {
            sessions.remove(change.before());
        }
        sessions.add(change.now());
    }

    private static AccountingEvent record(String[] words, double minute, long number) {
        var builder = RecordBuilder.of(Kind.valueOf(words[1].toUpperCase(java.util.Locale.ROOT)), minute)
                .number(number);
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            var value = words[i].substring(equals + 1);
            switch (words[i].substring(0, equals)) {
                case "time" -> builder.lasted(Double.parseDouble(value));
                case "in" -> builder.octets(number(value), 0);
                case "in32" -> builder.octetsWithoutGigawords(number(value), 0);
                case "cause" -> builder.cause(Integer.parseInt(value));
                case "class" -> builder.ofClass(new SessionClass(7, Long.parseLong(value), AccessLevel.ACTIVE, 1, 1));
                case "ip" -> builder.addresses(new Addresses(value, null, null, null));
                case "asked" -> builder.asked(Integer.parseInt(value));
                default -> throw new AssertionError(words[i]);
            }
        }
        return builder.event();
    }

    /** 5M, 4.2G or plain. */
    private static long number(String text) {
        return switch (text.charAt(text.length() - 1)) {
            case 'G' -> Math.round(Double.parseDouble(text.substring(0, text.length() - 1)) * (1L << 30));
            case 'M' -> Math.round(Double.parseDouble(text.substring(0, text.length() - 1)) * (1L << 20));
            default -> Long.parseLong(text);
        };
    }

    private static String words(Session session) {
        var parts = new ArrayList<String>();
        parts.add("from " + minutes(session.startedAt()));
        parts.add("last " + minutes(session.lastEventAt()));
        parts.add("in " + octets(session.counted().total().inputOctets()));
        if (session.interimSeconds() > 0) {
            parts.add("every " + session.interimSeconds());
        }
        if (session.addresses().ipv4() != null) {
            parts.add("ip " + session.addresses().ipv4());
        }
        var end = session.end();
        parts.add(
                end == null
                        ? "live"
                        : end.cause() + " at " + minutes(end.at())
                                + (end.terminateCause() == null ? "" : " cause " + end.terminateCause()));
        return parts.stream().collect(Collectors.joining(", "));
    }

    private static String minutes(Instant at) {
        double minute = Duration.between(RecordBuilder.NINE, at).toSeconds() / 60.0;
        return minute == Math.rint(minute) ? Long.toString(Math.round(minute)) : Double.toString(minute);
    }

    private static String octets(long octets) {
        double g = octets / (double) (1L << 30);
        if (octets >= 1L << 30 && Math.abs(g * 100 - Math.rint(g * 100)) < 1e-5) {
            return Double.toString(Math.rint(g * 100) / 100) + "G";
        }
        return octets % (1L << 20) == 0 && octets > 0 ? (octets >> 20) + "M" : Long.toString(octets);
    }
}
