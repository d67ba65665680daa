package net.catraca.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.catraca.admin.security.Role;
import net.catraca.admin.testing.ApiServer;
import net.catraca.admin.testing.Isp;
import net.catraca.radius.session.LockViolation;
import net.catraca.radius.session.LockViolation.Lock;
import net.catraca.radius.session.LockViolations.Unsaved;
import net.catraca.radius.store.LockViolationBook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LockViolationResourceTest {

    private final ApiServer api = ApiServer.start();

    @AfterEach
    void close() {
        api.close();
    }

    private Unsaved seen(long subscriberId, String place) {
        var at = api.clock.instant();
        var violation = new LockViolation(Lock.MAC, "001122aabb01", "001122aabb02");
        return new Unsaved(subscriberId, new LockViolation.Seen(at, violation, "bras-1", place, false), at, 3);
    }

    @Test
    void theyAreListedAcrossNodesByLoginAndRouter() {
        var contract = Isp.on(api).contract();
        long maria = api.as(Role.NOC)
                .post(
                        "/api/v1/contracts/" + contract + "/subscribers",
                        "{\"login\":\"maria\",\"password\":\"secret-1\"}")
                .expect(201)
                .number("id");
        var book = api.bean(LockViolationBook.class);
        book.save(List.of(seen(maria, "port 1"), seen(maria, "port 2")), 1);
        book.save(List.of(seen(999_999, "port 3")), 2);

        var all = api.as(Role.VIEWER).get("/api/v1/lock-violations?limit=2").expect(200);
        assertThat(all.string("items/0/place")).isEqualTo("port 3");
        assertThat(all.number("items/0/node")).isEqualTo(2);
        assertThat(all.text()).contains("\"login\":null");
        var next = api.as(Role.VIEWER)
                .get("/api/v1/lock-violations?limit=2&cursor=" + all.string("nextCursor"))
                .expect(200);
        assertThat(next.at("items").size()).isEqualTo(1);

        var ofMaria =
                api.as(Role.VIEWER).get("/api/v1/lock-violations?login=MARIA").expect(200);
        assertThat(ofMaria.at("items").size()).isEqualTo(2);
        assertThat(ofMaria.number("items/0/times")).isEqualTo(3);
        assertThat(ofMaria.string("items/0/lock")).isEqualTo("mac");
        assertThat(api.as(Role.VIEWER)
                        .get("/api/v1/lock-violations?nas=bras-2")
                        .expect(200)
                        .at("items")
                        .size())
                .isZero();
    }
}
