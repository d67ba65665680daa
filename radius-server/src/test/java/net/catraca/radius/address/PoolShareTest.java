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

class PoolShareTest {

    private static final Instant NOW = RecordBuilder.NINE;

    private final AddressPool pool = pool("100.64.0.0/29", "100.64.0.0");
    private final PoolShare share = new PoolShare(pool);
    private final Map<Long, Session> live = new HashMap<>();
    private long lastSession;

    static AddressPool pool(String range, String excluded) {
        return new AddressPool(
                1,
                1,
                "cgnat",
                PoolFamily.IPV4,
                32,
                WhenExhausted.REJECT,
                List.of(
                        requireNonNull(AddressRange.parse(range, false)),
                        requireNonNull(AddressRange.parse(excluded, true))));
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
                .addresses(new Addresses(address, null, null, null))
                .receivedAt(at)
                .event());
        var session = requireNonNull(table.byId(lastSession));
        live.put(session.id(), session);
        share.used(address, session);
        return session;
    }

    private void stop(Session session, Instant at) {
        live.remove(session.id());
        share.ended(requireNonNull(session.addresses().ipv4()), session.id(), at);
    }

    @Test
    void nothingIsGivenBeforeItsRowIsThere() {
        takeAll(List.of());
        assertThat(assign(7, 1, NOW)).isNull();

        makeReady();

        assertThat(assign(7, 1, NOW)).isEqualTo("100.64.0.1");
    }

    @Test
    void excludedAddressIsNeverGiven() {
        takeAll(List.of());
        makeReady();

        for (long subscriber = 1; subscriber <= 7; subscriber++) {
            assertThat(assign(subscriber, 1, NOW)).isNotEqualTo("100.64.0.0").isNotNull();
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
        assertThat(assign(9, 1, NOW)).isEqualTo(third.addresses().ipv4());
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

        assertThat(assign(7, 1, NOW)).isEqualTo("100.64.0.1");
        for (long subscriber = 11; subscriber <= 15; subscriber++) {
            assertThat(assign(subscriber, 1, NOW)).isNotIn("100.64.0.1", "100.64.0.2", null);
        }
        assertThat(assign(16, 1, NOW)).isNull();
        share.passTime(NOW.plus(Duration.ofMinutes(30)));
        makeReady();
        assertThat(assign(16, 1, NOW)).isEqualTo("100.64.0.2");
    }

    @Test
    void addressThatALiveSessionHasIsNotGivenWhoeverGaveIt() {
        takeAll(List.of());
        start(99, "100.64.0.1", NOW);
        makeReady();

        assertThat(assign(7, 1, NOW)).isEqualTo("100.64.0.2");
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
