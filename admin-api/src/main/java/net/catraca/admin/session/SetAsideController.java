package net.catraca.admin.session;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Instant;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.radius.office.SetAsideRecords;
import net.catraca.radius.store.SetAsideBook.SetAside;
import org.jspecify.annotations.Nullable;

/** Accounting records that the database refused, and their way back. */
@Controller("/api/v1/set-aside-records")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Sessions")
class SetAsideController {

    private static final int NODE_SHIFT = 48;

    private final SetAsideRecords records;

    SetAsideController(SetAsideRecords records) {
        this.records = records;
    }

    @Serdeable
    @Schema(
            name = "SetAsideRecord",
            description = "An acknowledged accounting record that the database refused. What it says is left out where"
                    + " not even that can be read.")
    record View(
            @Schema(description = "Its number in the journal.")
            long id,

            @Schema(description = "The node that took it in.")
            int node,

            @Nullable Instant receivedAt,
            Instant setAsideAt,

            @Schema(description = "Why it was refused the last time.")
            String reason,

            @Schema(description = "How often it was delivered again in vain.")
            int tries,

            @Nullable Instant triedAt,
            int octets,
            @Nullable String nas,
            @Nullable String nasAddress,
            @Nullable String login,
            @Nullable String acctSessionId,

            @Nullable
            @Schema(description = "start, stop, interim-update, accounting-on, accounting-off, or its number.")
            String statusType,

            @Nullable Instant happenedAt,
            @Nullable Long contractId) {}

    @Serdeable
    @Schema(name = "SetAsideDelivery")
    record Delivered(
            boolean delivered,

            @Nullable @Schema(description = "Why it was refused again.")
            String reason) {}

    @Serdeable
    @Schema(name = "SetAsideDeliveries", example = """
                    {"afterId":0}
                    """)
    record WantedMany(
            @PositiveOrZero @Schema(description = "Only those behind this one; 0 for all.")
            long afterId) {}

    @Serdeable
    @Schema(name = "SetAsideDelivered")
    record DeliveredMany(int delivered, int refused) {}

    private View view(SetAside record) {
        var contents = records.contents(record).orElse(null);
        return new View(
                record.number(),
                (int) (record.number() >>> NODE_SHIFT),
                record.receivedAt(),
                record.setAsideAt(),
                record.reason(),
                record.tries(),
                record.triedAt(),
                record.record().payload().length,
                contents == null ? null : contents.nasName(),
                contents == null ? null : contents.nasAddress(),
                contents == null ? null : contents.login(),
                contents == null ? null : contents.acctSessionId(),
                contents == null ? null : words(contents.statusType()),
                contents == null ? null : contents.happenedAt(),
                contents == null ? null : contents.contractId());
    }

    private static String words(int statusType) {
        return switch (statusType) {
            case 1 -> "start";
            case 2 -> "stop";
            case 3 -> "interim-update";
            case 7 -> "accounting-on";
            case 8 -> "accounting-off";
            default -> Integer.toString(statusType);
        };
    }

    /** Lists accounting records that the database refused, of all nodes, the oldest of each node first. */
    @Get
    @RequiresPermission(Permission.SESSION_VIEW)
    Page<View> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(records.list(page.after(0), page.limitAndOne()), page, SetAside::number, this::view);
    }

    /** Shows one. */
    @Get("/{id}")
    @RequiresPermission(Permission.SESSION_VIEW)
    View get(@PathVariable long id) {
        return view(found(records.find(id), "set-aside record", id));
    }

    /** Delivers one again, once the cause is gone. Refused again it stays, with the new reason. */
    @Post("/{id}/delivery")
    @RequiresPermission(Permission.ACCOUNTING_DELIVER)
    @WritesOnce(ownTransactions = true)
    HttpResponse<Delivered> deliver(@PathVariable long id, HttpRequest<?> request) {
        var why = granted(records.deliverAgain(Caller.of(request).actor(), id));
        return HttpResponse.ok(new Delivered(why.isEmpty(), why.orElse(null)));
    }

    /** Delivers all again, at most 500 at once, oldest first. */
    @Post("/deliveries")
    @RequiresPermission(Permission.ACCOUNTING_DELIVER)
    @WritesOnce(ownTransactions = true)
    HttpResponse<DeliveredMany> deliverMany(@Body WantedMany wanted, HttpRequest<?> request) {
        var many = records.deliverMany(Caller.of(request).actor(), wanted.afterId());
        return HttpResponse.ok(new DeliveredMany(many.delivered(), many.refused()));
    }
}
