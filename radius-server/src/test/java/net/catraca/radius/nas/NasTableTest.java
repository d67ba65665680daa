package net.catraca.radius.nas;

import static net.catraca.radius.nas.NasFixtures.nas;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.catraca.radius.nas.NasTable.Unreadable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NasTableTest {

    @Test
    void longestPrefixWins() {
        var table = table(nas(1, "0.0.0.0/0"), nas(2, "192.0.2.0/24"), nas(3, "192.0.2.7"));

        assertThat(nameFor(table, "192.0.2.7")).isEqualTo("nas-3");
        assertThat(nameFor(table, "192.0.2.8")).isEqualTo("nas-2");
        assertThat(nameFor(table, "198.51.100.1")).isEqualTo("nas-1");
    }

    @Test
    void longestPrefixWinsInIpv6() {
        var table = table(nas(1, "2001:db8::/32"), nas(2, "2001:db8:0:1::/64"), nas(3, "2001:db8:0:1::a"));

        assertThat(nameFor(table, "2001:db8:0:1::a")).isEqualTo("nas-3");
        assertThat(nameFor(table, "2001:db8:0:1::b")).isEqualTo("nas-2");
        assertThat(nameFor(table, "2001:db8:0:2::a")).isEqualTo("nas-1");
        assertThat(nameFor(table, "2001:db9::1")).isNull();
    }

    @Test
    void everyIpv6AddressDoesNotMeanAnyIpv4Address() {
        var table = table(nas(1, "::/0"));

        assertThat(nameFor(table, "192.0.2.1")).isNull();
        assertThat(nameFor(table, "2001:db8::1")).isEqualTo("nas-1");
    }

    @Test
    void ipv4MappedSourceIsItsIpv4Address() throws UnknownHostException {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xFF;
        mapped[11] = (byte) 0xFF;
        System.arraycopy(new byte[] {(byte) 192, 0, 2, 7}, 0, mapped, 12, 4);
        var table = table(nas(1, "192.0.2.7"));

        var group = table.bySource(Inet6Address.getByAddress(null, mapped, -1));

        assertThat(group).isNotNull();
    }

    @Test
    void longestPrefixAgreesWithLookingThroughAllOfThem() throws UnknownHostException {
        var random = new Random(20261122);
        var prefixes = new Nas[300];
        for (int i = 0; i < prefixes.length; i++) {
            int length = 8 + random.nextInt(25);
            int address = ((10 << 24) | (random.nextInt(1 << 12) << 12)) & (-1 << (32 - length));
            prefixes[i] = nas(i, text(address) + "/" + length);
        }
        var distinct = Arrays.stream(prefixes)
                .collect(java.util.stream.Collectors.toMap(Nas::prefix, n -> n, (a, _) -> a))
                .values()
                .toArray(Nas[]::new);
        var table = table(distinct);

        for (int i = 0; i < 5_000; i++) {
            int address = (10 << 24) | random.nextInt(1 << 24);
            assertThat(nameFor(table, text(address))).isEqualTo(naively(distinct, address));
        }
    }

    private static @Nullable String naively(Nas[] all, int address) {
        String best = null;
        int longest = -1;
        for (var nas : all) {
            String[] parts = nas.prefix().split("/", -1);
            int length = Integer.parseInt(parts[1]);
            int network = InetAddress.ofLiteral(parts[0]).hashCode();
            if (length > longest && (address & (length == 0 ? 0 : -1 << (32 - length))) == network) {
                longest = length;
                best = nas.name();
            }
        }
        return best;
    }

    private static String text(int address) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {
                    (byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address
                })
                .getHostAddress();
    }

    @Test
    void nasesBehindOnePrefixAreToldApartByNasIdentifier() {
        var group = group(
                table(
                        nas(1, "192.0.2.1", "north", NasFixtures.SECRET),
                        nas(2, "192.0.2.1", "south", NasFixtures.SECRET),
                        nas(3, "192.0.2.1", null, NasFixtures.SECRET)),
                "192.0.2.1");

        assertThat(group.nas("north")).extracting(Nas::name).isEqualTo("nas-1");
        assertThat(group.nas("south")).extracting(Nas::name).isEqualTo("nas-2");
        assertThat(group.nas("west")).extracting(Nas::name).isEqualTo("nas-3");
        assertThat(group.nas(null)).extracting(Nas::name).isEqualTo("nas-3");
    }

    @Test
    void nasIdentifierThatNobodyHasIsNobodyUnlessOneStandsForTheRest() {
        var group = group(table(nas(1, "192.0.2.1", "north", NasFixtures.SECRET)), "192.0.2.1");

        assertThat(group.nas("south")).isNull();
        assertThat(group.nas(null)).isNull();
    }

    @Test
    void twoSecretsForOnePrefixAreRefusedAndTheOthersServe() {
        var built = NasTable.of(
                List.of(
                        nas(1, "192.0.2.1", "north", "secret number one"),
                        nas(2, "192.0.2.1", "south", "secret number two"),
                        nas(3, "192.0.2.9")),
                List.of(),
                NasTable.EMPTY,
                _ -> true);

        assertThat(built.problems())
                .singleElement()
                .asString()
                .contains("nas-1", "nas-2", "192.0.2.1/32", "one secret");
        assertThat(built.problems().toString()).doesNotContain("secret number");
        assertThat(nameFor(built.table(), "192.0.2.1")).isNull();
        assertThat(nameFor(built.table(), "192.0.2.9")).isEqualTo("nas-3");
    }

    @Test
    void sameIdentifierBehindOnePrefixIsRefused() {
        var built = NasTable.of(
                List.of(
                        nas(1, "192.0.2.1", "north", NasFixtures.SECRET),
                        nas(2, "::ffff:192.0.2.1", "north", NasFixtures.SECRET)),
                List.of(),
                NasTable.EMPTY,
                _ -> true);

        assertThat(built.problems()).singleElement().asString().contains("nas-2", "north");
    }

    @Test
    void vendorWithoutProfileIsRefused() {
        var built = NasTable.of(
                List.of(NasFixtures.ofVendor(nas(1, "192.0.2.1"), "mikrotic")),
                List.of(),
                NasTable.EMPTY,
                "mikrotik"::equals);

        assertThat(built.problems()).singleElement().asString().contains("nas-1", "mikrotic");
    }

    @Test
    void refusedPrefixStaysAsItWas() {
        var old = table(nas(1, "192.0.2.1"), nas(2, "192.0.2.2"));

        var built = NasTable.of(
                List.of(nas(1, "192.0.2.1"), nas(4, "192.0.2.1")),
                List.of(new Unreadable("nas-2", "192.0.2.2/32", "its secret does not open")),
                old,
                _ -> true);

        assertThat(built.problems()).hasSize(2);
        assertThat(nameFor(built.table(), "192.0.2.1")).isEqualTo("nas-1");
        assertThat(nameFor(built.table(), "192.0.2.2")).isEqualTo("nas-2");
    }

    @Test
    void nasThatIsGoneMayNoLongerAsk() {
        var built = NasTable.of(List.of(), List.of(), table(nas(1, "192.0.2.1")), _ -> true);

        assertThat(nameFor(built.table(), "192.0.2.1")).isNull();
    }

    private static NasTable table(Nas... rows) {
        var built = NasTable.of(List.of(rows), List.of(), NasTable.EMPTY, _ -> true);
        assertThat(built.problems()).isEmpty();
        return built.table();
    }

    private static NasGroup group(NasTable table, String source) {
        var group = table.bySource(InetAddress.ofLiteral(source));
        assertThat(group).isNotNull();
        return group;
    }

    private static @Nullable String nameFor(NasTable table, String source) {
        var group = table.bySource(InetAddress.ofLiteral(source));
        return group == null ? null : group.all().getFirst().name();
    }
}
