package net.catraca.admin.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void percentilesAreRightToThreeInAHundred() {
        var latencies = new Latencies();
        for (int millis = 1; millis <= 1000; millis++) {
            latencies.add(millis * 1_000_000L);
        }
        assertThat(latencies.count()).isEqualTo(1000);
        assertThat(latencies.percentile(0.5)).isCloseTo(500, withinPercentage(4));
        assertThat(latencies.percentile(0.99)).isCloseTo(990, withinPercentage(4));
        assertThat(latencies.maxMillis()).isEqualTo(1000);
    }

    @Test
    void nothingMeasuredIsZero() {
        assertThat(new Latencies().percentile(0.99)).isZero();
    }
}
