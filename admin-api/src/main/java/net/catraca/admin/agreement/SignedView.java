package net.catraca.admin.agreement;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.AccessPolicy;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.office.Agreements.Signed;
import net.catraca.billing.store.AccessWrite.Change;
import org.jspecify.annotations.Nullable;

/** What was signed, or would be: an agreement a contract, and what it makes of the contract's access. */
@Serdeable
@Schema(name = "SignedAgreements")
record SignedView(
        @Schema(description = "One a contract. In a preview their numbers mean nothing.")
        List<AgreementView> agreements,

        List<EffectView> effects) {

    @Serdeable
    @Schema(name = "AgreementEffect")
    record EffectView(long contractId, StandView before, StandView after) {}

    @Serdeable
    @Schema(name = "AgreementStand")
    record StandView(
            @Nullable LocalDate paidUntil,
            int daysLate,

            @Schema(description = "What policy says.") AccessLevel computed,

            @Schema(description = "What the contract gets.") AccessLevel effective) {

        static StandView of(ContractSnapshot contract, Instant at) {
            var access = AccessPolicy.effective(contract, at, at);
            return new StandView(
                    contract.paidUntil(),
                    AccessPolicy.daysLate(contract, at),
                    access.computed().level(),
                    access.effective().level());
        }
    }

    static SignedView of(Signed signed) {
        var at = signed.agreements().getFirst().agreement().signedAt();
        return new SignedView(
                signed.agreements().stream().map(AgreementView::of).toList(),
                signed.changes().stream().map(change -> effect(change, at)).toList());
    }

    private static EffectView effect(Change change, Instant at) {
        return new EffectView(
                change.after().contractId(), StandView.of(change.before(), at), StandView.of(change.after(), at));
    }
}
