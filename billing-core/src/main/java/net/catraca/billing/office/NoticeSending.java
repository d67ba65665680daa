package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.catraca.billing.calendar.BankingCalendar;
import net.catraca.billing.contract.Language;
import net.catraca.billing.job.Job;
import net.catraca.billing.job.JobReport;
import net.catraca.billing.job.JobSchedule;
import net.catraca.billing.notice.Carrier;
import net.catraca.billing.notice.Carrier.Carried;
import net.catraca.billing.notice.Channel;
import net.catraca.billing.notice.NoticeSettings;
import net.catraca.billing.notice.NoticeStep;
import net.catraca.billing.notice.NoticeTemplate;
import net.catraca.billing.notice.Wording;
import net.catraca.billing.store.NoticeBook;
import net.catraca.billing.store.NoticeBook.Notice;
import net.catraca.billing.store.NoticeBook.Sending;
import net.catraca.billing.store.NoticeQueue;
import net.catraca.billing.store.NoticeQueue.Claimed;
import net.catraca.billing.store.NoticeQueue.Due;
import net.catraca.billing.store.NoticeQueue.State;
import net.catraca.billing.store.NoticeQueue.Step;
import net.catraca.billing.store.NoticeQueue.Waiting;
import net.catraca.billing.store.NoticeRules;
import net.catraca.billing.store.Sql;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans the notices that are due and sends them, each at most once: that it is being sent is written before it goes out,
 * and what a crash or a time-out leaves open is not tried again. A second notice annoys, and a missing one only makes a
 * run wait that demands its proof.
 */
@Singleton
public final class NoticeSending implements Job {

    /** A message that the provider cannot take just now is tried so often; a provider that is away costs no try. */
    static final int MOST_ATTEMPTS = 5;

    /** Between two tries; the last one repeats. */
    private static final List<Duration> BACK_OFF =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofMinutes(60));

    /** A carrier answers or gives up within a minute, so who was so long being sent was left by a daemon that died. */
    private static final Duration LOST = Duration.ofMinutes(10);

    /** Each of these is never sent again: who takes messages and is silent gets no more of them in this run. */
    private static final int MOST_UNCLEAR = 3;

    /** So that one run ends within minutes, however slow a provider is; the next one goes on. */
    private static final int MOST_A_RUN = 2_000;

    private static final Duration EVERY = Duration.ofSeconds(60);

    private static final String BY = "system:notices";

    private static final Logger LOG = LoggerFactory.getLogger(NoticeSending.class);

    private final Sql sql;
    private final NoticeRules rules;
    private final NoticeQueue queue;
    private final NoticeBook sent;
    private final NoticeDesk desk;
    private final NoticeSettings settings;
    private final BankingCalendar calendar;
    private final List<Carrier> carriers;
    private final Clock clock;

    NoticeSending(
            Sql sql,
            NoticeRules rules,
            NoticeQueue queue,
            NoticeBook sent,
            NoticeDesk desk,
            NoticeSettings settings,
            BankingCalendar calendar,
            List<Carrier> carriers,
            Clock clock) {
        this.sql = sql;
        this.rules = rules;
        this.queue = queue;
        this.sent = sent;
        this.desk = desk;
        this.settings = settings;
        this.calendar = calendar;
        this.carriers = List.copyOf(carriers);
        this.clock = clock;
    }

    @Override
    public String name() {
        return "send-notices";
    }

    @Override
    public JobSchedule schedule() {
        return new JobSchedule.Every(EVERY);
    }

    @Override
    public JobReport run(Instant at) throws InterruptedException {
        var report = JobReport.NOTHING;
        long planned = plan(at);
        report = planned == 0 ? report : report.and("planned", planned);
        int lost = queue.giveUp(at.minus(LOST), at);
        if (lost > 0) {
            LOG.warn("{} notices were interrupted while they were sent; they are not sent again", lost);
            report = report.and("unknown", lost);
        }
        for (var zone : queue.zones()) {
            int late = queue.expire(zone, LocalDate.ofInstant(at, zone), at);
            report = late == 0 ? report : report.and("too-late", late);
            if (settings.allow(at, zone, calendar)) {
                report = send(zone, at, report);
            }
        }
        return report;
    }

    /** What is due today and not planned yet; returns how many. Nothing for a channel that nobody has set up. */
    public long plan(Instant at) {
        long planned = 0;
        for (var zone : queue.zones()) {
            var today = LocalDate.ofInstant(at, zone);
            var steps = steps(today);
            planned += sql.inTransaction(() -> queue.plan(steps, zone, today, at));
        }
        return planned;
    }

    private List<Step> steps(LocalDate today) {
        var steps = new ArrayList<Step>();
        rules.stepsOn(today).forEach((policyId, schedule) -> {
            var carried = carried(schedule);
            carried.forEach(step -> steps.addAll(steps(policyId, step, carried, today)));
        });
        return steps;
    }

    /**
     * The steps by the channels that there are: a message to the phone goes by the other way where only that is set up, has
     * the words, and has no step of its own on that day.
     */
    private List<NoticeStep> carried(List<NoticeStep> schedule) {
        var carried = new ArrayList<NoticeStep>();
        for (var step : schedule) {
            var other = step.channel().otherToThePhone();
            if (carrier(step.channel()) != null) {
                carried.add(step);
            } else if (other != null
                    && carrier(other) != null
                    && desk.wordsOf(step.template(), other, Language.PT).isPresent()
                    && schedule.stream()
                            .noneMatch(each -> each.channel() == other && each.dayOffset() == step.dayOffset())) {
                carried.add(new NoticeStep(step.dayOffset(), other, step.template()));
            }
        }
        return carried;
    }

    private List<Step> steps(long policyId, NoticeStep step, List<NoticeStep> schedule, LocalDate today) {
        var steps = new ArrayList<Step>();
        // As far as days without sending can move a step, to either side.
        var farthest = today.minusDays(step.dayOffset()).plusDays(10);
        for (var dueDay = today.minusDays(step.dayOffset()).minusDays(10);
                !dueDay.isAfter(farthest);
                dueDay = dueDay.plusDays(1)) {
            if (!calendar.isBankingDay(dueDay)) {
                continue;
            }
            var days = step.days(dueDay, schedule, day -> settings.isSendingDay(day, calendar));
            if (days.holds(today)) {
                // The days whose due dates have moved to this one.
                for (var dueOn = dueDay;
                        dueOn.isAfter(calendar.previousBankingDay(dueDay));
                        dueOn = dueOn.minusDays(1)) {
                    steps.add(new Step(
                            policyId, dueOn, dueDay, step.dayOffset(), step.channel(), step.template(), days.last()));
                }
            }
        }
        return steps;
    }

    private @Nullable Carrier carrier(Channel channel) {
        return carriers.stream()
                .filter(carrier -> carrier.carries(channel) && carrier.isSetUp(channel))
                .findFirst()
                .orElse(null);
    }

    private JobReport send(ZoneId zone, Instant at, JobReport before) throws InterruptedException {
        var report = before;
        for (var channel : Channel.values()) {
            var carrier = carrier(channel);
            if (carrier != null) {
                try {
                    report = send(carrier, channel, zone, at, report);
                } finally {
                    carrier.rest();
                }
            }
        }
        return report;
    }

    private JobReport send(Carrier carrier, Channel channel, ZoneId zone, Instant at, JobReport before)
            throws InterruptedException {
        var report = before;
        int unclear = 0;
        for (long id : queue.ready(channel, zone, at, MOST_A_RUN)) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            var now = clock.instant();
            if (!settings.allow(now, zone, calendar)) {
                return report; // the quiet hours have begun meanwhile
            }
            var claimed = queue.claim(id, LocalDate.ofInstant(now, zone), now).orElse(null);
            if (claimed == null) {
                report = report.and("dropped", 1);
                continue;
            }
            var tried = carry(carrier, claimed);
            report = report.and(record(claimed, tried, clock.instant()), 1);
            if (tried.carried() instanceof Carried.Later(var why, var down) && down) {
                LOG.warn("{} cannot be sent: {}; notices wait, trying again in a minute", channel, why);
                return report;
            }
            unclear = tried.carried() instanceof Carried.Unknown ? unclear + 1 : 0;
            if (unclear == MOST_UNCLEAR) {
                LOG.warn("{}: of {} in a row nobody knows whether they went out; the others wait", channel, unclear);
                return report;
            }
        }
        return report;
    }

    /** @param version of the template that it was made from */
    private record Tried(Carried carried, int version) {}

    private Tried carry(Carrier carrier, Claimed claimed) {
        var due = claimed.due();
        var facts = claimed.facts();
        var template =
                desk.wordsOf(due.template(), due.channel(), facts.language()).orElse(null);
        if (template == null) {
            return new Tried(new Carried.Refused("there is no template " + due.template()), 0);
        }
        return new Tried(carry(carrier, claimed, template), template.version());
    }

    private Carried carry(Carrier carrier, Claimed claimed, NoticeTemplate template) {
        var due = claimed.due();
        try {
            return carrier.carry(
                    due.channel(),
                    Objects.requireNonNull(claimed.facts().address(), "a claimed notice has an address"),
                    Wording.words(template, claimed.facts().variables(settings)),
                    "catraca-notice-" + due.id());
        } catch (IllegalArgumentException wrong) {
            return new Carried.Refused("the template " + due.template() + ": " + wrong.getMessage());
        } catch (RuntimeException failed) {
            LOG.error("notice {} failed in its carrier; it is not sent again", due.id(), failed);
            return new Carried.Unknown(String.valueOf(failed.getMessage()));
        }
    }

    /** Returns what to count it as. */
    private String record(Claimed claimed, Tried tried, Instant now) {
        var due = claimed.due();
        return switch (tried.carried()) {
            case Carried.Sent(var providerId) -> {
                keep(claimed, tried.version(), NoticeBook.Outcome.SENT, providerId, null, now);
                yield "sent";
            }
            case Carried.Refused(var why) -> {
                keep(claimed, tried.version(), NoticeBook.Outcome.FAILED, null, cut(why), now);
                yield "failed";
            }
            case Carried.Unknown(var why) -> {
                queue.end(due.id(), State.UNKNOWN, cut(why), null, now);
                yield "unknown";
            }
            case Carried.Later(var why, var down) -> {
                int attempts = down ? due.attempts() : due.attempts() + 1;
                boolean more = attempts < MOST_ATTEMPTS;
                queue.putBack(
                        due.id(),
                        more ? State.WAITING : State.FAILED,
                        attempts,
                        now.plus(BACK_OFF.get(Math.min(attempts, BACK_OFF.size()) - (attempts == 0 ? 0 : 1))),
                        cut(why),
                        now);
                yield more ? "waiting" : "failed";
            }
        };
    }

    private void keep(
            Claimed claimed,
            int version,
            NoticeBook.Outcome outcome,
            @Nullable String providerId,
            @Nullable String why,
            Instant now) {
        var due = claimed.due();
        var facts = claimed.facts();
        sql.inTransaction(() -> {
            var notice = new Notice(
                    due.contractId(), due.receivableId(), null, due.channel().kind(), now, outcome);
            var sending = new Sending(String.valueOf(facts.address()), due.template(), version, providerId, why);
            long id = sent.insert(notice, sending, BY);
            queue.end(due.id(), outcome == NoticeBook.Outcome.SENT ? State.SENT : State.FAILED, why, id, now);
            return id;
        });
    }

    private static String cut(String why) {
        return why.length() <= 300 ? why : why.substring(0, 300);
    }

    /** How many wait, by channel; for metrics. */
    public Map<Channel, Waiting> waiting() {
        return queue.waiting();
    }

    /** Newest first, below an id. */
    public List<Due> list(@Nullable Long contractId, @Nullable State state, long beforeId, int limit) {
        return queue.page(contractId, state, beforeId, limit);
    }
}
