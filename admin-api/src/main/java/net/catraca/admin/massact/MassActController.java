package net.catraca.admin.massact;

import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.MassActs;
import net.catraca.billing.store.MassActBook.Kind;

/** Cancellations, pauses, manual blocks and deletions by jobs beyond the number per hour. */
@Controller("/api/v1/mass-act-allowances")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Access runs")
class MassActController {

    private final MassActs acts;

    MassActController(MassActs acts) {
        this.acts = acts;
    }

    @Serdeable
    @Schema(name = "NewMassActAllowance", example = """
                    {"kind":"cancel","acts":500,"reason":"the village that another ISP took over"}
                    """)
    record NewAllowance(
            Kind kind,
            @Positive @Max(1_000_000) int acts,
            @NotBlank @Size(max = 500) String reason) {}

    @Serdeable
    @Schema(name = "MassActAllowance")
    record AllowanceView(
            Kind kind,
            int acts,

            @Schema(description = "First instant at which it no longer holds.")
            Instant until,

            String allowedBy,
            String reason) {}

    /** Allows jobs so many more acts of a kind within four hours. The caller is a person, not a job. */
    @Post
    @RequiresPermission(Permission.MASS_ACT_ALLOW)
    @WritesOnce
    HttpResponse<AllowanceView> allow(@Body NewAllowance wanted, HttpRequest<?> request) {
        var allowed = granted(acts.allow(Caller.of(request).actor(), wanted.kind(), wanted.acts(), wanted.reason()));
        return HttpResponse.ok(new AllowanceView(
                allowed.kind(), allowed.acts(), allowed.until(), allowed.allowedBy(), allowed.reason()));
    }
}
