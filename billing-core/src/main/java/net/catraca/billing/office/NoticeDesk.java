package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.Contract;
import net.catraca.billing.contract.Language;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.NoticeFacts;
import net.catraca.billing.notice.NoticeProvider;
import net.catraca.billing.notice.NoticeSettings;
import net.catraca.billing.notice.NoticeStep;
import net.catraca.billing.notice.NoticeTemplate;
import net.catraca.billing.notice.Wording;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Unknown;
import net.catraca.billing.secret.Opening;
import net.catraca.billing.secret.Purpose;
import net.catraca.billing.secret.SecretVault;
import net.catraca.billing.store.ContractBook;
import net.catraca.billing.store.NoticeQueue;
import net.catraca.billing.store.NoticeRules;
import net.catraca.billing.store.NoticeRules.Schedule;
import net.catraca.billing.store.PolicyBook;
import net.catraca.billing.store.ReceivableBook;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;

/** Where people say when customers are told of their debts, in which words, and who carries the message. */
@Singleton
public final class NoticeDesk {

    private static final int MOST_STEPS = 50;
    private static final int MOST_CHARACTERS = 20_000;
    private static final Pattern TEMPLATE_NAME = Pattern.compile("[a-z][a-z0-9-]{0,49}");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,100}");

    private final Sql sql;
    private final NoticeRules rules;
    private final NoticeQueue queue;
    private final PolicyBook policies;
    private final ContractBook contracts;
    private final ReceivableBook receivables;
    private final NoticeSettings settings;
    private final BankingCalendar calendar;
    private final SecretVault vault;
    private final AuditLog audit;
    private final Clock clock;

    NoticeDesk(
            Sql sql,
            NoticeRules rules,
            NoticeQueue queue,
            PolicyBook policies,
            ContractBook contracts,
            ReceivableBook receivables,
            NoticeSettings settings,
            BankingCalendar calendar,
            SecretVault vault,
            AuditLog audit,
            Clock clock) {
        this.sql = sql;
        this.rules = rules;
        this.queue = queue;
        this.policies = policies;
        this.contracts = contracts;
        this.receivables = receivables;
        this.settings = settings;
        this.calendar = calendar;
        this.vault = vault;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A schedule that holds from a day on, until a later one; of two from the same day the newer holds.
     *
     * @param policyId whose, or null for all policies without one of their own
     * @param steps none: nobody is told anything
     */
    public Outcome<Schedule> schedule(
            Actor actor, @Nullable Long policyId, LocalDate effectiveFrom, List<NoticeStep> steps) {
        var now = clock.instant();
        var today = LocalDate.ofInstant(now, Contract.DEFAULT_ZONE);
        var checks = new Checks()
                .day(effectiveFrom, "effectiveFrom")
                .expect(!effectiveFrom.isBefore(today), "effectiveFrom", "today or a later day")
                .expect(steps.size() <= MOST_STEPS, "steps", "at most " + MOST_STEPS);
        var seen = new HashSet<String>();
        for (int i = 0; i < steps.size(); i++) {
            var step = steps.get(i);
            var field = "steps[" + i + "].";
            checks.expect(step.dayOffset() >= -60 && step.dayOffset() <= 365, field + "dayOffset", "-60 to 365 days")
                    .expect(seen.add(step.dayOffset() + " " + step.channel()), field + "dayOffset", "once a channel");
        }
        if (checks.failed()) {
            return checks.declined();
        }
        return sql.inTransaction(() -> {
            var known = new Checks();
            for (int i = 0; i < steps.size(); i++) {
                var step = steps.get(i);
                known.expect(
                        rules.template(step.template(), step.channel(), Language.PT)
                                .isPresent(),
                        "steps[" + i + "].template",
                        "a template of that channel, in Portuguese at least");
            }
            if (known.failed()) {
                return known.<Schedule>declined();
            }
            if (policyId != null && policies.find(policyId).isEmpty()) {
                return Outcome.<Schedule>declined(new Unknown("policy", policyId));
            }
            var made = rules.insert(policyId, effectiveFrom, steps, now, actor.name());
            audit.append(actor, "notice-schedule.create", "notice-schedule/" + made.id(), null, made, now);
            return Outcome.done(made);
        });
    }

    /** Takes back a schedule that has not begun. Declined as {@code already-begun}. */
    public Outcome<Schedule> withdraw(Actor actor, long id) {
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var found = rules.schedule(id).orElse(null);
            if (found == null) {
                return Outcome.<Schedule>declined(new Unknown("notice-schedule", id));
            }
            if (!found.effectiveFrom().isAfter(LocalDate.ofInstant(now, Contract.DEFAULT_ZONE))) {
                return Outcome.<Schedule>declined(
                        new Conflict("already-begun", found.effectiveFrom().toString()));
            }
            rules.delete(id);
            audit.append(actor, "notice-schedule.withdraw", "notice-schedule/" + id, found, null, now);
            return Outcome.done(found);
        });
    }

    public Optional<Schedule> findSchedule(long id) {
        return rules.schedule(id);
    }

    /** Newest first, below an id. */
    public List<Schedule> schedules(long beforeId, int limit) {
        return rules.schedules(beforeId, limit);
    }

    /** The newest version of each template, those that are built in among them. */
    public List<NoticeTemplate> templates() {
        return rules.templates();
    }

    public Optional<NoticeTemplate> template(String name, Channel channel, Language language) {
        return rules.template(name, channel, language);
    }

    /** Adds a version, used from now on; its version is not read. */
    public Outcome<NoticeTemplate> write(Actor actor, NoticeTemplate template) {
        boolean email = template.channel() == Channel.EMAIL;
        var checks = new Checks()
                .expect(
                        TEMPLATE_NAME.matcher(template.name()).matches(),
                        "name",
                        "1 to 50 lower-case letters, digits and dashes")
                .expect(email == (template.subject() != null), "subject", "a subject exactly for email")
                .expect(email || template.html() == null, "html", "none but for email")
                .textOrNone(template.subject(), 200, "subject")
                .text(template.body(), MOST_CHARACTERS, "body")
                .textOrNone(template.html(), MOST_CHARACTERS, "html");
        if (checks.failed()) {
            return checks.declined();
        }
        var sample = SAMPLE.variables(settings);
        fault(checks, template.subject(), Wording.Escape.NONE, sample, "subject");
        fault(checks, template.body(), Wording.Escape.NONE, sample, "body");
        fault(checks, template.html(), Wording.Escape.HTML, sample, "html");
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = rules.template(template.name(), template.channel(), template.language())
                    .orElse(null);
            var after = rules.insert(template, now, actor.name());
            audit.append(actor, "notice-template.write", "notice-template/" + template.name(), before, after, now);
            return Outcome.done(after);
        });
    }

    private static void fault(
            Checks checks, @Nullable String text, Wording.Escape escape, Map<String, Object> sample, String field) {
        if (text != null) {
            Wording.fault(text, escape, sample)
                    .ifPresent(why -> checks.expect(
                            false,
                            field,
                            "Mustache with variables of " + String.join(", ", new java.util.TreeSet<>(sample.keySet()))
                                    + " (" + why + ")"));
        }
    }

    private static final NoticeFacts SAMPLE = new NoticeFacts(
            1,
            "erp-4711",
            1,
            null,
            "Ana Souza",
            Language.PT,
            "ana@example.com",
            "Fibra 300",
            99_90,
            LocalDate.of(2026, 11, 10),
            LocalDate.of(2026, 11, 16));

    /**
     * A notice as it would go out.
     *
     * @param to its address, masked; null when the customer has none
     */
    public record Preview(
            NoticeTemplate template,
            long receivableId,
            @Nullable String to,
            Wording.Words words) {}

    /**
     * Renders a notice of a contract's receivable and sends nothing.
     *
     * @param receivableId null for the open one that is due first
     * @param language null for the customer's
     */
    public Outcome<Preview> preview(
            long contractId,
            @Nullable Long receivableId,
            String template,
            Channel channel,
            @Nullable Language language) {
        return sql.reading(() -> {
            var contract = contracts.find(contractId).orElse(null);
            if (contract == null) {
                return Outcome.<Preview>declined(new Unknown("contract", contractId));
            }
            var receivable = receivableId == null
                    ? receivables.bearingOnAccess(List.of(contractId)).stream()
                            .filter(each -> each.isOpen())
                            .min(java.util.Comparator.comparing(each -> each.dueOn()))
                            .orElse(null)
                    : receivables
                            .find(receivableId)
                            .filter(each -> each.contractId() == contractId)
                            .orElse(null);
            if (receivable == null) {
                return Outcome.<Preview>declined(
                        receivableId == null
                                ? new Conflict("nothing-open", "contract/" + contractId)
                                : new Unknown("receivable", receivableId));
            }
            var today = LocalDate.ofInstant(clock.instant(), contract.zone());
            var facts = queue.facts(receivable.id(), calendar.nextBankingDay(receivable.dueOn()), channel, today)
                    .orElseThrow();
            var written = language == null ? facts : facts.in(language);
            var words = wordsOf(template, channel, written.language());
            return words.map(found -> Outcome.done(new Preview(
                            found,
                            receivable.id(),
                            mask(facts.address()),
                            Wording.words(found, written.variables(settings)))))
                    .orElseGet(() -> Outcome.declined(new Unknown("notice_template", template)));
        });
    }

    /** In a language, or in Portuguese where nobody has translated it. */
    Optional<NoticeTemplate> wordsOf(String template, Channel channel, Language language) {
        return rules.template(template, channel, language).or(() -> rules.template(template, channel, Language.PT));
    }

    /** Enough to recognise an address, not to use it. */
    public static @Nullable String mask(@Nullable String address) {
        if (address == null) {
            return null;
        }
        int at = address.lastIndexOf('@');
        return at > 0
                ? address.charAt(0) + "***" + address.substring(at)
                : "***" + address.substring(Math.max(0, address.length() - 4));
    }

    public List<NoticeProvider> providers() {
        return rules.providers();
    }

    /**
     * Sets up who carries a channel. Its version is not read.
     *
     * @param expectedVersion the version that the caller has read, or null to take any
     * @param headers with credentials; null keeps those that are there, empty takes them away
     */
    public Outcome<NoticeProvider> write(
            Actor actor,
            NoticeProvider provider,
            @Nullable Long expectedVersion,
            @Nullable Map<String, String> headers) {
        var checks = check(provider);
        if (headers != null) {
            headers.forEach((name, value) -> checks.expect(
                    HEADER.matcher(name).matches()
                            && value.length() <= 4_000
                            && value.chars().allMatch(c -> c >= ' ' && c <= '~'),
                    "headers",
                    "names of headers with values of at most 4000 characters of ASCII"));
            checks.expect(headers.size() <= 20, "headers", "at most 20");
        }
        if (checks.failed()) {
            return checks.declined();
        }
        var now = clock.instant();
        return sql.inTransaction(() -> {
            var before = rules.provider(provider.channel()).orElse(null);
            var stale = before == null ? null : LockedContract.stale(expectedVersion, before.version());
            if (stale != null) {
                return Outcome.<NoticeProvider>declined(stale);
            }
            var sealed = headers == null
                    ? rules.sealedHeaders(provider.channel()).orElse(null)
                    : headers.isEmpty() ? null : seal(headers);
            var after = rules.write(provider, sealed, now);
            audit.append(
                    actor,
                    "notice-provider.write",
                    "notice-provider/" + provider.channel().kind(),
                    before,
                    after,
                    now);
            return Outcome.done(after);
        });
    }

    private static Checks check(NoticeProvider provider) {
        var checks = new Checks()
                .expect(provider.channel() != Channel.EMAIL, "channel", "sms or whatsapp")
                .expect(isHttp(provider.url()), "url", "an http or https URL with a host and no user")
                .text(provider.body(), 4_000, "body")
                .textOrNone(provider.idPointer(), 200, "idPointer")
                .expect(
                        provider.idPointer() == null || provider.idPointer().startsWith("/"),
                        "idPointer",
                        "a path such as /messages/0/id")
                .expect(
                        !provider.success().isEmpty()
                                && provider.success().size() <= 20
                                && provider.success().stream().allMatch(status -> status >= 200 && status <= 299),
                        "success",
                        "1 to 20 statuses from 200 to 299");
        fault(
                checks,
                provider.body(),
                provider.contentType().escape(),
                Wording.ofRequest("+5511999998888", "text", "catraca-1"),
                "body");
        return checks;
    }

    private static boolean isHttp(URI url) {
        var scheme = url.getScheme();
        return ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
                && url.getHost() != null
                && url.getUserInfo() == null;
    }

    private byte[] seal(Map<String, String> headers) {
        var lines = new ArrayList<String>();
        headers.forEach((name, value) -> lines.add(name + ":" + value));
        return vault.seal(Purpose.NOTICE_PROVIDER, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    /** The headers with credentials of who carries a channel, for who calls it. Empty when they do not open. */
    public Map<String, String> headers(Channel channel) {
        Map<String, String> headers = new LinkedHashMap<>();
        var sealed = rules.sealedHeaders(channel).orElse(null);
        if (sealed != null && vault.open(Purpose.NOTICE_PROVIDER, sealed) instanceof Opening.Opened(var clear)) {
            for (var line : new String(clear, StandardCharsets.UTF_8).split("\n", -1)) {
                int colon = line.indexOf(':');
                headers.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return headers;
    }
}
