package net.catraca.admin.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterModelTest {

    private static Held held(RouterModel model, Map<String, List<String>> attributes) {
        return Held.of(model, attributes);
    }

    @Test
    void eachVendorReadsItsOwnRates() {
        assertRates(held(
                RouterModel.MIKROTIK, Map.of("Mikrotik-Rate-Limit", List.of("10M/50M 15M/75M 8M/40M 10/10 8 2M/10M"))));
        assertRates(held(
                RouterModel.CISCO,
                Map.of(
                        "Cisco-AVPair",
                        List.of(
                                "subscriber:sub-qos-policy-in=catraca-up-10000",
                                "subscriber:sub-qos-policy-out=catraca-down-50000"))));
        assertRates(held(
                RouterModel.JUNIPER,
                Map.of(
                        "ERX-CoS-Shaping-Pmt-Type", List.of("T02 50000000"),
                        "ERX-Ingress-Policy-Name", List.of("catraca-up-10000"))));
        assertRates(held(
                RouterModel.HUAWEI,
                Map.of(
                        "Huawei-Output-Average-Rate", List.of("50000000"),
                        "Huawei-Input-Average-Rate", List.of("10000000"))));
        assertRates(held(
                RouterModel.NOKIA,
                Map.of(
                        "Alc-Subscriber-QoS-Override",
                        List.of("e:q:1:pir=50000,cir=50000", "i:q:1:pir=10000,cir=10000"))));
        assertRates(held(RouterModel.ACCEL_PPP, Map.of("Filter-Id", List.of("50000/10000"))));
        assertRates(held(RouterModel.GENERIC, Map.of("Filter-Id", List.of("catraca-50000-10000"))));
    }

    private static void assertRates(Held held) {
        assertThat(held.downKbps()).isEqualTo(50_000);
        assertThat(held.upKbps()).isEqualTo(10_000);
        assertThat(held.garden()).isFalse();
    }

    @Test
    void aGardenOfIosXrIsAnAvPair() {
        var rates = List.of(
                "subscriber:sub-qos-policy-in=catraca-up-10000", "subscriber:sub-qos-policy-out=catraca-down-50000");
        var blocked = held(
                RouterModel.CISCO_XR,
                Map.of(
                        "Cisco-AVPair",
                        List.of(
                                "ipv4:inacl=catraca-blocked",
                                "ipv6:ipv6_inacl=catraca-blocked-v6",
                                "subscriber:sub-qos-policy-out=catraca-down-1000")));

        assertThat(blocked.garden()).isTrue();
        assertThat(blocked.downKbps()).isEqualTo(1_000);
        assertRates(held(RouterModel.CISCO_XR, Map.of("Cisco-AVPair", rates)));
    }

    @Test
    void aZteWhoseIpv6WasForgottenIsAsFastAsItsIpv6() {
        var held = held(
                RouterModel.ZTE,
                Map.of(
                        "ZTE-Rate-Ctrl-SCR-Down", List.of("1000"),
                        "ZTE-Rate-Ctrl-SCR-Down-v6", List.of("50000")));
        assertThat(held.downKbps()).isEqualTo(50_000);
    }

    @Test
    void aGardenEndsOnlyWhereTheRouterIsTold() {
        var blocked = held(
                RouterModel.JUNIPER,
                Map.of(
                        "ERX-CoS-Shaping-Pmt-Type", List.of("T02 1000000"),
                        "ERX-Service-Activate", List.of("catraca-garden")));
        assertThat(blocked.garden()).isTrue();

        var faster = blocked.changed(RouterModel.JUNIPER, Map.of("ERX-CoS-Shaping-Pmt-Type", List.of("T02 50000000")));
        assertThat(faster.garden()).isTrue();
        assertThat(faster.downKbps()).isEqualTo(50_000);

        var restored = faster.changed(RouterModel.JUNIPER, Map.of("ERX-Service-Deactivate", List.of("catraca-garden")));
        assertThat(restored.garden()).isFalse();
    }

    @Test
    void nokiasUsualFiltersAreNoGarden() {
        var blocked = held(RouterModel.NOKIA, Map.of("Alc-Subscriber-Filter", List.of("Ingr-v4:4000,Ingr-v6:4000")));
        assertThat(blocked.garden()).isTrue();
        assertThat(blocked.changed(RouterModel.NOKIA, Map.of("Alc-Subscriber-Filter", List.of("Ingr-v4:-2,Ingr-v6:-2")))
                        .garden())
                .isFalse();
    }
}
