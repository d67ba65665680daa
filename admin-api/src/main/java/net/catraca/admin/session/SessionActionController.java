package net.catraca.admin.session;

import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.dynauth.Attempt;
import net.catraca.radius.dynauth.DynauthRequest.Method;
import net.catraca.radius.dynauth.ErrorCause;
import net.catraca.radius.office.SessionActions;
import net.catraca.radius.office.SessionActions.Done;
import net.catraca.radius.office.SessionActions.Filter;
import org.jspecify.annotations.Nullable;

/** What people do to live sessions, and what was sent to them. */
@Controller("/api/v1/sessions")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Sessions")
class SessionActionController {

    private static final int SHOWN_ATTEMPTS = 100;

    private final SessionActions actions;

    SessionActionController(SessionActions actions) {
        this.actions = actions;
    }

    @Serdeable
    @Schema(name = "SessionActionDone")
    record DoneView(
            long sessionId,
            String login,
            String nas,

            @Schema(
                    description =
                            "acknowledged, refused, timed-out, unreachable; or pending: the attempts and the audit log"
                                    + " will tell.")
            String outcome,

            String words,
            @Nullable Integer errorCause,
            @Nullable Long roundTripMicros) {

        static DoneView of(Done done) {
            return new DoneView(
                    done.sessionId(),
                    done.login(),
                    done.nas(),
                    done.outcome(),
                    done.words(),
                    done.errorCause(),
                    done.roundTripMicros());
        }
    }

    @Serdeable
    @Schema(
            name = "DisconnectMany",
            description = "All that match every filter that is given; at least one is needed.",
            example = """
                    {"region":"north","count":0}
                    """)
    record DisconnectMany(
            @Nullable Long nasId,
            @Nullable @Size(min = 1, max = 100) String region,
            @Nullable AccessLevel level,
            @Nullable Long contractId,
            @Nullable Long planId,

            @Nullable @Size(min = 1, max = 253) @Schema(description = "With which the login begins, in whatever case.")
            String loginPrefix,

            @PositiveOrZero
            @Schema(description = "How many these are, as a confirmation. 409 with the true number when it differs.")
            int count) {}

    @Serdeable
    @Schema(name = "DisconnectManyBegun")
    record Begun(
            int sessions,

            @Schema(description = "How many of these by other nodes, which send to their routers.")
            int handedOn) {}

    @Serdeable
    @Schema(name = "CoaAttempt", description = "A CoA or Disconnect and what became of it.")
    record AttemptView(
            Instant at,
            long sessionId,
            String nas,
            @Nullable Long contractId,
            String login,
            String acctSessionId,
            Method method,
            AccessLevel level,
            long planId,
            String cause,
            Attempt.Outcome outcome,
            @Nullable Integer errorCause,
            @Nullable String errorCauseWords,
            @Nullable Long roundTripMicros,
            int transmissions,
            String node) {

        static AttemptView of(Attempt attempt) {
            return new AttemptView(
                    attempt.at(),
                    attempt.sessionId(),
                    attempt.nasName(),
                    attempt.contractId(),
                    attempt.userName(),
                    attempt.acctSessionId(),
                    attempt.method(),
                    attempt.sent().level(),
                    attempt.sent().planId(),
                    attempt.cause(),
                    attempt.outcome(),
                    attempt.errorCause(),
                    attempt.outcome() == Attempt.Outcome.REFUSED ? ErrorCause.words(attempt.errorCause()) : null,
                    attempt.roundTripMicros(),
                    attempt.transmissions(),
                    attempt.node());
        }
    }

    @Serdeable
    @Schema(name = "CoaAttempts")
    record Attempts(List<AttemptView> attempts) {}

    /**
     * Ends a live session; the subscriber's router dials in again. Answers when the NAS has, or after four seconds; any
     * node may be asked.
     */
    @Post("/{id}/disconnect")
    @RequiresPermission(Permission.SESSION_DISCONNECT)
    @WritesOnce(ownTransactions = true)
    HttpResponse<DoneView> disconnect(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                DoneView.of(granted(actions.disconnect(Caller.of(request).actor(), id))));
    }

    /** Sends a live session its profile once more. Answers when the NAS has, or after four seconds; any node may be asked. */
    @Post("/{id}/push-profile")
    @RequiresPermission(Permission.SESSION_PUSH_PROFILE)
    @WritesOnce(ownTransactions = true)
    HttpResponse<DoneView> pushProfile(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                DoneView.of(granted(actions.pushProfile(Caller.of(request).actor(), id))));
    }

    /** Ends all live sessions that a filter means, each in its turn under its NAS's budget. */
    @Post("/disconnect")
    @Status(HttpStatus.ACCEPTED)
    @ApiResponse(
            responseCode = "202",
            description = "Begun; what becomes of each is in the audit log.",
            content = @Content(schema = @Schema(implementation = Begun.class)))
    @RequiresPermission(Permission.SESSION_DISCONNECT_MANY)
    @WritesOnce(ownTransactions = true)
    HttpResponse<Begun> disconnectMany(@Body DisconnectMany many, HttpRequest<?> request) {
        var filter = new Filter(
                many.nasId(), many.region(), many.level(), many.contractId(), many.planId(), many.loginPrefix());
        var begun = granted(actions.disconnectAll(Caller.of(request).actor(), filter, many.count()));
        return HttpResponse.accepted().body(new Begun(begun.sessions(), begun.handedOn()));
    }

    /** What was sent to a session and what became of it, the newest first. */
    @Get("/{id}/attempts")
    @RequiresPermission(Permission.SESSION_VIEW)
    Attempts attempts(@PathVariable long id) {
        return new Attempts(actions.attempts(id, SHOWN_ATTEMPTS).stream()
                .map(AttemptView::of)
                .toList());
    }
}
