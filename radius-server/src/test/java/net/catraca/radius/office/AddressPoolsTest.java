package net.catraca.radius.office;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import net.catraca.billing.office.Actor;
import net.catraca.billing.office.AuditLog;
import net.catraca.billing.office.FieldError;
import net.catraca.billing.office.Outcome;
import net.catraca.billing.office.Problem;
import net.catraca.billing.office.Problem.Conflict;
import net.catraca.billing.office.Problem.Invalid;
import net.catraca.billing.secret.SecretKeys;
import net.catraca.billing.store.Sql;
import net.catraca.billing.testing.Fixtures;
import net.catraca.billing.testing.SettableClock;
import net.catraca.billing.testing.TestDatabase;
import net.catraca.radius.address.AddressPool.WhenExhausted;
import net.catraca.radius.address.AddressRange;
import net.catraca.radius.address.PoolDraft;
import net.catraca.radius.address.PoolFamily;
import net.catraca.radius.testing.TestProfiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressPoolsTest {

    private static final Actor MARIA = new Actor("maria", 1L, "192.0.2.200");
    private static final List<String> AUDIT = new CopyOnWriteArrayList<>();
    private static final TestDatabase DATABASE = TestDatabase.fresh();
    private static final ApplicationContext CONTEXT = context();

    private final AddressPools pools = CONTEXT.getBean(AddressPools.class);
    private final Sql sql = CONTEXT.getBean(Sql.class);

    private static ApplicationContext context() {
        AuditLog audit = (actor, action, subject, before, after, at) -> AUDIT.add(action);
        return DATABASE.startContext(
                Map.of(),
                SecretKeys.parse("test", SecretKeys.generate()),
                audit,
                new TestProfiles(),
                new SimpleMeterRegistry(),
                new SettableClock(Fixtures.NOW));
    }

    @AfterAll
    static void close() {
        CONTEXT.close();
        DATABASE.close();
    }

    @BeforeEach
    void empty() {
        sql.update("delete from address_pool");
        AUDIT.clear();
    }

    private static PoolDraft draft(String name, PoolFamily family, String... ranges) {
        return new PoolDraft(
                name,
                family,
                family.usualUnitLength(),
                WhenExhausted.REJECT,
                Stream.of(ranges)
                        .map(text -> requireNonNull(AddressRange.parse(text.replace("!", ""), text.startsWith("!"))))
                        .toList());
    }

    private static @Nullable Problem problem(Outcome<?> outcome) {
        return outcome instanceof Outcome.Declined<?>(var problem) ? problem : null;
    }

    @Test
    void poolIsFoundAgainWithItsBlocks() {
        var made = pools.create(MARIA, draft("cgnat", PoolFamily.IPV4, "100.64.0.0/24", "!100.64.0.1"))
                .orThrow();

        assertThat(pools.find("cgnat")).contains(made);
        assertThat(made.units()).isEqualTo(255);
        assertThat(pools.standing(made)).singleElement().satisfies(one -> {
            assertThat(one.node()).isNull();
            assertThat(one.units()).isEqualTo(256);
            assertThat(one.blocks()).isEqualTo(16);
        });
        assertThat(pools.inUse(made)).isZero();
        assertThat(AUDIT).containsExactly("address-pool.create");
    }

    @Test
    void poolsDoNotMeetWhateverTheirFamily() {
        pools.create(MARIA, draft("homes", PoolFamily.DELEGATED_IPV6_PREFIX, "2001:db8:100::/40"))
                .orThrow();

        assertThat(problem(pools.create(MARIA, draft("links", PoolFamily.IPV6_PREFIX, "2001:db8:142::/48"))))
                .isInstanceOfSatisfying(
                        Conflict.class, conflict -> assertThat(conflict.code()).isEqualTo("range-overlaps-pool"));
        assertThat(problem(pools.create(MARIA, draft("links", PoolFamily.IPV6_PREFIX, "2001:db8:200::/48"))))
                .isNull();
    }

    @Test
    void rangeOfHalvedPrefixesAndExclusionsOutsideAreRefusedByField() {
        assertThat(problem(pools.create(
                        MARIA,
                        draft(
                                "homes",
                                PoolFamily.DELEGATED_IPV6_PREFIX,
                                "2001:db8::/57",
                                "!2001:db9::1",
                                "10.0.0.0/8"))))
                .isEqualTo(new Invalid(List.of(
                        new FieldError("ranges[0]", "whole prefixes of /56"),
                        new FieldError("ranges[1]", "within a range that is not excluded"),
                        new FieldError("ranges[2]", "addresses of 128 bits"))));
        assertThat(problem(pools.create(MARIA, draft("big", PoolFamily.IPV4, "10.0.0.0/8"))))
                .isEqualTo(new Invalid("ranges", "at most 1048576 addresses or prefixes"));
    }

    @Test
    void rangeIsAddedAndOneThatANodeHoldsStays() {
        var made = pools.create(MARIA, draft("cgnat", PoolFamily.IPV4, "100.64.0.0/28"))
                .orThrow();

        var grown = pools.update(
                        MARIA,
                        "cgnat",
                        made.version(),
                        draft("cgnat", PoolFamily.IPV4, "100.64.0.0/28", "100.64.1.0/28"))
                .orThrow();
        assertThat(grown.units()).isEqualTo(32);
        sql.update("update address_block set node = 1, leased_until = clock_timestamp() where first = '100.64.0.3'");

        assertThat(problem(pools.update(MARIA, "cgnat", null, draft("cgnat", PoolFamily.IPV4, "100.64.1.0/28"))))
                .isInstanceOfSatisfying(
                        Conflict.class, conflict -> assertThat(conflict.code()).isEqualTo("range-in-use"));
        assertThat(pools.find("cgnat")).contains(grown);
        assertThat(pools.standing(grown)).hasSize(2);
        pools.update(MARIA, "cgnat", null, draft("cgnat", PoolFamily.IPV4, "100.64.0.0/28"))
                .orThrow();
        assertThat(pools.delete(MARIA, "cgnat", null)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void importMakesPoolsAndAddsToThem() {
        pools.create(MARIA, draft("cgnat", PoolFamily.IPV4, "100.64.0.0/28")).orThrow();

        var written = pools.importCsv(MARIA, """
                        pool,family,range,unitLength,excluded,whenExhausted
                        cgnat,ipv4,100.64.1.0/28,,,
                        homes,delegated-ipv6-prefix,2001:db8:100::/48,60,,nas-assigns
                        cgnat,ipv4,100.64.1.1,,yes,
                        """).orThrow();

        assertThat(written).hasSize(2);
        assertThat(pools.find("cgnat").orElseThrow().units()).isEqualTo(31);
        var homes = pools.find("homes").orElseThrow();
        assertThat(homes.units()).isEqualTo(4096);
        assertThat(homes.whenExhausted()).isEqualTo(WhenExhausted.NAS_ASSIGNS);
    }

    @Test
    void importWithAFaultNamesTheLineAndWritesNothing() {
        pools.create(MARIA, draft("cgnat", PoolFamily.IPV4, "100.64.0.0/28")).orThrow();

        assertThat(problem(pools.importCsv(MARIA, """
                        pool,family,range
                        other,ipv4,100.65.0.0/28
                        more,ipv4,100.64.0.8-100.64.0.40
                        """)))
                .isEqualTo(new Invalid("line 3", "overlaps 100.64.0.0-100.64.0.15 of pool cgnat"));
        assertThat(problem(pools.importCsv(MARIA, """
                        pool,family,range
                        other,ipv4,100.65.0.0/28
                        other,ipv4,100.65.0.8/29
                        """)))
                .isEqualTo(new Invalid("line 3", "overlaps 100.65.0.0-100.65.0.15 of pool other"));
        assertThat(problem(pools.importCsv(MARIA, """
                        pool,family,range
                        other,ipv5,100.65.0.0/28
                        other,ipv4,100.65.0.0/40
                        """)))
                .isInstanceOfSatisfying(Invalid.class, invalid -> assertThat(invalid.fields())
                        .extracting(FieldError::field)
                        .containsExactly("line 2", "line 3"));
        assertThat(pools.list()).hasSize(1);
    }
}
