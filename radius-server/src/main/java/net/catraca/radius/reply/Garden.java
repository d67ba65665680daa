package net.catraca.radius.reply;

import net.catraca.billing.access.AccessPolicyVersion.BlockedAs;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.radius.nas.Nas;

/** Whether a blocked subscriber gets a walled garden from a NAS, or none. Pure. */
public final class Garden {

    private Garden() {}

    /**
     * A vendor without a garden rejects even where the NAS asks for one: the other choice is free internet.
     *
     * @param policyVersion the one that decided
     */
    public static boolean isMissing(ReplyProfiles profiles, Nas nas, ContractSnapshot contract, int policyVersion) {
        return profiles.rejectsBlocked(nas.vendor())
                || switch (nas.blockedAnswer()) {
                    case REJECT -> true;
                    case GARDEN -> false;
                    case POLICY -> blockedAs(contract, policyVersion) == BlockedAs.REJECT;
                };
    }

    private static BlockedAs blockedAs(ContractSnapshot contract, int policyVersion) {
        for (var version : contract.policy().versions()) {
            if (version.number() == policyVersion) {
                return version.blockedAs();
            }
        }
        throw new IllegalStateException("policy " + contract.policy().name() + " has no version " + policyVersion);
    }
}
