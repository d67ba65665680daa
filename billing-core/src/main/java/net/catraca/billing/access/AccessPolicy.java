package net.catraca.billing.access;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;

/**
 * A named policy with its dated versions, and the access decision itself. Pure: no store, no clock of its own, no log.
 *
 * @param id identity
 * @param version rises with every write, so that of two copies the higher is true
 * @param versions the active ones, by the day from which they hold; at least one
 */
public record AccessPolicy(long id, long version, String name, List<AccessPolicyVersion> versions) {

    public AccessPolicy {
        if (versions.isEmpty()) {
            throw new IllegalArgumentException("policy " + name + ": expected at least one version");
        }
        versions = versions.stream()
                .sorted(Comparator.comparing(AccessPolicyVersion::effectiveFrom)
                        .thenComparingInt(AccessPolicyVersion::number))
                .toList();
    }

    /** The version in force on a day; before the first one takes effect, the first. */
    public AccessPolicyVersion versionOn(LocalDate day) {
        AccessPolicyVersion inForce = versions.getFirst();
        for (var candidate : versions) {
            if (candidate.effectiveFrom().isAfter(day)) {
                break;
            }
            inForce = candidate;
        }
        return inForce;
    }
}
