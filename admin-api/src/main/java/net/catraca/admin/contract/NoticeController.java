package net.catraca.admin.contract;

import static net.catraca.admin.http.Outcomes.granted;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.LocalDate;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.office.ContractRegions;
import net.catraca.billing.office.Notices;
import net.catraca.billing.store.NoticeBook.Notice;
import net.catraca.billing.store.NoticeBook.Outcome;
import org.jspecify.annotations.Nullable;

/** What access runs go by besides money: notices that were sent, and where a contract is. */
@Controller("/api/v1/contracts/{id}")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Contracts")
class NoticeController {

    private final Notices notices;
    private final ContractRegions regions;

    NoticeController(Notices notices, ContractRegions regions) {
        this.notices = notices;
        this.regions = regions;
    }

    /** A notice that another system sent. */
    @Serdeable
    @Schema(name = "NewNotice", example = """
                    {"dueOn":"2026-11-10","kind":"email","sentAt":"2026-11-11T12:00:00Z","outcome":"sent"}
                    """)
    record NewNotice(
            @Nullable @Positive @Schema(description = "What it spoke of.")
            Long receivableId,

            @Nullable @Schema(description = "The same where an ERP keeps the money: its due day.")
            LocalDate dueOn,

            @NotBlank @Size(max = 50) @Schema(description = "email, sms, letter, …")
            String kind,

            Instant sentAt,

            @Schema(description = "A bounced or failed one is no notice.")
            Outcome outcome) {}

    @Serdeable
    @Schema(name = "Notice")
    record NoticeView(
            long id,
            @Nullable Long receivableId,
            @Nullable LocalDate dueOn,
            String kind,
            Instant sentAt,
            Outcome outcome) {}

    @Serdeable
    @Schema(name = "NewContractRegion", example = """
                    {"region":"sul"}
                    """)
    record NewRegion(
            @Nullable
            @Size(min = 1, max = 100)
            @Schema(description = "For runs and incidents while no session tells where it is; null for none.")
            String region) {}

    @Serdeable
    @Schema(name = "ContractRegion")
    record Region(@Nullable String region) {}

    /** Records a notice of a debt that another system sent: a policy can demand one before a run may tighten. */
    @Post("/notices")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.NOTICE_WRITE)
    @WritesOnce
    HttpResponse<NoticeView> record(@PathVariable long id, @Body NewNotice sent, HttpRequest<?> request) {
        var notice = new Notice(id, sent.receivableId(), sent.dueOn(), sent.kind(), sent.sentAt(), sent.outcome());
        long made = granted(notices.record(Caller.of(request).actor(), notice));
        return HttpResponse.created(
                new NoticeView(made, sent.receivableId(), sent.dueOn(), sent.kind(), sent.sentAt(), sent.outcome()));
    }

    /** Says in which region a contract is. It bears on nobody's access. */
    @Put("/region")
    @RequiresPermission(Permission.CONTRACT_WRITE)
    @WritesOnce
    HttpResponse<Region> place(@PathVariable long id, @Body NewRegion where, HttpRequest<?> request) {
        return HttpResponse.ok(
                new Region(granted(regions.place(Caller.of(request).actor(), id, where.region()))
                        .region()));
    }
}
