package net.catraca.admin.notice;

import static net.catraca.admin.http.Outcomes.found;
import static net.catraca.admin.http.Outcomes.granted;
import static net.catraca.admin.http.Outcomes.shown;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Kebab;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.SecretText;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.contract.Language;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.NoticeProvider;
import net.catraca.billing.notice.NoticeStep;
import net.catraca.billing.notice.NoticeTemplate;
import net.catraca.billing.office.NoticeDesk;
import net.catraca.billing.store.NoticeRules;
import org.jspecify.annotations.Nullable;

/** When customers are told of their debts, in which words, and who carries the message. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Notices")
class NoticeRuleController {

    private final NoticeDesk desk;

    NoticeRuleController(NoticeDesk desk) {
        this.desk = desk;
    }

    @Serdeable
    @Schema(name = "NoticeStep")
    record StepData(
            @Schema(description = "Days from the due day, which is 0; negative before it.", example = "-5")
            int dayOffset,

            Channel channel,

            @NotBlank @Size(max = 50) @Schema(example = "before-due")
            String template) {

        NoticeStep step() {
            return new NoticeStep(dayOffset, channel, template);
        }
    }

    @Serdeable
    @Schema(name = "NewNoticeSchedule", example = """
                    {"effectiveFrom":"2099-01-01",
                     "steps":[{"dayOffset":-5,"channel":"email","template":"before-due"},
                              {"dayOffset":3,"channel":"whatsapp","template":"overdue"}]}
                    """)
    record NewSchedule(
            @Nullable
            @Positive
            @Schema(description = "The policy whose debts it is for; all without one of their own when absent.")
            Long policyId,

            @Schema(description = "Today or a later day.") LocalDate effectiveFrom,

            @Valid @Size(max = 50) @Schema(description = "None: nobody is told anything.")
            List<StepData> steps) {}

    @Serdeable
    @Schema(name = "NoticeSchedule")
    record ScheduleView(
            long id,
            @Nullable Long policyId,
            LocalDate effectiveFrom,
            List<StepData> steps,
            Instant createdAt,
            String createdBy) {

        static ScheduleView of(NoticeRules.Schedule schedule) {
            return new ScheduleView(
                    schedule.id(),
                    schedule.policyId(),
                    schedule.effectiveFrom(),
                    schedule.steps().stream()
                            .map(step -> new StepData(step.dayOffset(), step.channel(), step.template()))
                            .toList(),
                    schedule.createdAt(),
                    schedule.createdBy());
        }
    }

    @Serdeable
    @Schema(name = "NoticeTemplateData", example = """
                    {"subject":"Sua fatura vence em {{dueOn}}",
                     "body":"Olá {{firstName}}, sua fatura de {{amount}} vence em {{dueOn}}. {{link}}"}
                    """)
    record TemplateData(
            @Nullable @Size(min = 1, max = 200) @Schema(description = "Exactly of e-mails.")
            String subject,

            @NotBlank @Size(max = 20_000) @Schema(description = "Plain text, a Mustache template.")
            String body,

            @Nullable
            @Size(min = 1, max = 20_000)
            @Schema(description = "Of e-mails, beside the text; values are escaped.")
            String html) {}

    @Serdeable
    @Schema(name = "NoticeTemplate")
    record TemplateView(
            String name,
            Channel channel,
            Language language,
            @Schema(description = "0 is built in.") int version,
            @Nullable String subject,
            String body,
            @Nullable String html) {

        static TemplateView of(NoticeTemplate template) {
            return new TemplateView(
                    template.name(),
                    template.channel(),
                    template.language(),
                    template.version(),
                    template.subject(),
                    template.body(),
                    template.html());
        }
    }

    @Serdeable
    @Schema(name = "NoticePreviewWish", example = """
                    {"template":"overdue","channel":"email"}
                    """)
    record PreviewWish(
            @NotBlank @Size(max = 50) String template,
            Channel channel,

            @Nullable @Schema(description = "The customer's when absent.")
            Language language,

            @Nullable @Positive @Schema(description = "The open one that is due first when absent.")
            Long receivableId) {}

    @Serdeable
    @Schema(name = "NoticePreview")
    record PreviewView(
            long receivableId,
            Language language,
            int templateVersion,

            @Nullable @Schema(description = "Masked; null when the customer has none.")
            String to,

            @Nullable String subject,
            String body,
            @Nullable String html) {}

    @Serdeable
    @Schema(name = "NoticeHeader")
    record HeaderData(
            @NotBlank @Size(max = 100) @Schema(example = "Authorization")
            String name,

            SecretText value) {}

    @Serdeable
    @Schema(name = "NoticeProviderData", example = """
                    {"url":"https://sms.example.com/v1/messages","method":"post","contentType":"json",
                     "body":"{\\"to\\":\\"{{digits}}\\",\\"message\\":\\"{{text}}\\",\\"ref\\":\\"{{reference}}\\"}",
                     "success":[200,201,202],"idPointer":"/id","active":true,
                     "headers":[{"name":"Authorization","value":"Bearer secret-of-the-provider"}]}
                    """)
    record ProviderData(
            @NotBlank @Size(max = 500) String url,
            NoticeProvider.Method method,
            NoticeProvider.ContentType contentType,

            @NotBlank
            @Size(max = 4_000)
            @Schema(description = "A Mustache template with to, digits, text and reference.")
            String body,

            @Size(min = 1, max = 20) @Schema(description = "Statuses that say it took the message.")
            List<Integer> success,

            @Nullable @Size(min = 1, max = 200) @Schema(description = "Where its answer bears the message's id.")
            String idPointer,

            boolean active,

            @Nullable
            @Valid
            @Size(max = 20)
            @Schema(description = "With credentials; kept sealed, never shown. Those that are there stay when absent.")
            List<HeaderData> headers) {}

    @Serdeable
    @Schema(name = "NoticeProvider")
    record ProviderView(
            Channel channel,
            long version,
            String url,
            NoticeProvider.Method method,
            NoticeProvider.ContentType contentType,
            String body,
            List<Integer> success,
            @Nullable String idPointer,
            boolean active) {

        static ProviderView of(NoticeProvider provider) {
            return new ProviderView(
                    provider.channel(),
                    provider.version(),
                    provider.url().toString(),
                    provider.method(),
                    provider.contentType(),
                    provider.body(),
                    provider.success(),
                    provider.idPointer(),
                    provider.active());
        }
    }

    /** Lists the schedules of notices, newest first. Where none holds, the built-in one does. */
    @Get("/notice-schedules")
    @RequiresPermission(Permission.NOTICE_VIEW)
    Page<ScheduleView> schedules(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(
                desk.schedules(page.after(Long.MAX_VALUE), page.limitAndOne()),
                page,
                NoticeRules.Schedule::id,
                ScheduleView::of);
    }

    /** Shows a schedule. */
    @Get("/notice-schedules/{id}")
    @RequiresPermission(Permission.NOTICE_VIEW)
    ScheduleView schedule(@PathVariable long id) {
        return ScheduleView.of(found(desk.findSchedule(id), "notice schedule", id));
    }

    /** Makes a schedule that holds from a day on, until a later one. */
    @Post("/notice-schedules")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.NOTICE_RULE_WRITE)
    @WritesOnce
    HttpResponse<ScheduleView> makeSchedule(@Body NewSchedule wanted, HttpRequest<?> request) {
        var made = granted(desk.schedule(
                Caller.of(request).actor(),
                wanted.policyId(),
                wanted.effectiveFrom(),
                wanted.steps().stream().map(StepData::step).toList()));
        return HttpResponse.created(ScheduleView.of(made), URI.create("/api/v1/notice-schedules/" + made.id()));
    }

    /** Takes back a schedule that has not begun. */
    @Delete("/notice-schedules/{id}")
    @RequiresPermission(Permission.NOTICE_RULE_WRITE)
    @WritesOnce
    HttpResponse<ScheduleView> withdraw(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                ScheduleView.of(granted(desk.withdraw(Caller.of(request).actor(), id))));
    }

    /** Lists the words of notices as they are used now; version 0 is built in. */
    @Get("/notice-templates")
    @RequiresPermission(Permission.NOTICE_VIEW)
    List<TemplateView> templates() {
        return desk.templates().stream().map(TemplateView::of).toList();
    }

    /** Writes a new version of the words of a notice, used from now on; older ones stay for the record. */
    @Put("/notice-templates/{template}/{channel}/{language}")
    @RequiresPermission(Permission.NOTICE_RULE_WRITE)
    @WritesOnce
    HttpResponse<TemplateView> write(
            @PathVariable String template,
            @PathVariable String channel,
            @PathVariable String language,
            @Body TemplateData data,
            HttpRequest<?> request) {
        var written = new NoticeTemplate(
                template,
                path(Channel.class, channel, "channel"),
                path(Language.class, language, "language"),
                0,
                data.subject(),
                data.body(),
                data.html());
        return HttpResponse.ok(
                TemplateView.of(granted(desk.write(Caller.of(request).actor(), written))));
    }

    private static <E extends Enum<E>> E path(Class<E> type, String text, String name) {
        return found(Kebab.parse(type, text), name, text);
    }

    /** Renders a notice of a contract as it would go out now; sends nothing. */
    @Post("/contracts/{id}/notice-preview")
    @RequiresPermission(Permission.NOTICE_VIEW)
    PreviewView preview(@PathVariable long id, @Body PreviewWish wish) {
        var preview = granted(desk.preview(id, wish.receivableId(), wish.template(), wish.channel(), wish.language()));
        return new PreviewView(
                preview.receivableId(),
                preview.template().language(),
                preview.template().version(),
                preview.to(),
                preview.words().subject(),
                preview.words().body(),
                preview.words().html());
    }

    /** Lists who carries SMS and WhatsApp; credentials are not shown. */
    @Get("/notice-providers")
    @RequiresPermission(Permission.NOTICE_VIEW)
    List<ProviderView> providers() {
        return desk.providers().stream().map(ProviderView::of).toList();
    }

    /** Shows who carries SMS or WhatsApp. */
    @Get("/notice-providers/{channel}")
    @RequiresPermission(Permission.NOTICE_VIEW)
    HttpResponse<ProviderView> provider(@PathVariable String channel) {
        var wanted = path(Channel.class, channel, "channel");
        var provider = found(
                desk.providers().stream()
                        .filter(each -> each.channel() == wanted)
                        .findFirst(),
                "notice provider",
                channel);
        return shown(ProviderView.of(provider), provider.version());
    }

    /** Shows the words of a notice as they are used now. */
    @Get("/notice-templates/{template}/{channel}/{language}")
    @RequiresPermission(Permission.NOTICE_VIEW)
    TemplateView template(@PathVariable String template, @PathVariable String channel, @PathVariable String language) {
        return TemplateView.of(found(
                desk.template(
                        template, path(Channel.class, channel, "channel"), path(Language.class, language, "language")),
                "notice template",
                template));
    }

    /** Sets up who carries SMS or WhatsApp: any service that takes an HTTP request for each. If-Match is optional. */
    @Put("/notice-providers/{channel}")
    @RequiresPermission(Permission.NOTICE_PROVIDER_WRITE)
    @IfMatch
    @WritesOnce
    HttpResponse<ProviderView> writeProvider(
            @PathVariable String channel, @Body ProviderData data, HttpRequest<?> request) {
        var provider = new NoticeProvider(
                path(Channel.class, channel, "channel"),
                0,
                url(data.url()),
                data.method(),
                data.contentType(),
                data.body(),
                data.success(),
                data.idPointer(),
                data.active());
        Map<String, String> headers = null;
        if (data.headers() != null) {
            headers = new LinkedHashMap<>();
            for (var header : data.headers()) {
                headers.put(header.name(), header.value().reveal());
            }
        }
        var written = granted(desk.write(Caller.of(request).actor(), provider, Etag.optional(request), headers));
        return shown(ProviderView.of(written), written.version());
    }

    private static URI url(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException _) {
            throw ProblemException.invalid(InvalidField.body("/url", "an http or https URL", null));
        }
    }
}
