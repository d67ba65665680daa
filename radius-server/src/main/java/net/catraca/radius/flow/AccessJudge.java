package net.catraca.radius.flow;

import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.random.RandomGenerator;
import net.catraca.billing.access.AccessAnswer;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.directory.SubscriberDirectory;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.radius.address.Assignment;
import net.catraca.radius.address.Assignment.Assigned;
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
import net.catraca.radius.nas.Nas.BlockedAnswer;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.reply.Garden;
import net.catraca.radius.reply.ReplyProfiles;
import net.catraca.radius.session.LockViolation;
import net.catraca.radius.session.Place;
import net.catraca.radius.session.SessionAdmission;
import net.catraca.radius.session.SimultaneousUse;
import net.catraca.radius.session.SimultaneousUse.Ruling;
import org.jspecify.annotations.Nullable;

/** Who is meant, is it proven, from where and how often, what does the contract get. Belongs to one event loop. */
public final class AccessJudge {

    private static final byte[] NO_ATTRIBUTES = {};

    private final SubscriberDirectory directory;
    private final SubscriberFinder finder;
    private final CredentialCheck credentials;
    private final WrongPasswordThrottle throttle;
    private final ReplyProfiles profiles;
    private final SessionAdmission admission;
    private final RandomGenerator random;
    private final Clock clock;

    /**
     * @param credentials of this loop
     * @param random for what tells one answer from another; nothing secret rests on it
     */
    public AccessJudge(
            SubscriberDirectory directory,
            CredentialCheck credentials,
            WrongPasswordThrottle throttle,
            ReplyProfiles profiles,
            SessionAdmission admission,
            RandomGenerator random,
            Clock clock) {
        this.directory = directory;
        this.finder = new SubscriberFinder(directory);
        this.credentials = credentials;
        this.throttle = throttle;
        this.profiles = profiles;
        this.admission = admission;
        this.random = random;
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
            case Authenticated right -> proven(request, subscriber, attempt, right.attributes());
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
                ? proven(request, waiting.subscriber(), waiting.attempt(), NO_ATTRIBUTES)
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
            Admitted request,
            @Nullable SubscriberSnapshot subscriber,
            WrongPasswordThrottle.@Nullable Attempt attempt,
            byte[] proof) {
        if (subscriber == null) {
            throw new IllegalStateException("proven, but nobody");
        }
        throttle.right(attempt);
        var now = clock.instant();
        var asking = new Asking(
                request.nas(),
                subscriber,
                AccessPolicy.answer(
                        subscriber.contract(),
                        now,
                        directory.freshUntil(subscriber.contract().contractId())),
                proof,
                Place.of(request.nas().id(), request.packet()),
                now,
                random.nextLong());
        if (asking.answer.level() == AccessLevel.REFUSED) {
            return refused(Outcome.REFUSED, subscriber, asking.answer);
        }
        var violation = admission.violated(subscriber, asking.place, asking.nas);
        return violation != null ? locked(asking, violation) : unlocked(asking);
    }

    /** One who has proven to be the subscriber. */
    @SuppressWarnings("ArrayRecordComponent") // encoded attributes on their way into one answer
    private record Asking(
            Nas nas,
            SubscriberSnapshot subscriber,
            AccessAnswer answer,
            byte[] proof,
            Place place,
            Instant now,
            long nonce) {

        Accept accept(Outcome outcome, Assigned addresses) {
            return new Accept(outcome, subscriber, answer, answer.level(), proof, now, nonce, addresses, null);
        }

        /** Into the garden. An address of the subscriber's is not for whoever this is: the NAS assigns one. */
        Accept accept(LockViolation violation) {
            return new Accept(
                    Outcome.LOCK_GARDEN,
                    subscriber,
                    answer,
                    AccessLevel.BLOCKED,
                    proof,
                    now,
                    nonce,
                    Assignment.NONE,
                    violation);
        }
    }

    private Verdict unlocked(Asking asking) {
        return switch (asking.answer.level()) {
            case ACTIVE -> admitted(asking, Outcome.ACTIVE);
            case REDUCED -> admitted(asking, Outcome.REDUCED);
            // However many: in the garden are the bill and the way to pay it.
            case BLOCKED ->
                Garden.isMissing(profiles, asking.nas, asking.subscriber.contract(), asking.answer.policyVersion())
                        ? refused(Outcome.BLOCKED, asking.subscriber, asking.answer)
                        : addressed(asking, Outcome.GARDEN, null);
            case REFUSED -> throw new IllegalStateException("refused already");
        };
    }

    private Verdict admitted(Asking asking, Outcome outcome) {
        var ruling = admission.ask(
                asking.subscriber, asking.nonce, asking.place, directory.knowsEveryone(asking.now), asking.now);
        return switch (ruling) {
            case SimultaneousUse.Admitted _, SimultaneousUse.AdmittedReplacing _ -> learned(asking, outcome, ruling);
            case SimultaneousUse.Refused refused ->
                new Reject(Outcome.IN_USE, ReplyMessages.IN_USE, NO_ATTRIBUTES, SessionAdmission.words(refused));
        };
    }

    private Verdict learned(Asking asking, Outcome outcome, Ruling ruling) {
        var violation = admission.learn(asking.subscriber, asking.nonce, asking.place);
        return violation == null ? addressed(asking, outcome, ruling) : locked(asking, violation);
    }

    private Verdict addressed(Asking asking, Outcome outcome, @Nullable Ruling ruling) {
        // Where the garden is a pool, the address comes from there.
        if (!profiles.keepsFixedAddresses(asking.nas.vendor(), asking.answer.level())) {
            return asking.accept(outcome, Assignment.NONE);
        }
        var assignment = admission.assign(asking.subscriber, ruling, asking.nonce, asking.place, asking.now);
        return switch (assignment) {
            case Assigned addresses -> asking.accept(outcome, addresses);
            case Assignment.Exhausted(var pool) ->
                new Reject(
                        Outcome.NO_ADDRESS,
                        ReplyMessages.NO_ADDRESS,
                        NO_ATTRIBUTES,
                        "all addresses of pool " + pool + " are in use");
            case Assignment.NotReady _ -> new Unjudged(Drop.ADDRESSES_NOT_READY);
        };
    }

    /** Proven, but from where it may not be used: neither counted as a session of its owner, nor as a wrong password. */
    private Verdict locked(Asking asking, LockViolation violation) {
        boolean garden = !(profiles.rejectsBlocked(asking.nas.vendor())
                || asking.nas.blockedAnswer() == BlockedAnswer.REJECT
                || version(asking.subscriber, asking.answer).lockViolatedAs() == BlockedAs.REJECT);
        admission.violationAnswered(asking.subscriber, violation, asking.nas, asking.place, garden, asking.now);
        return garden
                ? asking.accept(violation)
                : new Reject(Outcome.LOCKED, ReplyMessages.LOCKED, NO_ATTRIBUTES, violation.words(), violation);
    }

    private static Reject refused(Outcome outcome, SubscriberSnapshot subscriber, AccessAnswer answer) {
        return new Reject(
                outcome, ReplyMessages.of(answer), NO_ATTRIBUTES, AccessLog.words(subscriber.contract(), answer));
    }

    private static AccessPolicyVersion version(SubscriberSnapshot subscriber, AccessAnswer answer) {
        for (var version : subscriber.contract().policy().versions()) {
            if (version.number() == answer.policyVersion()) {
                return version;
            }
        }
        throw new IllegalStateException(
                "policy " + subscriber.contract().policy().name() + " has no version " + answer.policyVersion());
    }
}
