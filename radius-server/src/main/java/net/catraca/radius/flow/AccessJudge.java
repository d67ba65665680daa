package net.catraca.radius.flow;

import java.time.Clock;
import java.util.Locale;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.auth.CredentialCheck;
import net.catraca.radius.auth.CredentialResult;
import net.catraca.radius.auth.CredentialResult.Authenticated;
import net.catraca.radius.auth.CredentialResult.NeedsWorker;
import net.catraca.radius.auth.CredentialResult.Rejected;
import net.catraca.radius.auth.CredentialResult.Unusable;
import net.catraca.radius.flow.Admission.Admitted;
import net.catraca.radius.flow.Verdict.Accept;
import net.catraca.radius.flow.Verdict.AfterWorker;
import net.catraca.radius.flow.Verdict.Reject;
import net.catraca.radius.flow.Verdict.Unjudged;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.reply.Garden;
import net.catraca.radius.reply.ReplyProfiles;
import org.jspecify.annotations.Nullable;

/** Who is meant, is it proven, what does the contract get. Belongs to one event loop. */
public final class AccessJudge {

    private static final byte[] NO_ATTRIBUTES = {};

    private final SubscriberDirectory directory;
    private final SubscriberFinder finder;
    private final CredentialCheck credentials;
    private final WrongPasswordThrottle throttle;
    private final ReplyProfiles profiles;
    private final Clock clock;

    /** @param credentials of this loop */
    public AccessJudge(
            SubscriberDirectory directory,
            CredentialCheck credentials,
            WrongPasswordThrottle throttle,
            ReplyProfiles profiles,
            Clock clock) {
        this.directory = directory;
        this.finder = new SubscriberFinder(directory);
        this.credentials = credentials;
        this.throttle = throttle;
        this.profiles = profiles;
        this.clock = clock;
    }

    Verdict judge(Admitted request) {
        if (!directory.isLoaded()) {
            return new Unjudged(Drop.DIRECTORY_NOT_LOADED);
        }
        if (!profiles.vendors().contains(request.nas().vendor())) {
            return new Unjudged(Drop.NO_VENDOR_PROFILE);
        }
        var attempt = WrongPasswordThrottle.Attempt.of(request.packet(), request.nas());
        if (throttle.mustWait(attempt)) {
            return notProven(Outcome.SLOWED, NO_ATTRIBUTES, "too many wrong passwords from this line, not looked at");
        }
        var subscriber = finder.find(request.packet());
        if (subscriber == null && !directory.knowsEveryone(clock.instant())) {
            return new Unjudged(Drop.DIRECTORY_STALE);
        }
        return switch (credentials.check(request.packet(), request.nas(), subscriber)) {
            case Authenticated right -> proven(request.nas(), subscriber, attempt, right.attributes());
            case Rejected wrong -> wrong(attempt, wrong);
            case Unusable(var why, var attributes) -> notProven(Outcome.UNUSABLE, attributes, words(why));
            case NeedsWorker work when subscriber != null -> new AfterWorker(work, subscriber, attempt);
            case CredentialResult.Unjudged(var why) -> new Unjudged(why);
            case NeedsWorker _ -> throw new IllegalStateException("a hash to check without a subscriber");
        };
    }

    /** The rest of the judgement once the worker has compared the hash. */
    Verdict judge(Admitted request, AfterWorker waiting, boolean matched) {
        return matched
                ? proven(request.nas(), waiting.subscriber(), waiting.attempt(), NO_ATTRIBUTES)
                : wrong(waiting.attempt(), new Rejected(Rejected.Mismatch.WRONG_PASSWORD, NO_ATTRIBUTES));
    }

    private Verdict wrong(WrongPasswordThrottle.@Nullable Attempt attempt, Rejected wrong) {
        throttle.wrong(attempt);
        var outcome =
                switch (wrong.why()) {
                    case UNKNOWN_USER -> Outcome.UNKNOWN_USER;
                    case WRONG_PASSWORD -> Outcome.WRONG_PASSWORD;
                    case WRONG_LINE -> Outcome.WRONG_LINE;
                };
        return notProven(outcome, wrong.attributes(), words(wrong.why()));
    }

    private static Reject notProven(Outcome outcome, byte[] attributes, String why) {
        return new Reject(outcome, ReplyMessages.NOT_PROVEN, attributes, why);
    }

    private static String words(Enum<?> why) {
        return why.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private Verdict proven(
            Nas nas,
            @Nullable SubscriberSnapshot subscriber,
            WrongPasswordThrottle.@Nullable Attempt attempt,
            byte[] proof) {
        if (subscriber == null) {
            throw new IllegalStateException("proven, but nobody");
        }
        throttle.right(attempt);
        var now = clock.instant();
        var answer = AccessPolicy.answer(subscriber.contract(), now, directory.freshUntil());
        return switch (answer.level()) {
            case ACTIVE -> new Accept(Outcome.ACTIVE, subscriber, answer, proof, now);
            case REDUCED -> new Accept(Outcome.REDUCED, subscriber, answer, proof, now);
            case BLOCKED ->
                Garden.isMissing(profiles, nas, subscriber.contract(), answer.policyVersion())
                        ? refused(Outcome.BLOCKED, subscriber, answer)
                        : new Accept(Outcome.GARDEN, subscriber, answer, proof, now);
            case REFUSED -> refused(Outcome.REFUSED, subscriber, answer);
        };
    }

    private static Reject refused(Outcome outcome, SubscriberSnapshot subscriber, AccessAnswer answer) {
        return new Reject(
                outcome, ReplyMessages.of(answer), NO_ATTRIBUTES, AccessLog.words(subscriber.contract(), answer));
    }
}
