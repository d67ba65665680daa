package net.catraca.admin.policy;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.office.PolicySimulation.Simulated;

/** What a policy's version would do if it held. */
@Serdeable
@Schema(name = "PolicySimulation")
record SimulationView(
        @Schema(description = "Today first, then each month before.")
        List<MomentView> moments) {

    @Serdeable
    @Schema(name = "PolicySimulationMoment")
    record MomentView(
            Instant at,

            @Schema(description = "Contracts of the policy then; 0 where history does not reach.")
            int contracts,

            @Schema(description = "How many policy would say something else of.")
            List<MoveView> moves,

            List<SampleView> sample) {}

    @Serdeable
    @Schema(name = "PolicySimulationMove")
    record MoveView(
            AccessLevel from,
            AccessLevel to,
            int contracts,

            @Schema(description = "Monthly revenue of these contracts.")
            long monthlyCents) {}

    @Serdeable
    @Schema(name = "PolicySimulationSample")
    record SampleView(long contractId, AccessLevel from, AccessLevel to, int daysLate) {}

    static SimulationView of(List<Simulated> simulated) {
        return new SimulationView(simulated.stream().map(SimulationView::moment).toList());
    }

    private static MomentView moment(Simulated then) {
        return new MomentView(
                then.at(),
                then.contracts(),
                then.moves().stream()
                        .map(move -> new MoveView(move.from(), move.to(), move.contracts(), move.monthlyCents()))
                        .toList(),
                then.sample().stream()
                        .map(one -> new SampleView(one.contractId(), one.from(), one.to(), one.daysLate()))
                        .toList());
    }
}
