package net.catraca.admin.receivable;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import net.catraca.billing.receivable.Bill;

@Serdeable
@Schema(
        name = "Adjustment",
        description = "What a receivable makes up for another one that turned out too dear or cheap.")
record AdjustmentView(
        @Schema(description = "The other one.") long receivableId,

        @Schema(description = "Less than 0: to the customer's credit.")
        long cents,

        Bill.Why why) {

    static AdjustmentView of(Bill.Adjustment adjustment) {
        return new AdjustmentView(adjustment.receivableId(), adjustment.cents(), adjustment.why());
    }
}
