package net.catraca.admin.access;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.catraca.admin.access.NetworkAnswer.Answer;
import net.catraca.admin.access.NetworkAnswer.Attribute;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.contract.Plan;
import net.catraca.radius.nas.Nas;
import net.catraca.radius.reply.ReplyProfiles;

/** Renders a level for every router that may ask, those that are told the same together. */
final class NetworkAnswers {

    private final Supplier<List<Nas>> nases;
    private final ReplyProfiles profiles;

    /** @param nases all that may ask now */
    NetworkAnswers(Supplier<List<Nas>> nases, ReplyProfiles profiles) {
        this.nases = nases;
        this.profiles = profiles;
    }

    private record Alike(String vendor, boolean rejected) {}

    /** By vendor; vendors without a NAS are left out. */
    List<NetworkAnswer> of(AccessLevel level, BlockedAs blockedAs, Plan plan) {
        Map<Alike, List<String>> alike =
                new TreeMap<>(Comparator.comparing(Alike::vendor).thenComparing(Alike::rejected));
        for (var nas : nases.get()) {
            // A NAS of a vendor that has no profile any more cannot be told anything.
            if (profiles.vendors().contains(nas.vendor())) {
                alike.computeIfAbsent(new Alike(nas.vendor(), rejects(nas, level, blockedAs)), _ -> new ArrayList<>())
                        .add(nas.name());
            }
        }
        return alike.entrySet().stream()
                .map(entry -> answer(entry.getKey(), entry.getValue(), level, plan))
                .toList();
    }

    // As the packet path does: a vendor without a garden rejects even where the NAS asks for one.
    private boolean rejects(Nas nas, AccessLevel level, BlockedAs blockedAs) {
        return switch (level) {
            case ACTIVE, REDUCED -> false;
            case REFUSED -> true;
            case BLOCKED ->
                profiles.rejectsBlocked(nas.vendor())
                        || switch (nas.blockedAnswer()) {
                            case REJECT -> true;
                            case GARDEN -> false;
                            case POLICY -> blockedAs == BlockedAs.REJECT;
                        };
        };
    }

    private NetworkAnswer answer(Alike alike, List<String> names, AccessLevel level, Plan plan) {
        if (alike.rejected()) {
            return new NetworkAnswer(alike.vendor(), sorted(names), Answer.ACCESS_REJECT, false, List.of());
        }
        var attributes = profiles.rendered(alike.vendor(), plan, level).stream()
                .map(attribute -> new Attribute(attribute.name(), attribute.value()))
                .toList();
        return new NetworkAnswer(
                alike.vendor(), sorted(names), Answer.ACCESS_ACCEPT, level == AccessLevel.BLOCKED, attributes);
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }
}
