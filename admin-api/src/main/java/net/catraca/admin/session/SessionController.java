package net.catraca.admin.session;

import static net.catraca.admin.http.Outcomes.found;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.contract.Subscriber;
import net.catraca.billing.office.Subscribers;
import net.catraca.radius.accounting.AccountingReader;
import net.catraca.radius.auth.LineIdentity;
import net.catraca.radius.session.SessionEnd.Cause;
import net.catraca.radius.session.SessionSettings;
import net.catraca.radius.store.SessionQueries;
import net.catraca.radius.store.SessionQueries.Filter;
import net.catraca.radius.store.SessionQueries.Shown;
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
            @Nullable @QueryValue String nas,
            @Nullable @QueryValue String region,
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue String login,
            @Nullable @QueryValue String address,
            @Nullable @QueryValue String mac,
            @Nullable @QueryValue Boolean unknown,
            @Nullable @QueryValue Integer limit,
            @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        var filter = filter(nas, region, planId, login, address, mac, unknown);
        return Page.of(sessions.live(filter, page.after(0), page.limitAndOne()), page, Shown::id, SessionView::of);
    }

    /** Counts the live sessions that meet all that is asked for. */
    @Get("/sessions/count")
    @RequiresPermission(Permission.SESSION_VIEW)
    CountView count(
            @Nullable @QueryValue String nas,
            @Nullable @QueryValue String region,
            @Nullable @QueryValue Long planId,
            @Nullable @QueryValue String login,
            @Nullable @QueryValue String address,
            @Nullable @QueryValue String mac,
            @Nullable @QueryValue Boolean unknown) {
        return new CountView(sessions.count(filter(nas, region, planId, login, address, mac, unknown)));
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

    private static Filter filter(
            @Nullable String nas,
            @Nullable String region,
            @Nullable Long planId,
            @Nullable String login,
            @Nullable String address,
            @Nullable String mac,
            @Nullable Boolean unknown) {
        var wantedAddress = address == null ? null : AccountingReader.address(address);
        if (address != null && wantedAddress == null) {
            throw ProblemException.invalid(InvalidField.query("address", "an IPv4 or IPv6 address"));
        }
        var wantedMac = mac == null ? null : LineIdentity.normaliseMac(mac);
        if (mac != null && wantedMac == null) {
            throw ProblemException.invalid(InvalidField.query("mac", "a MAC address such as 0011aa22bb33"));
        }
        return new Filter(nas, region, planId, login, wantedAddress, wantedMac, Boolean.TRUE.equals(unknown));
    }
}
