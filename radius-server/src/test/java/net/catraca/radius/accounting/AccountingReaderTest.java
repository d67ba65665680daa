package net.catraca.radius.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Random;
import net.catraca.billing.access.AccessLevel;
import net.catraca.radius.accounting.AccountingEvent.Kind;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingEvent.Reported;
import net.catraca.radius.accounting.AccountingEvent.Unrelated;
import net.catraca.radius.accounting.AccountingReader.Reading;
import net.catraca.radius.accounting.AccountingReader.Reading.Understood;
import net.catraca.radius.accounting.AccountingReader.Reading.Unusable;
import net.catraca.radius.packet.AttributeType;
import net.catraca.radius.packet.Drop;
import net.catraca.radius.packet.PacketCode;
import net.catraca.radius.packet.RequestBuilder;
import net.catraca.radius.session.Addresses;
import net.catraca.radius.session.SessionClass;
import net.catraca.radius.session.SessionKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccountingReaderTest {

    private static final Instant ARRIVED = Instant.parse("2026-09-10T12:00:00Z");
    private static final InetAddress NAS = InetAddress.ofLiteral("192.0.2.1");
    private static final int HUAWEI = 2011;
    private static final long GIGA = 1L << 32;

    private static RequestBuilder record(int statusType) {
        return RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                .add(AttributeType.ACCT_STATUS_TYPE, statusType)
                .add(AttributeType.ACCT_SESSION_ID, "81a");
    }

    private static Reading read(RequestBuilder request) {
        var kept = KeptRecord.of(7, "nas-7", NAS, ARRIVED, new Accounted(3L, 4L, 660), request.unsigned());
        // What is read at delivery comes from the journal.
        return AccountingReader.read(KeptRecord.decode(kept.encoded()));
    }

    private static AccountingEvent understood(RequestBuilder request) {
        var reading = read(request);
        assertThat(reading).isInstanceOf(Understood.class);
        return ((Understood) reading).event();
    }

    private static OfSession session(RequestBuilder request) {
        return (OfSession) understood(request).what();
    }

    private static @Nullable Reported reported(RequestBuilder request) {
        return session(request).reported();
    }

    @Test
    void tellsStartInterimAndStop() {
        assertThat(session(record(1)).kind()).isEqualTo(Kind.START);
        assertThat(session(record(2)).kind()).isEqualTo(Kind.STOP);
        assertThat(session(record(3)).kind()).isEqualTo(Kind.INTERIM);
    }

    @Test
    void tellsByWhatItsLevelIsSeen() {
        assertThat(session(record(3)).told()).isNull();
        assertThat(session(record(3)
                                .add(AttributeType.FILTER_ID, "garden")
                                .add(AttributeType.FRAMED_POOL, "home")
                                .add(26, new byte[] {0, 0, 0x3a, (byte) 0x8c, 19, 6, 'l', 'i', 's', 't'}))
                        .told())
                .isEqualTo("Filter-Id=garden\nFramed-Pool=home\nMikrotik-Address-List=list");
        assertThat(session(record(3).add(AttributeType.FILTER_ID, "a\nb")).told())
                .isEqualTo("Filter-Id=a?b");
    }

    @Test
    void tellsARestartOfTheNasWhichNeedsNoSessionId() {
        var on = RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1).add(AttributeType.ACCT_STATUS_TYPE, 7);
        assertThat(understood(on).what()).isEqualTo(new NasRestarted(true));
        assertThat(understood(record(8)).what()).isEqualTo(new NasRestarted(false));
    }

    @Test
    void keepsWhatBelongsToNoSession() {
        assertThat(understood(record(9)).what()).isEqualTo(new Unrelated(9));
        assertThat(understood(record(15)).what()).isEqualTo(new Unrelated(15));
    }

    @Test
    void recordThatSaysNothingIsUnusable() {
        assertThat(read(RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                        .add(AttributeType.ACCT_SESSION_ID, "81a")))
                .isEqualTo(new Unusable(Drop.NO_ACCT_STATUS_TYPE));
        assertThat(read(RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                        .add(AttributeType.ACCT_STATUS_TYPE, new byte[] {1})
                        .add(AttributeType.ACCT_SESSION_ID, "81a")))
                .isEqualTo(new Unusable(Drop.NO_ACCT_STATUS_TYPE));
        assertThat(read(RequestBuilder.request(PacketCode.ACCOUNTING_REQUEST, 1)
                        .add(AttributeType.ACCT_STATUS_TYPE, 1)))
                .isEqualTo(new Unusable(Drop.NO_ACCT_SESSION_ID));
    }

    @ParameterizedTest
    @CsvSource({
        // Event-Timestamp, Acct-Delay-Time (seconds from the arrival), happened
        "     ,   ,     0",
        "     , 30,   -30",
        "   -7, 30,    -7", // of the two never both
        "-90000,  0, -90000", // Nokia's buffer, 25 hours
        "-93600,  0, -93600",
        "-93601, 30,   -30", // beyond 26 hours a clock that is wrong
        "  300,  0,   300",
        "  301, 20,   -20", // more than five minutes ahead
        "     , 93600, -93600",
        "     , 93601, 0", // no buffer is so long
    })
    void eventTimeIsTheTimestampElseArrivalLessDelay(@Nullable Long timestamp, @Nullable Long delay, long happened) {
        var request = record(3);
        if (timestamp != null) {
            request.add(AttributeType.EVENT_TIMESTAMP, ARRIVED.getEpochSecond() + timestamp);
        }
        if (delay != null) {
            request.add(AttributeType.ACCT_DELAY_TIME, delay);
        }
        assertThat(Duration.between(ARRIVED, understood(request).at()).toSeconds())
                .isEqualTo(happened);
        assertThat(understood(request).receivedAt()).isEqualTo(ARRIVED);
    }

    @Test
    void clockThatWasNeverSetIsNotBelieved() {
        assertThat(understood(record(1).add(AttributeType.EVENT_TIMESTAMP, 17)).at())
                .isEqualTo(ARRIVED);
    }

    @Test
    void gigawordsAreTheUpperHalf() {
        assertThat(reported(record(3)
                        .add(AttributeType.ACCT_SESSION_TIME, 86_400)
                        .add(AttributeType.ACCT_INPUT_OCTETS, 0xFFFF_FFFFL)
                        .add(AttributeType.ACCT_OUTPUT_OCTETS, 5)
                        .add(AttributeType.ACCT_INPUT_PACKETS, 0x8000_0000L)
                        .add(AttributeType.ACCT_OUTPUT_PACKETS, 9)
                        .add(AttributeType.ACCT_INPUT_GIGAWORDS, 3)
                        .add(AttributeType.ACCT_OUTPUT_GIGAWORDS, 1)))
                .isEqualTo(new Reported(3 * GIGA + 0xFFFF_FFFFL, GIGA + 5, 0x8000_0000L, 9, true));
    }

    @Test
    void gigawordsOfOneDirectionSayThatTheOtherHasNone() {
        assertThat(reported(record(3)
                        .add(AttributeType.ACCT_INPUT_OCTETS, 1)
                        .add(AttributeType.ACCT_OUTPUT_OCTETS, 5)
                        .add(AttributeType.ACCT_OUTPUT_GIGAWORDS, 1)))
                .isEqualTo(new Reported(1, GIGA + 5, 0, 0, true));
    }

    @Test
    void withoutGigawordsOctetsAreModulo32Bits() {
        assertThat(reported(record(2).add(AttributeType.ACCT_INPUT_OCTETS, 0x8000_0000L)))
                .isEqualTo(new Reported(0x8000_0000L, 0, 0, 0, false));
    }

    @Test
    void recordWithoutCountersReportsNone() {
        assertThat(reported(record(1))).isNull();
    }

    @Test
    void countersThatNoLineCanReachAreNotBelieved() {
        assertThat(reported(record(3)
                        .add(AttributeType.ACCT_SESSION_TIME, 600)
                        .add(AttributeType.ACCT_INPUT_OCTETS, 1)
                        .add(AttributeType.ACCT_INPUT_GIGAWORDS, 0xFFFF_FFFFL)))
                .isNull();
        assertThat(reported(record(3)
                        .add(AttributeType.ACCT_SESSION_TIME, 600)
                        .add(AttributeType.ACCT_INPUT_OCTETS, 1)
                        .add(AttributeType.ACCT_INPUT_GIGAWORDS, 10_000)))
                .isNull();
    }

    @Test
    void huaweiCountsIpv6Beside() {
        assertThat(reported(record(3)
                        .add(AttributeType.ACCT_INPUT_OCTETS, 100)
                        .add(AttributeType.ACCT_OUTPUT_OCTETS, 200)
                        .add(AttributeType.ACCT_INPUT_PACKETS, 1)
                        .add(AttributeType.ACCT_OUTPUT_PACKETS, 2)
                        .add(AttributeType.ACCT_INPUT_GIGAWORDS, 0)
                        .addVendor(HUAWEI, 144, integer(11))
                        .addVendor(HUAWEI, 145, integer(22))
                        .addVendor(HUAWEI, 146, integer(3))
                        .addVendor(HUAWEI, 147, integer(4))
                        .addVendor(HUAWEI, 148, integer(1))
                        .addVendor(HUAWEI, 149, integer(2))))
                .isEqualTo(new Reported(111 + GIGA, 222 + 2 * GIGA, 4, 6, true));
    }

    private static byte[] integer(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    @Test
    void sessionIsKnownByNasIdUserAndPort() {
        assertThat(session(record(1)
                                .add(AttributeType.USER_NAME, "Maria@isp")
                                .add(AttributeType.NAS_PORT, 0xFFFF_FFFFL)
                                .add(AttributeType.NAS_PORT_ID, "ge-0/0/1.100"))
                        .key())
                .isEqualTo(new SessionKey(7, "81a", "Maria@isp", "ge-0/0/1.100"));
        assertThat(session(record(1).add(AttributeType.NAS_PORT, 0xFFFF_FFFFL)).key())
                .isEqualTo(new SessionKey(7, "81a", "", "4294967295"));
        assertThat(session(record(1)).key()).isEqualTo(new SessionKey(7, "81a", "", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "6d617269610000, maria", // the NUL that ends a string in C
        "6d610072, 0x6d610072", // PostgreSQL takes no NUL
        "6a6fe36f, 0x6a6fe36f", // no UTF-8: stays apart from every other that is none
        "6a6fc3a36f, joão",
        "6d0a72, 0x6d0a72",
    })
    void textIsWhatPostgresqlTakesAndStaysApart(String octets, String text) {
        assertThat(session(record(1).add(AttributeType.USER_NAME, HexFormat.of().parseHex(octets)))
                        .key()
                        .userName())
                .isEqualTo(text);
    }

    @Test
    void addressesAreReadAndWishesAreNone() {
        assertThat(session(record(1)
                                .add(AttributeType.FRAMED_IP_ADDRESS, 0x0A00_0009L)
                                .add(
                                        AttributeType.FRAMED_IPV6_ADDRESS,
                                        HexFormat.of().parseHex("20010db8000000000000000000000001"))
                                .add(
                                        AttributeType.FRAMED_IPV6_PREFIX,
                                        HexFormat.of().parseHex("004020010db800010000"))
                                .add(
                                        AttributeType.DELEGATED_IPV6_PREFIX,
                                        HexFormat.of().parseHex("003820010db80100ffff")))
                        .addresses())
                .isEqualTo(new Addresses("10.0.0.9", "2001:db8::1", "2001:db8:1::/64", "2001:db8:100:ff00::/56"));
        assertThat(session(record(1)
                                .add(AttributeType.FRAMED_IP_ADDRESS, 0xFFFF_FFFEL)
                                .add(AttributeType.FRAMED_IPV6_PREFIX, new byte[] {0, (byte) 129})
                                .add(AttributeType.FRAMED_IPV6_ADDRESS, new byte[16]))
                        .addresses())
                .isEqualTo(Addresses.NONE);
    }

    @Test
    void classOfOursIsFoundAmongOthers() {
        var ours = new SessionClass(3, 99, AccessLevel.REDUCED, 5, 6);
        assertThat(session(record(1).add(AttributeType.CLASS, "of a proxy").add(AttributeType.CLASS, ours.encoded()))
                        .sessionClass())
                .isEqualTo(ours);
        assertThat(session(record(1).add(AttributeType.CLASS, "of a proxy")).sessionClass())
                .isNull();
    }

    @Test
    void whoseItIsAndWhatWasAskedForIsAsOnArrival() {
        var record = session(record(1));
        assertThat(record.subscriberId()).isEqualTo(3);
        assertThat(record.contractId()).isEqualTo(4);
        assertThat(record.askedInterimSeconds()).isEqualTo(660);
    }

    @Test
    void passwordsAreWrittenNowhere() {
        var request = record(1)
                .add(AttributeType.USER_PASSWORD, "password-in-the-clear")
                .add(AttributeType.CHAP_PASSWORD, "chap-password-octets")
                .add(AttributeType.STATE, "state")
                .add(AttributeType.REPLY_MESSAGE, "reply")
                .addVendor(311, 11, "ms-chap-challenge".getBytes(StandardCharsets.UTF_8))
                .add(AttributeType.USER_NAME, "maria");
        var kept = KeptRecord.of(7, "nas-7", NAS, ARRIVED, Accounted.NOBODY, request.unsigned());

        assertThat(new String(kept.encoded(), StandardCharsets.ISO_8859_1))
                .contains("maria")
                .doesNotContain("password-in-the-clear", "chap-password", "state", "reply", "ms-chap");
        assertThat(session(request).key().userName()).isEqualTo("maria");
    }

    @Test
    void longestPacketAndLongestNameFitIntoTheJournal() {
        var request = record(1);
        for (int i = 0; i < 15; i++) {
            request.add(200, new byte[253]);
        }
        request.add(200, new byte[200]);
        var packet = request.unsigned();
        assertThat(packet.length()).isLessThanOrEqualTo(4096).isGreaterThan(4000);
        var kept = KeptRecord.of(
                Long.MAX_VALUE,
                "é".repeat(200),
                InetAddress.ofLiteral("2001:db8::1"),
                ARRIVED,
                Accounted.NOBODY,
                packet);

        assertThat(kept.encoded().length).isLessThanOrEqualTo(Journal.MAX_RECORD_OCTETS);
        var decoded = KeptRecord.decode(kept.encoded());
        assertThat(decoded.nasName()).isEqualTo("é".repeat(100));
        assertThat(decoded.nasAddress()).isEqualTo(kept.nasAddress());
        assertThat(decoded.attributes()).isEqualTo(kept.attributes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedJournalRecordIsRefusedAndNeverMisread(long seed) {
        var random = new Random(seed);
        byte[] good = KeptRecord.of(
                        7, "nas-7", NAS, ARRIVED, Accounted.NOBODY, record(1).unsigned())
                .encoded();
        for (int i = 0; i < 3_000; i++) {
            byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length + 8));
            for (int j = random.nextInt(4); j > 0 && bad.length > 0; j--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                AccountingReader.read(KeptRecord.decode(bad));
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("accounting record");
            }
        }
    }
}
