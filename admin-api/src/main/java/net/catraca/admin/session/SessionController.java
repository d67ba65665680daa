package net.catraca.admin.session;

import static net.catraca.admin.http.Outcomes.found;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.office.Subscribers;
import net.catraca.radius.dynauth.SessionTarget.State;
import net.catraca.radius.session.SessionEnd.Cause;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.store.SessionQueries;
import net.catraca.radius.store.SessionQueries.Acknowledged;
import net.catraca.radius.store.SessionQueries.Shown;
import net.catraca.radius.store.SessionQueries.Tally;
import net.catraca.radius.store.SessionQueries.Target;
import net.catraca.radius.store.SessionQueries.Usage;
import org.jspecify.annotations.Nullable;

/** What routers report: who is online, who was, and how much was used. A record is seen here within a second. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Sessions")
class SessionController {

    private static final int USUAL_DAYS = 30;
    private static final int MOST_DAYS = 400;

    private final SessionQueries sessions;
    private final Subscribers subscribers;
    private final SessionSettings settings;
    private final Clock clock;

    SessionController(SessionQueries sessions, Subscribers subscribers, SessionSettings settings, Clock clock) {
        this.sessions = sessions;
        this.subscribers = subscribers;
        this.settings = settings;
        this.clock = clock;
    }

    @Serdeable
    @Schema(name = "SessionEnd")
    record EndView(
            Instant at,
            Cause cause,

            @Nullable @Schema(description = "Acct-Terminate-Cause, where the router gave one.")
            Integer terminateCause,

            @Schema(example = "the line went down (lost carrier)")
            String words) {}

    @Serdeable
    @Schema(name = "SessionTarget", description = "What a session should have.")
    record TargetView(
            AccessLevel level,
            long planId,

            @Nullable @Schema(description = "Null when that plan is no more.")
            String plan,

            Instant since,

            @Schema(example = "access changed") String cause) {

        static @Nullable TargetView of(@Nullable Target target) {
            return target == null
                    ? null
                    : new TargetView(
                            target.level(), target.planId(), target.planName(), target.since(), target.cause());
        }
    }

    @Serdeable
    @Schema(name = "SessionAcknowledged", description = "What a session's router has acknowledged.")
    record AcknowledgedView(
            @Nullable @Schema(description = "Null when that is not known.")
            AccessLevel level,

            @Nullable Long planId,
            @Nullable Instant at,

            @Nullable
            @Schema(description = "The strictest level to which a request without an answer may have brought it since.")
            AccessLevel perhaps,

            @Schema(
                    description = "agreed: the target is acknowledged; open: it is asked for again; given-up: nothing"
                            + " has helped, and people were told.")
            State state,

            @Schema(description = "Requests that failed since the target was set.")
            int attempts,

            @Nullable @Schema(example = "no answer to 5 transmissions")
            String lastOutcome,

            @Nullable @Schema(description = "What a person should look at.")
            String alert) {

        static @Nullable AcknowledgedView of(@Nullable Acknowledged acknowledged) {
            return acknowledged == null
                    ? null
                    : new AcknowledgedView(
                            acknowledged.level(),
                            acknowledged.planId(),
                            acknowledged.at(),
                            acknowledged.perhaps(),
                            acknowledged.state(),
                            acknowledged.attempts(),
                            acknowledged.lastOutcome(),
                            acknowledged.alert());
        }
    }

    @Serdeable
    @Schema(name = "Session", description = "A session as its router reports it.")
    record SessionView(
            @Schema(description = "A number, as text: it has more digits than JavaScript counts.")
            String id,

            long nasId,

            @Schema(description = "As it was when the session was last reported.")
            String nas,

            @Nullable String region,
            String acctSessionId,
            String userName,
            String port,

            @Nullable @Schema(description = "Null when the session belongs to nobody we know.")
            String login,

            @Nullable Long contractId,
            @Nullable Long planId,
            @Nullable String plan,
            Instant startedAt,
            @Nullable String callingStationId,
            @Nullable @Schema(example = "0011aa22bb33") String mac,
            @Nullable String calledStationId,
            @Nullable String circuitId,
            @Nullable String remoteId,
            @Nullable String ipv4,
            @Nullable String ipv6,
            @Nullable String ipv6Prefix,
            @Nullable String delegatedIpv6Prefix,

            @Schema(description = "What the subscriber sent.")
            long uploadOctets,

            @Schema(description = "What the subscriber received.")
            long downloadOctets,

            long uploadPackets,
            long downloadPackets,
            long seconds,

            @Nullable @Schema(description = "When its last report arrived; null in the history.")
            Instant lastHeardAt,

            @Schema(description = "How often a report is expected; 0 when nobody knows.")
            int interimSeconds,

            @Nullable @Schema(description = "Null when nobody knows, and in the history.")
            TargetView target,

            @Nullable @Schema(description = "Null when nobody knows, and in the history.")
            AcknowledgedView acknowledged,

            @Nullable @Schema(description = "Null while it lives.")
            EndView end) {

        static SessionView of(Shown session) {
            return new SessionView(
                    Long.toString(session.id()),
                    session.nasId(),
                    session.nasName(),
                    session.region(),
                    session.acctSessionId(),
                    session.userName(),
                    session.port(),
                    session.login(),
                    session.contractId(),
                    session.planId(),
                    session.planName(),
                    session.startedAt(),
                    session.callingStationId(),
                    session.mac(),
                    session.calledStationId(),
                    session.circuitId(),
                    session.remoteId(),
                    session.ipv4(),
                    session.ipv6(),
                    session.ipv6Prefix(),
                    session.delegatedIpv6Prefix(),
                    session.inputOctets(),
                    session.outputOctets(),
                    session.inputPackets(),
                    session.outputPackets(),
                    session.seconds(),
                    session.lastHeardAt(),
                    session.interimSeconds(),
                    TargetView.of(session.target()),
                    AcknowledgedView.of(session.acknowledged()),
                    end(session));
        }

        private static @Nullable EndView end(Shown session) {
            var at = session.endedAt();
            var cause = session.endCause();
            return at == null || cause == null
                    ? null
                    : new EndView(at, cause, session.terminateCause(), EndWords.of(cause, session.terminateCause()));
        }
    }

    @Serdeable
    @Schema(name = "SessionCount")
    record CountView(long count) {}

    @Serdeable
    @Schema(name = "SessionsOfLevel")
    record LevelView(
            @Nullable @Schema(description = "That they should have; null when nobody knows.")
            AccessLevel level,

            long sessions,

            @Schema(description = "Those whose target is not acknowledged.")
            long mismatches) {}

    @Serdeable
    @Schema(name = "SessionsOfNas")
    record NasView(long nasId, String nas, long sessions, long mismatches, List<LevelView> levels) {}

    @Serdeable
    @Schema(name = "SessionSummary", description = "Live sessions by the level that they should have, and by router.")
    record SummaryView(long sessions, long mismatches, List<LevelView> levels, List<NasView> nases) {

        static SummaryView of(List<Tally> tallies) {
            var byNas = tallies.stream()
                    .collect(Collectors.groupingBy(Tally::nasId, LinkedHashMap::new, Collectors.toList()));
            return new SummaryView(
                    sessions(tallies),
                    mismatches(tallies),
                    levels(tallies),
                    byNas.values().stream()
                            .map(ofNas -> new NasView(
                                    ofNas.getFirst().nasId(),
                                    ofNas.getFirst().nasName(),
                                    sessions(ofNas),
                                    mismatches(ofNas),
                                    levels(ofNas)))
                            .toList());
        }

        private static List<LevelView> levels(List<Tally> tallies) {
            var levels = new ArrayList<LevelView>();
            for (var level : Arrays.asList(
                    AccessLevel.ACTIVE, AccessLevel.REDUCED, AccessLevel.BLOCKED, AccessLevel.REFUSED, null)) {
                var ofLevel =
                        tallies.stream().filter(tally -> tally.level() == level).toList();
                if (!ofLevel.isEmpty()) {
                    levels.add(new LevelView(level, sessions(ofLevel), mismatches(ofLevel)));
                }
            }
            return List.copyOf(levels);
        }

        private static long sessions(List<Tally> tallies) {
            return tallies.stream().mapToLong(Tally::sessions).sum();
        }

        private static long mismatches(List<Tally> tallies) {
            return tallies.stream().mapToLong(Tally::mismatches).sum();
        }
    }

    @Serdeable
    @Schema(name = "UsageOfDay")
    record UsageView(LocalDate day, long uploadOctets, long downloadOctets, long seconds) {

        static UsageView of(Usage usage) {
            return new UsageView(usage.day(), usage.inputOctets(), usage.outputOctets(), usage.seconds());
        }
    }

    @Serdeable
    @Schema(name = "Usage", description = "By day, of days on which there was any.")
    record UsagesView(
            LocalDate from, LocalDate to, long uploadOctets, long downloadOctets, long seconds, List<UsageView> days) {}

    /** Lists the live sessions that meet all that is asked for. */
    @Get("/sessions")
    @RequiresPermission(Permission.SESSION_VIEW)
    Page<SessionView> list(
            @RequestBean SessionsAsked asked,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                sessions.live(asked.filter(), page.after(0), page.limitAndOne()), page, Shown::id, SessionView::of);
    }

    /** Counts the live sessions that meet all that is asked for. */
    @Get("/sessions/count")
    @RequiresPermission(Permission.SESSION_VIEW)
    CountView count(@RequestBean SessionsAsked asked) {
        return new CountView(sessions.count(asked.filter()));
    }

    /** Counts them by the level that they should have, and by router. */
    @Get("/sessions/summary")
    @RequiresPermission(Permission.SESSION_VIEW)
    SummaryView summary(@RequestBean SessionsAsked asked) {
        return SummaryView.of(sessions.tallies(asked.filter()));
    }

    /** A session, live or ended, as long as it is kept. */
    @Get("/sessions/{id}")
    @RequiresPermission(Permission.SESSION_VIEW)
    SessionView get(@PathVariable long id) {
        return SessionView.of(found(sessions.find(id), "session", id));
    }

    /** The sessions of a login, the latest first. */
    @Get("/subscribers/{login}/sessions")
    @RequiresPermission(Permission.SESSION_VIEW)
    Page<SessionView> ofSubscriber(
            @PathVariable String login, @Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                sessions.ofSubscriber(subscriber(login).id(), page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                Shown::order,
                SessionView::of);
    }

    /** What a login has used by day, of the last 30 days unless asked otherwise. Days are of the contract's zone. */
    @Get("/subscribers/{login}/usage")
    @RequiresPermission(Permission.SESSION_VIEW)
    UsagesView usage(
            @PathVariable String login, @Nullable @QueryValue LocalDate from, @Nullable @QueryValue LocalDate to) {
        var last = to == null ? LocalDate.ofInstant(clock.instant(), settings.zone()) : to;
        var first = from == null ? last.minusDays(USUAL_DAYS - 1L) : from;
        if (first.isAfter(last) || first.isBefore(last.minusDays(MOST_DAYS))) {
            throw ProblemException.invalid(
                    InvalidField.query("from", "a day from " + MOST_DAYS + " days before to, up to it"));
        }
        var days = sessions.usage(subscriber(login).id(), first, last);
        return new UsagesView(
                first,
                last,
                days.stream().mapToLong(Usage::inputOctets).sum(),
                days.stream().mapToLong(Usage::outputOctets).sum(),
                days.stream().mapToLong(Usage::seconds).sum(),
                days.stream().map(UsageView::of).toList());
    }

    private Subscriber subscriber(String login) {
        return found(subscribers.findByLogin(login), "login", login);
    }
}
