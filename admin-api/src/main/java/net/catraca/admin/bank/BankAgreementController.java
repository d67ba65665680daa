package net.catraca.admin.bank;

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
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.catraca.admin.http.Etag;
import net.catraca.admin.http.GivenReason;
import net.catraca.admin.http.IfMatch;
import net.catraca.admin.http.InvalidField;
import net.catraca.admin.http.Page;
import net.catraca.admin.http.PageRequest;
import net.catraca.admin.http.ProblemException;
import net.catraca.admin.http.WritesOnce;
import net.catraca.admin.security.Caller;
import net.catraca.admin.security.Permission;
import net.catraca.admin.security.RequiresPermission;
import net.catraca.billing.bank.BankAgreement;
import net.catraca.billing.bank.CsvFormat;
import net.catraca.billing.bank.FileNumbers;
import net.catraca.billing.cnab.Layout;
import net.catraca.billing.office.BankAgreements;
import net.catraca.billing.office.BankFileNumbers;
import net.catraca.billing.office.MoneyFeedDesk;
import net.catraca.billing.office.MoneyNews;
import net.catraca.billing.store.BankBook.Freshness;
import org.jspecify.annotations.Nullable;

/** Where news of money comes from, and how fresh it is. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "Banks")
class BankAgreementController {

    private final BankAgreements agreements;
    private final BankFileNumbers numbers;
    private final MoneyFeedDesk feeds;
    private final MoneyNews news;
    private final Clock clock;

    BankAgreementController(
            BankAgreements agreements, BankFileNumbers numbers, MoneyFeedDesk feeds, MoneyNews news, Clock clock) {
        this.agreements = agreements;
        this.numbers = numbers;
        this.feeds = feeds;
        this.news = news;
        this.clock = clock;
    }

    @Serdeable
    @Schema(name = "BankLayout")
    record LayoutView(String name, String bank, String bankName, int width, List<CodeView> codes) {

        static LayoutView of(Layout layout) {
            return new LayoutView(
                    layout.name(),
                    layout.bank(),
                    layout.bankName(),
                    layout.width(),
                    layout.codes().stream()
                            .map(code -> new CodeView(code.code(), code.meaning(), code.pays()))
                            .toList());
        }
    }

    @Serdeable
    @Schema(name = "BankCode")
    record CodeView(
            String code,
            String meaning,

            @Schema(description = "Whether it is money; a baixa is not.")
            boolean pays) {}

    /** What is in which column of a CSV, by the name in its first line. */
    @Serdeable
    @Schema(name = "CsvColumns")
    record CsvColumns(
            @NotBlank @Size(max = 100) String amount,
            @NotBlank @Size(max = 100) String paidOn,
            @Nullable @Size(max = 100) String externalId,
            @Nullable @Size(max = 100) String ourNumber,
            @Nullable @Size(max = 100) String txid,
            @Nullable @Size(max = 100) String document,
            @Nullable @Size(max = 100) String charges,
            @Nullable @Size(max = 100) String payerTaxId,
            @Nullable @Size(max = 100) String payerName) {

        Map<String, String> byField() {
            Map<String, String> columns = new LinkedHashMap<>();
            put(columns, "amount", amount);
            put(columns, "paid-on", paidOn);
            put(columns, "external-id", externalId);
            put(columns, "our-number", ourNumber);
            put(columns, "txid", txid);
            put(columns, "document", document);
            put(columns, "charges", charges);
            put(columns, "payer-tax-id", payerTaxId);
            put(columns, "payer-name", payerName);
            return columns;
        }

        private static void put(Map<String, String> columns, String field, @Nullable String column) {
            if (column != null) {
                columns.put(field, column);
            }
        }

        static CsvColumns of(Map<String, String> columns) {
            return new CsvColumns(
                    columns.getOrDefault("amount", ""),
                    columns.getOrDefault("paid-on", ""),
                    columns.get("external-id"),
                    columns.get("our-number"),
                    columns.get("txid"),
                    columns.get("document"),
                    columns.get("charges"),
                    columns.get("payer-tax-id"),
                    columns.get("payer-name"));
        }
    }

    @Serdeable
    @Schema(name = "CsvFormat")
    record Csv(
            CsvColumns columns,

            @NotBlank @Size(min = 1, max = 1) @Schema(description = "Between two columns.", example = ";")
            String delimiter,

            @NotBlank @Size(max = 30) @Schema(description = "Pattern of days.", example = "dd/MM/yyyy")
            String days,

            @Schema(description = "Whether amounts are written 1.234,56.")
            boolean decimalComma) {

        CsvFormat format() {
            return new CsvFormat(columns.byField(), delimiter.charAt(0), days, decimalComma);
        }

        static Csv of(CsvFormat format) {
            return new Csv(
                    CsvColumns.of(format.columns()),
                    String.valueOf(format.delimiter()),
                    format.days(),
                    format.decimalComma());
        }
    }

    /**
     * @param layout of cnab: one of the bank layouts
     * @param number as the bank writes it into its files; not compared when absent
     * @param wholeFiles whether one fault refuses a file
     * @param daily whether news is expected for every banking day
     */
    @Serdeable
    @Schema(name = "BankAgreementData", example = """
                    {"name":"bradesco","kind":"cnab","layout":"237-cnab400","number":"4711","daily":true}
                    """)
    record AgreementData(
            @NotBlank @Size(max = 60) @Schema(description = "Also the name of its folder in the watched inbox.")
            String name,

            BankAgreement.Kind kind,
            @Nullable @Size(min = 1, max = 60) String layout,
            @Nullable @Size(min = 1, max = 30) String number,

            @Nullable @Schema(description = "Whether one fault refuses a file; no when absent.")
            Boolean wholeFiles,

            @Nullable @Schema(description = "Whether every banking day brings news; yes when absent.")
            Boolean daily,

            @Nullable Csv csv,
            BankAgreement.@Nullable Webhook webhook) {

        BankAgreement agreement() {
            return new BankAgreement(
                    0,
                    0,
                    name,
                    kind,
                    layout,
                    number,
                    Boolean.TRUE.equals(wholeFiles),
                    !Boolean.FALSE.equals(daily),
                    csv == null ? null : csv.format(),
                    webhook);
        }
    }

    /**
     * As {@link AgreementData}.
     *
     * @param secret of a webhook, when the other side has chosen it
     */
    @Serdeable
    @Schema(name = "NewBankAgreement", example = """
                    {"name":"bradesco","kind":"cnab","layout":"237-cnab400","number":"4711"}
                    """)
    record NewAgreement(
            @NotBlank @Size(max = 60) @Schema(description = "Also the name of its folder in the watched inbox.")
            String name,

            BankAgreement.Kind kind,
            @Nullable @Size(min = 1, max = 60) String layout,
            @Nullable @Size(min = 1, max = 30) String number,

            @Nullable @Schema(description = "Whether one fault refuses a file; no when absent.")
            Boolean wholeFiles,

            @Nullable @Schema(description = "Whether every banking day brings news; yes when absent.")
            Boolean daily,

            @Nullable Csv csv,
            BankAgreement.@Nullable Webhook webhook,

            @Nullable @Size(min = 16, max = 500) @Schema(format = "password", description = "Made when absent.")
            String secret) {

        BankAgreement agreement() {
            return new AgreementData(name, kind, layout, number, wholeFiles, daily, csv, webhook).agreement();
        }
    }

    @Serdeable
    @Schema(name = "BankAgreement")
    record AgreementView(
            long id,
            long version,
            String name,
            BankAgreement.Kind kind,
            @Nullable String layout,
            @Nullable String number,
            boolean wholeFiles,
            boolean daily,
            @Nullable Csv csv,
            BankAgreement.@Nullable Webhook webhook) {

        static AgreementView of(BankAgreement agreement) {
            return new AgreementView(
                    agreement.id(),
                    agreement.version(),
                    agreement.name(),
                    agreement.kind(),
                    agreement.layout(),
                    agreement.number(),
                    agreement.wholeFiles(),
                    agreement.daily(),
                    agreement.csv() == null ? null : Csv.of(agreement.csv()),
                    agreement.webhook());
        }
    }

    @Serdeable
    @Schema(name = "MadeBankAgreement")
    record MadeView(
            AgreementView agreement,

            @Nullable @Schema(description = "What the webhook must show or sign with; told this once.")
            String secret) {}

    /** Numbers of files that follow each other. */
    @Serdeable
    @Schema(name = "FileNumbers")
    record Numbers(long first, long last) {

        static Numbers of(FileNumbers numbers) {
            return new Numbers(numbers.first(), numbers.last());
        }
    }

    /** @param last the same as first when absent */
    @Serdeable
    @Schema(name = "NewAcceptedGap", example = """
                    {"first":2,"last":3,"reason":"the bank confirms that it made no such files"}
                    """)
    record NewGap(
            @PositiveOrZero long first,
            @Nullable @PositiveOrZero Long last,
            @NotBlank @Size(max = 500) String reason) {}

    @Serdeable
    @Schema(name = "AcceptedGap")
    record GapView(
            long agreementId,

            @Schema(description = "Those of the numbers named that were missing.")
            List<Numbers> accepted,

            String reason,
            String acceptedBy,
            Instant acceptedAt) {

        static GapView of(BankFileNumbers.AcceptedGap gap) {
            return new GapView(
                    gap.agreementId(),
                    gap.accepted().stream().map(Numbers::of).toList(),
                    gap.reason(),
                    gap.acceptedBy(),
                    gap.acceptedAt());
        }
    }

    /**
     * @param fromFileId the first file of the new numbering
     * @param startsAt the first number, where the file's is not
     */
    @Serdeable
    @Schema(name = "NewNumberingRestart", example = """
                    {"fromFileId":1,"startsAt":1,"reason":"the bank began anew after 99999"}
                    """)
    record NewRestart(
            @Positive long fromFileId,
            @Nullable @PositiveOrZero Long startsAt,
            @NotBlank @Size(max = 500) String reason) {}

    @Serdeable
    @Schema(name = "NumberingRestart")
    record RestartView(
            long agreementId, long fromFileId, long startsAt, String reason, String declaredBy, Instant declaredAt) {

        static RestartView of(BankFileNumbers.Restart restart) {
            return new RestartView(
                    restart.agreementId(),
                    restart.fromFileId(),
                    restart.startsAt(),
                    restart.reason(),
                    restart.declaredBy(),
                    restart.declaredAt());
        }
    }

    /** How fresh the news of an agreement is. */
    @Serdeable
    @Schema(name = "BankNews")
    record NewsView(
            long agreementId,
            String name,
            BankAgreement.Kind kind,
            boolean daily,
            @Nullable Long lastFileId,
            @Nullable Long lastSequence,

            @Nullable @Schema(description = "Last banking day whose payments are told.")
            LocalDate coversUntil,

            @Nullable Instant lastFileAt,

            @Schema(description = "Files that are missing between two that came, and that nobody has accepted.")
            long missingSequences,

            @Schema(description = "The first gaps of these.")
            List<Numbers> missing,

            @Nullable Instant lastPaymentAt) {

        static NewsView of(Freshness news) {
            return new NewsView(
                    news.agreementId(),
                    news.name(),
                    news.kind(),
                    news.daily(),
                    news.lastFileId(),
                    news.lastSequence(),
                    news.coversUntil(),
                    news.lastFileAt(),
                    news.missingSequences(),
                    news.missing().stream().map(Numbers::of).toList(),
                    news.lastPaymentAt());
        }
    }

    /** Lists the layouts of return files that are understood, with the codes of each bank. */
    @Get("/bank-layouts")
    @RequiresPermission(Permission.BANK_VIEW)
    List<LayoutView> layouts() {
        return agreements.layouts().stream().map(LayoutView::of).toList();
    }

    /** Tells how fresh the news of each agreement is: what access runs look at. */
    @Get("/bank-news")
    @RequiresPermission(Permission.BANK_VIEW)
    List<NewsView> news() {
        return news.freshness().stream().map(NewsView::of).toList();
    }

    /** Tells whether money is up to date, and what is not: what guards of access runs ask. */
    @Get("/money-freshness")
    @RequiresPermission(Permission.BANK_VIEW)
    MoneyFreshnessView moneyFreshness() {
        return MoneyFreshnessView.of(news, clock.instant());
    }

    @Serdeable
    @Schema(name = "RetiredMoneyFeed")
    record RetiredView(String name, Instant lastHeardAt, String reason, String retiredBy, Instant retiredAt) {

        static RetiredView of(MoneyFeedDesk.Retired retired) {
            return new RetiredView(
                    retired.name(), retired.lastHeardAt(), retired.reason(), retired.retiredBy(), retired.retiredAt());
        }
    }

    /**
     * Says that a feed of money has ended, and not only fallen silent: it is expected no longer, until it is heard again. The
     * caller is a person.
     *
     * @param name as money-freshness tells it
     */
    @Post("/money-feeds/{name}/retirement")
    @RequiresPermission(Permission.BANK_WRITE)
    @WritesOnce
    HttpResponse<RetiredView> retireFeed(@PathVariable String name, @Body GivenReason why, HttpRequest<?> request) {
        return HttpResponse.ok(
                RetiredView.of(granted(feeds.retire(Caller.of(request).actor(), name, why.reason()))));
    }

    /** Lists agreements with banks and payment providers. */
    @Get("/bank-agreements")
    @RequiresPermission(Permission.BANK_VIEW)
    Page<AgreementView> list(@Nullable @QueryValue Integer limit, @Nullable @QueryValue String cursor) {
        var page = PageRequest.of(limit, cursor);
        return Page.of(agreements.list(page.after(0), page.limitAndOne()), page, BankAgreement::id, AgreementView::of);
    }

    /** Shows an agreement. */
    @Get("/bank-agreements/{id}")
    @RequiresPermission(Permission.BANK_VIEW)
    HttpResponse<AgreementView> get(@PathVariable long id) {
        var agreement = found(agreements.find(id), "bank agreement", id);
        return shown(AgreementView.of(agreement), agreement.version());
    }

    /** Makes an agreement. The secret of a Pix webhook is told in this answer and never again. */
    @Post("/bank-agreements")
    @Status(HttpStatus.CREATED)
    @RequiresPermission(Permission.BANK_WRITE)
    @WritesOnce(secretAnswer = true)
    HttpResponse<MadeView> create(@Body NewAgreement wanted, HttpRequest<?> request) {
        var made = granted(agreements.create(Caller.of(request).actor(), wanted.agreement(), wanted.secret()));
        return HttpResponse.created(
                view(made),
                URI.create("/api/v1/bank-agreements/" + made.agreement().id()));
    }

    /** Writes all of an agreement but its kind and its secret, for which there is secret-renewal. */
    @Put("/bank-agreements/{id}")
    @RequiresPermission(Permission.BANK_WRITE)
    @IfMatch(required = true)
    @WritesOnce
    HttpResponse<AgreementView> update(@PathVariable long id, @Body AgreementData data, HttpRequest<?> request) {
        var updated =
                granted(agreements.update(Caller.of(request).actor(), id, Etag.required(request), data.agreement()));
        return shown(AgreementView.of(updated), updated.version());
    }

    /** Gives a Pix webhook a new secret; the old one stops working at once. */
    @Post("/bank-agreements/{id}/secret-renewal")
    @RequiresPermission(Permission.BANK_WRITE)
    @WritesOnce(secretAnswer = true)
    HttpResponse<MadeView> renewSecret(@PathVariable long id, HttpRequest<?> request) {
        return HttpResponse.ok(
                view(granted(agreements.renewSecret(Caller.of(request).actor(), id))));
    }

    /**
     * Files of these numbers are expected no longer, so that runs do not stop for them. The caller is a person; only numbers
     * that are missing now are accepted.
     */
    @Post("/bank-agreements/{id}/accepted-gaps")
    @RequiresPermission(Permission.BANK_WRITE)
    @WritesOnce
    HttpResponse<GapView> acceptGap(@PathVariable long id, @Body NewGap gap, HttpRequest<?> request) {
        long last = gap.last() == null ? gap.first() : gap.last();
        if (last < gap.first()) {
            throw ProblemException.invalid(InvalidField.body("/last", "first or more", Long.toString(last)));
        }
        var named = new FileNumbers(gap.first(), last);
        return HttpResponse.ok(
                GapView.of(granted(numbers.acceptGap(Caller.of(request).actor(), id, named, gap.reason()))));
    }

    /** From a file on, the bank's numbers begin anew: those before it are not compared with. The caller is a person. */
    @Post("/bank-agreements/{id}/numbering-restarts")
    @RequiresPermission(Permission.BANK_WRITE)
    @WritesOnce
    HttpResponse<RestartView> restartNumbers(@PathVariable long id, @Body NewRestart restart, HttpRequest<?> request) {
        return HttpResponse.ok(RestartView.of(granted(numbers.restart(
                Caller.of(request).actor(), id, restart.fromFileId(), restart.startsAt(), restart.reason()))));
    }

    private static MadeView view(BankAgreements.Made made) {
        return new MadeView(AgreementView.of(made.agreement()), made.secret());
    }
}
