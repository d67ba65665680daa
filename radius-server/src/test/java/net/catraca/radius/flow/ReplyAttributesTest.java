package net.catraca.radius.flow;

import static java.util.Objects.requireNonNull;
import static net.catraca.radius.flow.Conversation.silence;
import static net.catraca.radius.nas.NasFixtures.nas;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.catraca.billing.access.AccessLevel;
import net.catraca.billing.access.ContractSnapshot;
import net.catraca.billing.contract.Plan;
import net.catraca.billing.directory.SubscriberSnapshot;
import net.catraca.billing.testing.Fixtures;
import net.catraca.radius.auth.AuthFixtures;
import net.catraca.radius.nas.NasFixtures;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.testing.TestIsp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in an answer besides its level. */
class ReplyAttributesTest extends AccessFlowRig {

    @Test
    void proxyStatesComeBackInTheirOrderAndNothingElseDoes() {
        var request = papBuilder("active", "active-pass")
                .add(AttributeType.PROXY_STATE, "first")
                .add(AttributeType.STATE, "mine")
                .add(AttributeType.PROXY_STATE, "second")
                .signed(TestIsp.SECRET);

        var answer = conversation.answered(request);

        int first = answer.find(AttributeType.PROXY_STATE);
        assertThat(answer.textAt(first)).isEqualTo("first");
        assertThat(answer.textAt(answer.next(first))).isEqualTo("second");
        assertThat(answer.has(AttributeType.STATE)).isFalse();
        assertThat(answer.has(AttributeType.USER_NAME)).isFalse();
    }

    @Test
    void fixedAddressesPrefixesAndRoutesAreGiven() {
        isp.directory.put(business(Fixtures.contract().build()));

        var answer = conversation.answered(login("business"));

        assertThat(answer.bytes(AttributeType.FRAMED_IP_ADDRESS)).isEqualTo(new byte[] {(byte) 203, 0, 113, 9});
        assertThat(answer.has(AttributeType.FRAMED_IPV6_PREFIX)).isTrue();
        assertThat(answer.has(AttributeType.DELEGATED_IPV6_PREFIX)).isTrue();
        int route = answer.find(AttributeType.FRAMED_ROUTE);
        assertThat(answer.textAt(route)).isEqualTo("198.51.100.0/29 0.0.0.0 1");
        assertThat(answer.textAt(answer.next(route))).isEqualTo("198.51.100.8/29 0.0.0.0 1");
    }

    @Test
    void fixedAddressIsKeptInAGardenThatIsAListAndNotInOneThatIsAPool() {
        isp.directory.put(business(Fixtures.blockedContract().build()));
        assertThat(conversation.answered(login("business")).has(AttributeType.FRAMED_IP_ADDRESS))
                .isTrue();

        serve(NasFixtures.ofVendor(nas(1, "192.0.2.1"), "pooled"));
        var answer = conversation.answered(login("business"));

        assertThat(level(answer)).isEqualTo("blocked");
        assertThat(answer.has(AttributeType.FRAMED_IP_ADDRESS)).isFalse();
        assertThat(answer.has(AttributeType.FRAMED_ROUTE)).isFalse();
    }

    private SubscriberSnapshot business(ContractSnapshot contract) {
        return new SubscriberSnapshot(
                900,
                1,
                "business",
                contract,
                AuthFixtures.recoverable("business-pass"),
                null,
                null,
                null,
                "203.0.113.9",
                "2001:db8:1::/64",
                "2001:db8:100::/56",
                List.of("198.51.100.0/29 0.0.0.0 1", "198.51.100.8/29 0.0.0.0 1"));
    }

    @Test
    void addressThatCannotBeWrittenCostsOnlyItself() {
        var broken = business(Fixtures.contract().build());
        isp.directory.put(new SubscriberSnapshot(
                1,
                1,
                "business",
                broken.contract(),
                broken.credential(),
                null,
                null,
                null,
                "not an address",
                null,
                "2001:db8:100::/56",
                List.of()));

        var answer = conversation.answered(login("business"));

        assertThat(level(answer)).isEqualTo("active");
        assertThat(answer.has(AttributeType.FRAMED_IP_ADDRESS)).isFalse();
        assertThat(answer.has(AttributeType.DELEGATED_IPV6_PREFIX)).isTrue();
    }

    @Test
    void classTellsTwoSessionsOfOneSubscriberApart() {
        var first = conversation.answered(login("active")).bytes(AttributeType.CLASS);
        var second = conversation.answered(login("active")).bytes(AttributeType.CLASS);

        assertThat(first).isNotNull().isNotEqualTo(second);
        assertThat(decoded(first).subscriberId())
                .isEqualTo(decoded(second).subscriberId())
                .isEqualTo(1);
        assertThat(decoded(first).level()).isEqualTo(AccessLevel.ACTIVE);
    }

    private static SessionClass decoded(byte @Nullable [] accountingClass) {
        return requireNonNull(SessionClass.decode(requireNonNull(accountingClass)));
    }

    @Test
    void interimReportsAreSpreadByATenthAroundThePlansInterval() {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            seen.add(conversation
                    .answered(login("active"))
                    .integer(AttributeType.ACCT_INTERIM_INTERVAL)
                    .orElseThrow());
        }

        assertThat(seen).allSatisfy(seconds -> assertThat(seconds).isBetween(810L, 990L));
        assertThat(seen).hasSizeGreaterThan(50);
    }

    @Test
    void interimIntervalIsNeverBelowAMinute() {
        isp.directory.subscribe("hasty", Fixtures.contract().plan(reportingEvery(60)));
        for (int i = 0; i < 50; i++) {
            assertThat(conversation
                            .answered(login("hasty"))
                            .integer(AttributeType.ACCT_INTERIM_INTERVAL)
                            .orElseThrow())
                    .isBetween(60L, 66L);
        }
    }

    private static Plan reportingEvery(int seconds) {
        var plan = Fixtures.FIBER_500;
        return new Plan(
                2,
                1,
                null,
                "hasty",
                plan.policyId(),
                plan.monthlyCents(),
                plan.active(),
                null,
                plan.reduced(),
                null,
                null,
                null,
                1,
                seconds);
    }

    @Test
    void sessionEndsOnlyForACertainTighteningAndAfterIt() {
        var end = Fixtures.NOW.plus(Duration.ofHours(3));
        isp.directory.subscribe("unlocked", Fixtures.blockedContract().trustUnlock(Fixtures.NOW.minusSeconds(60), end));
        Set<Long> seen = new HashSet<>();

        for (int i = 0; i < 50; i++) {
            seen.add(conversation
                    .answered(login("unlocked"))
                    .integer(AttributeType.SESSION_TIMEOUT)
                    .orElseThrow());
        }

        assertThat(seen).allSatisfy(seconds -> assertThat(seconds).isBetween(3 * 3600L + 1, 3 * 3600L + 301));
        assertThat(seen).hasSizeGreaterThan(10);
        for (String login : List.of("active", "reduced", "blocked")) {
            assertThat(conversation.answered(login(login)).has(AttributeType.SESSION_TIMEOUT))
                    .as(login)
                    .isFalse();
        }
    }

    @Test
    void pausedSessionHasNoEndSinceItsEndIsRelief() {
        assertThat(conversation.answered(login("paused")).has(AttributeType.SESSION_TIMEOUT))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "reduced, Velocidade reduzida: há fatura em atraso.",
        "blocked, Acesso bloqueado: há fatura em atraso.",
        "'paused', 'Acesso em pausa, a pedido.'",
        "awaiting, Contrato aguardando ativação."
    })
    void subscriberIsToldWhyWithoutAnAmount(String login, String message) {
        assertThat(conversation.answered(login(login)).text(AttributeType.REPLY_MESSAGE))
                .isEqualTo(message);
    }

    @Test
    void activeSubscriberIsToldNothing() {
        assertThat(conversation.answered(login("active")).has(AttributeType.REPLY_MESSAGE))
                .isFalse();
    }

    @Test
    void acceptThatDoesNotFitIsSilenceRatherThanAnAcceptWithoutItsProfile() {
        serve(NasFixtures.ofVendor(nas(1, "192.0.2.1"), "verbose"));

        assertThat(silence(conversation.ask(login("active")))).isEqualTo(Drop.REPLY_TOO_LONG);
    }
}
