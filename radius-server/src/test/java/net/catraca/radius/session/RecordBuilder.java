package net.catraca.radius.session;

import java.net.InetAddress;
import java.time.Instant;
import net.catraca.radius.accounting.AccountingEvent;
import net.catraca.radius.accounting.AccountingEvent.Kind;
import net.catraca.radius.accounting.AccountingEvent.NasRestarted;
import net.catraca.radius.accounting.AccountingEvent.OfSession;
import net.catraca.radius.accounting.AccountingEvent.Reported;
import org.jspecify.annotations.Nullable;

/** Records of one subscriber, as the reader makes them. */
public final class RecordBuilder {

    public static final InetAddress NAS = InetAddress.ofLiteral("192.0.2.1");
    public static final Instant NINE = Instant.parse("2026-09-10T12:00:00Z");

    private final Kind kind;
    private final Instant at;
    private long number = 1;
    private long nasId = 1;
    private String id = "81a";
    private String user = "maria";
    private @Nullable Instant receivedAt;
    private @Nullable Long seconds;
    private @Nullable Reported reported;
    private @Nullable Integer cause;
    private @Nullable SessionClass sessionClass;
    private @Nullable Long subscriberId = 7L;
    private Line line = Line.UNKNOWN;
    private Addresses addresses = Addresses.NONE;
    private int asked;

    private RecordBuilder(Kind kind, Instant at) {
        this.kind = kind;
        this.at = at;
    }

    /** @param minute after nine */
    public static RecordBuilder start(double minute) {
        return of(Kind.START, minute);
    }

    public static RecordBuilder interim(double minute) {
        return of(Kind.INTERIM, minute);
    }

    public static RecordBuilder stop(double minute) {
        return of(Kind.STOP, minute);
    }

    public static RecordBuilder of(Kind kind, double minute) {
        return new RecordBuilder(kind, minute(minute));
    }

    public static Instant minute(double minute) {
        return NINE.plusSeconds(Math.round(minute * 60));
    }

    public static AccountingEvent restart(double minute, long nasId, long number) {
        return new AccountingEvent(number, nasId, "nas-1", NAS, minute(minute), minute(minute), new NasRestarted(true));
    }

    public RecordBuilder number(long value) {
        number = value;
        return this;
    }

    public RecordBuilder nas(long value) {
        nasId = value;
        return this;
    }

    public RecordBuilder id(String value) {
        id = value;
        return this;
    }

    public RecordBuilder user(String value) {
        user = value;
        return this;
    }

    public RecordBuilder subscriber(@Nullable Long value) {
        subscriberId = value;
        return this;
    }

    public RecordBuilder receivedAt(Instant value) {
        receivedAt = value;
        return this;
    }

    /** Acct-Session-Time in minutes. */
    public RecordBuilder lasted(double minutes) {
        seconds = Math.round(minutes * 60);
        return this;
    }

    public RecordBuilder octets(long input, long output) {
        reported = new Reported(input, output, 0, 0, true);
        return this;
    }

    public RecordBuilder octetsWithoutGigawords(long input, long output) {
        reported = new Reported(input & 0xFFFF_FFFFL, output & 0xFFFF_FFFFL, 0, 0, false);
        return this;
    }

    public RecordBuilder cause(int value) {
        cause = value;
        return this;
    }

    public RecordBuilder ofClass(@Nullable SessionClass value) {
        sessionClass = value;
        return this;
    }

    public RecordBuilder line(Line value) {
        line = value;
        return this;
    }

    public RecordBuilder addresses(Addresses value) {
        addresses = value;
        return this;
    }

    public RecordBuilder asked(int value) {
        asked = value;
        return this;
    }

    public AccountingEvent event() {
        return new AccountingEvent(number, nasId, "nas-1", NAS, at, receivedAt == null ? at : receivedAt, record());
    }

    OfSession record() {
        return new OfSession(
                kind,
                new SessionKey(nasId, id, user, "ge-0/1"),
                sessionClass,
                subscriberId,
                subscriberId == null ? null : subscriberId + 100,
                line,
                addresses,
                reported,
                seconds,
                cause,
                asked);
    }
}
