package net.catraca.radius.reply;

import net.catraca.billing.contract.Plan;
import net.catraca.billing.contract.Plan.Burst;
import net.catraca.billing.contract.Plan.Rate;
import org.jspecify.annotations.Nullable;

/** Plans by situation. */
final class Plans {

    private Plans() {}

    /** 50 Mbit/s down and 10 up, reduced to 10 and 2; no burst, no pools. */
    static Plan home() {
        return plan(1, new Rate(50_000, 10_000), null, new Rate(10_000, 2_000));
    }

    /** The same with the burst of the MikroTik example: 75/15 for 10 s while below 40/8. */
    static Plan homeWithBurst() {
        return plan(
                2,
                new Rate(50_000, 10_000),
                new Burst(new Rate(75_000, 15_000), new Rate(40_000, 8_000), 10),
                new Rate(10_000, 2_000));
    }

    static Plan homeWithPools() {
        return new Plan(
                3,
                1,
                null,
                "Home",
                1,
                9990,
                new Rate(50_000, 10_000),
                null,
                new Rate(10_000, 2_000),
                "v4",
                "v6",
                "pd",
                1,
                900);
    }

    static Plan plan(long id, Rate active, @Nullable Burst burst, Rate reduced) {
        return new Plan(id, 1, null, "Home", 1, 9990, active, burst, reduced, null, null, null, 1, 900);
    }
}
