package net.catraca.admin.bank;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

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
import java.time.Instant;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.bank.PixSetAside;
import net.catraca.billing.office.PixNotices;
import org.jspecify.annotations.Nullable;

/** Elements of Pix notifications that could not be read: a person sees to them. */
@Controller("/api/v1/pix-set-aside")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Banks")
class PixSetAsideController {

    private final PixNotices notices;

    PixSetAsideController(PixNotices notices) {
        this.notices = notices;
    }

    @Serdeable
    @Schema(name = "PixSetAside")
    record View(
            long id,
            long version,
            long agreementId,

            @Schema(description = "As it was told, in JSON; cut at 4,000 characters.")
            String element,

            @Schema(description = "What is wrong, as a JSON pointer within it.", example = "/valor")
            String member,

            @Schema(example = "an amount such as \"99.90\"") String expected,
            Instant toldAt,
            @Nullable Instant settledAt,
            @Nullable String settledBy,
            @Nullable String settlementReason) {

        static View of(PixSetAside element) {
            var settlement = element.settlement();
            return new View(
                    element.id(),
                    element.version(),
                    element.agreementId(),
                    element.element(),
                    element.member(),
                    element.expected(),
                    element.toldAt(),
                    settlement == null ? null : settlement.at(),
                    settlement == null ? null : settlement.by(),
                    settlement == null ? null : settlement.reason());
        }
    }

    /** Lists elements that nobody has seen to, oldest first. */
    @Get
    @RequiresPermission(Permission.PAYMENT_VIEW)
    Page<View> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(notices.setAside(page.after(0), page.limitAndOne()), page, PixSetAside::id, View::of);
    }

    /** Shows one, also when it was seen to since. */
    @Get("/{id}")
    @RequiresPermission(Permission.PAYMENT_VIEW)
    HttpResponse<View> get(@PathVariable long id) {
        return view(found(notices.findSetAside(id), "pix set aside", id));
    }

    /** Says that it was seen to: booked by hand, told again soundly, or no money. If-Match is optional. */
    @Post("/{id}/settlement")
    @RequiresPermission(Permission.PAYMENT_MATCH)
    @IfMatch
    @WritesOnce
    HttpResponse<View> settle(@PathVariable long id, @Body GivenReason why, HttpRequest<?> request) {
        return view(
                granted(notices.settleSetAside(Caller.of(request).actor(), id, Etag.optional(request), why.reason())));
    }

    private static HttpResponse<View> view(PixSetAside element) {
        return shown(View.of(element), element.version());
    }
}
