package net.catraca.admin.freeze;

import static net.catraca.admin.http.Outcomes.created;
import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.FreezeDesk;
import net.catraca.billing.run.Freeze;
import org.jspecify.annotations.Nullable;

/** Freezes: while one holds no run commits, and what the clock alone would tighten waits. */
@Controller("/api/v1/freezes")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Freezes")
class FreezeController {

    private final FreezeDesk freezes;
    private final Clock clock;

    FreezeController(FreezeDesk freezes, Clock clock) {
        this.freezes = freezes;
        this.clock = clock;
    }

    /** @param minutes from now to its end */
    @Serdeable
    @Schema(name = "NewFreeze", example = """
                    {"reason":"the bank's files are a day late","minutes":240}
                    """)
    record NewFreeze(
            @NotBlank @Size(max = 500) String reason,

            @Positive @Schema(description = "From now to its end; at most 20160, which is 14 days.")
            int minutes) {}

    @Serdeable
    @Schema(name = "Freeze")
    record FreezeView(
            long id,
            long version,
            String reason,
            String declaredBy,
            Instant declaredAt,

            @Schema(description = "The first instant at which it no longer holds.")
            Instant endsAt,

            @Nullable String liftedBy,

            @Schema(description = "What waited tightens over so many seconds afterwards.")
            long spreadSeconds,

            boolean holds) {

        static FreezeView of(Freeze freeze, Instant now) {
            return new FreezeView(
                    freeze.id(),
                    freeze.version(),
                    freeze.reason(),
                    freeze.declaredBy(),
                    freeze.declaredAt(),
                    freeze.end(),
                    freeze.liftedBy(),
                    freeze.spread().toSeconds(),
                    freeze.holdsAt(now));
        }
    }

    /** Lists the freezes, newest first. */
    @Get
    @RequiresPermission(Permission.FREEZE_VIEW)
    Page<FreezeView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(freezes.list(page.after(Long.MAX_VALUE), page.limitAndOne()), page, Freeze::id, this::view);
    }

    /** Shows a freeze. */
    @Get("/{id}")
    @RequiresPermission(Permission.FREEZE_VIEW)
    HttpResponse<FreezeView> get(@PathVariable long id) {
        var freeze = found(freezes.find(id), "freeze", id);
        return shown(view(freeze), freeze.version());
    }

    /** Declares a freeze from now on: nothing tightens but by a person's act. Relief goes on. */
    @Post
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.FREEZE_DECLARE)
    @WritesOnce
    HttpResponse<FreezeView> declare(@Body NewFreeze wanted, HttpRequest<?> request) {
        var endsAt = clock.instant().plus(Duration.ofMinutes(wanted.minutes()));
        var freeze = granted(freezes.declare(Caller.of(request).actor(), wanted.reason(), endsAt));
        return created(view(freeze), "/api/v1/freezes/" + freeze.id(), freeze.version());
    }

    /** Ends a freeze before its time; what waited tightens spread over the next half hour. If-Match is optional. */
    @Post("/{id}/lift")
    @RequiresPermission(Permission.FREEZE_LIFT)
    @WritesOnce
    @IfMatch
    HttpResponse<FreezeView> lift(@PathVariable long id, HttpRequest<?> request) {
        var freeze = granted(freezes.lift(Caller.of(request).actor(), id, Etag.optional(request)));
        return shown(view(freeze), freeze.version());
    }

    private FreezeView view(Freeze freeze) {
        return FreezeView.of(freeze, clock.instant());
    }
}
