package net.catraca.billing.office;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.AccessPolicyVersion;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.access.TighteningAhead;
import net.catraca.billing.directory.Freezes;
import net.catraca.billing.run.BlastRadius;
import net.catraca.billing.run.LineSurvey;
import net.catraca.billing.run.MoneyFreshness;
import net.catraca.billing.run.RunPicture.ScopeKind;
import net.catraca.billing.run.RunPicture.Share;
import net.catraca.billing.run.RunSettings;
import net.catraca.billing.store.Catalogs;
import net.catraca.billing.store.ContractFacts;
import net.catraca.billing.store.FreezeBook;
import net.catraca.billing.store.RunPictures;
import org.jspecify.annotations.Nullable;

/**
 * Asks of what the clock alone would restrict what guards ask of a run: whether it is too much at once, and whether money
 * is up to date. Of money only lapses are asked: what a run has committed was asked then.
 */
@Singleton
final class ClockTightening {

    /** A freeze's reason is read by people. */
    private static final int MOST_PLACES = 3;

    private final ContractFacts facts;
    private final Catalogs catalogs;
    private final FreezeBook freezes;
    private final RunPictures pictures;
    private final LineSurvey lines;
    private final BlastRadius blast;
    private final List<MoneyFreshness> sources;

    ClockTightening(
            ContractFacts facts,
            Catalogs catalogs,
            FreezeBook freezes,
            RunPictures pictures,
            LineSurvey lines,
            RunSettings settings,
            List<MoneyFreshness> sources) {
        this.facts = facts;
        this.catalogs = catalogs;
        this.freezes = freezes;
        this.pictures = pictures;
        this.lines = lines;
        this.blast = new BlastRadius(settings.blast());
        this.sources = List.copyOf(sources);
    }

    /** Contracts that would be restricted, and how many of them by a lapse. */
    private static final class Count {
        private final List<Long> contracts = new ArrayList<>();
        private int lapses;

        void add(ContractSnapshot contract, boolean lapse) {
            contracts.add(contract.contractId());
            lapses += lapse ? 1 : 0;
        }
    }

    /**
     * What a second person must look at of that which the clock will restrict until an instant, or which waits in a freeze;
     * null when nothing.
     *
     * @param seenUntil what comes up to then a person has looked at
     */
    @Nullable
    String objection(Instant now, Instant until, Instant seenUntil) {
        var held = new Freezes(freezes.endingFrom(now));
        var policies = catalogs.read().policies().values().stream()
                .filter(AccessPolicy::isEverOnTime)
                .map(AccessPolicy::id)
                .toList();
        var count = new Count();
        facts.eachThatClockMayTighten(until, policies, contract -> {
            var freshUntil = held.cappedFor(contract.contractId(), now);
            var ahead = AccessPolicy.tighteningAhead(contract, now, freshUntil, until);
            if (ahead != null && ahead.at().isAfter(seenUntil) && !isAnIncidentsEnd(ahead)) {
                count.add(contract, ahead.lapse());
            }
        });
        return objection(count, "before " + until, now);
    }

    /** The same of a version that would hold from now on. Nothing waits for it in a freeze: it holds before that, too. */
    @Nullable
    String objection(long policyId, AccessPolicyVersion version, Instant now) {
        if (version.prepaidTightening() != PrepaidTightening.ON_TIME) {
            return null;
        }
        var count = new Count();
        facts.eachThatClockMayTighten(now, List.of(policyId), contract -> {
            if (contract.policy().id() == policyId && isTightenedBy(version, contract, now)) {
                count.add(contract, true);
            }
        });
        return objection(count, "at once", now);
    }

    private static boolean isTightenedBy(AccessPolicyVersion version, ContractSnapshot contract, Instant now) {
        var then = contract.with(contract.plan(), contract.policy().with(version));
        return AccessPolicy.answer(then, now, now)
                .level()
                .stricterThan(AccessPolicy.answer(contract, now, now).level());
    }

    /** Empty when it is too much for all; else where it is, the first few. */
    private static String where(List<Share> tooMuch) {
        if (tooMuch.stream().anyMatch(share -> share.scope().kind() == ScopeKind.ALL)) {
            return "";
        }
        var places = tooMuch.stream()
                .limit(MOST_PLACES)
                .map(share -> "%d of %d of %s".formatted(share.tightened(), share.contracts(), share.scope()))
                .collect(Collectors.joining(", "));
        return tooMuch.size() > MOST_PLACES ? " (%s, …)".formatted(places) : " (%s)".formatted(places);
    }

    /** Incident releases had their second person, and are spread already; what lapsed meanwhile had none. */
    private static boolean isAnIncidentsEnd(TighteningAhead ahead) {
        return ahead.incidentEnds() && !ahead.lapse();
    }

    private @Nullable String objection(Count count, String when, Instant now) {
        if (count.contracts.isEmpty()) {
            return null;
        }
        lines.refresh(now);
        var tooMuch = pictures.sharesOf(count.contracts).stream()
                .filter(blast::isTooMuch)
                .toList();
        if (!tooMuch.isEmpty()) {
            return "%d contracts%s would be restricted by the clock %s, more than by a run without a second person"
                    .formatted(count.contracts.size(), where(tooMuch), when);
        }
        if (count.lapses == 0) {
            return null;
        }
        var stale = sources.stream()
                .flatMap(source -> source.stale(now).stream())
                .map(one -> one.source() + ": " + one.why())
                .collect(Collectors.joining("; "));
        return stale.isEmpty()
                ? null
                : "%d prepaid contracts would lapse %s, and money is not up to date (%s)"
                        .formatted(count.lapses, when, stale);
    }
}
