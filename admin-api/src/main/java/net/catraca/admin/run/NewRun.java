package net.catraca.admin.run;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import net.catraca.billing.run.RunScope;
import org.jspecify.annotations.Nullable;

/** Whom a run is to be about; all when nothing is said. */
@Serdeable
@Schema(name = "NewAccessRun", example = """
                {"planId":1}
                """)
record NewRun(
        @Nullable @Positive @Schema(description = "Only contracts of this plan; all when absent.")
        Long planId,

        @Nullable @Positive @Schema(description = "Only contracts whose last known line is at this NAS.")
        Long nasId,

        @Nullable
        @Size(min = 1, max = 100)
        @Schema(description = "Only contracts in this region: that of their last known line's NAS, else their own.")
        String region) {

    RunScope scope() {
        return new RunScope(planId, nasId, region);
    }
}
