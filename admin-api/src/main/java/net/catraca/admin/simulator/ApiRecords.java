package net.catraca.admin.simulator;

import io.micronaut.json.tree.JsonNode;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the server kept, as its API tells it. */
public final class ApiRecords implements ServerRecords {

    /** As far back as the API looks in one question. */
    private static final int DAYS = 400;

    private final AdminApi api;
    private final Clock clock;

    public ApiRecords(AdminApi api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    /** Whether the server has such an API at all. */
    public boolean isThere() {
        return api.find("/api/v1/sessions?limit=1").isPresent();
    }

    @Override
    public List<ServerSession> sessions(String login) {
        return api.items("/api/v1/subscribers/" + AdminApi.encoded(login) + "/sessions", "").stream()
                .map(item -> new ServerSession(
                        AdminApi.text(item, "nas"),
                        AdminApi.text(item, "acctSessionId"),
                        login,
                        Instant.parse(AdminApi.text(item, "startedAt")),
                        end(item),
                        AdminApi.number(item, "uploadOctets"),
                        AdminApi.number(item, "downloadOctets"),
                        AdminApi.number(item, "seconds")))
                .toList();
    }

    private static @Nullable String end(JsonNode session) {
        JsonNode end = session.get("end");
        return end == null || end.isNull()
                ? null
                : AdminApi.text(end, "cause").toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public @Nullable Octets usage(String login) {
        // Tomorrow, for zones that are ahead of this one.
        var to = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusDays(1);
        String days = "?from=" + to.minusDays(DAYS) + "&to=" + to;
        return api.find("/api/v1/subscribers/" + AdminApi.encoded(login) + "/usage" + days)
                .map(usage ->
                        new Octets(AdminApi.number(usage, "uploadOctets"), AdminApi.number(usage, "downloadOctets")))
                .orElse(null);
    }
}
