package net.catraca.billing.access;

import static net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening.BY_RUN;
import static net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening.ON_TIME;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import net.catraca.billing.access.AccessPolicyVersion.PrepaidTightening;
import net.catraca.billing.contract.BillingMode;
import net.catraca.billing.contract.ContractStatus;
import net.catraca.billing.release.ReleaseKind;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SnapshotBuilder;
import org.jspecify.annotations.Nullable;

/** Reads a contract's facts from a line of {@code decisions.txt}: words like {@code late=2026-09-01}, in any order. */
final class FactsText {

    private final SnapshotBuilder contract = Fixtures.contract();
    private final List<AccessPolicyVersion> versions = new ArrayList<>();
    private Thresholds thresholds = Fixtures.RESIDENTIAL_V1.regular();
    private PrepaidTightening tightening = BY_RUN;
    private int installerDays;
    private ZoneId zone = Fixtures.SAO_PAULO;

    static ContractSnapshot read(String facts) {
        return new FactsText().all(facts);
    }

    /** Local in the zone, or UTC with a Z. */
    static Instant instant(String text, ZoneId zone) {
        return text.endsWith("Z")
                ? Instant.parse(text)
                : LocalDateTime.parse(text).atZone(zone).toInstant();
    }

    private ContractSnapshot all(String facts) {
        var words = facts.isBlank() ? new String[0] : facts.trim().split(" +", -1);
        for (var word : words) {
            if (word.startsWith("zone=")) {
                zone = ZoneId.of(word.substring(5));
            }
        }
        for (var word : words) {
            int equals = word.indexOf('=');
            one(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        versions.addFirst(version(1, LocalDate.of(2010, 1, 1), thresholds));
        return contract.zone(zone.getId())
                .policy(versions.toArray(AccessPolicyVersion[]::new))
                .build();
    }

    private void one(String name, String value) {
        switch (name) {
            case "zone" -> {}
            case "cancelled" -> contract.status(ContractStatus.CANCELLED, value);
            case "awaiting" -> contract.status(ContractStatus.AWAITING_ACTIVATION, value);
            case "installer-days" -> installerDays = Integer.parseInt(value);
            case "manual-block" -> contract.manualBlockSince(instant(value, zone));
            case "pause" -> contract.pause(before(value, ".."), after(value, ".."));
            case "exempt" -> contract.exemption(before(value, ".."), after(value, ".."));
            case "release" -> release(before(value, ":"), value.substring(value.indexOf(':') + 1));
            case "prepaid" -> contract.mode(BillingMode.PREPAID);
            case "postpaid" -> contract.mode(BillingMode.POSTPAID);
            case "paid-until" -> contract.paidUntil(value);
            case "late" -> contract.lateSince(value);
            case "lapsed" -> contract.lapsedSince(value);
            case "renegotiated-late" -> contract.renegotiatedLateSince(value);
            case "no-block" -> contract.doNotBlockUntil(value);
            case "no-reduce" -> contract.doNotReduceUntil(value);
            case "never-restrict" ->
                contract.automaticRestriction(AutomaticRestriction.NEVER, value.isEmpty() ? null : value);
            case "reduce-only" ->
                contract.automaticRestriction(AutomaticRestriction.REDUCE_ONLY, value.isEmpty() ? null : value);
            case "committed" ->
                contract.committed(
                        AccessLevel.valueOf(before(value, "@")),
                        instant(value.substring(value.indexOf('@') + 1), zone));
            case "rests-on" -> contract.committedLateSince(value, null);
            case "thresholds" -> thresholds = thresholds(value);
            case "on-time" -> {
                thresholds = thresholds(value);
                tightening = ON_TIME;
            }
            case "then" ->
                versions.add(version(
                        versions.size() + 2,
                        LocalDate.parse(before(value, ":")),
                        thresholds(value.substring(value.indexOf(':') + 1))));
            default -> throw new IllegalArgumentException("facts: unknown word " + name);
        }
    }

    private void release(String kind, String window) {
        boolean reduced = kind.equals("REDUCED");
        var until = after(window, "..");
        contract.release(
                reduced ? ReleaseKind.TEMPORARY : ReleaseKind.valueOf(kind),
                reduced ? AccessLevel.REDUCED : AccessLevel.ACTIVE,
                instant(before(window, ".."), zone),
                until == null ? null : instant(until, zone));
    }

    private AccessPolicyVersion version(int number, LocalDate from, Thresholds regular) {
        var like = Fixtures.RESIDENTIAL_V1;
        return new AccessPolicyVersion(
                number,
                from,
                regular,
                like.renegotiated(),
                tightening,
                like.blockedAs(),
                installerDays,
                like.releaseLevel(),
                like.limits());
    }

    private static Thresholds thresholds(String text) {
        var days = text.split("/", 3);
        return new Thresholds(threshold(days[0]), threshold(days[1]), threshold(days[2]), Thresholds.NEVER);
    }

    private static int threshold(String days) {
        return days.equals("never") ? Thresholds.NEVER : Integer.parseInt(days);
    }

    private static String before(String text, String mark) {
        return text.substring(0, text.indexOf(mark));
    }

    private static @Nullable String after(String text, String mark) {
        var rest = text.substring(text.indexOf(mark) + mark.length());
        return rest.isEmpty() ? null : rest;
    }
}
