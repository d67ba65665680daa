package net.catraca.radius.address;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.catraca.radius.address.AddressPool.WhenExhausted;
import net.catraca.radius.address.PoolShare.Known;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.Place;
import net.catraca.radius.session.RecordBuilder;
import net.catraca.radius.session.Session;
import net.catraca.radius.session.SessionTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Eight units, of which the first is excluded; the rules are the same whatever the family. */
@ParameterizedClass
@EnumSource
class PoolShareTest {

    private static final Instant NOW = RecordBuilder.NINE;

    private final PoolFamily family;
    private final AddressPool pool;
    private final PoolShare share;
    private final Map<Long, Session> live = new HashMap<>();
    private long lastSession;

    PoolShareTest(PoolFamily family) {
        this.family = family;
        this.pool = switch (family) {
            case IPV4 -> pool("100.64.0.0/29", "100.64.0.0");
            case IPV6_PREFIX -> pool("2001:db8::/61", "2001:db8::/64");
            // One address of it is enough: a router's own.
            case DELEGATED_IPV6_PREFIX -> pool("2001:db8::/53", "2001:db8:0:9::1");
        };
        this.share = new PoolShare(pool);
    }

    private AddressPool pool(String range, String excluded) {
        return new AddressPool(
                1,
                1,
                "pool",
                family,
                family.usualUnitLength(),
                WhenExhausted.REJECT,
                List.of(
                        requireNonNull(AddressRange.parse(range, false)),
                        requireNonNull(AddressRange.parse(excluded, true))));
    }

    /** As accounting and answers write it. */
    private String unit(int n) {
        return switch (family) {
            case IPV4 -> "100.64.0." + n;
            case IPV6_PREFIX -> n == 0 ? "2001:db8::/64" : "2001:db8:0:" + n + "::/64";
            case DELEGATED_IPV6_PREFIX -> n == 0 ? "2001:db8::/56" : "2001:db8:0:" + n + "00::/56";
        };
    }

    private Addresses with(String address) {
        return switch (family) {
            case IPV4 -> new Addresses(address, null, null, null);
            case IPV6_PREFIX -> new Addresses(null, null, address, null);
            case DELEGATED_IPV6_PREFIX -> new Addresses(null, null, null, address);
        };
    }

    private String of(Session session) {
        return requireNonNull(AddressLeases.address(session, family));
    }

    private static Place at(int device) {
        return Place.of(
                1,
                RequestBuilder.accessRequest(1)
                        .add(AttributeType.CALLING_STATION_ID, "00:00:00:00:00:0" + device)
                        .unsigned());
    }

    private void takeAll(List<Known> known) {
        pool.blocks()
                .forEach(block -> share.add(
                        block,
                        known.stream()
                                .filter(row -> row.unit().equals(block.first()))
                                .toList(),
                        Duration.ofMinutes(30),
                        NOW));
    }

    private void makeReady() {
        share.prepared(share.prepare(100));
    }

    private @Nullable String assign(long subscriber, int device, Instant now) {
        return share.assign(subscriber, at(device), List.of(), live::get, now);
    }

    private Session start(long subscriber, String address, Instant at) {
        var table = new SessionTable(0);
        table.fold(RecordBuilder.start(0)
                .number(++lastSession)
                .subscriber(subscriber)
                .addresses(with(address))
                .receivedAt(at)
                .event());
        var session = requireNonNull(table.byId(lastSession));
        live.put(session.id(), session);
        share.used(address, session);
        return session;
    }

    private void stop(Session session, Instant at) {
        live.remove(session.id());
        share.ended(of(session), session.id(), at);
    }

    @Test
    void nothingIsGivenBeforeItsRowIsThere() {
        takeAll(List.of());
        assertThat(assign(7, 1, NOW)).isNull();

        makeReady();

        assertThat(assign(7, 1, NOW)).isEqualTo(unit(1));
    }

    @Test
    void excludedAddressIsNeverGiven() {
        takeAll(List.of());
        makeReady();

        for (long subscriber = 1; subscriber <= 7; subscriber++) {
            assertThat(assign(subscriber, 1, NOW)).isNotEqualTo(unit(0)).isNotNull();
        }
        assertThat(assign(8, 1, NOW)).isNull();
        assertThat(pool.units()).isEqualTo(7);
    }

    @Test
    void subscriberGetsTheSameAddressAgainUntilOthersNeedIt() {
        takeAll(List.of());
        makeReady();
        var address = requireNonNull(assign(7, 1, NOW));
        stop(start(7, address, NOW), NOW);

        assertThat(assign(7, 2, NOW.plusSeconds(1))).isEqualTo(address);
    }

    @Test
    void endedAddressRestsBeforeAnotherHasIt() {
        takeAll(List.of());
        makeReady();
        for (long subscriber = 1; subscriber <= 7; subscriber++) {
            start(subscriber, requireNonNull(assign(subscriber, 1, NOW)), NOW);
        }
        var third = requireNonNull(live.get(3L));
        stop(third, NOW);

        share.passTime(NOW.plus(PoolShare.QUARANTINE).minusMillis(1));
        makeReady();
        assertThat(assign(9, 1, NOW)).isNull();
        share.passTime(NOW.plus(PoolShare.QUARANTINE));
        makeReady();
        assertThat(assign(9, 1, NOW)).isEqualTo(of(third));
        // Its former owner has lost it.
        assertThat(assign(3, 1, NOW)).isNull();
    }

    @Test
    void secondSessionBesideTheFirstGetsAnAddressOfItsOwnAndARetryDoesNot() {
        takeAll(List.of());
        makeReady();
        var first = requireNonNull(assign(7, 1, NOW));

        assertThat(assign(7, 1, NOW)).isEqualTo(first);
        assertThat(assign(7, 2, NOW)).isNotEqualTo(first).isNotNull();
    }

    @Test
    void replacedSessionHandsItsAddressOn() {
        takeAll(List.of());
        makeReady();
        var address = requireNonNull(assign(7, 1, NOW));
        var ghost = start(7, address, NOW);

        assertThat(share.assign(7, at(2), List.of(ghost), live::get, NOW)).isEqualTo(address);
        assertThat(share.assign(7, at(3), List.of(), live::get, NOW)).isNotEqualTo(address);
    }

    @Test
    void afterARestartWhatHasARowIsItsOwnersAloneForAWhile() {
        var known = List.of(
                new Known(pool.blocks().get(1).first(), 7L),
                new Known(pool.blocks().get(2).first(), null));
        takeAll(known);
        makeReady();

        assertThat(assign(7, 1, NOW)).isEqualTo(unit(1));
        for (long subscriber = 11; subscriber <= 15; subscriber++) {
            assertThat(assign(subscriber, 1, NOW)).isNotIn(unit(1), unit(2), null);
        }
        assertThat(assign(16, 1, NOW)).isNull();
        share.passTime(NOW.plus(Duration.ofMinutes(30)));
        makeReady();
        assertThat(assign(16, 1, NOW)).isEqualTo(unit(2));
    }

    @Test
    void addressThatALiveSessionHasIsNotGivenWhoeverGaveIt() {
        takeAll(List.of());
        start(99, unit(1), NOW);
        makeReady();

        assertThat(assign(7, 1, NOW)).isEqualTo(unit(2));
    }

    @Test
    void whatWasGivenAndNotHeardOfIsKeptForADayAndMore() {
        takeAll(List.of());
        makeReady();
        for (long subscriber = 1; subscriber <= 7; subscriber++) {
            assign(subscriber, 1, NOW);
        }

        share.passTime(NOW.plus(PoolShare.UNHEARD).minusSeconds(1));
        share.passTime(NOW.plus(PoolShare.UNHEARD).plus(PoolShare.QUARANTINE).minusSeconds(2));
        makeReady();
        assertThat(assign(9, 1, NOW)).isNull();
    }

    @Test
    void onlyABlockOfWhichNothingWasUsedLatelyIsGivenBack() {
        takeAll(List.of());
        assertThat(share.takeOutIdle()).isNotNull();
        makeReady();
        // What is ready may be given in this very moment.
        assertThat(share.takeOutIdle()).isEqualTo(null);
    }
}
