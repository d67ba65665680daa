package net.catraca.admin.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.json.tree.JsonNode;
import io.micronaut.serde.annotation.Serdeable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.catraca.billing.access.AccessLevel;

/**
 * Compares what NASes let sessions do with what the API says they should get, and with what the server believes that the
 * NASes have acknowledged.
 */
public final class LevelCheck {

    private static final int MOST_LISTED = 200;

    private LevelCheck() {}

    /**
     * What came of it.
     *
     * @param checked sessions against what their logins should get
     * @param believed those of them of which the server tells what their NAS has acknowledged
     * @param mismatches the first two hundred, in words
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Result(int checked, int believed, int mismatchCount, List<String> mismatches) {}

    /** Asks for each session, so it takes some milliseconds a session. */
    public static Result check(List<HeldSession> sessions, AdminApi api) {
        Map<Key, JsonNode> known = known(sessions, api);
        List<String> mismatches = new ArrayList<>();
        int believed = 0;
        for (HeldSession session : sessions) {
            mismatch(session, api).ifPresent(mismatches::add);
            JsonNode belief = known.get(new Key(session.nas(), session.sessionId()));
            if (belief != null) {
                believed++;
                wrongBelief(session, belief).ifPresent(mismatches::add);
                unsettled(session, belief).ifPresent(mismatches::add);
            }
        }
        return new Result(
                sessions.size(),
                believed,
                mismatches.size(),
                mismatches.stream().limit(MOST_LISTED).toList());
    }

    private record Key(String nas, String sessionId) {}

    /** What the server believes, of those live sessions of which it says something; empty for a server without sessions. */
    private static Map<Key, JsonNode> known(List<HeldSession> sessions, AdminApi api) {
        Map<Key, JsonNode> known = new HashMap<>();
        sessions.stream().map(HeldSession::nas).distinct().forEach(nas -> {
            for (JsonNode item : api.items("/api/v1/sessions", "&nas=" + AdminApi.encoded(nas))) {
                JsonNode acknowledged = item.get("acknowledged");
                if (acknowledged != null && !acknowledged.isNull()) {
                    known.put(new Key(nas, AdminApi.text(item, "acctSessionId")), item);
                }
            }
        });
        return known;
    }

    /** A NAS that acknowledges and changes nothing brings this about, too. */
    private static Optional<String> wrongBelief(HeldSession session, JsonNode belief) {
        JsonNode acknowledged = belief.get("acknowledged");
        String level = AdminApi.text(acknowledged, "level");
        boolean isCertain =
                !level.isEmpty() && AdminApi.text(acknowledged, "perhaps").isEmpty();
        return !isCertain || level.equalsIgnoreCase(session.level().name())
                ? Optional.empty()
                : Optional.of(who(session) + " is " + session.level() + ", and the server believes that its NAS has"
                        + " acknowledged " + level);
    }

    /** Only a NAS that obeys can be held to it. */
    private static Optional<String> unsettled(HeldSession session, JsonNode belief) {
        JsonNode acknowledged = belief.get("acknowledged");
        String state = AdminApi.text(acknowledged, "state");
        JsonNode target = belief.get("target");
        boolean isAgreed = state.replace('_', '-').equalsIgnoreCase("agreed");
        return isAgreed || !session.nasObeys() || target == null || target.isNull()
                ? Optional.empty()
                : Optional.of(who(session) + " should be " + AdminApi.text(target, "level") + ", which its NAS has not"
                        + " acknowledged though it obeys: " + state);
    }

    private static String who(HeldSession session) {
        return "session " + session.sessionId() + " of " + session.login() + " at NAS " + session.nas();
    }

    private static Optional<String> mismatch(HeldSession session, AdminApi api) {
        String who = who(session);
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
