package net.catraca.admin.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.annotation.Serdeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.catraca.billing.access.AccessLevel;

/** Compares what NASes let sessions do with what the API says they should get. */
public final class LevelCheck {

    private static final int MOST_LISTED = 200;

    private LevelCheck() {}

    /**
     * What came of it.
     *
     * @param mismatches the first two hundred, in words
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Result(int checked, int mismatchCount, List<String> mismatches) {}

    /** Asks for each session, so it takes some milliseconds a session. */
    public static Result check(List<HeldSession> sessions, AdminApi api) {
        List<String> mismatches = new ArrayList<>();
        int count = 0;
        for (HeldSession session : sessions) {
            Optional<String> mismatch = mismatch(session, api);
            if (mismatch.isPresent()) {
                count++;
                if (mismatches.size() < MOST_LISTED) {
                    mismatches.add(mismatch.get());
                }
            }
        }
        return new Result(sessions.size(), count, mismatches);
    }

    /** Those whose NAS and API disagree. */
    public static List<HeldSession> mismatched(List<HeldSession> sessions, AdminApi api) {
        return sessions.stream()
                .filter(session -> mismatch(session, api).isPresent())
                .toList();
    }

    private static Optional<String> mismatch(HeldSession session, AdminApi api) {
        String who = "session " + session.sessionId() + " of " + session.login() + " at NAS " + session.nas();
        Optional<JsonNode> access = api.find("/api/v1/subscribers/" + AdminApi.encoded(session.login()) + "/access");
        if (access.isEmpty()) {
            return Optional.of(who + " is online, and the API does not know the login");
        }
        String level = AdminApi.text(access.get(), "level");
        var held = Held.of(session.model(), session.attributes());
        Optional<Held> expected = expected(session, access.get());
        if (expected.isEmpty()) {
            return Optional.of(who + " is online, and should be rejected: its level is " + level);
        }
        return held.equivalent(expected.get())
                ? Optional.empty()
                : Optional.of(who + " has " + held + ", and should have " + expected.get() + ", level " + level);
    }

    /** What a router of its vendor is told now; nothing for a reject. */
    private static Optional<Held> expected(HeldSession session, JsonNode access) {
        JsonNode network = access.get("network");
        if (network == null || AccessLevel.REFUSED.name().equalsIgnoreCase(AdminApi.text(access, "level"))) {
            return Optional.empty();
        }
        for (JsonNode answer : network.values()) {
            if (AdminApi.text(answer, "vendor").equals(session.model().word()) && names(answer, session.nas())) {
                return AdminApi.text(answer, "answer").replace('-', '_').equalsIgnoreCase("ACCESS_REJECT")
                        ? Optional.empty()
                        : Optional.of(Held.of(session.model(), attributes(answer)));
            }
        }
        return Optional.empty();
    }

    private static boolean names(JsonNode answer, String nas) {
        JsonNode nases = answer.get("nases");
        if (nases != null) {
            for (JsonNode name : nases.values()) {
                if (name.getStringValue().equals(nas)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Map<String, List<String>> attributes(JsonNode answer) {
        Map<String, List<String>> attributes = new TreeMap<>();
        JsonNode listed = answer.get("attributes");
        if (listed != null) {
            for (JsonNode attribute : listed.values()) {
                String name = AdminApi.text(attribute, "name");
                if (PolicyAttribute.isPolicy(name)) {
                    attributes.computeIfAbsent(name, _ -> new ArrayList<>()).add(AdminApi.text(attribute, "value"));
                }
            }
        }
        return attributes;
    }
}
